// SPDX-License-Identifier: GPL-2.0
/* vmhctl errors: what happened to a VM, refusals above all, or to those that are no more. */
#include <time.h>

#include "ended.h"
#include "verb_options.h"
#include "vm_log.h"
#include "vmhctl.h"

#define FOLLOW_NS	200000000

static const char errors_help[] =
	"Usage: vmhctl errors ID [--follow] [--json] [--device PATH]\n"
	"       vmhctl errors --ended [--json] [--device PATH]\n"
	"Prints a VM's log, the newest last: changes of state, calls that were refused\n"
	"and why, limits that were set or reached.\n"
	HELP_ID
	"\n"
	"  -f, --follow   go on with what comes, until the VM ends\n"
	"  --ended        the latest refusals of VMs that are no more\n"
	"  --json         print JSON; with --follow an object for each entry\n"
	HELP_COMMON "\n" HELP_CODES;

static void print_object(const struct remote *remote, const struct vm_log *log)
{
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_number(&json, "id", remote->entry.vm_id);
	json_number(&json, "last", log->last);
	json_array(&json, "entries");
	for (uint32_t i = 0; i < log->nr; i++)
		vm_log_json(&json, NULL, &log->entries[i]);
	json_array_end(&json);
	json_object_end(&json);
	json_end(&json);
}

/* Returns whether the VM goes on. */
static bool print_entries(const struct vm_log *log, bool as_json)
{
	struct json json = { .out = stdout };
	bool alive = true;

	for (uint32_t i = 0; i < log->nr; i++) {
		const struct vmh_log_entry *entry = &log->entries[i];

		if (as_json) {
			vm_log_json(&json, NULL, entry);
			json_end(&json);
		} else {
			vm_log_print(entry);
		}
		if (entry->kind == VMH_LOG_STATE && entry->to == VMH_STATE_TERMINATED)
			alive = false;
	}
	fflush(stdout);
	return alive;
}

static int errors_follow(const struct remote *remote, struct vm_log *log, bool json)
{
	static const struct timespec pause = { .tv_nsec = FOLLOW_NS };
	int ret = VMHCTL_OK;

	while (!ret && print_entries(log, json) && !ferror(stdout)) {
		nanosleep(&pause, NULL);
		ret = vm_log_read(remote, log->last, log);
	}
	return ret;
}

static const struct verb_syntax syntax = {
	.name = "errors", .help = errors_help,
	.takes = TAKES_JSON | TAKES_FOLLOW | TAKES_ENDED, .words = 1,
};

static int errors_run(int argc, char **argv)
{
	static struct vm_log log;
	struct verb_options opt;
	struct remote remote;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	if (opt.ended)
		return ended_print(opt.device, opt.json);
	ret = remote_open(&remote, opt.device, opt.words[0], VMH_RIGHT_INSPECT);
	if (ret)
		return ret;
	ret = vm_log_read(&remote, 0, &log);
	if (!ret && opt.follow)
		ret = errors_follow(&remote, &log, opt.json);
	else if (!ret && opt.json)
		print_object(&remote, &log);
	else if (!ret)
		print_entries(&log, false);
	remote_close(&remote);
	return ret;
}

const struct verb verb_errors = {
	.name = "errors",
	.summary = "tell what happened to a VM: transitions, refusals, limits reached",
	.help = errors_help,
	.syntax = &syntax,
	.run = errors_run,
};
