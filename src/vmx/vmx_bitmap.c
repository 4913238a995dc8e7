// SPDX-License-Identifier: GPL-2.0
/*
 * MSR bitmaps: which MSRs guests access without an exit. All vCPUs share them; one with a filter
 * uses that filter's. SDM, "MSR-Bitmap Address".
 */
#include <linux/gfp.h>
#include <linux/string.h>
#include <asm/apicdef.h>
#include <asm/msr-index.h>

#include "fail_point.h"
#include "vmx.h"
#include "vmx_pretend.h"

/* Four tables of 1 KiB: reads of low and of high indices; then writes. */
#define BITMAP_HIGH	0x400
#define BITMAP_WRITES	0x800

static void bitmap_open(u8 *bitmap, u32 index, bool read, bool write)
{
	u8 *table = bitmap + (index >= 0xc0000000 ? BITMAP_HIGH : 0);
	u32 bit = index & 0x1fff;

	if (read)
		table[bit / 8] &= ~BIT(bit % 8);
	if (write)
		table[BITMAP_WRITES + bit / 8] &= ~BIT(bit % 8);
}

#define X2APIC_MSR(reg)		(0x800 + ((reg) >> 4))

/* What needs more than the page: a timer that counts, and registers without a right to be read. */
static bool x2apic_read_exits(u32 reg)
{
	switch (reg) {
	case APIC_ID:
	case APIC_LVR:
	case APIC_TASKPRI:
	case APIC_PROCPRI:
	case APIC_LDR:
	case APIC_SPIV:
	case APIC_ISR ... APIC_ISR + 0x70:
	case APIC_TMR ... APIC_TMR + 0x70:
	case APIC_IRR ... APIC_IRR + 0x70:
	case APIC_ESR:
	case APIC_ICR:
	case APIC_LVTT ... APIC_LVTERR:
	case APIC_TMICT:
	case APIC_TDCR:
		return false;
	}
	return true;
}

static bool x2apic_write_exits(u32 reg)
{
	return reg != APIC_TASKPRI && reg != APIC_EOI && reg != APIC_SELF_IPI;
}

/* Let the processor settle accesses to an x2APIC. */
static void vmx_apicv_bitmap(u8 *bitmap)
{
	u32 reg, msr;

	for (reg = 0; reg < 0x1000; reg += 0x10) {
		msr = X2APIC_MSR(reg);
		if (!x2apic_read_exits(reg))
			bitmap[msr / 8] &= ~BIT(msr % 8);
		if (!x2apic_write_exits(reg))
			bitmap[0x800 + msr / 8] &= ~BIT(msr % 8);
	}
}

static void bitmap_make(u8 *bitmap, enum vmx_direct direct, bool x2apic)
{
	static const u32 always[] = {
		MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP,
		MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE,
	};
	unsigned int i;

	memset(bitmap, 0xff, MSR_BITMAP_BYTES);
	bitmap_open(bitmap, MSR_IA32_TSC, true, false);
	for (i = 0; i < ARRAY_SIZE(always); i++)
		bitmap_open(bitmap, always[i], true, true);
	if (x2apic)
		vmx_apicv_bitmap(bitmap);
	/* MSRs that are only pretended do not exist: their accesses exit. */
	if (vmx_pretends_spec())
		return;
	if (direct >= VMX_DIRECT_IBPB)
		bitmap_open(bitmap, MSR_IA32_PRED_CMD, false, true);
	if (direct >= VMX_DIRECT_SPEC)
		bitmap_open(bitmap, MSR_IA32_SPEC_CTRL, true, true);
}

/**
 * vmx_msr_bitmaps_create() - make the bitmaps that vCPUs share
 *
 * Context: at module load, when it is known what of speculation control there is.
 *
 * Return: 0 or -ENOMEM.
 */
int vmx_msr_bitmaps_create(void)
{
	bool spec = vmx_conf.spec.features & SPEC_HOST_IBPB;
	unsigned int direct, x2apic;
	void *page;

	for (direct = 0; direct <= (spec ? VMX_DIRECT_SPEC : VMX_DIRECT_PLAIN); direct++) {
		for (x2apic = 0; x2apic < 2; x2apic++) {
			page = vmh_fail_null(load_msr_bitmap, (void *)__get_free_page(GFP_KERNEL));
			if (!page)
				goto destroy;
			bitmap_make(page, direct, x2apic);
			vmx_conf.msr_bitmaps[direct][x2apic] = page;
		}
	}
	return 0;

destroy:
	vmx_msr_bitmaps_destroy();
	return -ENOMEM;
}

/**
 * vmx_msr_bitmaps_destroy() - undo vmx_msr_bitmaps_create()
 */
void vmx_msr_bitmaps_destroy(void)
{
	unsigned int direct, x2apic;

	for (direct = 0; direct < VMX_DIRECT_NR; direct++) {
		for (x2apic = 0; x2apic < 2; x2apic++) {
			free_page((unsigned long)vmx_conf.msr_bitmaps[direct][x2apic]);
			vmx_conf.msr_bitmaps[direct][x2apic] = NULL;
		}
	}
}

/**
 * vmx_use_msr_bitmaps() - go by other bitmaps
 * @v: the vCPU, loaded; its filter, its APIC's mode or what it may do directly has changed.
 */
void vmx_use_msr_bitmaps(struct vmx_vcpu *v)
{
	const void *bitmap = v->msr_filter ? v->filter_bitmaps[v->apicv.x2apic] :
			     vmx_conf.msr_bitmaps[v->direct][v->apicv.x2apic];

	vmcs_write(MSR_BITMAP, __pa(bitmap));
}

/**
 * vmx_filtered_msr_bitmaps() - the MSR bitmaps that go with a filter
 * @filter: the filter.
 * @bitmaps: pages to write them to: for other APICs, and for an x2APIC.
 */
void vmx_filtered_msr_bitmaps(const struct msr_filter *filter, void *const bitmaps[2])
{
	unsigned int x2apic;

	for (x2apic = 0; x2apic < 2; x2apic++) {
		memcpy(bitmaps[x2apic], vmx_conf.msr_bitmaps[VMX_DIRECT_PLAIN][x2apic],
		       MSR_BITMAP_BYTES);
		msr_filter_apply(filter, bitmaps[x2apic]);
	}
}
