// SPDX-License-Identifier: GPL-2.0
/* Which system registers SET_SREGS takes, which it refuses, and which are left to VM entry. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define TABLES_GPA	0x10000
#define CR0_PE		1U
#define CR0_PG		(1U << 31)
#define CR4_PAE		(1U << 5)
#define CR4_PCIDE	(1U << 17)
#define CR4_SMEP	(1U << 20)
#define EFER_SCE	1U
#define EFER_LONG	0x500U		/* LME, LMA */
#define EFER_NXE	(1U << 11)
#define EDX_NX		(1U << 20)
#define EBX_SMEP	(1U << 7)
#define ECX_PCID	(1U << 17)
#define ECX_X2APIC	(1U << 21)
#define BASE_X2APIC	(1U << 10)
#define NOT_CANONICAL	(1ULL << 62)

/* The supported CPUID, without SMEP, NX and x2APIC, and with addresses of 36 bits. */
static void set_cpuid(struct vm *vm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));

	cpuid->nent = 256;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	for (uint32_t i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *entry = &cpuid->entries[i];

		if (entry->function == 1)
			entry->ecx &= ~ECX_X2APIC;
		else if (entry->function == 7 && !entry->index)
			entry->ebx &= ~EBX_SMEP;
		else if (entry->function == 0x80000001)
			entry->edx &= ~EDX_NX;
		else if (entry->function == 0x80000008)
			entry->eax = (entry->eax & ~0xffU) | 36;
	}
	must(vm->vcpu[0], VMH_SET_CPUID2, cpuid);
	free(cpuid);
}

static void long_mode(struct kvm_sregs *s)
{
	s->cr0 |= CR0_PG | CR0_PE;
	s->cr3 = TABLES_GPA;
	s->cr4 |= CR4_PAE;
	s->efer = EFER_LONG;
	s->cs.type = 11;
	s->cs.l = 1;
	s->cs.db = 0;
}

static void pae(struct kvm_sregs *s)
{
	s->cr0 |= CR0_PG | CR0_PE;
	s->cr4 |= CR4_PAE;
	s->cs.type = 11;
	s->cs.db = 1;
}

#define CHANGE(name, code) static void name(struct kvm_sregs *s) { code; }
CHANGE(nothing, (void)s)
CHANGE(to_long_mode, long_mode(s))
CHANGE(syscall_in_long_mode, long_mode(s); s->efer |= EFER_SCE)
CHANGE(no_pae_in_long_mode, long_mode(s); s->cr4 &= ~CR4_PAE)
CHANGE(cr3_in_long_mode, long_mode(s); s->cr3 |= 1ULL << 36)
CHANGE(cr3_without_paging, s->cr3 |= 1ULL << 36)
CHANGE(nx, s->efer |= EFER_NXE)
CHANGE(smep, s->cr4 |= CR4_SMEP)
CHANGE(cs_l, s->cs.l = 1)
CHANGE(cs_l_and_db, long_mode(s); s->cs.db = 1)
CHANGE(x2apic, s->apic_base |= BASE_X2APIC)
CHANGE(apic_base, s->apic_base |= 1ULL << 36)
CHANGE(apic_off, s->apic_base = 0)
CHANGE(pdptes, pae(s); s->cr3 = TABLES_GPA)
CHANGE(pdptes_nowhere, pae(s); s->cr3 = 0xc0000000)
CHANGE(cr8, s->cr8 = 16)
CHANGE(pcid, s->cr4 |= CR4_PCIDE)
CHANGE(gdt, s->gdt.base = NOT_CANONICAL)
CHANGE(idt, s->idt.base = NOT_CANONICAL)
CHANGE(tr, s->tr.unusable = 1)
CHANGE(tr_in_ldt, s->tr.selector = 4)
CHANGE(tr_not_busy, s->tr.type = 9)
CHANGE(not_accessed, s->ds.type = 2)
CHANGE(fs_base, long_mode(s); s->fs.base = NOT_CANONICAL)
CHANGE(cs_base, s->cs.base = 1ULL << 32)

/* What comes of it: refused, taken, or taken and then refused by VM entry. */
enum outcome { NO, YES, ENTRY };

/**
 * struct sregs_case - system registers from userspace
 * @name: what they are.
 * @change: makes them from those after reset.
 * @without_cpuid: the vCPU has no CPUID table.
 * @vmh: what comes of it …
 * @kvm: … and on KVM.
 */
struct sregs_case {
	const char *name;
	void (*change)(struct kvm_sregs *sregs);
	bool without_cpuid;
	enum outcome vmh, kvm;
};

#define SAME(outcome)	.vmh = (outcome), .kvm = (outcome)

static const struct sregs_case cases[] = {
	{ "as they are", nothing, SAME(YES) },
	{ "long mode", to_long_mode, SAME(YES) },
	{ "SYSCALL in long mode", syscall_in_long_mode, SAME(YES) },
	{ "long mode without CR4.PAE", no_pae_in_long_mode, SAME(NO) },
	{ "CR3 too wide in long mode", cr3_in_long_mode, SAME(NO) },
	{ "CR3 too wide without paging", cr3_without_paging, .vmh = NO, .kvm = YES },
	{ "EFER.NXE that CPUID has not", nx, SAME(NO) },
	{ "CR4.SMEP that CPUID has not", smep, SAME(NO) },
	{ "long mode before there is a CPUID", to_long_mode, true, .vmh = YES, .kvm = NO },
	{ "CR4.SMEP before there is a CPUID", smep, true, SAME(YES) },
	{ "CS.L without long mode", cs_l, .vmh = YES, .kvm = NO },
	{ "CS.L and CS.D", cs_l_and_db, SAME(ENTRY) },
	{ "x2APIC that CPUID has not", x2apic, SAME(NO) },
	{ "APIC base too wide", apic_base, SAME(NO) },
	{ "APIC off", apic_off, SAME(YES) },
	{ "PDPTEs", pdptes, SAME(YES) },
	{ "PDPTEs where no memory is", pdptes_nowhere, .vmh = NO, .kvm = YES },
	{ "CR8 of 16", cr8, .vmh = NO, .kvm = YES },
	{ "CR4.PCIDE without long mode", pcid, SAME(ENTRY) },
	{ "GDT not canonical", gdt, SAME(ENTRY) },
	{ "IDT not canonical", idt, SAME(ENTRY) },
	{ "TR unusable", tr, SAME(ENTRY) },
	{ "TR in the LDT", tr_in_ldt, SAME(ENTRY) },
	{ "TR not busy", tr_not_busy, .vmh = YES, .kvm = ENTRY },
	{ "DS not accessed", not_accessed, SAME(YES) },
	{ "FS base not canonical", fs_base, SAME(ENTRY) },
	{ "CS base too wide", cs_base, SAME(ENTRY) },
};

/* PCIDs can be switched off on the kernel's command line: guests have none then. */
static bool has_pcid(struct vm *vm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));
	bool has = false;

	cpuid->nent = 256;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	for (uint32_t i = 0; i < cpuid->nent; i++)
		has |= cpuid->entries[i].function == 1 && (cpuid->entries[i].ecx & ECX_PCID);
	free(cpuid);
	return has;
}

static const char *case_name(unsigned int row)
{
	return cases[row].name;
}

/* Long mode's tables, which PAE paging takes for PDPTEs. */
static void make(struct vm *vm)
{
	uint64_t *tables;

	vm_make(vm, &(struct spec){ .irqchip = true });
	tables = (uint64_t *)(vm->memory + TABLES_GPA);
	tables[0] = TABLES_GPA + PAGE + 1;
	tables[512] = TABLES_GPA + 2 * PAGE + 3;
	tables[1024] = 0x83;
	VM_LOAD(vm, guest_out);
	vm_start(vm);
}

static void set_sregs(unsigned int row)
{
	const struct sregs_case *c = &cases[row];
	enum outcome outcome = on_kvm ? c->kvm : c->vmh;
	struct kvm_sregs before, sregs, after;
	struct vm vm;

	make(&vm);
	if (c->change == pcid && !has_pcid(&vm))
		outcome = NO;
	if (!c->without_cpuid)
		set_cpuid(&vm);
	must(vm.vcpu[0], VMH_GET_SREGS, &before);
	sregs = before;
	c->change(&sregs);
	if (outcome == NO) {
		REFUSED(vm.vcpu[0], VMH_SET_SREGS, &sregs, .error = EINVAL, .code = VMH_E_VALUE,
			.any_field = true);
		must(vm.vcpu[0], VMH_GET_SREGS, &after);
		CHECK(!memcmp(&before, &after, sizeof(before)));
		return;
	}
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	if (outcome == ENTRY)
		vm_run_until(&vm, 0, KVM_EXIT_FAIL_ENTRY);
}

#define RESET_RIP	0xfff0

/* A VMM that resets the boot processor by its registers alone. */
static void restart(void)
{
	struct kvm_mp_state state = { KVM_MP_STATE_HALTED };
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	struct vm vm;

	make(&vm);
	must(vm.vcpu[0], VMH_SET_MP_STATE, &state);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_MP_STATE, &state);
	CHECK_EQ(state.mp_state, KVM_MP_STATE_HALTED);
	regs = vm_regs(&vm, 0);
	regs.rip = RESET_RIP;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	sregs.cs.selector = 0xf000;
	sregs.cs.base = 0xffff0000;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_MP_STATE, &state);
	CHECK_EQ(state.mp_state, KVM_MP_STATE_RUNNABLE);
}

static const struct test tests[] = {
	{ .name = "SET_SREGS", .rows = ARRAY_SIZE(cases), .row_name = case_name,
	  .run_row = set_sregs, .kvm = true },
	{ .name = "the boot processor restarts", .run = restart, .kvm = true },
	{ }
};

const struct suite suite_sregs = { "sregs", tests };
