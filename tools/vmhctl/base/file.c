// SPDX-License-Identifier: GPL-2.0
/* Input files, read whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "vmhctl.h"

/* Reading, not mapping: a file that shrinks meanwhile must not kill us. */
static int file_read(int fd, uint8_t *data, uint64_t bytes)
{
	uint64_t done = 0;

	while (done < bytes) {
		ssize_t n = read(fd, data + done, bytes - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			return EIO;
		done += n;
	}
	return 0;
}

static int file_load(struct file *file, int fd)
{
	struct stat st;
	uint8_t *data;
	int error;

	if (fstat(fd, &st))
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	data = malloc(st.st_size ? st.st_size : 1);
	if (!data)
		return ENOMEM;
	error = file_read(fd, data, st.st_size);
	if (error) {
		free(data);
		return error;
	}
	file->data = data;
	file->bytes = st.st_size;
	return 0;
}

/**
 * file_open() - read a file
 * @file: filled in; file_close() frees it.
 * @path: a regular file.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int file_open(struct file *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = fd < 0 ? errno : 0;

	*file = (struct file){ .path = path };
	if (!error) {
		error = file_load(file, fd);
		close(fd);
	}
	if (!error)
		return VMHCTL_OK;
	complain("%s: %s", path, error == EINVAL ? "not a regular file" : strerror(error));
	return VMHCTL_INPUT;
}

/* Free what file_open() read. */
void file_close(struct file *file)
{
	free((void *)file->data);
	file->data = NULL;
}
