/* SPDX-License-Identifier: GPL-2.0 */
/* Bits of RFLAGS: SDM, "EFLAGS Register". For code that is compiled outside the kernel, too. */
#ifndef VMH_RFLAGS_H
#define VMH_RFLAGS_H

#include <linux/bits.h>

#define RFLAGS_CF	BIT_ULL(0)
#define RFLAGS_FIXED	BIT_ULL(1)
#define RFLAGS_PF	BIT_ULL(2)
#define RFLAGS_AF	BIT_ULL(4)
#define RFLAGS_ZF	BIT_ULL(6)
#define RFLAGS_SF	BIT_ULL(7)
#define RFLAGS_TF	BIT_ULL(8)
#define RFLAGS_IF	BIT_ULL(9)
#define RFLAGS_DF	BIT_ULL(10)
#define RFLAGS_OF	BIT_ULL(11)
#define RFLAGS_IOPL	(BIT_ULL(12) | BIT_ULL(13))
#define RFLAGS_NT	BIT_ULL(14)
#define RFLAGS_RF	BIT_ULL(16)
#define RFLAGS_VM	BIT_ULL(17)

/* What arithmetic sets. */
#define RFLAGS_STATUS	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)
/* All that may be set: not bits 63:22, 15, 5 and 3. */
#define RFLAGS_VALID	0x3f7fd7ULL

#endif
