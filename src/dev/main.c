// SPDX-License-Identifier: GPL-2.0
/* vmh: loading and unloading the module. */
#include <linux/module.h>
#include <linux/reboot.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "page_pool.h"
#include "tlb_check.h"
#include "vmx_cpu.h"

static int vmh_reboot(struct notifier_block *block, unsigned long event, void *data)
{
	vmx_hw_close();
	vmh_vms_shutdown();
	vmx_hw_shutdown();
	return NOTIFY_OK;
}

static struct notifier_block vmh_reboot_block = {
	.notifier_call = vmh_reboot,
};

static int __init vmh_init(void)
{
	char why[sizeof_field(struct vmh_info, reason)];
	int ret = vmh_fail_points_init();

	if (ret)
		return ret;
	vmx_tlb_init(vmh_fail_dir());
	vmh_resources_set_totals();
	ret = vmh_fail_errno(load_pool, page_pool_init());
	if (ret)
		goto exit_fail_points;
	ret = vmx_hw_init();
	if (ret)
		goto exit_pool;
	ret = vmh_power_register();
	if (ret)
		goto exit_hw;
	ret = vmh_may_trace_init();
	if (ret)
		goto exit_power;
	vmx_crash_init();
	vmx_hw_try();
	/* Last of what can fail: from then on userspace can do anything with it. */
	ret = vmh_device_register();
	if (ret)
		goto exit_may_trace;
	register_reboot_notifier(&vmh_reboot_block);
	if (vmx_conf.unusable != VMH_USABLE) {
		vmx_unusable_text(vmx_conf.unusable, &vmx_conf.caps, why, sizeof(why));
		pr_info("vmh: no VM can run here: %s\n", why);
	}
	return 0;

exit_may_trace:
	vmx_crash_exit();
	vmh_may_trace_exit();
exit_power:
	vmh_power_unregister();
exit_hw:
	vmx_hw_exit();
exit_pool:
	page_pool_exit();
exit_fail_points:
	vmh_fail_points_exit();
	return ret;
}

static void __exit vmh_exit(void)
{
	unregister_reboot_notifier(&vmh_reboot_block);
	vmh_device_unregister();
	vmx_crash_exit();
	vmh_may_trace_exit();
	vmh_power_unregister();
	vmx_hw_exit();
	page_pool_exit();
	vmh_resources_exit();
	vmh_ended_exit();
	vmh_fail_points_exit();
}

module_init(vmh_init);
module_exit(vmh_exit);

MODULE_AUTHOR("The vmh authors");
MODULE_DESCRIPTION("A small, strict hypervisor for Intel VT-x");
MODULE_LICENSE("GPL");
MODULE_VERSION(VMH_VERSION);
