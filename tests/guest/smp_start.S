/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other processors: INIT and start-up IPI, their state then, IPIs to one, to all, to all others,
 * locked counting by all at once. CPUS is how many there are. All have IF set, as KVM in Bochs
 * could not let the others run otherwise.
 */
#include "guest.h"

#ifndef CPUS
#define CPUS	2
#endif
#define ROUNDS	2000

	BEGIN64
	testl	%edi, %edi
	jnz	other

	movl	$EOI_XAPIC, rt_eoi_kind
	movl	$SVR_ON, LAPIC + LAPIC_SVR
	sti
	/* They wait until they are called. */
	movl	$100000, %ecx
1:	pause
	loop	1b
	IS(cmpl $1, rt_cpus)
	/* The vector is the page they start in: the one with our first instruction. */
	movl	$(ICR_OTHERS + ICR_INIT + ICR_ASSERT), LAPIC + LAPIC_ICR
	movl	$(ICR_OTHERS + ICR_SIPI + ICR_ASSERT + 1), LAPIC + LAPIC_ICR
	/* A second one is ignored by those that run. */
	movl	$(ICR_OTHERS + ICR_SIPI + ICR_ASSERT + 1), LAPIC + LAPIC_ICR
	WAIT(cmpl $(CPUS - 1), ready)
	IS(cmpl $CPUS, rt_cpus)

	/* One by one: physical destination. */
	movl	$1, %ebx
2:	movl	%ebx, %eax
	shll	$24, %eax
	movl	%eax, LAPIC + LAPIC_ICR2
	movl	$(ICR_ASSERT + 0x41), LAPIC + LAPIC_ICR
	WAIT(cmpl %ebx, rt_irq_counts + 4 * 0x41)
	IS(cmpl $1, taken(, %rbx, 4))
	incl	%ebx
	cmpl	$CPUS, %ebx
	jb	2b
	/* All others, then all. */
	movl	$(ICR_OTHERS + ICR_ASSERT + 0x42), LAPIC + LAPIC_ICR
	WAIT(cmpl $(CPUS - 1), rt_irq_counts + 4 * 0x42)
	movl	$(ICR_ALL + ICR_ASSERT + 0x43), LAPIC + LAPIC_ICR
	WAIT(cmpl $CPUS, rt_irq_counts + 4 * 0x43)
	/* Logical destination, flat: bit n is processor n. */
	movl	$0x02000000, LAPIC + LAPIC_ICR2
	movl	$(ICR_ASSERT + (1 << 11) + 0x44), LAPIC + LAPIC_ICR
	WAIT(cmpl $1, rt_irq_counts + 4 * 0x44)

	/* Now all count, locked and each for itself. */
	movl	$1, go
	movl	$(ICR_OTHERS + ICR_ASSERT + 0x45), LAPIC + LAPIC_ICR
	call	counting
	WAIT(cmpl $CPUS, counted)
	IS(cmpl $(CPUS * ROUNDS), shared)
	/* An NMI to all others. */
	movl	$(ICR_OTHERS + ICR_NMI + ICR_ASSERT), LAPIC + LAPIC_ICR
	WAIT(cmpl $(CPUS - 1), nmis)
	/* INIT stops them for good: their counter stands still. */
	movl	$(ICR_OTHERS + ICR_INIT + ICR_ASSERT), LAPIC + LAPIC_ICR
	movl	$100000, %ecx
3:	pause
	loop	3b
	movl	beats, %eax
	movl	$100000, %ecx
4:	pause
	loop	4b
	IS(cmpl %eax, beats)
	/* And they can be started again. */
	movl	beats, %ebx
	movl	$2, go
	movl	$(ICR_OTHERS + ICR_SIPI + ICR_ASSERT + 1), LAPIC + LAPIC_ICR
	WAIT(cmpl $(CPUS - 1), restarted)
	PASS

other:
	cmpl	$2, go
	jne	1f
	lock incl restarted
	sti
	jmp	.
	/* Their APIC says who they are. */
1:	movl	$SVR_ON, LAPIC + LAPIC_SVR
	movl	LAPIC + LAPIC_ID, %ebx
	shrl	$24, %ebx
	cmpl	$1, %ebx
	CHECK(ae)
	cmpl	$CPUS, %ebx
	CHECK(b)
	movl	%ebx, %ecx
	movl	$1, %eax
	shll	%cl, %eax
	shll	$24, %eax
	movl	%eax, LAPIC + LAPIC_LDR
	READ_MSR MSR_APIC_BASE
	IS(testl $APIC_BASE_BSP, %eax)
	movl	$1, %eax
	pushq	%rbx
	cpuid
	shrl	$24, %ebx
	popq	%rcx
	IS(cmpl %ecx, %ebx)
	movl	%ecx, %ebx
	ON	0x41, take
	ON	VEC_NMI, nmi
	sti
	lock incl ready
2:	hlt
	cmpl	$0, go
	je	2b
	call	counting
3:	lock incl beats
	pause
	jmp	3b

counting:
	movl	$ROUNDS, %ecx
1:	lock incl shared
	loop	1b
	lock incl counted
	ret

take:
	movl	LAPIC + LAPIC_ID, %eax
	shrl	$24, %eax
	incl	taken(, %rax, 4)
	lock incl rt_irq_counts + 4 * 0x41
	jmp	rt_eoi
nmi:
	lock incl nmis
	ret

	.bss
ready:
	.skip	4
go:
	.skip	4
shared:
	.skip	4
counted:
	.skip	4
beats:
	.skip	4
nmis:
	.skip	4
restarted:
	.skip	4
taken:
	.skip	4 * CPUS
