// SPDX-License-Identifier: GPL-2.0
/* What a report tells of VT-x itself: by CPUID, and by the processor's own capability registers. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host_file.h"
#include "report.h"
#include "vmhctl.h"

#define CPUID_FEATURES		1
#define FEATURES_ECX_VMX	(1u << 5)
#define FEATURES_ECX_HYPERVISOR	(1u << 31)
#define CPUID_HYPERVISOR	0x40000000

#define MSR_FEATURE_CONTROL	0x3a
#define FEATURE_LOCKED		(1u << 0)
#define FEATURE_VMX		(1u << 2)

static const struct {
	unsigned int index;
	const char *name;
} registers[] = {
	{ MSR_FEATURE_CONTROL, "feature_control" },
	{ 0x10a, "arch_capabilities" },
	{ 0x480, "vmx_basic" },
	{ 0x481, "pinbased_ctls" },
	{ 0x482, "procbased_ctls" },
	{ 0x483, "exit_ctls" },
	{ 0x484, "entry_ctls" },
	{ 0x485, "vmx_misc" },
	{ 0x486, "cr0_fixed0" },
	{ 0x487, "cr0_fixed1" },
	{ 0x488, "cr4_fixed0" },
	{ 0x489, "cr4_fixed1" },
	{ 0x48a, "vmcs_enum" },
	{ 0x48b, "procbased_ctls2" },
	{ 0x48c, "ept_vpid_cap" },
	{ 0x48d, "true_pinbased_ctls" },
	{ 0x48e, "true_procbased_ctls" },
	{ 0x48f, "true_exit_ctls" },
	{ 0x490, "true_entry_ctls" },
	{ 0x491, "vmfunc" },
	{ 0x492, "procbased_ctls3" },
	{ 0x493, "exit_ctls2" },
};

/* EAX, EBX, ECX, EDX; every processor has the leaves that are asked for. */
static void cpuid(uint32_t leaf, uint32_t regs[4])
{
	asm volatile("cpuid"
		     : "=a" (regs[0]), "=b" (regs[1]), "=c" (regs[2]), "=d" (regs[3])
		     : "a" (leaf), "c" (0));
}

static void print_hypervisor(void)
{
	uint32_t regs[4];

	cpuid(CPUID_HYPERVISOR, regs);
	printf("  this is a virtual machine of '%.12s'\n", (const char *)&regs[1]);
}

/* The registers that the processor has; one that it lacks cannot be read. */
static void print_registers(int fd)
{
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		if (pread(fd, &value, sizeof(value), registers[i].index) != sizeof(value))
			continue;
		printf("  %#05x %-20s 0x%016" PRIx64 "\n", registers[i].index, registers[i].name,
		       value);
		if (registers[i].index == MSR_FEATURE_CONTROL && (value & FEATURE_LOCKED) &&
		    !(value & FEATURE_VMX))
			printf("        the firmware has switched VT-x off\n");
	}
}

/* What the processor offers, or why it offers nothing. */
void report_vtx(void)
{
	uint32_t regs[4];
	char path[512];
	int fd;

	printf("\nVT-x\n");
	cpuid(CPUID_FEATURES, regs);
	printf("  CPUID shows %s\n", regs[2] & FEATURES_ECX_VMX ? "VMX" : "no VMX");
	if (regs[2] & FEATURES_ECX_HYPERVISOR)
		print_hypervisor();
	snprintf(path, sizeof(path), "%s/dev/cpu/0/msr", host_root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		printf("  its registers cannot be read: %s; `modprobe msr` as root shows them\n",
		       strerror(errno));
		return;
	}
	print_registers(fd);
	close(fd);
}
