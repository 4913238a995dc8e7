/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The instruction decoder. A row names an instruction as GNU objdump prints it in Intel syntax;
 * what the decoder makes of the bytes is printed in the same way (insn_text.h) and compared.
 */
#ifndef VMH_VECTORS_INSN_H
#define VMH_VECTORS_INSN_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <insn.h>
#include "insn_text.h"

struct insn_case {
	const char *name;
	const char *bytes;
	u8 len;
	u8 bits;
	int want;
};

#define INSN(b, s, text) { .name = text, .bytes = s, .len = sizeof(s) - 1, .bits = b }
#define INSN_ERR(b, s, e, text) \
	{ .name = text, .bytes = s, .len = sizeof(s) - 1, .bits = b, .want = (e) }

#define SIZE_66_12	"\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66"

static const struct insn_case insn_cases[] = {
#include "insn_forms.h"
#include "insn_forms_more.h"

	/* As long as an instruction may be, and one byte more */
	INSN(64, SIZE_66_12 "\x66\x89\x03", "mov WORD PTR [rbx],ax"),
	INSN_ERR(64, SIZE_66_12 "\x66\x66\x89\x03", -E2BIG, "16 bytes"),
	INSN_ERR(64, SIZE_66_12 "\xc7\x43\x10\x34\x12", -E2BIG, "16 bytes with immediate"),
	INSN_ERR(64, SIZE_66_12 "\x66\x66\x66\x66\x66", -E2BIG, "prefixes without end"),

	/* LOCK where there may be none */
	INSN_ERR(64, "\xf0\x89\x03", -EINVAL, "lock mov"),
	INSN_ERR(64, "\xf0\x8b\x03", -EINVAL, "lock mov load"),
	INSN_ERR(64, "\xf0\x03\x03", -EINVAL, "lock add to a register"),
	INSN_ERR(64, "\xf0\x01\xc3", -EINVAL, "lock add with two registers"),
	INSN_ERR(64, "\xf0\x39\x03", -EINVAL, "lock cmp"),
	INSN_ERR(64, "\xf0\x83\x3b\x01", -EINVAL, "lock cmp immediate"),
	INSN_ERR(64, "\xf0\x85\x03", -EINVAL, "lock test"),
	INSN_ERR(64, "\xf0\xf6\x03\x01", -EINVAL, "lock test immediate"),
	INSN_ERR(64, "\xf0\x0f\xa3\x03", -EINVAL, "lock bt"),
	INSN_ERR(64, "\xf0\x0f\xba\x23\x01", -EINVAL, "lock bt immediate"),
	INSN_ERR(64, "\xf0\xa4", -EINVAL, "lock movs"),
	INSN_ERR(64, "\xf0\xff\x33", -EINVAL, "lock push"),
	INSN_ERR(64, "\xf0\x0f\xb6\x03", -EINVAL, "lock movzx"),
	INSN_ERR(64, "\xf0\xff\xc0", -EINVAL, "lock inc register"),
	INSN_ERR(64, "\xf0\x0f\x11\x03", -EINVAL, "lock movups"),
	INSN_ERR(64, "\xf0\xd1\x23", -EINVAL, "lock shl"),
	INSN_ERR(64, "\xf0\x0f\x94\x03", -EINVAL, "lock sete"),
	INSN_ERR(64, "\xf0\x0f\x44\x03", -EINVAL, "lock cmove"),
	INSN_ERR(64, "\xf0\x50", -EINVAL, "lock push"),

	/* Memory only */
	INSN_ERR(64, "\x0f\x38\xf0\xc3", -EOPNOTSUPP, "movbe with two registers"),
	INSN_ERR(64, "\x0f\xc3\xc3", -EOPNOTSUPP, "movnti to a register"),
	INSN_ERR(64, "\x0f\xc7\xcb", -EOPNOTSUPP, "cmpxchg8b of a register"),
	INSN_ERR(64, "\x66\x0f\xe7\xc3", -EOPNOTSUPP, "movntdq to a register"),
	INSN_ERR(64, "\x0f\xae\xf8", -EOPNOTSUPP, "sfence"),
	INSN_ERR(64, "\x66\x0f\xae\xfb", -EOPNOTSUPP, "clflushopt of a register"),

	INSN_ERR(64, "\x0f\x12\xc1", -EOPNOTSUPP, "movhlps"),

	/* No such registers */
	INSN_ERR(64, "\x8e\x0f", -EINVAL, "mov to cs"),
	INSN_ERR(64, "\x8e\x37", -EINVAL, "mov to segment 6"),
	INSN_ERR(64, "\x8c\x3f", -EINVAL, "mov from segment 7"),
	INSN_ERR(64, "\xc4\xe3\x73\xf0\x07\x05", -EINVAL, "rorx with a second source"),
	INSN_ERR(64, "\xc4\xe2\x74\xf2\x07", -EINVAL, "andn of 256 bits"),

	/* Not ours */
	INSN_ERR(64, "\x90", -EOPNOTSUPP, "nop"),
	INSN_ERR(64, "\x06", -EOPNOTSUPP, "push es in 64-bit code"),
	INSN_ERR(64, "\x6c", -EOPNOTSUPP, "ins"),
	INSN_ERR(32, "\xf3\x6d", -EOPNOTSUPP, "rep ins"),
	INSN_ERR(16, "\xf3\x6e", -EOPNOTSUPP, "rep outs"),
	INSN_ERR(64, "\x6f", -EOPNOTSUPP, "outs"),
	INSN_ERR(64, "\xe4\x60", -EOPNOTSUPP, "in"),
	INSN_ERR(64, "\xc5\xf6\x6f\x07", -EOPNOTSUPP, "vmovdqu with a second source"),
	INSN_ERR(64, "\xc5\xfe\x6f\xc7", -EOPNOTSUPP, "vmovdqu with two registers"),
	INSN_ERR(64, "\xc5\xfe\x58\x07", -EOPNOTSUPP, "vaddps"),
	INSN_ERR(64, "\xc4\xe3\xfd\x00\x07\x01", -EOPNOTSUPP, "vpermq"),
	INSN_ERR(64, "\xc5\xf8\xae\x3f", -EOPNOTSUPP, "clflush has no VEX"),
	INSN_ERR(64, "\xc5\xfd\x6e\x07", -EINVAL, "vmovd of 256 bits"),
	INSN_ERR(64, "\xc5\xfe\x7e\x07", -EINVAL, "vmovq of 256 bits"),
	INSN_ERR(64, "\x66\xc5\xfe\x6f\x07", -EINVAL, "66 vmovdqu"),
	INSN_ERR(64, "\xf3\xc5\xfe\x6f\x07", -EINVAL, "f3 vmovdqu"),
	INSN_ERR(64, "\x48\xc5\xfe\x6f\x07", -EINVAL, "rex vmovdqu"),
	INSN_ERR(64, "\xf0\xc5\xfe\x6f\x07", -EINVAL, "lock vmovdqu"),
	INSN_ERR(64, "\x62\xf1\xfe\x48\x6f\x07", -EOPNOTSUPP, "vmovdqu64"),
	INSN_ERR(64, "\x0f\x05", -EOPNOTSUPP, "syscall"),
	INSN_ERR(64, "\x0f\x0b", -EOPNOTSUPP, "ud2"),
	INSN_ERR(64, "\x0f\xa2", -EOPNOTSUPP, "cpuid"),
	INSN_ERR(64, "\x0f\x6f\x07", -EOPNOTSUPP, "movq to an MMX register"),
	INSN_ERR(64, "\x0f\xae\x07", -EOPNOTSUPP, "fxsave"),
	INSN_ERR(64, "\x0f\xae\x37", -EOPNOTSUPP, "xsaveopt"),
	INSN_ERR(64, "\x0f\x38\x00\x07", -EOPNOTSUPP, "pshufb"),
	INSN_ERR(64, "\x0f\x3a\x0f\x07\x01", -EOPNOTSUPP, "palignr"),
	INSN_ERR(64, "\x66\x0f\xc3\x07", -EOPNOTSUPP, "movnti with 66"),
	INSN_ERR(64, "\x8f\x0f", -EOPNOTSUPP, "8f with reg 1"),
	INSN_ERR(64, "\xc6\x0f\x01", -EOPNOTSUPP, "c6 with reg 1"),
	INSN_ERR(64, "\xfe\x17", -EOPNOTSUPP, "fe with reg 2"),
	INSN_ERR(64, "\xd9\x07", -EOPNOTSUPP, "fld"),
	INSN_ERR(64, "\x0f\xba\x07\x01", -EOPNOTSUPP, "0f ba with reg 0"),
	INSN_ERR(64, "\x0f\xc7\x37", -EOPNOTSUPP, "vmptrld"),
	INSN_ERR(64, "\xf0\x90", -EOPNOTSUPP, "lock nop"),
	INSN_ERR(32, "\x40\x89\x03", -EOPNOTSUPP, "inc eax is no REX prefix"),

	INSN_ERR(64, "", -EAGAIN, "no bytes at all"),
	INSN_ERR(64, "\xf0\x66\x67\x48", -EAGAIN, "prefixes only"),
	INSN_ERR(48, "\x89\x03", -EINVAL, "no such mode"),
};

/* With fewer bytes, more are asked for; what follows the instruction makes no difference. */
static inline bool insn_case_length_ok(const struct insn_case *c, char *why, size_t why_len)
{
	struct insn_mode mode = insn_case_mode(c->bits);
	u8 bytes[INSN_MAX_BYTES];
	struct insn insn;
	unsigned int i;
	int ret;

	for (i = 0; i < c->len; i++) {
		ret = insn_decode((const u8 *)c->bytes, i, &mode, &insn);
		if (ret != -EAGAIN) {
			snprintf(why, why_len, "with %u bytes: %d, want -EAGAIN", i, ret);
			return false;
		}
	}
	memset(bytes, 0xf0, sizeof(bytes));
	memcpy(bytes, c->bytes, c->len);
	ret = insn_decode(bytes, sizeof(bytes), &mode, &insn);
	if (!ret && insn.len == c->len)
		return true;
	snprintf(why, why_len, "with bytes after it: %d, %u bytes long", ret, insn.len);
	return false;
}

static inline bool insn_case_ok(const struct insn_case *c, char *why, size_t why_len)
{
	struct insn_mode mode = insn_case_mode(c->bits);
	char text[INSN_TEXT_BYTES];
	struct insn insn;
	int ret;

	ret = insn_decode((const u8 *)c->bytes, c->len, &mode, &insn);
	if (ret != c->want) {
		snprintf(why, why_len, "returned %d, want %d", ret, c->want);
		return false;
	}
	if (ret)
		return true;
	insn_text(text, sizeof(text), &insn);
	if (strcmp(text, c->name)) {
		snprintf(why, why_len, "decoded as \"%s\"", text);
		return false;
	}
	return insn_case_length_ok(c, why, why_len);
}

#endif
