/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's hypercalls between processors: an IPI to many at once, and a kick that ends HLT, with
 * interrupts off too; one that comes before HLT ends the next one. CPUS is how many there are.
 */
#include "guest.h"

#define CPUS		4
#define OTHERS		((1 << CPUS) - 2)
#define HC_KICK		5
#define HC_SEND_IPI	10
#define FEATURES	((1 << 7) + (1 << 11))
#define ICR_LOGICAL	(1 << 11)

	BEGIN64
	testl	%edi, %edi
	jnz	other

	movl	$0x40000001, %eax
	cpuid
	andl	$FEATURES, %eax
	IS(cmpl $FEATURES, %eax)
	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	movl	$(ICR_OTHERS + ICR_INIT + ICR_ASSERT), LAPIC + LAPIC_ICR
	movl	$(ICR_OTHERS + ICR_SIPI + ICR_ASSERT + 1), LAPIC + LAPIC_ICR
	WAIT(cmpl $(CPUS - 1), ready)

	/* To all others: each takes it once, and that many are told. */
	movl	$OTHERS, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	$0x42, %esi
	movl	$HC_SEND_IPI, %eax
	vmcall
	IS(cmpq $(CPUS - 1), %rax)
	WAIT(cmpl $(CPUS - 1), rt_irq_counts + 4 * 0x42)
	/* To one, counted from 2; a processor that there is not takes nothing. */
	movl	$0x21, %ebx
	movl	$1, %ecx
	movl	$2, %edx
	movl	$0x43, %esi
	movl	$HC_SEND_IPI, %eax
	vmcall
	IS(cmpq $1, %rax)
	WAIT(cmpl $1, rt_irq_counts + 4 * 0x43)
	/* An NMI. */
	movl	$OTHERS, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	$ICR_NMI, %esi
	movl	$HC_SEND_IPI, %eax
	vmcall
	IS(cmpq $(CPUS - 1), %rax)
	WAIT(cmpl $(CPUS - 1), nmis)
	/* Not with a destination of its own. */
	movl	$(ICR_LOGICAL + 0x42), %esi
	movl	$HC_SEND_IPI, %eax
	vmcall
	IS(cmpq $-22, %rax)
	IS(cmpl $(CPUS - 1), rt_irq_counts + 4 * 0x42)

	/* They halt with interrupts off. A kick ends it, and of one only. */
	movl	$1, go
	movl	$OTHERS, %ebx
	xorl	%edx, %edx
	movl	$0x44, %esi
	movl	$HC_SEND_IPI, %eax
	vmcall
	WAIT(cmpl $(CPUS - 1), halting)
	movl	$100000, %ecx
1:	pause
	loop	1b
	IS(cmpl $0, kicked)
	xorl	%ebx, %ebx
	movl	$2, %ecx
	movl	$HC_KICK, %eax
	vmcall
	IS(cmpq $0, %rax)
	WAIT(cmpl $1, kicked)
	/* Nobody: no harm. */
	movl	$77, %ecx
	movl	$HC_KICK, %eax
	vmcall
	IS(cmpq $0, %rax)
	/* Itself, before HLT. */
	xorl	%ecx, %ecx
	movl	$HC_KICK, %eax
	vmcall
	cli
	hlt
	IS(cmpl $1, kicked)
	PASS

other:
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	ON	VEC_NMI, nmi
	sti
	lock incl ready
1:	hlt
	cmpl	$0, go
	je	1b
	cli
	lock incl halting
	hlt
	lock incl kicked
2:	pause
	jmp	2b

nmi:
	lock incl nmis
	ret

	.bss
	.balign	4
ready:
	.skip	4
go:
	.skip	4
halting:
	.skip	4
kicked:
	.skip	4
nmis:
	.skip	4
