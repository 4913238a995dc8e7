// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include "table.h"
#include "../vectors/msr_filter.h"

TABLE_TEST(msr_filter)

/* Each bit of the processor's bitmap, and no other, is set that was or whose MSR is denied. */
START_TEST(whole_bitmap)
{
	static const u8 bits[8] = { 0x31, 0x80, 0, 0x7f, 1 };
	static u8 bitmap[MSR_BITMAP_BYTES];
	struct kvm_msr_filter user = { .ranges = {
		{ KVM_MSR_FILTER_READ, 2, 0, NULL }, { KVM_MSR_FILTER_WRITE, 2, 0x1fff, NULL },
		{ KVM_MSR_FILTER_READ, 40, 0xc0000ff0, NULL },
		{ MSR_FILTER_RANGE_FLAGS, 3, 0xc0001ffe, NULL },
	} };
	struct msr_filter filter;
	u32 bit, index, access;

	msr_filter_fill(&filter, &user, bitmap);
	ck_assert_uint_eq(filter.nr, 4);
	for (bit = 0; bit < filter.nr; bit++)
		filter.range[bit].bitmap = bits;
	memset(bitmap, 0, sizeof(bitmap));
	bitmap[0x10] = 0x81;
	msr_filter_apply(&filter, bitmap);
	for (bit = 0; bit < 8 * MSR_BITMAP_BYTES; bit++) {
		index = (bit & 0x1fff) + (bit & 0x2000 ? 0xc0000000 : 0);
		access = bit & 0x4000 ? KVM_MSR_FILTER_WRITE : KVM_MSR_FILTER_READ;
		model_assert(!(bitmap[bit / 8] >> bit % 8 & 1) ==
			     (msr_filter_allows(&filter, index, access) && bit != 0x80 &&
			      bit != 0x87));
	}
}
END_TEST

Suite *msr_filter_suite(void)
{
	Suite *suite = suite_create("msr_filter");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, msr_filter);
	tcase_add_test(tcase, whole_bitmap);
	suite_add_tcase(suite, tcase);
	return suite;
}
