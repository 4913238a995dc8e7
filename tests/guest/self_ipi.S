/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupts to oneself: delivery, order by priority, masking by IF, TPR and CR8, EOI, NMI. */
#include "guest.h"

#ifdef X2APIC
.macro SEND value
	WRITE_MSR MSR_X2APIC + LAPIC_ICR / 16, 0, \value
.endm
#define EOI_KIND EOI_X2APIC
#else
.macro SEND value
	movl	$(\value), LAPIC + LAPIC_ICR
.endm
#define EOI_KIND EOI_XAPIC
#endif

	BEGIN64
	movl	$EOI_KIND, rt_eoi_kind
#ifdef X2APIC
	READ_MSR MSR_APIC_BASE
	orl	$APIC_BASE_X2, %eax
	wrmsr
	WRITE_MSR MSR_X2APIC + LAPIC_SVR / 16, 0, SVR_ON
#else
	movl	$SVR_ON, LAPIC + LAPIC_SVR
#endif
	/* With IF clear it waits; STI's shadow is one instruction. */
	SEND	ICR_SELF + 0x41
	IS(cmpl $0, rt_irq_counts + 4 * 0x41)
	sti
	nop
	IS(cmpl $1, rt_irq_counts + 4 * 0x41)
	/* At once when IF is set. */
	SEND	ICR_SELF + 0x42
	nop
	IS(cmpl $1, rt_irq_counts + 4 * 0x42)
	/* Twice before it is taken counts once; while in service it waits for the EOI. */
	cli
	SEND	ICR_SELF + 0x43
	SEND	ICR_SELF + 0x43
	sti
	nop
	cli
	IS(cmpl $1, rt_irq_counts + 4 * 0x43)

	/* Higher vectors first. */
	ON	0x51, note
	ON	0x61, note
	ON	0x71, note
	SEND	ICR_SELF + 0x51
	SEND	ICR_SELF + 0x71
	SEND	ICR_SELF + 0x61
	sti
	nop
	nop
	nop
	nop
	cli
	IS(cmpl $0x00516171, order)
	/* Within a handler that has IF set, only a higher class interrupts. */
	movl	$0, order
	ON	0x61, nest
	SEND	ICR_SELF + 0x61
	sti
	nop
	nop
	nop
	cli
	IS(cmpl $0x00517161, order)

	/* The task priority, by CR8. */
	movl	$0, order
	movl	$6, %eax
	movq	%rax, %cr8
	SEND	ICR_SELF + 0x51
	SEND	ICR_SELF + 0x71
	sti
	nop
	nop
	IS(cmpl $0x71, order)
	movl	$5, %eax
	movq	%rax, %cr8
	nop
	IS(cmpl $0x71, order)
	movl	$4, %eax
	movq	%rax, %cr8
	nop
	IS(cmpl $0x5171, order)
	xorl	%eax, %eax
	movq	%rax, %cr8
	cli

	/* NMI: not masked by IF; blocked until IRET. */
	ON	VEC_NMI, nmi
	SEND	ICR_NMI + ICR_ASSERT	/* physical destination 0: oneself */
	nop
	IS(cmpl $1, nmis)
	movl	$2, nested_nmis
	SEND	ICR_NMI + ICR_ASSERT
	nop
	nop
	IS(cmpl $3, nmis)
	IS(cmpl $0, overlapped)

	/* POPF and IRET open the window too, without a shadow. */
	SEND	ICR_SELF + 0x41
	pushq	$(FLAG_IF + 2)
	popfq
	IS(cmpl $2, rt_irq_counts + 4 * 0x41)
	cli
	/* MOV SS and STI hold it back for one instruction. */
	SEND	ICR_SELF + 0x41
	movl	rt_irq_counts + 4 * 0x41, %ebx
	sti
	movl	rt_irq_counts + 4 * 0x41, %ecx
	cli
	IS(cmpl %ebx, %ecx)
	IS(cmpl $3, rt_irq_counts + 4 * 0x41)
	/* The same when that instruction exits. */
	SEND	ICR_SELF + 0x41
	xorl	%eax, %eax
	sti
	cpuid
	cli
	IS(cmpl $4, rt_irq_counts + 4 * 0x41)
	/* STI directly followed by CLI lets nothing in. */
	SEND	ICR_SELF + 0x41
	sti
	cli
	IS(cmpl $4, rt_irq_counts + 4 * 0x41)
	sti
	nop
	IS(cmpl $5, rt_irq_counts + 4 * 0x41)
	PASS

/* Append the vector to @order, which is filled from its low byte up. */
note:
	movl	(%rdi), %eax
	movl	order, %edx
	xorl	%ecx, %ecx
1:	testl	%edx, %edx
	jz	2f
	shrl	$8, %edx
	addl	$8, %ecx
	jmp	1b
2:	shll	%cl, %eax
	orl	%eax, order
	jmp	rt_eoi

nest:
	pushq	%rdi
	movl	$0x61, order
	SEND	ICR_SELF + 0x51
	SEND	ICR_SELF + 0x71
	sti
	nop
	nop
	cli
	IS(cmpl $0x7161, order)
	popq	%rdi
	jmp	rt_eoi

nmi:
	incl	nmis
	cmpl	$0, in_nmi
	je	1f
	incl	overlapped
1:	incl	in_nmi
	cmpl	$0, nested_nmis
	je	2f
	decl	nested_nmis
	jz	2f
	SEND	ICR_NMI + ICR_ASSERT
	nop
	nop
	/* An exit in between does not lift the blocking. */
	xorl	%eax, %eax
	pushq	%rbx
	cpuid
	popq	%rbx
2:	decl	in_nmi
	ret

	.bss
order:
	.skip	8
nmis:
	.skip	4
nested_nmis:
	.skip	4
in_nmi:
	.skip	4
overlapped:
	.skip	4
