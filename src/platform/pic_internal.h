/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the 8259A pair share among themselves.
 */
#ifndef VMH_PIC_INTERNAL_H
#define VMH_PIC_INTERNAL_H

#include "pic.h"

#define PIC_CASCADE	2	/* the first chip's input for the second */

int pic_chip_first(const struct pic_chip *c, u8 mask);
int pic_chip_pending(const struct pic_chip *c);
void pic_chip_end(struct pic *p, struct pic_chip *c, unsigned int n);
void pic_chip_ack(struct pic *p, struct pic_chip *c, unsigned int n);
void pic_update(struct pic *p);

#endif
