// SPDX-License-Identifier: GPL-2.0
/* The options of "vmhctl run": a table of them, a function for each. */
#include <getopt.h>
#include <string.h>

#include <linux/vmh.h>

#include "linux_boot.h"
#include "loader_flat.h"
#include "message.h"
#include "resource.h"
#include "run_options.h"
#include "size.h"
#include "vmhctl.h"

#define TIMEOUT_MAX	(10ULL * 365 * 24 * 3600)
#define GRACE_SECONDS	30

const char run_help[] =
	"Usage: vmhctl run --kernel FILE [--initrd FILE] [--cmdline STRING] [OPTION]...\n"
	"       vmhctl run --flat FILE [OPTION]...\n"
	"Runs a guest with its console on this terminal, until it powers off or\n"
	"reboots. Ctrl-A x ends it; Ctrl-A b sends a break, which Linux takes for SysRq;\n"
	"Ctrl-A Ctrl-A sends Ctrl-A.\n"
	"\n"
	"Linux guests:\n"
	"  --kernel FILE      a bzImage or an x86-64 vmlinux\n"
	"  --initrd FILE      its initial RAM disk\n"
	"  --cmdline STRING   follows \"" LINUX_SERIAL_CONSOLE " " LINUX_CMDLINE "\" on the\n"
	"                     kernel's command line; of two the later one counts\n"
	"  --bare-cmdline     STRING is the whole command line\n"
	"  --disk FILE[,ro][,format=raw|qcow2]  a disk; the guest reads and writes the\n"
	"                     file, or reads it only. The first one is /dev/vda there.\n"
	"                     It is a raw image, or, if it begins like one, a qcow2\n"
	"                     image, which qemu-storage-daemon has to be there for. One\n"
	"                     that begins like a VMDK, VDI, VHDX image is refused,\n"
	"                     unless it is said to be raw\n"
	"  --disk socket=PATH  a disk that a vhost-user back end has there\n"
	"  --net tap=NAME[,mac=ADDRESS]  a network interface at a tap of this machine\n"
	"  --net user[,mac=ADDRESS]  one in a network of its own, with DHCP, behind this\n"
	"                     machine\n"
	"  --console serial|virtio  what is typed goes to the serial port, or to a\n"
	"                     virtio console,\n"
	"                     for which the kernel gets \"" LINUX_VIRTIO_CONSOLE "\" (serial)\n"
	"\n"
	"Flat guests:\n"
	"  --flat FILE        bare instructions, started in real mode with all segments\n"
	"                     at 0, SP at the entry, AX the number of the vCPU\n"
	"  --load-addr ADDR   where the file goes (0x1000)\n"
	"  --entry ADDR       where it starts (the load address)\n"
	"  --irqchip on|off   interrupt controllers and timer in the kernel (off)\n"
	"  --console serial   what is typed goes to the serial port; else nothing is\n"
	"                     read\n"
	"\n"
	"Both:\n"
	"  -m, --memory SIZE  memory of the VM: 512M, 1G, 0x8000000 (256M; flat: 16M)\n"
	"  --hugepages        take it from the huge pages that this machine has set\n"
	"                     aside\n"
	"  --cpus N           number of vCPUs (1)\n"
	"  --name NAME        name of the VM, for people; no other one that you may open\n"
	"                     has it\n"
	"  --shared-name      others may have it, too\n"
	"  --limit RESOURCE=VALUE  a limit from the start, as 'vmhctl limits' takes\n"
	"                     them; may be given several times\n"
	"  --on-limit=wait|exit  when the guest reaches a limit: wait until it has been\n"
	"                     raised (vmhctl limits ID set ...), or end the VM with exit\n"
	"                     code 1 (wait)\n"
	"  --device PATH      the device (" VMH_DEVICE_PATH "); /dev/kvm works too\n"
	"  --console-log FILE  what the guest says goes to the end of FILE, too\n"
	"  --timeout SECONDS  end the VM after that time, with exit code 124\n"
	"  --grace SECONDS    what the guest gets to power off after SIGTERM, which\n"
	"                     presses its power button; 0, or a second SIGTERM: it is\n"
	"                     ended at once (30)\n"
	"  --user NAME        whom root becomes before the guest runs (nobody)\n"
	"  --confine on|off   give up privileges, files and most system calls before the\n"
	"                     guest runs (on)\n"
	"  --stats            print counters at the end, on stderr\n"
	"  --trace-io         print accesses to ports and memory where no device is\n"
	"  --verbose          print what is not quite as wished but does no harm\n"
	"  --help             print this\n"
	"\n"
	"A flat guest prints by writing characters to port 0xe9, and ends the VM by\n"
	"writing its exit code to port 0xf4. Without interrupt controllers every vCPU\n"
	"starts at the entry, and the VM ends with code 0 when all of them have executed\n"
	"HLT. To check what arrives on a bus there is memory behind ports 0x520-0x527\n"
	"and, 4 KiB, at 0xd0000000; port 0x528 and address 0xd0000ff8 read the width of\n"
	"the last access to it.\n"
	"\n"
	"Exit codes: 0 the guest ended well, 1 it failed, 2 wrong usage, 3 the device\n"
	"cannot be used, 4 bad input file, 124 timeout, 128+N ended by signal N.\n";

static int bad_value(const char *option, const char *value, const char *wanted)
{
	complain("--%s %s: %s", option, value, wanted);
	return VMHCTL_USAGE;
}

static int take_kernel(struct run_options *opt, const char *text)
{
	opt->kernel = text;
	return VMHCTL_OK;
}

static int take_initrd(struct run_options *opt, const char *text)
{
	opt->initrd = text;
	return VMHCTL_OK;
}

static int take_cmdline(struct run_options *opt, const char *text)
{
	opt->cmdline = text;
	return VMHCTL_OK;
}

static int take_bare_cmdline(struct run_options *opt, const char *text)
{
	(void)text;
	opt->bare_cmdline = true;
	return VMHCTL_OK;
}

static int take_disk(struct run_options *opt, const char *text)
{
	const char *wrong = device_options_disk(&opt->devices, text);

	return wrong ? bad_value("disk", text, wrong) : VMHCTL_OK;
}

static int take_net(struct run_options *opt, const char *text)
{
	const char *wrong = device_options_net(&opt->devices, text);

	return wrong ? bad_value("net", text, wrong) : VMHCTL_OK;
}

static int take_console(struct run_options *opt, const char *text)
{
	const char *wrong = device_options_console(&opt->devices, text);

	return wrong ? bad_value("console", text, wrong) : VMHCTL_OK;
}

static int take_flat(struct run_options *opt, const char *text)
{
	opt->flat = text;
	return VMHCTL_OK;
}

static int take_load_addr(struct run_options *opt, const char *text)
{
	if (!parse_number(text, &opt->load_gpa))
		return bad_value("load-addr", text, "not an address");
	return VMHCTL_OK;
}

static int take_entry(struct run_options *opt, const char *text)
{
	if (!parse_number(text, &opt->entry_gpa))
		return bad_value("entry", text, "not an address");
	return VMHCTL_OK;
}

static int take_irqchip(struct run_options *opt, const char *text)
{
	opt->machine.irqchip = !strcmp(text, "on");
	if (!opt->machine.irqchip && strcmp(text, "off"))
		return bad_value("irqchip", text, "must be on or off");
	return VMHCTL_OK;
}

static int take_memory(struct run_options *opt, const char *text)
{
	if (!parse_size(text, &opt->machine.memory_bytes))
		return bad_value("memory", text, "not a size such as 512M or 1G, or too large");
	if (!opt->machine.memory_bytes || opt->machine.memory_bytes % VM_PAGE_SIZE)
		return bad_value("memory", text, "must be a multiple of 4096 and not 0");
	return VMHCTL_OK;
}

static int take_hugepages(struct run_options *opt, const char *text)
{
	(void)text;
	opt->machine.hugepages = true;
	return VMHCTL_OK;
}

static int take_cpus(struct run_options *opt, const char *text)
{
	uint64_t cpus;

	if (!parse_number(text, &cpus) || !cpus || cpus > VM_CPUS_MAX)
		return bad_value("cpus", text, "must be 1 to 255");
	opt->machine.cpus = cpus;
	return VMHCTL_OK;
}

static int take_name(struct run_options *opt, const char *text)
{
	if (strlen(text) >= VMH_NAME_LEN)
		return bad_value("name", text, "longer than 31 characters");
	opt->machine.name = text;
	return VMHCTL_OK;
}

static int take_limit(struct run_options *opt, const char *text)
{
	struct vm_config *machine = &opt->machine;
	const char *wrong;

	if (machine->nr_limits == VMH_RES_MAX)
		return bad_value("limit", text, "more limits than there are resources");
	wrong = resource_parse_limit(text, &machine->limits[machine->nr_limits++]);
	return wrong ? bad_value("limit", text, wrong) : VMHCTL_OK;
}

static int take_on_limit(struct run_options *opt, const char *text)
{
	opt->machine.exit_at_limit = !strcmp(text, "exit");
	if (!opt->machine.exit_at_limit && strcmp(text, "wait"))
		return bad_value("on-limit", text, "must be wait or exit");
	return VMHCTL_OK;
}

static int take_device(struct run_options *opt, const char *text)
{
	opt->device = text;
	return VMHCTL_OK;
}

static int take_timeout(struct run_options *opt, const char *text)
{
	if (!parse_number(text, &opt->timeout_seconds) || !opt->timeout_seconds ||
	    opt->timeout_seconds > TIMEOUT_MAX)
		return bad_value("timeout", text, "not a number of seconds above 0");
	return VMHCTL_OK;
}

static int take_grace(struct run_options *opt, const char *text)
{
	if (!parse_number(text, &opt->grace_seconds) || opt->grace_seconds > TIMEOUT_MAX)
		return bad_value("grace", text, "not a number of seconds");
	return VMHCTL_OK;
}

static int take_shared_name(struct run_options *opt, const char *text)
{
	(void)text;
	opt->shared_name = true;
	return VMHCTL_OK;
}

static int take_console_log(struct run_options *opt, const char *text)
{
	opt->console_log = text;
	return VMHCTL_OK;
}

static int take_user(struct run_options *opt, const char *text)
{
	opt->user = text;
	return VMHCTL_OK;
}

static int take_confine(struct run_options *opt, const char *text)
{
	opt->unconfined = !strcmp(text, "off");
	if (!opt->unconfined && strcmp(text, "on"))
		return bad_value("confine", text, "must be on or off");
	return VMHCTL_OK;
}

static int take_stats(struct run_options *opt, const char *text)
{
	(void)text;
	opt->stats = true;
	return VMHCTL_OK;
}

static int take_trace_io(struct run_options *opt, const char *text)
{
	(void)text;
	opt->trace_io = true;
	return VMHCTL_OK;
}

static int take_verbose(struct run_options *opt, const char *text)
{
	(void)opt;
	(void)text;
	message_verbose = true;
	return VMHCTL_OK;
}

static int take_help(struct run_options *opt, const char *text)
{
	(void)text;
	opt->help = true;
	return VMHCTL_OK;
}

enum {
	OPT_KERNEL, OPT_INITRD, OPT_CMDLINE, OPT_BARE_CMDLINE, OPT_DISK, OPT_NET, OPT_CONSOLE,
	OPT_CONSOLE_LOG,
	OPT_FLAT, OPT_LOAD_ADDR, OPT_ENTRY, OPT_IRQCHIP, OPT_MEMORY, OPT_HUGEPAGES, OPT_CPUS,
	OPT_NAME, OPT_SHARED_NAME, OPT_LIMIT, OPT_ON_LIMIT, OPT_DEVICE, OPT_TIMEOUT, OPT_GRACE,
	OPT_USER, OPT_CONFINE, OPT_STATS, OPT_TRACE_IO, OPT_VERBOSE, OPT_HELP, OPT_NR,
};

/* Options that go with one kind of guest only. */
#define LINUX_ONLY	(1u << OPT_INITRD | 1u << OPT_CMDLINE | 1u << OPT_BARE_CMDLINE | \
			 1u << OPT_DISK | 1u << OPT_NET)
#define FLAT_ONLY	(1u << OPT_LOAD_ADDR | 1u << OPT_ENTRY | 1u << OPT_IRQCHIP)

static const struct {
	const char *name;
	const char *value;	/* as completion has it: see struct option_info */
	int (*take)(struct run_options *opt, const char *text);
} kinds[OPT_NR] = {
	[OPT_KERNEL]	   = { "kernel", "FILE", take_kernel },
	[OPT_INITRD]	   = { "initrd", "FILE", take_initrd },
	[OPT_CMDLINE]	   = { "cmdline", "STRING", take_cmdline },
	[OPT_BARE_CMDLINE] = { "bare-cmdline", NULL, take_bare_cmdline },
	[OPT_DISK]	   = { "disk", "FILE", take_disk },
	[OPT_NET]	   = { "net", "tap=|user", take_net },
	[OPT_CONSOLE]	   = { "console", "serial|virtio", take_console },
	[OPT_FLAT]	   = { "flat", "FILE", take_flat },
	[OPT_LOAD_ADDR]	   = { "load-addr", "ADDR", take_load_addr },
	[OPT_ENTRY]	   = { "entry", "ADDR", take_entry },
	[OPT_IRQCHIP]	   = { "irqchip", "on|off", take_irqchip },
	[OPT_MEMORY]	   = { "memory", "SIZE", take_memory },
	[OPT_HUGEPAGES]	   = { "hugepages", NULL, take_hugepages },
	[OPT_CPUS]	   = { "cpus", "N", take_cpus },
	[OPT_NAME]	   = { "name", "NAME", take_name },
	[OPT_SHARED_NAME]  = { "shared-name", NULL, take_shared_name },
	[OPT_LIMIT]	   = { "limit", "RESOURCE=", take_limit },
	[OPT_ON_LIMIT]	   = { "on-limit", "wait|exit", take_on_limit },
	[OPT_DEVICE]	   = { "device", "FILE", take_device },
	[OPT_CONSOLE_LOG]  = { "console-log", "FILE", take_console_log },
	[OPT_TIMEOUT]	   = { "timeout", "SECONDS", take_timeout },
	[OPT_GRACE]	   = { "grace", "SECONDS", take_grace },
	[OPT_USER]	   = { "user", "USER", take_user },
	[OPT_CONFINE]	   = { "confine", "on|off", take_confine },
	[OPT_STATS]	   = { "stats", NULL, take_stats },
	[OPT_TRACE_IO]	   = { "trace-io", NULL, take_trace_io },
	[OPT_VERBOSE]	   = { "verbose", NULL, take_verbose },
	[OPT_HELP]	   = { "help", NULL, take_help },
};

static bool given(const struct run_options *opt, unsigned int option)
{
	return opt->given & 1u << option;
}

/* Refuse the first option there is of those that do not go with this kind of guest. */
static int refuse(const struct run_options *opt, uint32_t options, const char *guest)
{
	for (unsigned int i = 0; i < OPT_NR; i++) {
		if (given(opt, i) && (options & 1u << i)) {
			complain("--%s does not go with --%s", kinds[i].name, guest);
			return VMHCTL_USAGE;
		}
	}
	return VMHCTL_OK;
}

static int complete_linux(struct run_options *opt)
{
	opt->machine.irqchip = true;
	opt->reads_input = true;
	if (!given(opt, OPT_MEMORY))
		opt->machine.memory_bytes = LINUX_MEMORY_BYTES;
	return refuse(opt, FLAT_ONLY, "kernel");
}

static int complete_flat(struct run_options *opt)
{
	/* Else standard input may belong to the script that runs it. */
	opt->reads_input = given(opt, OPT_CONSOLE);
	if (opt->devices.console) {
		complain("--console virtio does not go with --flat");
		return VMHCTL_USAGE;
	}
	if (!given(opt, OPT_MEMORY))
		opt->machine.memory_bytes = FLAT_MEMORY_BYTES;
	if (!given(opt, OPT_LOAD_ADDR))
		opt->load_gpa = FLAT_LOAD_GPA;
	if (!given(opt, OPT_ENTRY))
		opt->entry_gpa = opt->load_gpa;
	return refuse(opt, LINUX_ONLY, "flat");
}

static int parse_all(struct run_options *opt, int argc, char **argv)
{
	struct option options[OPT_NR + 1] = { 0 };
	int option;

	for (int i = 0; i < OPT_NR; i++)
		options[i] = (struct option){ kinds[i].name, !!kinds[i].value, NULL, i };
	while ((option = getopt_long(argc, argv, "m:", options, NULL)) != -1) {
		int ret;

		if (option == 'm')
			option = OPT_MEMORY;
		if (option >= OPT_NR) {	/* '?': getopt_long() has said what is wrong */
			verb_options_suggest("run", options, argv[optind - 1]);
			return VMHCTL_USAGE;
		}
		opt->given |= 1u << option;
		ret = kinds[option].take(opt, optarg);
		if (ret)
			return ret;
	}
	if (optind == argc)
		return VMHCTL_OK;
	complain("what is '%s'? See 'vmhctl run --help'", argv[optind]);
	return VMHCTL_USAGE;
}

/**
 * run_options_parse() - understand the command line of "vmhctl run"
 * @opt: filled in; points into @argv.
 * @argc: number of arguments.
 * @argv: them.
 *
 * Return: 0, or VMHCTL_USAGE with the reason printed.
 */
int run_options_parse(struct run_options *opt, int argc, char **argv)
{
	int ret;

	*opt = (struct run_options){
		.device = VMH_DEVICE_PATH,
		.grace_seconds = GRACE_SECONDS,
		.machine = { .name = "", .cpus = 1 },
	};
	ret = parse_all(opt, argc, argv);
	if (ret || opt->help)
		return ret;
	if (opt->machine.hugepages && opt->machine.memory_bytes % VM_HUGE_PAGE_SIZE) {
		complain("--hugepages: --memory must be a multiple of 2M");
		return VMHCTL_USAGE;
	}
	if (!opt->kernel == !opt->flat) {
		complain("one of --kernel FILE and --flat FILE is needed; see 'vmhctl run --help'");
		return VMHCTL_USAGE;
	}
	return opt->kernel ? complete_linux(opt) : complete_flat(opt);
}

/**
 * run_options_list() - the options of "vmhctl run", for completion
 * @infos: filled in; has room for VERB_OPTIONS_MAX.
 *
 * Return: how many there are.
 */
size_t run_options_list(struct option_info *infos)
{
	_Static_assert(OPT_NR <= VERB_OPTIONS_MAX, "more options than room");
	for (size_t i = 0; i < OPT_NR; i++)
		infos[i] = (struct option_info){
			.name = kinds[i].name, .value = kinds[i].value,
			.letter = i == OPT_MEMORY ? 'm' : 0,
		};
	return OPT_NR;
}
