// SPDX-License-Identifier: GPL-2.0
/*
 * The injection points of fail_point.h, and what controls them: /sys/kernel/debug/vmh/fail. Written
 * "NAME [N]" it makes the N-th time from now that NAME is reached fail, in whatever task; "off"
 * takes that back. Read, it has a line per point: name, errno, times reached, times failed. A step
 * without an errno is left out, and the checker of tlb_check.h has to find that. The module's
 * parameter fail="NAME [N]" is the same, for loading the module. Built for kernels that can inject
 * failures only.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/mce.h>
#include <asm/msr.h>

#include "fail_point.h"

/* How long a step that is to be late takes, ms: others can do a lot meanwhile. */
#define FAIL_STALL_MS		1000

/* What is written: a name, a number and a line's end. */
#define FAIL_COMMAND_LEN	64

/**
 * struct fail_point - an injection point
 * @name: of the step.
 * @error: negative errno; 0: the step is left out.
 * @countdown: fails when this gets from 1 to 0.
 * @reached: times that the step was reached.
 * @failed: times that it was told to fail.
 */
struct fail_point {
	const char *name;
	int error;
	atomic_t countdown;
	atomic_t reached;
	atomic_t failed;
};

#define FAIL_POINT(step, number) \
	[VMH_FAIL_##step] = { .name = #step, .error = -(number) }
static struct fail_point fail_points[VMH_FAIL_NR] = {
	FAIL_POINT(load_pool, ENOMEM),
	FAIL_POINT(load_fpu, ENOMEM),
	FAIL_POINT(load_msr_bitmap, ENOMEM),
	FAIL_POINT(load_power, ENOMEM),
	FAIL_POINT(load_proc, ENOMEM),
	FAIL_POINT(load_device, ENOMEM),
	FAIL_POINT(hw_setup, ENOMEM),
	FAIL_POINT(hw_differs, EBUSY),
	FAIL_POINT(hw_region, ENOMEM),
	FAIL_POINT(hw_vmxon, EBUSY),
	FAIL_POINT(hw_lost, EOPNOTSUPP),
	FAIL_POINT(call_memory, ENOMEM),
	FAIL_POINT(copy_in, EFAULT),
	FAIL_POINT(copy_out, EFAULT),
	FAIL_POINT(copy_entries, EFAULT),
	FAIL_POINT(entries_memory, ENOMEM),
	FAIL_POINT(fd_memory, ENOMEM),
	FAIL_POINT(fd_number, EMFILE),
	FAIL_POINT(trace_open, ENOMEM),
	FAIL_POINT(charge, EDQUOT),
	FAIL_POINT(charge_some, EDQUOT),
	FAIL_POINT(vcpu_late, ESTALE),
	FAIL_POINT(vm_memory, ENOMEM),
	FAIL_POINT(vm_ring, ENOMEM),
	FAIL_POINT(vm_id, ENOMEM),
	FAIL_POINT(vm_notifier, ENOMEM),
	FAIL_POINT(vm_notifier_signal, EINTR),
	FAIL_POINT(vm_cpumask, ENOMEM),
	FAIL_POINT(slots_memory, ENOMEM),
	FAIL_POINT(ept_page, ENOMEM),
	FAIL_POINT(log_memory, ENOMEM),
	FAIL_POINT(log_copy, ENOMEM),
	FAIL_POINT(vcpu_memory, ENOMEM),
	FAIL_POINT(vcpu_run_page, ENOMEM),
	FAIL_POINT(vcpu_cpuid, ENOMEM),
	FAIL_POINT(vcpu_apic_page, ENOMEM),
	FAIL_POINT(vcpu_vpid, ENOSPC),
	FAIL_POINT(vcpu_vmcs, ENOMEM),
	FAIL_POINT(vcpu_pml, ENOMEM),
	FAIL_POINT(vcpu_fpu, ENOMEM),
	FAIL_POINT(vcpu_field, ENOMEM),
	FAIL_POINT(vcpu_entry, ENOMEM),
	FAIL_POINT(irqchip_memory, ENOMEM),
	FAIL_POINT(routing_memory, ENOMEM),
	FAIL_POINT(irqfd_memory, ENOMEM),
	FAIL_POINT(ioeventfd_memory, ENOMEM),
	FAIL_POINT(zones_memory, ENOMEM),
	FAIL_POINT(fault_page_fast, EAGAIN),
	FAIL_POINT(fault_page, EFAULT),
	FAIL_POINT(fault_stale, EAGAIN),
	FAIL_POINT(guest_read, EFAULT),
	FAIL_POINT(guest_write, EFAULT),
	FAIL_POINT(guest_cmpxchg, EFAULT),
	FAIL_POINT(guest_nofault, EFAULT),
	FAIL_POINT(set_sregs, EINVAL),
	FAIL_POINT(set_msr, EINVAL),
	FAIL_POINT(set_cpuid, EINVAL),
	FAIL_POINT(set_lapic, EINVAL),
	FAIL_POINT(set_irqchip, EINVAL),
	FAIL_POINT(set_pit, EINVAL),
	FAIL_POINT(machine_check, EIO),
	FAIL_POINT(counters, EIO),
	FAIL_POINT(flush_load, 0),
	FAIL_POINT(flush_gen, 0),
	FAIL_POINT(flush_here, 0),
	FAIL_POINT(flush_guest, 0),
};

static struct dentry *fail_dir;

static char *fail;
module_param(fail, charp, 0);
MODULE_PARM_DESC(fail, "\"NAME [N]\": a step that fails; N is 1 unless given");

static bool fail_now(struct fail_point *p)
{
	atomic_inc(&p->reached);
	if (atomic_dec_if_positive(&p->countdown))
		return false;
	atomic_inc(&p->failed);
	return true;
}

/**
 * vmh_fail_point() - shall this step fail?
 * @point: the step.
 *
 * Context: any.
 *
 * Return: 0, or the negative errno to fail with.
 */
int vmh_fail_point(enum vmh_fail point)
{
	struct fail_point *p = &fail_points[point];

	return fail_now(p) ? p->error : 0;
}

/**
 * vmh_fail_leaves_out() - shall this step, which cannot fail, be left out?
 * @point: the step.
 *
 * Context: any.
 *
 * Return: whether it shall.
 */
bool vmh_fail_leaves_out(enum vmh_fail point)
{
	return fail_now(&fail_points[point]);
}

/**
 * vmh_fail_machine_check() - shall a machine check have happened?
 *
 * Then the kernel's handler, which has means for tests, finds one in this processor's registers:
 * the instruction is known, and cannot be executed again.
 *
 * Context: interrupts off.
 *
 * Return: whether it has.
 */
bool vmh_fail_machine_check(void)
{
	if (!IS_ENABLED(CONFIG_X86_MCE) || !vmh_fail_point(VMH_FAIL_machine_check))
		return false;
	*this_cpu_ptr(&injectm) = (struct mce) {
		.mcgstatus = MCG_STATUS_MCIP | MCG_STATUS_EIPV,
		.finished = 1,
	};
	return true;
}

/**
 * vmh_fail_machine_check_end() - the handler has been called
 *
 * Context: interrupts off.
 */
void vmh_fail_machine_check_end(void)
{
	this_cpu_write(injectm.finished, 0);
}

/* What a guest finds in IA32_TSC_AUX, which is none of its own. */
#define FAIL_COUNTERS_TSC_AUX	0x600d

/**
 * vmh_fail_counters() - shall perf want an MSR switched?
 * @pair: it, if so: IA32_TSC_AUX, which any code can read. No emulator has counters.
 *
 * Context: interrupts off.
 *
 * Return: whether it shall.
 */
bool vmh_fail_counters(struct msr_switch_pair *pair)
{
	if (!vmh_fail_point(VMH_FAIL_counters))
		return false;
	pair->msr = MSR_TSC_AUX;
	rdmsrl(MSR_TSC_AUX, pair->host);
	pair->guest = FAIL_COUNTERS_TSC_AUX;
	return true;
}

/**
 * vmh_fail_stall() - a step that cannot fail, but be late
 * @point: the step.
 *
 * Context: may sleep.
 */
void vmh_fail_stall(enum vmh_fail point)
{
	if (vmh_fail_point(point))
		msleep(FAIL_STALL_MS);
}

static void fail_points_off(void)
{
	unsigned int i;

	for (i = 0; i < VMH_FAIL_NR; i++)
		atomic_set(&fail_points[i].countdown, 0);
}

/* @command: "NAME", "NAME N" or "off"; taken to pieces. */
static int fail_command(char *command)
{
	char *name = strsep(&command, " ");
	int nth = 1;
	unsigned int i;

	if (command && (kstrtoint(command, 10, &nth) || nth < 1))
		return -EINVAL;
	if (!strcmp(name, "off")) {
		fail_points_off();
		return 0;
	}
	for (i = 0; i < VMH_FAIL_NR; i++) {
		if (!strcmp(name, fail_points[i].name)) {
			atomic_set(&fail_points[i].countdown, nth);
			return 0;
		}
	}
	return -ENOENT;
}

static ssize_t fail_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	char command[FAIL_COMMAND_LEN];
	int ret;

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, user, len))
		return -EFAULT;
	command[len] = 0;
	ret = fail_command(strim(command));
	return ret ?: len;
}

static int fail_show(struct seq_file *seq, void *unused)
{
	const struct fail_point *p;

	for (p = fail_points; p < fail_points + VMH_FAIL_NR; p++)
		seq_printf(seq, "%s %d %d %d\n", p->name, -p->error, atomic_read(&p->reached),
			   atomic_read(&p->failed));
	return 0;
}

static int fail_open(struct inode *inode, struct file *file)
{
	return single_open(file, fail_show, NULL);
}

static const struct file_operations fail_fops = {
	.owner = THIS_MODULE,
	.open = fail_open,
	.read = seq_read,
	.write = fail_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * vmh_fail_points_init() - before any step that has a point
 *
 * Return: 0, or a negative errno for a parameter that is not understood.
 */
int vmh_fail_points_init(void)
{
	char command[FAIL_COMMAND_LEN];
	int ret;

	if (fail) {
		strscpy(command, fail, sizeof(command));
		ret = fail_command(command);
		if (ret)
			return ret;
	}
	fail_dir = debugfs_create_dir("vmh", NULL);
	debugfs_create_file("fail", 0600, fail_dir, NULL, &fail_fops);
	vmh_fail_sleep_init(fail_dir);
	return 0;
}

/**
 * vmh_fail_dir() - vmh's directory in debugfs
 *
 * Return: it, from vmh_fail_points_init() to vmh_fail_points_exit().
 */
struct dentry *vmh_fail_dir(void)
{
	return fail_dir;
}

/**
 * vmh_fail_points_exit() - undo vmh_fail_points_init()
 */
void vmh_fail_points_exit(void)
{
	vmh_fail_sleep_exit();
	debugfs_remove(fail_dir);
}
