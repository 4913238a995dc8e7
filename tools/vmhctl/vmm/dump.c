// SPDX-License-Identifier: GPL-2.0
/* A vCPU's registers in words: on stderr when its guest has failed, and for who asks. */
#include "dump.h"
#include "message.h"
#include "vcpu.h"

static void dump_general(say_fn *say, const struct kvm_regs *r)
{
	say("  rip %016llx rflags %08llx", r->rip, r->rflags);
	say("  rax %016llx rbx %016llx rcx %016llx rdx %016llx",
	    r->rax, r->rbx, r->rcx, r->rdx);
	say("  rsi %016llx rdi %016llx rsp %016llx rbp %016llx",
	    r->rsi, r->rdi, r->rsp, r->rbp);
	say("  r8  %016llx r9  %016llx r10 %016llx r11 %016llx",
	    r->r8, r->r9, r->r10, r->r11);
	say("  r12 %016llx r13 %016llx r14 %016llx r15 %016llx",
	    r->r12, r->r13, r->r14, r->r15);
}

static void dump_segment(say_fn *say, const char *name, const struct kvm_segment *s)
{
	say("  %-4s %04x base %016llx limit %08x type %x s %u dpl %u p %u l %u db %u g %u%s",
	    name, s->selector, s->base, s->limit, s->type, s->s, s->dpl, s->present,
	    s->l, s->db, s->g, s->unusable ? " unusable" : "");
}

static void dump_system(say_fn *say, const struct kvm_sregs *s)
{
	say("  cr0 %08llx cr2 %016llx cr3 %016llx cr4 %08llx cr8 %llx",
	    s->cr0, s->cr2, s->cr3, s->cr4, s->cr8);
	say("  efer %llx apic_base %llx gdt %016llx/%x idt %016llx/%x",
	    s->efer, s->apic_base, s->gdt.base, s->gdt.limit,
	    s->idt.base, s->idt.limit);
	dump_segment(say, "cs", &s->cs);
	dump_segment(say, "ss", &s->ss);
	dump_segment(say, "ds", &s->ds);
	dump_segment(say, "es", &s->es);
	dump_segment(say, "fs", &s->fs);
	dump_segment(say, "gs", &s->gs);
	dump_segment(say, "tr", &s->tr);
	dump_segment(say, "ldtr", &s->ldt);
}

/**
 * dump_state() - tell of a vCPU's registers
 * @say: called with each line, without its end.
 * @regs: general registers.
 * @sregs: system registers.
 */
void dump_state(say_fn *say, const struct kvm_regs *regs, const struct kvm_sregs *sregs)
{
	dump_general(say, regs);
	dump_system(say, sregs);
}

/**
 * dump_registers() - print a vCPU's registers
 * @vcpu: not in the guest. What the kernel does not tell is left out.
 */
void dump_registers(const struct vcpu *vcpu)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;

	if (!vcpu_ioctl(vcpu, VMH_GET_REGS, &regs))
		dump_general(complain, &regs);
	if (!vcpu_ioctl(vcpu, VMH_GET_SREGS, &sregs))
		dump_system(complain, &sregs);
}
