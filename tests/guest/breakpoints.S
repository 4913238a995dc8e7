/* SPDX-License-Identifier: GPL-2.0 */
/* #DB by DR0-DR3: execution, data, port access; INT3; RF steps over a breakpoint. */
#include "guest.h"

#define CLEAR_DR6 xorl %eax, %eax; movq %rax, %dr6

	BEGIN64
	CLEAR_DR6
	/* Execution: a fault, before the instruction. */
	movl	$.Lhere, %eax
	movq	%rax, %dr0
	movl	$0x402, %eax
	movq	%rax, %dr7
	movl	$1f, rt_exc_resume
	movl	$0, %ebx
.Lhere:	movl	$1, %ebx
	FAIL
1:	IS(cmpl $VEC_DB, rt_exc_vector)
	IS(cmpl $.Lhere, rt_exc_rip)
	IS(cmpl $0, %ebx)
	movq	%dr6, %rax
	andl	$0xe00f, %eax
	IS(cmpl $1, %eax)

	/* On an instruction that exits: still before it. */
	CLEAR_DR6
	movl	$.Lexit, %eax
	movq	%rax, %dr1
	movl	$0x408, %eax
	movq	%rax, %dr7
	movl	$2f, rt_exc_resume
	movl	$0, %eax
.Lexit:	cpuid
	FAIL
2:	IS(cmpl $.Lexit, rt_exc_rip)
	movq	%dr6, %rax
	andl	$0xe00f, %eax
	IS(cmpl $2, %eax)
	/* And with RF it is stepped over. */
	pushq	$SEL_DATA
	movq	%rsp, %rax
	addq	$8, %rax
	pushq	%rax
	pushq	$(FLAG_RF | 2)
	pushq	$SEL_CODE64
	movl	$0, %eax
	pushq	$.Lexit2
	movl	$.Lexit2, %ecx
	movq	%rcx, %dr1
	iretq
.Lexit2: cpuid
	cmpl	$0x756e6547, %ebx
	CHECK(e)

	/* Data: a trap, after the write of any byte of it. */
	CLEAR_DR6
	movl	$0x300000, %eax
	movq	%rax, %dr2
	movl	$0x0d000420, %eax		/* DR2, writes, 4 bytes */
	movq	%rax, %dr7
	movl	0x300000, %eax
	TRAPS(VEC_DB, movb $1, 0x300003)
	IS(cmpb $1, 0x300003)
	movq	%dr6, %rax
	andl	$0xe00f, %eax
	IS(cmpl $4, %eax)
	movb	$1, 0x300004
	/* Reads too. */
	CLEAR_DR6
	movl	$0x0f000420, %eax
	movq	%rax, %dr7
	TRAPS(VEC_DB, movl 0x300000, %eax)

	/* INT3 and INT1 leave DR6 alone. */
	movl	$0x400, %eax
	movq	%rax, %dr7
	CLEAR_DR6
	TRAPS(VEC_BP, int3)
	TRAPS(VEC_DB, .byte 0xf1)
	movq	%dr6, %rax
	andl	$0xe00f, %eax
	IS(cmpl $0, %eax)

	/* Not enabled: nothing. The registers keep their values across exits all the same. */
	movl	$.Lhere2, %eax
	movq	%rax, %dr0
.Lhere2: outb	%al, $0x80
	movq	%dr0, %rcx
	IS(cmpq $.Lhere2, %rcx)
	PASS
