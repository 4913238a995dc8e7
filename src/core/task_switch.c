// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "rflags.h"
#include "task_switch.h"

#define VECTOR_TS	10
#define VECTOR_NP	11

#define CR0_TS		BIT_ULL(3)
#define CR0_PG		BIT_ULL(31)
/* L0 to L3 and LE */
#define DR7_LOCAL	0x155ULL

#define SELECTOR_RPL	3U
#define SELECTOR_LDT	4U
#define SELECTOR_INDEX	0xfff8U
/* What of a selector goes into an error code */
#define SELECTOR_ERROR	0xfffcU

#define DESC_ACCESSED	BIT_ULL(40)
#define DESC_BUSY	BIT_ULL(41)
#define DESC_S		BIT_ULL(44)
#define DESC_P		BIT_ULL(47)
#define DESC_G		BIT_ULL(55)

#define AR_TYPE(ar)	((ar) & 15)
#define AR_CONFORMING	BIT(2)
#define AR_S		BIT(4)
#define AR_DPL_SHIFT	5
#define AR_DPL(ar)	((ar) >> AR_DPL_SHIFT & 3)
#define AR_P		BIT(7)
/* A data segment of a virtual-8086 task */
#define AR_VM86		0xf3

#define TYPE_LDT	2
#define TYPE_TSS_32	8		/* otherwise a 16-bit TSS */
#define TYPE_TSS	1		/* available; busy with bit 1 */

/* SDM vol. 3, "Task-State Segment (TSS)". */
struct tss32 {
	u16 link, reserved0;
	u32 stacks[6];
	u32 cr3;
	u32 eip;
	u32 eflags;
	u32 gpr[TASK_NR_GPRS];
	struct {
		u16 selector, reserved;
	} seg[6];
	u16 ldt, reserved1;
	u16 trap, io_map;
};

/* SDM vol. 3, "16-Bit Task-State Segment (TSS)". */
struct tss16 {
	u16 link;
	u16 stacks[6];
	u16 ip;
	u16 flags;
	u16 gpr[TASK_NR_GPRS];
	u16 seg[4];
	u16 ldt;
};

static_assert(sizeof(struct tss32) == 104);
static_assert(sizeof(struct tss16) == 44);

/* The part of a TSS that a switch away from its task writes. */
#define TSS32_SAVED	offsetof(struct tss32, eip)
#define TSS32_SAVED_END	offsetof(struct tss32, ldt)
#define TSS16_SAVED	offsetof(struct tss16, ip)
#define TSS16_SAVED_END	offsetof(struct tss16, ldt)

struct task {
	struct task_state *s;
	const struct task_request *request;
	const struct task_ops *ops;
	void *ctx;
	struct guest_fault *fault;
	u64 desc;			/* of the new TSS */
	bool to32;
	union {
		struct tss32 tss32;
		struct tss16 tss16;
	} next;
};

static int task_fault(struct task *t, u8 vector, u16 error_code)
{
	*t->fault = (struct guest_fault) {
		.vector = vector, .has_error = true, .error_code = error_code,
	};
	return -EFAULT;
}

static int task_selector_fault(struct task *t, u8 vector, u16 selector)
{
	return task_fault(t, vector, selector & SELECTOR_ERROR);
}

static int task_read(struct task *t, u64 linear, void *buf, unsigned int len)
{
	return t->ops->read(t->ctx, (u32)linear, buf, len, t->fault);
}

static int task_write(struct task *t, u64 linear, const void *buf, unsigned int len)
{
	return t->ops->write(t->ctx, (u32)linear, buf, len, t->fault);
}

static void task_decode(struct guest_seg *seg, u64 desc)
{
	seg->base = (desc >> 16 & 0xffffff) | (desc >> 56 & 0xff) << 24;
	seg->limit = (desc & 0xffff) | (desc >> 48 & 15) << 16;
	if (desc & DESC_G)
		seg->limit = seg->limit << 12 | 0xfff;
	seg->access_rights = (desc >> 40 & 0xff) | (desc >> 52 & 15) << 12;
}

/* Where the descriptor is; -EFAULT without a fault filled in when there is none. */
static int task_desc_linear(const struct task *t, u16 selector, u64 *linear)
{
	const struct guest_seg *ldt = &t->s->seg[TASK_LDTR].hidden;
	u64 base = t->s->gdt_base;
	u32 limit = t->s->gdt_limit;

	if (selector & SELECTOR_LDT) {
		if (ldt->access_rights & GUEST_SEG_AR_UNUSABLE)
			return -EFAULT;
		base = ldt->base;
		limit = ldt->limit;
	}
	if ((u32)(selector | 7) > limit)
		return -EFAULT;
	*linear = base + (selector & SELECTOR_INDEX);
	return 0;
}

static int task_read_desc(struct task *t, u16 selector, u64 *linear, u64 *desc)
{
	if (task_desc_linear(t, selector, linear))
		return task_selector_fault(t, VECTOR_TS, selector);
	return task_read(t, *linear, desc, sizeof(*desc));
}

static bool task_returns(const struct task *t)
{
	return t->request->source == TASK_IRET;
}

static bool task_nests(const struct task *t)
{
	return t->request->source == TASK_CALL || t->request->source == TASK_GATE;
}

/* The processor has looked at it before the exit; the guest may have changed it since. */
static int task_check_tss(struct task *t, struct guest_seg *tss)
{
	u16 selector = t->request->selector;
	u32 type, least;

	task_decode(tss, t->desc);
	type = AR_TYPE(tss->access_rights);
	t->to32 = type & TYPE_TSS_32;
	if ((t->desc & DESC_S) || (type & ~(u32)TYPE_TSS_32) !=
				  (task_returns(t) ? TYPE_TSS | 2 : TYPE_TSS))
		return task_selector_fault(t, task_returns(t) ? VECTOR_TS : GUEST_VECTOR_GP,
					   selector);
	if (!(t->desc & DESC_P))
		return task_selector_fault(t, VECTOR_NP, selector);
	least = t->to32 ? sizeof(struct tss32) : sizeof(struct tss16);
	if (tss->limit < least - 1)
		return task_selector_fault(t, VECTOR_TS, selector);
	return 0;
}

static u32 task_saved_eflags(const struct task *t)
{
	return task_returns(t) ? t->s->eflags & ~RFLAGS_NT : t->s->eflags;
}

static int task_save32(struct task *t, u64 base)
{
	struct tss32 old = { .eip = t->s->eip, .eflags = task_saved_eflags(t) };
	unsigned int i;

	memcpy(old.gpr, t->s->gpr, sizeof(old.gpr));
	for (i = 0; i < ARRAY_SIZE(old.seg); i++)
		old.seg[i].selector = t->s->seg[i].selector;
	return task_write(t, base + TSS32_SAVED, (u8 *)&old + TSS32_SAVED,
			  TSS32_SAVED_END - TSS32_SAVED);
}

static int task_save16(struct task *t, u64 base)
{
	struct tss16 old = { .ip = t->s->eip, .flags = task_saved_eflags(t) };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(old.gpr); i++)
		old.gpr[i] = t->s->gpr[i];
	for (i = 0; i < ARRAY_SIZE(old.seg); i++)
		old.seg[i] = t->s->seg[i].selector;
	return task_write(t, base + TSS16_SAVED, (u8 *)&old + TSS16_SAVED,
			  TSS16_SAVED_END - TSS16_SAVED);
}

static int task_save(struct task *t)
{
	const struct guest_seg *tss = &t->s->seg[TASK_TR].hidden;

	if (AR_TYPE(tss->access_rights) & TYPE_TSS_32)
		return task_save32(t, tss->base);
	return task_save16(t, tss->base);
}

/* A JMP and an IRET leave a task for good; all but IRET enter one that was not busy. */
static int task_mark_busy(struct task *t, u64 linear)
{
	u64 old_linear, old;
	int ret;

	if (!task_nests(t)) {
		ret = task_read_desc(t, t->s->seg[TASK_TR].selector, &old_linear, &old);
		if (ret)
			return ret;
		old &= ~DESC_BUSY;
		ret = task_write(t, old_linear, &old, sizeof(old));
		if (ret)
			return ret;
	}
	if (task_returns(t))
		return 0;
	t->desc |= DESC_BUSY;
	return task_write(t, linear, &t->desc, sizeof(t->desc));
}

static void task_set_vm86(struct task_segment *seg, u16 selector)
{
	*seg = (struct task_segment) {
		.selector = selector,
		.hidden = {
			.base = (u32)selector << 4, .limit = 0xffff, .access_rights = AR_VM86,
		},
	};
}

static void task_set_unusable(struct task_segment *seg, u16 selector)
{
	*seg = (struct task_segment) {
		.selector = selector, .hidden.access_rights = GUEST_SEG_AR_UNUSABLE,
	};
}

/*
 * Not loaded, or not yet: a fault is delivered in this state, and VM entry wants a CS, and a
 * privilege level in SS, even if nobody will use them.
 */
static void task_drop_segment(struct task *t, unsigned int which, u16 selector, unsigned int cpl)
{
	struct task_segment *seg = &t->s->seg[which];

	if (which == TASK_CS) {
		seg->selector = selector;
		return;
	}
	task_set_unusable(seg, selector);
	if (which == TASK_SS)
		seg->hidden.access_rights |= cpl << AR_DPL_SHIFT;
}

/* SDM vol. 3, "Exception Conditions Checked During a Task Switch". */
static bool task_segment_fits(unsigned int which, u16 selector, u32 ar, unsigned int cpl)
{
	unsigned int dpl = AR_DPL(ar), rpl = selector & SELECTOR_RPL;
	bool code = ar & GUEST_SEG_AR_CODE;

	if (!(ar & AR_S))
		return false;
	switch (which) {
	case TASK_CS:
		return code && ((ar & AR_CONFORMING) ? dpl <= rpl : dpl == rpl);
	case TASK_SS:
		return !code && (ar & GUEST_SEG_AR_WRITE) && dpl == cpl && rpl == cpl;
	default:
		if (code && !(ar & GUEST_SEG_AR_WRITE))
			return false;
		return (code && (ar & AR_CONFORMING)) || (dpl >= cpl && dpl >= rpl);
	}
}

static int task_load_segment(struct task *t, unsigned int which, u16 selector, unsigned int cpl)
{
	struct task_segment *seg = &t->s->seg[which];
	struct guest_seg hidden;
	u64 linear, desc;
	int ret;

	task_drop_segment(t, which, selector, cpl);
	if (!(selector & ~SELECTOR_RPL))
		return which == TASK_CS || which == TASK_SS ? task_fault(t, VECTOR_TS, 0) : 0;
	ret = task_read_desc(t, selector, &linear, &desc);
	if (ret)
		return ret;
	task_decode(&hidden, desc | DESC_ACCESSED);
	if (!task_segment_fits(which, selector, hidden.access_rights, cpl))
		return task_selector_fault(t, VECTOR_TS, selector);
	if (!(desc & DESC_P))
		return task_selector_fault(t, which == TASK_SS ? GUEST_VECTOR_SS : VECTOR_NP,
					   selector);
	seg->hidden = hidden;
	if (desc & DESC_ACCESSED)
		return 0;
	desc |= DESC_ACCESSED;
	return task_write(t, linear, &desc, sizeof(desc));
}

static int task_load_ldt(struct task *t, u16 selector)
{
	struct task_segment *seg = &t->s->seg[TASK_LDTR];
	u64 linear, desc;
	int ret;

	task_set_unusable(seg, selector);
	if (!(selector & ~SELECTOR_RPL))
		return 0;
	if (selector & SELECTOR_LDT)
		return task_selector_fault(t, VECTOR_TS, selector);
	ret = task_read_desc(t, selector, &linear, &desc);
	if (ret)
		return ret;
	if ((desc & DESC_S) || (desc >> 40 & 15) != TYPE_LDT || !(desc & DESC_P))
		return task_selector_fault(t, VECTOR_TS, selector);
	task_decode(&seg->hidden, desc);
	return 0;
}

/* Selectors first, so that a fault finds them in place; then what they lead to. */
static int task_load_segments(struct task *t, const u16 *selectors, u16 ldt)
{
	static const u8 order[] = { TASK_CS, TASK_SS, TASK_ES, TASK_DS, TASK_FS, TASK_GS };
	unsigned int old_cpl = AR_DPL(t->s->seg[TASK_SS].hidden.access_rights);
	unsigned int cpl = selectors[TASK_CS] & SELECTOR_RPL;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		task_drop_segment(t, i, selectors[i], old_cpl);
	ret = task_load_ldt(t, ldt);
	for (i = 0; !ret && i < ARRAY_SIZE(order); i++) {
		if (t->s->eflags & RFLAGS_VM)
			task_set_vm86(&t->s->seg[order[i]], selectors[order[i]]);
		else
			ret = task_load_segment(t, order[i], selectors[order[i]], cpl);
	}
	return ret;
}

static int task_enter32(struct task *t)
{
	const struct tss32 *tss = &t->next.tss32;
	u16 selectors[6];
	unsigned int i;

	t->s->eip = tss->eip;
	t->s->eflags = (tss->eflags & RFLAGS_VALID) | RFLAGS_FIXED;
	memcpy(t->s->gpr, tss->gpr, sizeof(t->s->gpr));
	for (i = 0; i < ARRAY_SIZE(selectors); i++)
		selectors[i] = tss->seg[i].selector;
	if (task_nests(t))
		t->s->eflags |= RFLAGS_NT;
	return task_load_segments(t, selectors, tss->ldt);
}

static int task_enter16(struct task *t)
{
	const struct tss16 *tss = &t->next.tss16;
	u16 selectors[6] = {};
	unsigned int i;

	t->s->eip = tss->ip;
	t->s->eflags = (tss->flags & RFLAGS_VALID) | RFLAGS_FIXED;
	for (i = 0; i < TASK_NR_GPRS; i++)
		t->s->gpr[i] = tss->gpr[i];
	memcpy(selectors, tss->seg, sizeof(tss->seg));
	if (task_nests(t))
		t->s->eflags |= RFLAGS_NT;
	return task_load_segments(t, selectors, tss->ldt);
}

/* On the new task's stack, as wide as the new TSS is. */
static int task_push_error(struct task *t)
{
	const struct guest_seg *ss = &t->s->seg[TASK_SS].hidden;
	u32 mask = ss->access_rights & GUEST_SEG_AR_DB ? U32_MAX : 0xffff;
	unsigned int bytes = t->to32 ? 4 : 2;
	u32 *esp = &t->s->gpr[TASK_ESP];
	u32 top = (*esp - bytes) & mask;
	u64 linear;
	int ret;

	ret = guest_linear(ss, GUEST_SEG_SS, GUEST_SEG_PROTECTED, top, bytes, GUEST_ACCESS_WRITE,
			   &linear, t->fault);
	if (!ret)
		ret = task_write(t, linear, &t->request->error_code, bytes);
	if (!ret)
		*esp = (*esp & ~mask) | top;
	return ret;
}

/* The old task is left: from here on, faults are the new one's. */
static int task_enter(struct task *t, const struct guest_seg *tss)
{
	struct task_segment *tr = &t->s->seg[TASK_TR];
	int ret;

	tr->selector = t->request->selector;
	tr->hidden = *tss;
	tr->hidden.access_rights |= DESC_BUSY >> 40;
	t->s->cr0 |= CR0_TS;
	t->s->dr7 &= ~DR7_LOCAL;
	if (t->to32 && (t->s->cr0 & CR0_PG)) {
		if (t->ops->load_cr3(t->ctx, t->next.tss32.cr3))
			return task_selector_fault(t, VECTOR_TS, tr->selector);
		t->s->cr3 = t->next.tss32.cr3;
	}
	ret = t->to32 ? task_enter32(t) : task_enter16(t);
	if (!ret && t->s->eip > t->s->seg[TASK_CS].hidden.limit)
		ret = task_fault(t, GUEST_VECTOR_GP, 0);
	if (!ret && t->request->has_error_code)
		ret = task_push_error(t);
	return ret;
}

/* Everything that the old task may be blamed for. */
static int task_leave(struct task *t, struct guest_seg *tss)
{
	u16 link = t->s->seg[TASK_TR].selector;
	u64 linear;
	int ret;

	ret = task_read_desc(t, t->request->selector, &linear, &t->desc);
	if (!ret)
		ret = task_check_tss(t, tss);
	if (!ret)
		ret = task_read(t, tss->base, &t->next,
				t->to32 ? sizeof(t->next.tss32) : sizeof(t->next.tss16));
	if (!ret)
		ret = task_save(t);
	if (!ret && task_nests(t))
		ret = task_write(t, tss->base, &link, sizeof(link));
	return ret ?: task_mark_busy(t, linear);
}

int task_switch(struct task_state *state, const struct task_request *request,
		const struct task_ops *ops, void *ctx, struct guest_fault *fault)
{
	struct task t = {
		.s = state, .request = request, .ops = ops, .ctx = ctx, .fault = fault,
	};
	struct guest_seg tss;
	int ret;

	ret = task_leave(&t, &tss);
	if (ret)
		return ret;
	ret = task_enter(&t, &tss);
	if (ret)
		return ret == -EFAULT ? TASK_SWITCH_FAULTED : ret;
	return t.to32 && (t.next.tss32.trap & 1) ? TASK_SWITCH_TRAP : 0;
}
