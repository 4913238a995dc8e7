/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_EMUL_H
#define VMH_EMUL_H

#include <linux/types.h>

#include "guest_access.h"
#include "insn.h"

/* A string instruction gives the guest back after so many items, so that interrupts get in. */
#define EMUL_REP_MAX	64

/* The largest memory operand. */
#define EMUL_OPERAND_BYTES	32

/**
 * struct emul_regs - the registers an instruction reads and changes
 * @gpr: in the order of their encoding: RAX RCX RDX RBX RSP RBP RSI RDI R8 ... R15
 * @rip: address of the instruction
 * @rflags: flags
 */
struct emul_regs {
	u64 gpr[16];
	u64 rip;
	u64 rflags;
};

/**
 * struct emul_ops - how an instruction reaches memory
 * @seg_linear: turn @offset in segment @seg (enum guest_seg_id) into a linear address, checking
 *	@len bytes for @access; 0, -EFAULT with @fault filled, or another negative errno. Wraps
 *	guest_linear().
 * @translate: turn a linear address into a guest physical one; the same returns. Wraps
 *	guest_walk() and adds GUEST_ACCESS_USER at CPL 3.
 * @read: copy @len bytes (1 to 32, inside one page) of RAM at @gpa to @buf, in one piece if @len is
 *	1, 2, 4 or 8 and @gpa aligned; -ENXIO if there is no RAM: then it is MMIO
 * @write: the opposite; -ENXIO also when a write there must reach the caller as MMIO (ROM)
 * @compare_exchange: if the @len bytes (1, 2, 4 or 8) of RAM at @gpa are @old, replace them by
 *	@new, atomically as the guest's processors see it; -EAGAIN if they are not, -ENXIO if it is
 *	not RAM
 * @vec_get: copy the low @len bytes (4, 8, 16 or 32) of vector register @reg to @data; may be
 *	NULL, then SSE and AVX moves are refused
 * @sys_get: read a system register (enum insn_sys): a selector, a control word, or the lower half
 *	of CR0; of GDTR and IDTR the limit, and then the base; of CPL the level. May be NULL, then
 *	system instructions and POPF are refused
 * @sys_set: load one, with all checks that the processor makes; -EFAULT with @fault filled;
 *	-EOPNOTSUPP; NULL if @sys_get is
 * @vec_set: the opposite: @data has EMUL_OPERAND_BYTES; with @vex they become the whole register,
 *	else the low 16 become its low ones, and the upper ones are kept; NULL if @vec_get is
 *
 * Any other negative errno ends the instruction, with no register changed by the item it hit, and
 * emul_step() returns it.
 */
struct emul_ops {
	int (*seg_linear)(void *ctx, unsigned int seg, u64 offset, unsigned int len,
			  unsigned int access, u64 *linear, struct guest_fault *fault);
	int (*translate)(void *ctx, u64 linear, unsigned int access, u64 *gpa,
			 struct guest_fault *fault);
	int (*read)(void *ctx, u64 gpa, void *buf, unsigned int len);
	int (*write)(void *ctx, u64 gpa, const void *buf, unsigned int len);
	int (*compare_exchange)(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len);
	int (*vec_get)(void *ctx, unsigned int reg, u8 *data, unsigned int len);
	int (*vec_set)(void *ctx, unsigned int reg, const u8 *data, bool vex);
	int (*sys_get)(void *ctx, unsigned int which, u64 value[2]);
	int (*sys_set)(void *ctx, unsigned int which, const u64 value[2],
		       struct guest_fault *fault);
};

/**
 * enum emul_result - what emul_step() wants from its caller
 * @EMUL_DONE: copy struct emul.regs to the vCPU and run the guest; the instruction has ended,
 *	unless struct emul.repeat says that RIP still points at it
 * @EMUL_MMIO_READ: fill struct emul.access.data, then call emul_step() again
 * @EMUL_MMIO_WRITE: perform struct emul.access, then call emul_step() again
 * @EMUL_PORT_READ: the same as @EMUL_MMIO_READ, of a port
 * @EMUL_PORT_WRITE: the same as @EMUL_MMIO_WRITE, of a port
 * @EMUL_FAULT: copy struct emul.regs to the vCPU (a string instruction has moved on to the item
 *	that faults) and inject struct emul.fault, with RF set in the flags that it pushes
 */
enum emul_result {
	EMUL_DONE,
	EMUL_MMIO_READ,
	EMUL_MMIO_WRITE,
	EMUL_PORT_READ,
	EMUL_PORT_WRITE,
	EMUL_FAULT,
};

/**
 * struct emul_access - one access to a device
 * @gpa: guest physical address; @len bytes from here lie in one page; not of a port
 * @data: what is written, or where to put what was read: the first @len bytes, lowest address first
 * @len: 1, 2, 4 or 8
 * @port: the port, if it is one
 */
struct emul_access {
	u64 gpa;
	u8 data[8];
	u8 len;
	u16 port;
};

/**
 * struct emul_span - a memory operand, translated
 * @gpa: of its part in the first and in the second page
 * @bytes: in each; bytes[1] is 0 unless it crosses a page
 */
struct emul_span {
	u64 gpa[2];
	u8 bytes[2];
};

/**
 * struct emul - one instruction under way
 * @regs: set by the caller before emul_start(), to be copied back on EMUL_DONE and EMUL_FAULT
 * @insn: set by the caller before emul_start(): the instruction
 * @check_alignment: the same: alignment is checked (CR0.AM, EFLAGS.AC, CPL 3)
 * @access: valid when emul_step() asks for an access
 * @fault: valid on EMUL_FAULT
 * @repeat: valid on EMUL_DONE: the instruction has not ended, enter the guest at the same RIP
 * @steps: valid on EMUL_DONE: RFLAGS.TF was set when the instruction began, so a single step is due
 * @items: items of a string instruction done since emul_start(); unless it is 0, @regs have changed
 *	and may be copied back at any time: the instruction would go on with the item under way
 * @ops: private
 * @ctx: private: handed to @ops
 * @span: private: where the memory operands are, dst and src
 * @value: private: the operands' values, dst and src, lowest byte first
 * @old: private: dst as it was read
 * @rflags: private: the flags to come
 * @phase: private: what comes next
 * @done_bytes: private: how far the transfer of the current operand has come
 * @pending: private: an access is with the caller
 * @from_ram: private: dst was read from RAM
 */
struct emul {
	struct emul_regs regs;
	struct insn insn;
	bool check_alignment;
	struct emul_access access;
	struct guest_fault fault;
	bool repeat;
	bool steps;
	u8 items;

	const struct emul_ops *ops;
	void *ctx;
	struct emul_span span[2];
	u64 value[2][EMUL_OPERAND_BYTES / 8];
	u64 old[2];
	u64 rflags;
	u8 phase;
	u8 done_bytes;
	bool pending;
	bool from_ram;
};

/**
 * emul_start - prepare to execute an instruction
 * @e: what the caller sets is set; all else is forgotten
 * @ops: reaches memory; must outlive @e
 * @ctx: handed to @ops
 *
 * Performs no access yet. Any context.
 *
 * Return: 0, or -EOPNOTSUPP if the instruction can be decoded but not executed (SSE and AVX moves
 * without @ops->vec_get, or between two registers; system registers without @ops->sys_get; ENTER
 * with frames of frames).
 */
int emul_start(struct emul *e, const struct emul_ops *ops, void *ctx);

/**
 * emul_step - go on until the caller has to do something
 * @e: as emul_start() or the last emul_step() left it
 *
 * All operands are translated, and so all faults found, before the first access; a string
 * instruction does so for each item. Loops are bounded: EMUL_REP_MAX items, and one attempt at a
 * locked update of RAM, after which EMUL_DONE comes with @e->repeat; so it does when an op returns
 * -EAGAIN. Any context that @ops can live with. After a result that asks for no access @e may not
 * be stepped again.
 *
 * A finished instruction clears RF. What else follows one is the caller's: the end of an interrupt
 * shadow, a trap because of TF, for which a string instruction stops after each item. A misaligned
 * SSE operand raises #GP with an error code, which must not be injected in real mode.
 *
 * Return: an enum emul_result; -EOPNOTSUPP for a locked operand that is split over two pages,
 * or has 16 bytes of RAM;
 * -EINVAL if @e is not under way; or what @ops returned.
 */
int emul_step(struct emul *e);

#endif
