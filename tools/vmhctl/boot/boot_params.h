/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_BOOT_PARAMS_H
#define VMHCTL_BOOT_PARAMS_H

#include <stdint.h>

#include "kernel_image.h"

#define BOOT_SEED_BYTES	32

/**
 * struct boot_seed - a struct setup_data with randomness for the guest's generator and its KASLR
 * @next: address of the next item; 0 for none.
 * @type: SETUP_RNG_SEED.
 * @len: length of @bytes.
 * @bytes: the randomness.
 */
struct boot_seed {
	uint64_t next;
	uint32_t type;
	uint32_t len;
	uint8_t bytes[BOOT_SEED_BYTES];
};

/**
 * struct boot_initrd - where the initrd lies
 * @gpa: its start; 0 when there is none.
 * @bytes: its length.
 */
struct boot_initrd {
	uint64_t gpa;
	uint64_t bytes;
};

void boot_params_build(struct boot_params *params, const struct kernel_image *image,
		       const struct boot_initrd *initrd, uint64_t memory_bytes);
void boot_params_memory_map(struct boot_params *params, uint64_t memory_bytes);
uint64_t boot_initrd_place(const struct kernel_image *image, uint64_t low_bytes, uint64_t bytes);

#endif /* VMHCTL_BOOT_PARAMS_H */
