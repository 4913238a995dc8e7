// SPDX-License-Identifier: GPL-2.0
/*
 * memory DEVICE: how much kernel memory a VM takes that has a page of memory and a vCPU and has run
 * to its first HLT. Prints a line in the form of the measuring guests: name, operations, bytes.
 *
 * It is what the kernel charges to the control group of this process, which has to be in GROUP. A
 * first VM, for what is there once, is not counted.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/vmh.h>

#define VMS		32
#define GROUP		"/sys/fs/cgroup/bench"
#define SUM_SECONDS	3	/* the kernel sums up every 2 s */
#define PAGE_BYTES	4096
#define TOP_GPA		0xfffff000
#define RESET_OFFSET	0xff0
#define HLT		0xf4

static unsigned char memory[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
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

static int create(int device)
{
	struct vmh_vm_config config = { .size = sizeof(config), .flags = VMH_VM_AUTO_START,
		.memory_size = sizeof(memory), .vcpu_count = 1 };

	if (is_kvm)
		return call(device, VMH_CREATE_VM_DEFAULT, NULL);
	return call(device, VMH_CREATE_VM, &config);
}

static void start(int device, int run_bytes)
{
	struct kvm_userspace_memory_region top = { .guest_phys_addr = TOP_GPA,
		.memory_size = sizeof(memory), .userspace_addr = (unsigned long)memory };
	int vm = create(device);
	struct kvm_run *run;
	int vcpu;

	call(vm, VMH_SET_USER_MEMORY_REGION, &top);
	vcpu = call(vm, VMH_CREATE_VCPU, NULL);
	run = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		err(1, "mmap");
	call(vcpu, VMH_RUN, NULL);
	if (run->exit_reason != KVM_EXIT_HLT)
		errx(1, "exit reason %u instead of HLT", run->exit_reason);
}

static long kernel_bytes(void)
{
	long bytes, sum = -1;
	char key[64];
	FILE *file;

	sleep(SUM_SECONDS);
	file = fopen(GROUP "/memory.stat", "re");
	if (!file)
		err(3, GROUP);
	while (fscanf(file, "%63s %ld", key, &bytes) == 2)
		if (!strcmp(key, "kernel"))
			sum = bytes;
	fclose(file);
	return sum;
}

int main(int argc, char **argv)
{
	int device, run_bytes;
	long before;

	if (argc != 2)
		errx(2, "usage: memory DEVICE");
	is_kvm = !!strstr(argv[1], "kvm");
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(3, "%s", argv[1]);
	run_bytes = call(device, VMH_GET_VCPU_MMAP_SIZE, NULL);
	memory[RESET_OFFSET] = HLT;
	start(device, run_bytes);
	before = kernel_bytes();
	for (int i = 0; i < VMS; i++)
		start(device, run_bytes);
	printf("vm_memory 1 %ld\n", (kernel_bytes() - before) / VMS);
	return 0;
}
