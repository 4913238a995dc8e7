// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "rows.h"

/* Fatal, or how the call fails: 0 if it succeeds. */
#define FATAL	(-1)

static const struct {
	const char *name;
	long number;
	long args[6];
	int result;
} calls[] = {
	{ "getpid", SYS_getpid, { 0 }, 0 },
	{ "read", SYS_read, { -1 }, EBADF },
	{ "preadv", SYS_preadv, { -1 }, EBADF },
	{ "pwritev", SYS_pwritev, { -1 }, EBADF },
	{ "fdatasync", SYS_fdatasync, { -1 }, EBADF },
	{ "fallocate", SYS_fallocate, { -1, 0, 0, 1 }, EBADF },
	{ "ioctl", SYS_ioctl, { -1, 0xae80 }, EBADF },
	{ "type on the terminal", SYS_ioctl, { -1, TIOCSTI }, FATAL },
	{ "paste on the terminal", SYS_ioctl, { -1, TIOCLINUX }, FATAL },
	{ "memory", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1 }, 0 },
	{ "executable memory", SYS_mmap,
	  { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 }, FATAL },
	{ "memory turned executable", SYS_mprotect, { 0, 0, PROT_READ | PROT_EXEC }, FATAL },
	{ "status of an open file", SYS_newfstatat, { -1, (long)"", 0, 0x1000 }, EBADF },
	{ "status of a path", SYS_newfstatat, { AT_FDCWD, 0, 0, 0 }, FATAL },
	{ "clone3", SYS_clone3, { 0 }, ENOSYS },
	{ "a process", SYS_clone, { SIGCHLD }, FATAL },
	{ "a process that shares memory", SYS_clone, { CLONE_VM | SIGCHLD }, FATAL },
	{ "fork", SYS_fork, { 0 }, FATAL },
	{ "vfork", SYS_vfork, { 0 }, FATAL },
	{ "execve", SYS_execve, { 0 }, FATAL },
	{ "execveat", SYS_execveat, { -1 }, FATAL },
	{ "open", SYS_open, { 0 }, FATAL },
	{ "openat", SYS_openat, { AT_FDCWD }, FATAL },
	{ "openat2", SYS_openat2, { AT_FDCWD }, FATAL },
	{ "unlink", SYS_unlink, { 0 }, FATAL },
	{ "socket", SYS_socket, { 1, 1 }, FATAL },
	{ "connect", SYS_connect, { -1 }, FATAL },
	{ "send to a back end", SYS_sendmsg, { -1 }, EBADF },
	{ "receive descriptors", SYS_recvmsg, { -1 }, FATAL },
	{ "kill", SYS_kill, { 0 }, FATAL },
	{ "ptrace", SYS_ptrace, { 0 }, FATAL },
	{ "process_vm_writev", SYS_process_vm_writev, { 0 }, FATAL },
	{ "mount", SYS_mount, { 0 }, FATAL },
	{ "unshare", SYS_unshare, { 0 }, FATAL },
	{ "setuid", SYS_setuid, { 0 }, FATAL },
	{ "bpf", SYS_bpf, { 0 }, FATAL },
	{ "io_uring", SYS_io_uring_setup, { 0 }, FATAL },
	{ "init_module", SYS_init_module, { 0 }, FATAL },
	{ "a thread's name", SYS_prctl, { PR_SET_NAME, (long)"x" }, 0 },
	{ "prctl", SYS_prctl, { PR_SET_DUMPABLE, 1 }, FATAL },
	{ "the other numbers", 0x40000000 | SYS_getpid, { 0 }, FATAL },
};

/* In a child: the call's errno is the exit code. */
static void child(const long *args, long number)
{
	long ret;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || confine_syscalls())
		_exit(255);
	ret = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
	/* Not _exit(): sanitizers have things to do there. */
	syscall(SYS_exit_group, ret < 0 ? errno : 0);
}

START_TEST(call)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		child(calls[_i].args, calls[_i].number);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (calls[_i].result == FATAL)
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %#x",
			      calls[_i].name, status);
	else
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == calls[_i].result,
			      "%s: status %#x", calls[_i].name, status);
}
END_TEST

Suite *syscall_filter_suite(void)
{
	Suite *suite = suite_create("syscall_filter");

	add_rows(suite, "call", call, ROWS(calls));
	return suite;
}
