/* SPDX-License-Identifier: GPL-2.0 */
/* #PF in long mode: error code and CR2 for every cause; A and D bits; large pages. */
#include "guest.h"

/* The entry of the 4 KiB page at 12 MiB + @n pages. */
#define PTE(n)	(rt_pt + 8 * (n))
#define AT(n)	(0xc00000 + 0x1000 * (n))

	BEGIN64
	READ_MSR MSR_EFER
	orl	$EFER_NX, %eax
	wrmsr
	movq	%cr0, %rax
	orl	$CR0_WP, %eax
	movq	%rax, %cr0
	movl	$(rt_pt + PTE_ALL), rt_pd + 8 * 6
	movl	$(0x300000 + PTE_ALL), PTE(0)
	movl	$(0x301000 + PTE_P), PTE(1)		/* read-only, supervisor */
	movl	$(0x302000 + PTE_P + PTE_W), PTE(2)	/* supervisor */
	movl	$(0x303000 + PTE_ALL), PTE(3)		/* no execution */
	movl	$0x80000000, PTE(3) + 4
	movl	$(0x304000 + PTE_ALL), PTE(4)		/* a reserved bit */
	movl	$(1 << 19), PTE(4) + 4
	movq	%cr3, %rax
	movq	%rax, %cr3

	movl	$0x1234, AT(0)
	IS(cmpl $0x1234, 0x300000)
	testl	$(PTE_A), PTE(0)
	CHECK(nz)
	testl	$(PTE_D), PTE(0)
	CHECK(nz)
	movl	AT(1), %eax
	IS(testl $PTE_D, PTE(1))
	testl	$PTE_A, PTE(1)
	CHECK(nz)

	FAULTS(VEC_PF, movl AT(5), %eax)
	IS(cmpq $0, rt_exc_error)
	IS(cmpq $AT(5), rt_exc_cr2)
	FAULTS(VEC_PF, movl %eax, AT(5) + 0x123)
	IS(cmpq $2, rt_exc_error)
	IS(cmpq $AT(5) + 0x123, rt_exc_cr2)
	FAULTS(VEC_PF, movl %eax, AT(1))
	IS(cmpq $3, rt_exc_error)
	FAULTS(VEC_PF, lock incl AT(1))
	IS(cmpq $3, rt_exc_error)
	FAULTS(VEC_PF, movl AT(4), %eax)
	IS(cmpq $9, rt_exc_error)
	movb	$0xc3, AT(3)
	movl	$AT(3), %ebx
	movq	%rsp, %rbp
	movl	$1f, rt_exc_resume
	call	*%rbx
	FAIL
1:	movq	%rbp, %rsp
	IS(cmpl $VEC_PF, rt_exc_vector)
	IS(cmpq $0x11, rt_exc_error)
	IS(cmpq %rbx, rt_exc_rip)
	IS(cmpq %rbx, rt_exc_cr2)
	/* An instruction of which the second half is on a page that is not there. */
	movb	$0xb8, AT(0) + 0xfff		/* MOV EAX, imm32 */
	movl	$0, PTE(1)
	invlpg	AT(1)
	movl	$AT(0) + 0xfff, %ebx
	movl	$2f, rt_exc_resume
	jmp	*%rbx
2:	IS(cmpq %rbx, rt_exc_rip)
	IS(cmpq $AT(1), rt_exc_cr2)
	IS(cmpq $0x10, rt_exc_error)

	USER	user
	IS(cmpl $3, %ebx)

	/* Other levels that are not there: CR2 tells, whatever was below. */
	movabsq	$0x0000123400005678, %rbx
	FAULTS(VEC_PF, incb (%rbx))
	IS(cmpq %rbx, rt_exc_cr2)
	IS(cmpq $2, rt_exc_error)
	/* MOV to CR2 holds. */
	movq	%rbx, %cr2
	outb	%al, $0x80
	movq	%cr2, %rax
	IS(cmpq %rbx, %rax)

	/* A table in memory that nobody has touched, and one where there is no memory. */
	movl	$(0x800000 + PTE_ALL), rt_pd + 8 * 6
	movq	%cr3, %rax
	movq	%rax, %cr3
	FAULTS(VEC_PF, movl AT(5), %eax)
	IS(cmpq $0, rt_exc_error)
	PASS

user:
	movl	AT(0), %eax
	FAULTS(VEC_PF, movl AT(2), %eax)
	IS(cmpq $5, rt_exc_error)
	FAULTS(VEC_PF, movl %eax, AT(2))
	IS(cmpq $7, rt_exc_error)
	FAULTS(VEC_PF, movl AT(5), %eax)
	IS(cmpq $4, rt_exc_error)
	movl	$3, %ebx
	END_USER
