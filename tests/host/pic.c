// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/pic.h"

TABLE_TEST(pic)

/* The datasheet's rule, input by input from the highest priority down. */
static int chip_asks(const struct pic_chip *c, bool first)
{
	int i, n;

	for (i = 0; i < 8; i++) {
		n = (c->highest + i) % 8;
		if ((c->irr & ~c->imr) >> n & 1) {
			bool own = (c->isr >> n & 1) && !(c->special_mask && (c->imr >> n & 1));

			return !own || (first && n == 2 && c->special_nested) ? n : -1;
		}
		if ((c->isr >> n & 1) && !(c->special_mask && (c->imr >> n & 1)))
			return -1;
	}
	return -1;
}

static void any_write(struct pic *p)
{
	static const u16 ports[] = { 0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1 };
	static const u8 likely[] = {
		EOI, EOI, EOI, EOI_OF(3), ROTATE_EOI, SMM_ON, SMM_OFF, LOWEST(5), POLL, READ_ISR,
	};
	u16 port = ports[random() % ARRAY_SIZE(ports)];

	if (random() % 20 == 0)
		pic_port_write(p, port, random());
	else
		pic_port_write(p, port & ~1, likely[random() % ARRAY_SIZE(likely)]);
}

/* An acknowledge returns what the rule says, and puts it into service. */
static void check_ack(struct pic *p)
{
	struct pic_chip *first = &p->chips[0], *second = &p->chips[1];
	int n = chip_asks(first, true), m = chip_asks(second, false);
	int want = first->vector_base + (n < 0 ? 7 : n);

	if (n == 2)
		want = second->vector_base + (m < 0 ? 7 : m);
	ck_assert_int_eq(pic_ack(p), want);
	if (n >= 0 && !first->auto_eoi)
		ck_assert(first->isr >> n & 1);
	if (n == 2 && m >= 0 && !second->auto_eoi)
		ck_assert(second->isr >> m & 1);
}

START_TEST(against_rule)
{
	struct kvm_pic_state state[2];
	struct pic p, other;
	u8 val;
	int i, chip;

	srandom(6);
	ck_assert(pic_case_setup(&p));
	for (i = 0; i < 50000; i++) {
		switch (random() % 4) {
		case 0:
			any_write(&p);
			break;
		case 1:
			pic_port_read(&p, random() % 2 ? 0x20 : 0xa1, &val);
			break;
		case 2:
			check_ack(&p);
			break;
		default:
			pic_set_irq(&p, random() % 16, random() % 2, random() % 2);
		}
		ck_assert(pic_output(&p) == (chip_asks(&p.chips[0], true) >= 0) &&
			  (p.chips[0].irr >> 2 & 1) == (chip_asks(&p.chips[1], false) >= 0));
		pic_init(&other);
		for (chip = 0; chip < 2; chip++) {
			pic_get_state(&p, chip, &state[chip]);
			pic_set_state(&other, chip, &state[chip]);
		}
		ck_assert(!memcmp(p.chips, other.chips, sizeof(p.chips)));
		ck_assert(p.output == other.output);
	}
}
END_TEST

Suite *pic_suite(void)
{
	Suite *suite = suite_create("pic");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pic);
	tcase_add_test(tcase, against_rule);
	suite_add_tcase(suite, tcase);
	return suite;
}
