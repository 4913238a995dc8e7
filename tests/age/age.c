// SPDX-License-Identifier: GPL-2.0
/*
 * vmh_age.ko: asks those who follow the calling process's address space which of it was used, as
 * reclaim does. Reclaim itself cannot be had for a test: it needs swap, and looks when it likes.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "age.h"

static int age_ask(struct mmu_notifier *notifier, struct mm_struct *mm, unsigned int command,
		   const struct age_range *range)
{
	const struct mmu_notifier_ops *ops = notifier->ops;

	if (command == AGE_CLEAR_FLUSH && ops->clear_flush_young)
		return ops->clear_flush_young(notifier, mm, range->start, range->end);
	if (command == AGE_CLEAR && ops->clear_young)
		return ops->clear_young(notifier, mm, range->start, range->end);
	if (command == AGE_TEST && ops->test_young)
		return ops->test_young(notifier, mm, range->start);
	return 0;
}

/* The list is the first member of a structure that the kernel keeps to itself. */
static long age_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	struct mm_struct *mm = current->mm;
	struct mmu_notifier *notifier;
	struct age_range range;
	long young = 0;

	if (command != AGE_CLEAR_FLUSH && command != AGE_CLEAR && command != AGE_TEST)
		return -ENOTTY;
	if (copy_from_user(&range, (void __user *)arg, sizeof(range)))
		return -EFAULT;
	mmap_write_lock(mm);
	if (mm->notifier_subscriptions)
		hlist_for_each_entry(notifier, (struct hlist_head *)mm->notifier_subscriptions,
				     hlist)
			young |= age_ask(notifier, mm, command, &range);
	mmap_write_unlock(mm);
	return young;
}

static const struct file_operations age_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = age_ioctl,
};

static struct miscdevice age_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmh_age",
	.fops = &age_fops,
	.mode = 0600,
};

module_misc_device(age_device);
MODULE_DESCRIPTION("Tests of vmh: which pages were used");
MODULE_LICENSE("GPL");
