// SPDX-License-Identifier: GPL-2.0
/* The VMs that there are: who uses one holds a reference; the last one closes it and checks it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stress.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct world *table[WORLDS];
static atomic_uint created;
static int device;

/*
 * A signal interrupts the registering of an MMU notifier. With a signal more often than that takes,
 * as on the debug kernel, this would never come through: the second time signals wait.
 */
static int create_vm(struct vmh_vm_config *config)
{
	long fd = call(device, VMH_CREATE_VM, config);
	sigset_t all, before;

	if (fd < 0 && errno == EINTR) {
		sigfillset(&all);
		pthread_sigmask(SIG_BLOCK, &all, &before);
		fd = call(device, VMH_CREATE_VM, config);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	if (fd < 0)
		FAIL("CREATE_VM: %s", strerror(errno));
	return fd;
}

struct world *world_create(unsigned int number)
{
	static const unsigned int lives[] = { 3, 3, 50, 200 };
	struct vmh_vm_config config = vm_config(MEMORY_BYTES, MAX_CPUS);
	struct world *world = calloc(1, sizeof(*world));

	if (!world)
		FAIL("no memory");
	world->number = number;
	world->refs = 1;
	world->auto_start = one_in(4);
	world->dies_once_in = lives[below(ARRAY_SIZE(lives))];
	config.flags = world->auto_start ? VMH_VM_AUTO_START : 0;
	for (unsigned int i = 0; i < FDS; i++)
		world->fd[i] = -1;
	world->fd[0] = create_vm(&config);
	world->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (world->memory == MAP_FAILED)
		FAIL("mmap: %s", strerror(errno));
	guests_load(world);
	if (one_in(3)) {
		must(world->fd[0], VMH_CREATE_IRQCHIP, NULL);
		world->irqchip = true;
	}
	/* What is left out may come later, or never. */
	if (!one_in(8))
		op_slot(world, 0, true);
	if (!one_in(8))
		op_create_vcpu(world, 0);
	return world;
}

/* In any order, all fds of a VM. */
static void close_all(struct world *world)
{
	unsigned int first = below(FDS);

	for (unsigned int i = 0; i < FDS; i++) {
		int fd = world->fd[(first + i) % FDS];

		if (fd >= 0)
			close(fd);
	}
}

static void destroy(struct world *world)
{
	bool memory_first = one_in(4);

	doing("closing a VM");
	if (memory_first)
		munmap(world->memory, MEMORY_BYTES);
	close_all(world);
	if (!memory_first)
		munmap(world->memory, MEMORY_BYTES);
	for (unsigned int id = 0; id < MAX_CPUS; id++)
		if (world->run[id])
			munmap(world->run[id], 3 * PAGE);
	doing("checking the answers of a VM");
	shadow_check(world);
	free(world);
}

void world_put(struct world *world)
{
	if (atomic_fetch_sub(&world->refs, 1) == 1)
		destroy(world);
}

struct world *world_get(unsigned int place)
{
	struct world *world;

	pthread_mutex_lock(&lock);
	world = table[place];
	atomic_fetch_add(&world->refs, 1);
	pthread_mutex_unlock(&lock);
	return world;
}

/* Put another VM in its place, unless somebody else has. */
void world_retire(unsigned int place, struct world *world)
{
	struct world *fresh, *old;

	doing("making a VM");
	fresh = world_create(atomic_fetch_add(&created, 1));
	old = fresh;
	pthread_mutex_lock(&lock);
	if (table[place] == world) {
		table[place] = fresh;
		old = world;
	}
	pthread_mutex_unlock(&lock);
	world_put(old);
}

bool world_is_full(const struct world *world)
{
	return world->nr >= MAX_RECORDS;
}

void worlds_init(void)
{
	device = device_open();
	for (unsigned int i = 0; i < WORLDS; i++)
		table[i] = world_create(atomic_fetch_add(&created, 1));
}

/* No thread uses any. Returns how many there were. */
unsigned int worlds_end(void)
{
	for (unsigned int i = 0; i < WORLDS; i++)
		world_put(table[i]);
	close(device);
	return created;
}
