/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_KEEPER_H
#define VMHCTL_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct keeper - the process that looks after a back end
 * @pid: it, or 0.
 * @life_fd: a pipe that it reads: when it is closed, the back end is to end.
 */
struct keeper {
	pid_t pid;
	int life_fd;
};

#define KEEPER_NONE	((struct keeper){ .life_fd = -1 })

bool keeper_find(char *path, size_t room, const char *program, const char *places);
bool keeper_start(struct keeper *keeper, const char *path, char *const argv[], int fd);
void keeper_end(struct keeper *keeper);

#endif /* VMHCTL_KEEPER_H */
