// SPDX-License-Identifier: GPL-2.0
/* Events on their way into a guest, and state beyond REGS and SREGS: saved, restored, in effect. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define HANDLER_GPA	0x2000
#define STACK		0x8000
#define COUNT_GPA	0x3000		/* where a handler counts */
#define VEC_NMI		2
#define VEC_BP		3
#define VEC_UD		6
#define VEC_GP		13
#define VEC_PF		14
#define EFLAGS_IF	0x200

GUEST(guest_nops, "nop; nop; nop; hlt");
GUEST(handler_halts, "hlt; iret");
GUEST(handler_counts, "incb %cs:0x3000; iret");

#define PUT(vm, gpa, name)	memcpy((vm)->memory + (gpa), name, name##_end - name)

/* A guest of NOPs in real mode, with a handler behind each vector. */
static void make(struct vm *vm, bool irqchip, uint64_t rflags)
{
	struct kvm_regs regs;

	vm_make(vm, &(struct spec){ .irqchip = irqchip });
	VM_LOAD(vm, guest_nops);
	PUT(vm, HANDLER_GPA, handler_halts);
	for (unsigned int i = 0; i < 256; i++)
		*(uint32_t *)(vm->memory + 4 * i) = HANDLER_GPA;
	must(vm->vcpu[0], VMH_GET_REGS, &regs);
	regs.rflags = 2 | rflags;
	regs.rsp = STACK;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
}

static struct kvm_vcpu_events get_events(struct vm *vm)
{
	struct kvm_vcpu_events events;

	must(vm->vcpu[0], VMH_GET_VCPU_EVENTS, &events);
	return events;
}

static void no_events(void)
{
	struct kvm_vcpu_events events, none = { .flags = KVM_VCPUEVENT_VALID_NMI_PENDING |
		KVM_VCPUEVENT_VALID_SHADOW | KVM_VCPUEVENT_VALID_SMM };
	struct vm vm;

	make(&vm, false, 0);
	events = get_events(&vm);
	CHECK(!memcmp(&events, &none, sizeof(none)));
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &none);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, CODE_GPA + 4);
}

/*
 * Let the handler return, which lifts the blocking of NMIs. The test machine's processor needs
 * it: it carries the blocking on into whatever guest it enters next.
 */
static void finish(struct vm *vm)
{
	vm_run_until(vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(get_events(vm).nmi.masked, 0);
}

/**
 * struct injected - an event that was saved on its way
 * @name: what it is.
 * @events: as saved.
 * @returns: where the handler would return to.
 * @masked: NMIs are blocked in the handler.
 */
struct injected {
	const char *name;
	struct kvm_vcpu_events events;
	uint16_t returns;
	bool masked;
};

static const struct injected injected[] = {
	{ "an invalid opcode", { .exception = { .injected = 1, .nr = VEC_UD } }, CODE_GPA },
	{ "a protection fault", { .exception = { .injected = 1, .nr = VEC_GP } }, CODE_GPA },
	{ "an NMI", { .nmi.injected = 1 }, CODE_GPA, true },
	{ "an NMI that waits", { .flags = KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi.pending = 1 },
	  CODE_GPA, true },
	{ "an interrupt", { .interrupt = { .injected = 1, .nr = 0x44 } }, CODE_GPA },
	{ "an interrupt behind STI", { .flags = KVM_VCPUEVENT_VALID_SHADOW,
	    .interrupt = { .injected = 0, .shadow = KVM_X86_SHADOW_INT_STI } }, CODE_GPA + 1 },
	{ "an interrupt behind MOV SS", { .flags = KVM_VCPUEVENT_VALID_SHADOW,
	    .interrupt = { .injected = 0, .shadow = KVM_X86_SHADOW_INT_MOV_SS } }, CODE_GPA + 1 },
	{ "an NMI behind MOV SS", { .flags = KVM_VCPUEVENT_VALID_SHADOW |
	    KVM_VCPUEVENT_VALID_NMI_PENDING, .nmi.pending = 1,
	    .interrupt.shadow = KVM_X86_SHADOW_INT_MOV_SS }, CODE_GPA + 1, true },
};

static const char *injected_name(unsigned int row)
{
	return injected[row].name;
}

/* With an interrupt for those rows that have nothing else to show. */
static void restore(unsigned int row)
{
	const struct injected *c = &injected[row];
	struct kvm_vcpu_events events = c->events, after;
	struct vm vm;

	make(&vm, false, EFLAGS_IF);
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	after = get_events(&vm);
	CHECK(!memcmp(&after.exception, &events.exception, sizeof(after.exception)));
	CHECK(!memcmp(&after.interrupt, &events.interrupt, sizeof(after.interrupt)));
	CHECK_EQ(after.nmi.injected, events.nmi.injected);
	CHECK_EQ(after.nmi.pending, events.nmi.pending);
	if (events.interrupt.shadow && !events.nmi.pending)
		must(vm.vcpu[0], VMH_INTERRUPT, &(struct kvm_interrupt){ 0x44 });
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
	CHECK_EQ(*(uint16_t *)(vm.memory + STACK - 6), c->returns);
	after = get_events(&vm);
	CHECK_EQ(after.exception.injected, 0);
	CHECK_EQ(after.interrupt.injected, 0);
	CHECK_EQ(after.interrupt.shadow, 0);
	CHECK_EQ(after.nmi.injected, 0);
	CHECK_EQ(after.nmi.pending, 0);
	CHECK_EQ(after.nmi.masked, c->masked);
	finish(&vm);
}

/* Send the guest to its handler as if the NMI had come at its first instruction. */
static void return_from_handler(struct vm *vm)
{
	uint16_t *stack = (uint16_t *)(vm->memory + STACK - 6);
	struct kvm_regs regs = vm_regs(vm, 0);

	stack[0] = CODE_GPA;
	stack[1] = 0;
	stack[2] = 2;
	regs.rsp = STACK - 6;
	regs.rip = HANDLER_GPA;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
}

/* At most one waits for the handler's IRET; what a masked guest gets waits until it is unmasked. */
static void nmis(void)
{
	struct kvm_vcpu_events events;
	struct vm vm;

	make(&vm, false, 0);
	PUT(&vm, HANDLER_GPA, handler_counts);
	for (int i = 0; i < 3; i++)
		must(vm.vcpu[0], VMH_NMI, NULL);
	CHECK_EQ(get_events(&vm).nmi.pending, 2);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[COUNT_GPA], 2);
	events = get_events(&vm);
	CHECK_EQ(events.nmi.masked, 0);
	CHECK_EQ(events.nmi.pending, 0);

	events.nmi.masked = 1;
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	must(vm.vcpu[0], VMH_NMI, NULL);
	vm_reset(&vm, 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[COUNT_GPA], 2);
	events = get_events(&vm);
	CHECK_EQ(events.nmi.masked, 1);
	CHECK_EQ(events.nmi.pending, 1);
	return_from_handler(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[COUNT_GPA], 4);
	CHECK_EQ(get_events(&vm).nmi.masked, 0);
}

/* Reading changes nothing, however often. */
static void get_is_pure(void)
{
	struct kvm_vcpu_events first, second;
	struct vm vm;

	make(&vm, false, EFLAGS_IF);
	must(vm.vcpu[0], VMH_NMI, NULL);
	must(vm.vcpu[0], VMH_INTERRUPT, &(struct kvm_interrupt){ 0x44 });
	first = get_events(&vm);
	second = get_events(&vm);
	CHECK(!memcmp(&first, &second, sizeof(first)));
	CHECK_EQ(first.interrupt.injected, 1);
	CHECK_EQ(first.interrupt.nr, 0x44);
	CHECK_EQ(first.nmi.pending, 1);
}

static void debug_registers(void)
{
	struct kvm_debugregs in = {
		.db = { 0x1111, 0x2222, 0x3333, 0xffff888000000000 },
		.dr6 = 0xffff4ff1, .dr7 = 0x00270402,
	}, out;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &out);
	CHECK_EQ(out.dr6, 0xffff0ff0);
	CHECK_EQ(out.dr7, 0x400);
	must(vm.vcpu[0], VMH_SET_DEBUGREGS, &in);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &out);
	CHECK(!memcmp(&in, &out, sizeof(in)));
}

GUEST(guest_reads_debug, "movl %dr0, %eax; movl %dr6, %ebx; movl %dr7, %ecx; hlt");

static void guest_sees_debug(void)
{
	struct kvm_debugregs in = { .db = { 0x1234 }, .dr6 = 0xffff0ff2, .dr7 = 0x00270402 };
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_reads_debug);
	must(vm.vcpu[0], VMH_SET_DEBUGREGS, &in);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	regs = vm_regs(&vm, 0);
	CHECK_EQ(regs.rax, 0x1234);
	CHECK_EQ(regs.rbx, 0xffff0ff2);
	CHECK_EQ(regs.rcx, 0x00270402);
}

/* The same state in two shapes. SDM, "Legacy Region of an XSAVE Area": XMM0 is at 160. */
static void xsave(void)
{
	struct kvm_xsave area, area2;
	struct kvm_fpu fpu;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	for (size_t i = 0; i < sizeof(fpu.xmm); i++)
		((uint8_t *)fpu.xmm)[i] = i + 1;
	fpu.mxcsr = 0x1fa0;
	fpu.fcw = 0x27f;
	must(vm.vcpu[0], VMH_SET_FPU, &fpu);
	must(vm.vcpu[0], VMH_GET_XSAVE, &area);
	CHECK(!memcmp((uint8_t *)area.region + 160, fpu.xmm, sizeof(fpu.xmm)));
	CHECK_EQ(area.region[6], 0x1fa0);
	CHECK_EQ(area.region[0] & 0xffff, 0x27f);
	area.region[40] = 0xdecafbad;
	must(vm.vcpu[0], VMH_SET_XSAVE, &area);
	must(vm.vcpu[0], VMH_GET_XSAVE2, &area2);
	CHECK(!memcmp(&area, &area2, sizeof(area)));
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	CHECK_EQ(*(uint32_t *)fpu.xmm, 0xdecafbad);
	CHECK_EQ(must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_XSAVE2)), sizeof(area));
}

#define XFEATURE_PKRU	(1 << 9)

/* PKRU is a component of XSAVE's, although the kernel keeps it elsewhere. */
static void pkru(void)
{
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid = { .header.nent = 256 };
	struct kvm_xsave area;
	unsigned int place = 0;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm.vcpu[0], VMH_SET_CPUID2, &cpuid);
	for (uint32_t i = 0; i < cpuid.header.nent; i++)
		if (cpuid.entries[i].function == 0xd && cpuid.entries[i].index == 9)
			place = cpuid.entries[i].ebx / sizeof(area.region[0]);
	if (!place)
		skip("the host does not use protection keys");
	must(vm.vcpu[0], VMH_GET_XSAVE, &area);
	CHECK_EQ(area.region[place], 0);
	area.region[128] |= XFEATURE_PKRU;
	area.region[place] = 0x5550;
	must(vm.vcpu[0], VMH_SET_XSAVE, &area);
	must(vm.vcpu[0], VMH_GET_XSAVE, &area);
	CHECK(area.region[128] & XFEATURE_PKRU);
	CHECK_EQ(area.region[place], 0x5550);
	/* What the header has not stays as it is. */
	area.region[128] &= ~XFEATURE_PKRU;
	area.region[place] = 0;
	must(vm.vcpu[0], VMH_SET_XSAVE, &area);
	must(vm.vcpu[0], VMH_GET_XSAVE, &area);
	CHECK_EQ(area.region[place], 0x5550);
}

/* What the host has not, the guest has not: none without XSAVE. */
static void xcrs(void)
{
	struct kvm_xcrs in, out;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_XCRS, &in);
	CHECK_EQ(in.nr_xcrs, must(vm.fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_XCRS)));
	CHECK_EQ(in.flags, 0);
	if (!in.nr_xcrs)
		return;
	CHECK_EQ(in.xcrs[0].xcr, 0);
	CHECK_EQ(in.xcrs[0].value, 1);
	must(vm.vcpu[0], VMH_SET_XCRS, &in);
	in.xcrs[0].value = 0;
	REFUSED(vm.vcpu[0], VMH_SET_XCRS, &in, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "xcrs[].value", GOT(0));
	in.xcrs[0].value = 1ULL << 62;
	REFUSED(vm.vcpu[0], VMH_SET_XCRS, &in, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "xcrs[].value", GOT(1ULL << 62));
	must(vm.vcpu[0], VMH_GET_XCRS, &out);
	CHECK_EQ(out.xcrs[0].value, 1);
}

#define PDPT_GPA	0x5000

static void pdptrs(void)
{
	uint64_t *table;
	struct kvm_sregs2 in, out;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	table = (uint64_t *)(vm.memory + PDPT_GPA);
	must(vm.vcpu[0], VMH_GET_SREGS2, &in);
	CHECK_EQ(in.flags, 0);
	CHECK_EQ(in.pdptrs[0], 0);
	for (uint64_t i = 0; i < 4; i++)
		table[i] = 0x6000 + i * PAGE + 1;
	in.cr3 = PDPT_GPA;
	in.cr4 |= 1 << 5;
	in.cr0 |= 1U << 31 | 1;
	must(vm.vcpu[0], VMH_SET_SREGS2, &in);
	must(vm.vcpu[0], VMH_GET_SREGS2, &out);
	CHECK_EQ(out.flags, KVM_SREGS2_FLAGS_PDPTRS_VALID);
	CHECK(!memcmp(out.pdptrs, table, sizeof(out.pdptrs)));
	out.pdptrs[2] = 0;
	must(vm.vcpu[0], VMH_SET_SREGS2, &out);
	must(vm.vcpu[0], VMH_GET_SREGS2, &in);
	CHECK(!memcmp(&in, &out, sizeof(in)));
}

static void sregs2_is_sregs(void)
{
	struct kvm_sregs2 two;
	struct kvm_sregs one;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	must(vm.vcpu[0], VMH_GET_SREGS2, &two);
	two.cr2 = 0x1234;
	two.cr8 = 3;
	two.fs.base = 0x7000;
	must(vm.vcpu[0], VMH_SET_SREGS2, &two);
	must(vm.vcpu[0], VMH_GET_SREGS, &one);
	CHECK(!memcmp(&one, &two, offsetof(struct kvm_sregs2, flags)));
}

/* Pending: it takes effect when set. SDM, "Interrupt 14—Page-Fault Exception (#PF)": CR2. */
static void payloads(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_EXCEPTION_PAYLOAD, .args[0] = 1 };
	struct kvm_vcpu_events events = { .flags = KVM_VCPUEVENT_VALID_PAYLOAD,
		.exception = { .pending = 1, .nr = VEC_PF }, .exception_has_payload = 1,
		.exception_payload = 0x123000 };
	struct kvm_debugregs debug;
	struct kvm_sregs sregs;
	struct vm vm;

	make(&vm, false, 0);
	REFUSED(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events, .error = EINVAL,
		.code = VMH_E_UNKNOWN_FLAGS, .field = "flags", GOT(KVM_VCPUEVENT_VALID_PAYLOAD));
	must(vm.fd, VMH_ENABLE_CAP, &cap);
	CHECK(get_events(&vm).flags & KVM_VCPUEVENT_VALID_PAYLOAD);
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	CHECK_EQ(vm_regs(&vm, 0).rip, HANDLER_GPA + 1);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.cr2, 0x123000);

	events.exception.nr = 1;
	events.exception_payload = 0x4002;
	must(vm.vcpu[0], VMH_SET_VCPU_EVENTS, &events);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	must(vm.vcpu[0], VMH_GET_DEBUGREGS, &debug);
	CHECK_EQ(debug.dr6, 0xffff4ff2);
}

static const unsigned int caps[] = {
	KVM_CAP_VCPU_EVENTS, KVM_CAP_DEBUGREGS, KVM_CAP_XSAVE, KVM_CAP_SREGS2, KVM_CAP_USER_NMI,
	KVM_CAP_EXCEPTION_PAYLOAD,
};

static void capabilities(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	for (size_t i = 0; i < ARRAY_SIZE(caps); i++)
		if (must(vm.fd, VMH_CHECK_EXTENSION, VALUE(caps[i])) != 1)
			FAIL("capability %u is missing", caps[i]);
}

static const struct test tests[] = {
	{ .name = "no events", .run = no_events, .kvm = true },
	{ .name = "an event is restored", .rows = ARRAY_SIZE(injected), .row_name = injected_name,
	  .run_row = restore, .kvm = true },
	{ .name = "NMIs wait and are blocked", .run = nmis, .kvm = true },
	{ .name = "GET_VCPU_EVENTS changes nothing", .run = get_is_pure },
	{ .name = "pending exceptions and their payloads", .run = payloads, .kvm = true },
	{ .name = "DEBUGREGS round trip", .run = debug_registers, .kvm = true },
	{ .name = "the guest sees DEBUGREGS", .run = guest_sees_debug, .kvm = true },
	{ .name = "XSAVE and FPU are one", .run = xsave, .kvm = true },
	{ .name = "PKRU in XSAVE's area", .run = pkru, .kvm = true },
	{ .name = "XCRS", .run = xcrs, .kvm = true },
	{ .name = "SREGS2 and PDPTEs", .run = pdptrs, .kvm = true },
	{ .name = "SREGS2 and SREGS are one", .run = sregs2_is_sregs, .kvm = true },
	{ .name = "capabilities of vCPU state", .run = capabilities, .kvm = true },
	{ }
};

const struct suite suite_events = { "events", tests };
