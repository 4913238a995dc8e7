// SPDX-License-Identifier: GPL-2.0
/* Registers of all kinds: what is set is what is read, and what the guest sees; bad values. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define MSR_TSC			0x10
#define MSR_APIC_BASE		0x1b
#define MSR_SYSENTER_CS		0x174
#define MSR_PAT			0x277
#define MSR_EFER		0xc0000080
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_KERNEL_GS_BASE	0xc0000102

static void fill(void *data, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((uint8_t *)data)[i] = 0x11 + i * 7;
}

static void regs_round_trip(void)
{
	struct kvm_regs in, out;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	fill(&in, sizeof(in));
	in.rflags = 0x00010297;
	in.rip = 0x1234;
	must(vm.vcpu[0], VMH_SET_REGS, &in);
	must(vm.vcpu[0], VMH_GET_REGS, &out);
	CHECK(!memcmp(&in, &out, sizeof(in)));
}

GUEST(guest_gprs, "incl %eax; incl %ebx; incl %ecx; incl %edx; incl %esi; incl %edi; incl %ebp;"
      "incl %esp; hlt");

static void guest_sees_regs(void)
{
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_gprs);
	memset(&regs, 0, sizeof(regs));
	regs.rax = 10; regs.rbx = 20; regs.rcx = 30; regs.rdx = 40;
	regs.rsi = 50; regs.rdi = 60; regs.rbp = 70; regs.rsp = 80;
	regs.r8 = 0x8888888888888888; regs.r15 = 0xffffffffffffffff;
	regs.rip = CODE_GPA;
	regs.rflags = 2;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rax, 11);
	CHECK_EQ(regs.rbx, 21);
	CHECK_EQ(regs.rcx, 31);
	CHECK_EQ(regs.rdx, 41);
	CHECK_EQ(regs.rsi, 51);
	CHECK_EQ(regs.rdi, 61);
	CHECK_EQ(regs.rbp, 71);
	CHECK_EQ(regs.rsp, 81);
	CHECK_EQ(regs.r8, 0x8888888888888888);
	CHECK_EQ(regs.r15, 0xffffffffffffffff);
}

/* SDM, "Processor State After Reset". */
static void reset_state(void)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	vm_add_vcpu(&vm, 0);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_REGS, &regs);
	CHECK_EQ(regs.rip, 0xfff0);
	CHECK_EQ(regs.rflags, 2);
	CHECK_EQ(sregs.cs.selector, 0xf000);
	CHECK_EQ(sregs.cs.base, 0xffff0000);
	CHECK_EQ(sregs.cs.limit, 0xffff);
	CHECK_EQ(sregs.ds.selector, 0);
	CHECK_EQ(sregs.ds.base, 0);
	CHECK_EQ(sregs.ds.limit, 0xffff);
	CHECK_EQ(sregs.idt.limit, 0xffff);
	CHECK_EQ(sregs.gdt.limit, 0xffff);
	CHECK_EQ(sregs.cr0, 0x60000010);
	CHECK_EQ(sregs.cr3, 0);
	CHECK_EQ(sregs.cr4, 0);
	CHECK_EQ(sregs.efer, 0);
	CHECK_EQ(sregs.apic_base & ~0x100ULL, 0xfee00800);
}

static void sregs_round_trip(void)
{
	struct kvm_sregs in, out;
	struct kvm_segment *segments[] = { &in.ds, &in.es, &in.fs, &in.gs, &in.ss };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_SREGS, &in);
	for (size_t i = 0; i < ARRAY_SIZE(segments); i++) {
		segments[i]->selector = 0x100 * (i + 1);
		segments[i]->base = 0x1000 * (i + 1);
	}
	in.cr2 = 0x123456789;
	in.cr8 = 5;
	in.gdt.base = 0x5000;
	in.gdt.limit = 0x77;
	in.idt.base = 0x6000;
	in.idt.limit = 0x3ff;
	must(vm.vcpu[0], VMH_SET_SREGS, &in);
	must(vm.vcpu[0], VMH_GET_SREGS, &out);
	CHECK(!memcmp(&in, &out, sizeof(in)));
}

GUEST(guest_far_data, "movw %fs:0x10, %ax; movw %es, %bx; movl %cr2, %ecx; hlt");

static void guest_sees_sregs(void)
{
	struct kvm_sregs sregs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_far_data);
	vm.memory[0x8010] = 0x34;
	vm.memory[0x8011] = 0x12;
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.fs.base = 0x8000;
	sregs.es.selector = 0x4321;
	sregs.cr2 = 0x87654321;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rax & 0xffff, 0x1234);
	CHECK_EQ(vm_regs(&vm, 0).rbx & 0xffff, 0x4321);
	CHECK_EQ(vm_regs(&vm, 0).rcx, 0x87654321);
}

/* A change that SET_SREGS has to refuse; nothing is changed then. */
struct sregs_case {
	const char *name;
	void (*change)(struct kvm_sregs *sregs);
};

#define BAD(name, code) static void name(struct kvm_sregs *s) { code; }
BAD(paging_without_protection, s->cr0 = 0x80000010)
BAD(nw_without_cd, s->cr0 |= 0x20000000; s->cr0 &= ~0x40000000ULL)
BAD(cr0_upper_half, s->cr0 |= 1ULL << 32)
BAD(cr4_reserved, s->cr4 |= 1ULL << 31)
BAD(cr4_vmxe, s->cr4 |= 1 << 13)
BAD(cr8_too_large, s->cr8 = 16)
BAD(efer_reserved, s->efer |= 2)
BAD(lma_without_paging, s->efer = 0x500)
BAD(apic_base_reserved, s->apic_base |= 1)
BAD(apic_base_beyond, s->apic_base |= 1ULL << 60)

#define ROW(name) { #name, name }
static const struct sregs_case bad_sregs[] = {
	ROW(paging_without_protection), ROW(nw_without_cd), ROW(cr0_upper_half), ROW(cr4_reserved),
	ROW(cr4_vmxe), ROW(cr8_too_large), ROW(efer_reserved), ROW(lma_without_paging),
	ROW(apic_base_reserved), ROW(apic_base_beyond),
};

static const char *sregs_row_name(unsigned int row)
{
	return bad_sregs[row].name;
}

static void refuse_sregs(unsigned int row)
{
	struct kvm_sregs before, bad, after;
	struct vm vm;

	if (on_kvm && bad_sregs[row].change == cr8_too_large)
		skip("KVM does not check it");
	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_hlt);
	must(vm.vcpu[0], VMH_GET_SREGS, &before);
	bad = before;
	bad_sregs[row].change(&bad);
	REFUSED(vm.vcpu[0], VMH_SET_SREGS, &bad, .error = EINVAL, .code = VMH_E_VALUE,
		.any_field = true);
	must(vm.vcpu[0], VMH_GET_SREGS, &after);
	CHECK(!memcmp(&before, &after, sizeof(before)));
}

static void fpu_round_trip(void)
{
	struct kvm_fpu in = { }, out;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_FPU, &out);
	if (!on_kvm)	/* leaves MXCSR out */
		CHECK_EQ(out.mxcsr, 0x1f80);
	for (int i = 0; i < 8; i++)
		fill(in.fpr[i], 10);
	fill(in.xmm, sizeof(in.xmm));
	in.fcw = 0x027f;
	in.fsw = 0x3800;
	in.ftwx = 0xff;
	in.mxcsr = 0x5f80;
	must(vm.vcpu[0], VMH_SET_FPU, &in);
	must(vm.vcpu[0], VMH_GET_FPU, &out);
	CHECK(!memcmp(in.fpr, out.fpr, sizeof(in.fpr)));
	CHECK(!memcmp(in.xmm, out.xmm, sizeof(in.xmm)));
	CHECK_EQ(out.fcw, in.fcw);
	CHECK_EQ(out.fsw, in.fsw);
	CHECK_EQ(out.ftwx, in.ftwx);
	if (!on_kvm)
		CHECK_EQ(out.mxcsr, in.mxcsr);
}

GUEST(guest_xmm, "movl %cr4, %eax; orl $0x200, %eax; movl %eax, %cr4;"
      "movdqu %xmm3, 0x3000; movdqu 0x3010, %xmm4; fldpi; hlt");

static void guest_sees_fpu(void)
{
	struct kvm_fpu fpu;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_xmm);
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	fill(fpu.xmm[3], 16);
	must(vm.vcpu[0], VMH_SET_FPU, &fpu);
	memcpy(vm.memory + 0x3010, "0123456789abcdef", 16);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK(!memcmp(vm.memory + 0x3000, fpu.xmm[3], 16));
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	CHECK(!memcmp(fpu.xmm[4], "0123456789abcdef", 16));
	CHECK_EQ(fpu.fpr[0][9], 0x40);			/* pi: exponent 0x4000 */
}

static void bad_mxcsr(void)
{
	struct kvm_fpu fpu;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	fpu.mxcsr = 0x10000;
	REFUSED(vm.vcpu[0], VMH_SET_FPU, &fpu, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "mxcsr", GOT(0x10000));
}

struct msrs {
	struct kvm_msrs header;
	struct kvm_msr_entry entry[8];
};

/* The supported CPUID, as most VMMs set it. */
static void set_cpuid(struct vm *vm)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));

	cpuid->nent = 256;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, cpuid);
	free(cpuid);
}

static void msrs(void)
{
	struct msrs some = { .header.nmsrs = 4, .entry = {
		{ .index = MSR_STAR, .data = 0x1122334455667788 },
		{ .index = MSR_LSTAR, .data = 0xffffffff81000000 },
		{ .index = 0xdeadbeef, .data = 1 },
		{ .index = MSR_KERNEL_GS_BASE, .data = 0x7000 },
	} };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	set_cpuid(&vm);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_SYSENTER_CS, 0x10), 1);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_SYSENTER_CS), 0x10);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_PAT, 0x0007040600070406), 1);
	/* Up to the first that does not exist; the number done comes back. */
	CHECK_EQ(must(vm.vcpu[0], VMH_SET_MSRS, &some), 2);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_STAR), 0x1122334455667788);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_LSTAR), 0xffffffff81000000);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_KERNEL_GS_BASE), 0);
	CHECK_EQ(must(vm.vcpu[0], VMH_GET_MSRS, &some), 2);
	/* Values that the guest could not write either. */
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_LSTAR, 0x8000000000000000), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_PAT, 2), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_EFER, 2), 0);
	CHECK_EQ(vm_get_msr(&vm, 0, MSR_LSTAR), 0xffffffff81000000);
	some.header.nmsrs = 0;
	CHECK_EQ(must(vm.vcpu[0], VMH_GET_MSRS, &some), 0);
}

static void too_many_msrs(void)
{
	struct kvm_msrs *many = calloc(1, sizeof(*many) + 300 * sizeof(many->entries[0]));
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	many->nmsrs = 300;
	REFUSED(vm.vcpu[0], VMH_GET_MSRS, many, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(300), EXPECTED(256));
	many->nmsrs = ~0U;
	REFUSED(vm.vcpu[0], VMH_SET_MSRS, many, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(~0U));
}

/* Every MSR of the index list can be read, and written back. */
static void msr_list(void)
{
	struct {
		struct kvm_msr_list header;
		uint32_t index[512];
	} list = { .header.nmsrs = 0 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	set_cpuid(&vm);
	REFUSED(vm.dev, VMH_GET_MSR_INDEX_LIST, &list, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(0));
	CHECK(list.header.nmsrs > 10 && list.header.nmsrs <= 512);
	must(vm.dev, VMH_GET_MSR_INDEX_LIST, &list);
	for (uint32_t i = 0; i < list.header.nmsrs; i++) {
		struct msrs one = { .header.nmsrs = 1, .entry = { { .index = list.index[i] } } };

		if (must(vm.vcpu[0], VMH_GET_MSRS, &one) != 1)
			FAIL("MSR %#x is in the list and cannot be read", list.index[i]);
		if (must(vm.vcpu[0], VMH_SET_MSRS, &one) != 1)
			FAIL("MSR %#x does not take what it read as", list.index[i]);
	}
}

static void tsc(void)
{
	uint64_t before;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_set_msr(&vm, 0, MSR_TSC, 1ULL << 60);
	before = vm_get_msr(&vm, 0, MSR_TSC);
	CHECK(before >= 1ULL << 60 && before < (1ULL << 60) + (1ULL << 50));
	CHECK(vm_get_msr(&vm, 0, MSR_TSC) > before);
}

static void cpuid(void)
{
	struct kvm_cpuid2 *in = calloc(1, sizeof(*in) + 256 * sizeof(in->entries[0]));
	struct kvm_cpuid2 *out = calloc(1, sizeof(*out) + 256 * sizeof(out->entries[0]));
	struct vm vm;
	uint32_t nr;

	vm_make(&vm, &(struct spec){ });
	in->nent = 1;
	REFUSED(vm.dev, VMH_GET_SUPPORTED_CPUID, in, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(1));
	in->nent = 256;
	must(vm.dev, VMH_GET_SUPPORTED_CPUID, in);
	nr = in->nent;
	CHECK(nr > 10 && nr < 256);
	must(vm.vcpu[0], VMH_SET_CPUID2, in);
	out->nent = nr - 1;
	REFUSED(vm.vcpu[0], VMH_GET_CPUID2, out, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true);
	out->nent = 256;
	must(vm.vcpu[0], VMH_GET_CPUID2, out);
	CHECK_EQ(out->nent, nr);
	for (uint32_t i = 0; i < nr; i++) {
		CHECK_EQ(out->entries[i].function, in->entries[i].function);
		CHECK_EQ(out->entries[i].index, in->entries[i].index);
		CHECK_EQ(out->entries[i].eax, in->entries[i].eax);
	}
	/* Never offered: nesting. */
	for (uint32_t i = 0; i < nr; i++)
		if (in->entries[i].function == 1 && !on_kvm)
			CHECK(!(in->entries[i].ecx & 1 << 5));
}

GUEST(guest_cpuid, "movl $0x40000123, %eax; cpuid; hlt");

static void guest_sees_cpuid(void)
{
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entry[2];
	} table = { .header.nent = 2, .entry = {
		{ .function = 0x40000000, .eax = 0x40000123 },
		{ .function = 0x40000123, .eax = 1, .ebx = 2, .ecx = 3, .edx = 4 },
	} };
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_cpuid);
	must(vm.vcpu[0], VMH_SET_CPUID2, &table);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rax, 1);
	CHECK_EQ(regs.rbx, 2);
	CHECK_EQ(regs.rcx, 3);
	CHECK_EQ(regs.rdx, 4);
}

static void too_much_cpuid(void)
{
	struct kvm_cpuid2 *many = calloc(1, sizeof(*many) + 300 * sizeof(many->entries[0]));
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	many->nent = 257;
	REFUSED(vm.vcpu[0], VMH_SET_CPUID2, many, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(257), EXPECTED(256));
	many->nent = ~0U;
	REFUSED(vm.vcpu[0], VMH_SET_CPUID2, many, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true, GOT(~0U));
}

static const struct test tests[] = {
	{ .name = "REGS round trip", .run = regs_round_trip, .kvm = true },
	{ .name = "the guest sees REGS", .run = guest_sees_regs, .kvm = true },
	{ .name = "state after reset", .run = reset_state, .kvm = true },
	{ .name = "SREGS round trip", .run = sregs_round_trip, .kvm = true },
	{ .name = "the guest sees SREGS", .run = guest_sees_sregs, .kvm = true },
	{ .name = "SREGS refused", .rows = ARRAY_SIZE(bad_sregs), .row_name = sregs_row_name,
	  .run_row = refuse_sregs, .kvm = true },
	{ .name = "FPU round trip", .run = fpu_round_trip, .kvm = true },
	{ .name = "the guest sees FPU", .run = guest_sees_fpu, .kvm = true },
	{ .name = "MXCSR refused", .run = bad_mxcsr },
	{ .name = "MSRS", .run = msrs, .kvm = true },
	{ .name = "too many MSRS", .run = too_many_msrs, .kvm = true },
	{ .name = "MSR index list", .run = msr_list, .kvm = true },
	{ .name = "TSC", .run = tsc, .kvm = true },
	{ .name = "CPUID2", .run = cpuid, .kvm = true },
	{ .name = "the guest sees CPUID2", .run = guest_sees_cpuid, .kvm = true },
	{ .name = "too many CPUID2", .run = too_much_cpuid, .kvm = true },
	{ }
};

const struct suite suite_regs = { "regs", tests };
