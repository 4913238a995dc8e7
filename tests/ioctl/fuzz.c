// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls: every command number of both magics, with known and unknown directions and sizes,
 * on each kind of fd, with pointers of every bad kind and structures of zeros, ones, noise and
 * edges. The kernel must not mind, the answer must be an errno that there is, and a refusal
 * explained.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

#define CALLS_A_SECOND	100	/* at the least, on a kernel that looks at everything */
#define CALLS_A_LINE	100000	/* of a long run, to see how far it is */
#define NUMBERS		256
#define SIGNAL_MS	20
#define ERRNO_MAX	133	/* larger ones are the kernel's own */

/* All commands that the header defines; the Makefile makes the list. */
static const unsigned int commands[] = {
#include "commands.h"
};

enum kind { DEVICE, VM, VCPU, KINDS };
static const char *const kind_names[KINDS] = { "device", "VM", "vCPU" };

/* So many calls on it, then comes another VM; or so many that found it ended. */
#define VM_LIFE		1024
#define VM_AFTERLIFE	16

/**
 * struct ground - where arguments are
 * @edge: the end of a page, behind which there is none.
 * @read_only: a page that cannot be written.
 * @unmapped: where there is no page.
 */
struct ground {
	uint8_t *edge;
	uint8_t *read_only;
	uint8_t *unmapped;
};

static uint64_t state;

static uint32_t noise(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33;
}

static void lay_ground(struct ground *ground)
{
	uint8_t *pages = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);

	CHECK(pages != MAP_FAILED);
	CHECK(!munmap(pages + 2 * PAGE, PAGE));
	CHECK(!munmap(pages + 4 * PAGE, PAGE));
	CHECK(!mprotect(pages + 3 * PAGE, PAGE, PROT_READ));
	ground->edge = pages + 2 * PAGE;
	ground->unmapped = pages + 2 * PAGE;
	ground->read_only = pages + 3 * PAGE;
}

/* A number as programs that mean no good like it. */
static uint64_t edge_value(void)
{
	static const uint64_t values[] = {
		0, 1, 2, 7, 8, 16, 24, 32, 64, 0x1000, 0x1001, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, 1ULL << 63, ~0ULL, 0x7ffffffff000, 0x800000000000,
	};

	return noise() % 4 ? values[noise() % ARRAY_SIZE(values)] :
			     (uint64_t)noise() << 32 | noise();
}

/* A structure of that size at most, at the end of what is mapped, or less than there should be. */
static void *structure(const struct ground *ground, unsigned int bytes)
{
	unsigned int how = noise() % 6, room = bytes ?: 8 * (1 + noise() % 32);
	uint8_t *at;

	if (room > PAGE)
		room = PAGE;
	at = ground->edge - room;
	memset(at, how == 1 ? 0xff : 0, room);
	for (unsigned int i = 0; how >= 2 && i + 4 <= room; i += 4) {
		uint64_t value = how == 2 ? noise() : edge_value();

		/* Much of what is valid is small, and mostly zero. */
		if (how < 4 || noise() % 4 == 0)
			memcpy(at + i, &value, how == 3 && i + 8 <= room ? 8 : 4);
	}
	/* Structures that are only vmh's say how large they are, and have flags. */
	if (how && noise() % 2 && room >= 8)
		memcpy(at, (uint32_t []){ room, 0 }, 8);
	return at + (noise() % 16 ? 0 : noise() % 8);
}

static void *argument(const struct ground *ground, unsigned int bytes)
{
	switch (noise() % 12) {
	case 0:
		return NULL;
	case 1:
		return ground->unmapped;
	case 2:
		return ground->read_only + noise() % 8;
	case 3:
		return VALUE(0xffff888000000000ULL + noise());
	case 4:
		return VALUE(edge_value());
	case 5:
		return VALUE(noise() % 4);
	default:
		return structure(ground, bytes);
	}
}

/* Two of three are known, though perhaps of another fd. */
static unsigned int random_command(void)
{
	static const unsigned int sizes[] = { 0, 4, 8, 16, 32, 64, 72, 1024, 4096, 16383 };
	unsigned int command = commands[noise() % ARRAY_SIZE(commands)];

	if (noise() % 3 == 0)
		command = _IOC(noise() % 4, VMHIO, noise() % NUMBERS,
			       sizes[noise() % ARRAY_SIZE(sizes)]);
	if (noise() % 8 == 0)
		command = (command & ~(0xffU << _IOC_TYPESHIFT)) | KVMIO << _IOC_TYPESHIFT;
	return command;
}

/* RUN may wait, for RESUME or for a debt: a signal comes now and then. */
static void on_signal(int number)
{
	(void)number;
}

static void send_signals(void)
{
	struct itimerspec every = { .it_value.tv_nsec = SIGNAL_MS * 1000000,
				    .it_interval.tv_nsec = SIGNAL_MS * 1000000 };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t timer;

	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	CHECK(!timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(!timer_settime(timer, 0, &every, NULL));
}

static bool is_explained(int fd, unsigned int command, int error)
{
	struct vmh_error err = last_error(fd);

	return err.error == (uint32_t)error && err.call == command && err.text[0];
}

/* One call. Returns 0 or its errno. */
static int one(const struct vm *vm, enum kind fd, const struct ground *ground, bool door)
{
	const int fds[KINDS] = { vm->dev, vm->fd, vm->vcpu[0] };
	unsigned int command = random_command();
	/* What is blocked while in RUN could be what is to end it. */
	bool mask = _IOC_NR(command) == _IOC_NR(VMH_SET_SIGNAL_MASK);
	void *arg = mask ? ground->unmapped : argument(ground, _IOC_SIZE(command));
	int error;

	vm->run[0]->immediate_exit = noise() % 4 != 0;
	if (ioctl(fds[fd], command, arg) >= 0) {
		/* What was made is not kept. */
		close_range(vm->vcpu[0] + 1, ~0U, 0);
		return 0;
	}
	error = errno;
	if (error <= 0 || error > ERRNO_MAX)
		FAIL("call %#x on the %s: errno %d", command, kind_names[fd], error);
	if (_IOC_TYPE(command) == KVMIO && !door && error != ENOTTY)
		FAIL("KVM's call %#x is known: %s", command, strerror(error));
	if (_IOC_TYPE(command) == VMHIO && command != VMH_GET_ERROR && error != ENOTTY &&
	    error != EINTR && !is_explained(fds[fd], command, error))
		FAIL("call %#x on the %s: %s, but the record says %s", command, kind_names[fd],
		     strerror(error), last_error(fds[fd]).text);
	return error;
}

static void block_signals(sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR1);
	sigprocmask(SIG_BLOCK, &ours, before);
}

static void make(struct vm *vm)
{
	sigset_t before;

	/* They interrupt CREATE_VM too. */
	block_signals(&before);
	vm_make(vm, &(struct spec){ .irqchip = noise() % 2 });
	VM_LOAD(vm, guest_out);
	if (noise() % 2)
		vm_start(vm);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void shoot(enum kind kind, unsigned int calls)
{
	unsigned int good = 0, age = 0, stale = 0;
	struct ground ground;
	struct vm vm;
	bool door;

	state = random_calls_seed + kind;
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 256, 256 });
	lay_ground(&ground);
	make(&vm);
	door = ioctl(vm.dev, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
	send_signals();
	for (unsigned int i = 0; i < calls; i++) {
		int error = one(&vm, kind, &ground, door);

		if (i && i % CALLS_A_LINE == 0) {
			printf("# %u calls\n", i);
			fflush(stdout);
		}
		good += !error;
		age += kind != DEVICE;
		stale += error == ESTALE;
		if (age >= VM_LIFE || stale >= VM_AFTERLIFE) {
			vm_close(&vm);
			make(&vm);
			age = 0;
			stale = 0;
		}
	}
	printf("# random calls on the %s: %u, of which %u succeeded\n", kind_names[kind], calls,
	       good);
	fflush(stdout);
	CHECK(good > calls / 100 && good < calls / 2);
	/* And the module is as good as new. */
	block_signals(NULL);
	vm_close(&vm);
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
}

static const char *kind_name(unsigned int row)
{
	return kind_names[row];
}

static void random_calls(unsigned int row)
{
	alarm(random_calls_nr / CALLS_A_SECOND);
	shoot(row, random_calls_nr);
}

static const struct test tests[] = {
	{ .name = "random calls", .rows = KINDS, .row_name = kind_name, .run_row = random_calls },
	{ }
};

const struct suite suite_fuzz = { "fuzz", tests };
