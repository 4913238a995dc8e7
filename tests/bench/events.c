// SPDX-License-Identifier: GPL-2.0
/*
 * events DEVICE: what interrupts and notifications cost, with controllers in the kernel. Prints a
 * line per round in the form of the measuring guests: name, operations, ticks.
 *
 *	ioeventfd	OUT of the guest to a port that an eventfd is told of
 *	irqfd		a thread signals an eventfd; the guest wakes from HLT, handles the
 *			interrupt, ends it, and halts again
 *	ipi		from HLT of one vCPU to the handler in another, which halts too: half of a
 *			ping-pong
 *
 * The guests are in 16-bit mode, with x2APICs. On one processor threads take turns, so irqfd and
 * ipi have the host's context switches in them, which are the same for all devices.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <x86intrin.h>
#include <linux/vmh.h>

/* Fewer where each takes long: see `run`. */
#ifndef ROUNDS
#define ROUNDS		5
#endif
#ifndef OPERATIONS
#define OPERATIONS	400
#endif
#define STRING_OF(value)	#value
#define STRING(macro)		STRING_OF(macro)
#define MEMORY_BYTES	0x10000
#define CODE_GPA	0x1000
#define STACK_GPA(id)	(0x8000 + 0x1000 * (id))
#define HANDLER_GPA	0x7000
#define VECTOR		0x50
#define KICK_PORT	0xe0
#define DONE_PORT	0x90
#define GSI		40
#define MAX_CPUID	128

/* Where guests leave what they count. */
#define HANDLED		0x2000
#define TICKS		0x2008

/*
 * Guest code, which works wherever it lies. Constants: VECTOR 0x50, KICK_PORT 0xe0, DONE_PORT 0x90,
 * HANDLED 0x2000, TICKS 0x2008.
 */
#define GUEST(name, code)							\
	extern const char name[], name##_end[];					\
	asm(".pushsection .rodata\n.globl " #name ", " #name "_end\n.code16\n"	\
	    #name ":\n" code "\n" #name "_end:\n.code64\n.popsection")

#define WRMSR(msr, high, low)							\
	"movl $" #msr ", %ecx; movl $" #high ", %edx; movl $" #low ", %eax; wrmsr;"
/* The x2APIC on, software-enabled; its id tells which vCPU this is. */
#define X2APIC									\
	"movl $0x1b, %ecx; rdmsr; orl $0xc00, %eax; wrmsr;" WRMSR(0x80f, 0, 0x1ff)
/* TICKS = the TSC less itself: twice of this is the time between. */
#define ADD_TSC	"rdtsc; addl %eax, 0x2008; adcl %edx, 0x200c;"
#define SUB_TSC	"rdtsc; subl %eax, 0x2008; sbbl %edx, 0x200c;"

GUEST(guest_handler, "pushl %eax; pushl %ecx; pushl %edx; incl 0x2000;" WRMSR(0x80b, 0, 0)
      "popl %edx; popl %ecx; popl %eax; iret");
GUEST(guest_kick, "1: movl $0, 0x2008; movl $0, 0x200c;" SUB_TSC
      "movw $" STRING(OPERATIONS) ", %cx; 2: outw %ax, $0xe0; decw %cx; jnz 2b;" ADD_TSC
      "outb %al, $0x90; jmp 1b");
GUEST(guest_halt, X2APIC "outb %al, $0x90; sti; 1: hlt; jmp 1b");
/* Sends to the other one what it has got from it; %ebx is the other's id. */
GUEST(guest_ping, X2APIC "movl $0x802, %ecx; rdmsr; xorl $1, %eax; movl %eax, %ebx;"
      "outb %al, $0x90; testl %ebx, %ebx; jz 2f;"
      "1: movl %ebx, %edx; movl $0x4050, %eax; movl $0x830, %ecx; wrmsr;"
      "2: sti; hlt; cli; jmp 1b");
/**
 * struct machine - a VM under measurement
 * @device: KVM or vmh.
 * @vm: the VM.
 * @vcpu: its vCPUs.
 * @run: the run page of each.
 * @memory: guest memory, from 0.
 */
struct machine {
	int device;
	int vm;
	int vcpu[2];
	struct kvm_run *run[2];
	uint8_t *memory;
};

static int is_kvm;

static int call(int fd, unsigned int command, const void *argument)
{
	if (is_kvm)
		command = (command & ~(_IOC_TYPEMASK << _IOC_TYPESHIFT)) |
			  (KVMIO << _IOC_TYPESHIFT);
	int ret = ioctl(fd, command, argument);

	if (ret < 0)
		err(1, "call %#x", command);
	return ret;
}

static void set_cpuid(struct machine *m, int vcpu)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) +
					  MAX_CPUID * sizeof(cpuid->entries[0]));

	if (!cpuid)
		err(1, "memory");
	cpuid->nent = MAX_CPUID;
	call(m->device, VMH_GET_SUPPORTED_CPUID, cpuid);
	/* Not always told of, since it depends on interrupt controllers in the kernel. */
	for (unsigned int i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == 1)
			cpuid->entries[i].ecx |= 1 << 21;
	call(vcpu, VMH_SET_CPUID2, cpuid);
	free(cpuid);
}

static void add_vcpu(struct machine *m, int id, int run_bytes)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rsp = STACK_GPA(id), .rflags = 2 };
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct kvm_sregs sregs;

	m->vcpu[id] = call(m->vm, VMH_CREATE_VCPU, (void *)(long)id);
	m->run[id] = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu[id], 0);
	if (m->run[id] == MAP_FAILED)
		err(1, "mmap");
	set_cpuid(m, m->vcpu[id]);
	call(m->vcpu[id], VMH_GET_SREGS, &sregs);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	call(m->vcpu[id], VMH_SET_SREGS, &sregs);
	call(m->vcpu[id], VMH_SET_REGS, &regs);
	call(m->vcpu[id], VMH_SET_MP_STATE, &state);
}

static void make(struct machine *m, int device, int cpus, const char *code, const char *end)
{
	struct kvm_userspace_memory_region slot = { .memory_size = MEMORY_BYTES };
	struct vmh_vm_config config = { .size = sizeof(config), .flags = VMH_VM_AUTO_START,
		.memory_size = MEMORY_BYTES, .vcpu_count = cpus };
	int run_bytes = call(device, VMH_GET_VCPU_MMAP_SIZE, NULL);

	m->device = device;
	m->vm = is_kvm ? call(device, VMH_CREATE_VM_DEFAULT, NULL) :
			 call(device, VMH_CREATE_VM, &config);
	call(m->vm, VMH_SET_TSS_ADDR, (void *)0xfffbd000);
	call(m->vm, VMH_CREATE_IRQCHIP, NULL);
	m->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (m->memory == MAP_FAILED)
		err(1, "mmap");
	slot.userspace_addr = (uintptr_t)m->memory;
	call(m->vm, VMH_SET_USER_MEMORY_REGION, &slot);
	memcpy(m->memory + CODE_GPA, code, end - code);
	memcpy(m->memory + HANDLER_GPA, guest_handler, guest_handler_end - guest_handler);
	memcpy(m->memory + 4 * VECTOR, &(uint32_t){ HANDLER_GPA }, 4);
	for (int id = 0; id < cpus; id++)
		add_vcpu(m, id, run_bytes);
}

#define MAKE(m, device, cpus, guest) make(m, device, cpus, guest, guest##_end)

static void run_to_done(struct machine *m, int id)
{
	const struct kvm_run *run = m->run[id];

	call(m->vcpu[id], VMH_RUN, NULL);
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != DONE_PORT)
		errx(1, "exit reason %u of vCPU %d", run->exit_reason, id);
}

static volatile uint32_t *handled(const struct machine *m)
{
	return (volatile uint32_t *)(m->memory + HANDLED);
}

static void *run_for_ever(void *vcpu)
{
	int fd = (int)(long)vcpu;

	call(fd, VMH_RUN, NULL);
	return NULL;
}

static void start(struct machine *m, int id)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_for_ever, (void *)(long)m->vcpu[id]))
		errx(1, "no thread");
}

/* What a guest measured in rounds of its own. */
static void measure_in_guest(struct machine *m, const char *name)
{
	uint64_t ticks;

	for (int i = 0; i < ROUNDS; i++) {
		run_to_done(m, 0);
		memcpy(&ticks, m->memory + TICKS, sizeof(ticks));
		printf("%s %d %llu\n", name, OPERATIONS, (unsigned long long)ticks);
	}
}

static void measure_ioeventfd(int device)
{
	struct kvm_ioeventfd args = { .addr = KICK_PORT, .len = 2, .flags = KVM_IOEVENTFD_FLAG_PIO,
				      .fd = eventfd(0, EFD_CLOEXEC) };
	struct machine m;

	MAKE(&m, device, 1, guest_kick);
	call(m.vm, VMH_IOEVENTFD, &args);
	measure_in_guest(&m, "ioeventfd");
}

static void route_to_vector(struct machine *m)
{
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry entry;
	} routing = { .head.nr = 1, .entry = {
		.gsi = GSI, .type = KVM_IRQ_ROUTING_MSI,
		.u.msi = { .address_lo = 0xfee00000, .data = VECTOR },
	} };

	call(m->vm, VMH_SET_GSI_ROUTING, &routing);
}

static void measure_irqfd(int device)
{
	struct kvm_irqfd args = { .fd = eventfd(0, EFD_CLOEXEC), .gsi = GSI };
	struct machine m;

	MAKE(&m, device, 1, guest_halt);
	route_to_vector(&m);
	call(m.vm, VMH_IRQFD, &args);
	run_to_done(&m, 0);
	start(&m, 0);
	for (int round = -1; round < ROUNDS; round++) {
		unsigned long long begin = __rdtsc();

		for (int i = 0; i < OPERATIONS; i++) {
			uint32_t before = *handled(&m);

			if (write(args.fd, &(uint64_t){ 1 }, 8) != 8)
				err(1, "eventfd");
			while (*handled(&m) == before)
				sched_yield();
		}
		if (round >= 0)
			printf("irqfd %d %llu\n", OPERATIONS, __rdtsc() - begin);
	}
}

/* Both count in one place, so an operation is one of them. */
static void measure_ipi(int device)
{
	struct machine m;

	MAKE(&m, device, 2, guest_ping);
	run_to_done(&m, 0);
	run_to_done(&m, 1);
	start(&m, 1);
	start(&m, 0);
	for (int round = -1; round < ROUNDS; round++) {
		uint32_t first = *handled(&m), last;
		unsigned long long begin = __rdtsc(), end;

		do {
			usleep(20000);
			last = *handled(&m);
			end = __rdtsc();
		} while (last - first < OPERATIONS);
		if (round >= 0)
			printf("ipi %u %llu\n", last - first, end - begin);
	}
}

int main(int argc, char **argv)
{
	int device;

	if (argc != 2)
		errx(2, "usage: events DEVICE");
	is_kvm = !!strstr(argv[1], "kvm");
	device = open(argv[1], O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(3, "%s", argv[1]);
	measure_ioeventfd(device);
	measure_irqfd(device);
	measure_ipi(device);
	fflush(stdout);
	/* Threads are in RUN. */
	_exit(0);
}
