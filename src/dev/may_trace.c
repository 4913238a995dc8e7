// SPDX-License-Identifier: GPL-2.0
/*
 * May the caller look into a VM? Yes, if ptrace would let it look into the VM's process. Modules
 * cannot ask ptrace, but opening /proc/PID/mem asks it: user and group ids, capabilities, dumpable
 * or not, and the security modules. So vmh opens that file, with the caller's credentials, and
 * looks whose memory it is.
 *
 * The file is in a mount of /proc of vmh's own, which nobody else sees: the caller's may show other
 * PIDs, hide some, be covered by something else, or not be there.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mount.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

#include "fail_point.h"
#include "ioctl.h"
#include "vm.h"

/* A PID's digits, "/mem" and the NUL. */
#define MEM_NAME_LEN	16

/* NULL on a kernel without /proc: then nobody looks into another process's VM. */
static struct vfsmount *vmh_proc;

/**
 * struct vmh_proc_work - mounting /proc
 * @work: done by a kernel thread: /proc shows the PIDs that its mounter sees, and this one sees
 *	all.
 * @mount: the outcome: a mount, NULL, or a negative errno.
 */
struct vmh_proc_work {
	struct work_struct work;
	struct vfsmount *mount;
};

static void vmh_mount_proc(struct work_struct *work)
{
	/* Nobody puts what get_fs_type() gets: /proc is no module. */
	struct file_system_type *type = get_fs_type("proc");

	container_of(work, struct vmh_proc_work, work)->mount = type ? kern_mount(type) : NULL;
}

/**
 * vmh_may_trace_init() - prepare for vmh_may_trace()
 *
 * Context: may sleep.
 *
 * Return: 0 or a negative errno.
 */
int vmh_may_trace_init(void)
{
	struct vmh_proc_work proc;
	int ret = vmh_fail_point(VMH_FAIL_load_proc);

	if (ret)
		return ret;
	INIT_WORK_ONSTACK(&proc.work, vmh_mount_proc);
	schedule_work(&proc.work);
	flush_work(&proc.work);
	destroy_work_on_stack(&proc.work);
	if (IS_ERR(proc.mount))
		return PTR_ERR(proc.mount);
	vmh_proc = proc.mount;
	return 0;
}

/**
 * vmh_may_trace_exit() - undo vmh_may_trace_init()
 */
void vmh_may_trace_exit(void)
{
	if (vmh_proc)
		kern_unmount(vmh_proc);
}

/*
 * The PID of a thread of the VM's process, as the mount has it. Threads come in the order in which
 * they were made, and the first can have ended before the others. 0 when none is left, or when the
 * caller cannot see the process: then it cannot name it to ptrace either.
 */
static pid_t vmh_traced_thread(const struct vm_handler_ctx *vm)
{
	struct task_struct *leader, *thread;
	pid_t nr = 0;

	rcu_read_lock();
	leader = pid_vnr(vm->creator_pid) ? pid_task(vm->creator_pid, PIDTYPE_TGID) : NULL;
	if (leader) {
		for_each_thread(leader, thread) {
			if (READ_ONCE(thread->mm) != vm->mem_ctx.mm)
				continue;
			nr = task_pid_nr(thread);
			break;
		}
	}
	rcu_read_unlock();
	return nr;
}

static struct file *vmh_open_mem(pid_t nr)
{
	const struct path root = { .mnt = vmh_proc, .dentry = vmh_proc->mnt_root };
	char name[MEM_NAME_LEN];
	int ret = vmh_fail_point(VMH_FAIL_trace_open);

	if (ret)
		return ERR_PTR(ret);
	scnprintf(name, sizeof(name), "%d/mem", nr);
	return file_open_root(&root, name, O_RDWR | O_LARGEFILE, 0);
}

static int vmh_no_mem(const struct vm_handler_ctx *vm, pid_t nr, int error)
{
	switch (error) {
	case -ENOMEM:
	case -ENFILE:
	case -EINTR:
		return error;
	case -ENOENT:
		/* The process has ended, or /proc had no memory: then its thread is still there. */
		return vmh_traced_thread(vm) == nr ? -ENOMEM : -EPERM;
	default:
		return -EPERM;
	}
}

/**
 * vmh_may_trace() - may the calling thread trace a VM's process?
 * @vm: the VM.
 *
 * A process may always look into its own memory.
 *
 * Context: may sleep.
 *
 * Return: 0; -EPERM; -ENOMEM, -ENFILE or -EINTR when that could not be found out.
 */
int vmh_may_trace(const struct vm_handler_ctx *vm)
{
	struct file *file;
	bool same;
	pid_t nr;

	if (current->mm == vm->mem_ctx.mm)
		return 0;
	nr = vmh_proc ? vmh_traced_thread(vm) : 0;
	if (!nr)
		return -EPERM;
	file = vmh_open_mem(nr);
	if (IS_ERR(file))
		return vmh_no_mem(vm, nr, PTR_ERR(file));
	/* The kernel keeps there whose memory it gave: the PID may be another process's by now. */
	same = file->private_data == vm->mem_ctx.mm;
	fput(file);
	return same ? 0 : -EPERM;
}
