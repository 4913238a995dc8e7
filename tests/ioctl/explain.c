// SPDX-License-Identifier: GPL-2.0
/* EXPLAIN: VM entries that userspace's values make fail, before, when and after they do. */
#include <errno.h>
#include <string.h>

#include "vm.h"

#define MIN_CHECKS	60

/* Exit reason of a refused guest state; bit 31: entry failed. */
#define REASON_GUEST_STATE	0x80000021U

static struct vmh_explain explain(const struct vm *vm, uint32_t flags)
{
	struct vmh_explain explain = { .size = sizeof(explain), .flags = flags };

	memset(explain.failure, 0xff, sizeof(explain.failure));
	must(vm->vcpu[0], VMH_EXPLAIN, &explain);
	CHECK_EQ(explain.size, sizeof(explain));
	CHECK_EQ(explain.flags, flags);
	return explain;
}

/* What is not filled is zero. */
static void check_rest(const struct vmh_explain *e)
{
	static const struct vmh_entry_failure nothing;

	for (uint32_t i = e->nr; i < VMH_EXPLAIN_MAX; i++)
		CHECK(!memcmp(&e->failure[i], &nothing, sizeof(nothing)));
}

static void nothing_fails(void)
{
	struct vmh_explain e;
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	vm_add_vcpu(&vm, 0);
	/* After reset, before INIT, memory or a RUN. */
	e = explain(&vm, 0);
	CHECK_EQ(e.nr, 0);
	CHECK(e.total >= MIN_CHECKS);
	CHECK_EQ(e.source, VMH_EXPLAIN_NOW);
	CHECK_EQ(e.reason, 0);
	check_rest(&e);
	e = explain(&vm, VMH_EXPLAIN_LAST);
	CHECK_EQ(e.nr, 0);
	CHECK_EQ(e.total, 0);
	CHECK_EQ(e.source, VMH_EXPLAIN_NONE);
	CHECK_EQ(e.reason, 0);
	check_rest(&e);
}

/* The guest's own work never makes an entry fail. */
static void nothing_fails_while_running(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	for (int i = 0; i < 10; i++) {
		vm_run_until(&vm, 0, KVM_EXIT_IO);
		CHECK_EQ(explain(&vm, 0).nr, 0);
	}
	CHECK_EQ(explain(&vm, VMH_EXPLAIN_LAST).source, VMH_EXPLAIN_NONE);
}

/**
 * struct bad - a value that SET_REGS or SET_SREGS takes and VM entry does not
 * @name: what is wrong.
 * @check: name of the check that has to fail.
 * @field: encoding of the VMCS field.
 * @value: what it holds.
 * @spoil: makes it wrong, in the registers of a guest in real mode.
 */
struct bad {
	const char *name;
	const char *check;
	uint32_t field;
	uint64_t value;
	void (*spoil)(struct kvm_sregs *sregs, struct kvm_regs *regs);
};

static void spoil_es_limit(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->es.limit = 0x100000;
	sregs->es.g = 0;
}

static void spoil_cs_type(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->cs.type = 1;
}

static void spoil_ss_dpl(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->ss.dpl = 3;
	sregs->cs.dpl = 3;
	sregs->cs.selector |= 3;
}

static void spoil_fs_base(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->fs.base = 1ULL << 62;
}

static void spoil_gdt_base(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->gdt.base = 1ULL << 62;
}

static void spoil_ldt_type(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->ldt.type = 9;
}

static void spoil_tr(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)regs;
	sregs->tr.unusable = 1;
}

static void spoil_rip(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)sregs;
	regs->rip = 1ULL << 32;
}

static void spoil_rflags(struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	(void)sregs;
	regs->rflags |= 1ULL << 63;
}

static const struct bad bads[] = {
	{ "ES limit above 1 MiB in bytes", "es-granularity", 0x4814, 0x93, spoil_es_limit },
	{ "CS is read-only data", "cs-type", 0x4816, 0x91, spoil_cs_type },
	{ "SS of CPL 3 in real mode", "ss-dpl-zero", 0x4818, 0x80f3, spoil_ss_dpl },
	{ "FS base not canonical", "fs-base-canonical", 0x680e, 1ULL << 62, spoil_fs_base },
	{ "GDT base not canonical", "guest-gdtr-base", 0x6816, 1ULL << 62, spoil_gdt_base },
	{ "LDT is a TSS", "ldtr-type", 0x4820, 0x89, spoil_ldt_type },
	{ "no TR", "tr-usable", 0x4822, 0x10000, spoil_tr },
	{ "RIP above 4 GiB", "guest-rip-width", 0x681e, 1ULL << 32, spoil_rip },
	{ "RFLAGS bit 63", "guest-rflags-reserved", 0x6820, 1ULL << 63 | 2, spoil_rflags },
};

static const char *bad_name(unsigned int row)
{
	return bads[row].name;
}

static const struct vmh_entry_failure *find(const struct vmh_explain *e, const char *check)
{
	for (uint32_t i = 0; i < e->nr && i < VMH_EXPLAIN_MAX; i++)
		if (!strcmp(e->failure[i].name, check))
			return &e->failure[i];
	FAIL("%u checks fail, but %s is not among them", e->nr, check);
}

static void check_failures(const struct vmh_explain *e, const struct bad *bad)
{
	const struct vmh_entry_failure *f = find(e, bad->check);

	CHECK_EQ(f->field, bad->field);
	CHECK_EQ(f->value, bad->value);
	CHECK(f->expected != f->value);
	CHECK_EQ(f->reserved, 0);
	CHECK(f->text[0]);
	for (uint32_t i = 0; i < e->nr; i++) {
		CHECK_EQ(e->failure[i].group, VMH_ENTRY_GUEST);
		CHECK_EQ(e->failure[i].check / 1000, VMH_ENTRY_GUEST);
	}
	check_rest(e);
}

/* The record of the RUN that failed, which returned 0. */
static void check_record(int vcpu, const struct vmh_entry_failure *first)
{
	struct vmh_error err = last_error(vcpu);

	CHECK_EQ(err.code, VMH_E_ENTRY_CHECK);
	CHECK_EQ(err.category, VMH_ERR_OPERATION);
	CHECK_EQ(err.error, 0);
	CHECK_EQ(err.call, VMH_RUN);
	CHECK(!strcmp(err.field, first->name));
	CHECK_EQ(err.got, first->value);
	CHECK_EQ(err.expected, first->expected);
	CHECK(strstr(err.text, first->text));
}

static void run_fails(struct vm *vm, const struct bad *bad)
{
	struct vmh_explain e;

	CHECK_EQ(vm_run(vm, 0), KVM_EXIT_FAIL_ENTRY);
	CHECK_EQ((uint32_t)vm->run[0]->fail_entry.hardware_entry_failure_reason,
		 REASON_GUEST_STATE);
	e = explain(vm, VMH_EXPLAIN_LAST);
	CHECK_EQ(e.source, VMH_EXPLAIN_GUEST_STATE);
	CHECK_EQ(e.reason, REASON_GUEST_STATE);
	check_failures(&e, bad);
	check_record(vm->vcpu[0], &e.failure[0]);
}

static void bad_state(unsigned int row)
{
	const struct bad *bad = &bads[row];
	struct kvm_sregs good_sregs, sregs;
	struct kvm_regs good_regs, regs;
	struct vmh_explain e;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_hlt);
	must(vm.vcpu[0], VMH_GET_SREGS, &good_sregs);
	must(vm.vcpu[0], VMH_GET_REGS, &good_regs);
	sregs = good_sregs;
	regs = good_regs;
	bad->spoil(&sregs, &regs);
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);

	/* Foretold, without an entry. */
	e = explain(&vm, 0);
	CHECK_EQ(e.source, VMH_EXPLAIN_NOW);
	check_failures(&e, bad);
	CHECK_EQ(explain(&vm, VMH_EXPLAIN_LAST).source, VMH_EXPLAIN_NONE);
	vm_start(&vm);
	run_fails(&vm, bad);
	/* Again, and then mended: the guest runs, and the failure is still known. */
	run_fails(&vm, bad);
	must(vm.vcpu[0], VMH_SET_SREGS, &good_sregs);
	must(vm.vcpu[0], VMH_SET_REGS, &good_regs);
	CHECK_EQ(explain(&vm, 0).nr, 0);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	e = explain(&vm, VMH_EXPLAIN_LAST);
	check_failures(&e, bad);
}

/* Each vCPU has its own. */
static void other_vcpu(void)
{
	struct kvm_sregs sregs;
	struct vm vm, second;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.tr.unusable = 1;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	vm_start(&vm);
	CHECK_EQ(vm_run(&vm, 0), KVM_EXIT_FAIL_ENTRY);
	second = vm;
	second.vcpu[0] = vm.vcpu[1];
	CHECK_EQ(explain(&second, 0).nr, 0);
	CHECK_EQ(explain(&second, VMH_EXPLAIN_LAST).source, VMH_EXPLAIN_NONE);
	CHECK_EQ(last_error(vm.vcpu[1]).code, VMH_E_NONE);
	CHECK(explain(&vm, 0).nr);
}

static void bad_arguments(void)
{
	struct vmh_explain e = { .size = sizeof(e), .flags = 6 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	REFUSED(vm.vcpu[0], VMH_EXPLAIN, &e, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "flags", GOT(6), EXPECTED(VMH_EXPLAIN_LAST));
	e.flags = VMH_EXPLAIN_LAST | 1U << 31;
	REFUSED(vm.vcpu[0], VMH_EXPLAIN, &e, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "flags", GOT(e.flags), EXPECTED(VMH_EXPLAIN_LAST));
	e.flags = 0;
	REFUSED(vm.fd, VMH_EXPLAIN, &e, .error = ENOTTY, .code = VMH_E_UNKNOWN_CALL);
	REFUSED(vm.dev, VMH_EXPLAIN, &e, .error = ENOTTY, .code = VMH_E_UNKNOWN_CALL);
	/* What the caller leaves in the other fields does not matter. */
	memset(&e, 0x5a, sizeof(e));
	e.size = sizeof(e);
	e.flags = 0;
	must(vm.vcpu[0], VMH_EXPLAIN, &e);
	CHECK_EQ(e.nr, 0);
	CHECK_EQ(e.reason, 0);
	check_rest(&e);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	REFUSED(vm.vcpu[0], VMH_EXPLAIN, &e, .error = ESTALE, .code = VMH_E_TERMINATED,
		.any_field = true);
}

static const struct test tests[] = {
	{ .name = "nothing fails after reset", .run = nothing_fails },
	{ .name = "nothing fails while a guest runs", .run = nothing_fails_while_running },
	{ .name = "bad state", .rows = ARRAY_SIZE(bads), .row_name = bad_name,
	  .run_row = bad_state },
	{ .name = "another vCPU", .run = other_vcpu },
	{ .name = "bad arguments", .run = bad_arguments },
	{ }
};

const struct suite suite_explain = { "explain", tests };
