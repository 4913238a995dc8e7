/* SPDX-License-Identifier: GPL-2.0 */
/* Without interrupt controllers all processors start at once; they share memory. */
#include "guest.h"

#define CPUS	4
#define ROUNDS	5000

	BEGIN64
	sti					/* or KVM in Bochs could not let the others run */
	lock incl arrived
	WAIT(cmpl $CPUS, arrived)
	movl	$ROUNDS, %ecx
1:	lock incl shared
	/* A page that the others touch at the same time, a new one every 32 rounds. */
	movl	%ecx, %eax
	shrl	$5, %eax
	shll	$12, %eax
	lock incl 0x400000(%rax)
	testb	$0xff, %cl
	jnz	2f
	outb	%al, $0x80
2:	loop	1b
	lock incl done
	testl	%edi, %edi
	jnz	3f
	WAIT(cmpl $CPUS, done)
	IS(cmpl $(CPUS * ROUNDS), shared)
	IS(cmpl $(CPUS * 32), 0x400000 + 0x1000)
	IS(cmpl $(CPUS * 32), 0x400000 + 0x1000 * (ROUNDS / 32 - 1))
	PASS
3:	hlt
	jmp	3b

	.bss
arrived:
	.skip	4
shared:
	.skip	4
done:
	.skip	4
