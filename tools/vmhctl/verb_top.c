// SPDX-License-Identifier: GPL-2.0
/* vmhctl top: what VMs do right now, again and again. */
#include <string.h>
#include <time.h>

#include "names.h"
#include "remote.h"
#include "screen.h"
#include "top_sample.h"
#include "verb_options.h"
#include "vmhctl.h"

#define REASONS_SHOWN	5
#define LINE_LEN	256

static const char top_help[] =
	"Usage: vmhctl top [-d SECONDS] [-n COUNT] [--json] [--device PATH]\n"
	"Shows what your VMs do, and for root all: VM exits in a second and their most\n"
	"frequent reasons; how much of the time of their vCPUs, in percent, they are in\n"
	"the guest, in the kernel, in their VMM (USER), idle, or held back by a limit\n"
	"(HELD); guest memory; denials.\n"
	"\n"
	"  -d, --delay SECONDS  between readings (1)\n"
	"  -n, --count COUNT    end after that many; without it by q, or a signal\n"
	"  --json               print one reading as JSON\n"
	HELP_COMMON
	"\n"
	"If standard output is no terminal, one reading follows the other.\n" HELP_CODES;

/**
 * struct top - a run of it
 * @opt: the command line.
 * @dev: the device.
 * @before: the reading before.
 * @now: the latest one.
 * @draws: on a terminal, in place.
 * @lines: how many lines there is still room for.
 * @columns: and columns.
 */
struct top {
	struct verb_options opt;
	struct device dev;
	struct top_sample before;
	struct top_sample now;
	bool draws;
	unsigned int lines;
	unsigned int columns;
};

/* A line of text, if there is room. 80 columns hold all but long lists of reasons. */
static void put_line(struct top *top, const char *line)
{
	if (!top->draws) {
		puts(line);
		return;
	}
	if (!top->lines)
		return;
	/* The last line gets no newline, which would move all others up. */
	printf("%.*s%s", (int)top->columns, line, --top->lines ? "\n" : "");
}

static void rates_of(const struct top *top, const struct top_vm *vm, struct top_rates *rates)
{
	static const struct top_vm none;
	const struct top_vm *before = top_sample_find(&top->before, vm->entry.serial);

	top_rates_get(rates, before ? before : &none, vm, top->now.time_ns - top->before.time_ns);
}

static void print_reasons(struct top *top, const struct top_rates *rates)
{
	unsigned int reasons[REASONS_SHOWN];
	size_t nr = usage_top_exits(rates->reasons, VMH_STATS_EXITS, reasons, REASONS_SHOWN);
	char line[LINE_LEN], name[AMOUNT_LEN];
	int used = snprintf(line, sizeof(line), "    exits/s:");

	for (size_t i = 0; i < nr; i++)
		used += snprintf(line + used, sizeof(line) - used, "%s %s %llu", i ? "," : "",
				 usage_exit_name(name, reasons[i]), rates->reasons[reasons[i]]);
	if (nr)
		put_line(top, line);
}

static void print_vm(struct top *top, const struct top_vm *vm)
{
	struct top_rates rates;
	char line[LINE_LEN], memory[AMOUNT_LEN];

	rates_of(top, vm, &rates);
	snprintf(line, sizeof(line),
		 "%3u %-12.12s %-9.9s %7llu %5.1f %5.1f %5.1f %5.1f %5.1f %9s %5llu",
		 vm->entry.vm_id, vm->entry.name[0] ? vm->entry.name : "-",
		 state_name(vm->entry.state), rates.exits, rates.percent[0], rates.percent[1],
		 rates.percent[2], rates.percent[3], rates.percent[4],
		 format_amount(memory, UNIT_BYTES, rates.memory_bytes),
		 (unsigned long long)rates.denied);
	put_line(top, line);
	print_reasons(top, &rates);
}

static void print_head(struct top *top)
{
	char line[LINE_LEN], clock[16];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%T", &tm);
	snprintf(line, sizeof(line), "vmhctl top, %s, %zu VM%s%s", clock, top->now.nr,
		 top->now.nr == 1 ? "" : "s", top->draws ? "; q quits" : "");
	put_line(top, line);
	snprintf(line, sizeof(line),
		 "%3s %-12s %-9s %7s %5s %5s %5s %5s %5s %9s %5s", "ID", "NAME", "STATE", "EXITS/s",
		 "GUEST", "KERN", "USER", "IDLE", "HELD", "MEMORY", "DENY");
	put_line(top, line);
}

static void print_text(struct top *top)
{
	if (top->draws) {
		screen_size(&top->lines, &top->columns);
		screen_clear();
	}
	print_head(top);
	for (size_t i = 0; i < top->now.nr; i++)
		print_vm(top, &top->now.vms[i]);
	if (!top->draws)
		putchar('\n');
	fflush(stdout);
}

static void json_vm(struct json *json, const struct top *top, const struct top_vm *vm)
{
	struct top_rates rates;
	char name[AMOUNT_LEN];

	rates_of(top, vm, &rates);
	json_object(json, NULL);
	json_number(json, "id", vm->entry.vm_id);
	json_number(json, "serial", vm->entry.serial);
	json_text(json, "name", vm->entry.name);
	json_text(json, "state", state_name(vm->entry.state));
	json_number(json, "uid", vm->entry.uid);
	json_number(json, "vcpus", vm->stats.nr_vcpus);
	json_number(json, "exits_per_s", rates.exits);
	json_object(json, "reasons_per_s");
	for (unsigned int i = 0; i < VMH_STATS_EXITS; i++)
		if (rates.reasons[i])
			json_number(json, usage_exit_name(name, i), rates.reasons[i]);
	json_object_end(json);
	json_object(json, "percent");
	for (unsigned int i = 0; i < TURNS; i++)
		json_real(json, turn_names[i], rates.percent[i]);
	json_object_end(json);
	json_number(json, "memory_bytes", rates.memory_bytes);
	json_number(json, "denied", rates.denied);
	json_object_end(json);
}

static void print_json(const struct top *top)
{
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_number(&json, "interval_ns", top->now.time_ns - top->before.time_ns);
	json_array(&json, "vms");
	for (size_t i = 0; i < top->now.nr; i++)
		json_vm(&json, top, &top->now.vms[i]);
	json_array_end(&json);
	json_object_end(&json);
	json_end(&json);
}

static int top_step(struct top *top)
{
	int ret;

	top_sample_drop(&top->before);
	top->before = top->now;
	ret = top_sample_take(&top->now, &top->dev);
	if (!ret)
		(top->opt.json ? print_json(top) : print_text(top));
	return ret;
}

static int top_loop(struct top *top)
{
	int signal = 0, ret = top_sample_take(&top->now, &top->dev);
	uint64_t done = 0;

	while (!ret && screen_wait(top->opt.delay_ms, &signal)) {
		ret = top_step(top);
		if (++done == top->opt.count || ferror(stdout))
			break;
	}
	screen_close();
	return !ret && signal ? VMHCTL_SIGNAL + signal : ret;
}

static const struct verb_syntax syntax = {
	.name = "top", .help = top_help, .takes = TAKES_JSON | TAKES_DELAY | TAKES_COUNT,
};

static int top_run(int argc, char **argv)
{
	static struct top top;
	int ret = verb_options_parse(&top.opt, &syntax, argc, argv);

	if (ret || top.opt.done)
		return ret;
	if (top.opt.json)
		top.opt.count = 1;
	ret = remote_device_open(&top.dev, top.opt.device);
	if (ret)
		return ret;
	top.draws = !top.opt.json && screen_open();
	ret = top_loop(&top);
	top_sample_drop(&top.before);
	top_sample_drop(&top.now);
	device_close(&top.dev);
	return ret;
}

const struct verb verb_top = {
	.name = "top",
	.summary = "show what VMs do right now",
	.help = top_help,
	.syntax = &syntax,
	.run = top_run,
};
