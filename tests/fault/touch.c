// SPDX-License-Identifier: GPL-2.0
/* RUN: the guest touches memory for the first time, and devices that are not there. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fault.h"

#define MIB		(1UL << 20)
#define DATA_GPA	0x40000
#define FAR_GPA		(2 * MIB)
#define TABLE_GPA	0x3000
#define HANDLER_GPA	0x3000
#define VECTOR		0x30
#define EOI_MSR		0x4b564d04
#define DEVICE_GPA	(16 * MIB)

/* Each comes out of port 0x10 first: from there on it does one thing, and halts. */
#define THEN	"outb %al, $0x10;"
GUEST(guest_write, THEN "movb $0x5a, (%ebx); 1: hlt; jmp 1b");
GUEST(guest_read, THEN "movb (%ebx), %al; 1: hlt; jmp 1b");
GUEST(guest_device, THEN "movb $0x5a, (%edi); 1: hlt; jmp 1b");
GUEST(guest_device_read, THEN "movb (%edi), %al; movb %al, (%ebx); 1: hlt; jmp 1b");
GUEST(guest_from_device, THEN "addr32 movsb; 1: hlt; jmp 1b");
GUEST(guest_locked, THEN "lock incl (%ebx); 1: hlt; jmp 1b");
GUEST(guest_string_out, THEN "movl %ebx, %esi; addr32 rep outsb; 1: hlt; jmp 1b");
GUEST(guest_string_in, THEN "movl %ebx, %edi; addr32 rep insb; 1: hlt; jmp 1b");

/* Sends itself an interrupt and ends it in memory, if it finds that it may. */
GUEST(guest_interrupts_itself,
      THEN "movl $0xfee00000, %esi; movl $0x1ff, 0xf0(%esi); sti; movl $0x44030, 0x300(%esi);"
      "nop; cli; 1: outb %al, $0x10; jmp 1b");
GUEST(guest_ends_interrupt,
      "incl 0x2000; lock btrl $0, (%ebx); jc 1f; movl $0, 0xb0(%esi); 1: iret");

static uint32_t wanted_exit;

/* Run the guest up to its port access, with EBX and EDI set. */
static void up_to_there(struct vm *vm, const char *code, const char *end, uint64_t ebx,
			uint64_t edi, uint32_t exit)
{
	struct kvm_regs regs = {
		.rip = CODE_GPA, .rsp = CODE_GPA, .rflags = 2, .rbx = ebx, .rsi = edi, .rdi = edi,
		.rcx = 16, .rdx = 0x11,
	};

	vm_load(vm, code, end);
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_start(vm);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	wanted_exit = exit;
}

#define UP_TO(vm, guest, ebx, edi, exit)	up_to_there(vm, guest, guest##_end, ebx, edi, exit)

/* An instruction that failed half way starts over: the device is asked again. */
static bool answer_device(struct kvm_run *run)
{
	if (wanted_exit != KVM_EXIT_HLT)
		return false;
	if (run->exit_reason == KVM_EXIT_MMIO)
		run->mmio.data[0] = 0x5a;
	else if (run->exit_reason == KVM_EXIT_IO)
		memset((uint8_t *)run + run->io.data_offset, 0x5a, 16);
	else
		return false;
	return true;
}

static long act_run(struct vm *vm)
{
	long ret;

	do {
		ret = attempt(vm->vcpu[0], VMH_RUN, NULL);
	} while (!ret && answer_device(vm->run[0]));
	if (ret)
		return ret;
	/* Guest memory that an instruction under emulation cannot reach: an exit says so. */
	if (vm->run[0]->exit_reason == KVM_EXIT_INTERNAL_ERROR) {
		CHECK_EQ(vm->run[0]->internal.suberror, KVM_INTERNAL_ERROR_EMULATION);
		acted_unrecorded = true;
		return -EFAULT;
	}
	if (vm->run[0]->exit_reason == VMH_EXIT_RESOURCE) {
		/* No refusal, but an exit that names the resource. */
		acted_unrecorded = true;
		return -EDQUOT;
	}
	if (vm->run[0]->exit_reason != wanted_exit)
		FAIL("exit reason %#x, not %#x", vm->run[0]->exit_reason, wanted_exit);
	return 0;
}

static void prepare_write(struct vm *vm)
{
	UP_TO(vm, guest_write, DATA_GPA, 0, KVM_EXIT_HLT);
}

static void prepare_far(struct vm *vm)
{
	UP_TO(vm, guest_write, FAR_GPA, 0, KVM_EXIT_HLT);
}

static void written(struct vm *vm)
{
	CHECK_EQ(vm->memory[DATA_GPA], 0x5a);
}

static void written_far(struct vm *vm)
{
	CHECK_EQ(vm->memory[FAR_GPA], 0x5a);
}

static void prepare_read(struct vm *vm)
{
	UP_TO(vm, guest_read, DATA_GPA, 0, KVM_EXIT_HLT);
}

static void read_only_slot(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = FAR_GPA, .memory_size = MIB / 2,
		.userspace_addr = (uintptr_t)vm->memory, .flags = KVM_MEM_READONLY,
	};

	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, MIB / 2, vm->memory);
	must(vm->fd, VMH_SET_USER_MEMORY_REGION, &region);
}

static void prepare_rom(struct vm *vm)
{
	read_only_slot(vm);
	UP_TO(vm, guest_read, FAR_GPA, 0, KVM_EXIT_HLT);
}

static void prepare_locked(struct vm *vm)
{
	read_only_slot(vm);
	UP_TO(vm, guest_locked, FAR_GPA, 0, KVM_EXIT_MMIO);
}

static void prepare_device(struct vm *vm)
{
	UP_TO(vm, guest_device, 0, DEVICE_GPA, KVM_EXIT_MMIO);
}

static void prepare_device_read(struct vm *vm)
{
	UP_TO(vm, guest_device_read, DATA_GPA, DEVICE_GPA, KVM_EXIT_MMIO);
}

/* The device has answered: what is left is to write the answer to memory. */
static void prepare_from_device(struct vm *vm)
{
	UP_TO(vm, guest_from_device, 0, DEVICE_GPA, KVM_EXIT_MMIO);
	/* To where RDI says. */
	must(vm->vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
		.rip = CODE_GPA + 2, .rsp = CODE_GPA, .rflags = 2, .rsi = DEVICE_GPA,
		.rdi = DATA_GPA });
	CHECK(!act_run(vm));
	vm->run[0]->mmio.data[0] = 0x5a;
	wanted_exit = KVM_EXIT_HLT;
}

static void prepare_string_out(struct vm *vm)
{
	UP_TO(vm, guest_string_out, DATA_GPA, 0, KVM_EXIT_IO);
}

static void prepare_string_in(struct vm *vm)
{
	UP_TO(vm, guest_string_in, DATA_GPA, 0, KVM_EXIT_IO);
	CHECK(!act_run(vm));
	memset((uint8_t *)vm->run[0] + vm->run[0]->io.data_offset, 0x5a, 16);
	wanted_exit = KVM_EXIT_HLT;
}

/* Pages of 4 MiB with nothing accessed yet, so that a walk has to set bits. */
static void prepare_paging(struct vm *vm)
{
	const uint32_t large = 0x83;		/* present, writable, 4 MiB */
	uint32_t *table = (uint32_t *)(vm->memory + TABLE_GPA);
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[100];
	} cpuid = { .head.nent = 100 };
	struct kvm_sregs sregs;

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
	table[0] = large;
	table[1] = large;			/* the same memory again */
	table[2] = large | DEVICE_GPA;
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 |= 0x80000001;
	sregs.cr4 |= 0x10;
	sregs.cr3 = TABLE_GPA;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	UP_TO(vm, guest_from_device, 0, 8 * MIB, KVM_EXIT_MMIO);
	must(vm->vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
		.rip = CODE_GPA + 2, .rsp = CODE_GPA, .rflags = 2, .rsi = 8 * MIB,
		.rdi = 4 * MIB + DATA_GPA });
	CHECK(!act_run(vm));
	vm->run[0]->mmio.data[0] = 0x5a;
	wanted_exit = KVM_EXIT_HLT;
}

static void prepare_pv_eoi(struct vm *vm)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };

	memcpy(vm->memory + HANDLER_GPA, guest_ends_interrupt,
	       guest_ends_interrupt_end - guest_ends_interrupt);
	memcpy(vm->memory + VECTOR * sizeof(gate), gate, sizeof(gate));
	/* There before it is needed. */
	vm->memory[DATA_GPA] = 0;
	CHECK_EQ(vm_set_msr(vm, 0, EOI_MSR, DATA_GPA | 1), 1);
	UP_TO(vm, guest_interrupts_itself, DATA_GPA, 0, KVM_EXIT_IO);
}

/* One way or the other: also if what the guest wrote could not be read at once. */
static void interrupt_has_ended(struct vm *vm)
{
	struct kvm_lapic_state state;

	must(vm->vcpu[0], VMH_GET_LAPIC, &state);
	for (unsigned int reg = 0x100; reg < 0x180; reg += 0x10)
		CHECK_EQ(*(uint32_t *)(state.regs + reg), 0);
	CHECK_EQ(*(uint32_t *)(vm->memory + SPIN_COUNTER), 1);
	CHECK_EQ(vm->memory[DATA_GPA], 0);
}

/* Back to real mode, where the guest that shows all is well runs. */
static void paging_off(struct vm *vm)
{
	struct kvm_sregs sregs;

	written(vm);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 &= ~0x80000001ULL;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
}

#define SMALL	.made = true, .act = act_run
#define LARGE	.made = true, .act = act_run, .spec = { .memory = 8 * MIB }

const struct scenario run_scenarios[] = {
	{ .name = "first write to a page", SMALL, .prepare = prepare_write, .finish = written },
	{ .name = "first read of a page", SMALL, .prepare = prepare_read },
	{ .name = "first write behind another table", LARGE, .prepare = prepare_far,
	  .finish = written_far },
	{ .name = "first write to a huge page", .made = true, .act = act_run,
	  .spec = { .memory = 8 * MIB, .huge = true }, .prepare = prepare_far,
	  .finish = written_far },
	{ .name = "first read of a read-only slot", SMALL, .prepare = prepare_rom },
	{ .name = "locked update of a read-only slot", SMALL, .prepare = prepare_locked },
	{ .name = "write to a device", SMALL, .prepare = prepare_device },
	{ .name = "read from a device", SMALL, .prepare = prepare_device_read },
	{ .name = "move from a device to memory", SMALL, .prepare = prepare_from_device,
	  .finish = written },
	{ .name = "the same through page tables", LARGE, .prepare = prepare_paging,
	  .finish = paging_off },
	{ .name = "string from memory to a port", SMALL, .prepare = prepare_string_out },
	{ .name = "string from a port to memory", SMALL, .prepare = prepare_string_in,
	  .finish = written },
	{ .name = "end of an interrupt in memory", .made = true, .act = act_run,
	  .spec = { .irqchip = true }, .prepare = prepare_pv_eoi, .finish = interrupt_has_ended },
	{ }
};
