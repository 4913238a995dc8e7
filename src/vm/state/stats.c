// SPDX-License-Identifier: GPL-2.0
/*
 * Where a VM's time went, its exits, and what became of large pages. Each vCPU's thread counts for
 * itself, without a lock; here the counts are added up, as they are at the moment.
 */
#include <linux/rcupdate.h>
#include <asm/tsc.h>

#include "guest_memory.h"
#include "state.h"
#include "ticks.h"
#include "vcpu.h"
#include "vm.h"

static_assert(VMX_EXIT_COUNTS == VMH_STATS_EXITS);

/* A part that is counted later than the whole may seem larger for a moment. */
static u64 vmh_rest(u64 whole, u64 part)
{
	return whole > part ? whole - part : 0;
}

static void vmh_add_times(const struct vmh_vcpu *vcpu, struct vmh_stats *sum)
{
	const struct vmh_vcpu_times *times = &vcpu->times;
	u64 ended = READ_ONCE(times->ended), user = READ_ONCE(times->user);
	u64 began = READ_ONCE(times->began), run = READ_ONCE(times->run);
	u64 guest = READ_ONCE(vcpu->vmx.guest_cycles);
	u64 idle = READ_ONCE(times->idle), throttled = READ_ONCE(times->throttled);
	/* Where processors' TSCs differ, what is under way elsewhere is counted when it is over. */
	u64 asleep = READ_ONCE(times->asleep), now = check_tsc_unstable() ? 0 : rdtsc();

	if (began)
		run += vmh_rest(now, began);
	else if (ended)
		user += vmh_rest(now, ended);
	if (asleep)
		idle += vmh_rest(now, asleep);
	sum->guest_ns += guest;
	sum->idle_ns += idle;
	sum->throttled_ns += throttled;
	sum->kernel_ns += vmh_rest(run, guest + idle + throttled);
	sum->user_ns += user;
}

static void vmh_add_exits(const struct vmh_vcpu *vcpu, struct vmh_stats *sum)
{
	u32 i;

	for (i = 0; i < VMH_STATS_EXITS; i++)
		sum->exits[i] += READ_ONCE(vcpu->vmx.exits[i]);
}

static void vmh_add_halts(const struct vmh_vcpu *vcpu, struct vmh_stats *sum)
{
	const struct vmh_halt *halt = &vcpu->halt;

	sum->halt_successful_poll += READ_ONCE(halt->successful);
	/* Pairs with the barrier in vmh_halt_poll(): never more successes than attempts. */
	smp_rmb();
	sum->halt_attempted_poll += READ_ONCE(halt->attempted);
	sum->halt_poll_invalid += READ_ONCE(halt->invalid);
	sum->halt_wakeup += READ_ONCE(halt->wakeups);
	sum->halt_poll_success_ns += READ_ONCE(halt->success_cycles);
	sum->halt_poll_fail_ns += READ_ONCE(halt->fail_cycles);
}

/**
 * vmh_get_stats() - where the VM's time went
 * @vm: the VM.
 * @stats: where to; size and flags are the caller's.
 */
void vmh_get_stats(struct vm_handler_ctx *vm, struct vmh_stats *stats)
{
	u64 *const times[] = { &stats->guest_ns, &stats->kernel_ns, &stats->user_ns,
			       &stats->idle_ns, &stats->throttled_ns,
			       &stats->halt_poll_success_ns, &stats->halt_poll_fail_ns };
	struct vmh_vcpu *vcpu;
	unsigned long id;
	u32 i;

	stats->nr_exits = VMH_STATS_EXITS;
	stats->nx_splits = READ_ONCE(vm->mem_ctx.nx_splits);
	stats->nx_recovered = READ_ONCE(vm->mem_ctx.nx_recovered);
	stats->nx_split_now = vmh_nx_split_now(&vm->mem_ctx);
	rcu_read_lock();
	vmh_for_each_vcpu(vm, id, vcpu) {
		stats->nr_vcpus++;
		vmh_add_times(vcpu, stats);
		vmh_add_exits(vcpu, stats);
		vmh_add_halts(vcpu, stats);
		stats->pv_tlb_flushes += READ_ONCE(vcpu->steal.flushes);
	}
	rcu_read_unlock();
	for (i = 0; i < ARRAY_SIZE(times); i++)
		*times[i] = vmh_cycles_to_ns(*times[i]);
}
