/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_FILE_H
#define VMHCTL_FILE_H

#include <stdint.h>

/**
 * struct file - an input file in memory
 * @path: its name.
 * @data: what it holds; read only.
 * @bytes: how much.
 */
struct file {
	const char *path;
	const uint8_t *data;
	uint64_t bytes;
};

int file_open(struct file *file, const char *path);
void file_close(struct file *file);

#endif /* VMHCTL_FILE_H */
