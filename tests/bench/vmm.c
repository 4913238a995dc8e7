// SPDX-License-Identifier: GPL-2.0
/*
 * vmm DEVICE GUEST: the least VMM that runs a flat guest, so that what is measured is the way to
 * userspace and back and not what a VMM does there. Ports and device memory are scratch: writes go
 * nowhere, reads give what was there. Prints what the guest prints.
 *
 * The calls are KVM's; on vmh they carry another magic.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/vmh.h>

#define PORT_PRINT	0xe9
#define PORT_EXIT	0xf4
#define LOAD_GPA	0x1000
#define MEMORY_BYTES	(16UL << 20)
#define CPUID_ENTRIES	256

static int is_kvm;

static int call(int fd, unsigned int command, void *argument)
{
	if (is_kvm)
		command = (command & ~(_IOC_TYPEMASK << _IOC_TYPESHIFT)) |
			  (KVMIO << _IOC_TYPESHIFT);
	int ret = ioctl(fd, command, argument);

	if (ret < 0)
		err(1, "call %#x", command);
	return ret;
}

static void load_guest(int vm, const char *name)
{
	unsigned char *memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES,
		.userspace_addr = (unsigned long)memory };
	int fd = open(name, O_RDONLY);

	if (memory == MAP_FAILED || fd < 0)
		err(1, "%s", name);
	if (read(fd, memory + LOAD_GPA, MEMORY_BYTES - LOAD_GPA) <= 0)
		err(1, "%s", name);
	close(fd);
	call(vm, VMH_SET_USER_MEMORY_REGION, &region);
}

static void set_cpuid(int device, int vcpu)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) +
					  CPUID_ENTRIES * sizeof(cpuid->entries[0]));

	if (!cpuid)
		err(1, "cpuid");
	cpuid->nent = CPUID_ENTRIES;
	call(device, VMH_GET_SUPPORTED_CPUID, cpuid);
	call(vcpu, VMH_SET_CPUID2, cpuid);
	free(cpuid);
}

static void set_registers(int vcpu)
{
	struct kvm_regs regs = { .rip = LOAD_GPA, .rflags = 2 };
	struct kvm_sregs sregs;

	call(vcpu, VMH_GET_SREGS, &sregs);
	sregs.cs.selector = 0;
	sregs.cs.base = 0;
	call(vcpu, VMH_SET_SREGS, &sregs);
	call(vcpu, VMH_SET_REGS, &regs);
}

static void port_written(const struct kvm_run *run)
{
	const unsigned char *data = (const unsigned char *)run + run->io.data_offset;

	if (run->io.port == PORT_EXIT)
		exit(*data);
	if (run->io.port == PORT_PRINT)
		putchar(*data);
}

static void run_guest(int vcpu, struct kvm_run *run)
{
	for (;;) {
		call(vcpu, VMH_RUN, NULL);
		switch (run->exit_reason) {
		case KVM_EXIT_IO:
			if (run->io.direction == KVM_EXIT_IO_OUT)
				port_written(run);
			break;
		case KVM_EXIT_MMIO:
			break;
		default:
			errx(1, "exit reason %u", run->exit_reason);
		}
	}
}

int main(int argc, char **argv)
{
	struct kvm_run *run;
	int device, vm, vcpu;

	if (argc != 3)
		errx(2, "usage: vmm DEVICE GUEST");
	is_kvm = !!strstr(argv[1], "kvm");
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(1, "%s", argv[1]);
	vm = call(device, VMH_CREATE_VM_DEFAULT, NULL);
	load_guest(vm, argv[2]);
	vcpu = call(vm, VMH_CREATE_VCPU, NULL);
	set_cpuid(device, vcpu);
	set_registers(vcpu);
	run = mmap(NULL, call(device, VMH_GET_VCPU_MMAP_SIZE, NULL), PROT_READ | PROT_WRITE,
		   MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		err(1, "mmap");
	run_guest(vcpu, run);
	return 0;
}
