/* SPDX-License-Identifier: GPL-2.0 */
/* Hardware task switches: CALL, JMP, IRET and task gates, 32-bit and 16-bit TSSs. */
#include "guest.h"

#define TSS_LINK	0
#define TSS_EIP		32
#define TSS_EFLAGS	36
#define TSS_EAX		40
#define TSS_ESP		56
#define TSS_ES		72
#define TSS_CS		76
#define TSS_SS		80
#define TSS_DS		84
#define TSS16_IP	14
#define TSS16_FLAGS	16
#define TSS16_AX	18
#define TSS16_SP	26
#define TSS16_ES	34
#define TSS16_CS	36
#define TSS16_SS	38
#define TSS16_DS	40
#define FLAG_NT		(1 << 14)
#define SEL_A		SEL_TSS32
#define SEL_B		SEL_SPARE
#define SEL_C		(SEL_SPARE + 8)
#define VEC_GATE	0x60

/* A descriptor of a TSS. */
.macro TSS selector, base, limit, type
	movl	$\base, %eax
	shll	$16, %eax
	orl	$\limit, %eax
	movl	%eax, rt_gdt + \selector
	movl	$\base, %eax
	shrl	$16, %eax
	orl	$(\type << 8), %eax
	movl	%eax, rt_gdt + \selector + 4
.endm

	BEGIN32
	TSS	SEL_A, tss_a, 0x67, 0x89
	TSS	SEL_B, tss_b, 0x67, 0x89
	movw	$SEL_A, %ax
	ltr	%ax
	movl	$called, tss_b + TSS_EIP
	movl	$2, tss_b + TSS_EFLAGS
	movl	$0x11111111, tss_b + TSS_EAX
	movl	$stack_b, tss_b + TSS_ESP
	movw	$SEL_CODE32, tss_b + TSS_CS
	movw	$SEL_DATA, tss_b + TSS_ES
	movw	$SEL_DATA, tss_b + TSS_SS
	movw	$SEL_DATA, tss_b + TSS_DS

	/* CALL, and IRET back; the called task goes on where it was. */
	movl	$0x77, %esi
	movl	$0, %ebp
	lcall	$SEL_B, $0
	IS(cmpl $0x77, %esi)
	IS(cmpl $1, count)
	str	%ax
	IS(cmpw $SEL_A, %ax)
	pushfl
	popl	%eax
	IS(testl $FLAG_NT, %eax)
	IS(testb $2, rt_gdt + SEL_B + 5)
	lcall	$SEL_B, $0
	IS(cmpl $2, count)
	/* Its own task is busy. */
	FAULTS(VEC_GP, lcall $SEL_A, $0)
	IS(cmpl $SEL_A, rt_exc_error)

	/* JMP there and back. */
	movl	$jumped, tss_b + TSS_EIP
	ljmp	$SEL_B, $0
	IS(cmpl $3, count)
	IS(testb $2, rt_gdt + SEL_B + 5)

	/* A software interrupt through a task gate, then a fault with an error code. */
	movl	$(SEL_B << 16), rt_idt32 + 8 * VEC_GATE
	movl	$0x8500, rt_idt32 + 8 * VEC_GATE + 4
	movl	$called, tss_b + TSS_EIP
	movl	$0x11111111, tss_b + TSS_EAX
	movl	$stack_b, tss_b + TSS_ESP
	int	$VEC_GATE
	IS(cmpl $4, count)
	movl	rt_idt32 + 8 * VEC_GP, %ebx
	movl	rt_idt32 + 8 * VEC_GP + 4, %edi
	movl	$(SEL_B << 16), rt_idt32 + 8 * VEC_GP
	movl	$0x8500, rt_idt32 + 8 * VEC_GP + 4
	movl	$faulted, tss_b + TSS_EIP
	movl	$stack_b, tss_b + TSS_ESP
	movl	$0xfff8, %eax
	movw	%ax, %fs
1:	IS(cmpl $5, count)
	movl	%ebx, rt_idt32 + 8 * VEC_GP
	movl	%edi, rt_idt32 + 8 * VEC_GP + 4

	/* A 16-bit TSS. */
	TSS	SEL_C, tss_c, 0x2b, 0x81
	movw	$called16, tss_c + TSS16_IP
	movw	$2, tss_c + TSS16_FLAGS
	movw	$0x2222, tss_c + TSS16_AX
	movw	$stack_b, tss_c + TSS16_SP
	movw	$SEL_CODE32, tss_c + TSS16_CS
	movw	$SEL_DATA, tss_c + TSS16_ES
	movw	$SEL_DATA, tss_c + TSS16_SS
	movw	$SEL_DATA, tss_c + TSS16_DS
	lcall	$SEL_C, $0
	IS(cmpl $6, count)
	IS(cmpl $0x77, %esi)

	/* A task that is not present, and one whose TSS is too short. */
	andb	$0x7f, rt_gdt + SEL_B + 5
	FAULTS(VEC_NP, ljmp $SEL_B, $0)
	orb	$0x80, rt_gdt + SEL_B + 5
	movw	$0x66, rt_gdt + SEL_B
	FAULTS(VEC_TS, ljmp $SEL_B, $0)
	IS(cmpl $SEL_B, rt_exc_error)
	PASS

called:
	IS(cmpl $0x11111111, %eax)
	str	%cx
	IS(cmpw $SEL_B, %cx)
	IS(cmpw $SEL_A, tss_b + TSS_LINK)
	pushfl
	popl	%ecx
	ISNT(testl $FLAG_NT, %ecx)
	movl	%cr0, %ecx
	ISNT(testl $CR0_TS, %ecx)
	incl	count
	iret
	jmp	called

jumped:
	incl	count
	pushfl
	popl	%ecx
	IS(testl $FLAG_NT, %ecx)
	ljmp	$SEL_A, $0

/* The selector is on the stack; the faulting task goes on elsewhere. */
faulted:
	popl	%ecx
	IS(cmpl $0xfff8, %ecx)
	movl	$1b, tss_a + TSS_EIP
	incl	count
	iret

called16:
	IS(cmpw $0x2222, %ax)
	IS(cmpw $SEL_A, tss_c + TSS_LINK)
	incl	count
	iret

	.data
	.balign 4
count:	.long	0
	.balign 128
tss_a:	.skip	128
tss_b:	.skip	128
tss_c:	.skip	128
	.skip	256
stack_b:
