// SPDX-License-Identifier: GPL-2.0
/* Formats of disk images that are no raw ones, by how their files begin. */
#include <string.h>

#include "disk_format.h"
#include "vmhctl.h"

static const struct {
	const char *name;
	unsigned int at;
	const char *magic;
} formats[] = {
	{ "qcow or qcow2", 0, "QFI\xfb" },
	{ "QED", 0, "QED" },
	{ "VMDK", 0, "KDMV" },
	{ "VMDK", 0, "COWD" },
	{ "VMDK", 0, "# Disk DescriptorFile" },
	{ "VDI", 0x40, "\x7f\x10\xda\xbe" },
	{ "VHDX", 0, "vhdxfile" },
	{ "VHD", 0, "conectix" },
	{ "Parallels", 0, "WithoutFreeSpace" },
	{ "Parallels", 0, "WithouFreSpacExt" },
	{ "Bochs", 0, "Bochs Virtual HD Image" },
};

/**
 * disk_format_name() - the format that a file seems to have
 * @start: how it begins.
 * @bytes: how much of that there is, DISK_FORMAT_BYTES if the file is long enough.
 *
 * Return: its name, or NULL if nothing speaks against a raw image.
 */
const char *disk_format_name(const uint8_t *start, size_t bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		size_t length = strlen(formats[i].magic);

		if (formats[i].at + length <= bytes &&
		    !memcmp(start + formats[i].at, formats[i].magic, length))
			return formats[i].name;
	}
	return NULL;
}
