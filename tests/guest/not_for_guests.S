/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions that a guest without the feature does not have: VMX, RDPMC, and the like. */
#include "guest.h"

	BEGIN64
	FAULTS(VEC_UD, vmxon operand)
	FAULTS(VEC_UD, vmxoff)
	FAULTS(VEC_UD, vmlaunch)
	FAULTS(VEC_UD, vmresume)
	FAULTS(VEC_UD, vmclear operand)
	FAULTS(VEC_UD, vmptrld operand)
	FAULTS(VEC_UD, vmptrst operand)
	FAULTS(VEC_UD, vmread %rax, %rbx)
	FAULTS(VEC_UD, vmwrite %rax, %rbx)
	FAULTS(VEC_UD, invept operand, %rax)
	FAULTS(VEC_UD, invvpid operand, %rax)
	FAULTS(VEC_UD, vmfunc)
	FAULTS(VEC_UD, ud2)
	movl	$0x1234, %ecx
	FAULTS(VEC_GP, rdpmc)
	FAULTS(VEC_UD, .byte 0x0f, 0x01, 0xd8)	/* VMRUN, AMD's */
	FAULTS(VEC_UD, rsm)
	movq	%cr4, %rax
	orl	$CR4_VMXE, %eax
	FAULTS(VEC_GP, movq %rax, %cr4)
	PASS

	.bss
	.balign 16
operand:
	.skip	16
