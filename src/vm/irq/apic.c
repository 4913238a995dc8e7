// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU's local APIC: the model, the host timer behind it, and posting from other threads. Only
 * the vCPU's own thread touches the model; others leave vectors in a bitmap and kick.
 */
#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <asm/tsc.h>

#include "fail_point.h"
#include "guest_time.h"
#include "irq.h"
#include "irqchip.h"
#include "kick.h"
#include "page_pool.h"
#include "ticks.h"
#include "vcpu.h"
#include "vmh_compat.h"

/* The longest that the host's timer is armed for. */
#define APIC_TIMER_MAX_MS	(24 * 3600 * 1000LL)

/* Further away than this, a deadline never comes. */
#define APIC_TSC_MAX		BIT_ULL(62)

static enum hrtimer_restart vmh_apic_timer_fires(struct hrtimer *timer)
{
	struct vmh_vcpu *vcpu = container_of(timer, struct vmh_vcpu, apic.timer);

	vmh_vcpu_request(vcpu, VMH_REQ_TIMER);
	return HRTIMER_NORESTART;
}

/**
 * vmh_vcpu_set_cr8() - change the task priority
 * @vcpu: the vCPU.
 * @cr8: 0 to 15.
 */
void vmh_vcpu_set_cr8(struct vmh_vcpu *vcpu, u8 cr8)
{
	vcpu->cr8 = cr8;
	if (vmh_has_apic(vcpu))
		lapic_set_cr8(&vcpu->apic.lapic, cr8);
}

/**
 * vmh_apic_base() - IA32_APIC_BASE
 * @vcpu: the vCPU.
 *
 * Return: its value.
 */
u64 vmh_apic_base(const struct vmh_vcpu *vcpu)
{
	return vmh_has_apic(vcpu) ? lapic_base(&vcpu->apic.lapic) : vcpu->vmx.apic_base;
}

/**
 * vmh_has_x2apic() - can the guest switch its local APIC to x2APIC mode?
 * @vcpu: the vCPU.
 *
 * Return: what its CPUID says; before there is a table, it forbids nothing.
 */
bool vmh_has_x2apic(const struct vmh_vcpu *vcpu)
{
	return !vcpu->cpuid->nr || cpuid_has(vcpu->cpuid, CPUID_LEAF_FEATURES, CPUID_REG_ECX,
					     CPUID_BIT_X2APIC);
}

/**
 * vmh_apic_set_features() - what its VM gives to a local APIC
 * @vcpu: the vCPU.
 *
 * Before its state is read or written, since the VMM may have changed what it wants there.
 */
void vmh_apic_set_features(struct vmh_vcpu *vcpu)
{
	u32 features = LAPIC_HAS_TSC_DEADLINE | LAPIC_HAS_EOI_SUPPRESSION | LAPIC_RESETS_TO_EXTINT;
	u8 phys_bits = vcpu->cpuid->nr ? cpuid_phys_bits(vcpu->cpuid) : boot_cpu_data.x86_phys_bits;

	if (vmh_has_x2apic(vcpu))
		features |= LAPIC_HAS_X2APIC;
	if (READ_ONCE(vcpu->vm->cpu_ctx.apic_ids_32bit))
		features |= LAPIC_STATE_ID_32BIT;
	lapic_set_features(&vcpu->apic.lapic, features, phys_bits);
}

/**
 * vmh_apic_create() - give a vCPU a local APIC
 * @vcpu: the vCPU; nobody else knows it yet.
 *
 * Return: 0 or -ENOMEM.
 */
int vmh_apic_create(struct vmh_vcpu *vcpu)
{
	const struct cpu_context *cpus = &vcpu->vm->cpu_ctx;
	struct vmh_apic *apic = &vcpu->apic;

	apic->page = vmh_fail_null(vcpu_apic_page, page_pool_get());
	if (!apic->page)
		return -ENOMEM;
	vmh_hrtimer_setup(&apic->timer, vmh_apic_timer_fires, CLOCK_MONOTONIC,
			  HRTIMER_MODE_ABS_HARD);
	lapic_init(&apic->lapic, apic->page, vcpu->id, vcpu->id == cpus->boot_id);
	lapic_set_bus_period(&apic->lapic, cpus->apic_bus_ns);
	vmh_apic_set_features(vcpu);
	lapic_reset(&apic->lapic, false);
	vmh_apic_publish(vcpu);
	return 0;
}

/**
 * vmh_apic_destroy() - undo vmh_apic_create()
 * @vcpu: the vCPU, which nobody uses any more.
 */
void vmh_apic_destroy(struct vmh_vcpu *vcpu)
{
	if (!vmh_has_apic(vcpu))
		return;
	hrtimer_cancel(&vcpu->apic.timer);
	page_pool_put(vcpu->apic.page);
}

static bool is_xapic(const struct lapic_dest *dest)
{
	return dest->enabled && !dest->x2apic;
}

/**
 * vmh_apic_publish() - let senders know how this APIC is addressed now
 * @vcpu: the vCPU.
 *
 * Also brings CPUID's APIC bit up to date.
 */
void vmh_apic_publish(struct vmh_vcpu *vcpu)
{
	struct vmh_irqchip *chip = vcpu->vm->irqchip;
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	chip->nr_xapics -= is_xapic(&vcpu->apic.dest);
	lapic_get_dest(&vcpu->apic.lapic, &vcpu->apic.dest);
	chip->nr_xapics += is_xapic(&vcpu->apic.dest);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	vcpu->vmx.apic_base = lapic_base(&vcpu->apic.lapic);
	if (vcpu->vmx.apicv.on)
		vmx_apicv_set_x2apic(&vcpu->vmx,
				     lapic_enabled(&vcpu->apic.lapic) &&
				     lapic_x2apic(&vcpu->apic.lapic));
	vmh_apicv_changed(vcpu);
}

/* Vectors i * 64 to i * 64 + 63. Says whether one is level-triggered. */
static bool vmh_apic_collect_word(struct vmh_apic *apic, unsigned int i)
{
	unsigned long posted = xchg(&apic->posted[i], 0);
	unsigned long level = posted & READ_ONCE(apic->posted_level[i]);
	unsigned int bit;

	for (; posted; posted &= posted - 1) {
		bit = __ffs(posted);
		lapic_accept(&apic->lapic, i * BITS_PER_LONG + bit, level & BIT(bit));
	}
	return level;
}

/* What the processor has not taken itself. */
static void vmh_apic_collect_vectors(struct vmh_vcpu *vcpu)
{
	struct vmx_posted *posted = &vcpu->vmx.posted;
	unsigned long vectors;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(posted->vectors); i++) {
		if (!READ_ONCE(posted->vectors[i]))
			continue;
		vectors = xchg(&posted->vectors[i], 0);
		for (; vectors; vectors &= vectors - 1)
			lapic_accept(&vcpu->apic.lapic, i * BITS_PER_LONG + __ffs(vectors), false);
	}
}

/**
 * vmh_apic_collect() - take over what was posted
 * @vcpu: the vCPU.
 *
 * Context: its thread.
 */
void vmh_apic_collect(struct vmh_vcpu *vcpu)
{
	/* Cleared first: what is posted after this is looked for again. */
	unsigned long control = xchg(&vcpu->vmx.posted.control, 0);
	struct vmh_apic *apic = &vcpu->apic;
	bool any_level = false;
	unsigned int i;

	if (control & BIT(VMX_POSTED_ON))
		vmh_apic_collect_vectors(vcpu);
	if (!(control & BIT(VMX_POSTED_TO_THREAD)))
		return;
	for (i = 0; i < ARRAY_SIZE(apic->posted); i++)
		if (READ_ONCE(apic->posted[i]))
			any_level |= vmh_apic_collect_word(apic, i);
	if (any_level)
		vmh_apicv_changed(vcpu);
}

/* The earlier of the timer's two kinds of deadline, on the host's clock. */
static u64 vmh_apic_deadline_ns(struct vmh_vcpu *vcpu)
{
	u64 deadline = lapic_timer_deadline(&vcpu->apic.lapic);
	u64 tsc = lapic_tsc_deadline(&vcpu->apic.lapic);
	u64 ticks, guest_now;
	u32 khz;

	if (!tsc)
		return deadline;
	guest_now = vmx_guest_tsc(&vcpu->vmx, rdtsc());
	if (tsc <= guest_now)
		return vmh_now_ns();
	/* Far away, the host's timer fires in between and is armed again. */
	khz = vmh_tsc_khz(vcpu);
	ticks = min_t(u64, tsc - guest_now, khz * APIC_TIMER_MAX_MS);
	return vmh_now_ns() + mul_u64_u32_div(ticks, USEC_PER_SEC, khz);
}

static void vmh_apic_start_hrtimer(struct vmh_vcpu *vcpu, u64 deadline)
{
	hrtimer_start(&vcpu->apic.timer, ns_to_ktime(min_t(u64, deadline, KTIME_MAX)),
		      HRTIMER_MODE_ABS_HARD);
}

/* Ticks of the host's TSC for ticks of a guest's that runs at another frequency; never too few. */
static u64 vmh_apic_host_ticks(const struct vmh_vcpu *vcpu, u64 ticks)
{
	u32 khz = vmh_tsc_khz(vcpu);

	ticks = min_t(u64, ticks, (u64)khz * APIC_TIMER_MAX_MS);
	return mul_u64_u32_div(ticks, tsc_khz, khz) + 1;
}

/* The same on the host's TSC, where a deadline in the guest's TSC needs no clock; 0 for never. */
static u64 vmh_apic_deadline_tsc(struct vmh_vcpu *vcpu)
{
	u64 tsc = lapic_tsc_deadline(&vcpu->apic.lapic);
	u64 deadline, ns, now = rdtsc(), guest_now = vmx_guest_tsc(&vcpu->vmx, now);

	if (tsc && likely(vcpu->vmx.tsc_ratio == GUEST_TSC_RATIO_ONE))
		return now + (tsc > guest_now ? min(tsc - guest_now, APIC_TSC_MAX) : 0);
	if (tsc)
		return now + vmh_apic_host_ticks(vcpu, tsc > guest_now ? tsc - guest_now : 0);
	deadline = lapic_timer_deadline(&vcpu->apic.lapic);
	if (deadline == U64_MAX)
		return 0;
	ns = vmh_now_ns();
	if (deadline <= ns)
		return now;
	ns = min_t(u64, deadline - ns, APIC_TIMER_MAX_MS * NSEC_PER_MSEC);
	return now + mul_u64_u32_div(ns, tsc_khz, USEC_PER_SEC) + 1;
}

/**
 * vmh_apic_rearm() - take over the APIC's deadline
 * @vcpu: the vCPU, loaded.
 *
 * While the thread runs or is about to, the deadline is looked at before each turn, and the
 * processor's own timer ends a stay in the guest for it. The host's timer is for a thread that
 * sleeps.
 *
 * Context: its thread; interrupts may be off.
 */
void vmh_apic_rearm(struct vmh_vcpu *vcpu)
{
	u64 deadline;

	if (vmx_has_timer() && !check_tsc_unstable()) {
		vmx_set_deadline(&vcpu->vmx, vmh_apic_deadline_tsc(vcpu));
		return;
	}
	deadline = vmh_apic_deadline_ns(vcpu);
	if (deadline == U64_MAX)
		vmh_apic_timer_stop(vcpu);
	else
		vmh_apic_start_hrtimer(vcpu, deadline);
}

/**
 * vmh_apic_timer_wakes() - before the thread sleeps: let the host's timer wake it
 * @vcpu: the vCPU.
 *
 * Return: whether it needs one; then vmh_apic_timer_stop() afterwards.
 */
bool vmh_apic_timer_wakes(struct vmh_vcpu *vcpu)
{
	if (!vcpu->vmx.deadline)
		return false;
	vmh_apic_start_hrtimer(vcpu, vmh_apic_deadline_ns(vcpu));
	return true;
}

/**
 * vmh_apic_timer_stop() - stop the host's timer
 * @vcpu: the vCPU.
 *
 * If it fires at this moment it leaves a request, which finds nothing due.
 */
void vmh_apic_timer_stop(struct vmh_vcpu *vcpu)
{
	hrtimer_try_to_cancel(&vcpu->apic.timer);
}

static bool vmh_apic_timer_is_due(struct vmh_vcpu *vcpu)
{
	u64 tsc = lapic_tsc_deadline(&vcpu->apic.lapic);

	if (tsc)
		return tsc <= vmx_guest_tsc(&vcpu->vmx, rdtsc());
	return lapic_timer_deadline(&vcpu->apic.lapic) <= vmh_now_ns();
}

/**
 * vmh_apic_deadline_passed() - is what vmh_apic_rearm() has armed due?
 * @vcpu: the vCPU, loaded.
 *
 * The TSC and the host's clock run a little apart. A deadline on that clock may not have come yet
 * when it has on the TSC: then it is armed again.
 *
 * Context: its thread.
 */
bool vmh_apic_deadline_passed(struct vmh_vcpu *vcpu)
{
	if (!vmx_deadline_is_due(&vcpu->vmx))
		return false;
	if (vmh_apic_timer_is_due(vcpu))
		return true;
	vmh_apic_rearm(vcpu);
	return false;
}

/**
 * vmh_apic_timer_expired() - the host's timer has fired
 * @vcpu: the vCPU.
 *
 * It may have been for a deadline that the guest has since changed, so the deadline is looked at.
 *
 * Context: its thread.
 */
void vmh_apic_timer_expired(struct vmh_vcpu *vcpu)
{
	if (vmh_apic_timer_is_due(vcpu))
		lapic_timer_expired(&vcpu->apic.lapic, vmh_now_ns());
	vmh_apic_rearm(vcpu);
}

/**
 * vmh_apic_effect() - do what follows from an access to the APIC
 * @vcpu: the vCPU whose APIC it is.
 * @fx: what the model said.
 *
 * Context: its thread; interrupts may be off.
 */
void vmh_apic_effect(struct vmh_vcpu *vcpu, const struct lapic_effect *fx)
{
	if (likely(!(fx->flags & ~(LAPIC_FX_PENDING | LAPIC_FX_EOI_EDGE))))
		return;
	if (fx->flags & LAPIC_FX_IPI)
		vmh_irq_send(vcpu->vm->irqchip, vcpu, &fx->ipi);
	if (fx->flags & LAPIC_FX_EOI)
		vmh_irq_eoi(vcpu, fx->eoi_vector);
	if (fx->flags & LAPIC_FX_TIMER)
		vmh_apic_rearm(vcpu);
	if (fx->flags & LAPIC_FX_MAP)
		vmh_apic_publish(vcpu);
	if (fx->flags & LAPIC_FX_NMI)
		vmh_vcpu_send_nmi(vcpu);
	if (fx->flags & LAPIC_FX_INIT)
		vmh_vcpu_request(vcpu, VMH_REQ_INIT);
}

/**
 * vmh_apic_init_signal() - what INIT does to the APIC
 * @vcpu: the vCPU.
 *
 * Context: its thread.
 */
void vmh_apic_init_signal(struct vmh_vcpu *vcpu)
{
	if (!vmh_has_apic(vcpu))
		return;
	bitmap_zero(vcpu->apic.posted, 256);
	bitmap_zero(vcpu->vmx.posted.vectors, 256);
	lapic_reset(&vcpu->apic.lapic, true);
	vmh_apic_publish(vcpu);
	vmh_apic_rearm(vcpu);
}

/**
 * vmh_apic_mmio_access() - a device access that may be to the vCPU's own APIC page
 * @vcpu: the vCPU.
 * @gpa: guest-physical address.
 * @len: bytes.
 * @data: what is written, or where to put what is read.
 * @write: direction.
 *
 * SDM, "The Local APIC Block Diagram": registers are accessed by aligned 32-bit loads and stores;
 * anything else is undefined: reads of zeros, writes without effect.
 *
 * Return: whether it was.
 */
bool vmh_apic_mmio_access(struct vmh_vcpu *vcpu, u64 gpa, unsigned int len, void *data, bool write)
{
	struct lapic *lapic = &vcpu->apic.lapic;
	struct lapic_effect fx = {};
	u32 value = 0, offset = gpa & (PAGE_SIZE - 1);

	if (!vmh_has_apic(vcpu) || !lapic_enabled(lapic) || lapic_x2apic(lapic) ||
	    (gpa & PAGE_MASK) != lapic_mmio_gpa(lapic))
		return false;
	if (write) {
		memcpy(&value, data, min_t(unsigned int, len, sizeof(value)));
		if (len >= sizeof(value) && IS_ALIGNED(offset, 16))
			lapic_mmio_write(lapic, offset, value,
					 lapic_needs_time(offset) ? vmh_now_ns() : 0, &fx);
		vmh_apic_effect(vcpu, &fx);
		return true;
	}
	memset(data, 0, len);
	if (!lapic_mmio_read(lapic, offset & ~3U, vmh_now_ns(), &value)) {
		value >>= 8 * (offset & 3);
		memcpy(data, &value, min_t(unsigned int, len, sizeof(value) - (offset & 3)));
	}
	return true;
}
