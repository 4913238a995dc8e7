// SPDX-License-Identifier: GPL-2.0
/* MSRs that the guest may not access, and those that userspace emulates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

#define MSR_TSC			0x10
#define MSR_SPEC_CTRL		0x48
#define MSR_PRED_CMD		0x49
#define MSR_ARCH_CAPABILITIES	0x10a
#define MSR_FLUSH_CMD		0x10b
#define MSR_SYSENTER_CS		0x174
#define MSR_PLATFORM_INFO	0xce
#define MSR_KVM_STEAL_TIME	0x4b564d03
#define MSR_KVM_PV_EOI_EN	0x4b564d04
#define MSR_SYSENTER_ESP	0x175
#define MSR_SYSENTER_EIP	0x176
#define MSR_MTRR_FIRST		0x200
#define MSR_MTRR_FIX64K		0x250
#define MSR_PAT			0x277
#define MSR_MTRR_DEF_TYPE	0x2ff
#define MSR_XSS			0xda0
#define MSR_EFER		0xc0000080
#define MSR_LSTAR		0xc0000082
#define MSR_CSTAR		0xc0000083
#define MSR_FMASK		0xc0000084
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102
#define MSR_TSC_AUX		0xc0000103
#define MSR_FS_BASE		0xc0000100
#define MSR_NONE		0x474f4f00

#define INDEX_GPA		0x2000
#define VALUE_GPA		0x2008
#define HANDLER_GPA		0x3000
#define STEAL_GPA		0x4000
#define PV_EOI_GPA		0x5000
#define GP_VECTOR		13
#define DONE_PORT		0x10
#define FAULT_PORT		0x11

/* Reads the MSR whose index is there, and puts the value beside it. */
GUEST(guest_rdmsr,
      "1: movl 0x2000, %ecx; rdmsr; movl %eax, 0x2008; movl %edx, 0x200c; outb %al, $0x10;"
      "jmp 1b");

/* Writes it. */
GUEST(guest_wrmsr,
      "1: movl 0x2000, %ecx; movl 0x2008, %eax; movl 0x200c, %edx; wrmsr; outb %al, $0x10;"
      "jmp 1b");

/* What becomes of #GP: OUT 0x11. */
static const uint8_t handler[] = { 0xe6, 0x11, 0xeb, 0xfc };

static void make(struct vm *vm, const char *code, const char *end)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };

	vm_make(vm, &(struct spec){ .cpus = 1 });
	vm_load(vm, code, end);
	memcpy(vm->memory + GP_VECTOR * sizeof(gate), gate, sizeof(gate));
	memcpy(vm->memory + HANDLER_GPA, handler, sizeof(handler));
	vm_start(vm);
}

static void allow(struct vm *vm, uint32_t access, uint32_t msr, uint64_t bits, uint32_t flags)
{
	struct kvm_msr_filter filter = {
		.flags = flags,
		.ranges[0] = { access, 1, msr, (uint8_t *)&bits },
	};

	must(vm->fd, VMH_X86_SET_MSR_FILTER, &filter);
}

/* The guest accesses an MSR: at which port does it tell how that went? */
static unsigned int try(struct vm *vm, uint32_t msr)
{
	memcpy(vm->memory + INDEX_GPA, &msr, sizeof(msr));
	/* Also from within the handler of the fault before. */
	vm_reset(vm, 0);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	return vm->run[0]->io.port;
}

static void denied_reads(void)
{
	struct vm vm;

	make(&vm, guest_rdmsr, guest_rdmsr_end);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_X86_MSR_FILTER)), 1);
	CHECK_EQ(try(&vm, MSR_FS_BASE), DONE_PORT);
	CHECK_EQ(try(&vm, MSR_NONE), FAULT_PORT);
	/* One that needs no exit otherwise. */
	allow(&vm, KVM_MSR_FILTER_READ, MSR_FS_BASE, 0, 0);
	CHECK_EQ(try(&vm, MSR_FS_BASE), FAULT_PORT);
	CHECK_EQ(try(&vm, MSR_SYSENTER_CS), DONE_PORT);
	allow(&vm, KVM_MSR_FILTER_WRITE, MSR_FS_BASE, 0, 0);
	CHECK_EQ(try(&vm, MSR_FS_BASE), DONE_PORT);
	allow(&vm, KVM_MSR_FILTER_READ, MSR_FS_BASE, 1, KVM_MSR_FILTER_DEFAULT_DENY);
	CHECK_EQ(try(&vm, MSR_FS_BASE), DONE_PORT);
	CHECK_EQ(try(&vm, MSR_TSC), FAULT_PORT);
}

static void denied_writes(void)
{
	struct kvm_msr_filter none = { };
	struct vm vm;

	make(&vm, guest_wrmsr, guest_wrmsr_end);
	allow(&vm, KVM_MSR_FILTER_WRITE, MSR_SYSENTER_CS, 0, 0);
	CHECK_EQ(try(&vm, MSR_SYSENTER_CS), FAULT_PORT);
	CHECK_EQ(try(&vm, MSR_FS_BASE), DONE_PORT);
	must(vm.fd, VMH_X86_SET_MSR_FILTER, &none);
	CHECK_EQ(try(&vm, MSR_SYSENTER_CS), DONE_PORT);
}

/* The filter is the VM's: vCPUs that come later go by it too. */
static void later_vcpus(void)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };
	uint64_t used;
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 1 });
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	used = on_kvm ? 0 : vm_usage(&vm).res[VMH_RES_KERNEL_BYTES].used;
	allow(&vm, KVM_MSR_FILTER_READ, MSR_FS_BASE, 0, 0);
	if (!on_kvm)
		CHECK(vm_usage(&vm).res[VMH_RES_KERNEL_BYTES].used > used + PAGE);
	vm_add_vcpu(&vm, 0);
	vm_load(&vm, guest_rdmsr, guest_rdmsr_end);
	memcpy(vm.memory + GP_VECTOR * sizeof(gate), gate, sizeof(gate));
	memcpy(vm.memory + HANDLER_GPA, handler, sizeof(handler));
	vm_reset(&vm, 0);
	vm_start(&vm);
	CHECK_EQ(try(&vm, MSR_FS_BASE), FAULT_PORT);
}

static void enable(struct vm *vm, uint32_t cap, uint64_t value)
{
	struct kvm_enable_cap enable = { .cap = cap, .args[0] = value };

	must(vm->fd, VMH_ENABLE_CAP, &enable);
}

/* The next access exits: which MSR, and why? Then it is done as @error and @data say. */
static unsigned int emulate(struct vm *vm, uint32_t exit_reason, uint32_t msr, uint32_t why,
			    uint8_t error, uint64_t data)
{
	struct kvm_run *run = vm->run[0];

	memcpy(vm->memory + INDEX_GPA, &msr, sizeof(msr));
	vm_reset(vm, 0);
	vm_run_until(vm, 0, exit_reason);
	CHECK_EQ(run->msr.index, msr);
	CHECK_EQ(run->msr.reason, why);
	CHECK_EQ(run->msr.error, 0);
	run->msr.error = error;
	if (exit_reason == KVM_EXIT_X86_RDMSR)
		run->msr.data = data;
	else
		CHECK_EQ(run->msr.data, data);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	return run->io.port;
}

static void emulated_reads(void)
{
	uint64_t value;
	struct vm vm;

	make(&vm, guest_rdmsr, guest_rdmsr_end);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_X86_USER_SPACE_MSR)), 1);
	enable(&vm, KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_UNKNOWN);
	CHECK_EQ(emulate(&vm, KVM_EXIT_X86_RDMSR, MSR_NONE, KVM_MSR_EXIT_REASON_UNKNOWN, 0,
			 0x1122334455667788), DONE_PORT);
	memcpy(&value, vm.memory + VALUE_GPA, sizeof(value));
	CHECK_EQ(value, 0x1122334455667788);
	CHECK_EQ(emulate(&vm, KVM_EXIT_X86_RDMSR, MSR_NONE, KVM_MSR_EXIT_REASON_UNKNOWN, 1, 0),
		 FAULT_PORT);
	/* What the filter denies is another reason, not asked for yet. */
	allow(&vm, KVM_MSR_FILTER_READ, MSR_FS_BASE, 0, 0);
	CHECK_EQ(try(&vm, MSR_FS_BASE), FAULT_PORT);
	enable(&vm, KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_FILTER);
	CHECK_EQ(emulate(&vm, KVM_EXIT_X86_RDMSR, MSR_FS_BASE, KVM_MSR_EXIT_REASON_FILTER, 0, 5),
		 DONE_PORT);
	CHECK_EQ(try(&vm, MSR_NONE), FAULT_PORT);
}

static void emulated_writes(void)
{
	const uint64_t bad = 0x8000000000000000;
	struct vm vm;

	make(&vm, guest_wrmsr, guest_wrmsr_end);
	memcpy(vm.memory + VALUE_GPA, &bad, sizeof(bad));
	CHECK_EQ(try(&vm, MSR_LSTAR), FAULT_PORT);
	enable(&vm, KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_INVAL);
	CHECK_EQ(emulate(&vm, KVM_EXIT_X86_WRMSR, MSR_LSTAR, KVM_MSR_EXIT_REASON_INVAL, 0, bad),
		 DONE_PORT);
	CHECK_EQ(emulate(&vm, KVM_EXIT_X86_WRMSR, MSR_LSTAR, KVM_MSR_EXIT_REASON_INVAL, 1, bad),
		 FAULT_PORT);
	CHECK_EQ(try(&vm, MSR_NONE), FAULT_PORT);
	enable(&vm, KVM_CAP_X86_USER_SPACE_MSR, 0);
	CHECK_EQ(try(&vm, MSR_LSTAR), FAULT_PORT);
}

static void platform_info(void)
{
	struct vm vm;

	make(&vm, guest_rdmsr, guest_rdmsr_end);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_MSR_PLATFORM_INFO)), 1);
	CHECK_EQ(try(&vm, MSR_PLATFORM_INFO), DONE_PORT);
	enable(&vm, KVM_CAP_MSR_PLATFORM_INFO, 0);
	CHECK_EQ(try(&vm, MSR_PLATFORM_INFO), FAULT_PORT);
	enable(&vm, KVM_CAP_MSR_PLATFORM_INFO, 1);
	CHECK_EQ(try(&vm, MSR_PLATFORM_INFO), DONE_PORT);
}

/* Without a CPUID, a guest has nothing of KVM's interface once that counts. */
static void pv_enforced(void)
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_ENFORCE_PV_FEATURE_CPUID, .args[0] = 1 };
	const uint32_t msrs[] = { 0x11, 0x12, 0x4b564d00, 0x4b564d01, 0x4b564d03,
				  0x4b564d04 };
	struct vm vm;

	make(&vm, guest_rdmsr, guest_rdmsr_end);
	CHECK_EQ(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_ENFORCE_PV_FEATURE_CPUID)), 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++)
		CHECK_EQ(try(&vm, msrs[i]), DONE_PORT);
	must(vm.vcpu[0], VMH_ENABLE_CAP, &cap);
	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++)
		CHECK_EQ(try(&vm, msrs[i]), FAULT_PORT);
}

/* Its structure is written when there is one, and again when the thread has waited. */
static void steal_time(void)
{
	uint32_t *version;
	struct vm vm;

	make(&vm, guest_wrmsr, guest_wrmsr_end);
	if (!must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_STEAL_TIME)))
		skip("this kernel does not count it");
	version = (uint32_t *)(vm.memory + STEAL_GPA + 8);
	*(uint64_t *)(vm.memory + VALUE_GPA) = STEAL_GPA + 0x21;
	CHECK_EQ(try(&vm, MSR_KVM_STEAL_TIME), FAULT_PORT);
	*(uint64_t *)(vm.memory + VALUE_GPA) = STEAL_GPA + 1;
	CHECK_EQ(try(&vm, MSR_KVM_STEAL_TIME), DONE_PORT);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(*version && !(*version & 1));
}

/* What the guest may write; what becomes of it is in pv_eoi.c. */
static void pv_eoi(void)
{
	struct vm vm;

	make(&vm, guest_wrmsr, guest_wrmsr_end);
	*(uint64_t *)(vm.memory + VALUE_GPA) = PV_EOI_GPA + 3;
	CHECK_EQ(try(&vm, MSR_KVM_PV_EOI_EN), FAULT_PORT);
	*(uint64_t *)(vm.memory + VALUE_GPA) = PV_EOI_GPA + 2;
	CHECK_EQ(try(&vm, MSR_KVM_PV_EOI_EN), FAULT_PORT);
	*(uint64_t *)(vm.memory + VALUE_GPA) = PV_EOI_GPA + 1;
	CHECK_EQ(try(&vm, MSR_KVM_PV_EOI_EN), DONE_PORT);
}

struct one_msr {
	struct kvm_msrs header;
	struct kvm_msr_entry entry;
};

/* On a vCPU, or on the device. */
static long get_msr(int fd, uint32_t index, uint64_t *value)
{
	struct one_msr msr = { .header.nmsrs = 1, .entry.index = index };
	long ret = must(fd, VMH_GET_MSRS, &msr);

	*value = msr.entry.data;
	return ret;
}

/* One register of the supported CPUID. The vCPU gets all of it. */
static uint32_t supported(struct vm *vm, uint32_t leaf, unsigned int reg)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));
	uint32_t value = 0;

	cpuid->nent = 256;
	must(vm->dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, cpuid);
	for (unsigned int i = 0; i < cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *entry = &cpuid->entries[i];

		if (entry->function == leaf && !entry->index)
			value = (&entry->eax)[reg];
	}
	free(cpuid);
	return value;
}

static bool listed(int fd, unsigned long call, uint32_t index)
{
	struct kvm_msr_list *list = calloc(1, sizeof(*list) + 256 * sizeof(list->indices[0]));
	bool found = false;

	list->nmsrs = 256;
	must(fd, call, list);
	for (unsigned int i = 0; i < list->nmsrs; i++)
		found = found || list->indices[i] == index;
	free(list);
	return found;
}

/* What a guest chooses and the processor gets: not one value may fault there. */
static void faulting_values(void)
{
	static const struct kvm_msr_entry bad[] = {
		{ .index = MSR_FMASK, .data = 1ULL << 32 },
		{ .index = MSR_FMASK, .data = 1ULL << 63 | 0x700 },
		{ .index = MSR_LSTAR, .data = 1ULL << 47 },
		{ .index = MSR_LSTAR, .data = 1ULL << 63 },
		{ .index = MSR_CSTAR, .data = 1ULL << 47 },
		{ .index = MSR_FS_BASE, .data = 1ULL << 63 },
		{ .index = MSR_GS_BASE, .data = 1ULL << 63 },
		{ .index = MSR_KERNEL_GS_BASE, .data = 1ULL << 63 },
		{ .index = MSR_TSC_AUX, .data = 1ULL << 32 },
		{ .index = MSR_SYSENTER_CS, .data = 1ULL << 32 },
		{ .index = MSR_SYSENTER_ESP, .data = 1ULL << 63 },
		{ .index = MSR_SYSENTER_EIP, .data = 1ULL << 63 },
		{ .index = MSR_PAT, .data = 0x0007040600070402 },
		{ .index = MSR_EFER, .data = 1ULL << 1 },
		{ .index = MSR_EFER, .data = 1ULL << 32 },
		{ .index = MSR_XSS, .data = 1ULL << 63 },
		{ .index = MSR_MTRR_FIRST, .data = 2 },
		{ .index = MSR_MTRR_FIX64K, .data = 2 },
		{ .index = MSR_MTRR_DEF_TYPE, .data = 1ULL << 9 },
		{ .index = MSR_SPEC_CTRL, .data = 1ULL << 31 },
		{ .index = MSR_SPEC_CTRL, .data = 1ULL << 32 },
		{ .index = MSR_PRED_CMD, .data = 1ULL << 1 },
		{ .index = MSR_FLUSH_CMD, .data = 1ULL << 1 },
	};
	uint64_t before, after;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	supported(&vm, 0, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		long there = get_msr(vm.vcpu[0], bad[i].index, &before);

		if (vm_set_msr(&vm, 0, bad[i].index, bad[i].data))
			FAIL("MSR %#x takes %#llx", bad[i].index, bad[i].data);
		CHECK_EQ(get_msr(vm.vcpu[0], bad[i].index, &after), there);
		CHECK_EQ(before, after);
	}
}

/* Each MSR of speculation control is there where CPUID says so; what it holds is kept. */
static void speculation(void)
{
	uint64_t value, most;
	struct vm vm;
	uint32_t edx;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	edx = supported(&vm, 7, 3);
	CHECK(edx & 1U << 29);
	CHECK(listed(vm.dev, VMH_GET_MSR_FEATURE_INDEX_LIST, MSR_ARCH_CAPABILITIES));
	CHECK(listed(vm.dev, VMH_GET_MSR_INDEX_LIST, MSR_ARCH_CAPABILITIES));
	CHECK_EQ(get_msr(vm.dev, MSR_ARCH_CAPABILITIES, &most), 1);
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_ARCH_CAPABILITIES, &value), 1);
	CHECK_EQ(value, most);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_ARCH_CAPABILITIES, 0), 1);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_ARCH_CAPABILITIES, most | 1ULL << 40), 0);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_ARCH_CAPABILITIES, most | 1 << 7), 0);
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_ARCH_CAPABILITIES, &value), 1);
	CHECK_EQ(value, 0);

	CHECK_EQ(listed(vm.dev, VMH_GET_MSR_INDEX_LIST, MSR_SPEC_CTRL), !!(edx & 1 << 26));
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_SPEC_CTRL, &value), !!(edx & 1 << 26));
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_SPEC_CTRL, 1), !!(edx & 1 << 26));
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_SPEC_CTRL, &value), !!(edx & 1 << 26));
	CHECK_EQ(value, !!(edx & 1 << 26));
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_PRED_CMD, 1), !!(edx & 1 << 26));
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_FLUSH_CMD, 1), !!(edx & 1 << 28));
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_PRED_CMD, &value), 0);
	CHECK_EQ(get_msr(vm.vcpu[0], MSR_FLUSH_CMD, &value), 0);
}

static bool kernel_has(const char *flag)
{
	static char text[8192];
	FILE *file = fopen("/proc/cpuinfo", "re");
	char *line = NULL;

	CHECK(file);
	while (!line && fgets(text, sizeof(text), file))
		if (!strncmp(text, "flags", 5))
			line = text;
	fclose(file);
	CHECK(line);
	for (char *word = strtok(line, " \t\n"); word; word = strtok(NULL, " \t\n"))
		if (!strcmp(word, flag))
			return true;
	return false;
}

/* A feature that the kernel has switched off is no guest's, not even if its VMM says so. */
static void kernel_features(void)
{
	static const struct {
		uint32_t leaf;
		unsigned int reg, bit;
		const char *flag;
	} features[] = {
		{ 1, 2, 17, "pcid" }, { 1, 2, 22, "movbe" }, { 1, 2, 30, "rdrand" },
		{ 7, 1, 0, "fsgsbase" }, { 7, 1, 7, "smep" }, { 7, 1, 10, "invpcid" },
		{ 7, 1, 18, "rdseed" }, { 7, 1, 20, "smap" },
	};
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entry;
	} pcid = { { .nent = 1 }, { .function = 1, .ecx = 1 << 17 } };
	struct kvm_sregs sregs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	for (unsigned int i = 0; i < ARRAY_SIZE(features); i++) {
		uint32_t word = supported(&vm, features[i].leaf, features[i].reg);

		if ((word & 1U << features[i].bit) && !kernel_has(features[i].flag))
			FAIL("guests are offered %s, which the kernel has not", features[i].flag);
	}
	must(vm.vcpu[0], VMH_SET_CPUID2, &pcid);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr4 |= 1 << 17;
	if (kernel_has("pcid"))
		must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	else
		REFUSED(vm.vcpu[0], VMH_SET_SREGS, &sregs, .error = EINVAL, .code = VMH_E_VALUE,
			.field = "cr4", GOT(sregs.cr4));
}

static const struct test tests[] = {
	{ .name = "MSRs that cannot be read", .run = denied_reads, .kvm = true },
	{ .name = "MSRs that cannot be written", .run = denied_writes, .kvm = true },
	{ .name = "MSR filter before the vCPU", .run = later_vcpus, .kvm = true },
	{ .name = "RDMSR in userspace", .run = emulated_reads, .kvm = true },
	{ .name = "WRMSR in userspace", .run = emulated_writes, .kvm = true },
	{ .name = "MSR_PLATFORM_INFO", .run = platform_info, .kvm = true },
	{ .name = "enforced PV features", .run = pv_enforced, .kvm = true },
	{ .name = "stolen time", .run = steal_time, .kvm = true },
	{ .name = "EOIs in memory", .run = pv_eoi, .kvm = true },
	{ .name = "MSR values that fault", .run = faulting_values },
	{ .name = "MSRs of speculation control", .run = speculation },
	{ .name = "CPUID as the kernel has it", .run = kernel_features },
	{ }
};

const struct suite suite_msr = { "msr", tests };
