// SPDX-License-Identifier: GPL-2.0
/*
 * The machine crashes, or is reset at once (sysrq-b): no VM ends, and no notifier is called before
 * the kernel for crash dumps is started. In VMX operation CR4.VMXE cannot be cleared, which
 * starting another kernel does, and a processor holds back the INIT that would reset it. So
 * processors leave VMX operation by the kernel's hook for hypervisors: on the one that crashes, and
 * on the others by an NMI, whatever they are doing.
 *
 * There is one hook, and the kernel warns when somebody else has it. KVM takes it when it is
 * loaded, and gives it back when it is unloaded or, from 6.12 on, when it gets no VT-x. So vmh's is
 * taken away while KVM is being loaded, and as long as KVM has its own: that does the same for
 * both. Giving it back waits for an RCU grace period. So where no KVM is loaded vmh keeps it from
 * VM to VM, until it is unloaded itself.
 */
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/string.h>
#include <asm/tlbflush.h>

#include "vmh_compat.h"
#include "vmx.h"

#define VMX_OTHER	"kvm_intel"

/* Covers what follows. */
static DEFINE_MUTEX(vmx_crash_lock);
static bool vmx_crash_wanted;		/* processors are in VMX operation, or about to be */
static bool vmx_crash_hooked;		/* the hook is vmh's */
static bool vmx_crash_others;		/* KVM has the hook, or may want it */
static bool vmx_crash_shared = true;	/* KVM, if it is loaded, may want it at any time */

/**
 * vmx_off_here() - VMXOFF on this processor
 *
 * It faults where an NMI comes between CR4.VMXE and VMXON, or between VMXOFF and CR4.VMXE.
 *
 * Context: any, an NMI too; interrupts off.
 */
void vmx_off_here(void)
{
	asm volatile("1: vmxoff\n\t"
		     "2:\n\t"
		     _ASM_EXTABLE(1b, 2b)
		     : : : "cc", "memory");
	cr4_clear_bits(X86_CR4_VMXE);
}

/* The machine does nothing else any more on this processor. */
static void vmx_crash_here(void)
{
	if (!(native_read_cr4() & X86_CR4_VMXE))
		return;
	if (this_cpu_read(vmx_cpu_on))
		vmx_clear_active();
	vmx_off_here();
}

/*
 * What a kernel without the hook has: called when it panics, on the processor that does, if only
 * after the crash kernel was to be started, unless crash_kexec_post_notifiers says otherwise.
 */
static int vmx_crash_panic(struct notifier_block *block, unsigned long event, void *data)
{
	unsigned long flags;

	local_irq_save(flags);
	vmx_crash_here();
	local_irq_restore(flags);
	return NOTIFY_DONE;
}

static struct notifier_block vmx_crash_panic_block = {
	.notifier_call = vmx_crash_panic,
};

static void vmx_crash_set(void)
{
	if (VMH_HAS_CRASH_HOOK)
		vmh_crash_register(vmx_crash_here);
	else
		atomic_notifier_chain_register(&panic_notifier_list, &vmx_crash_panic_block);
}

static void vmx_crash_unset(void)
{
	if (VMH_HAS_CRASH_HOOK)
		vmh_crash_unregister(vmx_crash_here);
	else
		atomic_notifier_chain_unregister(&panic_notifier_list, &vmx_crash_panic_block);
}

/* Called with vmx_crash_lock held. */
static void vmx_crash_update(void)
{
	bool keep = vmx_crash_hooked && !vmx_crash_shared;
	bool hook = (vmx_crash_wanted || keep) && !vmx_crash_others;

	if (hook == vmx_crash_hooked)
		return;
	vmx_crash_hooked = hook;
	if (hook)
		vmx_crash_set();
	else
		vmx_crash_unset();
}

/**
 * vmx_crash_hook() - let the processors leave VMX operation in a crash, or no longer
 * @on: before the first enters, or after the last has left.
 *
 * Context: may sleep.
 */
void vmx_crash_hook(bool on)
{
	mutex_lock(&vmx_crash_lock);
	vmx_crash_wanted = on;
	vmx_crash_update();
	mutex_unlock(&vmx_crash_lock);
}

static int vmx_crash_module(struct notifier_block *block, unsigned long event, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, VMX_OTHER))
		return NOTIFY_DONE;
	mutex_lock(&vmx_crash_lock);
	vmx_crash_shared = event != MODULE_STATE_GOING;
	vmx_crash_others = event == MODULE_STATE_COMING ||
			   (event == MODULE_STATE_LIVE && VMH_KVM_HOOKS_AT_LOAD);
	vmx_crash_update();
	mutex_unlock(&vmx_crash_lock);
	return NOTIFY_OK;
}

static struct notifier_block vmx_crash_block = {
	.notifier_call = vmx_crash_module,
};

/**
 * vmx_crash_init() - find out whether KVM has the hook, and when it comes and goes
 *
 * Context: may sleep.
 */
void vmx_crash_init(void)
{
	struct kobject *other;

	vmx_crash_shared = false;
	/* One that is being loaded right now tells when it is done. */
	register_module_notifier(&vmx_crash_block);
	other = kset_find_obj(THIS_MODULE->mkobj.kobj.kset, VMX_OTHER);
	if (!other)
		return;
	mutex_lock(&vmx_crash_lock);
	vmx_crash_shared = true;
	vmx_crash_others |= VMH_KVM_HOOKS_AT_LOAD;
	mutex_unlock(&vmx_crash_lock);
	kobject_put(other);
}

/**
 * vmx_crash_exit() - undo vmx_crash_init(), and give back the hook if it was kept
 *
 * Context: may sleep; there is no VM.
 */
void vmx_crash_exit(void)
{
	unregister_module_notifier(&vmx_crash_block);
	mutex_lock(&vmx_crash_lock);
	vmx_crash_shared = true;
	vmx_crash_update();
	mutex_unlock(&vmx_crash_lock);
}
