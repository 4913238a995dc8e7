/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests that make every step of a call fail: at the module's own injection points, and at every
 * allocation and copy that the kernel makes for it.
 *
 * A scenario is one call. It is made again and again: each time another step fails, the call has to
 * be refused cleanly, and to leave the VM as it was; then the same call has to succeed, and the
 * guest to run.
 */
#ifndef FAULT_H
#define FAULT_H

#include "vm.h"

/**
 * struct scenario - a call to be made to fail
 * @name: what it does.
 * @spec: the VM, when @made.
 * @made: there is a complete VM, not started, before @prepare.
 * @bare: there is a VM without memory and vCPUs before @prepare.
 * @prepare: what else comes before; may be NULL.
 * @act: the call. Returns what it returned, or a negative errno.
 * @finish: after success: checks what came of it; may be NULL. The guest is run afterwards.
 * @watch_state: the VM's and first vCPU's state must be what it was when @act failed.
 */
struct scenario {
	const char *name;
	struct spec spec;
	bool made;
	bool bare;
	void (*prepare)(struct vm *vm);
	long (*act)(struct vm *vm);
	void (*finish)(struct vm *vm);
	bool watch_state;
};

extern const struct scenario create_scenarios[], run_scenarios[], state_scenarios[],
			     event_scenarios[];

/* Where and how the last act was made; a failure without a record says so. */
extern int acted_fd;
extern unsigned long acted_command;
extern bool acted_unrecorded;
long attempt(int fd, unsigned long command, void *argument);

/* scenario.c */
void scenario_start(const struct scenario *scenario, struct vm *vm);
void scenario_end(const struct scenario *scenario, struct vm *vm);

/**
 * struct snapshot - what a failed call must not have changed
 * @usage: the VM's, if there is one.
 * @state: the VM's.
 * @cpu: the first vCPU's registers, APIC and so on; what it cannot tell is zero.
 * @chips: the interrupt controllers.
 * @next_fd: the lowest fd that is free.
 */
struct snapshot {
	struct vmh_usage usage;
	struct vmh_state_info state;
	struct {
		struct kvm_regs regs;
		struct kvm_sregs sregs;
		struct kvm_fpu fpu;
		struct kvm_mp_state mp_state;
		struct kvm_lapic_state lapic;
	} cpu;
	struct kvm_irqchip chips[3];
	int next_fd;
};

void snapshot_take(const struct scenario *scenario, struct vm *vm, struct snapshot *snapshot);
void snapshot_compare(const struct scenario *scenario, struct vm *vm,
		      const struct snapshot *before, const char *what);
long kernel_pages(void);

/* points.c: the module's injection points. */
#define POINTS_MAX	128

struct point {
	char name[32];
	int error;
	int reached;
	int failed;
};

unsigned int points_read(struct point *points);
void point_arm(const char *name, int nth);
void points_off(void);

/* main.c: results of a child process, for the parent's sum. */
struct results {
	bool hit[POINTS_MAX];
	unsigned int steps;
	unsigned int allocations;
	unsigned int tolerated;
};

extern struct results *results;
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * inject.c and nth.c: the two ways of failing a scenario; load.c: loading the module;
 * machine_check.c, counters.c: the host's hardware; flush.c: steps that are left out; late_call.c:
 * a call that others overtake.
 */
void fail_points(const struct scenario *scenario);
void fail_allocations(const struct scenario *scenario);
void allocations_init(void);
void fail_loading(const struct scenario *none);
void fail_machine(const struct scenario *none);
void fail_flushes(const struct scenario *none);
void flush_checker_off(void);
void fail_counters(const struct scenario *none);
void fail_late_call(const struct scenario *none);

#endif /* FAULT_H */
