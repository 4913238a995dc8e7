// SPDX-License-Identifier: GPL-2.0
/*
 * The host sleeps: suspend and hibernation. Processors come back without VMX operation; CPU hotplug
 * sees to all but the one that does not go off. Devices are suspended before, when no process runs
 * any more, and so no vCPU; hence a device, which stands for nothing else.
 */
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/printk.h>

#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "run.h"
#include "vmx_cpu.h"

static int vmh_suspend(struct device *dev)
{
	vmh_tsc_suspend();
	vmx_hw_suspend();
	return 0;
}

static int vmh_resume(struct device *dev)
{
	if (vmx_hw_resume()) {
		vmh_tsc_resume();
		return 0;
	}
	pr_err("vmh: the machine has slept and lost VMX operation: VMs end here\n");
	vmh_vms_shutdown();
	return 0;
}

static const struct dev_pm_ops vmh_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(vmh_suspend, vmh_resume)
};

static struct platform_driver vmh_power_driver = {
	.driver = { .name = "vmh", .pm = pm_sleep_ptr(&vmh_pm_ops) },
};

static struct platform_device *vmh_power;

/**
 * vmh_power_register() - be told when the host sleeps
 *
 * Return: 0 or a negative errno.
 */
int vmh_power_register(void)
{
	int ret = vmh_fail_point(VMH_FAIL_load_power);

	if (ret)
		return ret;
	vmh_power = platform_create_bundle(&vmh_power_driver, NULL, NULL, 0, NULL, 0);
	return PTR_ERR_OR_ZERO(vmh_power);
}

/**
 * vmh_power_unregister() - undo vmh_power_register()
 */
void vmh_power_unregister(void)
{
	platform_device_unregister(vmh_power);
	platform_driver_unregister(&vmh_power_driver);
}
