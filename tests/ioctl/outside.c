// SPDX-License-Identifier: GPL-2.0
/* VMs seen from other processes: listed, opened, paused, outlived. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

#define NR_VMS	5

static void entry_fields(void)
{
	struct vmh_vm_entry first, second;
	struct vm vm, other;

	vm_make(&vm, &(struct spec){ .cpus = 2 });
	first = vm_entry(&vm);
	CHECK(first.vm_id && first.serial);
	CHECK_EQ(first.state, VMH_STATE_CREATED);
	CHECK_EQ(first.uid, 0);
	CHECK_EQ(first.pid, getpid());
	CHECK_EQ(first.nr_vcpus, 2);
	CHECK_EQ(first.reserved, 0);
	CHECK(!strcmp(first.name, "test"));
	vm_start(&vm);
	CHECK_EQ(vm_entry(&vm).state, VMH_STATE_RUNNING);
	vm_create(&other, &(struct spec){ });
	second = vm_entry(&other);
	CHECK(second.vm_id > first.vm_id && second.serial > first.serial);
	CHECK_EQ(second.nr_vcpus, 0);
}

/* Page by page, with room for one, two, all and none. */
static void paging(void)
{
	struct vmh_vm_entry all[NR_VMS], page[2];
	struct vm vm[NR_VMS];
	uint32_t after = 0;

	for (int i = 0; i < NR_VMS; i++)
		vm_create(&vm[i], &(struct spec){ });
	CHECK_EQ(list_vms(vm[0].dev, 0, all, NR_VMS), NR_VMS);
	CHECK_EQ(list_vms(vm[0].dev, 0, NULL, 0), NR_VMS);
	for (int i = 0; i < NR_VMS; i++) {
		CHECK(all[i].vm_id > after);
		CHECK_EQ(list_vms(vm[0].dev, after, page, 1), NR_VMS - i);
		CHECK(!memcmp(&page[0], &all[i], sizeof(page[0])));
		after = page[0].vm_id;
	}
	CHECK_EQ(list_vms(vm[0].dev, all[0].vm_id, page, 2), NR_VMS - 1);
	CHECK(!memcmp(page, all + 1, sizeof(page)));
	CHECK_EQ(list_vms(vm[0].dev, after, page, 2), 0);
	CHECK_EQ(list_vms(vm[0].dev, ~0U, page, 2), 0);
	close(vm[2].fd);
	CHECK_EQ(list_vms(vm[0].dev, 0, page, 2), NR_VMS - 1);
	CHECK_EQ(list_vms(vm[0].dev, all[1].vm_id, page, 2), 2);
	CHECK_EQ(page[0].vm_id, all[3].vm_id);
}

/* A VM, and what it is listed as. */
struct subject {
	struct vm vm;
	struct vmh_vm_entry entry;
};

static void make_subject(struct subject *subject)
{
	vm_make(&subject->vm, &(struct spec){ });
	VM_LOAD(&subject->vm, guest_spin);
	vm_start(&subject->vm);
	subject->entry = vm_entry(&subject->vm);
}

/* The VM through another fd: for calls that go by struct vm. */
static struct vm view(const struct subject *subject, uint32_t rights)
{
	struct vm view = subject->vm;

	view.fd = vm_open(subject->vm.dev, &subject->entry, rights);
	return view;
}

static void stranger_looks(void *context)
{
	const struct subject *subject = context;
	struct vmh_vm_open open = {
		.size = sizeof(open), .vm_id = subject->entry.vm_id, .rights = VMH_RIGHT_INSPECT,
	};
	struct subject own = *subject;

	become_stranger();
	CHECK_EQ(list_vms(own.vm.dev, 0, &own.entry, 1), 0);
	REFUSED(own.vm.dev, VMH_OPEN_VM, &open, .error = EPERM, .code = VMH_E_NOT_OWNER,
		.field = "vm_id", GOT(open.vm_id), EXPECTED(0));
	/* Nothing is told about it: not whether the serial number is right. */
	open.serial = subject->entry.serial + 1;
	REFUSED(own.vm.dev, VMH_OPEN_VM, &open, .error = EPERM, .code = VMH_E_NOT_OWNER,
		.field = "vm_id", GOT(open.vm_id), EXPECTED(0));
	/* One of his own. */
	must(own.vm.dev, VMH_CREATE_VM_DEFAULT, NULL);
	CHECK_EQ(list_vms(own.vm.dev, 0, &own.entry, 1), 1);
	CHECK_EQ(own.entry.uid, STRANGER);
	CHECK_EQ(own.entry.pid, getpid());
	own.vm = view(&own, VMH_RIGHT_INSPECT);
	CHECK_EQ(vm_state(&own.vm).state, VMH_STATE_CREATED);
}

static void another_user(void)
{
	struct subject subject;

	make_subject(&subject);
	in_child(stranger_looks, &subject);
}

/* The stranger's VM, which he waits with for a byte. */
static void stranger_makes(int ready, int done)
{
	struct vm vm = { .dev = device_open() };
	char byte;

	become_stranger();
	must(vm.dev, VMH_CREATE_VM_DEFAULT, NULL);
	CHECK(write(ready, "y", 1) == 1);
	CHECK(read(done, &byte, 1) == 1);
}

/* CAP_SYS_ADMIN sees and opens the VMs of all users. */
static void administrator(void)
{
	struct subject subject = { .vm.dev = device_open() };
	int ready[2], done[2], status;
	char byte;
	pid_t child;

	CHECK(!pipe(ready) && !pipe(done));
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		stranger_makes(ready[1], done[0]);
		_exit(0);
	}
	close(ready[1]);
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK_EQ(list_vms(subject.vm.dev, 0, &subject.entry, 1), 1);
	CHECK_EQ(subject.entry.uid, STRANGER);
	CHECK_EQ(subject.entry.pid, child);
	subject.vm = view(&subject, VMH_RIGHT_CONTROL | VMH_RIGHT_INSPECT);
	vm_event(&subject.vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(vm_state(&subject.vm).state, VMH_STATE_TERMINATED);
	CHECK(write(done[1], "y", 1) == 1);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(status, 0);
	/* It is there as long as this process has an fd of it; its creator is not. */
	CHECK_EQ(list_vms(subject.vm.dev, 0, &subject.entry, 1), 1);
	CHECK_EQ(subject.entry.state, VMH_STATE_TERMINATED);
	CHECK_EQ(subject.entry.pid, 0);
	close(subject.vm.fd);
	CHECK_EQ(list_vms(subject.vm.dev, 0, &subject.entry, 1), 0);
}

/* A VM that is gone, and another that could have its number: the serial number tells. */
static void gone(void)
{
	struct vmh_vm_open open = { .size = sizeof(open), .rights = VMH_RIGHT_INSPECT };
	struct subject first, second;

	make_subject(&first);
	vm_close(&first.vm);
	open.vm_id = first.entry.vm_id;
	second.vm.dev = device_open();
	REFUSED(second.vm.dev, VMH_OPEN_VM, &open, .error = ENOENT, .code = VMH_E_NO_VM,
		.field = "vm_id", GOT(open.vm_id), EXPECTED(0));
	make_subject(&second);
	open.vm_id = second.entry.vm_id;
	open.serial = first.entry.serial;
	REFUSED(second.vm.dev, VMH_OPEN_VM, &open, .error = ENOENT, .code = VMH_E_NO_VM,
		.field = "serial", GOT(first.entry.serial), EXPECTED(second.entry.serial));
	open.serial = 0;
	must(second.vm.dev, VMH_OPEN_VM, &open);
}

/* Why a VM has ended can be looked up later. */
static void terminated_is_opened(void)
{
	struct subject subject;
	struct vm view_of;

	make_subject(&subject);
	vm_event(&subject.vm, VMH_EVENT_TERMINATE);
	view_of = view(&subject, VMH_RIGHT_INSPECT | VMH_RIGHT_MEMORY | VMH_RIGHT_DEBUG);
	CHECK_EQ(vm_state(&view_of).state, VMH_STATE_TERMINATED);
	CHECK_EQ(vm_state(&view_of).reason, VMH_REASON_USER);
	CHECK_EQ(vm_usage(&view_of).res[VMH_RES_SLOT_BYTES].used, 0);
	REFUSED(view_of.fd, VMH_OPEN_VCPU, VALUE(0), .error = ESTALE, .code = VMH_E_TERMINATED);
}

/* An fd opened from outside does not keep the VM running, nor one that it led to. */
static void creator_closes(void)
{
	struct vmh_memory_access access = { .size = sizeof(access), .length = 1 };
	struct subject subject;
	struct vm view_of;
	int vcpu;

	make_subject(&subject);
	view_of = view(&subject, VMH_RIGHT_INSPECT | VMH_RIGHT_MEMORY | VMH_RIGHT_DEBUG);
	vcpu = must(view_of.fd, VMH_OPEN_VCPU, VALUE(0));
	close(subject.vm.fd);
	CHECK_EQ(vm_state(&view_of).state, VMH_STATE_RUNNING);
	/* A mapping keeps its fd's file. */
	close(subject.vm.vcpu[0]);
	CHECK_EQ(vm_state(&view_of).state, VMH_STATE_RUNNING);
	munmap(subject.vm.run[0], subject.vm.run_bytes);
	CHECK_EQ(vm_state(&view_of).state, VMH_STATE_TERMINATED);
	CHECK_EQ(vm_state(&view_of).reason, VMH_REASON_CREATOR_EXIT);
	CHECK_EQ(vm_usage(&view_of).res[VMH_RES_SLOT_BYTES].used, 0);
	CHECK_EQ(vm_usage(&view_of).res[VMH_RES_EPT_PAGES].used, 0);
	access.buffer = (uintptr_t)&(char){ 0 };
	REFUSED(view_of.fd, VMH_ACCESS_MEMORY, &access, .error = ESTALE,
		.code = VMH_E_TERMINATED);
	REFUSED(vcpu, VMH_GET_REGS, &(struct kvm_regs){ }, .error = ESTALE,
		.code = VMH_E_TERMINATED);
	/* And it is gone with the last of all fds. */
	close(vcpu);
	CHECK_EQ(list_vms(subject.vm.dev, 0, &subject.entry, 1), 1);
	close(view_of.fd);
	CHECK_EQ(list_vms(subject.vm.dev, 0, &subject.entry, 1), 0);
}

static void control(void *context)
{
	struct vm view_of = view(context, VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL);
	volatile uint32_t *counter = (void *)(view_of.memory + SPIN_COUNTER);
	uint32_t before;

	vm_event(&view_of, VMH_EVENT_PAUSE);
	CHECK_EQ(vm_state(&view_of).state, VMH_STATE_PAUSED);
	before = *counter;
	sleep_ms(5);
	CHECK_EQ(*counter, before);
	vm_event(&view_of, VMH_EVENT_RESUME);
	wait_until_changes(counter);
	vm_event(&view_of, VMH_EVENT_TERMINATE);
}

/* Another process pauses, resumes and ends it. */
static void controlled(void)
{
	struct subject subject;
	struct runner runner;

	make_subject(&subject);
	/* The child is to see what the guest writes. */
	CHECK(mmap(subject.vm.memory, subject.vm.bytes, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == subject.vm.memory);
	VM_LOAD(&subject.vm, guest_spin);
	runner_start(&runner, &subject.vm, 0);
	wait_until_changes((void *)(subject.vm.memory + SPIN_COUNTER));
	in_child(control, &subject);
	runner_join(&runner);
	CHECK_EQ(runner.ret, -1);
	CHECK_EQ(runner.error, ESTALE);
	CHECK_EQ(vm_state(&subject.vm).state, VMH_STATE_TERMINATED);
}

static void pass_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { .iov_base = (char[]){ "y" }, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	CHECK(sendmsg(socket, &message, 0) == 1);
}

static int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	CHECK(recvmsg(socket, &message, 0) == 1);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* What a process of another user can do with an fd that it was given. */
static void receiver(void *context)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = VMH_EVENT_PAUSE };
	struct vmh_vm_open open = { .size = sizeof(open), .rights = VMH_RIGHT_CONTROL };
	struct vmh_vm_entry entry;
	int *socket = context;
	struct vm view_of = { .dev = device_open() };

	become_stranger();
	view_of.fd = receive_fd(*socket);
	open.vm_id = vm_state(&view_of).generation ? *(uint32_t *)(socket + 1) : 0;
	REFUSED(view_of.fd, VMH_SET_STATE, &change, .error = EPERM, .code = VMH_E_NO_RIGHT,
		.field = "rights", GOT(VMH_RIGHT_INSPECT), EXPECTED(VMH_RIGHT_CONTROL));
	REFUSED(view_of.fd, VMH_OPEN_VCPU, VALUE(0), .error = EPERM, .code = VMH_E_NO_RIGHT,
		.field = "rights", GOT(VMH_RIGHT_INSPECT), EXPECTED(VMH_RIGHT_DEBUG));
	REFUSED(view_of.fd, VMH_CREATE_VCPU, VALUE(1), .error = EPERM, .code = VMH_E_NO_RIGHT,
		.field = "rights", GOT(VMH_RIGHT_INSPECT), EXPECTED(VMH_RIGHT_OWNER));
	/* It is no way to more: opening asks who this process is. */
	CHECK_EQ(list_vms(view_of.dev, 0, &entry, 1), 0);
	REFUSED(view_of.dev, VMH_OPEN_VM, &open, .error = EPERM, .code = VMH_E_NOT_OWNER,
		.field = "vm_id", GOT(open.vm_id), EXPECTED(0));
	/* One that may do more came from someone who may. */
	view_of.fd = receive_fd(*socket);
	must(view_of.fd, VMH_SET_STATE, &change);
}

static void passed_on(void)
{
	struct subject subject;
	struct { int socket; uint32_t vm_id; } context;
	int socket[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, socket));
	make_subject(&subject);
	context.socket = socket[1];
	context.vm_id = subject.entry.vm_id;
	pass_fd(socket[0], view(&subject, VMH_RIGHT_INSPECT).fd);
	pass_fd(socket[0], view(&subject, VMH_RIGHT_CONTROL).fd);
	in_child(receiver, &context);
	CHECK_EQ(vm_state(&subject.vm).state, VMH_STATE_PAUSED);
}

#define ROUNDS	400

/* Somebody has met one of them: on one processor that can take more rounds. */
static int met;

/* VMs come and go … */
static void *come_and_go(void *context)
{
	struct vmh_vm_config config = vm_config(1 << 20, 1);
	int dev = *(int *)context;

	for (int i = 0; i < ROUNDS || !__atomic_load_n(&met, __ATOMIC_RELAXED); i++)
		close(must(dev, VMH_CREATE_VM, &config));
	return NULL;
}

/* … while others list and open them: what is opened is the one listed, or it is gone. */
static void opened_while_going(void)
{
	struct vmh_vm_open open = { .size = sizeof(open), .rights = VMH_RIGHT_INSPECT };
	struct vmh_vm_entry entries[8];
	struct vm view_of = { .dev = device_open() };
	pthread_t thread[2];
	unsigned int nr;

	for (int i = 0; i < 2; i++)
		CHECK(!pthread_create(&thread[i], NULL, come_and_go, &view_of.dev));
	do {
		nr = list_vms(view_of.dev, 0, entries, ARRAY_SIZE(entries));
		for (unsigned int i = 0; i < nr && i < ARRAY_SIZE(entries); i++) {
			open.vm_id = entries[i].vm_id;
			open.serial = entries[i].serial;
			view_of.fd = call(view_of.dev, VMH_OPEN_VM, &open);
			if (view_of.fd < 0) {
				CHECK_EQ(errno, ENOENT);
				continue;
			}
			__atomic_store_n(&met, 1, __ATOMIC_RELAXED);
			if (vm_state(&view_of).state == VMH_STATE_TERMINATED)
				CHECK_EQ(vm_state(&view_of).reason, VMH_REASON_CREATOR_EXIT);
			close(view_of.fd);
		}
	} while (pthread_tryjoin_np(thread[0], NULL));
	CHECK(!pthread_join(thread[1], NULL));
	CHECK_EQ(list_vms(view_of.dev, 0, entries, 0), 0);
}

static const struct test tests[] = {
	{ .name = "what is listed", .run = entry_fields },
	{ .name = "listed page by page", .run = paging },
	{ .name = "another user", .run = another_user },
	{ .name = "the administrator", .run = administrator },
	{ .name = "VM that is gone, and its successor", .run = gone },
	{ .name = "VM that has ended", .run = terminated_is_opened },
	{ .name = "the creator closes", .run = creator_closes },
	{ .name = "controlled by another process", .run = controlled },
	{ .name = "passed to another user", .run = passed_on },
	{ .name = "opened while they come and go", .run = opened_while_going },
	{ }
};

const struct suite suite_outside = { "outside", tests };
