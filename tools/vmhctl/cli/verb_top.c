// SPDX-License-Identifier: GPL-2.0
/* vmhctl top: what VMs do right now, again and again. */
#include <string.h>
#include <time.h>

#include "names.h"
#include "remote.h"
#include "screen.h"
#include "top_view.h"
#include "verb_options.h"
#include "vmhctl.h"

#define REASONS_SHOWN	5
#define LINE_LEN	256

static const char top_help[] =
	"Usage: vmhctl top [-d SECONDS] [-n COUNT] [-s ORDER] [--json] [--device PATH]\n"
	"Shows what your VMs do, and for root all: VM exits in a second and their most\n"
	"frequent reasons; how much of the time of their vCPUs, in percent, they are in\n"
	"the guest, in the kernel, in their VMM (USER), idle, or held back by a limit\n"
	"(HELD); guest memory; denials.\n"
	"\n"
	"  -d, --delay SECONDS  between readings (1)\n"
	"  -n, --count COUNT    end after that many; without it by q, or a signal\n"
	"  -s, --sort ORDER     which VM comes first: load (processor time), exits,\n"
	"                       memory, name or id (load)\n"
	"  --json               print one reading as JSON, by id\n"
	HELP_COMMON
	"\n"
	"On a terminal l, e, m, n and i sort anew, by these; the arrow keys, Page Up,\n"
	"Page Down, Home and End scroll. NO_COLOR in the environment means no colours.\n"
	"If standard output is no terminal, one reading follows the other.\n" HELP_CODES;

/**
 * struct top - a run of it
 * @opt: the command line.
 * @dev: the device.
 * @before: the reading before.
 * @now: the latest one.
 * @view: what is shown of it.
 * @draws: on a terminal, in place.
 * @lines: how many lines there is still room for.
 * @columns: and columns.
 * @shown: how many VMs the last picture had.
 */
struct top {
	struct verb_options opt;
	struct device dev;
	struct top_sample before;
	struct top_sample now;
	struct top_view view;
	bool draws;
	unsigned int lines;
	unsigned int columns;
	size_t shown;
};

/* A line of text, if there is room. 80 columns hold all but long lists of reasons. */
static void put_line(struct top *top, enum screen_style style, const char *line)
{
	if (!top->draws) {
		puts(line);
		return;
	}
	if (!top->lines)
		return;
	screen_line(style, line, top->columns);
	/* The last line gets no newline, which would move all others up. */
	if (--top->lines)
		putchar('\n');
}

static bool reasons_line(char line[LINE_LEN], const struct top_rates *rates)
{
	unsigned int reasons[REASONS_SHOWN];
	size_t nr = usage_top_exits(rates->reasons, VMH_STATS_EXITS, reasons, REASONS_SHOWN);
	char name[AMOUNT_LEN];
	int used = snprintf(line, LINE_LEN, "    exits/s:");

	for (size_t i = 0; i < nr; i++)
		used += snprintf(line + used, LINE_LEN - used, "%s %s %llu", i ? "," : "",
				 usage_exit_name(name, reasons[i]), rates->reasons[reasons[i]]);
	return nr;
}

static enum screen_style state_style(unsigned int state)
{
	return state == VMH_STATE_PAUSED ? SCREEN_WARM :
	       state == VMH_STATE_RUNNING ? SCREEN_PLAIN : SCREEN_FAINT;
}

/* Returns whether there was room. @last: no other VM comes after this one. */
static bool print_vm(struct top *top, const struct top_row *row, bool last)
{
	const struct vmh_vm_entry *entry = &row->vm->entry;
	const struct top_rates *rates = &row->rates;
	const double *percent = rates->percent;
	char line[LINE_LEN], reasons[LINE_LEN], memory[AMOUNT_LEN];
	bool has_reasons = reasons_line(reasons, rates);

	/* Where others follow, the last line is for how many. */
	if (top->draws && top->shown && top->lines < 1u + has_reasons + !last)
		return false;
	snprintf(line, sizeof(line),
		 "%3u %-12.12s %-9.9s %7llu %5.1f %5.1f %5.1f %5.1f %5.1f %9s %5llu",
		 entry->vm_id, entry->name[0] ? entry->name : "-", state_name(entry->state),
		 rates->exits, percent[TURN_GUEST], percent[TURN_KERNEL], percent[TURN_USER],
		 percent[TURN_IDLE], percent[TURN_THROTTLED],
		 format_amount(memory, UNIT_BYTES, rates->memory_bytes),
		 (unsigned long long)rates->denied);
	put_line(top, state_style(entry->state), line);
	if (has_reasons)
		put_line(top, state_style(entry->state), reasons);
	top->shown++;
	return true;
}

static void print_head(struct top *top)
{
	char line[LINE_LEN], clock[16];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%T", &tm);
	snprintf(line, sizeof(line), "vmhctl top, %s, %zu VM%s by %s%s", clock, top->view.nr,
		 top->view.nr == 1 ? "" : "s", top_order_word(top->view.order),
		 top->draws ? "; l, e, m, n, i sort; q quits" : "");
	put_line(top, SCREEN_PLAIN, line);
	snprintf(line, sizeof(line),
		 "%3s %-12s %-9s %7s %5s %5s %5s %5s %5s %9s %5s", "ID", "NAME", "STATE", "EXITS/s",
		 "GUEST", "KERN", "USER", "IDLE", "HELD", "MEMORY", "DENY");
	put_line(top, SCREEN_HEAD, line);
}

static void print_text(struct top *top)
{
	const struct top_view *view = &top->view;
	char line[LINE_LEN];
	size_t more;

	if (top->draws) {
		screen_size(&top->lines, &top->columns);
		screen_clear();
	}
	print_head(top);
	top->shown = 0;
	for (size_t i = view->first; i < view->nr; i++) {
		if (!print_vm(top, &view->rows[i], i + 1 == view->nr))
			break;
	}
	more = view->nr - view->first - top->shown;
	if (view->first || more) {
		snprintf(line, sizeof(line), "%zu above, %zu more", view->first, more);
		put_line(top, SCREEN_FAINT, line);
	}
	if (!top->draws)
		putchar('\n');
	fflush(stdout);
}

static void json_vm(struct json *json, const struct top_row *row)
{
	const struct top_vm *vm = row->vm;
	const struct top_rates *rates = &row->rates;
	char name[AMOUNT_LEN];

	json_object(json, NULL);
	json_number(json, "id", vm->entry.vm_id);
	json_number(json, "serial", vm->entry.serial);
	json_text(json, "name", vm->entry.name);
	json_text(json, "state", state_name(vm->entry.state));
	json_number(json, "uid", vm->entry.uid);
	json_number(json, "vcpus", vm->stats.nr_vcpus);
	json_number(json, "exits_per_s", rates->exits);
	json_object(json, "reasons_per_s");
	for (unsigned int i = 0; i < VMH_STATS_EXITS; i++)
		if (rates->reasons[i])
			json_number(json, usage_exit_name(name, i), rates->reasons[i]);
	json_object_end(json);
	json_object(json, "percent");
	for (unsigned int i = 0; i < TURNS; i++)
		json_real(json, turn_names[i], rates->percent[i]);
	json_object_end(json);
	json_number(json, "memory_bytes", rates->memory_bytes);
	json_number(json, "denied", rates->denied);
	json_object_end(json);
}

static void print_json(const struct top *top)
{
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_number(&json, "interval_ns", top->now.time_ns - top->before.time_ns);
	json_array(&json, "vms");
	for (size_t i = 0; i < top->view.nr; i++)
		json_vm(&json, &top->view.rows[i]);
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
	if (!ret && !top_view_fill(&top->view, &top->before, &top->now))
		ret = VMHCTL_DEVICE;
	if (!ret)
		(top->opt.json ? print_json(top) : print_text(top));
	return ret;
}

/* Until the time of the next reading. Returns whether there is to be one. */
static bool top_wait(struct top *top, int *signal)
{
	uint64_t until_ms = screen_now_ms() + top->opt.delay_ms;
	int key;

	while ((key = screen_wait(until_ms, signal)) > 0) {
		if (top_view_key(&top->view, key, top->shown) && top->view.rows)
			print_text(top);
	}
	return key == SCREEN_TIME;
}

static int top_loop(struct top *top)
{
	int signal = 0, ret = top_sample_take(&top->now, &top->dev);
	uint64_t done = 0;

	while (!ret && top_wait(top, &signal)) {
		ret = top_step(top);
		if (++done == top->opt.count || ferror(stdout))
			break;
	}
	screen_close();
	return !ret && signal ? VMHCTL_SIGNAL + signal : ret;
}

static const struct verb_syntax syntax = {
	.name = "top", .help = top_help,
	.takes = TAKES_JSON | TAKES_DELAY | TAKES_COUNT | TAKES_SORT,
};

static int top_run(int argc, char **argv)
{
	static struct top top;
	int ret = verb_options_parse(&top.opt, &syntax, argc, argv);

	if (ret || top.opt.done)
		return ret;
	if (top.opt.json)
		top.opt.count = 1;
	top.view.order = top.opt.json ? TOP_BY_ID : top.opt.sort;
	ret = remote_device_open(&top.dev, top.opt.device);
	if (ret)
		return ret;
	top.draws = !top.opt.json && screen_open();
	ret = top_loop(&top);
	top_view_drop(&top.view);
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
