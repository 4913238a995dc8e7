// SPDX-License-Identifier: GPL-2.0
/* What a report tells of the machine: kernel, processor, vmh's module, other hypervisors. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host_file.h"
#include "report.h"
#include "vmhctl.h"

#define PATH_ROOM	512

static void print_row(const char *name, const char *value)
{
	printf("  %-20s %s\n", name, value);
}

/**
 * report_field() - a value out of lines "name : value" or "name=value"
 * @value: receives it, without quotes.
 * @room: how much fits.
 * @text: the lines.
 * @name: whose value.
 *
 * Return: @value; "unknown" if no line has that name.
 */
const char *report_field(char *value, size_t room, const char *text, const char *name)
{
	size_t length = strlen(name);

	snprintf(value, room, "unknown");
	while (*text) {
		size_t line = strcspn(text, "\n");
		const char *at = text + length;

		if (!strncmp(text, name, length)) {
			at += strspn(at, " \t");
			if (*at == ':' || *at == '=') {
				at++;
				at += strspn(at, " \t\"");
				snprintf(value, room, "%.*s", (int)strcspn(at, "\"\n"), at);
				return value;
			}
		}
		text += line + (text[line] == '\n');
	}
	return value;
}

/**
 * report_taint() - what has tainted the kernel, a letter each
 * @letters: receives them.
 * @taint: /proc/sys/kernel/tainted.
 *
 * Return: @letters.
 */
const char *report_taint(char letters[TAINT_LEN], uint64_t taint)
{
	static const char names[] = "PFSRMBUDAWCIOELKXTN";
	size_t used = 0;

	for (size_t bit = 0; names[bit]; bit++)
		if (taint & 1ULL << bit)
			letters[used++] = names[bit];
	letters[used] = '\0';
	return letters;
}

/* Each file of a directory, in the order of their names. */
static void print_directory(const char *path)
{
	char whole[PATH_ROOM], text[HOST_TEXT];
	struct dirent **entries;
	int nr;

	snprintf(whole, sizeof(whole), "%s%s", host_root, path);
	nr = scandir(whole, &entries, NULL, alphasort);
	if (nr < 0) {
		printf("  not to be read: %s\n", strerror(errno));
		return;
	}
	for (int i = 0; i < nr; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(whole, sizeof(whole), "%s/%s", path, entries[i]->d_name);
			host_file_read(text, whole);
			print_row(entries[i]->d_name, text);
		}
		free(entries[i]);
	}
	free(entries);
}

/* A line of /proc/modules: how many use the module, and its taint; false if it is not loaded. */
static bool find_module(const char *name, unsigned int *users)
{
	char path[PATH_ROOM], line[512], found[64];
	bool is_there = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/modules", host_root);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!is_there && fgets(line, sizeof(line), file)) {
		*users = 0;
		is_there = sscanf(line, "%63s %*u %u", found, users) >= 1 && !strcmp(found, name);
	}
	fclose(file);
	return is_there;
}

/* vmh's module: is it loaded, which build is it, and with what parameters. */
void report_module(void)
{
	char text[HOST_TEXT];
	unsigned int users;

	printf("\nModule vmh\n");
	if (!find_module("vmh", &users)) {
		printf("  not loaded\n");
		return;
	}
	printf("  loaded, used by %u\n", users);
	if (host_file_read(text, "/sys/module/vmh/version"))
		print_row("version", text);
	if (host_file_read(text, "/sys/module/vmh/srcversion"))
		print_row("srcversion", text);
	if (host_file_read(text, "/sys/module/vmh/taint"))
		print_row("taint", text);
	printf("Parameters\n");
	print_directory("/sys/module/vmh/parameters");
}

/* Kernel and distribution, and what has happened to the kernel. */
void report_kernel(void)
{
	char text[HOST_TEXT], value[256], letters[TAINT_LEN];
	struct utsname names;

	printf("\nKernel\n");
	if (!uname(&names)) {
		print_row("release", names.release);
		print_row("version", names.version);
	}
	if (host_file_read(text, "/etc/os-release"))
		print_row("distribution", report_field(value, sizeof(value), text, "PRETTY_NAME"));
	else
		print_row("distribution", "unknown");
	if (host_file_read(text, "/proc/sys/kernel/tainted"))
		printf("  %-20s %s %s\n", "taint", text,
		       report_taint(letters, strtoull(text, NULL, 10)));
	if (host_file_read(text, "/sys/kernel/security/lockdown"))
		print_row("lockdown", text);
	if (host_file_read(text, "/sys/devices/system/cpu/online"))
		print_row("processors online", text);
}

/* The processor, and what the kernel does against its flaws. */
void report_processor(void)
{
	static const char *const fields[] = {
		"vendor_id", "cpu family", "model", "model name", "stepping", "microcode",
		"address sizes",
	};
	char text[HOST_TEXT], value[256];

	printf("\nProcessor\n");
	if (!host_file_read(text, "/proc/cpuinfo"))
		print_row("/proc/cpuinfo", text);
	else
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
			print_row(fields[i], report_field(value, sizeof(value), text, fields[i]));
	printf("Mitigations\n");
	print_directory("/sys/devices/system/cpu/vulnerabilities");
}

/* Others that use VT-x, or might. */
void report_hypervisors(void)
{
	static const char *const names[] = {
		"kvm_intel", "kvm", "vboxdrv", "vmmon", "xen_privcmd", "acrn",
	};
	unsigned int users, found = 0;

	printf("\nOther hypervisors' modules\n");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!find_module(names[i], &users))
			continue;
		printf("  %-20s used by %u\n", names[i], users);
		found++;
	}
	if (!found)
		printf("  none\n");
}
