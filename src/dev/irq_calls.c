// SPDX-License-Identifier: GPL-2.0
/* Calls on a VM about interrupts and eventfds. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "ioctl.h"
#include "irq.h"
#include "irqchip.h"
#include "vm.h"

/**
 * vmh_call_set_boot_cpu_id() - VMH_SET_BOOT_CPU_ID
 * @call: the call.
 *
 * Return: 0; -EBUSY when there are vCPUs; -EINVAL.
 */
long vmh_call_set_boot_cpu_id(struct vmh_call *call)
{
	struct cpu_context *cpus = &((struct vm_handler_ctx *)call->object)->cpu_ctx;

	if (cpus->nr) {
		vm_error_set(call->err, VMH_E_HAS_VCPUS);
		return vm_error_as(call->err, -EBUSY);
	}
	if (call->arg >= cpus->id_end)
		return vm_error_field(call->err, VMH_E_VCPU_ID, VM_ERROR_NO_OFFSET, "id",
				      call->arg, cpus->id_end - 1);
	cpus->boot_id = call->arg;
	return 0;
}

static int vmh_drive_line(struct vmh_call *call, int *status)
{
	struct vm_handler_ctx *vm = call->object;
	const struct kvm_irq_level *line = call->data;

	if (!vm->irqchip)
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	if (line->irq >= IRQ_GSIS_MAX)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_irq_level, irq,
				      line->irq, IRQ_GSIS_MAX - 1);
	*status = vmh_irq_set_gsi(vm, line->irq, VMH_IRQ_SOURCE_USER, line->level);
	return 0;
}

/**
 * vmh_call_irq_line() - VMH_IRQ_LINE
 * @call: the call.
 */
long vmh_call_irq_line(struct vmh_call *call)
{
	int status;

	return vmh_drive_line(call, &status);
}

/**
 * vmh_call_irq_line_status() - VMH_IRQ_LINE_STATUS
 * @call: the call.
 */
long vmh_call_irq_line_status(struct vmh_call *call)
{
	struct kvm_irq_level *line = call->data;
	int ret, status;

	ret = vmh_drive_line(call, &status);
	if (!ret)
		line->status = status;
	return ret;
}

/**
 * vmh_call_signal_msi() - VMH_SIGNAL_MSI
 * @call: the call.
 */
long vmh_call_signal_msi(struct vmh_call *call)
{
	return vmh_irq_signal_msi(call->object, call->data, call->err);
}

/**
 * vmh_call_set_gsi_routing() - VMH_SET_GSI_ROUTING
 * @call: the call.
 *
 * Return: 0; -EINVAL; -EDQUOT; -ENOMEM; -EFAULT.
 */
long vmh_call_set_gsi_routing(struct vmh_call *call)
{
	struct kvm_irq_routing_entry *entries;
	struct kvm_irq_routing head;
	int ret;

	if (copy_from_user(&head, (void __user *)call->arg, sizeof(head)))
		return -EFAULT;
	if (head.flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_irq_routing, flags,
				      head.flags, 0);
	if (head.nr > IRQ_GSIS_MAX)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_irq_routing, nr, head.nr,
				      IRQ_GSIS_MAX);
	entries = vmh_copy_entries(call, sizeof(head), head.nr, sizeof(*entries));
	if (IS_ERR(entries))
		return PTR_ERR(entries);
	ret = vmh_routing_set(call->object, entries, head.nr, call->err);
	kvfree(entries);
	return ret;
}

/**
 * vmh_call_irqfd() - VMH_IRQFD
 * @call: the call.
 */
long vmh_call_irqfd(struct vmh_call *call)
{
	return vmh_irqfd(call->object, call->data, call->err);
}

/**
 * vmh_call_ioeventfd() - VMH_IOEVENTFD
 * @call: the call.
 */
long vmh_call_ioeventfd(struct vmh_call *call)
{
	return vmh_ioeventfd(call->object, call->data, call->err);
}

/**
 * vmh_call_register_coalesced() - VMH_REGISTER_COALESCED_MMIO
 * @call: the call.
 */
long vmh_call_register_coalesced(struct vmh_call *call)
{
	return vmh_coalesce_register(call->object, call->data, call->err);
}

/**
 * vmh_call_unregister_coalesced() - VMH_UNREGISTER_COALESCED_MMIO
 * @call: the call.
 */
long vmh_call_unregister_coalesced(struct vmh_call *call)
{
	return vmh_coalesce_unregister(call->object, call->data, call->err);
}
