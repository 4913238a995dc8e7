// SPDX-License-Identifier: GPL-2.0
/*
 * No address of the host's kernel in anything that vmh shows: results of every call, run pages, and
 * structures beyond what is documented of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm.h"

/* From the direct map of all memory up, or below -2 GiB from the end: the kernel's half. */
static bool looks_like_kernel(uint64_t value)
{
	return value >= 0xffff800000000000ULL && value < 0xfffffffff0000000ULL;
}

static void scan(const char *what, const void *data, size_t bytes)
{
	const uint8_t *at = data;

	for (size_t i = 0; i + 8 <= bytes; i += 8) {
		uint64_t value;

		memcpy(&value, at + i, 8);
		if (looks_like_kernel(value))
			FAIL("%s holds %#llx at offset %zu", what, (unsigned long long)value, i);
	}
}

/* Memory that holds nothing of the kind, for a result to be written to. */
static void *blank(size_t bytes)
{
	void *data = calloc(1, bytes);

	CHECK(data);
	return data;
}

static void scan_call(const char *what, int fd, unsigned long command, size_t bytes)
{
	uint32_t *data = blank(bytes);

	/* Sized structures say so; for the others it is an id or a count, where 0 will do. */
	if (_IOC_SIZE(command) == 0)
		*data = bytes;
	if (call(fd, command, data) < 0)
		FAIL("%s: %s", what, strerror(errno));
	scan(what, data, bytes);
	free(data);
}

static void calls(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	CHECK(call(vm.vcpu[0], _IO(VMHIO, 0x3f), NULL) < 0);
	scan_call("GET_INFO", vm.dev, VMH_GET_INFO, sizeof(struct vmh_info));
	scan_call("GET_STATE", vm.fd, VMH_GET_STATE, sizeof(struct vmh_state_info));
	scan_call("GET_ERROR", vm.vcpu[0], VMH_GET_ERROR, sizeof(struct vmh_error));
	scan_call("EXPLAIN", vm.vcpu[0], VMH_EXPLAIN, sizeof(struct vmh_explain));
	scan_call("GET_REGS", vm.vcpu[0], VMH_GET_REGS, sizeof(struct kvm_regs));
	scan_call("GET_SREGS", vm.vcpu[0], VMH_GET_SREGS, sizeof(struct kvm_sregs));
	scan_call("GET_FPU", vm.vcpu[0], VMH_GET_FPU, sizeof(struct kvm_fpu));
	scan_call("GET_LAPIC", vm.vcpu[0], VMH_GET_LAPIC, sizeof(struct kvm_lapic_state));
	scan_call("GET_MP_STATE", vm.vcpu[0], VMH_GET_MP_STATE, sizeof(struct kvm_mp_state));
	scan_call("GET_IRQCHIP", vm.fd, VMH_GET_IRQCHIP, sizeof(struct kvm_irqchip));
	scan_call("GET_PIT2", vm.fd, VMH_GET_PIT2, sizeof(struct kvm_pit_state2));
	scan_call("GET_CLOCK", vm.fd, VMH_GET_CLOCK, sizeof(struct kvm_clock_data));
}

static void all_msrs(void)
{
	struct {
		struct kvm_msr_list header;
		uint32_t index[512];
	} list = { .header.nmsrs = 512 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .irqchip = true });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	must(vm.dev, VMH_GET_MSR_INDEX_LIST, &list);
	for (uint32_t i = 0; i < list.header.nmsrs; i++) {
		struct {
			struct kvm_msrs header;
			struct kvm_msr_entry entry;
		} one = { .header.nmsrs = 1, .entry.index = list.index[i] };

		must(vm.vcpu[0], VMH_GET_MSRS, &one);
		if (looks_like_kernel(one.entry.data))
			FAIL("MSR %#x is %#llx", list.index[i], one.entry.data);
	}
}

/* The whole of it, with what earlier exits and its allocation left. */
static void run_pages(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	scan("a fresh run page", vm.run[0], vm.run_bytes);
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	for (int i = 0; i < 10; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	scan("the run page", vm.run[0], vm.run_bytes);
}

GUEST(guest_registers,
      "movw %cs, %ax; movw %dx, 0x2000; movl %ebx, 0x2004; movl %ecx, 0x2008; movl %esi, 0x200c;"
      "movl %edi, 0x2010; movl %ebp, 0x2014; sgdt 0x2020; sidt 0x2030; movl %cr2, %eax;"
      "movl %eax, 0x2040; movl %dr0, %eax; movl %eax, 0x2044; movl %dr6, %eax; fnsave 0x2100;"
      "outb %al, $0x10; movl %ebx, 0x2204; movl %ecx, 0x2208; movl %esi, 0x220c; hlt");

/* What a guest finds in registers that nobody has set. */
static void guest_registers_clean(void)
{
	struct kvm_fpu fpu;
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_registers);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	scan("what the guest stored", vm.memory + 0x2000, 0x400);
	regs = vm_regs(&vm, 0);
	CHECK(!regs.rbx && !regs.rcx && !regs.rsi && !regs.rdi && !regs.rbp);
	CHECK(!regs.r8 && !regs.r9 && !regs.r10 && !regs.r11);
	CHECK(!regs.r12 && !regs.r13 && !regs.r14 && !regs.r15);
	CHECK_EQ(*(uint32_t *)(vm.memory + 0x2040), 0);
	CHECK_EQ(*(uint32_t *)(vm.memory + 0x2044), 0);
	must(vm.vcpu[0], VMH_GET_FPU, &fpu);
	for (size_t i = 0; i < sizeof(fpu.xmm); i++)
		CHECK_EQ(((uint8_t *)fpu.xmm)[i], 0);
}

static const struct test tests[] = {
	{ .name = "results of calls", .run = calls },
	{ .name = "MSRs", .run = all_msrs },
	{ .name = "run pages", .run = run_pages },
	{ .name = "a guest's registers", .run = guest_registers_clean, .kvm = true },
	{ }
};

const struct suite suite_secret = { "secret", tests };
