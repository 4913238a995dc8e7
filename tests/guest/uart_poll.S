/* SPDX-License-Identifier: GPL-2.0 */
/* What is typed comes to a guest that looks at LSR and sets up nothing: IER 0, FCR 0. */
#include "uart.h"

	BEGIN16
1:	IN_PORT	COM1_LSR
	testb	$0x01, %al
	jz	1b
	IS(cmpb $0x61, %al)
	IN_PORT	COM1
	outb	%al, $PORT_PRINT
	cmpb	$'c', %al
	jne	1b
	IN_PORT	COM1_LSR
	IS(cmpb $0x60, %al)
	IN_PORT	COM1_IIR
	IS(cmpb $0x01, %al)
	IN_PORT	COM1_IER
	IS(cmpb $0x00, %al)
	PASS
