// SPDX-License-Identifier: GPL-2.0
/* What the kernel has logged about vmh, without its addresses. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "report.h"
#include "vmhctl.h"

#define SYSLOG_READ_ALL		3
#define SYSLOG_SIZE		10
#define LINES_MAX		200
/* A kernel address: so many hexadecimal digits at least, and these first. */
#define ADDRESS_DIGITS		12
#define ADDRESS_START		"ffff"
#define ADDRESS_INSTEAD		"(address)"

/**
 * report_scrub() - take kernel addresses out of a line
 * @line: the line, which becomes shorter by what is taken out.
 *
 * The log has few, of faults above all; a report is sent around.
 */
void report_scrub(char *line)
{
	char *to = line;

	while (*line) {
		size_t digits = strspn(line, "0123456789abcdefABCDEF");

		if (digits >= ADDRESS_DIGITS && !strncasecmp(line, ADDRESS_START, 4)) {
			memcpy(to, ADDRESS_INSTEAD, strlen(ADDRESS_INSTEAD));
			to += strlen(ADDRESS_INSTEAD);
			line += digits;
			continue;
		}
		if (!digits)
			digits = 1;
		memmove(to, line, digits);
		to += digits;
		line += digits;
	}
	*to = '\0';
}

/* What vmh says itself, and frames of it in what the kernel says; others' lines may be private. */
static bool is_ours(const char *line)
{
	const char *text = strstr(line, "] ");

	return (text && !strncmp(text + 2, "vmh: ", 5)) || strstr(line, " [vmh]");
}

/**
 * report_log_text() - print the lines of a log that are about vmh, the last of them
 * @text: the log as syslog() gives it, "<6>[ 1.234567] text"; changed.
 */
void report_log_text(char *text)
{
	const char *lines[LINES_MAX];
	char *rest = text, *line;
	size_t nr = 0;

	while ((line = strsep(&rest, "\n"))) {
		if (!is_ours(line))
			continue;
		if (*line == '<' && strchr(line, '>'))
			line = strchr(line, '>') + 1;
		report_scrub(line);
		lines[nr++ % LINES_MAX] = line;
	}
	for (size_t i = nr > LINES_MAX ? nr - LINES_MAX : 0; i < nr; i++)
		printf("  %s\n", lines[i % LINES_MAX]);
	if (!nr)
		printf("  nothing\n");
}

/* The kernel's log is for root in most distributions. */
void report_log(void)
{
	int size = klogctl(SYSLOG_SIZE, NULL, 0), used;
	char *text = size > 0 ? malloc(size + 1) : NULL;

	printf("\nThe kernel's log about vmh\n");
	used = text ? klogctl(SYSLOG_READ_ALL, text, size) : -1;
	if (used < 0) {
		printf("  not to be read: %s; root can\n", strerror(errno));
	} else {
		text[used] = '\0';
		report_log_text(text);
	}
	free(text);
}
