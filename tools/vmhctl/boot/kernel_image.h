/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_KERNEL_IMAGE_H
#define VMHCTL_KERNEL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/bootparam.h>

/**
 * struct kernel_image - a kernel file, understood
 * @header: what goes into the zero page; its zero fields are filled in later.
 * @entry_gpa: where it starts.
 * @end_gpa: end of the memory it needs while it starts.
 * @initrd_end_gpa: the initrd must end at or below this.
 * @cmdline_max: longest command line, without the closing NUL.
 * @long_mode: starts in 64-bit mode; else in 32-bit protected mode.
 */
struct kernel_image {
	struct setup_header header;
	uint64_t entry_gpa;
	uint64_t end_gpa;
	uint64_t initrd_end_gpa;
	uint64_t cmdline_max;
	bool long_mode;
};

/**
 * struct kernel_part - a piece of a kernel file and where it goes
 * @data: the piece.
 * @file_bytes: how much of it there is.
 * @memory_bytes: how much room it takes; what exceeds @file_bytes is zero.
 * @gpa: where it goes.
 */
struct kernel_part {
	const uint8_t *data;
	uint64_t file_bytes;
	uint64_t memory_bytes;
	uint64_t gpa;
};

#define KERNEL_PARTS_MAX	16

/**
 * struct kernel_parts - the pieces of a kernel
 * @nr: used.
 * @part: them.
 */
struct kernel_parts {
	size_t nr;
	struct kernel_part part[KERNEL_PARTS_MAX];
};

const char *bzimage_parse(const uint8_t *data, uint64_t bytes, struct kernel_image *image,
			  struct kernel_parts *parts);
bool elf_recognise(const uint8_t *data, uint64_t bytes);
const char *elf_parse(const uint8_t *data, uint64_t bytes, struct kernel_image *image,
		      struct kernel_parts *parts);

#endif /* VMHCTL_KERNEL_IMAGE_H */
