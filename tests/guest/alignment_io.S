/* SPDX-License-Identifier: GPL-2.0 */
/* #AC of string port access, which exits before the processor looks at memory. */
#include "guest.h"

	BEGIN64
	movq	%cr0, %rax
	orl	$CR0_AM, %eax
	movq	%rax, %cr0
	pushfq
	orl	$(FLAG_AC + 0x3000), (%rsp)	/* IOPL 3 */
	popfq
	movw	$PORT_SCRATCH, %dx
	movl	$0x300001, %esi			/* not at CPL 0 */
	outsw
	USER	user
	IS(cmpl $1, %ebx)
	PASS

user:
	movw	$PORT_SCRATCH, %dx
	movl	$0x300002, %esi
	movw	$0x1122, (%rsi)
	outsw
	IS(cmpq $0x300004, %rsi)
	inw	%dx, %ax
	IS(cmpw $0x1122, %ax)
	movl	$0x300001, %esi
	FAULTS(VEC_AC, outsw)
	IS(cmpq $0, rt_exc_error)
	IS(cmpq $0x300001, %rsi)
	movl	$0x300002, %edi
	FAULTS(VEC_AC, insl)
	IS(cmpq $0x300002, %rdi)
	movl	$0x300003, %edi
	insb
	movl	$1, %ebx
	END_USER
