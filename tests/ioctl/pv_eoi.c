// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts that the guest ends in its memory: when it may, what the VMM sees of it, and what is
 * left when it may not.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define EOI_MSR		0x4b564d04
#define EOI_GPA		0x5000
#define EOI_SLOT_GPA	0x200000
#define HANDLER_GPA	0x3000
#define HANDLED		0x2004
#define REAL_EOIS	0x2008		/* at the APIC */
#define GO_GPA		0x2010
#define VECTOR		0x30
#define WAITING_VECTOR	0x31		/* of the same class */
#define NESTED_VECTOR	0x40
#define ROUNDS		10
#define RESET_GPA	0xfffff000
#define RESET_OFFSET	0xff0
#define MSI_ADDRESS	0xfee00000
#define MSI_LEVEL	0xc000		/* level-triggered, asserted */

#define APIC_ON		"movl $0xfee00000, %esi; movl $0x1ff, 0xf0(%esi);"
#define SEND(vector)	"movl $0x44000 + " #vector ", 0x300(%esi);"
/* As Linux does it: who finds the bit clears it, and need not tell. */
#define EOI		"lock btrl $0, 0x5000; jc 9f; incl 0x2008; movl $0, 0xb0(%esi); 9:"

/* Sends itself an interrupt, again and again. */
GUEST(guest_sends, APIC_ON "sti; 1:" SEND(0x30) "nop; outb %al, $0x10; jmp 1b");
/* Waits for interrupts of the VMM's. */
GUEST(guest_waits, APIC_ON "sti; 1: nop; outb %al, $0x10; jmp 1b");
GUEST(guest_inits, APIC_ON "movl $0, 0x310(%esi); movl $0x4500, 0x300(%esi); 1: nop; jmp 1b");
GUEST(guest_after_init, "1: outb %al, $0x12; jmp 1b");

/* What handlers do. */
GUEST(guest_ends, "incl 0x2004;" EOI "iret");
GUEST(guest_asks_and_ends, "incl 0x2004; outb %al, $0x11;" EOI "iret");
GUEST(guest_ends_at_apic, "incl 0x2004; incl 0x2008; movl $0, 0xb0(%esi); iret");
GUEST(guest_sends_waiting, "incl 0x2004;" SEND(0x31) EOI "outb %al, $0x11; iret");
GUEST(guest_sends_nested,
      "incl 0x2004; sti;" SEND(0x40) "nop; outb %al, $0x11; cli;" EOI "iret");
GUEST(guest_spins_and_ends,
      "incl 0x2004; 1: incl 0x2000; cmpb $0, 0x2010; je 1b;" EOI "iret");

static volatile uint32_t *word(struct vm *vm, uint64_t gpa)
{
	return (volatile uint32_t *)(vm->memory + gpa);
}

static void set_gate(struct vm *vm, uint8_t vector, const char *code, const char *end)
{
	const uint16_t gate[] = { HANDLER_GPA + vector * 0x40, 0 };

	memcpy(vm->memory + vector * sizeof(gate), gate, sizeof(gate));
	memcpy(vm->memory + gate[0], code, end - code);
}

#define SET_GATE(vm, vector, guest)	set_gate(vm, vector, guest, guest##_end)

/* Does CPUID say that there is such a thing? */
static bool has_feature(struct vm *vm)
{
	struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[100]; } cpuid = {
		.head.nent = 100,
	};

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	for (uint32_t i = 0; i < cpuid.head.nent; i++)
		if (cpuid.entries[i].function == 0x40000001)
			return cpuid.entries[i].eax & 1 << 6;
	return false;
}

static void make(struct vm *vm, const struct spec *spec, const char *code, const char *end)
{
	vm_make(vm, spec);
	vm_load(vm, code, end);
	SET_GATE(vm, VECTOR, guest_ends);
	SET_GATE(vm, WAITING_VECTOR, guest_ends);
	SET_GATE(vm, NESTED_VECTOR, guest_ends);
	vm_start(vm);
}

/* A VM whose vCPU has been told where. */
#define MAKE(vm, guest, ...) do {						\
	make(vm, &(struct spec){ .irqchip = true, __VA_ARGS__ }, guest, guest##_end);	\
	if (!has_feature(vm))							\
		skip("the processor ends interrupts by itself");		\
	/* There before it is needed: nobody waits for it. */			\
	*word(vm, EOI_GPA) = 0;							\
	CHECK_EQ(vm_set_msr(vm, 0, EOI_MSR, EOI_GPA | 1), 1);			\
} while (0)

static void run_to_port(struct vm *vm, uint16_t port)
{
	vm_run_until(vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm->run[0]->io.port, port);
}

/* How many vectors are in service, as the VMM sees it. */
static unsigned int in_service(struct vm *vm)
{
	struct kvm_lapic_state state;
	unsigned int nr = 0;

	must(vm->vcpu[0], VMH_GET_LAPIC, &state);
	for (unsigned int reg = 0x100; reg < 0x180; reg += 0x10)
		nr += __builtin_popcount(*(uint32_t *)(state.regs + reg));
	return nr;
}

/* After any exit KVM does not offer again what it offered before. */
static void check_counts(struct vm *vm, uint32_t handled, uint32_t real_eois)
{
	CHECK_EQ(*word(vm, HANDLED), handled);
	if (on_kvm)
		CHECK(*word(vm, REAL_EOIS) >= real_eois && *word(vm, REAL_EOIS) <= handled);
	else
		CHECK_EQ(*word(vm, REAL_EOIS), real_eois);
}

static void by_memory(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		run_to_port(&vm, 0x10);
		check_counts(&vm, i, 0);
		/* On KVM too, once the handler's pages are there. */
		CHECK(*word(&vm, REAL_EOIS) <= ROUNDS / 2);
		CHECK_EQ(in_service(&vm), 0);
		CHECK_EQ(*word(&vm, EOI_GPA), 0);
	}
}

/* Off, or off again: nothing is offered. */
static void not_asked_for(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA), 1);
	run_to_port(&vm, 0x10);
	check_counts(&vm, 1, 1);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 1), 1);
	run_to_port(&vm, 0x10);
	check_counts(&vm, 2, 1);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, 0), 1);
	run_to_port(&vm, 0x10);
	check_counts(&vm, 3, 2);
	CHECK_EQ(in_service(&vm), 0);
}

/* The VMM sees an APIC as it is, and no bit; then the guest goes on with it. */
static void seen_in_service(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_asks_and_ends);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		run_to_port(&vm, 0x11);
		CHECK_EQ(in_service(&vm), 1);
		CHECK_EQ(*word(&vm, EOI_GPA), 0);
		run_to_port(&vm, 0x10);
		CHECK_EQ(in_service(&vm), 0);
		check_counts(&vm, i, 0);
	}
}

/* Who does not look at the bit leaves no bit behind. */
static void at_the_apic(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_ends_at_apic);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		run_to_port(&vm, 0x10);
		check_counts(&vm, i, i);
		CHECK_EQ(in_service(&vm), 0);
		CHECK_EQ(*word(&vm, EOI_GPA), 0);
	}
}

/* One waits for the EOI: that has to be told. Nothing waits for its own. */
static void another_waits(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_sends_waiting);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		run_to_port(&vm, 0x11);
		check_counts(&vm, 2 * i - 1, i);
		run_to_port(&vm, 0x10);
		check_counts(&vm, 2 * i, i);
		CHECK_EQ(in_service(&vm), 0);
	}
}

/* The guest spins, with the bit set most of the time as another processor sees it. */
static void let_spin(struct vm *vm)
{
	for (unsigned int i = 0; i < 5; i++) {
		wait_until_changes((uint32_t *)(vm->memory + SPIN_COUNTER));
		sleep_ms(2);
	}
}

/* One that waits for the EOI comes after it was offered: the offer is taken back. */
static void another_arrives(void)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = WAITING_VECTOR };
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_spins_and_ends);
	runner_start(&runner, &vm, 0);
	let_spin(&vm);
	check_counts(&vm, 1, 0);
	must(vm.fd, VMH_SIGNAL_MSI, &msi);
	let_spin(&vm);
	check_counts(&vm, 1, 0);
	vm.memory[GO_GPA] = 1;
	runner_join(&runner);
	check_counts(&vm, 2, 1);
	CHECK_EQ(in_service(&vm), 0);
}

/* KVM may offer the inner EOI, and then not the outer one. */
static void nested(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_sends_nested);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		run_to_port(&vm, 0x11);
		CHECK_EQ(in_service(&vm), 1);
		check_counts(&vm, 2 * i, on_kvm ? 0 : i);
		run_to_port(&vm, 0x10);
		check_counts(&vm, 2 * i, on_kvm ? 0 : i);
		CHECK_EQ(in_service(&vm), 0);
	}
}

static void level_triggered(void)
{
	struct kvm_msi msi = { .address_lo = MSI_ADDRESS, .data = MSI_LEVEL | VECTOR };
	struct vm vm;

	MAKE(&vm, guest_waits);
	run_to_port(&vm, 0x10);
	must(vm.fd, VMH_SIGNAL_MSI, &msi);
	run_to_port(&vm, 0x10);
	/* An exit may have been on its way already. */
	run_to_port(&vm, 0x10);
	/* KVM looks at what comes through its I/O APIC only. */
	check_counts(&vm, 1, on_kvm ? 0 : 1);
	msi.data = VECTOR;
	must(vm.fd, VMH_SIGNAL_MSI, &msi);
	run_to_port(&vm, 0x10);
	run_to_port(&vm, 0x10);
	check_counts(&vm, 2, on_kvm ? 0 : 1);
	CHECK_EQ(in_service(&vm), 0);
}

static void msr(void)
{
	struct vm vm;

	make(&vm, &(struct spec){ .irqchip = true }, guest_sends, guest_sends_end);
	CHECK_EQ(vm_get_msr(&vm, 0, EOI_MSR), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 5), 1);
	CHECK_EQ(vm_get_msr(&vm, 0, EOI_MSR), EOI_GPA | 5);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 3), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 2), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, 1ULL << 60 | 1), 0);
	CHECK_EQ(vm_get_msr(&vm, 0, EOI_MSR), EOI_GPA | 5);
	/* An address that is not used may be any. */
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, 1ULL << 60), 1);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, 0), 1);
}

/* What a VMM saves has it. */
static void listed(void)
{
	struct { struct kvm_msr_list head; uint32_t indices[500]; } list = { .head.nmsrs = 500 };
	bool found = false;

	must(device_open(), VMH_GET_MSR_INDEX_LIST, &list);
	for (uint32_t i = 0; i < list.head.nmsrs; i++)
		found |= list.indices[i] == EOI_MSR;
	CHECK(found);
}

/* Without a feature, or without an APIC here, the MSR can be set, and that is all. */
static void never_offered(void)
{
	struct vm vm;

	make(&vm, &(struct spec){ .irqchip = true }, guest_sends, guest_sends_end);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 1), 1);
	if (!has_feature(&vm)) {
		run_to_port(&vm, 0x10);
		check_counts(&vm, 1, 1);
		CHECK_EQ(*word(&vm, EOI_GPA), 0);
	}
	make(&vm, &(struct spec){ }, guest_out, guest_out_end);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_GPA | 1), 1);
	run_to_port(&vm, 0x10);
	run_to_port(&vm, 0x10);
	CHECK_EQ(*word(&vm, EOI_GPA), 0);
}

/* Nowhere, or where nothing can be written: each EOI is told. */
static void bad_places(void)
{
	const uint64_t places[] = { 0x40000000, 0xffffffffc, EOI_SLOT_GPA };
	uint8_t *rom = map_pages(PAGE), old[PAGE];
	struct vm vm;

	memset(rom, 0x55, PAGE);
	memcpy(old, rom, PAGE);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		MAKE(&vm, guest_sends, .memory = 4 << 20);
		vm_add_slot(&vm, 0, 0, 0, NULL);
		vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
		must(vm.fd, VMH_SET_USER_MEMORY_REGION, &(struct kvm_userspace_memory_region){
			.slot = 1, .flags = KVM_MEM_READONLY, .guest_phys_addr = EOI_SLOT_GPA,
			.memory_size = PAGE, .userspace_addr = (uintptr_t)rom });
		CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, places[i] | 1), 1);
		for (unsigned int round = 1; round <= ROUNDS; round++) {
			run_to_port(&vm, 0x10);
			check_counts(&vm, round, round);
		}
		vm_close(&vm);
	}
	CHECK(!memcmp(rom, old, PAGE));
}

/* Memory comes where the guest has its word, and goes again: then it is the VMM's alone. */
static void slot_comes_and_goes(void)
{
	uint8_t *page = map_pages(PAGE);
	struct vm vm;

	MAKE(&vm, guest_sends, .memory = 4 << 20);
	SET_GATE(&vm, VECTOR, guest_asks_and_ends);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_SLOT_GPA | 1), 1);
	run_to_port(&vm, 0x11);
	memset(page, 0x55, PAGE);
	vm_add_slot(&vm, 1, EOI_SLOT_GPA, PAGE, page);
	run_to_port(&vm, 0x10);
	run_to_port(&vm, 0x11);
	CHECK_EQ(page[0], 0);
	CHECK_EQ(page[1], 0x55);
	vm_add_slot(&vm, 1, EOI_SLOT_GPA, 0, NULL);
	memset(page, 0x55, PAGE);
	run_to_port(&vm, 0x10);
	run_to_port(&vm, 0x11);
	run_to_port(&vm, 0x10);
	CHECK_EQ(page[0], 0x55);
	CHECK_EQ(in_service(&vm), 0);
}

/* The same under a guest that is about to end its interrupt. */
static void slot_goes_meanwhile(void)
{
	uint8_t *page = map_pages(PAGE);
	struct runner runner;
	struct vm vm;

	MAKE(&vm, guest_sends, .memory = 4 << 20);
	SET_GATE(&vm, VECTOR, guest_spins_and_ends);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	vm_add_slot(&vm, 1, EOI_SLOT_GPA, PAGE, page);
	page[0] = 0;
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, EOI_SLOT_GPA | 1), 1);
	runner_start(&runner, &vm, 0);
	let_spin(&vm);
	vm_add_slot(&vm, 1, EOI_SLOT_GPA, 0, NULL);
	let_spin(&vm);
	memset(page, 0x55, PAGE);
	let_spin(&vm);
	vm.memory[GO_GPA] = 1;
	runner_join(&runner);
	CHECK_EQ(vm.run[0]->io.port, 0x10);
	CHECK_EQ(page[0], 0x55);
	CHECK_EQ(in_service(&vm), 0);
}

/*
 * Its page becomes one to be copied before it is written: not within a turn. After an offer the
 * copy is waited for; before, nothing is offered.
 */
static void page_is_shared(void)
{
	struct runner runner;
	struct vm vm;
	int child;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_spins_and_ends);
	runner_start(&runner, &vm, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		let_spin(&vm);
		child = fork();
		if (!child) {
			pause();
			_exit(0);
		}
		let_spin(&vm);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	vm.memory[GO_GPA] = 1;
	runner_join(&runner);
	CHECK_EQ(vm.run[0]->io.port, 0x10);
	CHECK_EQ(*word(&vm, HANDLED), 1);
	CHECK(*word(&vm, REAL_EOIS) <= 1);
	CHECK_EQ(in_service(&vm), 0);
	CHECK_EQ(*word(&vm, EOI_GPA), 0);
}

/* In the middle of a handler the guest goes to another VM, and ends its interrupt there. */
static void moved(void)
{
	struct kvm_lapic_state lapic;
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	struct vm from, to;
	uint64_t msr;

	MAKE(&from, guest_sends);
	SET_GATE(&from, VECTOR, guest_asks_and_ends);
	run_to_port(&from, 0x11);
	/* Completes the access. */
	from.run[0]->immediate_exit = 1;
	call(from.vcpu[0], VMH_RUN, NULL);
	must(from.vcpu[0], VMH_GET_LAPIC, &lapic);
	must(from.vcpu[0], VMH_GET_SREGS, &sregs);
	regs = vm_regs(&from, 0);
	msr = vm_get_msr(&from, 0, EOI_MSR);
	MAKE(&to, guest_sends);
	memcpy(to.memory, from.memory, to.bytes);
	must(to.vcpu[0], VMH_SET_SREGS, &sregs);
	must(to.vcpu[0], VMH_SET_REGS, &regs);
	must(to.vcpu[0], VMH_SET_LAPIC, &lapic);
	CHECK_EQ(vm_set_msr(&to, 0, EOI_MSR, msr), 1);
	CHECK_EQ(in_service(&to), 1);
	run_to_port(&to, 0x10);
	CHECK_EQ(in_service(&to), 0);
	check_counts(&to, 1, 0);
	run_to_port(&to, 0x11);
	run_to_port(&to, 0x10);
	check_counts(&to, 2, 0);
}

/* The host's writes are logged, though the guest never wrote there. */
static void logged(void)
{
	struct vm vm;

	MAKE(&vm, guest_sends);
	SET_GATE(&vm, VECTOR, guest_ends_at_apic);
	run_to_port(&vm, 0x10);
	vm_log_dirty(&vm);
	vm_page_is_dirty(&vm, EOI_GPA);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		run_to_port(&vm, 0x10);
		/* A new slot is noticed in one round. */
		CHECK(vm_page_is_dirty(&vm, EOI_GPA) || !i);
		CHECK(!vm_page_is_dirty(&vm, EOI_GPA));
	}
	CHECK_EQ(vm_set_msr(&vm, 0, EOI_MSR, 0), 1);
	run_to_port(&vm, 0x10);
	CHECK(!vm_page_is_dirty(&vm, EOI_GPA));
}

static void gone_after_init(void)
{
	uint8_t *page = map_pages(PAGE);
	struct vm vm;

	MAKE(&vm, guest_inits, .memory = 4 << 20);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	vm_add_slot(&vm, 0, 0, 1 << 20, vm.memory);
	memcpy(page + RESET_OFFSET, guest_after_init, guest_after_init_end - guest_after_init);
	vm_add_slot(&vm, 1, RESET_GPA, PAGE, page);
	CHECK_EQ(vm_get_msr(&vm, 0, EOI_MSR), EOI_GPA | 1);
	run_to_port(&vm, 0x12);
	CHECK_EQ(vm_get_msr(&vm, 0, EOI_MSR), 0);
}

static const struct test tests[] = {
	{ .name = "EOI in memory", .run = by_memory, .kvm = true },
	{ .name = "EOI in memory not asked for", .run = not_asked_for, .kvm = true },
	{ .name = "in service, as the VMM sees it", .run = seen_in_service, .kvm = true },
	{ .name = "EOI at the APIC all the same", .run = at_the_apic, .kvm = true },
	{ .name = "EOI that another interrupt waits for", .run = another_waits, .kvm = true },
	{ .name = "EOI that another interrupt comes to wait for", .run = another_arrives },
	{ .name = "EOIs of nested interrupts", .run = nested, .kvm = true },
	{ .name = "EOI of a level-triggered interrupt", .run = level_triggered, .kvm = true },
	{ .name = "MSR of EOIs in memory", .run = msr, .kvm = true },
	{ .name = "MSR of EOIs in memory is listed", .run = listed, .kvm = true },
	{ .name = "EOIs in memory never offered", .run = never_offered, .kvm = true },
	{ .name = "EOIs in memory have no place", .run = bad_places },
	{ .name = "EOIs in memory get a place and lose it", .run = slot_comes_and_goes },
	{ .name = "EOIs in memory lose their place meanwhile", .run = slot_goes_meanwhile },
	{ .name = "EOI in a page that is shared", .run = page_is_shared },
	{ .name = "EOI in memory after a move", .run = moved, .kvm = true },
	{ .name = "EOIs in memory are logged", .run = logged },
	{ .name = "INIT ends EOIs in memory", .run = gone_after_init, .kvm = true },
	{ }
};

const struct suite suite_pv_eoi = { "pv_eoi", tests };
