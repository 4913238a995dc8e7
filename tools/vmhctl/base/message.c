// SPDX-License-Identifier: GPL-2.0
/* Messages for people: all on stderr, each line marked as ours. */
#include <stdarg.h>
#include <stdio.h>

#include "message.h"

bool message_verbose;

static void print_line(const char *format, va_list args)
{
	char line[512];

	/* One write for a line, so that lines of several threads do not mix. */
	vsnprintf(line, sizeof(line), format, args);
	fprintf(stderr, "vmhctl: %s\n", line);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args);
	va_end(args);
}

void remark(const char *format, ...)
{
	va_list args;

	if (!message_verbose)
		return;
	va_start(args, format);
	print_line(format, args);
	va_end(args);
}
