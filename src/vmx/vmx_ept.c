// SPDX-License-Identifier: GPL-2.0
/* What of the processor's EPT is used on this machine. */
#include <linux/cpu.h>
#include <linux/module.h>
#include <asm/cpufeature.h>

#include "ept.h"
#include "nx_pages.h"
#include "vmx.h"

static bool eptad = true;
module_param(eptad, bool, 0444);
MODULE_PARM_DESC(eptad, "Use the accessed and dirty bits of EPT, where the processor has them");

static int nx_huge_pages = NX_PAGES_AUTO;

static int vmx_set_nx_pages(const char *text, const struct kernel_param *param)
{
	int mode = nx_pages_parse(text);

	if (mode < 0)
		return mode;
	nx_huge_pages = mode;
	return 0;
}

/* As for KVM's parameter of this name: what has come of it. */
static int vmx_get_nx_pages(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%c\n", vmx_conf.ept_features & EPT_FEATURE_NX_LARGE ? 'Y' : 'N');
}

static const struct kernel_param_ops vmx_nx_pages_ops = {
	.set = vmx_set_nx_pages,
	.get = vmx_get_nx_pages,
};

module_param_cb(nx_huge_pages, &vmx_nx_pages_ops, NULL, 0444);
__MODULE_PARM_TYPE(nx_huge_pages, "string");
MODULE_PARM_DESC(nx_huge_pages, "Guests cannot execute from large pages: off, on, or auto for where the processor must not (iTLB multihit)");

/**
 * vmx_ept_choose() - what may EPT be used for?
 */
void vmx_ept_choose(void)
{
	u32 features = vmx_ept_features(&vmx_conf.caps);

	if (!eptad)
		features &= ~EPT_FEATURE_AD;
	if (nx_pages_wanted(nx_huge_pages, boot_cpu_has_bug(X86_BUG_ITLB_MULTIHIT),
			    cpu_mitigations_off()))
		features |= EPT_FEATURE_NX_LARGE;
	vmx_conf.ept_features = features;
}
