/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For flat guests: how they begin, check and end. A guest is one file; it is linked with rt*.S,
 * starts in real mode at 0x1000 and says by its exit code which check failed, 0 for none.
 * Documentation/testing.md tells how to write one.
 *
 * These macros work in all modes; they take the mode from CODE16, CODE32 and CODE64.
 */
#ifndef VMH_TEST_GUEST_H
#define VMH_TEST_GUEST_H

#define PORT_PRINT	0xe9		/* a character */
#define PORT_EXIT	0xf4		/* the exit code, which ends the VM */
#define PORT_SCRATCH	0x520		/* eight bytes of memory */
#define PORT_WIDTH	0x528		/* how wide the last access to them was */

/*
 * Physical addresses above 2 GiB, so written that they fit into a displacement in all modes; the
 * runtime's page tables show the last 2 GiB below 4 GiB at the end of the address space too.
 */
#define HIGH(gpa)	((gpa) - 0x100000000)
#define MMIO_SCRATCH	HIGH(0xd0000000)	/* a page of memory, as MMIO */
#define MMIO_WIDTH	HIGH(0xd0000ff8)	/* how wide the last other access to it was */
#define MMIO_ABSENT	HIGH(0xd8000000)	/* where nothing answers */

/* Exit codes beside the numbers of failed checks. */
#define EXIT_UNEXPECTED	250		/* an exception that no check waits for */

/* Selectors of the runtime's GDT, in the order that SYSCALL and SYSRET ask for. */
#define SEL_CODE32	0x08
#define SEL_DATA	0x10
#define SEL_CODE64	0x18
#define SEL_DATA2	0x20
#define SEL_CODE16	0x28
#define SEL_USER32	0x33
#define SEL_USERDATA	0x3b
#define SEL_USER64	0x43
#define SEL_DATA16	0x48
#define SEL_TSS		0x50		/* 64-bit, two entries */
#define SEL_TSS32	0x60
#define SEL_SPARE	0x68		/* two entries for the guest itself */

#define VEC_DE	0
#define VEC_DB	1
#define VEC_NMI	2
#define VEC_BP	3
#define VEC_OF	4
#define VEC_BR	5
#define VEC_UD	6
#define VEC_NM	7
#define VEC_DF	8
#define VEC_TS	10
#define VEC_NP	11
#define VEC_SS	12
#define VEC_GP	13
#define VEC_PF	14
#define VEC_MF	16
#define VEC_AC	17

#define CR0_PE	(1 << 0)
#define CR0_MP	(1 << 1)
#define CR0_EM	(1 << 2)
#define CR0_TS	(1 << 3)
#define CR0_ET	(1 << 4)
#define CR0_NE	(1 << 5)
#define CR0_WP	(1 << 16)
#define CR0_AM	(1 << 18)
#define CR0_NW	(1 << 29)
#define CR0_CD	(1 << 30)
#define CR0_PG	(1 << 31)

#define CR4_TSD		(1 << 2)
#define CR4_DE		(1 << 3)
#define CR4_PSE		(1 << 4)
#define CR4_PAE		(1 << 5)
#define CR4_PGE		(1 << 7)
#define CR4_OSFXSR	(1 << 9)
#define CR4_OSXMMEXCPT	(1 << 10)
#define CR4_VMXE	(1 << 13)
#define CR4_FSGSBASE	(1 << 16)
#define CR4_PCIDE	(1 << 17)
#define CR4_OSXSAVE	(1 << 18)
#define CR4_SMEP	(1 << 20)
#define CR4_SMAP	(1 << 21)
#define CR4_PKE		(1 << 22)

#define FLAG_CF	(1 << 0)
#define FLAG_ZF	(1 << 6)
#define FLAG_TF	(1 << 8)
#define FLAG_IF	(1 << 9)
#define FLAG_DF	(1 << 10)
#define FLAG_RF	(1 << 16)
#define FLAG_AC	(1 << 18)

/* Bits of page-table entries. */
#define PTE_P	(1 << 0)
#define PTE_W	(1 << 1)
#define PTE_U	(1 << 2)
#define PTE_A	(1 << 5)
#define PTE_D	(1 << 6)
#define PTE_PS	(1 << 7)
#define PTE_G	(1 << 8)
#define PTE_ALL	(PTE_P | PTE_W | PTE_U)

#define MSR_TSC			0x10
#define MSR_APIC_BASE		0x1b
#define MSR_TSC_ADJUST		0x3b
#define MSR_SYSENTER_CS		0x174
#define MSR_SYSENTER_ESP	0x175
#define MSR_SYSENTER_EIP	0x176
#define MSR_PAT			0x277
#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC		0x800	/* plus the register's offset / 16 */
#define MSR_EFER		0xc0000080
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_CSTAR		0xc0000083
#define MSR_FMASK		0xc0000084
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102
#define MSR_TSC_AUX		0xc0000103

#define EFER_SCE	(1 << 0)
#define EFER_LME	(1 << 8)
#define EFER_LMA	(1 << 10)
#define EFER_NX		(1 << 11)

#define LAPIC		HIGH(0xfee00000)
#define LAPIC_ID	0x20
#define LAPIC_VERSION	0x30
#define LAPIC_TPR	0x80
#define LAPIC_PPR	0xa0
#define LAPIC_EOI	0xb0
#define LAPIC_SELF_IPI	0x3f0
#define LAPIC_LDR	0xd0
#define LAPIC_DFR	0xe0
#define LAPIC_SVR	0xf0
#define LAPIC_ISR	0x100
#define LAPIC_TMR	0x180
#define LAPIC_IRR	0x200
#define LAPIC_ESR	0x280
#define LAPIC_ICR	0x300
#define LAPIC_ICR2	0x310
#define LAPIC_LVT_TIMER	0x320
#define LAPIC_LVT_LINT0	0x350
#define LAPIC_LVT_LINT1	0x360
#define LAPIC_LVT_ERROR	0x370
#define LAPIC_TMICT	0x380
#define LAPIC_TMCCT	0x390
#define LAPIC_TDCR	0x3e0
#define APIC_BASE_BSP	(1 << 8)
#define APIC_BASE_X2	(1 << 10)
#define APIC_BASE_ON	(1 << 11)
#define SVR_ON		0x1ff		/* on, spurious vector 255 */
#define LVT_MASKED	(1 << 16)
#define LVT_PERIODIC	(1 << 17)
#define LVT_DEADLINE	(2 << 17)
#define ICR_NMI		(4 << 8)
#define ICR_INIT	(5 << 8)
#define ICR_SIPI	(6 << 8)
#define ICR_ASSERT	(1 << 14)
#define ICR_SELF	(1 << 18)
#define ICR_ALL		(2 << 18)
#define ICR_OTHERS	(3 << 18)

#define IOAPIC		HIGH(0xfec00000)
#define IOAPIC_WINDOW	0x10

#define PIC1		0x20
#define PIC2		0xa0
#define PIT0		0x40
#define PIT2		0x42
#define PIT_COMMAND	0x43
#define PIT_HZ		1193182

/* What ends an interrupt: put into rt_eoi_kind; interrupts count in rt_irq_counts. */
#define EOI_NONE	0
#define EOI_XAPIC	1
#define EOI_X2APIC	2
#define EOI_PIC		3

/* About how long a wait lasts at most, in ticks of the TSC. */
#define WAIT_TICKS	(1 << 27)

#define RT_STACK_SHIFT	10		/* a processor's stack: 1 KiB */
#define RT_STARTS_MAX	32		/* each start of a processor takes a new one */
#define RT_TSS_BYTES	104

	.set check_nr, 0

.macro CODE16
	.code16
	.set mode, 16
.endm
.macro CODE32
	.code32
	.set mode, 32
.endm
.macro CODE64
	.code64
	.set mode, 64
.endm

/* The guest's first instructions: DI or EDI will hold the number of the vCPU, by arrival. */
.macro BEGIN bits
	.section .text.start, "ax"
	CODE16
	.globl start
start:
	ljmp	$0, $1f
1:	movl	$.Lmain, %ebx
	jmp	rt_enter\bits
	.text
	CODE\bits
.Lmain:
.endm
#define BEGIN16 BEGIN 16
#define BEGIN32 BEGIN 32
#define BEGIN64 BEGIN 64

/* End well. */
.macro PASS
	xorl	%eax, %eax
	outb	%al, $PORT_EXIT
	hlt
.endm

/* The place of a failure: number of the check in the low byte, line above it. */
.macro FAIL_AT line
	.set check_nr, check_nr + 1
	.if mode == 16
	movl	$(\line * 256 + check_nr), %cs:rt_fail_where
	.else
	movl	$(\line * 256 + check_nr), rt_fail_where
	.endif
	.if mode == 16
	jmp	rt_fail16
	.elseif mode == 32
	jmp	rt_fail32
	.else
	jmp	rt_fail64
	.endif
.endm

/* Fails unless condition @cc holds. */
.macro CHECK_AT cc, line
	j\cc	.Lok\@
	FAIL_AT	\line
.Lok\@:
.endm
#define FAIL		FAIL_AT __LINE__
#define CHECK(cc)	CHECK_AT cc, __LINE__

/* Runs an instruction that compares or tests; fails unless it finds equality, or zero. */
#define IS(...)		__VA_ARGS__; CHECK_AT e, __LINE__
#define ISNT(...)	__VA_ARGS__; CHECK_AT ne, __LINE__

/* Runs an instruction that must fault, with the vector @vec, and with RIP at it. */
.macro FAULTS_AT vec, line, insn:vararg
	movl	$.Lresume\@, rt_exc_resume
.Linsn\@:
	\insn
	movl	$0, rt_exc_resume
	FAIL_AT	\line
.Lresume\@:
	cmpl	$\vec, rt_exc_vector
	CHECK_AT e, \line
	cmpl	$.Linsn\@, rt_exc_rip
	CHECK_AT e, \line
.endm
#define FAULTS(vec, ...) FAULTS_AT vec, __LINE__, __VA_ARGS__

/* The same for one that traps: RIP is after it. */
.macro TRAPS_AT vec, line, insn:vararg
	movl	$.Lresume\@, rt_exc_resume
	\insn
.Lnext\@:
	movl	$0, rt_exc_resume
	FAIL_AT	\line
.Lresume\@:
	cmpl	$\vec, rt_exc_vector
	CHECK_AT e, \line
	cmpl	$.Lnext\@, rt_exc_rip
	CHECK_AT e, \line
.endm
#define TRAPS(vec, ...) TRAPS_AT vec, __LINE__, __VA_ARGS__

/*
 * Fails unless it counts an interrupt of @vector for the @count-th time soon. 64-bit mode, with
 * interrupts on. With @idle interrupts are off while it looks, so that none comes before the HLT
 * that waits for it.
 */
.macro WAIT_IRQ_AT vector, count, line, idle
	rdtsc
	movl	%eax, %r15d
.Lwait\@:
	.if	\idle
	cli
	.endif
	cmpl	$\count, rt_irq_counts + 4 * \vector
	jae	.Ldone\@
	.if	\idle
	sti
	hlt
	.else
	pause
	.endif
	rdtsc
	subl	%r15d, %eax
	cmpl	$WAIT_TICKS, %eax
	jb	.Lwait\@
	FAIL_AT	\line
.Ldone\@:
	.if	\idle
	sti
	.endif
.endm
#define WAIT_IRQ(vector, count)		WAIT_IRQ_AT vector, count, __LINE__, 0
#define WAIT_IRQ_HLT(vector, count)	WAIT_IRQ_AT vector, count, __LINE__, 1

/* Wait until the memory operand of a compare has the value. 64-bit mode. */
.macro WAIT_AT line, compare:vararg
	rdtsc
	movl	%eax, %r15d
.Lwait\@:
	pause
	\compare
	je	.Ldone\@
	rdtsc
	subl	%r15d, %eax
	cmpl	$WAIT_TICKS, %eax
	jb	.Lwait\@
	FAIL_AT	\line
.Ldone\@:
.endm
#define WAIT(...)	WAIT_AT __LINE__, __VA_ARGS__

/* Have @label called with RDI at the frame (vector, error code, RIP, CS, ...). 64-bit mode. */
.macro ON vector, label
	movq	$\label, rt_handlers + 8 * (\vector)
.endm

/* Write to a register of the local APIC. */
.macro APIC_WRITE reg, value
	movl	$(\value), LAPIC + \reg
.endm

/* EDX:EAX to an MSR. */
.macro WRITE_MSR msr, high, low
	movl	$\msr, %ecx
	movl	$(\low), %eax
	movl	$(\high), %edx
	wrmsr
.endm
.macro READ_MSR msr
	movl	$\msr, %ecx
	rdmsr
.endm

/* Run @label at CPL 3 until it executes END_USER. 64-bit mode. */
.macro USER label
	movq	$\label, %rax
	call	rt_user
.endm
.macro END_USER
	int	$0x2f
.endm

/* For the runtime: 256 entry points, 16 bytes apart, that push error code and vector. */
.macro STUBS common
	.set vector, 0
	.rept	256
	.balign 16
	.if vector >= 32
	push	$0
	.elseif !((0x60227d00 >> vector) & 1)
	push	$0
	.endif
	push	$vector
	jmp	\common
	.set vector, vector + 1
	.endr
.endm

#endif
