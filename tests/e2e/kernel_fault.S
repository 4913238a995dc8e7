/* SPDX-License-Identifier: GPL-2.0 */
/* A "kernel" for tests: a triple fault. */
	.globl	_start
_start:
	ud2
