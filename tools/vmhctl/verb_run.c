// SPDX-License-Identifier: GPL-2.0
/* vmhctl run: make a VM, boot a guest in it, and stay with it to its end. */
#include <getopt.h>
#include <string.h>

#include <linux/vmh.h>

#include "board.h"
#include "console.h"
#include "loader_flat.h"
#include "main_loop.h"
#include "message.h"
#include "size.h"
#include "stats.h"
#include "test_ports.h"
#include "vm.h"
#include "vmhctl.h"

#define TIMEOUT_MAX	(10ULL * 365 * 24 * 3600)

/**
 * struct run_options - the command line
 * @device: the device.
 * @flat: path of a flat guest.
 * @load_gpa: where a flat guest goes.
 * @entry_gpa: where it starts; @have_entry says whether it was given.
 * @machine: the VM; @have_memory and @have_irqchip say whether these were given.
 * @timeout_seconds: 0 for none.
 * @stats: print counters at the end.
 * @trace_io: print accesses that no device answers.
 */
struct run_options {
	const char *device;
	const char *flat;
	uint64_t load_gpa;
	uint64_t entry_gpa;
	struct vm_config machine;
	uint64_t timeout_seconds;
	bool have_entry;
	bool have_memory;
	bool have_irqchip;
	bool stats;
	bool trace_io;
};

static const char run_help[] =
	"Usage: vmhctl run --flat FILE [OPTION]...\n"
	"Runs a guest with its serial console on this terminal, until it powers off or\n"
	"reboots. Ctrl-A x ends it; Ctrl-A Ctrl-A sends Ctrl-A.\n"
	"\n"
	"  --flat FILE        a tiny guest: bare instructions, started in real mode with all\n"
	"                     segments at 0, SP at the entry, AX the number of the vCPU\n"
	"  --load-addr ADDR   where the flat guest goes (0x1000)\n"
	"  --entry ADDR       where it starts (the load address)\n"
	"  --memory SIZE      memory of the VM: 512M, 1G, 0x8000000 (flat: 16M)\n"
	"  --cpus N           number of vCPUs (1)\n"
	"  --name NAME        name of the VM, for people\n"
	"  --irqchip on|off   interrupt controllers and timer in the kernel (flat: off)\n"
	"  --device PATH      the device (" VMH_DEVICE_PATH "); /dev/kvm works too\n"
	"  --timeout SECONDS  end the VM after that time, with exit code 124\n"
	"  --stats            print counters at the end, on stderr\n"
	"  --trace-io         print accesses to ports and memory where no device is\n"
	"  --verbose          print what is not quite as wished but does no harm\n"
	"  --help             print this\n"
	"\n"
	"A flat guest prints by writing characters to port 0xe9, and ends the VM by writing\n"
	"its exit code to port 0xf4. Without interrupt controllers every vCPU starts at the\n"
	"entry, and the VM ends with code 0 when all of them have executed HLT.\n"
	"\n"
	"Exit codes: 0 the guest ended well, 1 it failed, 2 wrong usage, 3 the device cannot be\n"
	"used, 4 bad input file, 124 timeout, 128+N ended by signal N.\n";

enum {
	OPT_FLAT = 0x100, OPT_LOAD_ADDR, OPT_ENTRY, OPT_MEMORY, OPT_CPUS, OPT_NAME, OPT_IRQCHIP,
	OPT_DEVICE, OPT_TIMEOUT, OPT_STATS, OPT_TRACE_IO, OPT_VERBOSE, OPT_HELP,
};

static const struct option run_long_options[] = {
	{ "flat", required_argument, NULL, OPT_FLAT },
	{ "load-addr", required_argument, NULL, OPT_LOAD_ADDR },
	{ "entry", required_argument, NULL, OPT_ENTRY },
	{ "memory", required_argument, NULL, OPT_MEMORY },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "irqchip", required_argument, NULL, OPT_IRQCHIP },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "trace-io", no_argument, NULL, OPT_TRACE_IO },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ }
};

static int bad_value(const char *option, const char *value, const char *wanted)
{
	complain("--%s %s: %s", option, value, wanted);
	return VMHCTL_USAGE;
}

static int parse_memory(struct run_options *opt, const char *text)
{
	if (!parse_size(text, &opt->machine.memory_bytes))
		return bad_value("memory", text, "not a size such as 512M or 1G, or too large");
	if (!opt->machine.memory_bytes || opt->machine.memory_bytes % VM_PAGE_SIZE)
		return bad_value("memory", text, "must be a multiple of 4096 and not 0");
	opt->have_memory = true;
	return VMHCTL_OK;
}

static int parse_cpus(struct run_options *opt, const char *text)
{
	uint64_t cpus;

	if (!parse_number(text, &cpus) || !cpus || cpus > VM_CPUS_MAX)
		return bad_value("cpus", text, "must be 1 to 255");
	opt->machine.cpus = cpus;
	return VMHCTL_OK;
}

static int parse_name(struct run_options *opt, const char *text)
{
	if (strlen(text) >= VMH_NAME_LEN)
		return bad_value("name", text, "longer than 31 characters");
	opt->machine.name = text;
	return VMHCTL_OK;
}

static int parse_irqchip(struct run_options *opt, const char *text)
{
	opt->machine.irqchip = !strcmp(text, "on");
	if (!opt->machine.irqchip && strcmp(text, "off"))
		return bad_value("irqchip", text, "must be on or off");
	opt->have_irqchip = true;
	return VMHCTL_OK;
}

static int parse_address(const char *option, const char *text, uint64_t *gpa)
{
	if (!parse_number(text, gpa))
		return bad_value(option, text, "not an address");
	return VMHCTL_OK;
}

static int parse_timeout(struct run_options *opt, const char *text)
{
	if (!parse_number(text, &opt->timeout_seconds) || !opt->timeout_seconds ||
	    opt->timeout_seconds > TIMEOUT_MAX)
		return bad_value("timeout", text, "not a number of seconds above 0");
	return VMHCTL_OK;
}

static int run_parse_option(struct run_options *opt, int option)
{
	switch (option) {
	case OPT_FLAT:
		opt->flat = optarg;
		return VMHCTL_OK;
	case OPT_LOAD_ADDR:
		return parse_address("load-addr", optarg, &opt->load_gpa);
	case OPT_ENTRY:
		opt->have_entry = true;
		return parse_address("entry", optarg, &opt->entry_gpa);
	case OPT_MEMORY:
		return parse_memory(opt, optarg);
	case OPT_CPUS:
		return parse_cpus(opt, optarg);
	case OPT_NAME:
		return parse_name(opt, optarg);
	case OPT_IRQCHIP:
		return parse_irqchip(opt, optarg);
	case OPT_DEVICE:
		opt->device = optarg;
		return VMHCTL_OK;
	case OPT_TIMEOUT:
		return parse_timeout(opt, optarg);
	case OPT_STATS:
		opt->stats = true;
		return VMHCTL_OK;
	case OPT_TRACE_IO:
		opt->trace_io = true;
		return VMHCTL_OK;
	case OPT_VERBOSE:
		message_verbose = true;
		return VMHCTL_OK;
	default:			/* getopt_long() has said what is wrong */
		return VMHCTL_USAGE;
	}
}

/* Fill in what was not given and refuse what does not go together. */
static int run_complete(struct run_options *opt)
{
	if (!opt->flat) {
		complain("nothing to run: --flat FILE is missing");
		return VMHCTL_USAGE;
	}
	if (!opt->have_memory)
		opt->machine.memory_bytes = FLAT_MEMORY_BYTES;
	if (!opt->have_entry)
		opt->entry_gpa = opt->load_gpa;
	return VMHCTL_OK;
}

static int run_guest(struct vm *vm, struct board *board, const struct run_options *opt)
{
	int status = vm_start(vm);

	if (!status)
		status = main_loop_run(vm, opt->flat ? NULL : &board->serial,
				       opt->timeout_seconds);
	vm_stop(vm);
	if (opt->stats)
		stats_print(vm);
	return status;
}

static int run_vm(const struct device *dev, const struct run_options *opt,
		  const struct file *file)
{
	struct board board;
	struct vm vm;
	int status = vm_create(&vm, dev, &opt->machine);

	if (status)
		return status;
	vm.bus.trace = opt->trace_io;
	board_init(&board, &vm);
	test_ports_add(&vm);
	status = flat_load(&vm, file, opt->load_gpa, opt->entry_gpa);
	if (!status)
		status = run_guest(&vm, &board, opt);
	vm_destroy(&vm);
	return status;
}

static int run_on_device(const struct run_options *opt)
{
	struct device dev;
	struct file file;
	int status = file_open(&file, opt->flat);

	if (status)
		return status;
	status = device_open_usable(&dev, opt->device);
	if (!status) {
		status = run_vm(&dev, opt, &file);
		device_close(&dev);
	}
	file_close(&file);
	return status;
}

static int run_run(int argc, char **argv)
{
	struct run_options opt = {
		.device = VMH_DEVICE_PATH,
		.load_gpa = FLAT_LOAD_GPA,
		.machine = { .name = "", .cpus = 1 },
	};
	int option, status;

	while ((option = getopt_long(argc, argv, "", run_long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			fputs(run_help, stdout);
			return VMHCTL_OK;
		}
		status = run_parse_option(&opt, option);
		if (status)
			return status;
	}
	if (optind < argc) {
		complain("what is '%s'? See 'vmhctl run --help'", argv[optind]);
		return VMHCTL_USAGE;
	}
	status = run_complete(&opt);
	if (!status)
		status = main_loop_prepare();
	return status ? status : run_on_device(&opt);
}

const struct verb verb_run = {
	.name = "run",
	.summary = "run a guest",
	.help = run_help,
	.run = run_run,
};
