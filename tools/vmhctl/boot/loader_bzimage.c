// SPDX-License-Identifier: GPL-2.0
/* bzImage: what the Linux boot protocol says about such a file (x86/boot.rst). */
#include <string.h>

#include "kernel_image.h"
#include "layout.h"

#define SECTOR			512
#define HEADER_OFFSET		0x1f1
#define HEADER_JUMP_END		0x202	/* the jump's displacement counts from here */
#define HEADER_JUMP_OFFSET	0x201
#define BOOT_FLAG		0xaa55
#define HEADER_MAGIC		0x53726448	/* "HdrS" */
#define VERSION_OLDEST		0x0206	/* the first to tell how long its command line may be */
#define VERSION_PREF_ADDRESS	0x020a
#define VERSION_64_BIT		0x020c
#define SETUP_SECTS_DEFAULT	4
#define PARAGRAPH		16
#define ENTRY_64_OFFSET		0x200

/* Take the header out of the file. Newer kernels have longer ones than we know; older shorter. */
static const char *bzimage_header(const uint8_t *data, uint64_t bytes, struct setup_header *header)
{
	size_t length;

	if (bytes < HEADER_JUMP_END)
		return "not a Linux kernel: too short";
	length = HEADER_JUMP_END + data[HEADER_JUMP_OFFSET] - HEADER_OFFSET;
	if (length > sizeof(*header))
		length = sizeof(*header);
	if (bytes < HEADER_OFFSET + length)
		return "not a Linux kernel: too short";
	memset(header, 0, sizeof(*header));
	memcpy(header, data + HEADER_OFFSET, length);
	if (header->boot_flag != BOOT_FLAG || header->header != HEADER_MAGIC)
		return "not a Linux kernel: neither a bzImage nor an ELF file";
	if (header->version < VERSION_OLDEST)
		return "the kernel is too old: boot protocol 2.06 is needed";
	if (!(header->loadflags & LOADED_HIGH))
		return "the kernel is a zImage, which is not supported";
	return NULL;
}

/* Where the protected-mode part goes and how much room it takes there. */
static const char *bzimage_place(struct setup_header *header, struct kernel_part *part)
{
	part->gpa = LAYOUT_HIGH_GPA;
	part->memory_bytes = part->file_bytes;
	if (header->version < VERSION_PREF_ADDRESS)
		return NULL;
	/* Elsewhere it would only move itself here, so there is no point in trying. */
	part->gpa = header->pref_address;
	if (header->init_size > part->memory_bytes)
		part->memory_bytes = header->init_size;
	if (part->gpa < LAYOUT_HIGH_GPA || part->gpa > UINT32_MAX)
		return "the kernel wants to be loaded at an impossible address";
	return NULL;
}

/**
 * bzimage_parse() - understand a bzImage
 * @data: the file.
 * @bytes: its length.
 * @image: filled in.
 * @parts: filled in; points into @data.
 *
 * Return: NULL, or what is wrong with the file.
 */
const char *bzimage_parse(const uint8_t *data, uint64_t bytes, struct kernel_image *image,
			  struct kernel_parts *parts)
{
	struct setup_header *header = &image->header;
	struct kernel_part *part = &parts->part[0];
	uint64_t setup_bytes, payload_bytes;
	const char *wrong;

	wrong = bzimage_header(data, bytes, header);
	if (wrong)
		return wrong;
	setup_bytes = header->setup_sects ? header->setup_sects : SETUP_SECTS_DEFAULT;
	setup_bytes = (setup_bytes + 1) * SECTOR;
	payload_bytes = (uint64_t)header->syssize * PARAGRAPH;
	/* The size is rounded up, the file need not be. */
	if (!payload_bytes || bytes + PARAGRAPH <= setup_bytes + payload_bytes)
		return "the kernel is truncated";

	parts->nr = 1;
	part->data = data + setup_bytes;
	part->file_bytes = bytes - setup_bytes;
	wrong = bzimage_place(header, part);
	if (wrong)
		return wrong;
	header->code32_start = part->gpa;
	image->long_mode = header->version >= VERSION_64_BIT &&
			   (header->xloadflags & XLF_KERNEL_64);
	image->entry_gpa = part->gpa + (image->long_mode ? ENTRY_64_OFFSET : 0);
	image->end_gpa = part->gpa + part->memory_bytes;
	image->initrd_end_gpa = (uint64_t)header->initrd_addr_max + 1;
	image->cmdline_max = header->cmdline_size;
	return NULL;
}
