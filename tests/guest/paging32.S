/* SPDX-License-Identifier: GPL-2.0 */
/* Paging in 32-bit mode: two levels, 4 MiB pages, accessed and dirty bits, #PF. */
#include "guest.h"

#define FAR	0x40000000		/* a linear address above the memory there is */

	BEGIN32
	/* The first 4 MiB to themselves, by 4 KiB pages; FAR as one page of 4 MiB from 4 MiB on. */
	xorl	%ecx, %ecx
1:	movl	%ecx, %eax
	shll	$12, %eax
	orl	$PTE_ALL, %eax
	movl	%eax, table(, %ecx, 4)
	incl	%ecx
	cmpl	$1024, %ecx
	jb	1b
	movl	$(table + PTE_ALL), directory
	movl	$(0x400000 + PTE_ALL + PTE_PS), directory + 4 * (FAR >> 22)
	movl	%cr4, %eax
	orl	$CR4_PSE, %eax
	movl	%eax, %cr4
	movl	$directory, %eax
	movl	%eax, %cr3
	movl	%cr0, %eax
	orl	$(CR0_PG | CR0_WP), %eax
	movl	%eax, %cr0
	jmp	2f
2:	movl	%cr3, %eax
	IS(cmpl $directory, %eax)

	/* The large page, with accessed and dirty bits. */
	IS(testl $(PTE_A | PTE_D), directory + 4 * (FAR >> 22))
	IS(cmpl $0, FAR + 0x123450)
	testl	$PTE_A, directory + 4 * (FAR >> 22)
	CHECK(nz)
	IS(testl $PTE_D, directory + 4 * (FAR >> 22))
	movl	$0xabcd, FAR + 0x123450
	testl	$PTE_D, directory + 4 * (FAR >> 22)
	CHECK(nz)

	/* Two addresses, one page. */
	movl	$(0x200000 + PTE_ALL), table + 4 * 0x300
	invlpg	0x300000
	movl	$0x1dea, 0x200010
	IS(cmpl $0x1dea, 0x300010)

	/* Not present: read, write. */
	movl	$0, table + 4 * 0x300
	invlpg	0x300000
	FAULTS(VEC_PF, movl 0x300010, %eax)
	IS(cmpl $0, rt_exc_error)
	IS(cmpl $0x300010, rt_exc_cr2)
	FAULTS(VEC_PF, incb 0x300011)
	IS(cmpl $2, rt_exc_error)
	IS(cmpl $0x300011, rt_exc_cr2)
	/* No directory entry at all. */
	FAULTS(VEC_PF, movl 0x80000000, %eax)
	IS(cmpl $0x80000000, rt_exc_cr2)

	/* Read-only under WP; without WP it may be written. */
	movl	$(0x200000 + PTE_P), table + 4 * 0x300
	IS(cmpl $0x1dea, 0x300010)
	FAULTS(VEC_PF, movl %eax, 0x300010)
	IS(cmpl $3, rt_exc_error)
	movl	%cr0, %eax
	andl	$~CR0_WP, %eax
	movl	%eax, %cr0
	movl	$2, 0x300010
	IS(cmpl $2, 0x200010)
	orl	$CR0_WP, %eax
	movl	%eax, %cr0
	FAULTS(VEC_PF, movl %eax, 0x300010)

	/* A read across two pages of which the second is not there. */
	movl	$0, table + 4 * 0x301
	FAULTS(VEC_PF, movl 0x300ffe, %eax)
	IS(cmpl $0x301000, rt_exc_cr2)
	IS(cmpl $0, rt_exc_error)

	/* Off again. */
	movl	%cr0, %eax
	andl	$~CR0_PG, %eax
	movl	%eax, %cr0
	IS(cmpl $0xabcd, 0x523450)
	PASS

	.bss
	.balign 4096
directory:
	.skip	4096
table:
	.skip	4096
