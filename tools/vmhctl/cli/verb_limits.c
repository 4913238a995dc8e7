// SPDX-License-Identifier: GPL-2.0
/* vmhctl limits ID [set RESOURCE=VALUE...]: what a VM may use. */
#include <string.h>

#include "message.h"
#include "remote.h"
#include "usage.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char limits_help[] =
	"Usage: vmhctl limits ID [--json] [--device PATH]\n"
	"       vmhctl limits ID set RESOURCE=VALUE... [--json] [--device PATH]\n"
	"Shows what a VM uses and may use, or sets limits: all that are given, or none\n"
	"of them.\n"
	HELP_ID
	"\n"
	"  slot_bytes, populated_bytes, kernel_bytes   a size: 512M, 1G, 4096\n"
	"  ept_pages, vcpus, slots, eventfds           a number\n"
	"  exits                                       VM exits in a second\n"
	"  run                                         processors: 1.5\n"
	"  run_ns                                      in ns a second: 1500000000\n"
	"\n"
	"VALUE may be none. A limit below what is in use is refused. A guest that\n"
	"reaches its limit of exits or run is held back; at others the call is refused,\n"
	"or the guest's memory access waits.\n\n"
	HELP_JSON HELP_COMMON "\n" HELP_CODES;

/* Understand all of the rows, so that nothing is set if one is wrong. */
static int parse_rows(struct vmh_limits *limits, char **words, int nr)
{
	if (nr > VMH_RES_MAX) {
		complain("more limits than there are resources");
		return VMHCTL_USAGE;
	}
	for (int i = 0; i < nr; i++) {
		const char *wrong = resource_parse_limit(words[i], &limits->limits[i]);

		if (wrong) {
			complain("'%s': %s", words[i], wrong);
			return VMHCTL_USAGE;
		}
	}
	limits->nr = nr;
	return VMHCTL_OK;
}

static int parse(const struct verb_options *opt, struct vmh_limits *limits)
{
	*limits = (struct vmh_limits){ .size = sizeof(*limits) };
	if (opt->nr_words == 1)
		return VMHCTL_OK;
	if (strcmp(opt->words[1], "set")) {
		complain("what is '%s'? To set limits: vmhctl limits ID set RESOURCE=VALUE...",
			 opt->words[1]);
		return VMHCTL_USAGE;
	}
	if (opt->nr_words == 2) {
		complain("set what? For example: vmhctl limits %s set populated_bytes=512M",
			 opt->words[0]);
		return VMHCTL_USAGE;
	}
	return parse_rows(limits, opt->words + 2, opt->nr_words - 2);
}

static void print_changes(const struct vmh_limits *limits, const struct vmh_usage *before,
			  const struct vmh_usage *after)
{
	for (uint32_t i = 0; i < limits->nr; i++) {
		unsigned int res = limits->limits[i].resource;
		char old[AMOUNT_LEN], new[AMOUNT_LEN];

		printf("%s: %s -> %s\n", resource_name(res),
		       format_limit(old, res, before->res[res].limit),
		       format_limit(new, res, after->res[res].limit));
	}
}

static void print_json(const struct remote *remote, const struct vmh_usage *usage)
{
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_number(&json, "id", remote->entry.vm_id);
	json_text(&json, "name", remote->entry.name);
	usage_json(&json, usage);
	json_object_end(&json);
	json_end(&json);
}

/* The kernel counts rows; the user has words. */
static void explain_row(const struct remote *remote, const struct verb_options *opt)
{
	struct vmh_error error = { .size = sizeof(error) };
	int row;

	if (dev_ioctl(&remote->dev, remote->fd, VMH_GET_ERROR, &error))
		return;
	if (sscanf(error.field, "limits[%d]", &row) == 1 && row >= 0 && row < opt->nr_words - 2)
		complain("  that is '%s'; nothing was set", opt->words[row + 2]);
}

static int limits_do(const struct remote *remote, struct vmh_limits *limits,
		     const struct verb_options *opt)
{
	struct vmh_usage before, after;
	int ret = remote_usage(remote, &before);

	if (!ret && limits->nr) {
		ret = remote_call(remote, VMH_SET_LIMITS, limits, "set limits of");
		if (ret)
			explain_row(remote, opt);
	}
	if (!ret)
		ret = remote_usage(remote, &after);
	if (ret)
		return ret;
	if (opt->json)
		print_json(remote, &after);
	else if (limits->nr)
		print_changes(limits, &before, &after);
	else
		usage_print(&after);
	return VMHCTL_OK;
}

static const struct verb_syntax syntax = {
	.name = "limits", .help = limits_help, .takes = TAKES_JSON, .words = 1,
	.more = true,
};

static int limits_run(int argc, char **argv)
{
	struct verb_options opt;
	struct vmh_limits limits;
	struct remote remote;
	uint32_t rights = VMH_RIGHT_INSPECT;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = parse(&opt, &limits);
	if (ret)
		return ret;
	if (limits.nr)
		rights |= VMH_RIGHT_CONTROL;
	ret = remote_open(&remote, opt.device, opt.words[0], rights);
	if (ret)
		return ret;
	ret = limits_do(&remote, &limits, &opt);
	remote_close(&remote);
	return ret;
}

const struct verb verb_limits = {
	.name = "limits",
	.summary = "show or set what a VM may use",
	.help = limits_help,
	.syntax = &syntax,
	.run = limits_run,
};
