/* SPDX-License-Identifier: GPL-2.0 */
/* Memory around the edges of slots and large pages of a VM with more than 4 GiB of addresses. */
#include "guest.h"

	BEGIN64
	/* One page table more, for 4 GiB to 5 GiB. */
	movl	$(rt_pt + PTE_ALL), rt_pdpt + 8 * 4
	movl	$(PTE_ALL | PTE_PS), rt_pt
	movl	$1, rt_pt + 4
	movl	$(0x200000 + PTE_ALL + PTE_PS), rt_pt + 8
	movl	$1, rt_pt + 12
	movq	%cr3, %rax
	movq	%rax, %cr3
	/* The last bytes below the hole at 3 GiB, then nothing, then what continues at 4 GiB. */
	movl	$0xbffffff8, %ebx
	movq	$0x1111, (%rbx)
	movl	$0xc0000000, %ecx
	IS(cmpq $-1, (%rcx))
	movabsq	$0x100000000, %rdx
	IS(cmpq $0, (%rdx))
	movq	$0x2222, (%rdx)
	movq	$0x3333, 0x1ffff8(%rdx)
	movq	$0x4444, 0x200000(%rdx)
	IS(cmpq $0x1111, (%rbx))
	IS(cmpq $0x2222, (%rdx))
	IS(cmpq $0x3333, 0x1ffff8(%rdx))
	IS(cmpq $0x4444, 0x200000(%rdx))
	IS(cmpq $-1, (%rcx))
	/* Across the end of the memory below 3 GiB. */
	movl	$0xbffffffc, %ebx
	movq	(%rbx), %rax
	movl	$-1, %ecx
	shlq	$32, %rcx
	IS(cmpq %rcx, %rax)
	PASS
