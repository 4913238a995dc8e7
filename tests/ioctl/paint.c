// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest finds in its registers: the host's are painted before each RUN, and the guest stores
 * all that it can read. Neither the paint nor anything else of the host's may be in that.
 */
#include <asm/prctl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm.h"

/* As a word, with anything in its last byte; also an address that a process may have. */
#define PAINT		0x5ec4e700ULL
#define PAINT_TWICE	(PAINT << 32 | PAINT)
#define IS_PAINT(word)	(((word) & ~0xffU) == PAINT)

/* Where what is: page tables and descriptors of the guest, then what it stores. */
#define PML4_GPA	0x8000
#define PDPT_GPA	0x9000
#define PD_GPA		0xa000
#define IDT_GPA		0xb000
#define GDT_GPA		0xc000
#define REGS_GPA	0x10000
#define FPU_GPA		0x11000
#define MSRS_GPA	0x100000
#define MSRS		0x2000	/* in each of the ranges */
#define END_GPA		(MSRS_GPA + 3 * MSRS * 8)

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R15 = 15, DR0, DR3 = 19, CR2, REGS };

/* RDMSR of what is no MSR comes to guest_look_gp, which goes on behind it. */
extern const char guest_look[], guest_look_gp[], guest_look_end[];
asm(".pushsection .rodata\n"
    "guest_look:\n"
    "	movq %rax, 0x10000; movq %rcx, 0x10008; movq %rdx, 0x10010; movq %rbx, 0x10018\n"
    "	movq %rsp, 0x10020; movq %rbp, 0x10028; movq %rsi, 0x10030; movq %rdi, 0x10038\n"
    "	movq %r8, 0x10040; movq %r9, 0x10048; movq %r10, 0x10050; movq %r11, 0x10058\n"
    "	movq %r12, 0x10060; movq %r13, 0x10068; movq %r14, 0x10070; movq %r15, 0x10078\n"
    "	movq %dr0, %rax; movq %rax, 0x10080; movq %dr1, %rax; movq %rax, 0x10088\n"
    "	movq %dr2, %rax; movq %rax, 0x10090; movq %dr3, %rax; movq %rax, 0x10098\n"
    "	movq %cr2, %rax; movq %rax, 0x100a0\n"
    "	fxsave64 0x11000\n"
    "	movl $0x100000, %edi\n"
    "	.irp first, 0, 0x40000000, 0xc0000000\n"
    "	movl $\\first, %ecx\n"
    "1:	xorl %eax, %eax; xorl %edx, %edx; rdmsr\n"
    "	movl %eax, (%rdi); movl %edx, 4(%rdi); addq $8, %rdi\n"
    "	incl %ecx; testl $0x1fff, %ecx; jnz 1b\n"
    "	.endr\n"
    "	xorl %eax, %eax; xorl %ecx, %ecx; xorl %edx, %edx; xorl %edi, %edi\n"
    "	outb %al, $0x10\n"
    "	jmp guest_look\n"
    "guest_look_gp:\n"
    "	addq $2, 8(%rsp); addq $8, %rsp; iretq\n"
    "guest_look_end:\n"
    ".popsection");

/* A processor with long mode, and all else that there is. */
static void set_cpuid(struct vm *vm)
{
	struct {
		struct kvm_cpuid2 header;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid = { .header.nent = 256 };

	must(vm->dev, VMH_GET_SUPPORTED_CPUID, &cpuid);
	must(vm->vcpu[0], VMH_SET_CPUID2, &cpuid);
}

static void load_long_mode(struct vm *vm)
{
	struct kvm_segment data = { .type = 3, .selector = 0x10, .present = 1, .s = 1, .db = 1,
				    .g = 1, .limit = ~0U };
	uint64_t gp = CODE_GPA + (guest_look_gp - guest_look);
	uint64_t *gate = (uint64_t *)(vm->memory + IDT_GPA + 16 * 13);
	uint64_t *pd = (uint64_t *)(vm->memory + PD_GPA);
	struct kvm_sregs sregs;

	*(uint64_t *)(vm->memory + PML4_GPA) = PDPT_GPA | 3;
	*(uint64_t *)(vm->memory + PDPT_GPA) = PD_GPA | 3;
	pd[0] = 0x83;
	memcpy(vm->memory + GDT_GPA, (uint64_t []){ 0, 0x00af9b000000ffff, 0x00cf93000000ffff },
	       24);
	gate[0] = (gp & 0xffff) | 8 << 16 | 0x8e00ULL << 32 | gp >> 16 << 48;

	set_cpuid(vm);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr0 = 0x80000033;
	sregs.cr3 = PML4_GPA;
	sregs.cr4 = 0x220;
	sregs.efer = 0x500;
	sregs.ds = data;
	sregs.es = data;
	sregs.fs = data;
	sregs.gs = data;
	sregs.ss = data;
	sregs.cs = data;
	sregs.cs.type = 0xb;
	sregs.cs.selector = 8;
	sregs.cs.db = 0;
	sregs.cs.l = 1;
	sregs.tr.type = 0xb;
	sregs.idt.base = IDT_GPA;
	sregs.idt.limit = 0xfff;
	sregs.gdt.base = GDT_GPA;
	sregs.gdt.limit = 23;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm->vcpu[0], VMH_SET_REGS,
	     &(struct kvm_regs){ .rip = CODE_GPA, .rsp = 0x7000, .rflags = 2, .r15 = 0x600d });
}

/* This thread's debug registers, until it ends. */
static void paint_debug_registers(void)
{
	for (unsigned int i = 0; i < 4; i++) {
		struct perf_event_attr attr = {
			.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr),
			.bp_type = HW_BREAKPOINT_W, .bp_addr = PAINT + 8 * i,
			.bp_len = HW_BREAKPOINT_LEN_8, .exclude_kernel = 1, .exclude_hv = 1,
		};

		CHECK(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) >= 0);
	}
}

/* RUN with paint in all registers that the call leaves free. */
static long run_painted(int fd)
{
	unsigned long command = on_kvm ? _IO(KVMIO, 0x80) : VMH_RUN;
	uint64_t paint = PAINT_TWICE;
	long ret = SYS_ioctl;

	asm volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
		     "movq %[paint], %%xmm\\n; punpcklqdq %%xmm\\n, %%xmm\\n\n"
		     ".endr\n"
		     ".irp n, 0, 1, 2, 3, 4, 5, 6, 7\nmovq %[paint], %%mm\\n\n.endr\n"
		     ".irp n, 8, 9, 10, 12, 13, 14, 15\nmovq %[paint], %%r\\n\n.endr\n"
		     /* Below the stack pointer there may be something. */
		     "lea -128(%%rsp), %%rsp; push %%rbp\n"
		     "movq %[paint], %%rbx; movq %[paint], %%rbp\n"
		     "syscall\n"
		     "pop %%rbp; lea 128(%%rsp), %%rsp; emms\n"
		     : "+a" (ret), [paint] "+c" (paint)
		     : "D" (fd), "S" (command), "d" (0L)
		     : "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory",
		       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
		       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return ret;
}

static uint64_t *msr_in(struct vm *vm, uint32_t index)
{
	uint64_t *msrs = (uint64_t *)(vm->memory + MSRS_GPA);

	return &msrs[index % MSRS + (index >= 0xc0000000 ? 2 * MSRS : 0)];
}

/* What nobody has set is 0, and not what the host has there. */
static void check_zero(struct vm *vm)
{
	static const uint32_t zero[] = {
		0x174, 0x175, 0x176,			/* SYSENTER */
		0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,	/* SYSCALL */
		0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103,	/* bases, TSC_AUX */
	};
	uint64_t *regs = (uint64_t *)(vm->memory + REGS_GPA);

	for (unsigned int i = 0; i < REGS; i++)
		if (i != RSP && i != R15)
			CHECK_EQ(regs[i], 0);
	CHECK_EQ(regs[RSP], 0x7000);
	CHECK_EQ(regs[R15], 0x600d);
	for (size_t i = 0; i < ARRAY_SIZE(zero); i++)
		if (*msr_in(vm, zero[i]))
			FAIL("MSR %#x is %#llx", zero[i], *(unsigned long long *)
			     msr_in(vm, zero[i]));
	CHECK_EQ(*msr_in(vm, 0xc0000080), 0x500);	/* EFER: that it was read at all */
	for (unsigned int i = 32; i < 416; i++)		/* x87 and XMM registers */
		CHECK_EQ(vm->memory[FPU_GPA + i], 0);
}

static void check_unpainted(struct vm *vm, uint64_t fs_base)
{
	for (uint64_t gpa = 0; gpa < END_GPA; gpa += 4)
		if (IS_PAINT(*(uint32_t *)(vm->memory + gpa)))
			FAIL("the host's paint is at %#llx", (unsigned long long)gpa);
	for (uint64_t gpa = REGS_GPA; gpa < END_GPA; gpa += 8) {
		uint64_t value = *(uint64_t *)(vm->memory + gpa);

		if (value == fs_base || (value >= 0xffff800000000000ULL &&
					 value < 0xfffffffff0000000ULL))
			FAIL("an address of the host's is at %#llx: %#llx",
			     (unsigned long long)gpa, (unsigned long long)value);
	}
}

static void painted(void)
{
	uint64_t fs_base = 0;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 2 << 20 });
	vm_load(&vm, guest_look, guest_look_end);
	load_long_mode(&vm);
	vm_start(&vm);
	paint_debug_registers();
	CHECK(!syscall(SYS_arch_prctl, ARCH_SET_GS, PAINT));
	CHECK(!syscall(SYS_arch_prctl, ARCH_GET_FS, &fs_base));
	for (int round = 0; round < 3; round++) {
		CHECK_EQ(run_painted(vm.vcpu[0]), 0);
		CHECK_EQ(vm.run[0]->exit_reason, KVM_EXIT_IO);
		check_zero(&vm);
		check_unpainted(&vm, fs_base);
		memset(vm.memory + REGS_GPA, 0, END_GPA - REGS_GPA);
	}
}

/* The search finds what is there: the guest's own registers, painted. */
static void paint_is_found(void)
{
	struct kvm_regs regs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 2 << 20 });
	vm_load(&vm, guest_look, guest_look_end);
	load_long_mode(&vm);
	regs = vm_regs(&vm, 0);
	regs.r9 = PAINT_TWICE;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	vm_start(&vm);
	CHECK_EQ(run_painted(vm.vcpu[0]), 0);
	CHECK(IS_PAINT(*(uint32_t *)(vm.memory + REGS_GPA + 8 * (R8 + 1))));
}

static const struct test tests[] = {
	{ .name = "nothing of the host in a guest's registers", .run = painted, .kvm = true },
	{ .name = "paint is found where it is", .run = paint_is_found, .kvm = true },
	{ }
};

const struct suite suite_paint = { "paint", tests };
