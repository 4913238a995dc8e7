/* SPDX-License-Identifier: GPL-2.0 */
/* The runtime in 64-bit mode: exceptions, interrupts, user mode; and its data. */
#include "guest.h"

	.text
	CODE64

	.globl rt_main64
rt_main64:
	movw	$SEL_DATA, %ax
	movw	%ax, %ss
	movl	%esp, %esp
	movl	$rt_stubs64, %eax
	movl	$rt_idt64, %edx
	movl	$256, %ecx
1:	movw	%ax, (%rdx)
	movw	$SEL_CODE64, 2(%rdx)
	movw	$0x8e00, 4(%rdx)		/* interrupt gate */
	addl	$16, %eax
	addl	$16, %edx
	loop	1b
	/* These may be called from CPL 3. */
	movw	$0xee00, rt_idt64 + 16 * VEC_BP + 4
	movw	$0xee00, rt_idt64 + 16 * VEC_OF + 4
	movw	$0xee00, rt_idt64 + 16 * 0x2f + 4
	movw	$0xee00, rt_idt64 + 16 * 0x80 + 4
	movw	$rt_user_end, rt_idt64 + 16 * 0x2f
	lidt	rt_idt64_pointer
	movl	%ebx, %ebx
	jmp	*%rbx

	.balign 16
rt_stubs64:
	STUBS	rt_common64

/*
 * On the stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. A vector with a handler goes there;
 * an interrupt is counted and ended; an exception is noted down and goes on where a check said.
 */
rt_common64:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	leaq	40(%rsp), %rdi
	movl	(%rdi), %eax
	movq	rt_handlers(, %rax, 8), %rcx
	testq	%rcx, %rcx
	jz	1f
	call	*%rcx
	jmp	3f
1:	cmpl	$32, %eax
	jb	2f
	lock incl rt_irq_counts(, %rax, 4)
	call	rt_eoi
	jmp	3f
2:	call	rt_exception
3:	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	addq	$16, %rsp
	iretq

rt_exception:
	movl	%eax, rt_exc_vector
	movq	8(%rdi), %rax
	movq	%rax, rt_exc_error
	movq	16(%rdi), %rax
	movq	%rax, rt_exc_rip
	movq	24(%rdi), %rax
	movq	%rax, rt_exc_cs
	movq	32(%rdi), %rax
	movq	%rax, rt_exc_flags
	movq	40(%rdi), %rax
	movq	%rax, rt_exc_rsp
	movq	%rdi, rt_exc_frame
	movq	%cr2, %rax
	movq	%rax, rt_exc_cr2
	incl	rt_exc_count
	xorl	%ecx, %ecx
	xchgl	%ecx, rt_exc_resume
	testl	%ecx, %ecx
	jz	1f
	movq	%rcx, 16(%rdi)
	ret
1:	popq	%rax				/* the return address */
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	movl	$EXIT_UNEXPECTED, rt_fail_where
	jmp	rt_fail64

/* End the interrupt as rt_eoi_kind says. Changes EAX, ECX, EDX. */
	.globl rt_eoi
rt_eoi:
	movl	rt_eoi_kind, %edx
	cmpl	$EOI_XAPIC, %edx
	je	1f
	cmpl	$EOI_X2APIC, %edx
	je	2f
	cmpl	$EOI_PIC, %edx
	je	3f
	ret
1:	movl	$0, LAPIC + LAPIC_EOI
	ret
2:	WRITE_MSR MSR_X2APIC + LAPIC_EOI / 16, 0, 0
	ret
3:	movb	$0x20, %al
	cmpl	$0x28, (%rdi)
	jb	4f
	outb	%al, $PIC2
4:	outb	%al, $PIC1
	ret

	.globl rt_fail64
rt_fail64:
	movq	%rax, rt_registers
	movq	%rcx, rt_registers + 8
	movq	%rdx, rt_registers + 16
	movq	%rbx, rt_registers + 24
	movq	%rsp, rt_registers + 32
	movq	%rbp, rt_registers + 40
	movq	%rsi, rt_registers + 48
	movq	%rdi, rt_registers + 56
	movq	%r8, rt_registers + 64
	movq	%r9, rt_registers + 72
	movq	%r10, rt_registers + 80
	movq	%r11, rt_registers + 88
	movq	%r12, rt_registers + 96
	movq	%r13, rt_registers + 104
	movq	%r14, rt_registers + 112
	movq	%r15, rt_registers + 120
	/* On to the 32-bit reporter, in compatibility mode. From CPL 3 by an exception. */
	movw	%cs, %ax
	testb	$3, %al
	jz	1f
	int	$0x80
1:	cli
	movl	$rt_fail_stack_end, %esp
	movl	$16, %ebp
	lgdt	rt_gdt_pointer
	ljmpl	*.Lreport_pointer

/* Put the TSS to use, once. */
	.globl rt_load_tss
rt_load_tss:
	str	%ax
	testw	%ax, %ax
	jnz	1f
	movw	$SEL_TSS, %ax
	ltr	%ax
	movq	$rt_user_fail, %rax
	movw	%ax, rt_idt64 + 16 * 0x80
1:	ret

/* A check failed at CPL 3: report it from CPL 0. */
rt_user_fail:
	movl	$rt_fail_stack_end, %esp
	movl	$16, %ebp
	ljmpl	*.Lreport_pointer

/* Go to RAX at CPL 3; END_USER there returns from here. Changes RAX. */
	.globl rt_user
rt_user:
	pushq	%rax
	call	rt_load_tss
	popq	%rax
	movq	%rsp, rt_user_rsp
	movq	%rsp, rt_tss + 4
	pushq	$SEL_USERDATA
	pushq	$rt_user_stack_end
	pushfq
	pushq	$SEL_USER64
	pushq	%rax
	iretq

rt_user_end:
	movq	rt_user_rsp, %rsp
	movw	$SEL_DATA, %ax
	movw	%ax, %ss
	ret

	.data
	.balign 8
.Lreport_pointer:
	.long	rt_report
	.word	SEL_CODE32

	.balign 8
	.globl rt_gdt, rt_gdt_pointer
rt_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff		/* SEL_CODE32 */
	.quad	0x00cf93000000ffff		/* SEL_DATA */
	.quad	0x00af9b000000ffff		/* SEL_CODE64 */
	.quad	0x00cf93000000ffff		/* SEL_DATA2 */
	.quad	0x00009b000000ffff		/* SEL_CODE16 */
	.quad	0x00cffb000000ffff		/* SEL_USER32 */
	.quad	0x00cff3000000ffff		/* SEL_USERDATA */
	.quad	0x00affb000000ffff		/* SEL_USER64 */
	.quad	0x000093000000ffff		/* SEL_DATA16 */
	.word	RT_TSS_BYTES - 1, rt_tss		/* SEL_TSS: below 64 KiB, as the linker checks */
	.long	0x00008900
	.quad	0
	.quad	0				/* SEL_TSS32 */
	.quad	0, 0				/* SEL_SPARE */
rt_gdt_end:
rt_gdt_pointer:
	.word	rt_gdt_end - rt_gdt - 1
	.quad	rt_gdt
	.balign 8
	.globl rt_idt32_pointer, rt_idt64_pointer
rt_idt32_pointer:
	.word	256 * 8 - 1
	.long	rt_idt32
rt_idt64_pointer:
	.word	256 * 16 - 1
	.quad	rt_idt64

	.globl rt_tss
	.balign 8
rt_tss:
	.skip	RT_TSS_BYTES

	.section .bss.low, "aw", @nobits
	.balign 16
	.globl rt_user_stack_end
	.skip	512
rt_user_stack_end:

/* What rt_report shows of the last exception, in its order; then the rest. */
	.balign 8
	.globl rt_exc_vector, rt_exc_error, rt_exc_rip, rt_exc_cr2, rt_exc_flags, rt_exc_cs
	.globl rt_exc_rsp, rt_exc_frame, rt_exc_count, rt_exc_resume, rt_fail_where
	.globl rt_registers, rt_cpus, rt_eoi_kind, rt_irq_counts, rt_handlers, rt_user_rsp
rt_exc_vector:
	.skip	8
rt_exc_error:
	.skip	8
rt_exc_rip:
	.skip	8
rt_exc_cr2:
	.skip	8
rt_exc_flags:
	.skip	8
rt_exc_cs:
	.skip	8
rt_exc_rsp:
	.skip	8
rt_exc_frame:
	.skip	8
rt_exc_count:
	.skip	4
rt_exc_resume:
	.skip	4
rt_fail_where:
	.skip	4
rt_cpus:
	.skip	4
rt_eoi_kind:
	.skip	8
rt_user_rsp:
	.skip	8
rt_registers:
	.skip	16 * 8
rt_irq_counts:
	.skip	256 * 4
rt_handlers:
	.skip	256 * 8

	.bss
	.balign 4096
	.globl rt_pml4, rt_pdpt, rt_pd, rt_pt, rt_idt32, rt_idt64
rt_pml4:
	.skip	4096
rt_pdpt:
	.skip	4096
rt_pd:
	.skip	4 * 4096
rt_pt:						/* for the guest itself */
	.skip	2 * 4096
rt_idt64:
	.skip	256 * 16
rt_idt32:
	.skip	256 * 8
