// SPDX-License-Identifier: GPL-2.0
/* The calls, each with its record. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stress.h"

/* The next record, or NULL when the VM has had enough calls. */
static struct record *begin(struct world *world, enum op op, uint32_t arg, uint32_t fd)
{
	unsigned int index = atomic_fetch_add(&world->nr, 1);
	struct record *record = &world->records[index];

	if (index >= MAX_RECORDS) {
		atomic_store(&world->nr, MAX_RECORDS);
		return NULL;
	}
	*record = (struct record){ .op = op, .arg = arg, .fd = fd, .begin = stamp() };
	return record;
}

/* What the fd says about the refusal; code ~0 when it speaks of another call. */
static void read_error(struct record *record, int fd, unsigned long command)
{
	struct vmh_error err = { .size = sizeof(err) };

	if (call(fd, VMH_GET_ERROR, &err)) {
		if (errno != ENOTTY)
			FAIL("GET_ERROR: %s", strerror(errno));
		return;
	}
	record->code = ~0U;
	if (err.call != (uint32_t)command || err.error != (uint32_t)record->error ||
	    err.category != err.code / 100 || !err.text[0])
		return;
	record->code = err.code;
	record->expected = err.expected;
}

static long perform(struct world *world, struct record *record, unsigned long command,
		    void *argument)
{
	const unsigned long signals = signals_handled;
	int fd = world->fd[record->fd];
	long ret = call(fd, command, argument);

	record->error = ret < 0 ? errno : 0;
	record->end = stamp();
	record->signalled = signals_handled != signals;
	if (record->error && record->error != EINTR && record->error != ENOTTY)
		read_error(record, fd, command);
	record->told = stamp();
	return ret;
}

void op_set_state(struct world *world, uint32_t event)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };
	struct record *record = begin(world, OP_SET_STATE, event, 0);

	if (!record)
		return;
	if (!perform(world, record, VMH_SET_STATE, &change) && event == VMH_EVENT_TERMINATE)
		world->terminated = true;
}

/* Returns whether there was an answer. */
bool op_get_state(struct world *world, struct vmh_state_info *info)
{
	struct record *record = begin(world, OP_GET_STATE, 0, 0);

	*info = (struct vmh_state_info){ .size = sizeof(*info) };
	if (!record || perform(world, record, VMH_GET_STATE, info))
		return false;
	record->state = *info;
	return true;
}

void op_create_vcpu(struct world *world, uint32_t id)
{
	struct record *record = begin(world, OP_CREATE_VCPU, id, 0);
	struct kvm_run *run;
	long fd;

	if (!record)
		return;
	fd = perform(world, record, VMH_CREATE_VCPU, VALUE(id));
	if (fd < 0)
		return;
	run = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (run == MAP_FAILED)
		FAIL("mmap of a run page: %s", strerror(errno));
	if (guests_reset(world, id, fd) && errno != ESTALE)
		FAIL("registers cannot be set: %s", strerror(errno));
	world->run[id] = run;
	/* Now the others may use it. */
	atomic_store(&world->fd[1 + id], fd);
}

void op_slot(struct world *world, uint32_t slot, bool add)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = slot ? EXTRA_GPA : 0,
		.memory_size = slot ? EXTRA_BYTES : MEMORY_BYTES - EXTRA_BYTES,
		.userspace_addr = (uintptr_t)world->memory +
				  (slot ? MEMORY_BYTES - EXTRA_BYTES : 0),
	};
	struct record *record = begin(world, add ? OP_SLOT_ADD : OP_SLOT_REMOVE, slot, 0);

	if (!record)
		return;
	if (!add)
		region.memory_size = 0;
	perform(world, record, VMH_SET_USER_MEMORY_REGION, &region);
}

void op_run(struct world *world, uint32_t id)
{
	struct record *record = begin(world, OP_RUN, id, 1 + id);

	if (!record)
		return;
	record->sets_immediate = one_in(8);
	record->immediate = record->sets_immediate;
	if (record->sets_immediate)
		world->run[id]->immediate_exit = 1;
	if (!perform(world, record, VMH_RUN, NULL))
		record->exit_reason = world->run[id]->exit_reason;
	if (!record->sets_immediate)
		return;
	world->run[id]->immediate_exit = 0;
	record->told = stamp();
}

bool op_get_regs(struct world *world, uint32_t id, struct kvm_regs *regs)
{
	struct record *record = begin(world, OP_GET_REGS, id, 1 + id);

	return record && !perform(world, record, VMH_GET_REGS, regs);
}

void op_get_usage(struct world *world)
{
	struct vmh_usage usage = { .size = sizeof(usage) };
	struct record *record = begin(world, OP_GET_USAGE, 0, 0);

	if (!record || perform(world, record, VMH_GET_USAGE, &usage))
		return;
	for (unsigned int i = 0; i < usage.nr; i++)
		if (usage.res[i].used > usage.res[i].limit)
			FAIL("resource %u: %llu in use, limit %llu", i, usage.res[i].used,
			     usage.res[i].limit);
	record->nonzero = usage.res[VMH_RES_SLOT_BYTES].used || usage.res[VMH_RES_SLOTS].used ||
			  usage.res[VMH_RES_POPULATED_BYTES].used ||
			  usage.res[VMH_RES_EPT_PAGES].used;
}

void op_irq_line(struct world *world)
{
	struct kvm_irq_level line = { .irq = below(16), .level = below(2) };
	struct record *record = begin(world, OP_IRQ_LINE, line.irq, 0);

	if (record)
		perform(world, record, VMH_IRQ_LINE, &line);
}

/* The number goes on to be used, and means nothing then. */
void op_close(struct world *world, uint32_t fd)
{
	struct record *record = begin(world, OP_CLOSE, 0, fd);

	if (!record)
		return;
	if (dup2(null_fd, world->fd[fd]) < 0)
		FAIL("dup2: %s", strerror(errno));
	record->end = stamp();
	record->told = record->end;
}
