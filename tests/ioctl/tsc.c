// SPDX-License-Identifier: GPL-2.0
/* The guest's TSC, as userspace sets it; and machine-check registers. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define MSR_TSC			0x10
#define MSR_TSC_ADJUST		0x3b
#define MSR_MCG_CAP		0x179
#define MSR_MC0_CTL		0x400
#define MSR_MCG_STATUS		0x17a
#define MSR_UCODE_REV		0x8b
#define MSR_MC1_STATUS		0x405

/* Waits for nothing: tells its TSC at 0x2000 and exits. */
GUEST(guest_tsc,
      "1: rdtsc; movl %eax, 0x2000; movl %edx, 0x2004; outb %al, $0x10; jmp 1b");

struct one_msr {
	struct kvm_msrs header;
	struct kvm_msr_entry entry;
};

static uint64_t offset_of(struct vm *vm, unsigned int id)
{
	uint64_t offset = 1;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uintptr_t)&offset,
	};

	must(vm->vcpu[id], VMH_GET_DEVICE_ATTR, &attr);
	return offset;
}

static void set_offset(struct vm *vm, unsigned int id, uint64_t offset)
{
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uintptr_t)&offset,
	};

	must(vm->vcpu[id], VMH_SET_DEVICE_ATTR, &attr);
}

static uint32_t khz_of(struct vm *vm, unsigned int id)
{
	return must(vm->vcpu[id], VMH_GET_TSC_KHZ, NULL);
}

/* The offset, as the guest sees it. */
static void offset(void)
{
	struct kvm_device_attr attr = { .group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET };
	const uint64_t offsets[] = { 0, 1ULL << 40, -1ULL << 30 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_tsc);
	vm_start(&vm);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_VCPU_ATTRIBUTES)), 1);
	must(vm.vcpu[0], VMH_HAS_DEVICE_ATTR, &attr);
	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		uint64_t before, after, tsc;

		set_offset(&vm, 0, offsets[i]);
		CHECK_EQ(offset_of(&vm, 0), offsets[i]);
		before = __builtin_ia32_rdtsc();
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		after = __builtin_ia32_rdtsc();
		memcpy(&tsc, vm.memory + 0x2000, sizeof(tsc));
		CHECK(tsc - offsets[i] - before <= after - before);
	}
}

/* vCPUs have the same TSC, also when it is written to one after the other. */
static void together(void)
{
	uint32_t khz;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 3 });
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_GET_TSC_KHZ)), 1);
	khz = khz_of(&vm, 0);
	CHECK(khz);
	CHECK_EQ(offset_of(&vm, 0), offset_of(&vm, 1));
	/* What is far from the others' is another TSC … */
	vm_set_msr(&vm, 0, MSR_TSC, 1ULL << 50);
	CHECK(offset_of(&vm, 0) != offset_of(&vm, 1));
	/* … and what is near it the same. */
	vm_set_msr(&vm, 1, MSR_TSC, (1ULL << 50) + khz * 100ULL);
	CHECK_EQ(offset_of(&vm, 1), offset_of(&vm, 0));
	vm_set_msr(&vm, 2, MSR_TSC, 0);
	CHECK_EQ(offset_of(&vm, 2), offset_of(&vm, 0));
	/* More than a second apart on purpose. */
	vm_set_msr(&vm, 2, MSR_TSC, (1ULL << 50) + khz * 2000ULL);
	CHECK(offset_of(&vm, 2) != offset_of(&vm, 0));
	/* None of this is TSC_ADJUST's business. */
	CHECK_EQ(vm_get_msr(&vm, 2, MSR_TSC_ADJUST), 0);
}

static void frequency(void)
{
	uint32_t khz;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	khz = khz_of(&vm, 0);
	CHECK_EQ(must(vm.fd, VMH_GET_TSC_KHZ, NULL), khz);
	/* So near that it is the host's. */
	must(vm.vcpu[0], VMH_SET_TSC_KHZ, VALUE(khz + khz / 10000));
	CHECK_EQ(khz_of(&vm, 0), khz + khz / 10000);
	must(vm.vcpu[0], VMH_SET_TSC_KHZ, VALUE(0));
	CHECK_EQ(khz_of(&vm, 0), khz);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_TSC_CONTROL)),
		 must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_VM_TSC_CONTROL)));
	vm_close(&vm);
}

static void pin_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK(!sched_setaffinity(0, sizeof(set), &set));
}

/* Set one processor's TSC ahead of the others'. */
static void move_host_tsc(int cpu, uint64_t ticks)
{
	uint64_t tsc;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%d/msr", cpu);
	CHECK(!access(path, F_OK) || !system("modprobe msr"));
	fd = open(path, O_RDWR);
	CHECK(fd >= 0 && pread(fd, &tsc, sizeof(tsc), MSR_TSC) == sizeof(tsc));
	tsc += ticks;
	CHECK(pwrite(fd, &tsc, sizeof(tsc), MSR_TSC) == sizeof(tsc));
	close(fd);
}

/*
 * Where processors have TSCs of their own, a vCPU takes its along. Neither does it go backwards,
 * nor does the minute between the processors' show; nor in where the VM's time went.
 */
static void moves_along(void)
{
	struct vmh_stats stats = { .size = sizeof(stats) };
	uint64_t last = 0, tsc, khz;
	struct vm vm;

	if (!tsc_is_unstable())
		skip("needs tsc=unstable on the kernel's command line");
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("needs two processors");
	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_tsc);
	vm_start(&vm);
	khz = khz_of(&vm, 0);
	pin_to(1);
	move_host_tsc(1, khz * 60000);
	for (int i = 0; i < 20; i++) {
		pin_to(i & 1);
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		memcpy(&tsc, vm.memory + 0x2000, sizeof(tsc));
		CHECK(tsc > last);
		if (last)
			CHECK(tsc - last < khz * 10000);
		last = tsc;
	}
	if (!on_kvm) {
		must(vm.fd, VMH_GET_STATS, &stats);
		CHECK(stats.user_ns < 50000000000 && stats.kernel_ns < 50000000000);
	}
	move_host_tsc(1, khz * -60000);
}

static void scaled(void)
{
	uint64_t first, second, host;
	uint32_t khz;
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 3 });
	if (!must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_TSC_CONTROL)))
		skip("the processor cannot scale the TSC");
	khz = must(vm.fd, VMH_GET_TSC_KHZ, NULL);
	must(vm.fd, VMH_SET_TSC_KHZ, VALUE(khz * 50));
	CHECK_EQ(must(vm.fd, VMH_GET_TSC_KHZ, NULL), khz * 50);
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	for (unsigned int id = 0; id < 3; id++) {
		vm_add_vcpu(&vm, id);
		vm_reset(&vm, id);
	}
	CHECK_EQ(khz_of(&vm, 1), khz * 50);
	CHECK_EQ(offset_of(&vm, 1), offset_of(&vm, 0));
	VM_LOAD(&vm, guest_tsc);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	host = __builtin_ia32_rdtsc();
	memcpy(&first, vm.memory + 0x2000, sizeof(first));
	sleep_ms(20);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	host = __builtin_ia32_rdtsc() - host;
	memcpy(&second, vm.memory + 0x2000, sizeof(second));
	CHECK((second - first) / 45 > host);
	CHECK((second - first) / 60 < host);
	/* Back to the host's, it does not jump. */
	must(vm.vcpu[0], VMH_SET_TSC_KHZ, VALUE(khz));
	CHECK_EQ(khz_of(&vm, 0), khz);
	if (!on_kvm)
		CHECK(vm_get_msr(&vm, 0, MSR_TSC) - second < khz * 1000ULL);
}

static void feature_msrs(void)
{
	struct {
		struct kvm_msr_list header;
		uint32_t index[64];
	} list = { .header.nmsrs = 64 };
	struct one_msr none = { { .nmsrs = 1 }, { .index = MSR_TSC } };
	int dev = device_open();
	bool ucode = false;

	CHECK_EQ(must(dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_GET_MSR_FEATURES)), 1);
	must(dev, VMH_GET_MSR_FEATURE_INDEX_LIST, &list);
	CHECK(list.header.nmsrs);
	for (uint32_t i = 0; i < list.header.nmsrs; i++) {
		struct one_msr msr = { { .nmsrs = 1 }, { .index = list.index[i] } };

		CHECK_EQ(must(dev, VMH_GET_MSRS, &msr), 1);
		ucode |= msr.entry.index == MSR_UCODE_REV;
	}
	CHECK(ucode);
	CHECK_EQ(must(dev, VMH_GET_MSRS, &none), 0);
}

static void machine_check(void)
{
	struct kvm_x86_mce event = { .status = 1ULL << 63 | 5, .addr = 0x1000, .bank = 1 };
	uint64_t cap = 0;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_MCE)), 32);
	must(vm.dev, VMH_X86_GET_MCE_CAP_SUPPORTED, &cap);
	CHECK(cap & 1 << 8 && cap & 1 << 24);
	cap = 10 | 1 << 8 | 1 << 24;
	must(vm.vcpu[0], VMH_X86_SETUP_MCE, &cap);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_MCG_CAP), cap);
	must(vm.vcpu[0], VMH_X86_SET_MCE, &event);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_MC1_STATUS), event.status);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_MCG_STATUS), 0);
	/* An uncorrected error without CR4.MCE is the end. */
	VM_LOAD(&vm, guest_tsc);
	vm_start(&vm);
	event.status |= 1ULL << 61 | 1ULL << 57;
	must(vm.vcpu[0], VMH_X86_SET_MCE, &event);
	vm_run_until(&vm, 0, KVM_EXIT_SHUTDOWN);
}

/* Before the VMM says how many there are. */
static void default_banks(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_MCG_CAP), 32);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_MC0_CTL + 4 * 31), 0);
}

static const struct test tests[] = {
	{ .name = "TSC offset", .run = offset, .kvm = true },
	{ .name = "TSCs are the same", .run = together, .kvm = true },
	{ .name = "TSC frequency", .run = frequency, .kvm = true },
	{ .name = "a TSC of each processor's own", .run = moves_along, .kvm = true },
	{ .name = "TSC of another frequency", .run = scaled, .kvm = true },
	{ .name = "feature MSRs", .run = feature_msrs, .kvm = true },
	{ .name = "machine check", .run = machine_check, .kvm = true },
	{ .name = "machine-check banks at first", .run = default_banks, .kvm = true },
	{ }
};

const struct suite suite_tsc = { "tsc", tests };
