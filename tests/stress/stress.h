/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random calls by many threads on shared VMs. Each call is recorded with when it began and ended,
 * and what it answered. When a VM has gone, its records are checked against a shadow of it: there
 * must be an order of the calls in which each took effect at some moment while it was under way,
 * and in which the shadow gives every answer that was given.
 */
#ifndef STRESS_H
#define STRESS_H

#include <pthread.h>
#include <stdatomic.h>

#include "vm.h"

#define WORKERS		6
#define WORLDS		3
#define MAX_CPUS	3
#define MAX_RECORDS	1024
#define NO_EVENT	VMH_EVENT_NR	/* stands for all events that there are not */

/* The fds of a VM: its own, then those of its vCPUs. */
#define FDS		(1 + MAX_CPUS)

/* What guest code there is. */
#define COUNTER(id)	(0x2000 + 64 * (id))
#define STUB_GPA	0x0f00
#define TOUCH_GPA	0x10000
#define TOUCH_BYTES	0x20000
#define EXTRA_GPA	0x200000
#define EXTRA_BYTES	0x10000
#define MEMORY_BYTES	0x80000

enum op {
	OP_SET_STATE,
	OP_GET_STATE,
	OP_CREATE_VCPU,
	OP_SLOT_ADD,
	OP_SLOT_REMOVE,
	OP_RUN,
	OP_GET_REGS,
	OP_GET_USAGE,
	OP_IRQ_LINE,
	OP_CLOSE,
	OP_NR
};

/**
 * struct record - a call and its answer
 * @begin: stamp before the call.
 * @end: stamp after it.
 * @told: stamp after its error record was read.
 * @op: which call.
 * @arg: event, vCPU id or slot.
 * @fd: on which of the VM's fds.
 * @error: errno, 0 for success.
 * @code: enum vmh_error_code of the fd's record, 0 when that was another call's by then.
 * @expected: what the record says would have been accepted.
 * @sets_immediate: sets immediate_exit, and clears it before @told.
 * @immediate: RUN that may have found it set.
 * @signalled: a signal was handled between begin and end.
 * @nonzero: GET_USAGE: what TERMINATE returns was in use.
 * @exit_reason: of a RUN that succeeded.
 * @state: what GET_STATE told.
 */
struct record {
	uint64_t begin, end, told;
	enum op op;
	uint32_t arg;
	uint32_t fd;
	int error;
	uint32_t code;
	uint64_t expected;
	bool sets_immediate, immediate, signalled, nonzero;
	uint32_t exit_reason;
	struct vmh_state_info state;
};

/**
 * struct world - a VM with all that is known about it
 * @refs: threads that use it, and its place in the table.
 * @number: which one, counted from the start.
 * @auto_start: made with VMH_VM_AUTO_START.
 * @irqchip: has in-kernel interrupt controllers.
 * @fd: the VM's fd and those of vCPUs; -1 where there is none. An fd that is closed becomes one of
 *	/dev/null, so that its number means nothing else.
 * @run: run pages.
 * @memory: guest memory.
 * @dies_once_in: how often TERMINATE is asked for.
 * @terminated: it was.
 * @kinds: what each vCPU runs.
 * @nr: records used or being filled.
 * @records: them.
 */
struct world {
	atomic_int refs;
	unsigned int number;
	bool auto_start, irqchip;
	atomic_int fd[FDS];
	struct kvm_run *run[MAX_CPUS];
	uint8_t *memory;
	unsigned int dies_once_in;
	atomic_bool terminated;
	unsigned int kinds[MAX_CPUS];
	atomic_uint nr;
	struct record records[MAX_RECORDS];
};

/* What the shadow gets wrong on purpose, to show that the test would notice. */
enum wrong {
	WRONG_NOTHING,
	WRONG_TABLE,		/* PAUSE is refused in RUNNING */
	WRONG_GENERATION,	/* a transition counts twice */
	WRONG_RUN,		/* RUN exits while PAUSED */
	WRONG_USAGE,		/* TERMINATE leaves something in use */
	WRONG_PROGRESS,		/* guests stand still in RUNNING */
	WRONG_CODE,		/* INIT without a slot is a matter of the state */
	WRONG_NR
};

extern enum wrong wrong;
extern int null_fd;
extern atomic_ulong transitions, cells[VMH_STATE_NR][NO_EVENT + 1], checked;

/* A thread's own random numbers, and how many signals it has handled. */
extern __thread uint64_t random_state;
extern __thread volatile unsigned long signals_handled;

uint64_t stamp(void);
void doing(const char *what);
unsigned int below(unsigned int bound);
bool one_in(unsigned int times);

/* world.c */
struct world *world_create(unsigned int number);
struct world *world_get(unsigned int place);
void world_put(struct world *world);
void world_retire(unsigned int place, struct world *world);
bool world_is_full(const struct world *world);
void worlds_init(void);
unsigned int worlds_end(void);

/* ops.c */
void op_set_state(struct world *world, uint32_t event);
bool op_get_state(struct world *world, struct vmh_state_info *info);
void op_create_vcpu(struct world *world, uint32_t id);
void op_slot(struct world *world, uint32_t slot, bool add);
void op_run(struct world *world, uint32_t id);
bool op_get_regs(struct world *world, uint32_t id, struct kvm_regs *regs);
void op_get_usage(struct world *world);
void op_irq_line(struct world *world);
void op_close(struct world *world, uint32_t fd);

/* guests.c */
void guests_load(struct world *world);
int guests_reset(struct world *world, uint32_t id, int fd);
bool guests_may_exit(const struct world *world, uint32_t id, uint32_t exit_reason, uint32_t slots);

/* shadow.c */
void shadow_check(const struct world *world);

#endif /* STRESS_H */
