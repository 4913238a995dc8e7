/* SPDX-License-Identifier: GPL-2.0 */
/* SYSCALL and SYSRET by STAR, LSTAR and FMASK; SYSENTER and SYSEXIT; all across exits. */
#include "guest.h"

	BEGIN64
	FAULTS(VEC_UD, syscall)			/* EFER.SCE is off */
	READ_MSR MSR_EFER
	orl	$EFER_SCE, %eax
	wrmsr
	WRITE_MSR MSR_STAR, (((SEL_USER32) << 16) | SEL_CODE64), 0
	WRITE_MSR MSR_LSTAR, 0, kernel
	WRITE_MSR MSR_FMASK, 0, FLAG_DF
	WRITE_MSR MSR_SYSENTER_CS, 0, SEL_CODE64
	WRITE_MSR MSR_SYSENTER_ESP, 0, fast_stack
	WRITE_MSR MSR_SYSENTER_EIP, 0, fast_kernel
	USER	user
	IS(cmpl $3, calls)
	IS(cmpl $1, fast_calls)
	PASS

user:
	xorl	%ebx, %ebx
	std
	movl	$0x111, %edi
	syscall
	IS(cmpl $0x112, %edi)
	pushfq
	popq	%rax
	testl	$FLAG_DF, %eax
	CHECK(nz)
	cld
	movw	%cs, %ax
	IS(cmpw $SEL_USER64, %ax)
	movw	%ss, %ax
	IS(cmpw $SEL_USERDATA, %ax)
	FAULTS(VEC_GP, cli)
	/* With exits in between. */
	syscall
	movl	MMIO_ABSENT, %eax
	syscall
	IS(cmpl $0x114, %edi)

	/* SYSENTER takes RSP and RIP back in RCX and RDX. Selectors follow SYSENTER_CS. */
	movq	%rsp, %rcx
	movl	$1f, %edx
	sysenter
1:	IS(cmpl $0x115, %edi)
	END_USER

kernel:
	incl	calls
	incl	%edi
	/* RCX is the return address, R11 the flags; DF was masked. */
	pushq	%rcx
	pushq	%r11
	pushfq
	popq	%rax
	IS(testl $FLAG_DF, %eax)
	movw	%cs, %ax
	IS(cmpw $SEL_CODE64, %ax)
	movl	MMIO_ABSENT, %eax
	outb	%al, $0x80
	xorl	%eax, %eax
	cpuid
	popq	%r11
	popq	%rcx
	sysretq

/* SYSEXIT goes to SYSENTER_CS + 32, where SEL_USERDATA is no code: so return by IRET. */
fast_kernel:
	incl	fast_calls
	incl	%edi
	IS(cmpq $fast_stack, %rsp)
	movw	%ss, %ax
	IS(cmpw $(SEL_CODE64 + 8), %ax)
	pushq	$SEL_USERDATA
	pushq	%rcx
	pushq	$2
	pushq	$SEL_USER64
	pushq	%rdx
	iretq

	.bss
	.balign 16
	.skip	256
fast_stack:
calls:
	.skip	4
fast_calls:
	.skip	4
