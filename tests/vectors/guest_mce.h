/* SPDX-License-Identifier: GPL-2.0 */
/* Machine-check registers: scripts of setting up, reading, writing and reporting. */
#ifndef VMH_VECTORS_GUEST_MCE_H
#define VMH_VECTORS_GUEST_MCE_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <guest_mce.h>

#define MCE_STEPS	8

enum mce_action {
	MCE_DONE,
	MCE_DO_SETUP,
	MCE_DO_READ,		/* by the guest */
	MCE_DO_HOST_READ,
	MCE_DO_WRITE,		/* by the guest */
	MCE_DO_HOST_WRITE,
	MCE_DO_REPORT,		/* @index is the bank; CR4.MCE is set */
	MCE_DO_REPORT_MASKED,	/* likewise, CR4.MCE is clear */
	MCE_DO_REPORT_QUIET,	/* likewise, and the MCG status is 0 */
};

/* One step: @value goes in, or is what must come out of a read; @want is what is returned. */
struct mce_step {
	enum mce_action action;
	u32 index;
	u64 value;
	int want;
};

struct guest_mce_case {
	const char *name;
	struct mce_step steps[MCE_STEPS];
};

#define MCE_SETUP(cap, want)	{ MCE_DO_SETUP, 0, cap, want }
#define MCE_READ(index, value)	{ MCE_DO_READ, index, value, 0 }
#define MCE_NO_READ(index)	{ MCE_DO_READ, index, 0, -EINVAL }
#define MCE_WRITE(index, value, want)		{ MCE_DO_WRITE, index, value, want }
#define MCE_HOST_WRITE(index, value, want)	{ MCE_DO_HOST_WRITE, index, value, want }
#define MCE_REPORT(bank, status, want)		{ MCE_DO_REPORT, bank, status, want }

#define CAP		0x179
#define STATUS		0x17a
#define CTL		0x17b
#define BANK(n, reg)	(0x400 + 4 * (n) + (reg))
#define ON		(~0ULL)
#define VALID		BIT_ULL(63)
#define LOST		BIT_ULL(62)
#define UC		BIT_ULL(61)

/* A report brings the address 0xadd, the miscellaneous 0x315 and the MCG status 5. */
static const struct guest_mce_case guest_mce_cases[] = {
	{ "none at first", {
		MCE_READ(CAP, 0), MCE_READ(STATUS, 0), MCE_NO_READ(CTL), MCE_NO_READ(BANK(0, 0)),
		MCE_WRITE(CTL, 0, -EINVAL), MCE_WRITE(BANK(0, 0), 0, -EINVAL),
		MCE_REPORT(0, VALID, -EINVAL) } },
	{ "no banks", { MCE_SETUP(0, -EINVAL), MCE_SETUP(GUEST_MCE_CAP_CTL, -EINVAL) } },
	{ "most banks", {
		MCE_SETUP(32, 0), MCE_READ(BANK(31, 3), 0), MCE_READ(BANK(31, 0), ON),
		MCE_NO_READ(BANK(32, 0)) } },
	{ "too many banks", { MCE_SETUP(33, -EINVAL), MCE_SETUP(255, -EINVAL) } },
	{ "what QEMU asks for", {
		MCE_SETUP(10 | GUEST_MCE_CAP_CTL | GUEST_MCE_CAP_RECOVERY, 0),
		MCE_READ(CAP, 10 | GUEST_MCE_CAP_CTL | GUEST_MCE_CAP_RECOVERY),
		MCE_READ(CTL, ON),
		MCE_READ(BANK(9, 0), ON), MCE_NO_READ(BANK(10, 0)) } },
	{ "features that there are not", {
		MCE_SETUP(1 | BIT_ULL(9), -EINVAL), MCE_SETUP(1 | BIT_ULL(10), -EINVAL),
		MCE_SETUP(1 | BIT_ULL(27), -EINVAL), MCE_SETUP(1 | BIT_ULL(63), -EINVAL) } },
	{ "MCG_CAP is read only", {
		MCE_SETUP(3, 0), MCE_WRITE(CAP, 3, -EINVAL), MCE_HOST_WRITE(CAP, 3, 0),
		MCE_HOST_WRITE(CAP, 4, -EINVAL) } },
	{ "MCG_CTL is all or nothing", {
		MCE_SETUP(1 | GUEST_MCE_CAP_CTL, 0), MCE_WRITE(CTL, 0, 0), MCE_READ(CTL, 0),
		MCE_WRITE(CTL, 1, -EINVAL), MCE_WRITE(CTL, ON, 0), MCE_READ(CTL, ON) } },
	{ "MCG_CTL that is not there", {
		MCE_SETUP(1, 0), MCE_NO_READ(CTL), MCE_WRITE(CTL, ON, -EINVAL),
		MCE_HOST_WRITE(CTL, 0, 0), MCE_HOST_WRITE(CTL, ON, -EINVAL),
		{ MCE_DO_HOST_READ, CTL, 0, 0 } } },
	{ "MCG_STATUS", { MCE_SETUP(1, 0), MCE_WRITE(STATUS, 4, 0), MCE_READ(STATUS, 4) } },
	{ "a bank's CTL is all or nothing, nearly", {
		MCE_SETUP(2, 0), MCE_WRITE(BANK(1, 0), 0, 0), MCE_WRITE(BANK(1, 0), 2, -EINVAL),
		MCE_READ(BANK(1, 0), 0), MCE_WRITE(BANK(1, 0), ON - 1, 0),
		MCE_WRITE(BANK(1, 0), ON - 0x400, 0), MCE_WRITE(BANK(1, 0), ON - 2, -EINVAL) } },
	{ "a bank's STATUS is for clearing", {
		MCE_SETUP(2, 0), MCE_WRITE(BANK(1, 1), 1, -EINVAL),
		MCE_HOST_WRITE(BANK(1, 1), VALID, 0), MCE_READ(BANK(1, 1), VALID),
		MCE_WRITE(BANK(1, 1), 0, 0), MCE_READ(BANK(1, 1), 0) } },
	{ "ADDR and MISC take anything", {
		MCE_SETUP(2, 0), MCE_WRITE(BANK(0, 2), 7, 0), MCE_WRITE(BANK(0, 3), 8, 0),
		MCE_READ(BANK(0, 2), 7), MCE_READ(BANK(0, 3), 8), MCE_READ(BANK(1, 2), 0) } },
	{ "no such bank", { MCE_SETUP(2, 0), MCE_REPORT(2, VALID, -EINVAL),
		MCE_REPORT(255, VALID, -EINVAL) } },
	{ "no error", { MCE_SETUP(2, 0), MCE_REPORT(1, UC, -EINVAL), MCE_READ(BANK(1, 1), 0) } },
	{ "a corrected error", {
		MCE_SETUP(2, 0), MCE_REPORT(1, VALID | 9, GUEST_MCE_LOGGED),
		MCE_READ(BANK(1, 1), VALID | 9), MCE_READ(BANK(1, 2), 0xadd),
		MCE_READ(BANK(1, 3), 0x315), MCE_READ(STATUS, 0) } },
	{ "another one", {
		MCE_SETUP(2, 0), MCE_REPORT(1, VALID | 9, GUEST_MCE_LOGGED),
		MCE_REPORT(1, VALID | 8, GUEST_MCE_LOGGED),
		MCE_READ(BANK(1, 1), VALID | LOST | 8) } },
	{ "an uncorrected error", {
		MCE_SETUP(2, 0), MCE_REPORT(0, VALID | UC | 3, GUEST_MCE_EXCEPTION),
		MCE_READ(BANK(0, 1), VALID | UC | 3), MCE_READ(BANK(0, 2), 0xadd),
		MCE_READ(STATUS, 5) } },
	{ "a second one while the first is dealt with", {
		MCE_SETUP(2, 0), MCE_REPORT(0, VALID | UC | 3, GUEST_MCE_EXCEPTION),
		MCE_REPORT(1, VALID | UC, GUEST_MCE_SHUTDOWN) } },
	{ "a second one after that", {
		MCE_SETUP(2, 0), MCE_REPORT(0, VALID | UC | 3, GUEST_MCE_EXCEPTION),
		MCE_WRITE(STATUS, 0, 0), MCE_REPORT(0, VALID | UC | 4, GUEST_MCE_EXCEPTION),
		MCE_READ(BANK(0, 1), VALID | UC | LOST | 4) } },
	{ "a corrected one does not hide an uncorrected one", {
		MCE_SETUP(2, 0), MCE_REPORT(0, VALID | UC | 3, GUEST_MCE_EXCEPTION),
		MCE_REPORT(0, VALID | 4, GUEST_MCE_LOGGED),
		MCE_READ(BANK(0, 1), VALID | UC | LOST | 3) } },
	{ "CR4.MCE is clear", {
		MCE_SETUP(2, 0), { MCE_DO_REPORT_MASKED, 0, VALID | UC, GUEST_MCE_SHUTDOWN },
		{ MCE_DO_REPORT_MASKED, 0, VALID, GUEST_MCE_LOGGED } } },
	{ "uncorrected, no action required", {
		MCE_SETUP(2, 0), { MCE_DO_REPORT_QUIET, 1, VALID | UC | 3, GUEST_MCE_LOGGED },
		MCE_READ(BANK(1, 1), VALID | UC | 3), MCE_READ(STATUS, 0) } },
	{ "uncorrected, action required", {
		MCE_SETUP(2, 0),
		{ MCE_DO_REPORT_QUIET, 1, VALID | UC | BIT_ULL(55), GUEST_MCE_SHUTDOWN } } },
	{ "the bank is off", {
		MCE_SETUP(2, 0), MCE_WRITE(BANK(0, 0), 0, 0),
		MCE_REPORT(0, VALID | UC, GUEST_MCE_LOGGED), MCE_READ(BANK(0, 1), 0) } },
	{ "all are off", {
		MCE_SETUP(2 | GUEST_MCE_CAP_CTL, 0), MCE_WRITE(CTL, 0, 0),
		MCE_REPORT(0, VALID | UC, GUEST_MCE_LOGGED), MCE_READ(BANK(0, 1), 0) } },
};

#undef CAP
#undef STATUS
#undef CTL
#undef BANK
#undef ON
#undef VALID
#undef LOST
#undef UC

static inline int mce_do_step(struct guest_mce *mce, const struct mce_step *step, u64 *value)
{
	struct kvm_x86_mce event = {
		.status = step->value, .addr = 0xadd, .misc = 0x315,
		.mcg_status = step->action == MCE_DO_REPORT_QUIET ? 0 : 5,
		.bank = step->index,
	};

	switch (step->action) {
	case MCE_DO_SETUP:
		return guest_mce_setup(mce, step->value);
	case MCE_DO_READ:
	case MCE_DO_HOST_READ:
		return guest_mce_get(mce, step->index, value, step->action == MCE_DO_HOST_READ);
	case MCE_DO_WRITE:
	case MCE_DO_HOST_WRITE:
		return guest_mce_set(mce, step->index, step->value,
				     step->action == MCE_DO_HOST_WRITE);
	default:
		return guest_mce_report(mce, &event, step->action == MCE_DO_REPORT);
	}
}

static inline bool guest_mce_case_ok(const struct guest_mce_case *c, char *why, size_t why_len)
{
	static struct guest_mce mce;	/* too large for a kernel's stack */
	unsigned int i;

	memset(&mce, 0, sizeof(mce));
	for (i = 0; i < MCE_STEPS && c->steps[i].action != MCE_DONE; i++) {
		u64 value = c->steps[i].value;
		int ret = mce_do_step(&mce, &c->steps[i], &value);

		if (ret != c->steps[i].want || value != c->steps[i].value) {
			snprintf(why, why_len, "step %u: returned %d, value %#llx", i, ret,
				 (unsigned long long)value);
			return false;
		}
	}
	return true;
}

#endif /* VMH_VECTORS_GUEST_MCE_H */
