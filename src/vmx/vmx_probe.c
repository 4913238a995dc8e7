// SPDX-License-Identifier: GPL-2.0
/*
 * What a processor says it has, and does otherwise: found out by trying, as an emulator or another
 * hypervisor is not known by its name. SDM, "Evaluation and Delivery of Virtual Interrupts".
 *
 * Bochs delivers a virtual interrupt that is pending as soon as one of the host's arrives, also to
 * a guest that has interrupts off. A guest of our own finds out, in real mode: it has one pending,
 * keeps interrupts off and counts, while a timer of the host's expires. As a Haswell, Bochs does
 * that only with an interrupt that the guest has sent to itself, so both are tried.
 */
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/apicdef.h>
#include <asm/vmx.h>

#include "ept_entry.h"
#include "exit.h"
#include "tlb_check.h"
#include "vmh_compat.h"

#define PROBE_ROUNDS	8		/* of each kind */
#define PROBE_VECTOR	0x30
#define PROBE_CODE	0x400
#define PROBE_HANDLER	0x500
#define PROBE_STACK	0x800
#define PROBE_CPUID	1		/* entries that its CPUID table has room for */
/* In the first round; each waits twice as long as the one before: the guest's loop may be slow. */
#define TIMER_NS	(10 * NSEC_PER_USEC)

/*
 * mov $0x83f, %ecx; mov $PROBE_VECTOR, %eax; xor %edx, %edx; sti; nop; cli; wrmsr: to itself.
 * mov $0xffff, %cx; 1: loop 1b; hlt
 */
static const u8 probe_code[] = {
	0x66, 0xb9, 0x3f, 0x08, 0x00, 0x00, 0x66, 0xb8, PROBE_VECTOR, 0x00, 0x00, 0x00,
	0x66, 0x31, 0xd2, 0xfb, 0x90, 0xfa, 0x0f, 0x30,
	0xb9, 0xff, 0xff, 0xe2, 0xfe, 0xf4,
};

/* Where in it the guest begins that has one pending. */
#define PROBE_LOOP	20

static const u8 probe_handler[] = { 0xf4 };

/**
 * struct probe - a vCPU with one page of memory
 * @v: the vCPU.
 * @cpuid: its CPUID table.
 * @ept: its EPT tables, the root first.
 * @eptp: what the VMCS has of them.
 * @memory: what they map at guest-physical address 0.
 * @apic: the register page that its virtual interrupts come from.
 * @timer: the host's.
 */
struct probe {
	struct vmx_vcpu v;
	struct cpuid_table *cpuid;
	u64 *ept[EPT_LEVELS];
	u64 eptp;
	u8 *memory;
	u8 *apic;
	struct hrtimer timer;
};

static enum hrtimer_restart probe_expired(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

static void probe_free(struct probe *p)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p->ept); i++)
		free_page((unsigned long)p->ept[i]);
	free_page((unsigned long)p->memory);
	free_page((unsigned long)p->apic);
	kvfree(p->cpuid);
	kfree(p);
}

static struct probe *probe_alloc(void)
{
	struct probe *p = kzalloc(sizeof(*p), GFP_KERNEL);
	struct cpuid_caps caps;
	bool complete;
	unsigned int i;

	if (!p)
		return NULL;
	p->cpuid = kvzalloc(cpuid_table_bytes(PROBE_CPUID), GFP_KERNEL);
	p->memory = (u8 *)get_zeroed_page(GFP_KERNEL);
	p->apic = (u8 *)get_zeroed_page(GFP_KERNEL);
	complete = p->cpuid && p->memory && p->apic;
	for (i = 0; i < ARRAY_SIZE(p->ept); i++) {
		p->ept[i] = (u64 *)get_zeroed_page(GFP_KERNEL);
		complete = complete && p->ept[i];
	}
	if (!complete) {
		probe_free(p);
		return NULL;
	}
	vmx_guest_caps(&caps);
	cpuid_table_init(p->cpuid, PROBE_CPUID, &caps);
	return p;
}

static void probe_fill(struct probe *p)
{
	u16 *vector = (u16 *)(p->memory + PROBE_VECTOR * 2 * sizeof(u16));
	unsigned int i;

	for (i = 0; i + 1 < ARRAY_SIZE(p->ept); i++)
		p->ept[i][0] = __pa(p->ept[i + 1]) | EPT_RWX;
	p->ept[i][0] = __pa(p->memory) | EPT_RWX | EPT_TYPE_WB;
	vector[0] = PROBE_HANDLER;
	memcpy(p->memory + PROBE_CODE, probe_code, sizeof(probe_code));
	memcpy(p->memory + PROBE_HANDLER, probe_handler, sizeof(probe_handler));
}

/*
 * With the vCPU loaded: the state after INIT, but for where it is. The interrupt is pending, or is
 * about to be sent.
 */
static void probe_set_state(struct probe *p, bool pending)
{
	memset(p->apic, 0, PAGE_SIZE);
	if (pending)
		*(u32 *)(p->apic + APIC_IRR + PROBE_VECTOR / 32 * 0x10) = BIT(PROBE_VECTOR % 32);
	vmcs_write(GUEST_CS_SELECTOR, 0);
	vmcs_write(GUEST_CS_BASE, 0);
	vmcs_write(GUEST_RIP, PROBE_CODE + (pending ? PROBE_LOOP : 0));
	vmcs_write(GUEST_RSP, PROBE_STACK);
	vmcs_write(GUEST_RFLAGS, X86_EFLAGS_FIXED);
	vmcs_write(GUEST_INTR_STATUS, pending ? PROBE_VECTOR : 0);
}

/*
 * Is no interrupt in service, after a while in which one of the host's has come? That one may end
 * the stay before the guest has sent its own, which says nothing; later rounds wait longer. The
 * timer is started with interrupts off: if it expires before the guest runs, its interrupt is still
 * to come.
 */
static bool probe_once(struct probe *p, bool pending, u64 timer_ns)
{
	enum vmx_result result;
	bool held;

	preempt_disable();
	vmx_vcpu_load(&p->v);
	/* Others may have used the same pages before. */
	vmx_flush_ept(p->eptp);
	vmx_apicv_set_x2apic(&p->v, true);
	probe_set_state(p, pending);
	local_irq_disable();
	hrtimer_start(&p->timer, ns_to_ktime(timer_ns), HRTIMER_MODE_REL_PINNED_HARD);
	p->v.budget = 1;
	vmx_turn_begin(&p->v);
	result = vmx_run(&p->v);
	vmx_turn_end(&p->v, result);
	vmx_end_host_interrupt(&p->v);
	held = (result == VMX_HLT || result == VMX_HOST_IRQ) &&
	       !(vmcs_read32(GUEST_INTR_STATUS) >> 8);
	local_irq_enable();
	vmx_vcpu_put(&p->v);
	preempt_enable();
	hrtimer_cancel(&p->timer);
	return held;
}

/**
 * vmx_probe_apicv() - does the processor hold virtual interrupts back while the guest does?
 * @held: the answer.
 *
 * Context: may sleep. All processors are in VMX operation, with virtual-interrupt delivery.
 *
 * Return: 0, or -ENOMEM.
 */
int vmx_probe_apicv(bool *held)
{
	struct probe *p = probe_alloc();
	unsigned int round;
	int ret;

	if (!p)
		return -ENOMEM;
	probe_fill(p);
	p->eptp = __pa(p->ept[0]) | EPTP_TYPE_WB | EPTP_WALK_4;
	vmx_tlb_ept_created(p->eptp);
	ret = vmx_vcpu_create(&p->v, p->cpuid, p->eptp);
	if (ret)
		goto free;
	vmx_apicv_create(&p->v, p->apic);
	vmh_hrtimer_setup(&p->timer, probe_expired, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	*held = true;
	for (round = 0; round < PROBE_ROUNDS && *held; round++)
		*held = probe_once(p, true, TIMER_NS << round) &&
			probe_once(p, false, TIMER_NS << round);
	vmx_vcpu_destroy(&p->v);
free:
	vmx_tlb_ept_destroyed(p->eptp);
	probe_free(p);
	return ret;
}
