// SPDX-License-Identifier: GPL-2.0
/*
 * Hiding the L1 data cache from guests. The kernel's documentation, "L1TF - L1 Terminal Fault": on
 * processors with the flaw, a guest's page tables may speculatively reach all that is in it.
 */
#include <linux/cache.h>
#include <linux/jump_label.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <asm/barrier.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/page.h>

#include "vmh_compat.h"
#include "vmx_cpu.h"

DEFINE_STATIC_KEY_FALSE(vmx_l1d_flush);

/* Nobody's secret, and twice what the cache holds, so that it keeps nothing else. */
#define L1D_FILL_BYTES	SZ_64K
static u8 vmx_l1d_fill[L1D_FILL_BYTES] __aligned(PAGE_SIZE);

static bool vmx_l1d_is_safe(void)
{
	u64 capabilities;

	return !boot_cpu_has_bug(X86_BUG_L1TF) || !vmx_host_hides_l1d() ||
	       (!vmh_rdmsr_safe(MSR_IA32_ARCH_CAPABILITIES, &capabilities) &&
		(capabilities & ARCH_CAP_SKIP_VMENTRY_L1DFLUSH));
}

/**
 * vmx_l1d_choose() - does the L1 data cache have to be emptied for guests, and how?
 */
void vmx_l1d_choose(void)
{
	if (vmx_l1d_is_safe())
		return;
	vmx_conf.l1d_flush_reads = !boot_cpu_has(X86_FEATURE_FLUSH_L1D);
	if (vmx_conf.l1d_flush_reads)
		pr_info("vmh: the microcode cannot empty the L1 data cache: slow reads do\n");
	vmx_conf.l1d_flush_always = vmx_host_hides_l1d_always();
	static_branch_enable(&vmx_l1d_flush);
}

/* The pages first, so that no walk of the page tables comes in between. */
static void vmx_l1d_read(void)
{
	unsigned int i;

	for (i = 0; i < L1D_FILL_BYTES; i += PAGE_SIZE)
		READ_ONCE(vmx_l1d_fill[i]);
	/* All of them, before the others begin. */
	rmb();
	for (i = 0; i < L1D_FILL_BYTES; i += SMP_CACHE_BYTES)
		READ_ONCE(vmx_l1d_fill[i]);
	/* And those before the entry. */
	rmb();
}

/**
 * vmx_l1d_empty() - leave nothing of the host's in this processor's L1 data cache
 *
 * Context: interrupts off, right before an entry.
 */
void vmx_l1d_empty(void)
{
	if (vmx_conf.l1d_flush_reads)
		vmx_l1d_read();
	else
		wrmsrl(MSR_IA32_FLUSH_CMD, L1D_FLUSH);
}
