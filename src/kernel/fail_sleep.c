// SPDX-License-Identifier: GPL-2.0
/*
 * A sleep after which the TSC starts over, for tests: the kernel's state "mem", in which this
 * processor's TSC gets the value of /sys/kernel/debug/vmh/tsc_after_sleep, and the machine wakes
 * up. Everything around it is the kernel's own way to sleep and back. As fail_point.c, it is built
 * for kernels that can inject failures only.
 */
#include <linux/debugfs.h>
#include <linux/suspend.h>
#include <asm/msr.h>

#include "fail_point.h"

#ifdef CONFIG_SUSPEND
static u64 fail_tsc;

static int fail_sleep_enter(suspend_state_t state)
{
	wrmsrl(MSR_IA32_TSC, fail_tsc);
	return 0;
}

static const struct platform_suspend_ops fail_sleep_ops = {
	.valid = suspend_valid_only_mem,
	.enter = fail_sleep_enter,
};

/**
 * vmh_fail_sleep_init() - let the machine sleep
 * @dir: where the value is.
 *
 * Only where firmware offers no such state: the kernel for tests is built without ACPI.
 */
void vmh_fail_sleep_init(struct dentry *dir)
{
	debugfs_create_u64("tsc_after_sleep", 0600, dir, &fail_tsc);
	suspend_set_ops(&fail_sleep_ops);
}

/**
 * vmh_fail_sleep_exit() - undo vmh_fail_sleep_init()
 */
void vmh_fail_sleep_exit(void)
{
	suspend_set_ops(NULL);
}
#else
void vmh_fail_sleep_init(struct dentry *dir)
{
}

void vmh_fail_sleep_exit(void)
{
}
#endif
