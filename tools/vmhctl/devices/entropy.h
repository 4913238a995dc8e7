/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ENTROPY_H
#define VMHCTL_ENTROPY_H

#include "virtio.h"

void entropy_init(struct virtio *dev);

#endif /* VMHCTL_ENTROPY_H */
