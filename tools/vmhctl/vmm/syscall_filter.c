// SPDX-License-Identifier: GPL-2.0
/*
 * The system calls that a running VM needs, as a seccomp filter. Any other ends vmhctl with
 * SIGSYS. Most often it is ioctl() that is called; it comes first.
 */
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "confine.h"
#include "message.h"
#include "vmhctl.h"

#define X32_BIT		0x40000000u
#define ARG_LOW(n)	(offsetof(struct seccomp_data, args) + 8 * (n))
#define AT_EMPTY_PATH_FLAG 0x1000
#define THREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

#define LOAD(offset)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(action)	BPF_STMT(BPF_RET | BPF_K, action)
/* Go on with the next instruction if it is so, else skip @n. */
#define UNLESS_EQUAL_SKIP(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n)
#define ALLOW(name)	UNLESS_EQUAL_SKIP(SYS_##name, 1), RETURN(SECCOMP_RET_ALLOW)
/* Allow a call if argument @arg has none of the bits @mask; else it is fatal. */
#define ALLOW_WITHOUT(name, arg, mask) \
	UNLESS_EQUAL_SKIP(SYS_##name, 4), LOAD(ARG_LOW(arg)), \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1), \
	RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW)
/* Allow a call if argument @arg is neither @a nor @b; else it is fatal. */
#define ALLOW_UNLESS(name, arg, a, b) \
	UNLESS_EQUAL_SKIP(SYS_##name, 5), LOAD(ARG_LOW(arg)), \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, a, 1, 0), \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, b, 0, 1), \
	RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW)
/* Allow a call if argument @arg has all the bits @mask. */
#define ALLOW_WITH(name, arg, mask) \
	UNLESS_EQUAL_SKIP(SYS_##name, 5), LOAD(ARG_LOW(arg)), \
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask), UNLESS_EQUAL_SKIP(mask, 1), \
	RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS)
/* Allow a call if argument @arg is @value. */
#define ALLOW_ONLY(name, arg, value) \
	UNLESS_EQUAL_SKIP(SYS_##name, 4), LOAD(ARG_LOW(arg)), UNLESS_EQUAL_SKIP(value, 1), \
	RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS)
#define REFUSE(name, error) \
	UNLESS_EQUAL_SKIP(SYS_##name, 1), RETURN(SECCOMP_RET_ERRNO | (error))

static const struct sock_filter filter[] = {
	LOAD(offsetof(struct seccomp_data, arch)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	/*
	 * The device, the VM, the terminal: files that are open, and no more will be. But nothing
	 * is to be typed on the user's terminal.
	 */
	ALLOW_UNLESS(ioctl, 1, TIOCSTI, TIOCLINUX),
	/* Devices and the main loop. */
	ALLOW(poll), ALLOW(read), ALLOW(write), ALLOW(readv), ALLOW(writev), ALLOW(preadv),
	ALLOW(pwritev), ALLOW(pwrite64), ALLOW(fdatasync), ALLOW(fallocate), ALLOW(getrandom),
	ALLOW(timerfd_create), ALLOW(timerfd_settime), ALLOW(close), ALLOW(lseek), ALLOW(fstat),
	/* To a back end, with a file beside it; descriptors are never received. */
	ALLOW(sendmsg),
	/* As the C library asks for the status of an open file. */
	ALLOW_WITH(newfstatat, 3, AT_EMPTY_PATH_FLAG),
	ALLOW(clock_gettime), ALLOW(gettimeofday), ALLOW(time),
	/* Threads, among themselves, and what people know them by. */
	ALLOW_ONLY(prctl, 0, PR_SET_NAME),
	ALLOW(futex), ALLOW(sched_yield), ALLOW(sched_getaffinity),
	ALLOW(getpid), ALLOW(gettid), ALLOW(tgkill), ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(restart_syscall),
	ALLOW(set_robust_list), ALLOW(rseq), ALLOW(exit), ALLOW(exit_group), ALLOW(nanosleep),
	ALLOW(clock_nanosleep), ALLOW(wait4), ALLOW(getpgrp),
	/* A thread, not a process; of clone3() that cannot be told, and the C library copes. */
	ALLOW_WITH(clone, 0, THREAD_FLAGS),
	REFUSE(clone3, ENOSYS),
	/* Memory, none of it executable. */
	ALLOW(munmap), ALLOW(brk), ALLOW(madvise), ALLOW(mremap),
	ALLOW_WITHOUT(mmap, 2, PROT_EXEC),
	ALLOW_WITHOUT(mprotect, 2, PROT_EXEC),
	RETURN(SECCOMP_RET_KILL_PROCESS),
};

/**
 * confine_syscalls() - from now on, allow what a running VM needs
 *
 * Comes after confine_privileges(). Threads that are started later are bound, too.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int confine_syscalls(void)
{
	const struct sock_fprog program = { ARRAY_SIZE(filter), (struct sock_filter *)filter };

	if (!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return VMHCTL_OK;
	/* A kernel without seccomp: to run is better than not to run. */
	if (errno == EINVAL || errno == ENOSYS) {
		remark("this kernel cannot filter system calls");
		return VMHCTL_OK;
	}
	complain("cannot filter system calls: %s", strerror(errno));
	return VMHCTL_DEVICE;
}
