// SPDX-License-Identifier: GPL-2.0
/* vmlinux: an x86-64 ELF executable, loaded by its program headers at physical addresses. */
#include <elf.h>
#include <string.h>

#include "kernel_image.h"
#include "layout.h"

#define BOOT_FLAG		0xaa55
#define HEADER_MAGIC		0x53726448	/* "HdrS" */
#define PROTOCOL_VERSION	0x020f
#define KERNEL_ALIGNMENT	0x200000
#define CMDLINE_MAX		2047

/* Whether a file is an ELF file at all. */
bool elf_recognise(const uint8_t *data, uint64_t bytes)
{
	return bytes >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG);
}

static const char *elf_header(const uint8_t *data, uint64_t bytes, Elf64_Ehdr *header)
{
	if (bytes < sizeof(*header))
		return "the ELF file is truncated";
	memcpy(header, data, sizeof(*header));
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64)
		return "the ELF file is not for x86-64";
	if (header->e_type != ET_EXEC)
		return "the ELF file is not an executable";
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		return "the ELF file has program headers of an unknown size";
	if (header->e_phoff > bytes ||
	    (bytes - header->e_phoff) / sizeof(Elf64_Phdr) < header->e_phnum)
		return "the ELF file is truncated";
	return NULL;
}

static const char *elf_part(const uint8_t *data, uint64_t bytes, const Elf64_Phdr *segment,
			    struct kernel_parts *parts)
{
	if (segment->p_filesz > segment->p_memsz)
		return "the ELF file has a segment that is larger in the file than in memory";
	if (segment->p_offset > bytes || segment->p_filesz > bytes - segment->p_offset)
		return "the ELF file is truncated";
	if (segment->p_paddr < LAYOUT_HIGH_GPA)
		return "the ELF file has a segment below 1 MiB";
	if (segment->p_memsz > UINT64_MAX - segment->p_paddr)
		return "the ELF file has a segment that wraps the address space";
	if (parts->nr == KERNEL_PARTS_MAX)
		return "the ELF file has too many segments";
	parts->part[parts->nr++] = (struct kernel_part){
		.data = data + segment->p_offset,
		.file_bytes = segment->p_filesz,
		.memory_bytes = segment->p_memsz,
		.gpa = segment->p_paddr,
	};
	return NULL;
}

/* A vmlinux has no boot header, so the zero page gets one made up. */
static void elf_image(struct kernel_image *image, const struct kernel_parts *parts,
		      uint64_t entry_gpa)
{
	*image = (struct kernel_image){
		.header = {
			.boot_flag = BOOT_FLAG,
			.header = HEADER_MAGIC,
			.version = PROTOCOL_VERSION,
			.loadflags = LOADED_HIGH,
			.kernel_alignment = KERNEL_ALIGNMENT,
			.cmdline_size = CMDLINE_MAX,
		},
		.entry_gpa = entry_gpa,
		.initrd_end_gpa = UINT32_MAX,
		.cmdline_max = CMDLINE_MAX,
		.long_mode = true,
	};
	for (size_t i = 0; i < parts->nr; i++) {
		uint64_t end_gpa = parts->part[i].gpa + parts->part[i].memory_bytes;

		if (end_gpa > image->end_gpa)
			image->end_gpa = end_gpa;
	}
}

static bool elf_entry_inside(const struct kernel_parts *parts, uint64_t entry_gpa)
{
	for (size_t i = 0; i < parts->nr; i++) {
		const struct kernel_part *part = &parts->part[i];

		if (entry_gpa >= part->gpa && entry_gpa - part->gpa < part->file_bytes)
			return true;
	}
	return false;
}

/**
 * elf_parse() - understand a vmlinux
 * @data: the file.
 * @bytes: its length.
 * @image: filled in.
 * @parts: filled in; points into @data.
 *
 * Return: NULL, or what is wrong with the file.
 */
const char *elf_parse(const uint8_t *data, uint64_t bytes, struct kernel_image *image,
		      struct kernel_parts *parts)
{
	Elf64_Ehdr header;
	const char *wrong = elf_header(data, bytes, &header);

	parts->nr = 0;
	for (unsigned int i = 0; !wrong && i < header.e_phnum; i++) {
		Elf64_Phdr segment;

		memcpy(&segment, data + header.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type == PT_LOAD && segment.p_memsz)
			wrong = elf_part(data, bytes, &segment, parts);
	}
	if (wrong)
		return wrong;
	if (!elf_entry_inside(parts, header.e_entry))
		return "the ELF file's entry is not a physical address inside it";
	elf_image(image, parts, header.e_entry);
	return NULL;
}
