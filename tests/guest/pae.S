/* SPDX-License-Identifier: GPL-2.0 */
/* PAE paging: the four pointers that MOV CR3 loads, 2 MiB pages, NX, reserved bits. */
#include "guest.h"

#define FAR	0x80000000

	BEGIN32
	movl	$(directory0 + PTE_P), pointers
	movl	$(PTE_ALL | PTE_PS), directory0
	movl	$(0x200000 + PTE_ALL + PTE_PS), directory0 + 8
	movl	$(0x400000 + PTE_ALL + PTE_PS), directory0 + 16
	movl	$(directory2 + PTE_P), pointers + 16
	movl	$(0x400000 + PTE_ALL + PTE_PS), directory2
	movl	$(table + PTE_ALL), directory2 + 8
	movl	$(0x600000 + PTE_ALL), table
	movl	$pointers, %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_NX, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$(CR0_PG | CR0_WP), %eax
	movl	%eax, %cr0

	movl	$0x2222, 0x400008
	IS(cmpl $0x2222, FAR + 8)
	testl	$PTE_A, directory2
	CHECK(nz)
	movl	$0x3333, FAR + 0x200004
	movl	$0x601000 + PTE_ALL, table + 8
	IS(cmpl $0, FAR + 0x201000)

	/* A pointer that is not present; one that memory gained is not used before CR3 is loaded. */
	FAULTS(VEC_PF, movl 0x40000000, %eax)
	IS(cmpl $0x40000000, rt_exc_cr2)
	movl	$(directory2 + PTE_P), pointers + 8
	FAULTS(VEC_PF, movl 0x40000000, %eax)
	movl	%cr3, %eax
	movl	%eax, %cr3
	IS(cmpl $0x2222, 0x40000008)
	/* Memory loses one: it is still used until CR3 is loaded. */
	movl	$0, pointers + 8
	IS(cmpl $0x2222, 0x40000008)
	movl	%cr3, %eax
	movl	%eax, %cr3
	FAULTS(VEC_PF, movl 0x40000008, %eax)

	/* Reserved bits in a pointer: the load of CR3 faults, and nothing changes. */
	movl	$(directory2 + PTE_P + PTE_W), pointers + 8
	movl	%cr3, %eax
	FAULTS(VEC_GP, movl %eax, %cr3)
	movl	$0, pointers + 8
	IS(cmpl $0x2222, FAR + 8)

	/* No execution: bit 63. A return is there to execute. */
	movb	$0xc3, FAR + 0x200100
	movl	$FAR + 0x200100, %ebx
	call	*%ebx
	movl	$0x80000000, table + 4
	invlpg	FAR + 0x200000
	movl	$.Lno_execution, rt_exc_resume
	movl	%esp, %ebp
	call	*%ebx
	FAIL
.Lno_execution:
	movl	%ebp, %esp
	IS(cmpl $VEC_PF, rt_exc_vector)
	IS(cmpl $0x11, rt_exc_error)
	IS(cmpl $FAR + 0x200100, rt_exc_cr2)
	IS(cmpl $FAR + 0x200100, rt_exc_rip)
	movl	$0, table + 4

	/* A reserved bit in an entry. */
	movl	$(1 << 30), table + 4
	invlpg	FAR + 0x200000
	FAULTS(VEC_PF, movl FAR + 0x200000, %eax)
	IS(cmpl $9, rt_exc_error)
	PASS

	.bss
	.balign 4096
directory0:
	.skip	4096
directory2:
	.skip	4096
table:
	.skip	4096
pointers:
	.skip	32
