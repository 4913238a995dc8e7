// SPDX-License-Identifier: GPL-2.0
/* A local APIC that is the VMM's: IA32_APIC_BASE, and what CPUID tells of it. */
#include <string.h>

#include "vm.h"

#define MSR_APIC_BASE	0x1b
#define BASE_RESET	0xfee00900U
#define BASE_ENABLE	(1U << 11)
#define BASE_X2APIC	(1U << 10)
#define BASE_BSP	(1U << 8)
#define ECX_X2APIC	(1U << 21)
#define ECX_DEADLINE	(1U << 24)
#define EDX_APIC	(1U << 9)

#define HANDLER_GPA	0x2000
#define GP_VECTOR	13
#define DONE_PORT	0x10
#define FAULT_PORT	0x11

/* Writes EBX to IA32_APIC_BASE, reads it into ESI, and CPUID's leaf 1 into ECX and EDX. */
GUEST(guest_base,
      "movl $0x1b, %ecx; movl %ebx, %eax; xorl %edx, %edx; wrmsr; rdmsr; movl %eax, %esi;"
      "movl $1, %eax; cpuid; outb %al, $0x10");
GUEST(guest_fault, "outb %al, $0x11; jmp .");

static struct kvm_cpuid_entry2 features;

/* The supported CPUID, with x2APIC, which a VMM may add. */
static void set_cpuid(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid = { .header.nent = 256 };

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	for (uint32_t i = 0; i < cpuid.header.nent; i++) {
		if (cpuid.entries[i].function != 1)
			continue;
		features = cpuid.entries[i];
		cpuid.entries[i].ecx |= ECX_X2APIC;
	}
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
}

static void make(struct vm *vm)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };

	vm_make(vm, &(struct spec){ });
	set_cpuid(vm);
	VM_LOAD(vm, guest_base);
	memcpy(vm->memory + GP_VECTOR * sizeof(gate), gate, sizeof(gate));
	memcpy(vm->memory + HANDLER_GPA, guest_fault, guest_fault_end - guest_fault);
	vm_start(vm);
}

static void set_base(struct vm *vm, uint64_t base)
{
	struct kvm_sregs sregs;

	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.apic_base = base;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.apic_base, base);
	CHECK_EQ(vm_get_msr(vm, 0, MSR_APIC_BASE), base);
}

/* A VMM that fills the structure from zero, as many small ones do. */
static void from_zero(void)
{
	struct kvm_sregs sregs = { };
	struct vm vm;

	make(&vm);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_APIC_BASE), BASE_RESET);
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.apic_base, 0);
	set_base(&vm, 0);
}

/**
 * struct base_case - what the guest writes to IA32_APIC_BASE
 * @name: what it shows.
 * @from: what the VMM has put there.
 * @to: what the guest writes.
 * @faults: which is not to be had.
 */
struct base_case {
	const char *name;
	uint32_t from;
	uint32_t to;
	bool faults;
};

static const struct base_case base_cases[] = {
	{ "the same", BASE_RESET, BASE_RESET },
	{ "moved", BASE_RESET, 0x12345000 | BASE_ENABLE | BASE_BSP },
	{ "no boot processor", BASE_RESET, BASE_RESET & ~BASE_BSP },
	{ "off", BASE_RESET, BASE_RESET & ~BASE_ENABLE },
	{ "on", 0, BASE_RESET },
	{ "nothing to nothing", 0, 0 },
	{ "x2APIC", BASE_RESET, BASE_RESET | BASE_X2APIC },
	{ "x2APIC off", BASE_RESET | BASE_X2APIC, 0xfee00000 },
	{ "from x2APIC to xAPIC", BASE_RESET | BASE_X2APIC, BASE_RESET, true },
	{ "from off to x2APIC", 0, BASE_RESET | BASE_X2APIC, true },
	{ "x2APIC that is off", BASE_RESET, 0xfee00000 | BASE_X2APIC, true },
	{ "reserved bit", BASE_RESET, BASE_RESET | 1, true },
};

static const char *base_name(unsigned int row)
{
	return base_cases[row].name;
}

static void guest_writes(unsigned int row)
{
	const struct base_case *c = &base_cases[row];
	uint32_t now = c->faults ? c->from : c->to;
	struct kvm_regs regs;
	struct vm vm;

	make(&vm);
	set_base(&vm, c->from);
	regs = vm_regs(&vm, 0);
	regs.rbx = c->to;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK_EQ(vm.run[0]->io.port, c->faults ? FAULT_PORT : DONE_PORT);
	CHECK_EQ(vm.run[0]->apic_base, now);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_APIC_BASE), now);
	if (c->faults)
		return;
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rsi, now);
	CHECK_EQ(!!(regs.rdx & EDX_APIC), !!(now & BASE_ENABLE));
}

/* It takes an APIC in the kernel, so that a VMM may add it only there. */
static void deadline(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	CHECK_EQ(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_TSC_DEADLINE_TIMER)), 1);
	set_cpuid(&vm);
	CHECK_EQ(features.ecx & ECX_DEADLINE, 0);
}

static const struct test tests[] = {
	{ .name = "IA32_APIC_BASE of 0", .run = from_zero, .kvm = true },
	{ .name = "the guest writes IA32_APIC_BASE", .rows = ARRAY_SIZE(base_cases),
	  .row_name = base_name, .run_row = guest_writes, .kvm = true },
	{ .name = "the TSC-deadline timer is no part of CPUID", .run = deadline, .kvm = true },
	{ }
};

const struct suite suite_apic = { "apic", tests };
