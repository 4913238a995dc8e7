// SPDX-License-Identifier: GPL-2.0
/* CREATE_VCPU: ids, limits, and when. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

static void bad_ids(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 2 });
	vm_add_vcpu(&vm, 1);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), .error = EEXIST, .code = VMH_E_VCPU_EXISTS,
		.field = "id", GOT(1));
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(2), .error = EINVAL, .code = VMH_E_VCPU_ID,
		.field = "id", GOT(2), EXPECTED(1));
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(0xffffffff), .error = EINVAL, .code = VMH_E_VCPU_ID,
		.field = "id", GOT(0xffffffff), EXPECTED(1));
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1UL << 32), .error = EINVAL, .code = VMH_E_VCPU_ID,
		.field = "id", GOT(1UL << 32));
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(-1UL), .error = EINVAL, .code = VMH_E_VCPU_ID,
		.field = "id");
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_VCPUS].used, 1);
	vm_add_vcpu(&vm, 0);
}

/* An id is taken as long as the VM lives, its fd closed or not. */
static void id_stays_taken(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 2 });
	vm_add_vcpu(&vm, 0);
	close(vm.vcpu[0]);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(0), .error = EEXIST, .code = VMH_E_VCPU_EXISTS,
		.field = "id", GOT(0));
}

static void all_of_them(void)
{
	struct vmh_info info = { .size = sizeof(info) };
	struct vmh_vm_config config;
	struct vmh_usage usage = { .size = sizeof(usage) };
	int dev = device_open(), fd;

	must(dev, VMH_GET_INFO, &info);
	config = vm_config(1 << 20, info.max_vcpus);
	fd = must(dev, VMH_CREATE_VM, &config);
	for (unsigned int id = 0; id < info.max_vcpus; id++)
		must(fd, VMH_CREATE_VCPU, VALUE(id));
	must(fd, VMH_GET_USAGE, &usage);
	CHECK_EQ(usage.res[VMH_RES_VCPUS].used, info.max_vcpus);
	CHECK_EQ(usage.res[VMH_RES_VCPUS].limit, info.max_vcpus);
}

/* Kernel memory is charged per vCPU; a limit that leaves room for one only says so. */
static void kernel_memory(void)
{
	struct vm first, second;
	uint64_t vm_bytes, vcpu_bytes;

	vm_create(&first, &(struct spec){ .cpus = 2 });
	vm_bytes = vm_usage(&first).res[VMH_RES_KERNEL_BYTES].used;
	vm_add_vcpu(&first, 0);
	vcpu_bytes = vm_usage(&first).res[VMH_RES_KERNEL_BYTES].used - vm_bytes;
	CHECK(vm_bytes > 0 && vcpu_bytes >= 2 * PAGE);
	vm_create(&second, &(struct spec){
		.cpus = 2,
		.limits = { { VMH_RES_KERNEL_BYTES, 0, vm_bytes + 2 * vcpu_bytes - 1 } },
	});
	vm_add_vcpu(&second, 0);
	REFUSED(second.fd, VMH_CREATE_VCPU, VALUE(1), .error = EDQUOT,
		.code = VMH_E_LIMIT_REACHED, .any_field = true);
	/* All or nothing: neither the vCPU nor the bytes. */
	CHECK_EQ(vm_usage(&second).res[VMH_RES_VCPUS].used, 1);
	CHECK_EQ(vm_usage(&second).res[VMH_RES_KERNEL_BYTES].used, vm_bytes + vcpu_bytes);
	CHECK_EQ(vm_usage(&second).res[VMH_RES_KERNEL_BYTES].denied, 1);
}

static void not_after_init(void)
{
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 2 });
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	vm_add_vcpu(&vm, 0);
	vm_event(&vm, VMH_EVENT_INIT);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), .error = EBUSY, .code = VMH_E_STATE,
		.field = "state", GOT(VMH_STATE_INITIALIZED), EXPECTED(1 << VMH_STATE_CREATED));
	vm_event(&vm, VMH_EVENT_START);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), .error = EBUSY, .code = VMH_E_STATE,
		.field = "state", GOT(VMH_STATE_RUNNING));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	REFUSED(vm.fd, VMH_CREATE_VCPU, VALUE(1), .error = ESTALE, .code = VMH_E_TERMINATED,
		.any_field = true);
}

/* As KVM's VMMs may: a VM that starts by itself takes vCPUs at any time. */
static void late_vcpu(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .flags = VMH_VM_AUTO_START, .cpus = 2 });
	vm_close(&vm);
	vm_create(&vm, &(struct spec){ .flags = VMH_VM_AUTO_START, .cpus = 2 });
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	VM_LOAD(&vm, guest_hlt);
	vm_add_vcpu(&vm, 0);
	vm_reset(&vm, 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	vm_add_vcpu(&vm, 1);
	vm_reset(&vm, 1);
	vm_run_until(&vm, 1, KVM_EXIT_HLT);
}

static void set_vpids(const char *most)
{
	const char *path = "/sys/module/vmh/parameters/vpids";
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, most, strlen(most)) != (ssize_t)strlen(most))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

/* There are 65,535 for all VMs, and as many vCPUs as memory allows. */
static void no_vpid_left(void)
{
	static const char *const most[] = { "0", "1" };
	struct vm vm;

	for (size_t i = 0; i < ARRAY_SIZE(most); i++) {
		set_vpids(most[i]);
		vm_make(&vm, &(struct spec){ .cpus = 2 });
		set_vpids("65535");
		VM_LOAD(&vm, guest_out);
		vm_start(&vm);
		for (unsigned int id = 0; id < 6; id++)
			vm_run_until(&vm, id % 2, KVM_EXIT_IO);
		CHECK_EQ(vm_touch(&vm, 8 * PAGE, 8), KVM_EXIT_HLT);
		vm_close(&vm);
	}
}

static const struct test tests[] = {
	{ .name = "bad ids", .run = bad_ids },
	{ .name = "an id is taken for good", .run = id_stays_taken, .kvm = true },
	{ .name = "as many as there may be", .run = all_of_them },
	{ .name = "kernel memory", .run = kernel_memory },
	{ .name = "not after INIT", .run = not_after_init },
	{ .name = "more than there are VPIDs", .run = no_vpid_left },
	{ .name = "late, in a VM that starts by itself", .run = late_vcpu, .kvm = true },
	{ }
};

const struct suite suite_vcpus = { "vcpus", tests };
