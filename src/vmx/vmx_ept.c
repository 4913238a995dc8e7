// SPDX-License-Identifier: GPL-2.0
/* What of the processor's EPT is used on this machine. */
#include <linux/module.h>

#include "ept.h"
#include "vmx.h"

static bool eptad = true;
module_param(eptad, bool, 0444);
MODULE_PARM_DESC(eptad, "Use the accessed and dirty bits of EPT, where the processor has them");

/**
 * vmx_ept_choose() - what may EPT be used for?
 */
void vmx_ept_choose(void)
{
	u32 features = vmx_ept_features(&vmx_conf.caps);

	if (!eptad)
		features &= ~EPT_FEATURE_AD;
	vmx_conf.ept_features = features;
}
