// SPDX-License-Identifier: GPL-2.0
/* The module's injection points, as debugfs shows them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define CONTROL	"/sys/kernel/debug/vmh/fail"

/* Returns how many there are. */
unsigned int points_read(struct point *points)
{
	FILE *file = fopen(CONTROL, "re");
	unsigned int nr = 0;

	if (!file)
		FAIL("%s: %s: has the kernel fault injection?", CONTROL, strerror(errno));
	while (nr < POINTS_MAX &&
	       fscanf(file, "%31s %d %d %d", points[nr].name, &points[nr].error,
		      &points[nr].reached, &points[nr].failed) == 4)
		nr++;
	fclose(file);
	CHECK(nr && nr < POINTS_MAX);
	return nr;
}

static void control(const char *command)
{
	int fd = open(CONTROL, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(command);

	CHECK(fd >= 0);
	if (write(fd, command, length) != length)
		FAIL("%s: '%s': %s", CONTROL, command, strerror(errno));
	close(fd);
}

void point_arm(const char *name, int nth)
{
	char command[64];

	snprintf(command, sizeof(command), "%s %d", name, nth);
	control(command);
}

void points_off(void)
{
	control("off");
}
