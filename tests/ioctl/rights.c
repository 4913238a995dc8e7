// SPDX-License-Identifier: GPL-2.0
/* Each right and each call: refused without it, and not for that when it is there. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

enum fd_kind { VM, VCPU };

/**
 * struct right_case - a call, and the right that it needs
 * @name: of the call.
 * @kind: what it is made on.
 * @command: its number.
 * @right: VMH_RIGHT_*; 0 for none.
 */
struct right_case {
	const char *name;
	enum fd_kind kind;
	unsigned long command;
	uint32_t right;
};

#define NONE		0
#define INSPECT		VMH_RIGHT_INSPECT
#define CONTROL		VMH_RIGHT_CONTROL
#define DEBUG		VMH_RIGHT_DEBUG
#define MEMORY		VMH_RIGHT_MEMORY
#define OWNER		VMH_RIGHT_OWNER
#define OUTSIDE		(INSPECT | CONTROL | DEBUG | MEMORY)

#define CALL(kind, call, right)	{ #call, kind, VMH_##call, right }

/* tests/checks/docs compares these rows with the tables of src/dev and with the documents. */
static const struct right_case cases[] = {
	CALL(VM, CHECK_EXTENSION, INSPECT),
	CALL(VM, CREATE_VCPU, OWNER),
	CALL(VM, SET_USER_MEMORY_REGION, OWNER),
	CALL(VM, SET_USER_MEMORY_REGION2, OWNER),
	CALL(VM, GET_DIRTY_LOG, OWNER),
	CALL(VM, CLEAR_DIRTY_LOG, OWNER),
	CALL(VM, SET_NR_MMU_PAGES, OWNER),
	CALL(VM, SET_TSS_ADDR, OWNER),
	CALL(VM, SET_IDENTITY_MAP_ADDR, OWNER),
	CALL(VM, CREATE_IRQCHIP, OWNER),
	CALL(VM, IRQ_LINE, OWNER),
	CALL(VM, IRQ_LINE_STATUS, OWNER),
	CALL(VM, SIGNAL_MSI, OWNER),
	CALL(VM, SET_GSI_ROUTING, OWNER),
	CALL(VM, SET_BOOT_CPU_ID, OWNER),
	CALL(VM, IRQFD, OWNER),
	CALL(VM, IOEVENTFD, OWNER),
	CALL(VM, REGISTER_COALESCED_MMIO, OWNER),
	CALL(VM, UNREGISTER_COALESCED_MMIO, OWNER),
	CALL(VM, GET_IRQCHIP, DEBUG),
	CALL(VM, SET_IRQCHIP, OWNER),
	CALL(VM, CREATE_PIT2, OWNER),
	CALL(VM, GET_PIT2, DEBUG),
	CALL(VM, SET_PIT2, OWNER),
	CALL(VM, GET_CLOCK, DEBUG),
	CALL(VM, SET_CLOCK, OWNER),
	CALL(VM, SET_STATE, CONTROL),
	CALL(VM, GET_STATE, INSPECT),
	CALL(VM, GET_USAGE, INSPECT),
	CALL(VM, GET_ERROR, NONE),
	CALL(VM, SET_LIMITS, CONTROL),
	CALL(VM, SET_THRESHOLD, CONTROL),
	CALL(VM, GET_LOG, INSPECT),
	CALL(VM, GET_STATS, INSPECT),
	CALL(VM, OPEN_VCPU, DEBUG),
	CALL(VM, ACCESS_MEMORY, MEMORY),
	CALL(VM, EPT_QUERY, DEBUG),
	CALL(VM, ENABLE_CAP, OWNER),
	CALL(VM, GET_TSC_KHZ, DEBUG),
	CALL(VM, SET_TSC_KHZ, OWNER),
	CALL(VM, X86_SET_MSR_FILTER, OWNER),
	CALL(VCPU, RUN, OWNER),
	CALL(VCPU, GET_REGS, DEBUG),
	CALL(VCPU, SET_REGS, OWNER),
	CALL(VCPU, GET_SREGS, DEBUG),
	CALL(VCPU, SET_SREGS, OWNER),
	CALL(VCPU, INTERRUPT, OWNER),
	CALL(VCPU, GET_MSRS, DEBUG),
	CALL(VCPU, SET_MSRS, OWNER),
	CALL(VCPU, SET_SIGNAL_MASK, OWNER),
	CALL(VCPU, GET_FPU, DEBUG),
	CALL(VCPU, SET_FPU, OWNER),
	CALL(VCPU, GET_LAPIC, DEBUG),
	CALL(VCPU, SET_LAPIC, OWNER),
	CALL(VCPU, SET_CPUID2, OWNER),
	CALL(VCPU, GET_CPUID2, DEBUG),
	CALL(VCPU, GET_MP_STATE, DEBUG),
	CALL(VCPU, SET_VAPIC_ADDR, OWNER),
	CALL(VCPU, SET_MP_STATE, OWNER),
	CALL(VCPU, ENABLE_CAP, OWNER),
	CALL(VCPU, X86_SETUP_MCE, OWNER),
	CALL(VCPU, X86_SET_MCE, OWNER),
	CALL(VCPU, GET_TSC_KHZ, DEBUG),
	CALL(VCPU, SET_TSC_KHZ, OWNER),
	CALL(VCPU, SET_DEVICE_ATTR, OWNER),
	CALL(VCPU, GET_DEVICE_ATTR, DEBUG),
	CALL(VCPU, HAS_DEVICE_ATTR, DEBUG),
	CALL(VCPU, NMI, OWNER),
	CALL(VCPU, KVMCLOCK_CTRL, OWNER),
	CALL(VCPU, SET_GUEST_DEBUG, OWNER),
	CALL(VCPU, TRANSLATE, DEBUG),
	CALL(VCPU, GET_VCPU_EVENTS, DEBUG),
	CALL(VCPU, SET_VCPU_EVENTS, OWNER),
	CALL(VCPU, GET_DEBUGREGS, DEBUG),
	CALL(VCPU, SET_DEBUGREGS, OWNER),
	CALL(VCPU, GET_XSAVE, DEBUG),
	CALL(VCPU, SET_XSAVE, OWNER),
	CALL(VCPU, GET_XSAVE2, DEBUG),
	CALL(VCPU, GET_XCRS, DEBUG),
	CALL(VCPU, SET_XCRS, OWNER),
	CALL(VCPU, GET_SREGS2, DEBUG),
	CALL(VCPU, SET_SREGS2, OWNER),
	CALL(VCPU, EXPLAIN, DEBUG),
	CALL(VCPU, GET_ERROR, NONE),
};

static const char *case_name(unsigned int row)
{
	return cases[row].name;
}

/* The argument is of no use to any call, so that all but a few end there. */
static void refused_for_right(int fd, const struct right_case *c, uint32_t rights)
{
	if (rights & c->right || !c->right) {
		if (call(fd, c->command, NULL) < 0 && errno == EPERM)
			FAIL("refused with rights %#x: %s", rights, last_error(fd).text);
		return;
	}
	REFUSED(fd, c->command, NULL, .error = EPERM, .code = VMH_E_NO_RIGHT, .field = "rights",
		GOT(rights), EXPECTED(c->right));
}

/* Every set of rights that there is to a VM's fd. */
static void on_vm(const struct right_case *c)
{
	struct vmh_vm_entry entry;
	struct vm vm;
	int fd;

	vm_make(&vm, &(struct spec){ });
	entry = vm_entry(&vm);
	for (uint32_t rights = 1; rights <= OUTSIDE; rights++) {
		fd = vm_open(vm.dev, &entry, rights);
		refused_for_right(fd, c, rights);
		close(fd);
	}
	refused_for_right(vm.fd, c, OUTSIDE | OWNER);
}

/* A vCPU's fd is the owner's, or one to look. */
static void on_vcpu(const struct right_case *c)
{
	struct vmh_vm_entry entry;
	struct vm vm;
	int fd;

	vm_make(&vm, &(struct spec){ });
	entry = vm_entry(&vm);
	fd = vm_open(vm.dev, &entry, OUTSIDE);
	refused_for_right(must(fd, VMH_OPEN_VCPU, VALUE(0)), c, DEBUG);
	/* The owner himself gets no more in this way. */
	refused_for_right(must(vm.fd, VMH_OPEN_VCPU, VALUE(0)), c, DEBUG);
	refused_for_right(vm.vcpu[0], c, OUTSIDE | OWNER);
}

static void each_right(unsigned int row)
{
	if (cases[row].kind == VM)
		on_vm(&cases[row]);
	else
		on_vcpu(&cases[row]);
}

/* The right is looked at before anything else, and the answer is the same in the end. */
static void before_the_state(unsigned int row)
{
	const struct right_case *c = &cases[row];
	struct vmh_vm_entry entry;
	struct vm vm;
	int fd;

	vm_make(&vm, &(struct spec){ });
	entry = vm_entry(&vm);
	fd = vm_open(vm.dev, &entry, c->right == INSPECT ? MEMORY : DEBUG | INSPECT);
	if (c->kind == VCPU)
		fd = must(fd, VMH_OPEN_VCPU, VALUE(0));
	vm_event(&vm, VMH_EVENT_TERMINATE);
	if (c->right != DEBUG && c->right)
		REFUSED(fd, c->command, NULL, .error = EPERM, .code = VMH_E_NO_RIGHT,
			.field = "rights", EXPECTED(c->right));
}

static void bad_rights(void)
{
	static const uint32_t bad[] = { 0, OWNER, OWNER | INSPECT, 1 << 5, 1U << 31, ~0U };
	struct vmh_vm_open open = { .size = sizeof(open) };
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	open.vm_id = vm_entry(&vm).vm_id;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		open.rights = bad[i];
		REFUSED(vm.dev, VMH_OPEN_VM, &open, .error = EINVAL, .code = VMH_E_VALUE,
			.field = "rights", GOT(bad[i]), EXPECTED(OUTSIDE));
	}
}

static const struct test tests[] = {
	{ .name = "each right and", .rows = ARRAY_SIZE(cases), .row_name = case_name,
	  .run_row = each_right },
	{ .name = "before the state, on", .rows = ARRAY_SIZE(cases), .row_name = case_name,
	  .run_row = before_the_state },
	{ .name = "no such rights", .run = bad_rights },
	{ }
};

const struct suite suite_rights = { "rights", tests };
