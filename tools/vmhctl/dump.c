// SPDX-License-Identifier: GPL-2.0
/* A vCPU's registers on stderr, for when its guest failed. */
#include "dump.h"
#include "message.h"
#include "vcpu.h"

static void dump_general(const struct kvm_regs *r)
{
	complain("  rip %016llx rflags %08llx", r->rip, r->rflags);
	complain("  rax %016llx rbx %016llx rcx %016llx rdx %016llx",
		 r->rax, r->rbx, r->rcx, r->rdx);
	complain("  rsi %016llx rdi %016llx rsp %016llx rbp %016llx",
		 r->rsi, r->rdi, r->rsp, r->rbp);
	complain("  r8  %016llx r9  %016llx r10 %016llx r11 %016llx",
		 r->r8, r->r9, r->r10, r->r11);
	complain("  r12 %016llx r13 %016llx r14 %016llx r15 %016llx",
		 r->r12, r->r13, r->r14, r->r15);
}

static void dump_segment(const char *name, const struct kvm_segment *s)
{
	complain("  %-4s %04x base %016llx limit %08x type %x s %u dpl %u p %u l %u db %u g %u%s",
		 name, s->selector, s->base, s->limit, s->type, s->s, s->dpl, s->present,
		 s->l, s->db, s->g, s->unusable ? " unusable" : "");
}

static void dump_system(const struct kvm_sregs *s)
{
	complain("  cr0 %08llx cr2 %016llx cr3 %016llx cr4 %08llx cr8 %llx",
		 s->cr0, s->cr2, s->cr3, s->cr4, s->cr8);
	complain("  efer %llx apic_base %llx gdt %016llx/%x idt %016llx/%x",
		 s->efer, s->apic_base, s->gdt.base, s->gdt.limit,
		 s->idt.base, s->idt.limit);
	dump_segment("cs", &s->cs);
	dump_segment("ss", &s->ss);
	dump_segment("ds", &s->ds);
	dump_segment("es", &s->es);
	dump_segment("fs", &s->fs);
	dump_segment("gs", &s->gs);
	dump_segment("tr", &s->tr);
	dump_segment("ldtr", &s->ldt);
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
		dump_general(&regs);
	if (!vcpu_ioctl(vcpu, VMH_GET_SREGS, &sregs))
		dump_system(&sregs);
}
