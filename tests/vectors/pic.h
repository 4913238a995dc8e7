/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The 8259 pair: a row is a list of steps against a pair that a PC's firmware has initialised:
 * vectors 0x20 and 0x28, nothing masked, input 11 level-triggered.
 */
#ifndef VMH_VECTORS_PIC_H
#define VMH_VECTORS_PIC_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/string.h>
#include <pic.h>

#define PIC_MAX_STEPS	20

struct pic_run {
	struct pic p;
	struct kvm_pic_state state[PIC_NR_CHIPS];
	unsigned int step;
	char *why;
	size_t why_len;
};

struct pic_step {
	bool (*run)(struct pic_run *r, const struct pic_step *s);
	u32 a;
	u32 b;
	int c;
};

struct pic_case {
	const char *name;
	struct pic_step steps[PIC_MAX_STEPS];
};

static inline bool pic_expect(struct pic_run *r, const char *what, u32 got, u32 want)
{
	if (got == want)
		return true;
	snprintf(r->why, r->why_len, "step %u: %s is %#x, want %#x", r->step, what, got, want);
	return false;
}

static inline bool pic_do_write(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "error", pic_port_write(&r->p, s->a, s->b), s->c);
}

static inline bool pic_do_read(struct pic_run *r, const struct pic_step *s)
{
	u8 val = 0;

	if (pic_peek_mask(&r->p, s->a, &val) && !pic_expect(r, "mask", val, s->b))
		return false;
	return pic_expect(r, "error", pic_port_read(&r->p, s->a, &val), s->c) &&
	       pic_expect(r, "port", val, s->b);
}

static inline bool pic_do_irq(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "result", pic_set_irq(&r->p, s->a, s->b >> 1, s->b & 1), s->c);
}

static inline bool pic_do_output(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "INTR", pic_output(&r->p), s->a);
}

/* INTR is asserted, or, for a spurious interrupt, not; the vector. */
static inline bool pic_do_ack(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "INTR", pic_output(&r->p), s->b) &&
	       pic_expect(r, "vector", pic_ack(&r->p), s->a);
}

static inline bool pic_do_ended(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "ended", pic_take_ended(&r->p), s->a) &&
	       pic_expect(r, "ended again", pic_take_ended(&r->p), 0);
}

static inline bool pic_do_isr(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "ISR", r->p.chips[0].isr | r->p.chips[1].isr << 8, s->a) &&
	       pic_expect(r, "IRR", r->p.chips[0].irr | r->p.chips[1].irr << 8, s->b);
}

#define P_OUT(port, val)	{ pic_do_write, port, val }
#define P_IN(port, want)	{ pic_do_read, port, want }
#define P_OUTX(port)		{ pic_do_write, port, 0, -ENODEV }
#define P_INX(port)		{ pic_do_read, port, 0, -ENODEV }
#define P_UP(irq)		{ pic_do_irq, irq, 1, IRQ_LINE_DELIVERED }
#define P_UP_IS(irq, want)	{ pic_do_irq, irq, 1, IRQ_LINE_##want }
#define P_DOWN(irq)		{ pic_do_irq, irq, 0, IRQ_LINE_IGNORED }
#define P_SOURCE(n, irq, level, want) { pic_do_irq, irq, (n) << 1 | (level), IRQ_LINE_##want }
#define P_INTR(want)		{ pic_do_output, want }
#define P_ACK(vector)		{ pic_do_ack, vector, true }
#define P_SPURIOUS(vector)	{ pic_do_ack, vector, false }
#define P_ENDED(mask)		{ pic_do_ended, mask }
#define P_REGS(isr, irr)	{ pic_do_isr, isr, irr }

/* Command words */
#define EOI		0x20
#define EOI_OF(n)	(0x60 | (n))
#define ROTATE_EOI	0xa0
#define ROTATE_EOI_OF(n) (0xe0 | (n))
#define LOWEST(n)	(0xc0 | (n))
#define ROTATE_AUTO_ON	0x80
#define ROTATE_AUTO_OFF	0x00
#define READ_IRR	0x0a
#define READ_ISR	0x0b
#define POLL		0x0c
#define SMM_ON		0x68
#define SMM_OFF		0x48
/* Both chips initialised anew, with an ICW4 */
#define P_INIT_FIRST(icw4) \
	P_OUT(0x20, 0x11), P_OUT(0x21, 0x20), P_OUT(0x21, 4), P_OUT(0x21, icw4)
#define P_INIT_SECOND(icw4) \
	P_OUT(0xa0, 0x11), P_OUT(0xa1, 0x28), P_OUT(0xa1, 2), P_OUT(0xa1, icw4)

/* State: get both, compare or edit a field, set one chip. */
static inline bool pic_do_save(struct pic_run *r, const struct pic_step *s)
{
	(void)s;
	pic_get_state(&r->p, PIC_FIRST, &r->state[PIC_FIRST]);
	pic_get_state(&r->p, PIC_SECOND, &r->state[PIC_SECOND]);
	return true;
}

static inline bool pic_do_load(struct pic_run *r, const struct pic_step *s)
{
	return pic_expect(r, "error", pic_set_state(&r->p, s->a, &r->state[s->a]), s->c);
}

static inline bool pic_do_field(struct pic_run *r, const struct pic_step *s)
{
	const u8 *field = (u8 *)&r->state[s->a >> 8] + (s->a & 0xff);

	return pic_expect(r, "field of the state", *field, s->b);
}

static inline bool pic_do_edit(struct pic_run *r, const struct pic_step *s)
{
	u8 *field = (u8 *)&r->state[s->a >> 8] + (s->a & 0xff);

	*field = s->b;
	return true;
}

static inline bool pic_do_init(struct pic_run *r, const struct pic_step *s)
{
	(void)s;
	pic_init(&r->p);
	return true;
}

#define P_FIELD(chip, field)	((chip) << 8 | (u32)offsetof(struct kvm_pic_state, field))
#define P_SAVE()		{ pic_do_save }
#define P_LOAD(chip)		{ pic_do_load, chip }
#define P_LOADX(chip)		{ pic_do_load, chip, 0, -EINVAL }
#define P_STATE(chip, field, want) { pic_do_field, P_FIELD(chip, field), want }
#define P_EDIT(chip, field, val) { pic_do_edit, P_FIELD(chip, field), val }
#define P_INIT()		{ pic_do_init }

static const struct pic_case pic_cases[] = {
#include "pic_rows.h"
};

static inline bool pic_case_setup(struct pic *p)
{
	static const struct { u16 port; u8 val; } setup[] = {
		{ 0x20, 0x11 }, { 0x21, 0x20 }, { 0x21, 4 }, { 0x21, 1 }, { 0x21, 0 },
		{ 0xa0, 0x11 }, { 0xa1, 0x28 }, { 0xa1, 2 }, { 0xa1, 1 }, { 0xa1, 0 },
		{ 0x4d1, 0x08 },
	};
	unsigned int i;

	pic_init(p);
	for (i = 0; i < ARRAY_SIZE(setup); i++)
		if (pic_port_write(p, setup[i].port, setup[i].val))
			return false;
	return true;
}

static inline bool pic_case_ok(const struct pic_case *c, char *why, size_t why_len)
{
	struct pic_run r;

	memset(&r, 0, sizeof(r));
	r.why = why;
	r.why_len = why_len;
	if (!pic_case_setup(&r.p)) {
		snprintf(why, why_len, "cannot initialise");
		return false;
	}
	for (r.step = 0; r.step < PIC_MAX_STEPS && c->steps[r.step].run; r.step++)
		if (!c->steps[r.step].run(&r, &c->steps[r.step]))
			return false;
	return true;
}

#endif /* VMH_VECTORS_PIC_H */
