/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The register page of a local APIC: offsets and bits. An xAPIC shows the page by MMIO; an x2APIC
 * shows the register at offset n as MSR 0x800 + n / 16. The layout is also that of the processor's
 * virtual-APIC page. Intel SDM volume 3, "Local APIC Register Address Map" and "x2APIC Register
 * Address Space".
 */
#ifndef VMH_LAPIC_REGS_H
#define VMH_LAPIC_REGS_H

#include <linux/bits.h>
#include <linux/types.h>

#define LAPIC_REG_ID		0x020
#define LAPIC_REG_VERSION	0x030
#define LAPIC_REG_TPR		0x080
#define LAPIC_REG_APR		0x090
#define LAPIC_REG_PPR		0x0a0
#define LAPIC_REG_EOI		0x0b0
#define LAPIC_REG_RRD		0x0c0
#define LAPIC_REG_LDR		0x0d0
#define LAPIC_REG_DFR		0x0e0
#define LAPIC_REG_SVR		0x0f0
#define LAPIC_REG_ISR		0x100	/* eight registers each for ISR, TMR, IRR */
#define LAPIC_REG_TMR		0x180
#define LAPIC_REG_IRR		0x200
#define LAPIC_REG_ESR		0x280
#define LAPIC_REG_ICR		0x300	/* in x2APIC mode 64 bits, 0x300 and 0x304 */
#define LAPIC_REG_ICR2		0x310
#define LAPIC_REG_LVT		0x320	/* enum lapic_lvt, one register each */
#define LAPIC_REG_LVT_TIMER	0x320
#define LAPIC_REG_LVT_THERMAL	0x330
#define LAPIC_REG_LVT_PMC	0x340
#define LAPIC_REG_LVT_LINT0	0x350
#define LAPIC_REG_LVT_LINT1	0x360
#define LAPIC_REG_LVT_ERROR	0x370
#define LAPIC_REG_TMICT		0x380
#define LAPIC_REG_TMCCT		0x390
#define LAPIC_REG_TDCR		0x3e0
#define LAPIC_REG_SELF_IPI	0x3f0	/* x2APIC only */

#define LAPIC_MSR_FIRST		0x800
#define LAPIC_MSR_LAST		0x8ff

/* IA32_APIC_BASE */
#define LAPIC_BASE_DEFAULT	0xfee00000u
#define LAPIC_BASE_BSP		BIT(8)
#define LAPIC_BASE_X2APIC	BIT(10)
#define LAPIC_BASE_ENABLE	BIT(11)

/* Version: integrated APIC, six LVT entries. */
#define LAPIC_VERSION		0x00050014u
#define LAPIC_VERSION_EOI_SUPPRESSION	BIT(24)

/* Spurious-interrupt vector register */
#define LAPIC_SVR_ENABLE	BIT(8)
#define LAPIC_SVR_FOCUS		BIT(9)
#define LAPIC_SVR_EOI_SUPPRESS	BIT(12)

/* Error status register */
#define LAPIC_ESR_SEND_ILLEGAL	BIT(5)
#define LAPIC_ESR_RECV_ILLEGAL	BIT(6)
#define LAPIC_ESR_ILLEGAL_REG	BIT(7)

/* Interrupt command register and local vector table entries */
#define LAPIC_MODE_SHIFT	8
#define LAPIC_ICR_LOGICAL	BIT(11)
#define LAPIC_ICR_BUSY		BIT(12)
#define LAPIC_ICR_ASSERT	BIT(14)
#define LAPIC_ICR_LEVEL		BIT(15)
#define LAPIC_ICR_SHORTHAND_SHIFT	18
#define LAPIC_LVT_VECTOR	GENMASK(7, 0)
#define LAPIC_LVT_MODE		GENMASK(10, 8)
#define LAPIC_LVT_STATUS	BIT(12)	/* read-only */
#define LAPIC_LVT_POLARITY	BIT(13)
#define LAPIC_LVT_REMOTE_IRR	BIT(14)	/* read-only */
#define LAPIC_LVT_LEVEL		BIT(15)
#define LAPIC_LVT_MASKED	BIT(16)
#define LAPIC_LVT_TIMER_SHIFT	17

/* One of LAPIC_REG_*, in the page at @regs. */
static inline u32 lapic_page_read(const void *regs, u32 offset)
{
	return ((const u32 *)regs)[offset / 4];
}

static inline void lapic_page_write(void *regs, u32 offset, u32 val)
{
	((u32 *)regs)[offset / 4] = val;
}

/* The register of ISR, TMR or IRR (@bank) that holds @vector. */
static inline u32 lapic_vector_reg(u32 bank, u8 vector)
{
	return bank + (vector / 32) * 16;
}

#endif
