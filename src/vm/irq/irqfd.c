// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts from eventfds. A wait-queue entry on the eventfd is called when it is signalled, with
 * interrupts off, and raises the interrupt there and then. One with a resamplefd holds its line up
 * until the guest ends the interrupt, which signals the resamplefd. A device that still wants the
 * line up then signals the eventfd again.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "irq.h"
#include "irqchip.h"
#include "vmh_compat.h"

/**
 * struct vmh_irqfd - an eventfd that raises an interrupt
 * @link: in vmh_irqchip.irqfds, or in a list of those that go; under the irqchip's lock.
 * @resample_link: in vmh_irqchip.resamplers; likewise, and read under RCU.
 * @chip: the VM's controllers.
 * @eventfd: the eventfd.
 * @resamplefd: told of the interrupt's end; NULL without.
 * @gsi: the interrupt.
 * @ended: its interrupt has ended, of which @resamplefd is to be told; atomic.
 * @leaving: somebody has it to free; under the irqchip's lock.
 * @wait: in the wait queue of @eventfd.
 * @poll: puts it there.
 */
struct vmh_irqfd {
	struct list_head link;
	struct list_head resample_link;
	struct vmh_irqchip *chip;
	struct eventfd_ctx *eventfd;
	struct eventfd_ctx *resamplefd;
	u32 gsi;
	bool ended;
	bool leaving;
	wait_queue_entry_t wait;
	poll_table poll;
};

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct kvm_irqfd, member, got, expected)

static void vmh_irqfd_raise(struct vmh_irqfd *irqfd)
{
	struct vmh_irqchip *chip = irqfd->chip;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (irqfd->resamplefd)
		vmh_irq_gsi_locked(chip, irqfd->gsi, VMH_IRQ_SOURCE_RESAMPLE, true);
	else
		vmh_irq_pulse_locked(chip, irqfd->gsi);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
}

/* The caller that gets it into a list here frees it. The irqchip's lock is held. */
static void vmh_irqfd_leave(struct vmh_irqfd *irqfd, struct list_head *list)
{
	if (irqfd->leaving)
		return;
	irqfd->leaving = true;
	list_move(&irqfd->link, list);
}

/* The eventfd's file is closed. What is left to do sleeps, so it is not done here. */
static void vmh_irqfd_closed(struct vmh_irqfd *irqfd)
{
	struct vmh_irqchip *chip = irqfd->chip;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	vmh_irqfd_leave(irqfd, &chip->dead_irqfds);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	schedule_work(&chip->reap_irqfds);
}

/* The wait queue's lock is held. */
static int vmh_irqfd_wake(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct vmh_irqfd *irqfd = container_of(wait, struct vmh_irqfd, wait);
	__poll_t events = key_to_poll(key);
	u64 count;

	if (events & EPOLLIN) {
		eventfd_ctx_do_read(irqfd->eventfd, &count);
		vmh_irqfd_raise(irqfd);
	}
	if (unlikely(events & EPOLLHUP))
		vmh_irqfd_closed(irqfd);
	return !!(events & EPOLLIN);
}

static void vmh_irqfd_hook(struct file *file, wait_queue_head_t *queue, poll_table *poll)
{
	struct vmh_irqfd *irqfd = container_of(poll, struct vmh_irqfd, poll);

	add_wait_queue_priority(queue, &irqfd->wait);
}

static void vmh_irqfd_charges(bool resample, struct resource_charge charges[2])
{
	charges[0] = (struct resource_charge) { VMH_RES_EVENTFDS, resample ? 2 : 1 };
	charges[1] = (struct resource_charge) { VMH_RES_KERNEL_BYTES, sizeof(struct vmh_irqfd) };
}

static bool vmh_irqfd_resampled(const struct vmh_irqchip *chip, u32 gsi)
{
	const struct vmh_irqfd *irqfd;

	list_for_each_entry(irqfd, &chip->resamplers, resample_link)
		if (irqfd->gsi == gsi)
			return true;
	return false;
}

/* The last one of a GSI leaves the line as it would be without it. */
static void vmh_irqfd_stop_resampling(struct vmh_irqfd *irqfd)
{
	struct vmh_irqchip *chip = irqfd->chip;

	raw_spin_lock_irq(&chip->lock);
	list_del_rcu(&irqfd->resample_link);
	if (!vmh_irqfd_resampled(chip, irqfd->gsi))
		vmh_irq_gsi_locked(chip, irqfd->gsi, VMH_IRQ_SOURCE_RESAMPLE, false);
	raw_spin_unlock_irq(&chip->lock);
	synchronize_rcu_expedited();
}

/* One that is in no list of the irqchip's any more. May sleep. */
static void vmh_irqfd_free(struct vmh_irqfd *irqfd)
{
	struct vm_handler_ctx *vm = irqfd->chip->vm;
	struct resource_charge charges[2];
	u64 count;

	vmh_irqfd_charges(irqfd->resamplefd, charges);
	eventfd_ctx_remove_wait_queue(irqfd->eventfd, &irqfd->wait, &count);
	if (irqfd->resamplefd) {
		vmh_irqfd_stop_resampling(irqfd);
		eventfd_ctx_put(irqfd->resamplefd);
	}
	eventfd_ctx_put(irqfd->eventfd);
	kfree(irqfd);
	vmh_uncharge(vm, charges, 2);
}

static void vmh_irqfds_free(struct list_head *list)
{
	struct vmh_irqfd *irqfd, *next;

	list_for_each_entry_safe(irqfd, next, list, link)
		vmh_irqfd_free(irqfd);
}

static void vmh_irqfds_reap(struct work_struct *work)
{
	struct vmh_irqchip *chip = container_of(work, struct vmh_irqchip, reap_irqfds);
	LIST_HEAD(dead);

	raw_spin_lock_irq(&chip->lock);
	list_splice_init(&chip->dead_irqfds, &dead);
	raw_spin_unlock_irq(&chip->lock);
	vmh_irqfds_free(&dead);
}

/* False when the eventfd raises an interrupt of this VM already. */
static bool vmh_irqfd_enlist(struct vmh_irqfd *irqfd)
{
	struct vmh_irqchip *chip = irqfd->chip;
	const struct vmh_irqfd *other;
	bool is_new = true;

	raw_spin_lock_irq(&chip->lock);
	list_for_each_entry(other, &chip->irqfds, link)
		is_new = is_new && other->eventfd != irqfd->eventfd;
	if (is_new) {
		list_add(&irqfd->link, &chip->irqfds);
		if (irqfd->resamplefd)
			list_add_rcu(&irqfd->resample_link, &chip->resamplers);
	}
	raw_spin_unlock_irq(&chip->lock);
	return is_new;
}

/* The file is held, so the eventfd cannot be closed for good meanwhile. */
static int vmh_irqfd_start(struct vmh_irqfd *irqfd, struct file *file, u32 fd,
			   struct vmh_error *err)
{
	init_waitqueue_func_entry(&irqfd->wait, vmh_irqfd_wake);
	init_poll_funcptr(&irqfd->poll, vmh_irqfd_hook);
	if (!vmh_irqfd_enlist(irqfd))
		return FIELD_ERROR(EVENTFD_BUSY, fd, fd, 0);
	/* What was signalled before now counts too. */
	if (vfs_poll(file, &irqfd->poll) & EPOLLIN)
		vmh_irqfd_raise(irqfd);
	return 0;
}

static int vmh_irqfd_open_resample(struct vmh_irqfd *irqfd, const struct kvm_irqfd *args,
				   struct vmh_error *err)
{
	struct eventfd_ctx *eventfd;

	if (!(args->flags & KVM_IRQFD_FLAG_RESAMPLE))
		return 0;
	eventfd = eventfd_ctx_fdget(args->resamplefd);
	if (IS_ERR(eventfd)) {
		FIELD_ERROR(EVENTFD, resamplefd, args->resamplefd, 0);
		return vm_error_as(err, PTR_ERR(eventfd));
	}
	irqfd->resamplefd = eventfd;
	return 0;
}

/* When it succeeds, others may have freed it already. */
static int vmh_irqfd_open(struct vmh_irqfd *irqfd, const struct kvm_irqfd *args,
			  struct vmh_error *err)
{
	struct file *file = eventfd_fget(args->fd);
	int ret;

	if (IS_ERR(file)) {
		FIELD_ERROR(EVENTFD, fd, args->fd, 0);
		return vm_error_as(err, PTR_ERR(file));
	}
	irqfd->eventfd = eventfd_ctx_fileget(file);
	ret = vmh_irqfd_open_resample(irqfd, args, err);
	if (ret)
		goto put_eventfd;
	ret = vmh_irqfd_start(irqfd, file, args->fd, err);
	if (ret)
		goto put_resample;
	fput(file);
	return 0;

put_resample:
	if (irqfd->resamplefd)
		eventfd_ctx_put(irqfd->resamplefd);
put_eventfd:
	eventfd_ctx_put(irqfd->eventfd);
	fput(file);
	return ret;
}

static int vmh_irqfd_assign(struct vm_handler_ctx *vm, const struct kvm_irqfd *args,
			    struct vmh_error *err)
{
	struct resource_charge charges[2];
	struct resource_denial denial;
	struct vmh_irqfd *irqfd;
	int ret;

	vmh_irqfd_charges(args->flags & KVM_IRQFD_FLAG_RESAMPLE, charges);
	if (vmh_charge(vm, charges, 2, &denial))
		return resource_denial_error(&denial, err);
	irqfd = vmh_fail_null(irqfd_memory, kzalloc(sizeof(*irqfd), GFP_KERNEL_ACCOUNT));
	if (!irqfd) {
		ret = vm_error_set(err, VMH_E_NO_MEMORY);
		goto uncharge;
	}
	irqfd->chip = vm->irqchip;
	irqfd->gsi = args->gsi;
	ret = vmh_irqfd_open(irqfd, args, err);
	if (ret)
		goto free_irqfd;
	return 0;

free_irqfd:
	kfree(irqfd);
uncharge:
	vmh_uncharge(vm, charges, 2);
	return ret;
}

/* All that raise this GSI from this eventfd, of which there is one or none. */
static int vmh_irqfd_deassign(struct vm_handler_ctx *vm, const struct kvm_irqfd *args,
			      struct vmh_error *err)
{
	struct vmh_irqchip *chip = vm->irqchip;
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(args->fd);
	struct vmh_irqfd *irqfd, *next;
	LIST_HEAD(gone);

	if (IS_ERR(eventfd)) {
		FIELD_ERROR(EVENTFD, fd, args->fd, 0);
		return vm_error_as(err, PTR_ERR(eventfd));
	}
	raw_spin_lock_irq(&chip->lock);
	list_for_each_entry_safe(irqfd, next, &chip->irqfds, link)
		if (irqfd->eventfd == eventfd && irqfd->gsi == args->gsi)
			vmh_irqfd_leave(irqfd, &gone);
	raw_spin_unlock_irq(&chip->lock);
	eventfd_ctx_put(eventfd);
	vmh_irqfds_free(&gone);
	return 0;
}

/**
 * vmh_irqfd() - VMH_IRQFD
 * @vm: the VM, its lock held.
 * @args: what the call was given.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EAGAIN without irqchip; -EINVAL; -EBADF; -EBUSY when the eventfd raises an interrupt
 * of this VM already; -EDQUOT; -ENOMEM.
 */
int vmh_irqfd(struct vm_handler_ctx *vm, const struct kvm_irqfd *args, struct vmh_error *err)
{
	const u32 known = KVM_IRQFD_FLAG_DEASSIGN | KVM_IRQFD_FLAG_RESAMPLE;

	if (args->flags & ~known)
		return FIELD_ERROR(UNKNOWN_FLAGS, flags, args->flags, known);
	if (!vm->irqchip) {
		vm_error_set(err, VMH_E_NO_IRQCHIP);
		return vm_error_as(err, -EAGAIN);
	}
	/* When an interrupt of the VMM's own controllers ends is not known here. */
	if ((args->flags & KVM_IRQFD_FLAG_RESAMPLE) && !vmh_whole_irqchip(vm))
		return FIELD_ERROR(VALUE, flags, args->flags, KVM_IRQFD_FLAG_DEASSIGN);
	if (args->flags & KVM_IRQFD_FLAG_DEASSIGN)
		return vmh_irqfd_deassign(vm, args, err);
	return vmh_irqfd_assign(vm, args, err);
}

/**
 * vmh_irqfds_init() - before any irqfd
 * @chip: new controllers.
 */
void vmh_irqfds_init(struct vmh_irqchip *chip)
{
	INIT_LIST_HEAD(&chip->irqfds);
	INIT_LIST_HEAD(&chip->dead_irqfds);
	INIT_LIST_HEAD(&chip->resamplers);
	INIT_WORK(&chip->reap_irqfds, vmh_irqfds_reap);
}

/**
 * vmh_irqfds_release() - no more interrupts from eventfds
 * @vm: the VM, its lock held.
 *
 * Context: may sleep.
 */
void vmh_irqfds_release(struct vm_handler_ctx *vm)
{
	struct vmh_irqchip *chip = vm->irqchip;
	struct vmh_irqfd *irqfd, *next;
	LIST_HEAD(gone);

	if (!chip)
		return;
	raw_spin_lock_irq(&chip->lock);
	list_for_each_entry_safe(irqfd, next, &chip->irqfds, link)
		vmh_irqfd_leave(irqfd, &gone);
	raw_spin_unlock_irq(&chip->lock);
	vmh_irqfds_free(&gone);
	flush_work(&chip->reap_irqfds);
}

/* Lets the line go. Says whether somebody resamples it. */
static bool vmh_irq_ended_gsi(struct vmh_irqchip *chip, int gsi)
{
	struct vmh_irqfd *irqfd;
	bool any = false;

	list_for_each_entry(irqfd, &chip->resamplers, resample_link) {
		if (gsi < 0 || irqfd->gsi != gsi)
			continue;
		WRITE_ONCE(irqfd->ended, true);
		any = true;
	}
	if (any)
		vmh_irq_gsi_locked(chip, gsi, VMH_IRQ_SOURCE_RESAMPLE, false);
	return any;
}

/**
 * vmh_irq_ended_ioapic() - interrupts of the I/O APIC have ended
 * @chip: the VM's controllers, their lock held.
 * @pins: bit n is input n; the lines of those that somebody resamples are let go.
 *
 * Return: whether there are any: then vmh_irq_tell_ended() has to follow.
 */
bool vmh_irq_ended_ioapic(struct vmh_irqchip *chip, u32 pins)
{
	bool any = false;

	if (likely(list_empty(&chip->resamplers)))
		return false;
	for (; pins; pins &= pins - 1)
		any |= vmh_irq_ended_gsi(chip, chip->routing->ioapic_gsi[__ffs(pins)]);
	return any;
}

/**
 * vmh_irq_ended_pic() - perhaps interrupts of the 8259 pair have ended
 * @chip: the VM's controllers, their lock held, after an access to the pair.
 *
 * Return: as vmh_irq_ended_ioapic().
 */
bool vmh_irq_ended_pic(struct vmh_irqchip *chip)
{
	u32 irqs = pic_take_ended(&chip->pic);
	bool any = false;

	if (likely(list_empty(&chip->resamplers)))
		return false;
	for (; irqs; irqs &= irqs - 1)
		any |= vmh_irq_ended_gsi(chip, chip->routing->pic_gsi[__ffs(irqs)]);
	return any;
}

/**
 * vmh_irq_tell_ended() - signal the resamplefds of ended interrupts
 * @chip: the VM's controllers, their lock not held: an eventfd may raise an interrupt at once.
 *
 * Context: process. An eventfd's lock is one that sleeps where PREEMPT_RT is on.
 */
void vmh_irq_tell_ended(struct vmh_irqchip *chip)
{
	struct vmh_irqfd *irqfd;

	rcu_read_lock();
	list_for_each_entry_rcu(irqfd, &chip->resamplers, resample_link)
		if (READ_ONCE(irqfd->ended) && xchg(&irqfd->ended, false))
			vmh_eventfd_signal(irqfd->resamplefd);
	rcu_read_unlock();
}
