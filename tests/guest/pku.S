/* SPDX-License-Identifier: GPL-2.0 */
/* Protection keys where there are: OSPKE follows CR4.PKE, PKRU is the guest's own, and it holds. */
#include "guest.h"

/* The entry of the 4 KiB page at 12 MiB. Its key is in bits 62 to 59. */
#define PAGE		0xc00000
#define KEY(n)		((n) << 27)
#define ACCESS_OFF(n)	(1 << 2 * (n))
#define WRITE_OFF(n)	(2 << 2 * (n))
#define XFEATURE_PKRU	(1 << 9)

.macro SET_PKRU value
	movl	$\value, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	wrpkru
.endm

.macro PKRU_IS_AT value, line
	xorl	%ecx, %ecx
	rdpkru
	cmpl	$\value, %eax
	CHECK_AT e, \line
.endm
#define PKRU_IS(value)	PKRU_IS_AT value, __LINE__

/* CPUID's bits of leaf 7, ECX. */
.macro LEAF_7
	movl	$7, %eax
	xorl	%ecx, %ecx
	cpuid
.endm

	BEGIN64
	LEAF_7
	btl	$4, %ecx
	CHECK(nc)
	btl	$3, %ecx
	jnc	without
	xorl	%ecx, %ecx
	FAULTS(VEC_UD, rdpkru)
	movq	%cr0, %rax
	orl	$CR0_WP, %eax
	movq	%rax, %cr0
	movl	$(rt_pt + PTE_ALL), rt_pd + 8 * 6
	movl	$(0x300000 + PTE_ALL), rt_pt
	movl	$KEY(1), rt_pt + 4
	movq	%cr3, %rax
	movq	%rax, %cr3
	movq	%cr4, %rax
	orl	$CR4_PKE, %eax
	movq	%rax, %cr4
	LEAF_7
	btl	$4, %ecx
	CHECK(c)
	PKRU_IS(0)
	movl	$0x1234, PAGE

	SET_PKRU WRITE_OFF(1)
	IS(cmpl $0x1234, PAGE)
	FAULTS(VEC_PF, movl %eax, PAGE)
	IS(cmpq $0x23, rt_exc_error)
	SET_PKRU ACCESS_OFF(1)
	FAULTS(VEC_PF, movl PAGE, %eax)
	IS(cmpq $0x21, rt_exc_error)
	SET_PKRU ACCESS_OFF(2)
	IS(cmpl $0x1234, PAGE)

	/* It survives exits, those to the VMM too, and waits for no state of anybody else's. */
	SET_PKRU 0x55555550
	movl	$20, %ebp
1:	xorl	%eax, %eax
	cpuid
	outb	%al, $0x80
	movl	MMIO_ABSENT, %eax
	PKRU_IS(0x55555550)
	decl	%ebp
	jnz	1b
	USER	user

	/* It is a component of XSAVE's. */
	SET_PKRU 0x12345670
	movl	$0xd, %eax
	xorl	%ecx, %ecx
	cpuid
	testl	$XFEATURE_PKRU, %eax
	CHECK(nz)
	movq	%cr4, %rax
	orl	$CR4_OSXSAVE, %eax
	movq	%rax, %cr4
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	$(XFEATURE_PKRU + 3), %eax
	xsetbv
	movl	$0xd, %eax
	movl	$9, %ecx
	cpuid
	ISNT(cmpl $0, %eax)
	movl	%ebx, %esi
	movl	$XFEATURE_PKRU, %eax
	xorl	%edx, %edx
	xsave	area
	IS(cmpl $0x12345670, area(%rsi))
	SET_PKRU 0
	movl	$XFEATURE_PKRU, %eax
	xrstor	area
	PKRU_IS(0x12345670)
	/* Also while CR4.PKE is clear, and no instruction reads it. */
	movq	%cr4, %rax
	andl	$~CR4_PKE, %eax
	movq	%rax, %cr4
	xorl	%ecx, %ecx
	FAULTS(VEC_UD, rdpkru)
	LEAF_7
	btl	$4, %ecx
	CHECK(nc)
	movl	$0x77777770, area(%rsi)
	movl	$XFEATURE_PKRU, %eax
	xorl	%edx, %edx
	xrstor	area
	outb	%al, $0x80
	movl	%eax, PAGE
	movq	%cr4, %rax
	orl	$CR4_PKE, %eax
	movq	%rax, %cr4
	PKRU_IS(0x77777770)
	PASS

user:
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	$WRITE_OFF(1), %eax
	wrpkru
	FAULTS(VEC_PF, movl %eax, PAGE)
	IS(cmpq $0x27, rt_exc_error)
	END_USER

without:
	movq	%cr4, %rax
	orl	$CR4_PKE, %eax
	FAULTS(VEC_GP, movq %rax, %cr4)
	PASS

	.bss
	.balign 64
area:
	.skip	4096
