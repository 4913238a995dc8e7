/* SPDX-License-Identifier: GPL-2.0 */
/* MONITOR and MWAIT, which guests are not offered. (KVM makes them do nothing.) */
#include "guest.h"

	BEGIN64
	movl	$1, %eax
	cpuid
	btl	$3, %ecx
	CHECK(nc)
	movl	$0x3000, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	FAULTS(VEC_UD, monitor)
	xorl	%eax, %eax
	FAULTS(VEC_UD, mwait)
	PASS
