// SPDX-License-Identifier: GPL-2.0
/* Booting Linux: kernel, initrd, zero page and firmware tables into memory, then the vCPUs. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "acpi.h"
#include "boot_params.h"
#include "cpu_state.h"
#include "cpuid.h"
#include "kernel_image.h"
#include "layout.h"
#include "linux_boot.h"
#include "message.h"
#include "mptable.h"
#include "vcpu.h"
#include "vmhctl.h"

#define MSR_MISC_ENABLE		0x1a0
#define MISC_ENABLE_FAST_STRING	1
#define MSR_MTRR_DEFAULT	0x2ff
#define MTRR_ENABLED_WRITE_BACK	0x806

#define LAPIC_LVT_LINT0		0x350
#define LAPIC_LVT_LINT1		0x360
#define LVT_NMI			(4 << 8)
#define LVT_EXTINT		(7 << 8)

static unsigned long long mib(uint64_t bytes)
{
	return (bytes + (1 << 20) - 1) >> 20;
}

/**
 * linux_parse() - understand the files of a guest
 * @guest: its files are open; @image and @parts are filled in.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int linux_parse(struct linux_guest *guest)
{
	const struct file *file = &guest->kernel;
	const char *wrong;

	if (elf_recognise(file->data, file->bytes))
		wrong = elf_parse(file->data, file->bytes, &guest->image, &guest->parts);
	else
		wrong = bzimage_parse(file->data, file->bytes, &guest->image, &guest->parts);
	if (wrong) {
		complain("%s: %s", file->path, wrong);
		return VMHCTL_INPUT;
	}
	if (guest->initrd.data && !guest->initrd.bytes) {
		complain("%s: the file is empty", guest->initrd.path);
		return VMHCTL_INPUT;
	}
	return VMHCTL_OK;
}

static int load_kernel(const struct vm *vm, const struct linux_guest *guest)
{
	for (size_t i = 0; i < guest->parts.nr; i++) {
		const struct kernel_part *part = &guest->parts.part[i];
		uint8_t *at = vm_memory_at(vm, part->gpa, part->memory_bytes);

		if (!at) {
			complain("%s: the kernel needs memory up to %llu MiB, the VM has %llu",
				 guest->kernel.path, mib(part->gpa + part->memory_bytes),
				 mib(vm->config.memory_bytes));
			return VMHCTL_INPUT;
		}
		memcpy(at, part->data, part->file_bytes);
	}
	return VMHCTL_OK;
}

static int load_initrd(const struct vm *vm, const struct linux_guest *guest,
		       struct boot_initrd *initrd)
{
	const struct file *file = &guest->initrd;

	*initrd = (struct boot_initrd){ 0 };
	if (!file->data)
		return VMHCTL_OK;
	initrd->bytes = file->bytes;
	initrd->gpa = boot_initrd_place(&guest->image, vm->low_bytes, file->bytes);
	if (!initrd->gpa) {
		complain("%s: no room for %llu MiB between the kernel's end, %llu MiB, and %llu",
			 file->path, mib(file->bytes), mib(guest->image.end_gpa),
			 mib(vm->config.memory_bytes));
		return VMHCTL_INPUT;
	}
	memcpy(vm_memory_at(vm, initrd->gpa, initrd->bytes), file->data, file->bytes);
	return VMHCTL_OK;
}

static int write_cmdline(const struct vm *vm, const struct linux_guest *guest)
{
	size_t length = strlen(guest->cmdline);
	uint64_t most = guest->image.cmdline_max;

	if (most > LAYOUT_CMDLINE_MAX - 1)
		most = LAYOUT_CMDLINE_MAX - 1;
	if (length > most) {
		complain("the command line is %zu characters long; this kernel takes %llu", length,
			 (unsigned long long)most);
		return VMHCTL_USAGE;
	}
	strcpy(vm_memory_at(vm, LAYOUT_CMDLINE_GPA, length + 1), guest->cmdline);
	return VMHCTL_OK;
}

/* Fresh for every boot: the guest's KASLR and its generator start from it. */
static int write_seed(const struct vm *vm)
{
	struct boot_seed *seed = vm_memory_at(vm, LAYOUT_SETUP_DATA_GPA, sizeof(*seed));

	seed->next = 0;
	seed->type = SETUP_RNG_SEED;
	seed->len = BOOT_SEED_BYTES;
	if (getrandom(seed->bytes, BOOT_SEED_BYTES, 0) == BOOT_SEED_BYTES)
		return VMHCTL_OK;
	complain("cannot get randomness for the guest: %s", strerror(errno));
	return VMHCTL_DEVICE;
}

static void write_firmware(const struct vm *vm, unsigned int virtio_devices)
{
	uint8_t *acpi = vm_memory_at(vm, LAYOUT_ACPI_GPA, LAYOUT_ACPI_BYTES);
	uint8_t *mptable = vm_memory_at(vm, LAYOUT_MPTABLE_GPA, LAYOUT_MPTABLE_BYTES);

	acpi_build(acpi, LAYOUT_ACPI_BYTES, LAYOUT_ACPI_GPA, vm->config.cpus,
		   virtio_devices);
	mptable_build(mptable, LAYOUT_MPTABLE_BYTES, LAYOUT_MPTABLE_GPA, vm->config.cpus);
}

static int load_memory(const struct vm *vm, const struct linux_guest *guest)
{
	struct boot_initrd initrd;
	int ret;

	if (vm->low_bytes <= LAYOUT_HIGH_GPA) {
		complain("Linux needs more than 1 MiB of memory");
		return VMHCTL_USAGE;
	}
	ret = load_kernel(vm, guest);
	if (!ret)
		ret = load_initrd(vm, guest, &initrd);
	if (!ret)
		ret = write_cmdline(vm, guest);
	if (!ret)
		ret = write_seed(vm);
	if (ret)
		return ret;
	boot_params_build(vm_memory_at(vm, LAYOUT_ZERO_PAGE_GPA, sizeof(struct boot_params)),
			  &guest->image, &initrd, vm->config.memory_bytes);
	write_firmware(vm, guest->virtio_devices);
	return VMHCTL_OK;
}

/* What firmware would have set up. A guest copes without, so a refusal is no more than a remark. */
static void set_msr(const struct vcpu *vcpu, uint32_t index, uint64_t value)
{
	uint64_t room[(sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)) / 8] = { 0 };
	struct kvm_msrs *msrs = (void *)room;

	msrs->nmsrs = 1;
	msrs->entries[0].index = index;
	msrs->entries[0].data = value;
	if (vcpu_ioctl(vcpu, VMH_SET_MSRS, msrs) != 1)
		remark("vCPU %u: MSR %#x cannot be set to %#llx", vcpu->id, index,
		       (unsigned long long)value);
}

static void set_lapic_register(struct kvm_lapic_state *lapic, unsigned int offset, uint32_t value)
{
	memcpy(lapic->regs + offset, &value, sizeof(value));
}

/* Interrupts of the 8259 pair and NMIs reach the boot processor through its local APIC. */
static int set_lapic(const struct vcpu *vcpu)
{
	struct kvm_lapic_state lapic;
	int ret = vcpu_set(vcpu, VMH_GET_LAPIC, &lapic, "read the local APIC");

	if (ret)
		return ret;
	set_lapic_register(&lapic, LAPIC_LVT_LINT0, LVT_EXTINT);
	set_lapic_register(&lapic, LAPIC_LVT_LINT1, LVT_NMI);
	return vcpu_set(vcpu, VMH_SET_LAPIC, &lapic, "set the local APIC");
}

/**
 * linux_load() - get a VM ready to boot Linux
 * @vm: with interrupt controllers, not started.
 * @guest: what to boot, understood by linux_parse().
 *
 * Return: 0, or an exit status with the reason printed.
 */
int linux_load(struct vm *vm, const struct linux_guest *guest)
{
	int ret = load_memory(vm, guest);

	if (ret)
		return ret;
	for (unsigned int id = 0; id < vm->config.cpus; id++) {
		set_msr(&vm->vcpus[id], MSR_MISC_ENABLE, MISC_ENABLE_FAST_STRING);
		set_msr(&vm->vcpus[id], MSR_MTRR_DEFAULT, MTRR_ENABLED_WRITE_BACK);
	}
	ret = set_lapic(&vm->vcpus[0]);
	if (ret)
		return ret;
	return cpu_state_linux(vm, guest->image.entry_gpa, guest->image.long_mode);
}
