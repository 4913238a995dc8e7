/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of how a VM is paused, run, kicked and terminated, for spin: state.c, run_section.c,
 * kick.c, vcpu_wait.c, vcpu_run.c, vcpu_event.c, apic.c and irq_bus.c, as far as threads meet in
 * them. Each step that touches what is shared is a step of the model, with its function named beside
 * it. tests/model/run checks it, and that it notices when a step is spoiled (SPOIL_*).
 *
 * What is proved:
 *  - after PAUSE has returned, and until RESUME, no vCPU is in guest mode or in its run section,
 *    where its thread may change its registers and guest memory;
 *  - after TERMINATE has returned, none ever is, and guest memory is released under none;
 *  - when nothing moves any more, nothing is left to be done: no request, interrupt or signal of a
 *    running VM waits for a vCPU that sleeps, or for a guest that spins; no call hangs;
 *  - under weak fairness PAUSE and TERMINATE return and requests are handled (LTL, at the end).
 *
 * What the guest does is left open: at each entry it halts, asks for something that is settled at
 * once, asks userspace, or spins for ever. There is no preemption timer: a kick has to be enough.
 * A thread in userspace may call RUN again or never. A caller of PAUSE or TERMINATE may be killed
 * while it waits, and is then promised nothing.
 *
 * Processors are x86's: a store waits in a buffer of its thread, first in, first out, and reaches
 * memory at any later moment; loads do not wait for it. A locked instruction or a barrier waits
 * until the buffer is empty.
 */

#ifndef VCPUS
#define VCPUS		2
#endif
#ifndef CONTROLLERS
#define CONTROLLERS	1
#endif
#define CONTROLLER	VCPUS
#define KICKER		(VCPUS + CONTROLLERS)
#define THREADS		(KICKER + 1)

mtype = { RUNNING, PAUSED, TERMINATED };		/* enum vmh_state */
mtype = { STATE, SECTION, MODE, HAS_POSTED };		/* what plain stores write, or would if spoiled */
mtype = { AWAKE, ON_STATE_CHANGED, ON_RCUWAIT };	/* where a thread sleeps */

/* vm_handler_ctx */
mtype state = RUNNING;
bool vm_lock;

/* vmh_vcpu */
bool running[VCPUS];		/* .running: in its run section */
bool mode_in_guest[VCPUS];	/* .mode is VMH_IN_GUEST */
bool request[VCPUS];		/* a bit of .requests */
bool posted[VCPUS];		/* a bit of .apic.posted, or of .vmx.posted.vectors */
bool has_posted[VCPUS];		/* .vmx.posted.control */
bool vcpu_lock[VCPUS];		/* .lock */

/* The processor and the thread under a vCPU. */
bool irqs_off[VCPUS];
bool irq_pending[VCPUS];	/* an IPI that interrupts are off for */
bool notified[VCPUS];		/* the same, the one that notifies of posted interrupts */
bool in_guest[VCPUS];
bool acting[VCPUS];		/* may change registers and guest memory */
bool signal[VCPUS];		/* TIF_SIGPENDING */
bool gone[VCPUS];		/* the VMM does not call RUN any more */
mtype sleeping[THREADS] = AWAKE;

/* What was promised: PAUSE or TERMINATE has returned. */
bool promised_still;
bool stopping;			/* a caller of PAUSE or TERMINATE has not returned yet */

#define if_so(condition, what)	if :: condition -> what :: else fi

/* ---- Memory ---- */

chan buffer[THREADS] = [2] of { mtype, byte, byte };

#define store(var, who, value)	buffer[me]!var(who, value)
#define barrier			empty(buffer[me])
#define locked(what)		atomic { barrier -> what }
#define store_mb(var, value)	locked(var = value)	/* XCHG */

hidden byte who, value;

proctype store_buffer(byte me)
{
end:	do
	:: atomic { buffer[me]?STATE(who, value) -> state = value }
	:: atomic { buffer[me]?SECTION(who, value) -> running[who] = value }
	:: atomic { buffer[me]?MODE(who, value) -> mode_in_guest[who] = value }
	:: atomic { buffer[me]?HAS_POSTED(who, value) -> has_posted[who] = value }
	od
}

/* mutex_lock() and mutex_unlock(): locked instructions. */
#define lock(mutex)	atomic { barrier && !mutex -> mutex = true }
#define unlock(mutex)	locked(mutex = false)

/* ---- Sleeping and waking ---- */

/* prepare_to_wait() and set_current_state() end with a barrier. */
#define prepare_to_sleep(where)	locked(sleeping[me] = where)

/* Takes the queue's lock, which is a barrier. */
inline wake_up_all_state_changed()
{
	atomic {
#ifndef SPOIL_NO_BARRIER_IN_EVENT
		barrier ->
#endif
		for (i : 0 .. THREADS - 1) {
			if_so(sleeping[i] == ON_STATE_CHANGED, sleeping[i] = AWAKE)
		}
		i = 0
	}
}

/* An interrupt is taken at once, or when interrupts go on, or makes a guest exit. */
#define interrupt(id)	irq_pending[id] = irqs_off[id]

/* vmh_vcpu_kick(). On x86 its barrier is one too many wherever the store before it was locked. */
inline kick(id)
{
#ifndef SPOIL_NO_BARRIER_IN_KICK
#ifndef SPOIL_NO_BARRIER_IN_EVENT
	barrier;
#endif
#endif
#ifndef SPOIL_NO_WAKE_IN_KICK
	/* rcuwait_wake_up() */
	d_step { if_so(sleeping[id] == ON_RCUWAIT, sleeping[id] = AWAKE) };
#endif
#ifndef SPOIL_NO_IPI_IN_KICK
	if_so(mode_in_guest[id], interrupt(id))
#else
	skip
#endif
}

/* ---- A vCPU's thread ---- */

/* vmh_vcpu_leave_run_section() */
inline leave_run_section()
{
#ifdef SPOIL_NO_BARRIER_IN_LEAVE
	store(SECTION, me, false);
#else
	store_mb(running[me], false);
#endif
	if
	:: state != RUNNING ->
#ifndef SPOIL_NO_WAKE_IN_LEAVE
		wake_up_all_state_changed()
#else
		skip
#endif
	:: else
	fi
}

/* vmh_vcpu_has_event(), of a halted vCPU: vector_pending is what its lapic holds. */
#define has_event	(has_posted[me] || vector_pending)

/* vmh_vcpu_should_wake() */
#ifdef SPOIL_HALT_IGNORES_STATE
#define should_wake	(request[me] || has_event)
#else
#define should_wake	(request[me] || has_event || state != RUNNING)
#endif

/* vmh_vcpu_must_leave() */
#ifdef SPOIL_TURN_IGNORES_STATE
#define must_leave	(request[me] || signal[me])
#else
#define must_leave	(request[me] || signal[me] || state != RUNNING)
#endif

/* vmh_apic_collect() */
inline collect()
{
#ifdef SPOIL_COLLECT_CLEARS_LAST
	d_step {
		vector_pending = vector_pending || posted[me];
		posted[me] = false
	};
	store_mb(has_posted[me], false)
#else
#ifdef SPOIL_NO_BARRIER_IN_COLLECT
	store(HAS_POSTED, me, false);
#else
	store_mb(has_posted[me], false);		/* XCHG */
#endif
	/* XCHG */
	if_so(posted[me], locked(posted[me] = false; vector_pending = true))
#endif
}

proctype vcpu(byte me)
{
	byte i;
	mtype seen;
	bool halted, vector_pending, to_userspace, throttled;

userspace:
	signal[me] = false;
	if
	:: state != TERMINATED
	:: state != TERMINATED -> gone[me] = true; goto out
	:: state == TERMINATED -> goto out		/* vmh_fd_check_vm(): ESTALE */
	fi;
	lock(vcpu_lock[me]);				/* vmh_vcpu_dispatch() */

enter:							/* vmh_vcpu_enter_run_section() */
#ifdef SPOIL_CHECK_BEFORE_STORE
	seen = state;
	store_mb(running[me], true);
#else
#ifdef SPOIL_NO_BARRIER_IN_ENTER
	store(SECTION, me, true);
#else
	store_mb(running[me], true);
#endif
	seen = state;
#endif
	if
	:: seen == RUNNING ->
		atomic {
			seen = 0;
			acting[me] = true;
			assert(!promised_still)
		};
		goto look_at_state
	:: else
	fi;
	leave_run_section();
	if
	:: seen == TERMINATED -> seen = 0; goto unlock_vcpu
	:: else -> seen = 0
	fi;

	/* vmh_vcpu_wait_paused(): wait_event_interruptible() */
#ifndef SPOIL_KEEP_LOCK_IN_PAUSED
	unlock(vcpu_lock[me]);
#endif
	do
	:: prepare_to_sleep(ON_STATE_CHANGED);
		if_so(state != PAUSED, break);
		if_so(signal[me], to_userspace = true; break);
end_paused:	sleeping[me] == AWAKE			/* schedule() */
	od;
	sleeping[me] = AWAKE;
#ifndef SPOIL_KEEP_LOCK_IN_PAUSED
	lock(vcpu_lock[me]);
#endif
	if
	:: to_userspace -> to_userspace = false; goto unlock_vcpu	/* EINTR */
	:: else -> goto enter
	fi;

round:							/* vmh_vcpu_round() */
	/* vmh_vcpu_take_requests(): test_and_clear_bit() */
	if_so(request[me], locked(request[me] = false));
	if_so(!halted, goto must_return);

	/* vmh_vcpu_sleep(), vmh_vcpu_block(): rcuwait_wait_event() */
	do
#ifdef SPOIL_SLEEP_UNCHECKED
	:: if
		:: should_wake -> break
		:: signal[me] -> to_userspace = true; break
		:: else
		fi;
		prepare_to_sleep(ON_RCUWAIT);
#else
	:: prepare_to_sleep(ON_RCUWAIT);
		if_so(should_wake, break);
		if_so(signal[me], to_userspace = true; break);
#endif
end_halted:	sleeping[me] == AWAKE			/* schedule() */
	od;
	sleeping[me] = AWAKE;
	if_so(to_userspace, to_userspace = false; goto leave);	/* EINTR */
	if_so(has_event, halted = false);
	goto look_at_state;

must_return:						/* vmh_vcpu_must_return() */
	if_so(signal[me], goto leave);

	/* vmh_vcpu_turn() */
	irqs_off[me] = true;
#ifdef SPOIL_MODE_AFTER_CHECK
	if_so(must_leave, goto end_turn);
	store_mb(mode_in_guest[me], true);
#else
#ifdef SPOIL_NO_BARRIER_IN_TURN
	store(MODE, me, true);
#else
	store_mb(mode_in_guest[me], true);
#endif
#endif
again:
#ifndef SPOIL_MODE_AFTER_CHECK
	if_so(must_leave, goto end_turn);
#endif
	/* vmh_vcpu_inject() */
	if_so(has_posted[me], collect());
	vector_pending = false;

	/* vmx_run() */
	atomic {
		in_guest[me] = true;
		assert(!promised_still)
	};
	if
	:: true ->					/* a guest that spins */
end_guest:	do
		:: irq_pending[me] -> break
		:: d_step { notified[me] -> notified[me] = false;	/* takes what is posted */
			has_posted[me] = false; posted[me] = false }
		od;
		in_guest[me] = false
	:: true ->					/* HLT: vmh_vcpu_halt() */
		in_guest[me] = false;
		if
		:: has_event -> goto again
		:: else -> halted = true
		fi
	:: in_guest[me] = false; goto again		/* settled: vmh_vcpu_settle() */
	:: in_guest[me] = false; to_userspace = true
	fi;

end_turn:
	store(MODE, me, false);
	d_step {					/* local_irq_enable() */
		irqs_off[me] = false;
		irq_pending[me] = false;
		notified[me] = false			/* too late: its handler does nothing */
	};
	if_so(to_userspace, to_userspace = false; goto leave);
	if
	:: true
#ifndef REQUESTS_ONLY
	:: throttled = true				/* vmh_throttle_used() */
#endif
	fi;

look_at_state:						/* vmh_vcpu_loop() */
	if
	:: state == RUNNING && !throttled -> goto round
	:: else -> acting[me] = false
	fi;
	leave_run_section();				/* vmh_vcpu_stand_aside() */
	if
	:: throttled -> throttled = false;		/* vmh_throttle_wait(): for a timer */
		if_so(signal[me], goto unlock_vcpu)	/* EINTR */
	:: else
	fi;
	goto enter;

leave:
	acting[me] = false;
	leave_run_section();
unlock_vcpu:
	unlock(vcpu_lock[me]);
	goto userspace;
out:
	skip
}

/* ---- Who asks for transitions ---- */

/* vm_change_state() */
inline change_state(next)
{
#ifdef SPOIL_WAKE_BEFORE_STORE
	wake_up_all_state_changed();
	store_mb(state, next)
#else
#ifdef SPOIL_NO_BARRIER_IN_EVENT
	store(STATE, 0, next);
#else
	store_mb(state, next);
#endif
	wake_up_all_state_changed()
#endif
}

#if VCPUS == 2
#define anyone(flag)	(flag[0] || flag[1])
#else
#define anyone(flag)	(flag[0])
#endif

/* vmh_vm_has_stopped(): one after the other */
inline look_who_runs()
{
	any = false;
	i = 0;
	do
	:: i < VCPUS && !running[i] -> i++
	:: i < VCPUS && running[i] -> any = true; break
	:: i >= VCPUS -> break
	od;
	i = 0
}

/* vmh_vm_stop_vcpus(): killed says that the caller was */
inline stop_vcpus()
{
	v = 0;
	do
	:: v < VCPUS -> kick(v); v++
	:: v >= VCPUS -> break
	od;
	v = 0;
	killed = false;
#ifndef SPOIL_NO_WAIT
	do
	:: prepare_to_sleep(ON_STATE_CHANGED);
		look_who_runs();
		if
		:: !any -> break
		:: else -> any = false
		fi;
		if
		:: true -> sleeping[me] == AWAKE	/* schedule() */
#ifndef NO_KILL
		:: true -> killed = true; break
#endif
		fi
	od;
	sleeping[me] = AWAKE;
#endif
}

/* What the VMM does while PAUSED: VMH_GET_REGS of each vCPU. */
inline read_registers()
{
	v = 0;
	do
	:: v < VCPUS ->
		lock(vcpu_lock[v]);
		assert(!acting[v]);
		unlock(vcpu_lock[v]);
		v++
	:: v >= VCPUS -> break
	od;
	v = 0
}

/* vmh_vm_event_locked(): PAUSE, and TERMINATE, which also releases guest memory */
inline stop(next)
{
	stopping = true;
	change_state(next);
	stop_vcpus();
	atomic {
		stopping = false;
		promised_still = !killed;
		killed = false;
		assert(!promised_still || (!anyone(in_guest) && !anyone(acting)))
	}
}

/* vmh_vm_event(), in any order; what vm_state_next() refuses changes nothing. */
proctype controller(byte me)
{
	byte i, v;
	bool any, killed;

	do
	:: true ->
		lock(vm_lock);
		if
		:: state == RUNNING -> stop(PAUSED)
		:: state == PAUSED -> promised_still = false; change_state(RUNNING)
		:: state != TERMINATED -> stop(TERMINATED)
		:: state == TERMINATED
		fi;
		unlock(vm_lock);
#if CONTROLLERS == 1
		if
		:: state == PAUSED && promised_still -> read_registers()
		:: true
		fi
#endif
	:: true -> break				/* nothing more is asked for */
	od
}

/* ---- Who wants something of a vCPU ---- */

/* vmh_vcpu_request() */
inline make_request(id)
{
#ifdef SPOIL_KICK_BEFORE_REQUEST
	kick(id);
	locked(request[id] = true)
#else
	locked(request[id] = true);			/* set_bit() */
	kick(id)
#endif
}

/* vmh_apic_post(), vmh_vcpu_notify() */
inline post(id)
{
#ifdef SPOIL_FLAG_BEFORE_VECTOR
	locked(has_posted[id] = true);
	locked(posted[id] = true);
#else
	locked(posted[id] = true);			/* set_bit() */
	store(HAS_POSTED, id, true);	/* set_bit(); but plain ones do: see vmh_irq_kick_for_pic() */
#endif
	if
	:: kick(id)					/* the thread has to take it */
	:: barrier && mode_in_guest[id] ->		/* the processor takes it */
#ifndef SPOIL_NO_NOTIFICATION
		notified[id] = irqs_off[id]
#else
		skip
#endif
	fi
}

/* The kernel's signal_wake_up(): wakes an interruptible sleep, interrupts the thread otherwise. */
inline send_signal(id)
{
	signal[id] = true;
	atomic {
		sleeping[id] = AWAKE;
		interrupt(id)
	}
}

/*
 * The LTL properties hold if it stops some time (KICKS): each signal lets a RUN of a paused VM
 * pass through its run section once more, and for ever is too often.
 */
#ifdef KICKS
#define go_on	kicks < KICKS -> kicks++
#else
#define go_on	true
#endif

proctype kicker(byte me)
{
	byte i, kicks;

	do
	:: go_on;
		if
		:: make_request(0)
#ifndef REQUESTS_ONLY
		:: post(0)
		:: send_signal(0)
#endif
		fi
	:: true -> break
	od
}

/* ---- What has to hold when nothing moves any more ---- */

#define undone(id)	(request[id] || posted[id] || signal[id])

#define is_well(id)	((gone[id] || state == TERMINATED || state == PAUSED || \
			  (!undone(id) && sleeping[id] != ON_STATE_CHANGED)) && \
			 (state == RUNNING || !in_guest[id]) && \
			 (state != TERMINATED || !vcpu_lock[id]))

#ifndef LIVENESS
active proctype at_rest()
{
	timeout;
	assert(!stopping);
	assert(is_well(0));
#if VCPUS == 2
	assert(is_well(1))
#endif
}
#endif

init {
	byte i;

	atomic {
		for (i : 0 .. THREADS - 1) {
			run store_buffer(i)
		}
		for (i : 0 .. VCPUS - 1) {
			run vcpu(i)
		}
		for (i : CONTROLLER .. KICKER - 1) {
			run controller(i)
		}
		run kicker(KICKER)
	}
}

#ifdef LIVENESS
ltl stops { [] (stopping -> <> !stopping) }
ltl handled {
	[] (undone(0) -> <> (!undone(0) || state != RUNNING || gone[0]))
}
#endif
