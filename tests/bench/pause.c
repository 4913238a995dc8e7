// SPDX-License-Identifier: GPL-2.0
/*
 * pause DEVICE: how long PAUSE takes while four vCPUs spin with interrupts off, and RESUME after
 * it. Prints a line each per round in the form of the measuring guests: name, operations, ticks.
 *
 * Every vCPU is seen to have moved between two rounds, so that PAUSE finds them at work.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>
#include <linux/vmh.h>

#define TIMES		15
#define CPUS		4
#define PAGE_BYTES	4096
#define TOP_GPA		0xfffff000
#define RESET_OFFSET	0xff0
#define COUNTERS	0x100	/* 4 bytes for each vCPU, in the same page */

/* cli; 1: incl %cs:(COUNTERS + 4 * id); jmp 1b. At reset CS is at 0xffff0000. */
static const unsigned char code[] = { 0xfa, 0x2e, 0x66, 0xff, 0x06, 0x00, 0xf1, 0xeb, 0xf8 };
#define CODE_COUNTER	5	/* of these, the low byte of the address */
#define CODE_OFFSET(id)	(0x200 + 0x20 * (id))

static unsigned char memory[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static int call(int fd, unsigned int command, void *argument)
{
	int ret = ioctl(fd, command, argument);

	if (ret < 0)
		err(1, "call %#x", command);
	return ret;
}

static void *run(void *fd)
{
	/* Ends with the VM. */
	while (!ioctl((int)(long)fd, VMH_RUN, NULL))
		;
	return NULL;
}

static unsigned long long event(int vm, enum vmh_event event)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };
	unsigned long long start = __rdtsc();

	call(vm, VMH_SET_STATE, &change);
	return __rdtsc() - start;
}

static void wait_for_all(void)
{
	volatile unsigned int *counters = (volatile unsigned int *)(memory + COUNTERS);
	unsigned int before[CPUS];

	for (int i = 0; i < CPUS; i++)
		before[i] = counters[i];
	for (int i = 0; i < CPUS; i++)
		while (counters[i] == before[i])
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void add_vcpu(int vm, int id)
{
	int vcpu = call(vm, VMH_CREATE_VCPU, (void *)(long)id);
	struct kvm_regs regs;
	pthread_t thread;

	memcpy(memory + CODE_OFFSET(id), code, sizeof(code));
	memory[CODE_OFFSET(id) + CODE_COUNTER] = COUNTERS + 4 * id;
	memory[CODE_OFFSET(id) + CODE_COUNTER + 1] = 0xf0 | (COUNTERS >> 8);
	call(vcpu, VMH_GET_REGS, &regs);
	regs.rip = 0xf000 + CODE_OFFSET(id);
	call(vcpu, VMH_SET_REGS, &regs);
	if (pthread_create(&thread, NULL, run, (void *)(long)vcpu))
		errx(1, "no thread");
}

int main(int argc, char **argv)
{
	struct kvm_userspace_memory_region top = { .guest_phys_addr = TOP_GPA,
		.memory_size = sizeof(memory), .userspace_addr = (unsigned long)memory };
	struct vmh_vm_config config = { .size = sizeof(config), .memory_size = sizeof(memory),
		.vcpu_count = CPUS, .flags = VMH_VM_AUTO_START };
	int device, vm;

	if (argc != 2)
		errx(2, "usage: pause DEVICE");
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(3, "%s", argv[1]);
	vm = call(device, VMH_CREATE_VM, &config);
	call(vm, VMH_SET_USER_MEMORY_REGION, &top);
	for (int id = 0; id < CPUS; id++)
		add_vcpu(vm, id);
	for (int i = 0; i < TIMES; i++) {
		wait_for_all();
		printf("pause_spinning 1 %llu\n", event(vm, VMH_EVENT_PAUSE));
		printf("resume 1 %llu\n", event(vm, VMH_EVENT_RESUME));
	}
	event(vm, VMH_EVENT_TERMINATE);
	return 0;
}
