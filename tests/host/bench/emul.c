// SPDX-License-Identifier: GPL-2.0
/*
 * What an access to device memory costs in the decoder and the emulator alone. The functions whose
 * names begin with bench_ run one instruction each; tests/host/bench/run counts what they execute.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <emul.h>

#define DEVICE		0xfee00000
#define ROUNDS		1000

static struct emul emul;
static const struct insn_mode mode = { .code_bytes = 8, .stack_bytes = 8 };

static int seg_linear(void *ctx, unsigned int seg, u64 offset, unsigned int len,
		      unsigned int access, u64 *linear, struct guest_fault *fault)
{
	*linear = offset;
	return 0;
}

static int translate(void *ctx, u64 linear, unsigned int access, u64 *gpa,
		     struct guest_fault *fault)
{
	*gpa = linear;
	return 0;
}

static int read_none(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	return -ENXIO;
}

static int write_none(void *ctx, u64 gpa, const void *buf, unsigned int len)
{
	return -ENXIO;
}

static int compare_exchange_none(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	return -ENXIO;
}

static const struct emul_ops ops = {
	.seg_linear = seg_linear,
	.translate = translate,
	.read = read_none,
	.write = write_none,
	.compare_exchange = compare_exchange_none,
};

static noinline void bench_decode(const u8 *bytes)
{
	if (insn_decode(bytes, INSN_MAX_BYTES, &mode, &emul.insn))
		abort();
}

static noinline void bench_execute(void)
{
	int ret;

	if (emul_start(&emul, &ops, NULL))
		abort();
	do {
		ret = emul_step(&emul);
	} while (ret == EMUL_MMIO_READ || ret == EMUL_MMIO_WRITE);
	if (ret != EMUL_DONE)
		abort();
}

static const struct {
	const char *name;
	u8 bytes[INSN_MAX_BYTES];
} forms[] = {
	{ "mov %eax,(%rbx)", { 0x89, 0x03 } },
	{ "mov 0x10(%rbx),%eax", { 0x8b, 0x43, 0x10 } },
	{ "movl $1,0x300(%rbx)", { 0xc7, 0x83, 0, 3, 0, 0, 1, 0, 0, 0 } },
	{ "mov %r9w,(%rbx,%rcx,4)", { 0x66, 0x44, 0x89, 0x0c, 0x8b } },
	{ "movzbl (%rbx),%eax", { 0x0f, 0xb6, 0x03 } },
	{ "orl $1,(%rbx)", { 0x83, 0x0b, 0x01 } },
};

int main(int argc, char **argv)
{
	unsigned int form = argc > 1 ? atoi(argv[1]) : 0, i;

	emul.regs.gpr[INSN_REG_RBX] = DEVICE;
	if (form >= ARRAY_SIZE(forms))
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		bench_decode(forms[form].bytes);
		bench_execute();
	}
	puts(forms[form].name);
	return 0;
}
