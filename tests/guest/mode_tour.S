/* SPDX-License-Identifier: GPL-2.0 */
/* From real mode through every mode to long mode, and all the way back, three times. */
#include "guest.h"

	BEGIN64
	movl	$3, %r12d
	movl	$3, rounds
again:
	ljmpl	*leave
	CODE32
out_of_long:
	movl	%cr0, %eax
	andl	$~CR0_PG, %eax
	movl	%eax, %cr0
	movl	$MSR_EFER, %ecx
	rdmsr
	/* LMA went with paging. */
	IS(testl $EFER_LMA, %eax)
	andl	$~EFER_LME, %eax
	wrmsr
	movl	%cr4, %eax
	andl	$~CR4_PAE, %eax
	movl	%eax, %cr4
	/* Legacy protected mode now. */
	movl	$0x1234, 0x300000
	ljmp	$SEL_CODE16, $to_real
	CODE16
to_real:
	movw	$SEL_DATA16, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	%cr0, %eax
	andb	$~CR0_PE, %al
	movl	%eax, %cr0
	ljmp	$0, $real
real:
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$0x2000, %ax
	movw	%ax, %es
	movw	$0x4321, %es:0
	IS(cmpl $0x12345678, marker)
	smsww	%ax
	testb	$CR0_PE, %al
	CHECK(z)

	movl	%cr0, %eax
	orb	$CR0_PE, %al
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $protected
	CODE32
protected:
	movw	$SEL_DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	IS(cmpw $0x4321, 0x20000)
	IS(cmpl $0x1234, 0x300000)
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	rdmsr
	IS(testl $EFER_LMA, %eax)
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	rdmsr
	testl	$EFER_LMA, %eax
	CHECK(nz)
	ljmp	$SEL_CODE64, $1f
	CODE64
1:	movl	$0, 0x300000
	decl	rounds
	jnz	again
	TRAPS(VEC_BP, int3)
	PASS

	.data
leave:
	.long	out_of_long
	.word	SEL_CODE32
marker:
	.long	0x12345678
	.section .bss.low, "aw", @nobits
rounds:
	.skip	4
