// SPDX-License-Identifier: GPL-2.0
/* vmhctl caps: what this machine can do, or why vmh cannot run on it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "message.h"
#include "vmhctl.h"

struct feature {
	uint64_t bit;
	bool needed;
	const char *name;
	const char *meaning;
};

static const struct feature features[] = {
	{ VMH_CPU_VMX, true, "vmx", "VT-x itself" },
	{ VMH_CPU_EPT, true, "ept", "guest memory translated by the processor" },
	{ VMH_CPU_VPID, true, "vpid", "the TLB survives VM exits" },
	{ VMH_CPU_UNRESTRICTED_GUEST, true, "unrestricted_guest", "real mode runs as it is" },
	{ VMH_CPU_EPT_2M, false, "ept_2m", "guest memory mapped in 2 MiB pages" },
	{ VMH_CPU_EPT_1G, false, "ept_1g", "guest memory mapped in 1 GiB pages" },
	{ VMH_CPU_EPT_AD, false, "ept_ad", "accessed and dirty bits in the EPT" },
	{ VMH_CPU_PML, false, "pml", "the processor logs the pages a guest dirties" },
	{ VMH_CPU_APIC_REGISTER_VIRT, false, "apic_register_virt",
	  "reads of the local APIC without VM exits" },
	{ VMH_CPU_VIRT_INTR_DELIVERY, false, "virt_intr_delivery",
	  "interrupts delivered by the processor" },
	{ VMH_CPU_POSTED_INTR, false, "posted_intr", "interrupts posted to a running guest" },
	{ VMH_CPU_PREEMPTION_TIMER, false, "preemption_timer", "bounds each stay in the guest" },
	{ VMH_CPU_TSC_SCALING, false, "tsc_scaling", "a guest's TSC frequency of its own" },
	{ VMH_CPU_XSAVES, false, "xsaves", "XSAVES and XRSTORS in guests" },
	{ VMH_CPU_MSR_BITMAPS, false, "msr_bitmaps", "chosen MSRs without VM exits" },
	{ VMH_CPU_INVPCID, false, "invpcid", "INVPCID in guests" },
	{ VMH_CPU_RDTSCP, false, "rdtscp", "RDTSCP in guests" },
	{ VMH_CPU_PAUSE_LOOP_EXITING, false, "pause_loop_exiting",
	  "spinning guests yield the processor" },
};

/**
 * struct caps - what there is to tell
 * @path: the device.
 * @kind: "vmh", "kvm", or "none" when it could not be opened.
 * @reason: why no VM can be made; empty when one can.
 * @advice: what to do about it; empty when nothing.
 * @info: what vmh says; for KVM only the limits that it tells.
 */
struct caps {
	const char *path;
	const char *kind;
	char reason[sizeof(((struct vmh_info *)0)->reason) + 1];
	const char *advice;
	struct vmh_info info;
};

static const char caps_help[] =
	"Usage: vmhctl caps [--json] [--device PATH]\n"
	"Tells what this machine's VT-x can do, or why vmh cannot run on it.\n"
	"\n"
	"  --json         print one JSON object instead of text\n"
	"  --device PATH  the device (" VMH_DEVICE_PATH "); /dev/kvm tells its limits only\n"
	"  --help         print this\n"
	"\n"
	"Exit codes: 0 VMs can be made here, 2 wrong usage, 3 they cannot.\n";

static void caps_unusable(struct caps *caps, const char *reason, const char *advice)
{
	snprintf(caps->reason, sizeof(caps->reason), "%s", reason);
	caps->advice = advice;
}

static void caps_from_kvm(struct caps *caps, const struct device *dev)
{
	struct vmh_info *info = &caps->info;
	int vcpus = dev_ioctl_value(dev, dev->fd, VMH_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS);
	int slots = dev_ioctl_value(dev, dev->fd, VMH_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS);

	caps->kind = "kvm";
	info->max_vcpus = vcpus > 0 ? vcpus : 0;
	info->max_slots = slots > 0 ? slots : 0;
}

static int caps_from_vmh(struct caps *caps, const struct device *dev)
{
	int ret = device_info(dev, &caps->info);

	if (ret)
		return ret;
	caps->kind = "vmh";
	caps->info.reason[sizeof(caps->info.reason) - 1] = '\0';
	if (caps->info.unusable != VMH_USABLE)
		caps_unusable(caps, caps->info.reason, device_advice(caps->info.unusable));
	return VMHCTL_OK;
}

/* Returns an exit status only when nothing can be told. */
static int caps_collect(struct caps *caps, const char *path)
{
	struct device dev;
	int ret = VMHCTL_OK;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	*caps = (struct caps){ .path = path, .kind = "none", .advice = "" };
	if (fd < 0) {
		caps_unusable(caps, device_missing_reason(path, errno), "");
		return VMHCTL_OK;
	}
	close(fd);
	ret = device_open(&dev, path);
	if (ret)
		return ret;
	if (dev.is_kvm)
		caps_from_kvm(caps, &dev);
	else
		ret = caps_from_vmh(caps, &dev);
	device_close(&dev);
	return ret;
}

static void print_features(const struct caps *caps, bool needed)
{
	printf("\n%s:\n", needed ? "Needed" : "Used where there is");
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *f = &features[i];

		if (f->needed == needed)
			printf("  %-20s %-4s %s\n", f->name,
			       caps->info.features & f->bit ? "yes" : "no", f->meaning);
	}
}

static void print_text(const struct caps *caps)
{
	const struct vmh_info *info = &caps->info;

	if (caps->reason[0])
		printf("No VM can be made on %s: %s\n", caps->path, caps->reason);
	else
		printf("VMs can be made on %s\n", caps->path);
	if (caps->advice[0])
		printf("What to do: %s\n", caps->advice);
	if (!strcmp(caps->kind, "kvm"))
		printf("\nThis is KVM.\n  vCPUs of a VM         %u\n  memory slots of a VM  %u\n",
		       info->max_vcpus, info->max_slots);
	if (strcmp(caps->kind, "vmh"))
		return;
	print_features(caps, true);
	print_features(caps, false);
	printf("\nLimits:\n"
	       "  vCPUs of a VM         %u\n"
	       "  memory slots of a VM  %u\n"
	       "  memory of a VM        %llu MiB\n"
	       "  VMs                   %u\n"
	       "  guest address width   %u bits\n"
	       "ABI version %u\n",
	       info->max_vcpus, info->max_slots, info->max_memory_bytes >> 20, info->max_vms,
	       info->phys_bits, info->abi_version);
}

static void print_json_string(const char *name, const char *value)
{
	printf("\"%s\": \"", name);
	for (; *value; value++) {
		unsigned char c = *value;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_json_vmh(const struct vmh_info *info)
{
	printf(", \"abi_version\": %u, \"unusable\": %u", info->abi_version, info->unusable);
	printf(", \"max_vms\": %u, \"phys_bits\": %u", info->max_vms, info->phys_bits);
	printf(", \"max_memory_bytes\": %llu, \"features\": {", info->max_memory_bytes);
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		printf("%s\"%s\": %s", i ? ", " : "", features[i].name,
		       info->features & features[i].bit ? "true" : "false");
	printf("}");
}

static void print_json(const struct caps *caps)
{
	const struct vmh_info *info = &caps->info;

	printf("{");
	print_json_string("device", caps->path);
	printf(", ");
	print_json_string("kind", caps->kind);
	printf(", \"usable\": %s, ", caps->reason[0] ? "false" : "true");
	print_json_string("reason", caps->reason);
	printf(", ");
	print_json_string("advice", caps->advice);
	if (strcmp(caps->kind, "none"))
		printf(", \"max_vcpus\": %u, \"max_slots\": %u", info->max_vcpus,
		       info->max_slots);
	if (!strcmp(caps->kind, "vmh"))
		print_json_vmh(info);
	printf("}\n");
}

static int caps_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "device", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	const char *path = VMH_DEVICE_PATH;
	bool json = false;
	struct caps caps;
	int option, ret;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'd':
			path = optarg;
			break;
		case 'h':
			fputs(caps_help, stdout);
			return VMHCTL_OK;
		default:
			return VMHCTL_USAGE;
		}
	}
	if (optind < argc) {
		complain("what is '%s'? See 'vmhctl caps --help'", argv[optind]);
		return VMHCTL_USAGE;
	}
	ret = caps_collect(&caps, path);
	if (ret)
		return ret;
	if (json)
		print_json(&caps);
	else
		print_text(&caps);
	return caps.reason[0] ? VMHCTL_DEVICE : VMHCTL_OK;
}

const struct verb verb_caps = {
	.name = "caps",
	.summary = "tell what this machine can do, or why vmh cannot run on it",
	.help = caps_help,
	.run = caps_run,
};
