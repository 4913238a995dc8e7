/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_INSN_H
#define VMH_INSN_H

#include <linux/types.h>

#include "guest_seg.h"

/* No instruction is longer; a longer one raises #GP. */
#define INSN_MAX_BYTES	15

/**
 * enum insn_op - what an instruction does
 * @INSN_ADD: dst += src. These eight stand in the order of their encoding.
 * @INSN_OR: dst |= src
 * @INSN_ADC: dst += src + CF
 * @INSN_SBB: dst -= src + CF
 * @INSN_AND: dst &= src
 * @INSN_SUB: dst -= src
 * @INSN_XOR: dst ^= src
 * @INSN_CMP: flags of dst - src
 * @INSN_TEST: flags of dst & src
 * @INSN_NOT: dst = ~dst
 * @INSN_NEG: dst = -dst
 * @INSN_INC: dst += 1, CF kept
 * @INSN_DEC: dst -= 1, CF kept
 * @INSN_MOV: dst = src; also MOVNTI and MOVDIRI
 * @INSN_MOVZX: dst = src, zero-extended
 * @INSN_MOVSX: dst = src, sign-extended; also MOVSXD
 * @INSN_MOVBE: dst = src, bytes swapped
 * @INSN_XCHG: exchange dst and src; locked with or without the prefix
 * @INSN_XADD: exchange, then dst += src
 * @INSN_CMPXCHG: if dst equals the accumulator, dst = src, else accumulator = dst
 * @INSN_CMPXCHG8B: the same for EDX:EAX and ECX:EBX, or RDX:RAX and RCX:RBX
 * @INSN_BT: CF = the bit of dst that src selects
 * @INSN_BTS: the same, then set it
 * @INSN_BTR: the same, then clear it
 * @INSN_BTC: the same, then complement it
 * @INSN_ROL: dst is rotated left by src. These seven stand in the order of their encoding.
 * @INSN_ROR: dst is rotated right by src
 * @INSN_RCL: dst with CF on top is rotated left by src
 * @INSN_RCR: dst with CF on top is rotated right by src
 * @INSN_SHL: dst <<= src; also SAL
 * @INSN_SHR: dst >>= src, zeros coming in
 * @INSN_SAR: dst >>= src, the sign coming in
 * @INSN_SETCC: dst = 1 if the condition holds, else 0
 * @INSN_CMOV: dst = src if the condition holds
 * @INSN_PUSH: dst is the stack
 * @INSN_POP: src is the stack
 * @INSN_MOVS: dst is at ES:rDI, src at DS:rSI
 * @INSN_STOS: dst is at ES:rDI, src the accumulator
 * @INSN_LODS: dst is the accumulator, src at DS:rSI
 * @INSN_CMPS: flags of dst - src: dst is at DS:rSI and src at ES:rDI
 * @INSN_SCAS: flags of dst - src: dst is the accumulator, src at ES:rDI
 * @INSN_INS: dst is at ES:rDI, src a port; not decoded, see string_io_insn(), as the next
 * @INSN_OUTS: dst is a port, src at DS:rSI
 * @INSN_VMOV: an SSE or AVX move between an XMM register and memory or another one
 * @INSN_CLFLUSH: CLFLUSH, CLFLUSHOPT, CLWB: nothing, but dst is checked like a byte that is read
 * @INSN_SHLD: dst <<= third, the bits coming in being the upper ones of src
 * @INSN_SHRD: dst >>= third, the bits coming in being the lower ones of src
 * @INSN_MUL: rDX:rAX (AX) = rAX (AL) * dst
 * @INSN_IMUL_WIDE: the same, signed
 * @INSN_DIV: rAX (AL) = rDX:rAX (AX) / dst, rDX (AH) the rest
 * @INSN_IDIV: the same, signed
 * @INSN_IMUL: dst *= src, signed
 * @INSN_IMUL3: dst = src * third, signed
 * @INSN_XLAT: dst = src, which is at rBX + AL
 * @INSN_CRC32: dst = the CRC of dst and src
 * @INSN_POPCNT: dst = number of ones in src
 * @INSN_LZCNT: dst = number of zeros above the topmost one of src
 * @INSN_TZCNT: dst = number of zeros below the lowest one of src
 * @INSN_BSF: dst = number of the lowest one of src, if there is one
 * @INSN_BSR: dst = number of the topmost one of src, if there is one
 * @INSN_ADCX: dst += src + CF, and no other flag than CF changes
 * @INSN_ADOX: dst += src + OF, and no other flag than OF changes
 * @INSN_ANDN: dst = ~third & src
 * @INSN_BLSR: dst = src without its lowest one
 * @INSN_BLSMSK: dst = ones up to the lowest one of src
 * @INSN_BLSI: dst = the lowest one of src
 * @INSN_BEXTR: dst = the bits of src that third selects
 * @INSN_BZHI: dst = the lowest bits of src, as many as third says
 * @INSN_PDEP: dst = the lowest bits of third, put where src has ones
 * @INSN_PEXT: dst = the bits of third where src has ones, put lowest
 * @INSN_SARX: dst = src >> third, the sign coming in, without flags
 * @INSN_SHLX: dst = src << third, without flags
 * @INSN_SHRX: dst = src >> third, without flags
 * @INSN_RORX: dst = src rotated right by third, without flags
 * @INSN_MULX: dst:third = rDX * src, without flags
 * @INSN_ARPL: raise the RPL of dst to that of src
 * @INSN_BOUND: #BR unless dst lies between the two numbers in src
 * @INSN_CALL: push the next address and go to src, or by src if it is an immediate
 * @INSN_JMP: go to src
 * @INSN_RET: go to src, and take third more bytes from the stack
 * @INSN_PUSHF: push the flags
 * @INSN_POPF: pop the flags
 * @INSN_PUSHA: push all registers
 * @INSN_POPA: pop all registers but the stack pointer
 * @INSN_ENTER: push src, which is rBP, make it the frame, and make room of third bytes
 * @INSN_LEAVE: undo that; src is at SS:rBP
 * @INSN_STORE_SYS: dst = src, a system register: SGDT, SIDT, SLDT, STR, SMSW, MOV, FNSTCW, FNSTSW,
 *	STMXCSR
 * @INSN_LOAD_SYS: dst, a system register, = src: LGDT, LIDT, LLDT, LTR, LMSW, MOV, FLDCW, LDMXCSR
 * @INSN_LDS: dst and the segment register third = the far pointer src; also LES, LSS, LFS, LGS
 * @INSN_VLOAD_HALF: a half of dst, an XMM register, = src; the upper one if bit 2 of @cond is set
 * @INSN_VSTORE_HALF: dst = such a half of src
 * @INSN_OP_COUNT: how many there are
 */
enum insn_op {
	INSN_ADD,
	INSN_OR,
	INSN_ADC,
	INSN_SBB,
	INSN_AND,
	INSN_SUB,
	INSN_XOR,
	INSN_CMP,
	INSN_TEST,
	INSN_NOT,
	INSN_NEG,
	INSN_INC,
	INSN_DEC,
	INSN_MOV,
	INSN_MOVZX,
	INSN_MOVSX,
	INSN_MOVBE,
	INSN_XCHG,
	INSN_XADD,
	INSN_CMPXCHG,
	INSN_CMPXCHG8B,
	INSN_BT,
	INSN_BTS,
	INSN_BTR,
	INSN_BTC,
	INSN_ROL,
	INSN_ROR,
	INSN_RCL,
	INSN_RCR,
	INSN_SHL,
	INSN_SHR,
	INSN_SAR,
	INSN_SETCC,
	INSN_CMOV,
	INSN_PUSH,
	INSN_POP,
	INSN_MOVS,
	INSN_STOS,
	INSN_LODS,
	INSN_CMPS,
	INSN_SCAS,
	INSN_INS,
	INSN_OUTS,
	INSN_VMOV,
	INSN_CLFLUSH,
	INSN_SHLD,
	INSN_SHRD,
	INSN_MUL,
	INSN_IMUL_WIDE,
	INSN_DIV,
	INSN_IDIV,
	INSN_IMUL,
	INSN_IMUL3,
	INSN_XLAT,
	INSN_CRC32,
	INSN_POPCNT,
	INSN_LZCNT,
	INSN_TZCNT,
	INSN_BSF,
	INSN_BSR,
	INSN_ADCX,
	INSN_ADOX,
	INSN_ANDN,
	INSN_BLSR,
	INSN_BLSMSK,
	INSN_BLSI,
	INSN_BEXTR,
	INSN_BZHI,
	INSN_PDEP,
	INSN_PEXT,
	INSN_SARX,
	INSN_SHLX,
	INSN_SHRX,
	INSN_RORX,
	INSN_MULX,
	INSN_ARPL,
	INSN_BOUND,
	INSN_CALL,
	INSN_JMP,
	INSN_RET,
	INSN_PUSHF,
	INSN_POPF,
	INSN_PUSHA,
	INSN_POPA,
	INSN_ENTER,
	INSN_LEAVE,
	INSN_STORE_SYS,
	INSN_LOAD_SYS,
	INSN_LDS,
	INSN_VLOAD_HALF,
	INSN_VSTORE_HALF,
	INSN_OP_COUNT,
};

/**
 * enum insn_reg - register numbers: general registers have those of their encoding, up to R15
 * @INSN_REG_RAX: accumulator
 * @INSN_REG_RCX: count of a string instruction
 * @INSN_REG_RDX: upper half of a pair with RAX
 * @INSN_REG_RBX: lower half of a pair with RCX
 * @INSN_REG_RSP: stack pointer
 * @INSN_REG_RBP: frame pointer
 * @INSN_REG_RSI: source of a string instruction
 * @INSN_REG_RDI: destination of a string instruction
 * @INSN_REG_RIP: the instruction pointer, as a base
 * @INSN_REG_NONE: no register
 */
enum insn_reg {
	INSN_REG_RAX,
	INSN_REG_RCX,
	INSN_REG_RDX,
	INSN_REG_RBX,
	INSN_REG_RSP,
	INSN_REG_RBP,
	INSN_REG_RSI,
	INSN_REG_RDI,
	INSN_REG_RIP = 16,
	INSN_REG_NONE = 0xff,
};

/**
 * enum insn_sys - what a system register is called, the segment registers as they are encoded
 * @INSN_SYS_ES: ES: its selector, as those of the next ones
 * @INSN_SYS_CS: CS
 * @INSN_SYS_SS: SS
 * @INSN_SYS_DS: DS
 * @INSN_SYS_FS: FS
 * @INSN_SYS_GS: GS
 * @INSN_SYS_LDTR: LDTR
 * @INSN_SYS_TR: the task register
 * @INSN_SYS_GDTR: the limit, and the base above it
 * @INSN_SYS_IDTR: the same of the IDT
 * @INSN_SYS_MSW: the lower half of CR0
 * @INSN_SYS_FCW: the control word of x87
 * @INSN_SYS_FSW: its status word
 * @INSN_SYS_MXCSR: MXCSR
 * @INSN_SYS_CPL: the current privilege level; no instruction's operand
 */
enum insn_sys {
	INSN_SYS_ES,
	INSN_SYS_CS,
	INSN_SYS_SS,
	INSN_SYS_DS,
	INSN_SYS_FS,
	INSN_SYS_GS,
	INSN_SYS_LDTR,
	INSN_SYS_TR,
	INSN_SYS_GDTR,
	INSN_SYS_IDTR,
	INSN_SYS_MSW,
	INSN_SYS_FCW,
	INSN_SYS_FSW,
	INSN_SYS_MXCSR,
	INSN_SYS_CPL,
};

/**
 * enum insn_operand_kind - where an operand is
 * @INSN_OPERAND_NONE: there is none
 * @INSN_OPERAND_REG: general register @reg
 * @INSN_OPERAND_REG_HIGH: bits 15 to 8 of general register @reg (AH, CH, DH, BH)
 * @INSN_OPERAND_IMM: the instruction's immediate
 * @INSN_OPERAND_MEM: memory at the instruction's struct insn_mem
 * @INSN_OPERAND_SI: memory at rSI, in the segment of the instruction's struct insn_mem
 * @INSN_OPERAND_DI: memory at rDI in ES
 * @INSN_OPERAND_STACK: memory at the top of the stack
 * @INSN_OPERAND_XMM: XMM register @reg
 * @INSN_OPERAND_PORT: the port in DX
 * @INSN_OPERAND_SYS: system register @reg, an enum insn_sys
 */
enum insn_operand_kind {
	INSN_OPERAND_NONE,
	INSN_OPERAND_REG,
	INSN_OPERAND_REG_HIGH,
	INSN_OPERAND_IMM,
	INSN_OPERAND_MEM,
	INSN_OPERAND_SI,
	INSN_OPERAND_DI,
	INSN_OPERAND_STACK,
	INSN_OPERAND_XMM,
	INSN_OPERAND_PORT,
	INSN_OPERAND_SYS,
};

/**
 * struct insn_operand - one operand
 * @kind: an enum insn_operand_kind
 * @reg: register number, for the register kinds
 * @bytes: its size: 1, 2, 4, 8, 16 or 32; of far pointers and of tables 4, 6 or 10
 */
struct insn_operand {
	u8 kind;
	u8 reg;
	u8 bytes;
};

/**
 * struct insn_mem - an effective address: base + index * scale + disp, cut to the address size
 * @disp: displacement, sign-extended (zero-extended for the moffs forms of MOV)
 * @base: register number, INSN_REG_RIP (the address after this instruction) or INSN_REG_NONE
 * @index: register number or INSN_REG_NONE
 * @scale: 1, 2, 4 or 8
 * @seg: an enum guest_seg_id: the default, or the override if it counts
 */
struct insn_mem {
	s64 disp;
	u8 base;
	u8 index;
	u8 scale;
	u8 seg;
};

/**
 * enum insn_rep - the repeat prefix of a string instruction
 * @INSN_REP_NONE: none
 * @INSN_REP: REP, or REPE for CMPS and SCAS (F3)
 * @INSN_REPNE: REPNE for CMPS and SCAS; the same as REP for the others (F2)
 */
enum insn_rep {
	INSN_REP_NONE,
	INSN_REP,
	INSN_REPNE,
};

/**
 * struct insn_mode - how the processor reads instructions at the moment
 * @code_bytes: default address size: 2, 4, or 8 in 64-bit mode (CS.L, CS.D)
 * @stack_bytes: size of the stack pointer: 2, 4, or 8 in 64-bit mode (SS.B)
 */
struct insn_mode {
	u8 code_bytes;
	u8 stack_bytes;
};

/**
 * struct insn - a decoded instruction
 * @imm: immediate, sign-extended; for a bit test with an immediate, cut to the operand size
 * @mem: the memory operand's address, if an operand has kind MEM; only @mem.seg counts for kind SI
 * @dst: first operand
 * @src: second operand
 * @third: third operand, of the operations from SHLD on; of the others anything
 * @mode: the mode it was decoded for
 * @op: an enum insn_op
 * @len: length in bytes, 1 to 15
 * @op_bytes: operand size: 1, 2, 4, 8, 16 or 32
 * @addr_bytes: address size: 2, 4 or 8
 * @rep: an enum insn_rep; none unless it is a string instruction
 * @lock: has a LOCK prefix
 * @aligned: the memory operand must be aligned to its size, or #GP
 * @cond: the condition of SETcc and CMOVcc, as encoded: even ones are negated by the next; of
 *	others the low bits of the opcode
 * @vex: has a VEX prefix: what is beyond the operand in an XMM register becomes 0
 * @plain: MOV, MOVZX or MOVSX whose one operand is MEM and the other a register or immediate
 */
struct insn {
	s64 imm;
	struct insn_mem mem;
	struct insn_operand dst;
	struct insn_operand src;
	struct insn_operand third;
	struct insn_mode mode;
	u8 op;
	u8 len;
	u8 op_bytes;
	u8 addr_bytes;
	u8 rep;
	bool lock;
	bool aligned;
	u8 cond;
	bool vex;
	bool plain;
};

/**
 * insn_decode - decode one instruction
 * @bytes: the instruction's bytes
 * @len: how many there are; more than INSN_MAX_BYTES are not looked at
 * @mode: the processor's mode
 * @out: filled on success, undefined otherwise
 *
 * SDM vol. 2, chapter "Instruction Format". Any context.
 *
 * Return: 0; -EAGAIN if it needs more bytes than @len; -EOPNOTSUPP if it is none of the forms in
 * insn_table.c; -EINVAL if it is illegal (#UD): LOCK where there may be none, or before VEX; or if
 * there is no such @mode; -E2BIG if it is longer than 15 bytes (#GP).
 */
int insn_decode(const u8 *bytes, unsigned int len, const struct insn_mode *mode, struct insn *out);

#endif
