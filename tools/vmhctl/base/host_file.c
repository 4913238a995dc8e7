// SPDX-License-Identifier: GPL-2.0
/* Small files of this machine: what the kernel tells in /proc and /sys. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host_file.h"

#define PATH_ROOM	512

const char *host_root = "";

/**
 * host_file_read() - the text of a small file, without the end of its last line
 * @text: receives it, or in words why it cannot be read.
 * @path: the file, below host_root.
 *
 * Return: @text, or NULL when it cannot be read.
 */
const char *host_file_read(char text[HOST_TEXT], const char *path)
{
	char whole[PATH_ROOM];
	ssize_t bytes = -1;
	int fd;

	snprintf(whole, sizeof(whole), "%s%s", host_root, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		bytes = read(fd, text, HOST_TEXT - 1);
		close(fd);
	}
	if (bytes < 0) {
		snprintf(text, HOST_TEXT, "not to be read: %s", strerror(errno));
		return NULL;
	}
	while (bytes && text[bytes - 1] == '\n')
		bytes--;
	text[bytes] = '\0';
	return text;
}
