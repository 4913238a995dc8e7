// SPDX-License-Identifier: GPL-2.0
/* vmhctl caps: what this machine can do, or why vmh cannot run on it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "caps.h"
#include "device.h"
#include "json.h"
#include "verb_options.h"
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
	{ VMH_CPU_VPID, false, "vpid", "the TLB survives VM exits" },
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

static void json_vmh(struct json *json, const struct vmh_info *info)
{
	json_number(json, "abi_version", info->abi_version);
	json_number(json, "unusable", info->unusable);
	json_number(json, "max_vms", info->max_vms);
	json_number(json, "phys_bits", info->phys_bits);
	json_number(json, "max_memory_bytes", info->max_memory_bytes);
	json_object(json, "features");
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		json_bool(json, features[i].name, info->features & features[i].bit);
	json_object_end(json);
}

static void print_json(const struct caps *caps)
{
	const struct vmh_info *info = &caps->info;
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_text(&json, "device", caps->path);
	json_text(&json, "kind", caps->kind);
	json_bool(&json, "usable", !caps->reason[0]);
	json_text(&json, "reason", caps->reason);
	json_text(&json, "advice", caps->advice);
	if (strcmp(caps->kind, "none")) {
		json_number(&json, "max_vcpus", info->max_vcpus);
		json_number(&json, "max_slots", info->max_slots);
	}
	if (!strcmp(caps->kind, "vmh"))
		json_vmh(&json, info);
	json_object_end(&json);
	json_end(&json);
}

/**
 * caps_print() - print what a device can do, or why nothing
 * @path: the device.
 *
 * Return: 0, or the exit status of caps when nothing could be told.
 */
int caps_print(const char *path)
{
	struct caps caps;
	int ret = caps_collect(&caps, path);

	if (!ret)
		print_text(&caps);
	return ret;
}

static const struct verb_syntax syntax = {
	.name = "caps", .help = caps_help, .takes = TAKES_JSON,
};

static int caps_run(int argc, char **argv)
{
	struct verb_options opt;
	struct caps caps;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = caps_collect(&caps, opt.device);
	if (ret)
		return ret;
	if (opt.json)
		print_json(&caps);
	else
		print_text(&caps);
	return caps.reason[0] ? VMHCTL_DEVICE : VMHCTL_OK;
}

const struct verb verb_caps = {
	.name = "caps",
	.summary = "tell what this machine can do, or why vmh cannot run on it",
	.help = caps_help,
	.syntax = &syntax,
	.run = caps_run,
};
