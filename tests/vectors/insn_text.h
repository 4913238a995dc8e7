/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decoded instructions as text, as GNU objdump prints them in Intel syntax. Some mnemonics are
 * folded into the operation that the decoder reports: movabs, movnti, movdiri: mov; movsxd: movsx;
 * cmpxchg16b: cmpxchg8b; clflushopt, clwb: clflush; all SSE moves: vmov; all AVX moves: vmov.vex;
 * what stores or loads a system register: str and ltr; far pointers: lds;
 * moves of halves of XMM registers: vload and vstore.
 */
#ifndef VMH_VECTORS_INSN_TEXT_H
#define VMH_VECTORS_INSN_TEXT_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <insn.h>

#define INSN_TEXT_BYTES	100

/* SETcc and CMOVcc have their condition in their names, VEX moves theirs. */
static inline const char *insn_text_suffix(const struct insn *insn)
{
	static const char * const conditions[16] = {
		"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le",
		"g",
	};

	if (insn->op == INSN_SETCC || insn->op == INSN_CMOV)
		return conditions[insn->cond & 15];
	return insn->vex && insn->op == INSN_VMOV ? ".vex" : "";
}

static inline const char *insn_text_op(const struct insn *insn)
{
	static const char * const names[INSN_OP_COUNT] = {
		"add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test", "not", "neg",
		"inc", "dec", "mov", "movzx", "movsx", "movbe", "xchg", "xadd", "cmpxchg",
		"cmpxchg8b", "bt", "bts", "btr", "btc", "rol", "ror", "rcl", "rcr",
		"shl", "shr", "sar", "set", "cmov", "push", "pop", "movs", "stos", "lods",
		"cmps", "scas", "ins", "outs", "vmov", "clflush",
		"shld", "shrd", "mul", "imul", "div", "idiv", "imul", "imul", "xlat", "crc32",
		"popcnt", "lzcnt", "tzcnt", "bsf", "bsr", "adcx", "adox", "andn", "blsr",
		"blsmsk", "blsi", "bextr", "bzhi", "pdep", "pext", "sarx", "shlx", "shrx", "rorx",
		"mulx", "arpl", "bound", "call", "jmp", "ret", "pushf", "popf", "pusha", "popa",
		"enter", "leave", "str", "ltr", "lds", "vload", "vstore",
	};

	return insn->op < INSN_OP_COUNT ? names[insn->op] : "?";
}

static inline const char *insn_text_prefix(const struct insn *insn)
{
	bool compares = insn->op == INSN_CMPS || insn->op == INSN_SCAS;

	if (insn->lock)
		return "lock ";
	if (insn->rep == INSN_REP)
		return compares ? "repz " : "rep ";
	return insn->rep == INSN_REPNE ? "repnz " : "";
}

static inline int insn_text_reg(char *s, size_t n, unsigned int reg, unsigned int bytes)
{
	static const char * const low[8] = { "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil" };
	static const char * const word[8] = { "ax", "cx", "dx", "bx", "sp", "bp", "si", "di" };

	if (reg == INSN_REG_RIP)
		return scnprintf(s, n, "%s", bytes == 8 ? "rip" : "eip");
	if (reg >= 16)
		return scnprintf(s, n, "reg%u?", reg);
	if (reg >= 8)
		return scnprintf(s, n, "r%u%s", reg,
				 bytes == 1 ? "b" : bytes == 2 ? "w" : bytes == 4 ? "d" : "");
	if (bytes == 1)
		return scnprintf(s, n, "%s", low[reg]);
	return scnprintf(s, n, "%s%s", bytes == 8 ? "r" : bytes == 4 ? "e" : "", word[reg]);
}

static inline u64 insn_text_cut(u64 value, unsigned int bytes)
{
	return bytes >= 8 ? value : value & ((1ULL << (8 * bytes)) - 1);
}

static inline const char *insn_text_seg(unsigned int seg)
{
	static const char * const names[GUEST_SEG_COUNT] = {
		"es:", "cs:", "ss:", "ds:", "fs:", "gs:",
	};

	return seg < GUEST_SEG_COUNT ? names[seg] : "?:";
}

static inline int insn_text_disp(char *s, size_t n, const struct insn *insn)
{
	s64 disp = insn->mem.disp;

	if (!disp)
		return 0;
	if (disp < 0 && insn->mem.base != INSN_REG_RIP)
		return scnprintf(s, n, "-0x%llx", (unsigned long long)-disp);
	return scnprintf(s, n, "+0x%llx",
			 (unsigned long long)insn_text_cut(disp, insn->addr_bytes));
}

static inline int insn_text_address(char *s, size_t n, const struct insn *insn)
{
	const struct insn_mem *mem = &insn->mem;
	bool stack = mem->base == INSN_REG_RSP || mem->base == INSN_REG_RBP;
	int at = 0;

	if (mem->base == INSN_REG_NONE && mem->index == INSN_REG_NONE)
		return scnprintf(s, n, "%s0x%llx", insn_text_seg(mem->seg),
				 (unsigned long long)insn_text_cut(mem->disp, insn->addr_bytes));
	if (mem->seg != (stack ? GUEST_SEG_SS : GUEST_SEG_DS))
		at += scnprintf(s, n, "%s", insn_text_seg(mem->seg));
	at += scnprintf(s + at, n - at, "[");
	if (mem->base != INSN_REG_NONE)
		at += insn_text_reg(s + at, n - at, mem->base, insn->addr_bytes);
	if (mem->index != INSN_REG_NONE) {
		at += scnprintf(s + at, n - at, "%s", mem->base != INSN_REG_NONE ? "+" : "");
		at += insn_text_reg(s + at, n - at, mem->index, insn->addr_bytes);
		if (insn->addr_bytes != 2)
			at += scnprintf(s + at, n - at, "*%u", mem->scale);
	}
	at += insn_text_disp(s + at, n - at, insn);
	return at + scnprintf(s + at, n - at, "]");
}

static inline int insn_text_string(char *s, size_t n, const struct insn *insn, bool is_source)
{
	int at = scnprintf(s, n, "%s[", insn_text_seg(is_source ? insn->mem.seg : GUEST_SEG_ES));

	at += insn_text_reg(s + at, n - at, is_source ? INSN_REG_RSI : INSN_REG_RDI,
			    insn->addr_bytes);
	return at + scnprintf(s + at, n - at, "]");
}

static inline int insn_text_memory(char *s, size_t n, const struct insn *insn,
				   const struct insn_operand *operand)
{
	unsigned int bytes = operand->bytes;
	const char *size = bytes == 1 ? "BYTE" : bytes == 2 ? "WORD" : bytes == 4 ? "DWORD" :
			   bytes == 8 ? "QWORD" : bytes == 16 ? "XMMWORD" :
			   bytes == 32 ? "YMMWORD" : bytes == 6 ? "FWORD" : bytes == 10 ? "TBYTE" :
			   "?";
	int at = scnprintf(s, n, "%s PTR ", size);

	if (operand->kind == INSN_OPERAND_MEM)
		return at + insn_text_address(s + at, n - at, insn);
	return at + insn_text_string(s + at, n - at, insn, operand->kind == INSN_OPERAND_SI);
}

static inline const char *insn_text_sys(unsigned int which)
{
	static const char * const names[INSN_SYS_CPL + 1] = {
		"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr", "gdtr", "idtr", "msw", "fcw",
		"fsw", "mxcsr", "cpl",
	};

	return which <= INSN_SYS_CPL ? names[which] : "?";
}

static inline int insn_text_operand(char *s, size_t n, const struct insn *insn,
				    const struct insn_operand *operand)
{
	switch (operand->kind) {
	case INSN_OPERAND_REG:
		return insn_text_reg(s, n, operand->reg, operand->bytes);
	case INSN_OPERAND_REG_HIGH:
		return scnprintf(s, n, "%ch", "acdb"[operand->reg & 3]);
	case INSN_OPERAND_XMM:
		return scnprintf(s, n, "%cmm%u", operand->bytes == 32 ? 'y' : 'x', operand->reg);
	case INSN_OPERAND_IMM:
		return scnprintf(s, n, "0x%llx", (unsigned long long)
				 insn_text_cut(insn->imm, operand->bytes));
	case INSN_OPERAND_SYS:
		return scnprintf(s, n, "%s", insn_text_sys(operand->reg));
	}
	return insn_text_memory(s, n, insn, operand);
}

static inline bool insn_text_shows(const struct insn_operand *operand)
{
	return operand->kind != INSN_OPERAND_NONE && operand->kind != INSN_OPERAND_STACK;
}

/* Print a decoded instruction. */
static inline void insn_text(char *s, size_t n, const struct insn *insn)
{
	int at = scnprintf(s, n, "%s%s%s ", insn_text_prefix(insn), insn_text_op(insn),
			   insn_text_suffix(insn));

	if (insn_text_shows(&insn->dst))
		at += insn_text_operand(s + at, n - at, insn, &insn->dst);
	if (insn_text_shows(&insn->dst) && insn_text_shows(&insn->src))
		at += scnprintf(s + at, n - at, ",");
	if (insn_text_shows(&insn->src))
		at += insn_text_operand(s + at, n - at, insn, &insn->src);
	if (insn->op <= INSN_CLFLUSH || !insn_text_shows(&insn->third))
		return;
	at += scnprintf(s + at, n - at, ",");
	insn_text_operand(s + at, n - at, insn, &insn->third);
}

static inline struct insn_mode insn_case_mode(unsigned int bits)
{
	return (struct insn_mode) { .code_bytes = bits / 8, .stack_bytes = bits / 8 };
}

#endif
