/* SPDX-License-Identifier: GPL-2.0 */
/* Have the processor execute an instruction, with registers as wanted. One file includes this. */
#ifndef VMH_HOST_NATIVE_CALL_H
#define VMH_HOST_NATIVE_CALL_H

#include <linux/types.h>

/* What native_call() loads and stores; it knows the offsets. */
struct native_regs {
	u64 gpr[16];
	u64 rflags;
	u8 vec[16][32];
};

/* Whether the vector registers are loaded and stored too, and how long they are. */
enum native_vectors {
	VECTORS_OFF,
	VECTORS_SSE,
	VECTORS_AVX,
};

struct native_regs native_regs;
int native_vectors;
void *native_code;
extern void native_call(void);

/* Load all registers but RSP from native_regs, call native_code, store them again. */
asm(".text\n"
	".globl native_call\n"
	"native_call:\n"
	"	push %rbx\n"
	"	push %rbp\n"
	"	push %r12\n"
	"	push %r13\n"
	"	push %r14\n"
	"	push %r15\n"
	"	sub $8, %rsp\n"
	"	cmpl $1, native_vectors(%rip)\n"
	"	jb 3f\n"
	"	ja 2f\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	movdqu 136+32*\\n+native_regs(%rip), %xmm\\n\n"
	"	.endr\n"
	"	jmp 3f\n"
	"2:\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	vmovdqu 136+32*\\n+native_regs(%rip), %ymm\\n\n"
	"	.endr\n"
	"3:\n"
	"	pushq 128+native_regs(%rip)\n"
	"	popfq\n"
	"	mov 0+native_regs(%rip), %rax\n"
	"	mov 8+native_regs(%rip), %rcx\n"
	"	mov 16+native_regs(%rip), %rdx\n"
	"	mov 24+native_regs(%rip), %rbx\n"
	"	mov 40+native_regs(%rip), %rbp\n"
	"	mov 48+native_regs(%rip), %rsi\n"
	"	mov 56+native_regs(%rip), %rdi\n"
	"	mov 64+native_regs(%rip), %r8\n"
	"	mov 72+native_regs(%rip), %r9\n"
	"	mov 80+native_regs(%rip), %r10\n"
	"	mov 88+native_regs(%rip), %r11\n"
	"	mov 96+native_regs(%rip), %r12\n"
	"	mov 104+native_regs(%rip), %r13\n"
	"	mov 112+native_regs(%rip), %r14\n"
	"	mov 120+native_regs(%rip), %r15\n"
	"	call *native_code(%rip)\n"
	"	mov %rax, 0+native_regs(%rip)\n"
	"	mov %rcx, 8+native_regs(%rip)\n"
	"	mov %rdx, 16+native_regs(%rip)\n"
	"	mov %rbx, 24+native_regs(%rip)\n"
	"	mov %rbp, 40+native_regs(%rip)\n"
	"	mov %rsi, 48+native_regs(%rip)\n"
	"	mov %rdi, 56+native_regs(%rip)\n"
	"	mov %r8, 64+native_regs(%rip)\n"
	"	mov %r9, 72+native_regs(%rip)\n"
	"	mov %r10, 80+native_regs(%rip)\n"
	"	mov %r11, 88+native_regs(%rip)\n"
	"	mov %r12, 96+native_regs(%rip)\n"
	"	mov %r13, 104+native_regs(%rip)\n"
	"	mov %r14, 112+native_regs(%rip)\n"
	"	mov %r15, 120+native_regs(%rip)\n"
	"	pushfq\n"
	"	popq 128+native_regs(%rip)\n"
	"	cld\n"
	"	cmpl $1, native_vectors(%rip)\n"
	"	jb 3f\n"
	"	ja 2f\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	movdqu %xmm\\n, 136+32*\\n+native_regs(%rip)\n"
	"	.endr\n"
	"	jmp 3f\n"
	"2:\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	vmovdqu %ymm\\n, 136+32*\\n+native_regs(%rip)\n"
	"	.endr\n"
	"3:\n"
	"	add $8, %rsp\n"
	"	pop %r15\n"
	"	pop %r14\n"
	"	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbp\n"
	"	pop %rbx\n"
	"	ret\n");

#endif
