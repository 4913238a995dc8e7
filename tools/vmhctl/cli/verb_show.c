// SPDX-License-Identifier: GPL-2.0
/* vmhctl show ID: all about one VM. */
#include "names.h"
#include "usage.h"
#include "verb_options.h"
#include "vm_log.h"
#include "vmhctl.h"

#define EXITS_SHOWN	10

static const char show_help[] =
	"Usage: vmhctl show ID [--json] [--device PATH]\n"
	"Shows a VM's state and how it came to it, what it uses and may use, where its\n"
	"time goes, what made it leave the guest, and how many large pages were split to\n"
	"be executable.\n"
	HELP_ID
	"\n"
	HELP_JSON HELP_COMMON "\n" HELP_CODES;

/**
 * struct vm_view - what there is to show
 * @entry: who it is.
 * @title: in words.
 * @state: its state.
 * @usage: its resources.
 * @stats: its times and exits.
 * @since_ns: how long it has been in this state; 0 when the log does not go back so far.
 */
struct vm_view {
	const struct vmh_vm_entry *entry;
	const char *title;
	struct vmh_state_info state;
	struct vmh_usage usage;
	struct vmh_stats stats;
	uint64_t since_ns;
};

static int collect_since(struct vm_view *view, const struct remote *remote)
{
	static struct vm_log log;
	int ret = vm_log_read(remote, 0, &log);

	for (uint32_t i = log.nr; i--;) {
		const struct vmh_log_entry *entry = &log.entries[i];

		if (entry->kind != VMH_LOG_STATE || entry->generation != view->state.generation)
			continue;
		view->since_ns = vm_log_now_ns() - entry->time_ns;
		break;
	}
	return ret;
}

static int collect(struct vm_view *view, const struct remote *remote)
{
	int ret = remote_state(remote, &view->state);

	if (!ret)
		ret = remote_usage(remote, &view->usage);
	if (!ret)
		ret = remote_stats(remote, &view->stats);
	if (!ret)
		ret = collect_since(view, remote);
	return ret;
}

static uint64_t exits_total(const struct vmh_stats *stats)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < stats->nr_exits; i++)
		total += stats->exits[i];
	return total;
}

static void print_state(const struct vm_view *view)
{
	const struct vmh_state_info *state = &view->state;
	const struct vmh_vm_entry *entry = view->entry;
	char text[AMOUNT_LEN], user[USER_LEN];

	printf("%s (serial %llu)\n", view->title, entry->serial);
	printf("  state    %s", state_name(state->state));
	if (view->since_ns)
		printf(" for %s", format_amount(text, UNIT_NS, view->since_ns));
	if (state->generation)
		printf(", before that %s", state_name(state->previous));
	printf("\n");
	if (state->generation)
		printf("  because  event %s, reason %s; transition %llu\n",
		       event_name(state->last_event), reason_name(state->reason),
		       state->generation);
	printf("  creator  user %s, process %u\n", user_name(user, entry->uid), entry->pid);
	printf("  made for at most %s of memory",
	       format_limit(text, VMH_RES_SLOT_BYTES, view->usage.res[VMH_RES_SLOT_BYTES].limit));
	printf(", vCPUs at most %s, now %u\n\n",
	       format_limit(text, VMH_RES_VCPUS, view->usage.res[VMH_RES_VCPUS].limit),
	       view->stats.nr_vcpus);
}

static void print_times(const struct vmh_stats *stats)
{
	uint64_t ns[TURNS], sum = 0;

	usage_turns(stats, ns);
	for (unsigned int i = 0; i < TURNS; i++)
		sum += ns[i];
	printf("\n%-20s  %14s  %6s\n", "TIME OF ALL VCPUS", "", "SHARE");
	for (unsigned int i = 0; i < TURNS; i++) {
		char text[AMOUNT_LEN];

		printf("%-20s  %14s  %5.1f%%\n", turn_names[i],
		       format_amount(text, UNIT_NS, ns[i]), sum ? 100.0 * ns[i] / sum : 0);
	}
}

static void print_exits(const struct vmh_stats *stats)
{
	uint64_t total = exits_total(stats), rest = total;
	unsigned int reasons[EXITS_SHOWN];
	size_t nr = usage_top_exits(stats->exits, stats->nr_exits, reasons, EXITS_SHOWN);
	char name[AMOUNT_LEN];

	printf("\n%-20s  %14s  %6s\n", "EXITS", "COUNT", "SHARE");
	for (size_t i = 0; i < nr; i++) {
		uint64_t count = stats->exits[reasons[i]];

		printf("%-20s  %14llu  %5.1f%%\n", usage_exit_name(name, reasons[i]),
		       (unsigned long long)count, 100.0 * count / total);
		rest -= count;
	}
	if (rest)
		printf("%-20s  %14llu  %5.1f%%\n", "others", (unsigned long long)rest,
		       100.0 * rest / total);
	printf("%-20s  %14llu\n", "all", (unsigned long long)total);
}

/* Nothing to tell where large pages are executable, as on most machines. */
static void print_nx(const struct vmh_stats *stats)
{
	if (!stats->nx_splits)
		return;
	printf("\n%-20s  %14s\n", "NX HUGE PAGES", "COUNT");
	printf("%-20s  %14llu\n", "split to execute", stats->nx_splits);
	printf("%-20s  %14llu\n", "given back", stats->nx_recovered);
	printf("%-20s  %14llu\n", "split now", stats->nx_split_now);
}

static void print_halts(const struct vmh_stats *stats)
{
	char watched[AMOUNT_LEN], in_vain[AMOUNT_LEN];

	printf("\n%-20s  %14s\n", "HALTS", "COUNT");
	printf("%-20s  %14llu  %s\n", "watched, and ended", stats->halt_successful_poll,
	       format_amount(watched, UNIT_NS, stats->halt_poll_success_ns));
	printf("%-20s  %14llu  %s\n", "watched in vain",
	       stats->halt_attempted_poll - stats->halt_successful_poll,
	       format_amount(in_vain, UNIT_NS, stats->halt_poll_fail_ns));
	printf("%-20s  %14llu\n", "ended for nothing", stats->halt_poll_invalid);
	printf("%-20s  %14llu\n", "woken up", stats->halt_wakeup);
}

/* Nothing to tell where vCPUs have processors enough, as on most machines. */
static void print_pv(const struct vmh_stats *stats)
{
	if (!stats->pv_tlb_flushes)
		return;
	printf("\n%-20s  %14s\n", "PARAVIRTUAL", "COUNT");
	printf("%-20s  %14llu\n", "flushes put off", stats->pv_tlb_flushes);
}

static void print_text(const struct vm_view *view)
{
	print_state(view);
	usage_print(&view->usage);
	print_times(&view->stats);
	print_exits(&view->stats);
	print_nx(&view->stats);
	print_halts(&view->stats);
	print_pv(&view->stats);
}

static void json_stats(struct json *json, const struct vmh_stats *stats)
{
	uint64_t ns[TURNS];
	char name[AMOUNT_LEN];

	usage_turns(stats, ns);
	json_object(json, "time_ns");
	for (unsigned int i = 0; i < TURNS; i++)
		json_number(json, turn_names[i], ns[i]);
	json_object_end(json);
	json_object(json, "exits");
	for (unsigned int i = 0; i < stats->nr_exits; i++)
		if (stats->exits[i])
			json_number(json, usage_exit_name(name, i), stats->exits[i]);
	json_object_end(json);
	json_object(json, "nx_huge_pages");
	json_number(json, "splits", stats->nx_splits);
	json_number(json, "recovered", stats->nx_recovered);
	json_number(json, "split_now", stats->nx_split_now);
	json_object_end(json);
}

static void json_halts(struct json *json, const struct vmh_stats *stats)
{
	json_object(json, "halts");
	json_number(json, "halt_attempted_poll", stats->halt_attempted_poll);
	json_number(json, "halt_successful_poll", stats->halt_successful_poll);
	json_number(json, "halt_poll_invalid", stats->halt_poll_invalid);
	json_number(json, "halt_wakeup", stats->halt_wakeup);
	json_number(json, "halt_poll_success_ns", stats->halt_poll_success_ns);
	json_number(json, "halt_poll_fail_ns", stats->halt_poll_fail_ns);
	json_object_end(json);
}

static void json_pv(struct json *json, const struct vmh_stats *stats)
{
	json_object(json, "paravirtual");
	json_number(json, "pv_tlb_flushes", stats->pv_tlb_flushes);
	json_object_end(json);
}

static void print_json(const struct vm_view *view)
{
	const struct vmh_vm_entry *entry = view->entry;
	struct json json = { .out = stdout };
	char user[USER_LEN];

	json_object(&json, NULL);
	json_number(&json, "id", entry->vm_id);
	json_number(&json, "serial", entry->serial);
	json_text(&json, "name", entry->name);
	json_number(&json, "uid", entry->uid);
	json_text(&json, "user", user_name(user, entry->uid));
	json_number(&json, "pid", entry->pid);
	json_number(&json, "vcpus", view->stats.nr_vcpus);
	json_text(&json, "state", state_name(view->state.state));
	json_text(&json, "previous", state_name(view->state.previous));
	json_text(&json, "event", event_name(view->state.last_event));
	json_text(&json, "reason", reason_name(view->state.reason));
	json_number(&json, "generation", view->state.generation);
	if (view->since_ns)
		json_number(&json, "since_ns", view->since_ns);
	else
		json_null(&json, "since_ns");
	usage_json(&json, &view->usage);
	json_stats(&json, &view->stats);
	json_halts(&json, &view->stats);
	json_pv(&json, &view->stats);
	json_object_end(&json);
	json_end(&json);
}

static const struct verb_syntax syntax = {
	.name = "show", .help = show_help, .takes = TAKES_JSON, .words = 1,
};

static int show_run(int argc, char **argv)
{
	struct verb_options opt;
	struct remote remote;
	struct vm_view view = { 0 };
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = remote_open(&remote, opt.device, opt.words[0], VMH_RIGHT_INSPECT);
	if (ret)
		return ret;
	view.entry = &remote.entry;
	view.title = remote.title;
	ret = collect(&view, &remote);
	if (!ret)
		(opt.json ? print_json : print_text)(&view);
	remote_close(&remote);
	return ret;
}

const struct verb verb_show = {
	.name = "show",
	.summary = "show all about one VM",
	.help = show_help,
	.syntax = &syntax,
	.run = show_run,
};
