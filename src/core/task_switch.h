/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Switching tasks in a guest's place: no processor does it in VMX non-root operation. SDM vol. 3,
 * "Task Management" and "Treatment of Task Switches".
 */
#ifndef VMH_TASK_SWITCH_H
#define VMH_TASK_SWITCH_H

#include <linux/types.h>

#include "guest_access.h"
#include "guest_seg.h"

/**
 * enum task_source - what asks for the switch, numbered as in the exit qualification
 * @TASK_CALL: CALL
 * @TASK_IRET: IRET with EFLAGS.NT set
 * @TASK_JMP: JMP
 * @TASK_GATE: a task gate in the IDT
 */
enum task_source {
	TASK_CALL,
	TASK_IRET,
	TASK_JMP,
	TASK_GATE,
};

/* Places in task_state.seg: as the VMCS numbers segment registers. */
enum task_seg {
	TASK_ES, TASK_CS, TASK_SS, TASK_DS, TASK_FS, TASK_GS, TASK_LDTR, TASK_TR,
	TASK_NR_SEGS,
};

/* Places in task_state.gpr: as instructions number them. */
#define TASK_NR_GPRS	8
#define TASK_ESP	4

/**
 * struct task_segment - a segment register
 * @selector: its visible part
 * @hidden: the rest
 */
struct task_segment {
	u16 selector;
	struct guest_seg hidden;
};

/**
 * struct task_state - the registers that a task switch reads or writes
 * @cr0: CR0; TS is set
 * @cr3: CR3; the new task's is written by task_ops.load_cr3
 * @dr7: DR7; breakpoints local to the task are cleared
 * @eip: of the instruction that goes on when the old task does
 * @eflags: EFLAGS
 * @gpr: EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI
 * @seg: segment registers
 * @gdt_base: linear address of the GDT
 * @gdt_limit: its limit
 */
struct task_state {
	u64 cr0;
	u64 cr3;
	u64 dr7;
	u32 eip;
	u32 eflags;
	u32 gpr[TASK_NR_GPRS];
	struct task_segment seg[TASK_NR_SEGS];
	u64 gdt_base;
	u32 gdt_limit;
};

/**
 * struct task_request - the switch
 * @source: what asks for it
 * @selector: of the new task's TSS
 * @has_error_code: an exception with an error code came through a task gate
 * @error_code: it, for the new task's stack
 */
struct task_request {
	enum task_source source;
	u16 selector;
	bool has_error_code;
	u32 error_code;
};

/**
 * struct task_ops - the guest's memory by linear addresses, with the rights of the processor itself
 * @read: copy @len bytes at @linear to @buf; 0, -EFAULT with a page fault in @fault, or another
 *	negative errno
 * @write: the other way round
 * @load_cr3: from now on translate by this CR3; 0 or a negative errno when it cannot be
 */
struct task_ops {
	int (*read)(void *ctx, u64 linear, void *buf, unsigned int len, struct guest_fault *fault);
	int (*write)(void *ctx, u64 linear, const void *buf, unsigned int len,
		     struct guest_fault *fault);
	int (*load_cr3)(void *ctx, u64 cr3);
};

/* What task_switch() returns when the switch is done and its new task begins with an exception. */
#define TASK_SWITCH_FAULTED	1
/* The same, and the exception is the debug trap that the new TSS asks for. */
#define TASK_SWITCH_TRAP	2

/**
 * task_switch - switch to another task
 * @state: the registers
 * @request: what is asked for
 * @ops: memory
 * @ctx: first argument of its functions
 * @fault: filled on -EFAULT and TASK_SWITCH_FAULTED
 *
 * Any context that @ops allow.
 *
 * Return: 0; TASK_SWITCH_FAULTED; TASK_SWITCH_TRAP; -EFAULT when the old task goes on with a fault
 * and @state is as it was; another errno of @ops when memory cannot be reached.
 */
int task_switch(struct task_state *state, const struct task_request *request,
		const struct task_ops *ops, void *ctx, struct guest_fault *fault);

#endif
