// SPDX-License-Identifier: GPL-2.0
/* Numbers of the ABI and of VT-x by name. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/vmh.h>

#include "names.h"
#include "vmhctl.h"

static const struct name state_names[] = {
	{ VMH_STATE_CREATED, "created" },
	{ VMH_STATE_INITIALIZED, "initialized" },
	{ VMH_STATE_RUNNING, "running" },
	{ VMH_STATE_PAUSED, "paused" },
	{ VMH_STATE_TERMINATED, "terminated" },
};

static const struct name event_names[] = {
	{ VMH_EVENT_INIT, "init" },
	{ VMH_EVENT_START, "start" },
	{ VMH_EVENT_PAUSE, "pause" },
	{ VMH_EVENT_RESUME, "resume" },
	{ VMH_EVENT_TERMINATE, "terminate" },
};

static const struct name reason_names[] = {
	{ VMH_REASON_CREATED, "created" },
	{ VMH_REASON_USER, "user" },
	{ VMH_REASON_FIRST_RUN, "first_run" },
	{ VMH_REASON_CREATOR_EXIT, "creator_exit" },
	{ VMH_REASON_HOST_SHUTDOWN, "host_shutdown" },
};

static const struct name log_kind_names[] = {
	{ VMH_LOG_STATE, "state" },
	{ VMH_LOG_ERROR, "error" },
	{ VMH_LOG_LIMITS, "limits" },
	{ VMH_LOG_THROTTLED, "throttled" },
};

#define CALL(command)	{ command, #command }

static const struct name call_names[] = {
	CALL(VMH_GET_API_VERSION),
	CALL(VMH_CREATE_VM_DEFAULT),
	CALL(VMH_GET_MSR_INDEX_LIST),
	CALL(VMH_CHECK_EXTENSION),
	CALL(VMH_GET_VCPU_MMAP_SIZE),
	CALL(VMH_GET_SUPPORTED_CPUID),
	CALL(VMH_CREATE_VCPU),
	CALL(VMH_SET_USER_MEMORY_REGION),
	CALL(VMH_SET_TSS_ADDR),
	CALL(VMH_SET_IDENTITY_MAP_ADDR),
	CALL(VMH_CREATE_IRQCHIP),
	CALL(VMH_IRQ_LINE),
	CALL(VMH_GET_IRQCHIP),
	CALL(VMH_SET_IRQCHIP),
	CALL(VMH_CREATE_PIT2),
	CALL(VMH_SET_CLOCK),
	CALL(VMH_GET_CLOCK),
	CALL(VMH_GET_PIT2),
	CALL(VMH_SET_PIT2),
	CALL(VMH_RUN),
	CALL(VMH_GET_REGS),
	CALL(VMH_SET_REGS),
	CALL(VMH_GET_SREGS),
	CALL(VMH_SET_SREGS),
	CALL(VMH_INTERRUPT),
	CALL(VMH_GET_MSRS),
	CALL(VMH_SET_MSRS),
	CALL(VMH_SET_SIGNAL_MASK),
	CALL(VMH_GET_FPU),
	CALL(VMH_SET_FPU),
	CALL(VMH_GET_LAPIC),
	CALL(VMH_SET_LAPIC),
	CALL(VMH_SET_CPUID2),
	CALL(VMH_GET_CPUID2),
	CALL(VMH_GET_MP_STATE),
	CALL(VMH_SET_MP_STATE),
	CALL(VMH_GET_MSR_FEATURE_INDEX_LIST),
	CALL(VMH_X86_GET_MCE_CAP_SUPPORTED),
	CALL(VMH_X86_SETUP_MCE),
	CALL(VMH_X86_SET_MCE),
	CALL(VMH_SET_TSC_KHZ),
	CALL(VMH_GET_TSC_KHZ),
	CALL(VMH_X86_SET_MSR_FILTER),
	CALL(VMH_SET_DEVICE_ATTR),
	CALL(VMH_GET_DEVICE_ATTR),
	CALL(VMH_HAS_DEVICE_ATTR),
	CALL(VMH_GET_INFO),
	CALL(VMH_CREATE_VM),
	CALL(VMH_LIST_VMS),
	CALL(VMH_OPEN_VM),
	CALL(VMH_GET_ENDED),
	CALL(VMH_SET_STATE),
	CALL(VMH_GET_STATE),
	CALL(VMH_GET_USAGE),
	CALL(VMH_GET_ERROR),
	CALL(VMH_EXPLAIN),
	CALL(VMH_SET_LIMITS),
	CALL(VMH_SET_THRESHOLD),
	CALL(VMH_GET_LOG),
	CALL(VMH_GET_STATS),
	CALL(VMH_OPEN_VCPU),
	CALL(VMH_ACCESS_MEMORY),
	CALL(VMH_EPT_QUERY),
	CALL(VMH_GET_DIRTY_LOG),
	CALL(VMH_SET_NR_MMU_PAGES),
	CALL(VMH_SET_USER_MEMORY_REGION2),
	CALL(VMH_IRQ_LINE_STATUS),
	CALL(VMH_REGISTER_COALESCED_MMIO),
	CALL(VMH_UNREGISTER_COALESCED_MMIO),
	CALL(VMH_SET_GSI_ROUTING),
	CALL(VMH_IRQFD),
	CALL(VMH_SET_BOOT_CPU_ID),
	CALL(VMH_IOEVENTFD),
	CALL(VMH_ENABLE_CAP),
	CALL(VMH_SIGNAL_MSI),
	CALL(VMH_CLEAR_DIRTY_LOG),
	CALL(VMH_TRANSLATE),
	CALL(VMH_SET_VAPIC_ADDR),
	CALL(VMH_NMI),
	CALL(VMH_SET_GUEST_DEBUG),
	CALL(VMH_GET_VCPU_EVENTS),
	CALL(VMH_SET_VCPU_EVENTS),
	CALL(VMH_GET_DEBUGREGS),
	CALL(VMH_SET_DEBUGREGS),
	CALL(VMH_GET_XSAVE),
	CALL(VMH_SET_XSAVE),
	CALL(VMH_GET_XCRS),
	CALL(VMH_SET_XCRS),
	CALL(VMH_KVMCLOCK_CTRL),
	CALL(VMH_GET_SREGS2),
	CALL(VMH_SET_SREGS2),
	CALL(VMH_GET_XSAVE2),
	CALL(KVM_CREATE_VM),
};

/* SDM, appendix "VMX Basic Exit Reasons". */
static const char *const exit_reason_names[VMH_STATS_EXITS] = {
	"exception_nmi", "external_interrupt", "triple_fault", "init", "sipi", "io_smi",
	"other_smi", "interrupt_window", "nmi_window", "task_switch", "cpuid", "getsec", "hlt",
	"invd", "invlpg", "rdpmc", "rdtsc", "rsm", "vmcall", "vmclear", "vmlaunch", "vmptrld",
	"vmptrst", "vmread", "vmresume", "vmwrite", "vmxoff", "vmxon", "cr_access", "dr_access",
	"io_instruction", "rdmsr", "wrmsr", "invalid_guest_state", "msr_loading",
	[36] = "mwait", "monitor_trap",
	[39] = "monitor", "pause", "machine_check",
	[43] = "tpr_below_threshold", "apic_access", "virtualized_eoi", "gdtr_idtr", "ldtr_tr",
	"ept_violation", "ept_misconfiguration", "invept", "rdtscp", "preemption_timer",
	"invvpid", "wbinvd", "xsetbv", "apic_write", "rdrand", "invpcid", "vmfunc", "encls",
	"rdseed", "pml_full", "xsaves", "xrstors", "pconfig", "spp", "umwait", "tpause",
	"loadiwkey", "enclv",
	[72] = "enqcmd", "enqcmds", "bus_lock", "notify_window", "seamcall", "tdcall",
	"rdmsrlist", "wrmsrlist", "urdmsr", "uwrmsr",
	[84] = "rdmsr_imm", "wrmsrns_imm",
};

static const char *find_name(const struct name *names, size_t nr, unsigned long value)
{
	for (size_t i = 0; i < nr; i++)
		if (names[i].value == value)
			return names[i].name;
	return NULL;
}

/**
 * name_of() - look a value up
 * @names: the table.
 * @nr: its rows.
 * @value: to look for.
 *
 * Return: its name, or "unknown".
 */
const char *name_of(const struct name *names, size_t nr, unsigned long value)
{
	return find_name(names, nr, value) ?: "unknown";
}

/* enum vmh_state in words. */
const char *state_name(unsigned int state)
{
	return name_of(state_names, ARRAY_SIZE(state_names), state);
}

/* enum vmh_event in words. */
const char *event_name(unsigned int event)
{
	return name_of(event_names, ARRAY_SIZE(event_names), event);
}

/* enum vmh_state_reason in words. */
const char *reason_name(unsigned int reason)
{
	return name_of(reason_names, ARRAY_SIZE(reason_names), reason);
}

/* enum vmh_log_kind in words. */
const char *log_kind_name(unsigned int kind)
{
	return name_of(log_kind_names, ARRAY_SIZE(log_kind_names), kind);
}

static const char *known_call(unsigned int command)
{
	return find_name(call_names, ARRAY_SIZE(call_names), command);
}

/**
 * call_name() - an ioctl by name
 * @text: receives it.
 * @command: its number. KVM's are called as ours that are alike.
 *
 * Return: @text; the number if there is no such call.
 */
const char *call_name(char text[CALL_LEN], unsigned int command)
{
	const unsigned int ours = (command & ~(_IOC_TYPEMASK << _IOC_TYPESHIFT)) |
				  VMHIO << _IOC_TYPESHIFT;
	const char *name = known_call(command);
	const char *our_name = _IOC_TYPE(command) == KVMIO ? known_call(ours) : NULL;

	if (name)
		snprintf(text, CALL_LEN, "%s", name);
	else if (our_name)
		snprintf(text, CALL_LEN, "KVM_%s", our_name + strlen("VMH_"));
	else
		snprintf(text, CALL_LEN, "call %#x", command);
	return text;
}

/* A basic exit reason in words; NULL for one that has none. */
const char *exit_reason_name(unsigned int reason)
{
	return reason < ARRAY_SIZE(exit_reason_names) ? exit_reason_names[reason] : NULL;
}

/**
 * user_name() - a user by name
 * @text: receives it.
 * @uid: who.
 *
 * Looks into /etc/passwd alone: other sources need libraries at run time, which a static program
 * has not.
 *
 * Return: @text; a number if the user is not found.
 */
const char *user_name(char text[USER_LEN], uint32_t uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *user;

	snprintf(text, USER_LEN, "%u", uid);
	if (!file)
		return text;
	while ((user = fgetpwent(file))) {
		if (user->pw_uid != uid)
			continue;
		snprintf(text, USER_LEN, "%s", user->pw_name);
		break;
	}
	fclose(file);
	return text;
}
