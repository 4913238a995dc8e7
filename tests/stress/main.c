// SPDX-License-Identifier: GPL-2.0
/*
 * stress [--seconds N] [--seed N] [--wrong N]: random calls by many threads on shared VMs, checked
 * against a shadow of each. With --wrong the shadow is wrong, and the test has to fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

/* Who makes no call for so long hangs; the debug kernel is many times slower. */
#define HANG_MS		20000
#define HANG_DEBUG_MS	40000
#define TICK_MS		3

const char *device_path = VMH_DEVICE_PATH;
bool on_kvm;
enum wrong wrong;
int null_fd;
atomic_ulong transitions, cells[VMH_STATE_NR][NO_EVENT + 1], checked;
__thread uint64_t random_state;
__thread volatile unsigned long signals_handled;

static const char *const wrong_names[WRONG_NR] = {
	"nothing", "the table", "generations", "RUN", "usage", "progress", "codes"
};

static atomic_ulong clock_ticks, pauses_watched, children_killed;
static atomic_bool stop;
static pthread_barrier_t all_created;
static uint64_t seed;

/**
 * struct worker - a thread
 * @thread: it.
 * @calls: what it has done so far.
 * @doing: what it is doing, for people.
 */
static struct worker {
	pthread_t thread;
	atomic_ulong calls;
	const char *volatile doing;
} workers[WORKERS];

static __thread struct worker *self;

/* For people, when it hangs. */
void doing(const char *what)
{
	if (self)
		self->doing = what;
}

uint64_t stamp(void)
{
	return atomic_fetch_add(&clock_ticks, 1);
}

/* Multiplicative, by 64 bits: the upper half is good enough. */
unsigned int below(unsigned int bound)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (random_state >> 33) % bound;
}

bool one_in(unsigned int times)
{
	return !below(times);
}

static void __attribute__((noreturn)) end_failed(void)
{
	if (wrong)
		printf("# noticed: the shadow is wrong about %s\n", wrong_names[wrong]);
	printf("not ok - stress seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	_exit(1);
}

void fail(const char *file, int line, const char *format, ...)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	const char *name = strrchr(file, '/');
	va_list args;

	pthread_mutex_lock(&once);
	printf("# %s:%d: ", name ? name + 1 : file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	end_failed();
}

static void on_signal(int number)
{
	(void)number;
	signals_handled++;
}

static uint32_t random_event(const struct world *world)
{
	static const uint32_t invalid[] = { VMH_EVENT_NR, VMH_EVENT_NR + 1, 1U << 31, ~0U };

	if (one_in(world->dies_once_in))
		return VMH_EVENT_TERMINATE;
	if (one_in(12))
		return invalid[below(ARRAY_SIZE(invalid))];
	return below(VMH_EVENT_TERMINATE);
}

static volatile uint32_t *counter(struct world *world, unsigned int id)
{
	return (volatile uint32_t *)(world->memory + COUNTER(id));
}

/* While a VM is PAUSED its guest does not get on, and its registers stay. */
static void watch_pause(struct world *world)
{
	struct vmh_state_info before, after;
	struct kvm_regs regs[2];
	uint32_t counts[MAX_CPUS];
	unsigned int id, vcpu = below(MAX_CPUS);
	bool has_regs;

	memset(regs, 0, sizeof(regs));
	if (!op_get_state(world, &before) ||
	    before.state != (wrong == WRONG_PROGRESS ? VMH_STATE_RUNNING : VMH_STATE_PAUSED))
		return;
	for (id = 0; id < MAX_CPUS; id++)
		counts[id] = *counter(world, id);
	has_regs = wrong != WRONG_PROGRESS && world->fd[1 + vcpu] >= 0 &&
		   op_get_regs(world, vcpu, &regs[0]);
	if (one_in(2))
		sleep_ms(below(4));
	has_regs = has_regs && op_get_regs(world, vcpu, &regs[1]);
	for (id = 0; id < MAX_CPUS; id++)
		counts[id] -= *counter(world, id);
	if (!op_get_state(world, &after) || after.generation != before.generation)
		return;
	for (id = 0; id < MAX_CPUS; id++)
		if (counts[id])
			FAIL("vCPU %u got on by %u between two GET_STATEs of generation %llu", id,
			     -counts[id], before.generation);
	if (has_regs && memcmp(&regs[0], &regs[1], sizeof(regs[0])))
		FAIL("registers of vCPU %u changed in PAUSED: rip %#llx, %#llx", vcpu,
		     regs[0].rip, regs[1].rip);
	pauses_watched++;
}

/* A process of its own that has a VM, and is killed whatever it is doing. */
static void __attribute__((noreturn)) be_killed(void)
{
	struct vm vm;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vm_make(&vm, &(struct spec){ .cpus = 2, .irqchip = one_in(2) });
	if (one_in(2))
		VM_LOAD(&vm, guest_spin);
	else
		VM_LOAD(&vm, guest_spin_cli);
	vm_start(&vm);
	for (;;)
		call(vm.vcpu[0], VMH_RUN, NULL);
}

static void kill_owner(void)
{
	int status;
	pid_t child = fork();

	if (!child)
		be_killed();
	if (child < 0)
		FAIL("fork: %s", strerror(errno));
	sleep_ms(below(30));
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) != child)
		;
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		FAIL("a process with a VM ended by itself, status %#x", status);
	children_killed++;
}

static void drop_memory(struct world *world)
{
	if (madvise(world->memory + TOUCH_GPA + below(16) * PAGE, (1 + below(16)) * PAGE,
		    MADV_DONTNEED))
		FAIL("madvise: %s", strerror(errno));
}

static void close_some(struct world *world)
{
	uint32_t fd = below(FDS);

	if (one_in(20) && world->fd[fd] >= 0)
		op_close(world, fd);
}

static const char *random_vcpu_call(struct world *world)
{
	uint32_t id = below(MAX_CPUS);
	struct kvm_regs regs;

	if (world->fd[1 + id] < 0)
		id = 0;
	if (world->fd[1 + id] < 0)
		return "nothing";
	if (one_in(8))
		op_get_regs(world, id, &regs);
	else
		op_run(world, id);
	return "a call of a vCPU";
}

static void random_call(struct world *world)
{
	struct vmh_state_info info;

	switch (below(20)) {
	case 0 ... 5:
		op_set_state(world, random_event(world));
		break;
	case 6 ... 11:
		random_vcpu_call(world);
		break;
	case 12:
		op_get_state(world, &info);
		break;
	case 13:
		watch_pause(world);
		break;
	case 14:
		op_create_vcpu(world, below(MAX_CPUS + 1));
		break;
	case 15:
		if (one_in(4))
			op_slot(world, 0, true);
		else
			op_slot(world, 1, one_in(2));
		break;
	case 16:
		op_get_usage(world);
		break;
	case 17:
		op_irq_line(world);
		break;
	case 18:
		drop_memory(world);
		break;
	default:
		close_some(world);
	}
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	self = worker;
	pthread_barrier_wait(&all_created);
	random_state = seed * 0x9e3779b97f4a7c15ULL + (worker - workers) * 0x123456789abcdefULL;
	while (!stop) {
		unsigned int place = below(WORLDS);
		struct world *world = world_get(place);

		for (unsigned int i = below(20); i && !stop; i--) {
			doing("a call");
			random_call(world);
			worker->calls++;
			if (one_in(16))
				pthread_kill(workers[below(WORKERS)].thread, SIGUSR1);
		}
		if (world_is_full(world) || one_in(world->terminated ? 3 : 80))
			world_retire(place, world);
		world_put(world);
		if (one_in(150)) {
			doing("killing a process with a VM");
			kill_owner();
		}
	}
	worker->doing = NULL;
	return NULL;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* Interrupt somebody every now and then, so that every RUN ends, and see that all get on. */
static void supervise(unsigned int seconds)
{
	bool debug = !strcmp(getenv("LAB_KERNEL") ?: "", "debug");
	uint64_t start = now_ms(), moved[WORKERS], now;
	uint64_t hang_ms = debug ? HANG_DEBUG_MS : HANG_MS;
	unsigned long calls[WORKERS] = { };
	bool all_done;

	for (unsigned int i = 0; i < WORKERS; i++)
		moved[i] = start;
	do {
		sleep_ms(TICK_MS);
		now = now_ms();
		stop = now - start >= seconds * 1000ULL;
		all_done = stop;
		for (unsigned int i = 0; i < WORKERS; i++) {
			if (stop && !workers[i].doing)
				continue;
			all_done = false;
			if (stop || one_in(WORKERS))
				pthread_kill(workers[i].thread, SIGUSR1);
			if (calls[i] != workers[i].calls)
				moved[i] = now;
			calls[i] = workers[i].calls;
			if (now - moved[i] > hang_ms)
				FAIL("worker %u hangs in %s", i, workers[i].doing);
		}
	} while (!all_done);
}

static bool report(unsigned long calls, unsigned int worlds)
{
	unsigned int empty = 0;

	for (unsigned int state = 0; state < VMH_STATE_NR; state++) {
		printf("# state %u:", state);
		for (unsigned int event = 0; event <= NO_EVENT; event++) {
			printf(" %lu", cells[state][event]);
			empty += !cells[state][event];
		}
		printf("\n");
	}
	printf("# %u VMs, %lu calls, %lu answers checked, %lu transitions\n", worlds, calls,
	       checked, transitions);
	printf("# %lu pauses watched, %lu processes killed\n", pauses_watched, children_killed);
	printf("ok - stress seed %llu: every answer is explained by some order of the calls\n",
	       (unsigned long long)seed);
	printf("%s - stress seed %llu: every event was asked for in every state\n",
	       empty ? "not ok" : "ok", (unsigned long long)seed);
	return !empty;
}

/*
 * Every event in every state once, by one thread; the rest is chance. A VM may come with a slot and
 * a vCPU, or lack them when it is asked to INIT.
 */
static void tour(void)
{
	static const enum vmh_event way[] = {
		VMH_EVENT_INIT, VMH_EVENT_START, VMH_EVENT_PAUSE
	};
	struct vmh_state_info info;

	for (uint32_t state = 0; state < VMH_STATE_NR; state++) {
		for (uint32_t event = 0; event <= NO_EVENT; event++) {
			struct world *world = world_create(0);

			if (!event)
				op_set_state(world, VMH_EVENT_INIT);
			op_slot(world, 0, true);
			op_create_vcpu(world, 0);
			for (uint32_t i = 0; i < state && i < ARRAY_SIZE(way); i++)
				op_set_state(world, way[i]);
			if (state == VMH_STATE_TERMINATED)
				op_set_state(world, VMH_EVENT_TERMINATE);
			op_set_state(world, event);
			op_get_state(world, &info);
			op_get_usage(world);
			world_put(world);
		}
	}
}

static bool stress(unsigned int seconds)
{
	unsigned long calls = 0;

	worlds_init();
	tour();
	pthread_barrier_init(&all_created, NULL, WORKERS + 1);
	for (unsigned int i = 0; i < WORKERS; i++) {
		workers[i].doing = "nothing yet";
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			FAIL("no thread");
	}
	pthread_barrier_wait(&all_created);
	supervise(seconds);
	for (unsigned int i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		calls += workers[i].calls;
	}
	return report(calls, worlds_end());
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 's' },
		{ "wrong", required_argument, NULL, 'w' },
		{ }
	};
	unsigned int seconds = 60;
	int option;

	seed = now_ms() ^ (uint64_t)getpid() << 20;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 't')
			seconds = strtoul(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'w' && strtoul(optarg, NULL, 0) < WRONG_NR)
			wrong = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# stress: seed %llu, %u s of machine time\n", (unsigned long long)seed, seconds);
	random_state = seed;
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	return !stress(seconds);
}
