// SPDX-License-Identifier: GPL-2.0
/* The zero page: what a boot loader tells a Linux kernel (x86/boot.rst, x86/zero-page.rst). */
#include <string.h>

#include "boot_params.h"
#include "layout.h"
#include "vm.h"

#define LOADER_UNDEFINED	0xff
#define E820_RAM		1
#define E820_RESERVED		2

static void add_range(struct boot_params *params, uint64_t start, uint64_t end, uint32_t type)
{
	if (end <= start)
		return;
	params->e820_table[params->e820_entries++] = (struct boot_e820_entry){
		.addr = start, .size = end - start, .type = type,
	};
}

/**
 * boot_params_memory_map() - the e820 map
 * @params: gets it.
 * @memory_bytes: the VM's memory.
 */
void boot_params_memory_map(struct boot_params *params, uint64_t memory_bytes)
{
	uint64_t low = memory_bytes < VM_LOW_MEMORY_MAX ? memory_bytes : VM_LOW_MEMORY_MAX;

	params->e820_entries = 0;
	add_range(params, 0, LAYOUT_BASE_END_GPA, E820_RAM);
	add_range(params, LAYOUT_BASE_END_GPA, 0xa0000, E820_RESERVED);
	add_range(params, LAYOUT_FIRMWARE_GPA, LAYOUT_HIGH_GPA, E820_RESERVED);
	add_range(params, LAYOUT_HIGH_GPA, low, E820_RAM);
	add_range(params, VM_HIGH_MEMORY_GPA, VM_HIGH_MEMORY_GPA + memory_bytes - low, E820_RAM);
}

/**
 * boot_initrd_place() - where an initrd goes: as high as it may, out of the kernel's way
 * @image: the kernel.
 * @low_bytes: memory below the hole.
 * @bytes: length of the initrd.
 *
 * Return: its address, or 0 when there is no room.
 */
uint64_t boot_initrd_place(const struct kernel_image *image, uint64_t low_bytes, uint64_t bytes)
{
	uint64_t end = image->initrd_end_gpa < low_bytes ? image->initrd_end_gpa : low_bytes;
	uint64_t start;

	if (bytes > end)
		return 0;
	start = (end - bytes) & ~(VM_PAGE_SIZE - 1);
	return start >= image->end_gpa ? start : 0;
}

/**
 * boot_params_build() - fill in the zero page
 * @params: filled in.
 * @image: the kernel.
 * @initrd: the initrd.
 * @memory_bytes: the VM's memory.
 */
void boot_params_build(struct boot_params *params, const struct kernel_image *image,
		       const struct boot_initrd *initrd, uint64_t memory_bytes)
{
	struct setup_header *header = &params->hdr;

	memset(params, 0, sizeof(*params));
	*header = image->header;
	header->type_of_loader = LOADER_UNDEFINED;
	header->cmd_line_ptr = LAYOUT_CMDLINE_GPA;
	header->setup_data = LAYOUT_SETUP_DATA_GPA;
	header->ramdisk_image = initrd->gpa;
	header->ramdisk_size = initrd->bytes;
	params->acpi_rsdp_addr = LAYOUT_ACPI_GPA;
	boot_params_memory_map(params, memory_bytes);
}
