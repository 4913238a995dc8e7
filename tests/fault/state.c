// SPDX-License-Identifier: GPL-2.0
/* Restoring and reading a VM's state, and its lifecycle. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

#define PDPT_GPA	0x3000

/* What is to be written; made before, since calls made meanwhile would be those that fail. */
static union {
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;
	struct kvm_lapic_state lapic;
	struct kvm_irqchip chip;
	struct kvm_pit_state2 pit;
} to_write;

static long act_regs(struct vm *vm)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rax = 0x1234 };

	return attempt(vm->vcpu[0], VMH_SET_REGS, &regs);
}

static void prepare_sregs(struct vm *vm)
{
	must(vm->vcpu[0], VMH_GET_SREGS, &to_write.sregs);
	to_write.sregs.cr2 = 0x1234;
	to_write.sregs.cr8 = 5;
	to_write.sregs.es.base = 0x5000;
	to_write.sregs.apic_base |= 1 << 10;
}

static long act_sregs(struct vm *vm)
{
	return attempt(vm->vcpu[0], VMH_SET_SREGS, &to_write.sregs);
}

static void prepare_pae(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[100];
	} cpuid = { .head.nent = 100 };

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
	must(vm->vcpu[0], VMH_GET_SREGS, &to_write.sregs);
	to_write.sregs.cr0 |= 0x80000001;
	to_write.sregs.cr4 |= 0x20;
	to_write.sregs.cr3 = PDPT_GPA;
}

static void real_mode_again(struct vm *vm)
{
	struct kvm_sregs sregs;

	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 &= ~0x80000001ULL;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
}

/* The count of those that were set says that one was not. */
static long act_msrs(struct vm *vm)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entries[2];
	} msrs = {
		.head.nmsrs = 2,
		.entries = { { .index = 0x174, .data = 8 }, { .index = 0x175, .data = 16 } },
	};
	long ret = attempt(vm->vcpu[0], VMH_SET_MSRS, &msrs);

	if (ret < 0 || ret == 2)
		return ret;
	acted_unrecorded = true;
	return -EINVAL;
}

static void prepare_fpu(struct vm *vm)
{
	must(vm->vcpu[0], VMH_GET_FPU, &to_write.fpu);
	to_write.fpu.fcw ^= 0x100;
}

static long act_fpu(struct vm *vm)
{
	return attempt(vm->vcpu[0], VMH_SET_FPU, &to_write.fpu);
}

static void prepare_lapic(struct vm *vm)
{
	must(vm->vcpu[0], VMH_GET_LAPIC, &to_write.lapic);
	to_write.lapic.regs[0x80] = 0x20;
}

static long act_lapic(struct vm *vm)
{
	return attempt(vm->vcpu[0], VMH_SET_LAPIC, &to_write.lapic);
}

static void prepare_pic(struct vm *vm)
{
	to_write.chip.chip_id = KVM_IRQCHIP_PIC_MASTER;
	must(vm->fd, VMH_GET_IRQCHIP, &to_write.chip);
	to_write.chip.chip.pic.imr ^= 1;
}

static void prepare_ioapic(struct vm *vm)
{
	to_write.chip.chip_id = KVM_IRQCHIP_IOAPIC;
	must(vm->fd, VMH_GET_IRQCHIP, &to_write.chip);
	to_write.chip.chip.ioapic.redirtbl[5].bits = 0x10033;
}

static long act_chip(struct vm *vm)
{
	return attempt(vm->fd, VMH_SET_IRQCHIP, &to_write.chip);
}

static void prepare_pit(struct vm *vm)
{
	must(vm->fd, VMH_GET_PIT2, &to_write.pit);
}

static long act_pit(struct vm *vm)
{
	return attempt(vm->fd, VMH_SET_PIT2, &to_write.pit);
}

static long act_clock(struct vm *vm)
{
	struct kvm_clock_data clock = { .clock = 5000000000 };

	return attempt(vm->fd, VMH_SET_CLOCK, &clock);
}

static long act_msr_filter(struct vm *vm)
{
	uint64_t bits = 0;
	struct kvm_msr_filter filter = {
		.ranges[0] = { KVM_MSR_FILTER_READ, 1, 0x10, (uint8_t *)&bits },
	};

	return attempt(vm->fd, VMH_X86_SET_MSR_FILTER, &filter);
}

static long act_cpuid(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[1];
	} cpuid = { .head.nent = 1, .entries = { { .function = 0, .eax = 1 } } };

	return attempt(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
}

static long act_mp_state(struct vm *vm)
{
	struct kvm_mp_state mp_state = { .mp_state = KVM_MP_STATE_HALTED };

	return attempt(vm->vcpu[0], VMH_SET_MP_STATE, &mp_state);
}

static void runnable(struct vm *vm)
{
	must(vm->vcpu[0], VMH_SET_MP_STATE, &(struct kvm_mp_state){ KVM_MP_STATE_RUNNABLE });
}

static long act_supported(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[100];
	} cpuid = { .head.nent = 100 };

	return attempt(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
}

static long act_reading(struct vm *vm)
{
	struct kvm_regs regs;

	return attempt(vm->vcpu[0], VMH_GET_REGS, &regs);
}

static long act_usage(struct vm *vm)
{
	struct vmh_usage usage = { .size = sizeof(usage) };

	return attempt(vm->fd, VMH_GET_USAGE, &usage);
}

static long event(struct vm *vm, enum vmh_event event)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };

	return attempt(vm->fd, VMH_SET_STATE, &change);
}

static long act_init(struct vm *vm)
{
	return event(vm, VMH_EVENT_INIT);
}

static long act_pause(struct vm *vm)
{
	return event(vm, VMH_EVENT_PAUSE);
}

static void resume(struct vm *vm)
{
	vm_event(vm, VMH_EVENT_RESUME);
}

static long act_terminate(struct vm *vm)
{
	return event(vm, VMH_EVENT_TERMINATE);
}

static void all_returned(struct vm *vm)
{
	struct vmh_usage usage = vm_usage(vm);

	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_SLOT_BYTES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 0);
}

#define PLAIN	.made = true, .watch_state = true
#define CHIPS	.made = true, .watch_state = true, .spec = { .irqchip = true }

const struct scenario state_scenarios[] = {
	{ .name = "SET_REGS", PLAIN, .act = act_regs },
	{ .name = "SET_SREGS", CHIPS, .prepare = prepare_sregs, .act = act_sregs },
	{ .name = "SET_SREGS with PAE paging", PLAIN, .prepare = prepare_pae, .act = act_sregs,
	  .finish = real_mode_again },
	{ .name = "SET_MSRS", PLAIN, .act = act_msrs },
	{ .name = "SET_FPU", PLAIN, .prepare = prepare_fpu, .act = act_fpu },
	{ .name = "SET_LAPIC", CHIPS, .prepare = prepare_lapic, .act = act_lapic },
	{ .name = "SET_IRQCHIP of a PIC", CHIPS, .prepare = prepare_pic, .act = act_chip },
	{ .name = "SET_IRQCHIP of the I/O APIC", CHIPS, .prepare = prepare_ioapic,
	  .act = act_chip },
	{ .name = "SET_PIT2", CHIPS, .prepare = prepare_pit, .act = act_pit },
	{ .name = "SET_CLOCK", PLAIN, .act = act_clock },
	{ .name = "X86_SET_MSR_FILTER", PLAIN, .act = act_msr_filter },
	{ .name = "SET_CPUID2", PLAIN, .act = act_cpuid },
	{ .name = "SET_MP_STATE", CHIPS, .act = act_mp_state, .finish = runnable },
	{ .name = "GET_SUPPORTED_CPUID", PLAIN, .act = act_supported },
	{ .name = "GET_REGS", PLAIN, .act = act_reading },
	{ .name = "GET_USAGE", PLAIN, .act = act_usage },
	{ .name = "INIT", PLAIN, .act = act_init },
	{ .name = "PAUSE", PLAIN, .prepare = vm_start, .act = act_pause, .finish = resume },
	{ .name = "TERMINATE", PLAIN, .act = act_terminate, .finish = all_returned },
	{ }
};
