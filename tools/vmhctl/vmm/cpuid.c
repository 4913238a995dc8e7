// SPDX-License-Identifier: GPL-2.0
/*
 * What CPUID tells each vCPU: all that the device supports, with the topology of this VM, which is
 * one package of as many cores as there are vCPUs (SDM, "Detecting Hardware Multi-Threading
 * Support and Topology").
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpuid.h"
#include "error.h"
#include "message.h"
#include "vcpu.h"
#include "vm.h"
#include "vmhctl.h"

#define LEAF_FEATURES		0x1
#define LEAF_CACHES		0x4
#define LEAF_TOPOLOGY		0xb
#define LEAF_TOPOLOGY_V2	0x1f

#define FEATURES_ECX_DEADLINE	(1u << 24)
#define FEATURES_ECX_HYPERVISOR	(1u << 31)
#define FEATURES_EDX_HTT	(1u << 28)
#define FEATURES_EBX_KEEP	0x0000ffffu
#define CACHE_LEVEL(eax)	((eax) >> 5 & 7)
#define CACHE_EAX_KEEP		0x00003fffu
#define CACHE_LEVEL_SHARED	3
#define LEVEL_THREAD		1
#define LEVEL_CORE		2

/* Bits of an APIC id that number the cores of a package. */
static unsigned int core_bits(unsigned int cpus)
{
	unsigned int bits = 0;

	while (1u << bits < cpus)
		bits++;
	return bits;
}

static void fix_features(struct kvm_cpuid_entry2 *entry, unsigned int id, unsigned int cpus,
			 bool deadline)
{
	unsigned int ids = 1u << core_bits(cpus);

	entry->ebx &= FEATURES_EBX_KEEP;
	entry->ebx |= id << 24 | (ids > 255 ? 255 : ids) << 16;
	entry->ecx |= FEATURES_ECX_HYPERVISOR;
	if (deadline)
		entry->ecx |= FEATURES_ECX_DEADLINE;
	entry->edx &= ~FEATURES_EDX_HTT;
	if (cpus > 1)
		entry->edx |= FEATURES_EDX_HTT;
}

/* Each core has caches of its own up to level 2; the last level belongs to all. */
static void fix_caches(struct kvm_cpuid_entry2 *entry, unsigned int cpus)
{
	unsigned int last = (1u << core_bits(cpus)) - 1;
	unsigned int cores = last > 63 ? 63 : last;

	if (!CACHE_LEVEL(entry->eax))
		return;
	entry->eax = (entry->eax & CACHE_EAX_KEEP) | cores << 26;
	if (CACHE_LEVEL(entry->eax) >= CACHE_LEVEL_SHARED)
		entry->eax |= last << 14;
}

static void add_topology(struct kvm_cpuid2 *cpuid, unsigned int id, unsigned int cpus)
{
	unsigned int bits = core_bits(cpus);
	struct kvm_cpuid_entry2 level = {
		.function = LEAF_TOPOLOGY, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX, .edx = id,
	};

	level.ebx = 1;
	level.ecx = LEVEL_THREAD << 8;
	cpuid->entries[cpuid->nent++] = level;
	level.index = 1;
	level.eax = bits;
	level.ebx = cpus;
	level.ecx = LEVEL_CORE << 8 | 1;
	cpuid->entries[cpuid->nent++] = level;
	level.index = 2;
	level.eax = 0;
	level.ebx = 0;
	level.ecx = 2;
	cpuid->entries[cpuid->nent++] = level;
}

/* Take out what the host's topology left. Returns whether there was any. */
static bool drop_topology(struct kvm_cpuid2 *cpuid)
{
	unsigned int kept = 0, before = cpuid->nent;

	for (unsigned int i = 0; i < before; i++) {
		unsigned int leaf = cpuid->entries[i].function;

		if (leaf != LEAF_TOPOLOGY && leaf != LEAF_TOPOLOGY_V2)
			cpuid->entries[kept++] = cpuid->entries[i];
	}
	cpuid->nent = kept;
	return kept < before;
}

/**
 * cpuid_fix() - make a table that is the host's into a vCPU's
 * @cpuid: as the device supports it; has room for CPUID_ENTRIES_ADDED more.
 * @id: APIC id of the vCPU.
 * @cpus: vCPUs of the VM.
 * @deadline: the local APIC's timer has the TSC-deadline mode.
 */
void cpuid_fix(struct kvm_cpuid2 *cpuid, unsigned int id, unsigned int cpus, bool deadline)
{
	for (unsigned int i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *entry = &cpuid->entries[i];

		if (entry->function == LEAF_FEATURES)
			fix_features(entry, id, cpus, deadline);
		else if (entry->function == LEAF_CACHES)
			fix_caches(entry, cpus);
	}
	if (drop_topology(cpuid))
		add_topology(cpuid, id, cpus);
}

static size_t cpuid_bytes(unsigned int entries)
{
	return sizeof(struct kvm_cpuid2) + entries * sizeof(struct kvm_cpuid_entry2);
}

static int cpuid_set_vcpu(const struct vcpu *vcpu, const struct kvm_cpuid2 *supported,
			  struct kvm_cpuid2 *cpuid, bool deadline)
{
	memcpy(cpuid, supported, cpuid_bytes(supported->nent));
	cpuid_fix(cpuid, vcpu->id, vcpu->vm->config.cpus, deadline);
	return vcpu_set(vcpu, VMH_SET_CPUID2, cpuid, "set a vCPU's CPUID");
}

static int cpuid_set_all(const struct vm *vm, struct kvm_cpuid2 *supported,
			 struct kvm_cpuid2 *cpuid)
{
	bool deadline = vm->config.irqchip &&
			dev_ioctl_value(vm->dev, vm->dev->fd, VMH_CHECK_EXTENSION,
					KVM_CAP_TSC_DEADLINE_TIMER) > 0;
	int ret = VMHCTL_OK;

	supported->nent = CPUID_ENTRIES_MAX;
	if (dev_ioctl(vm->dev, vm->dev->fd, VMH_GET_SUPPORTED_CPUID, supported)) {
		error_report(vm->dev, vm->dev->fd, "learn which CPUID is supported");
		return VMHCTL_DEVICE;
	}
	for (unsigned int id = 0; !ret && id < vm->config.cpus; id++)
		ret = cpuid_set_vcpu(&vm->vcpus[id], supported, cpuid, deadline);
	return ret;
}

/**
 * cpuid_set() - give every vCPU its CPUID
 * @vm: not started.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int cpuid_set(const struct vm *vm)
{
	struct kvm_cpuid2 *supported = calloc(1, cpuid_bytes(CPUID_ENTRIES_MAX));
	struct kvm_cpuid2 *cpuid = calloc(1, cpuid_bytes(CPUID_ENTRIES_MAX + CPUID_ENTRIES_ADDED));
	int ret = VMHCTL_DEVICE;

	if (supported && cpuid)
		ret = cpuid_set_all(vm, supported, cpuid);
	else
		complain("out of memory");
	free(supported);
	free(cpuid);
	return ret;
}
