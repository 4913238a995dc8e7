// SPDX-License-Identifier: GPL-2.0
/* Who may look into a VM: those who could trace its process, and nobody for being of its user. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define STEER		(VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL)
#define LOOK		(VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY)
#define ALL		(STEER | LOOK)
#define MARK_GPA	0x7000
#define MARK		0x6d61726b

#define YAMA		"/proc/sys/kernel/yama/ptrace_scope"
#define SHARED_USER	"/sys/module/vmh/parameters/shared_user"

/* What the VMM is; 0: root's, to be traced. */
enum {
	STRANGERS	= 1 << 0,	/* the stranger's, to be traced */
	UNDUMPABLE	= 1 << 1,	/* not to be traced but with CAP_SYS_PTRACE */
	ANY_TRACER	= 1 << 2,	/* Yama is told that anybody may trace it */
	CONTAINED	= 1 << 3,	/* in a user namespace of the stranger's */
	HEADLESS	= 1 << 4,	/* its first thread has ended */
	ENDED		= 1 << 5,	/* it has ended itself */
};

/* Who looks; 0: root. */
enum {
	STRANGE		= 1 << 0,	/* the stranger */
	POWERLESS	= 1 << 1,	/* root without capabilities */
	NO_TRACER	= 1 << 2,	/* root without CAP_SYS_PTRACE */
	CHROOT		= 1 << 3,	/* where there is no /proc */
	OTHER_PIDS	= 1 << 4,	/* who sees none of the VMM's PIDs */
	OWN_CONTAINER	= 1 << 5,	/* as root of a user namespace of the stranger's */
	SAME_CONTAINER	= 1 << 6,	/* as root of the VMM's */
};

/* What the machine is set to. */
enum {
	YAMA_ON		= 1 << 0,	/* ptrace_scope=1 */
	SHARED		= 1 << 1,	/* shared_user=1 */
};

/**
 * struct traced_case - a VMM, who looks, and what it gets
 * @name: of the row.
 * @vmm: what the VMM is.
 * @looker: who looks.
 * @host: what the machine is set to.
 * @rights: VMH_RIGHT_* that it gets.
 */
struct traced_case {
	const char *name;
	unsigned int vmm, looker, host;
	uint32_t rights;
};

static const struct traced_case cases[] = {
	{ "same user", STRANGERS, STRANGE, 0, ALL },
	{ "same user, not dumpable", STRANGERS | UNDUMPABLE, STRANGE, 0, STEER },
	{ "root", STRANGERS, 0, 0, ALL },
	{ "root, not dumpable", STRANGERS | UNDUMPABLE, 0, 0, ALL },
	{ "root without CAP_SYS_PTRACE", STRANGERS, NO_TRACER, 0, STEER },
	{ "root without capabilities, root's VM", 0, POWERLESS, 0, STEER },
	{ "same user in a chroot", STRANGERS, STRANGE | CHROOT, 0, ALL },
	{ "same user in a chroot, not dumpable", STRANGERS | UNDUMPABLE, STRANGE | CHROOT, 0,
	  STEER },
	{ "root in a chroot", STRANGERS, CHROOT, 0, ALL },
	{ "same user who sees other PIDs", STRANGERS, STRANGE | OTHER_PIDS, 0, STEER },
	{ "root who sees other PIDs", STRANGERS, OTHER_PIDS, 0, STEER },
	{ "first thread has ended", STRANGERS | HEADLESS, STRANGE, 0, ALL },
	{ "first thread has ended, not dumpable", STRANGERS | HEADLESS | UNDUMPABLE, STRANGE, 0,
	  STEER },
	{ "process has ended", STRANGERS | ENDED, 0, 0, STEER },
	{ "a container's root", STRANGERS, STRANGE | OWN_CONTAINER, 0, STEER },
	{ "a container's root, not dumpable", STRANGERS | UNDUMPABLE, STRANGE | OWN_CONTAINER, 0,
	  STEER },
	{ "the same container's root", STRANGERS | CONTAINED, STRANGE | SAME_CONTAINER, 0, ALL },
	{ "the same container's root, not dumpable", STRANGERS | CONTAINED | UNDUMPABLE,
	  STRANGE | SAME_CONTAINER, 0, STEER },
	{ "Yama, same user", STRANGERS, STRANGE, YAMA_ON, STEER },
	{ "Yama, any tracer", STRANGERS | ANY_TRACER, STRANGE, YAMA_ON, ALL },
	{ "Yama, root", STRANGERS, 0, YAMA_ON, ALL },
	{ "shared user", STRANGERS, STRANGE, SHARED, ALL },
	{ "shared user, not dumpable", STRANGERS | UNDUMPABLE, STRANGE, SHARED, 0 },
	{ "shared user, root", STRANGERS, 0, SHARED, ALL },
	{ "shared user, root without CAP_SYS_PTRACE", STRANGERS, NO_TRACER, SHARED, STEER },
	{ "shared user, process has ended", STRANGERS | ENDED, 0, SHARED, STEER },
};

/**
 * struct scene - a VMM at work
 * @row: the row.
 * @vm: the VM, as its VMM has it; looked at through @vm.dev, which is this process's own.
 * @entry: what it is listed as.
 * @pid: the VMM.
 * @ready: the VMM says there that it is ready.
 * @done: the VMM waits there for its end.
 */
struct scene {
	const struct traced_case *row;
	struct vm vm;
	struct vmh_vm_entry entry;
	pid_t pid;
	int ready[2], done[2];
};

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* What Yama was set to before. */
static char yama_was[8];

static void read_yama(void)
{
	int fd = open(YAMA, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	CHECK(read(fd, yama_was, sizeof(yama_was) - 1) > 0);
	close(fd);
}

/* Who may open the device. */
static mode_t device_mode;

static void set_up_host(unsigned int host)
{
	struct stat device;

	CHECK(!stat(device_path, &device));
	device_mode = device.st_mode & 07777;
	/* The VMM of another user opens it itself. */
	CHECK(!chmod(device_path, 0666));
	read_yama();
	if (yama_was[0])
		write_file(YAMA, host & YAMA_ON ? "1" : "0");
	else if (host & YAMA_ON)
		skip("the kernel has no Yama");
	write_file(SHARED_USER, host & SHARED ? "Y" : "N");
}

static void restore_host(void)
{
	CHECK(!chmod(device_path, device_mode));
	if (yama_was[0])
		write_file(YAMA, yama_was);
	write_file(SHARED_USER, "N");
}

static void enter_container(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1", STRANGER);
	/* The map's file is a dumpable process's own. */
	CHECK(!prctl(PR_SET_DUMPABLE, 1));
	if (unshare(CLONE_NEWUSER))
		skip("no user namespaces to be had");
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", map);
}

/* Page tables, through which linear address 0 leads to 2 MiB: TRANSLATE reads them. */
static void load_page_tables(struct vm *vm)
{
	struct kvm_sregs sregs;

	*(uint64_t *)(vm->memory + 0x5000) = 0x6001;
	*(uint64_t *)(vm->memory + 0x6000) = 0x200081;
	*(uint32_t *)(vm->memory + MARK_GPA) = MARK;
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr3 = 0x5000;
	sregs.cr4 |= 1 << 5;
	sregs.cr0 |= 1U << 31 | 1;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
}

static void tell_and_wait(const struct scene *scene)
{
	char byte;

	CHECK(write(scene->ready[1], "y", 1) == 1);
	while (read(scene->done[0], &byte, 1) < 0)
		;
}

static bool first_thread_has_ended(void)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char state[64] = "";

	CHECK(fd >= 0 && read(fd, state, sizeof(state) - 1) > 0);
	close(fd);
	return strstr(state, ") Z ");
}

/* All that is left of a VMM whose first thread has ended. */
static void *second_thread(void *context)
{
	while (!first_thread_has_ended())
		sleep_ms(1);
	tell_and_wait(context);
	_exit(0);
}

static void be_vmm(struct scene *scene)
{
	unsigned int is = scene->row->vmm;
	pthread_t thread;

	if (is & STRANGERS)
		become_stranger();
	if (is & CONTAINED)
		enter_container();
	CHECK(!prctl(PR_SET_DUMPABLE, !(is & UNDUMPABLE)));
	if (is & ANY_TRACER)
		CHECK(!prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY));
	vm_make(&scene->vm, &(struct spec){ });
	load_page_tables(&scene->vm);
	if (is & HEADLESS) {
		CHECK(!pthread_create(&thread, NULL, second_thread, scene));
		pthread_exit(NULL);
	}
	tell_and_wait(scene);
}

/* The VMM says nothing when it cannot be made here, and has said why. */
static void start_vmm(struct scene *scene)
{
	int status;
	char byte;

	CHECK(!pipe2(scene->ready, O_CLOEXEC) && !pipe2(scene->done, O_CLOEXEC));
	scene->vm.dev = device_open();
	scene->pid = fork();
	CHECK(scene->pid >= 0);
	if (!scene->pid) {
		be_vmm(scene);
		_exit(0);
	}
	close(scene->ready[1]);
	if (read(scene->ready[0], &byte, 1) != 1) {
		restore_host();
		CHECK(waitpid(scene->pid, &status, 0) == scene->pid && WIFEXITED(status));
		_exit(WEXITSTATUS(status));
	}
	CHECK_EQ(list_vms(scene->vm.dev, 0, &scene->entry, 1), 1);
	CHECK_EQ(scene->entry.pid, scene->pid);
}

/* This process is its own, so that it may take itself anywhere. */
static void become_looker(const struct scene *scene)
{
	unsigned int is = scene->row->looker;
	char path[64];
	int container = -1;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", scene->pid);
	if (is & SAME_CONTAINER)
		container = open(path, O_RDONLY | O_CLOEXEC);
	if (is & CHROOT) {
		CHECK(!mkdir("/tmp/empty", 0755) || errno == EEXIST);
		CHECK(!chroot("/tmp/empty") && !chdir("/"));
	}
	if (is & STRANGE)
		become_stranger();
	if (is & POWERLESS)
		drop_capabilities(~0ULL);
	if (is & NO_TRACER)
		drop_capabilities(1ULL << CAP_SYS_PTRACE);
	if (is & OWN_CONTAINER)
		enter_container();
	if (is & SAME_CONTAINER)
		CHECK(!setns(container, CLONE_NEWUSER));
}

/* The fd that was given is good for what it was asked for. */
static void use_memory(int fd)
{
	uint32_t mark = 0;
	struct vmh_memory_access access = {
		.size = sizeof(access), .gpa = MARK_GPA, .length = sizeof(mark),
		.buffer = (uintptr_t)&mark,
	};

	CHECK_EQ(must(fd, VMH_ACCESS_MEMORY, &access), sizeof(mark));
	CHECK_EQ(mark, MARK);
}

/* Page tables are read in the VMM's memory: this process has none of its own at their addresses. */
static void use_debug(int fd)
{
	struct kvm_translation t = { .linear_address = 0x1234 };
	struct kvm_regs regs;
	int vcpu = must(fd, VMH_OPEN_VCPU, VALUE(0));

	must(vcpu, VMH_GET_REGS, &regs);
	CHECK_EQ(regs.rip, CODE_GPA);
	must(vcpu, VMH_TRANSLATE, &t);
	CHECK_EQ(t.valid, 1);
	CHECK_EQ(t.physical_address, 0x201234);
	close(vcpu);
}

static void use(const struct scene *scene, int fd, uint32_t rights)
{
	if ((rights & VMH_RIGHT_MEMORY) && !(scene->row->vmm & ENDED))
		use_memory(fd);
	if ((rights & VMH_RIGHT_DEBUG) && !(scene->row->vmm & ENDED))
		use_debug(fd);
	close(fd);
}

/* Every set of rights: it is given as a whole, or refused with what would be given. */
static void look(const struct scene *scene)
{
	uint32_t gets = scene->row->rights;

	for (uint32_t rights = 1; rights <= ALL; rights++) {
		struct vmh_vm_open open = {
			.size = sizeof(open), .vm_id = scene->entry.vm_id,
			.serial = scene->entry.serial, .rights = rights,
		};

		if (rights & ~gets)
			REFUSED(scene->vm.dev, VMH_OPEN_VM, &open, .error = EPERM,
				.code = VMH_E_NOT_TRACEABLE, .field = "rights", GOT(rights),
				EXPECTED(rights & gets));
		else
			use(scene, must(scene->vm.dev, VMH_OPEN_VM, &open), rights);
	}
}

static void look_from_there(void *context)
{
	become_looker(context);
	look(context);
}

/* Returns its exit status. */
static int run_looker(struct scene *scene)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (!(scene->row->looker & OTHER_PIDS)) {
			look_from_there(scene);
			_exit(0);
		}
		if (unshare(CLONE_NEWPID))
			skip("no PID namespaces to be had");
		in_child(look_from_there, scene);
		_exit(0);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void end_vmm(const struct scene *scene)
{
	CHECK(!kill(scene->pid, SIGKILL));
	CHECK(waitpid(scene->pid, NULL, 0) == scene->pid);
}

static void traced(unsigned int row)
{
	struct scene scene = { .row = &cases[row] };
	int status;

	set_up_host(scene.row->host);
	start_vmm(&scene);
	if (scene.row->vmm & ENDED) {
		/* Somebody has it open, so that it stays. */
		vm_open(scene.vm.dev, &scene.entry, VMH_RIGHT_INSPECT);
		end_vmm(&scene);
		status = run_looker(&scene);
	} else {
		status = run_looker(&scene);
		end_vmm(&scene);
	}
	restore_host();
	_exit(status);
}

static const char *row_name(unsigned int row)
{
	return cases[row].name;
}

static const struct test tests[] = {
	{ .name = "who may look", .rows = ARRAY_SIZE(cases), .row_name = row_name,
	  .run_row = traced },
	{ }
};

const struct suite suite_traced = { "traced", tests };
