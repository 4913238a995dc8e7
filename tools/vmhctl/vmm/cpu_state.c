// SPDX-License-Identifier: GPL-2.0
/* The registers with which a guest starts. */
#include <string.h>

#include "cpu_state.h"
#include "layout.h"
#include "vcpu.h"
#include "vm.h"
#include "vmhctl.h"

#define RFLAGS_FIXED		0x2	/* bit 1 is always 1 */
#define CR0_PE			(1u << 0)
#define CR0_ET			(1u << 4)
#define CR0_PG			(1u << 31)
#define CR4_PAE			(1u << 5)
#define EFER_LME		(1u << 8)
#define EFER_LMA		(1u << 10)

#define SEGMENT_CODE		0xb	/* execute, read, accessed */
#define SEGMENT_DATA		0x3	/* read, write, accessed */
#define SELECTOR_CODE		0x10	/* where the Linux boot protocol wants them */
#define SELECTOR_DATA		0x18

#define TABLE_ENTRIES		512
#define TABLE_PRESENT		(1u << 0)
#define TABLE_WRITABLE		(1u << 1)
#define TABLE_LARGE		(1u << 7)
#define LARGE_PAGE_SHIFT	21
#define IDENTITY_GIB		4

static int get_sregs(const struct vcpu *vcpu, struct kvm_sregs *sregs)
{
	return vcpu_set(vcpu, VMH_GET_SREGS, sregs, "read a vCPU's system registers");
}

static int set_all(const struct vcpu *vcpu, struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	int ret = vcpu_set(vcpu, VMH_SET_SREGS, sregs, "set a vCPU's system registers");

	if (ret)
		return ret;
	return vcpu_set(vcpu, VMH_SET_REGS, regs, "set a vCPU's registers");
}

static void real_segment(struct kvm_segment *segment)
{
	segment->selector = 0;
	segment->base = 0;
}

/**
 * cpu_state_real() - start in real mode
 * @vcpu: as it is after reset.
 * @entry: IP; all segments are based at 0. The stack grows down from there.
 *
 * AX holds the vCPU's number.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int cpu_state_real(const struct vcpu *vcpu, uint16_t entry)
{
	struct kvm_regs regs = {
		.rip = entry,
		.rsp = entry,
		.rax = vcpu->id,
		.rflags = RFLAGS_FIXED,
	};
	struct kvm_sregs sregs;
	int ret = get_sregs(vcpu, &sregs);

	if (ret)
		return ret;
	real_segment(&sregs.cs);
	real_segment(&sregs.ds);
	real_segment(&sregs.es);
	real_segment(&sregs.fs);
	real_segment(&sregs.gs);
	real_segment(&sregs.ss);
	return set_all(vcpu, &sregs, &regs);
}

/* The descriptor table that goes with the segments below, in case the guest reloads them. */
static void write_gdt(const struct vm *vm, bool long_mode)
{
	const uint64_t gdt[] = {
		[SELECTOR_CODE / 8] = long_mode ? 0x00af9b000000ffff : 0x00cf9b000000ffff,
		[SELECTOR_DATA / 8] = 0x00cf93000000ffff,
	};

	memcpy(vm_memory_at(vm, LAYOUT_GDT_GPA, sizeof(gdt)), gdt, sizeof(gdt));
}

/* Map the first 4 GiB onto themselves in 2 MiB pages: one top table, one below it, four more. */
static void write_page_tables(const struct vm *vm)
{
	size_t bytes = (2 + IDENTITY_GIB) * VM_PAGE_SIZE;
	uint64_t *top = vm_memory_at(vm, LAYOUT_PAGE_TABLES_GPA, bytes);
	uint64_t *middle = top + TABLE_ENTRIES;
	uint64_t *bottom = middle + TABLE_ENTRIES;
	uint64_t next_gpa = LAYOUT_PAGE_TABLES_GPA + VM_PAGE_SIZE;
	const uint64_t table = TABLE_PRESENT | TABLE_WRITABLE;

	memset(top, 0, bytes);
	top[0] = next_gpa | table;
	for (uint64_t i = 0; i < IDENTITY_GIB; i++)
		middle[i] = (next_gpa + (i + 1) * VM_PAGE_SIZE) | table;
	for (uint64_t i = 0; i < IDENTITY_GIB * TABLE_ENTRIES; i++)
		bottom[i] = i << LARGE_PAGE_SHIFT | table | TABLE_LARGE;
}

static void flat_segments(struct kvm_sregs *sregs, bool long_mode)
{
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = SELECTOR_CODE, .type = SEGMENT_CODE,
		.present = 1, .s = 1, .g = 1, .l = long_mode, .db = !long_mode,
	};
	struct kvm_segment data = {
		.limit = 0xffffffff, .selector = SELECTOR_DATA, .type = SEGMENT_DATA,
		.present = 1, .s = 1, .g = 1, .db = 1,
	};

	sregs->cs = code;
	sregs->ds = data;
	sregs->es = data;
	sregs->fs = data;
	sregs->gs = data;
	sregs->ss = data;
	sregs->gdt.base = LAYOUT_GDT_GPA;
	sregs->gdt.limit = SELECTOR_DATA + 7;
}

/**
 * cpu_state_linux() - start vCPU 0 as the Linux boot protocol asks
 * @vm: its memory holds the kernel.
 * @entry_gpa: where it starts.
 * @long_mode: in 64-bit mode with identity-mapped memory; else in 32-bit mode without paging.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int cpu_state_linux(const struct vm *vm, uint64_t entry_gpa, bool long_mode)
{
	const struct vcpu *vcpu = &vm->vcpus[0];
	struct kvm_regs regs = {
		.rip = entry_gpa,
		.rsi = LAYOUT_ZERO_PAGE_GPA,
		.rflags = RFLAGS_FIXED,
	};
	struct kvm_sregs sregs;
	int ret = get_sregs(vcpu, &sregs);

	if (ret)
		return ret;
	write_gdt(vm, long_mode);
	flat_segments(&sregs, long_mode);
	sregs.cr0 = CR0_PE | CR0_ET;
	if (long_mode) {
		write_page_tables(vm);
		sregs.cr0 |= CR0_PG;
		sregs.cr3 = LAYOUT_PAGE_TABLES_GPA;
		sregs.cr4 = CR4_PAE;
		sregs.efer = EFER_LME | EFER_LMA;
	}
	return set_all(vcpu, &sregs, &regs);
}
