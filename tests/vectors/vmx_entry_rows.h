/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest states that a processor enters, and ways to spoil them and the controls and host state that
 * go with them: each row says which entry check has to notice. The rows are for a model of a VMCS
 * (vmx_entry_check.h) and for a real one, where the processor gives its own verdict.
 */
#ifndef VMH_VECTORS_VMX_ENTRY_ROWS_H
#define VMH_VECTORS_VMX_ENTRY_ROWS_H

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <vmx_ctls.h>
#include <vmx_fields.h>

/* The guest state to start from. */
enum vmx_entry_base {
	VMX_BASE_LONG,		/* 64-bit mode */
	VMX_BASE_PROTECTED,	/* 32-bit paging */
	VMX_BASE_PAE,		/* PAE paging */
	VMX_BASE_V8086,
	VMX_BASE_REAL,
	VMX_BASES,
};

struct vmx_entry_change {
	u32 field;
	u64 clear;
	u64 set;
};

/**
 * struct vmx_entry_check_case - a row
 * @name: what is done.
 * @check: number of the check that fails; 0: none does.
 * @base: what is spoiled.
 * @no_ept_cap: bits of IA32_VMX_EPT_VPID_CAP that the model lacks.
 * @only_model: not for a real processor: it has what the model lacks, or would run without EPT.
 * @host_32: of the model: a 32-bit host; not for a real processor either.
 * @change: what is changed, up to the first without a field.
 */
struct vmx_entry_check_case {
	const char *name;
	u16 check;
	enum vmx_entry_base base;
	u64 no_ept_cap;
	bool only_model;
	bool host_32;
	struct vmx_entry_change change[6];
};

#define SET(f, bits)	{ VMX_F_##f, 0, (bits) }
#define CLR(f, bits)	{ VMX_F_##f, (bits), 0 }
#define PUT(f, value)	{ VMX_F_##f, ~0ULL, (value) }
#define PROC2(bits)	SET(PROC2_CONTROLS, bits)
#define RESTRICTED	CLR(PROC2_CONTROLS, VMX_CTL_PROC2_UNRESTRICTED)
#define EVENT(type, vector, more) \
	PUT(EVENT_INFO, BIT_ULL(31) | (type) << 8 | (vector) | (more))
#define SMALL_LDT	PUT(LDTR_SELECTOR, 0x20), PUT(LDTR_RIGHTS, 0x82), PUT(LDTR_LIMIT, 0xfff)

#define BAD(n, b, number, ...) \
	{ .name = n, .base = VMX_BASE_##b, .check = (number), .change = { __VA_ARGS__ } }
#define GOOD(n, b, ...) \
	{ .name = "good: " n, .base = VMX_BASE_##b, .change = { __VA_ARGS__ } }
#define MODEL(n, b, number, ...) \
	{ .name = n, .base = VMX_BASE_##b, .check = (number), .only_model = true, \
	  .change = { __VA_ARGS__ } }
#define HOST_32(n, b, number, ...) \
	{ .name = n, .base = VMX_BASE_##b, .check = (number), .host_32 = true, \
	  .change = { __VA_ARGS__ } }
#define BAD_PAGE(f, n, number, ...) \
	BAD(n " not aligned", LONG, number, PUT(f, 0x1008), __VA_ARGS__), \
	BAD(n " too high", LONG, number, PUT(f, 1ULL << 62), __VA_ARGS__)
#define BAD_AREA(f, count, n, number) \
	BAD(n " not aligned", LONG, number, PUT(f, 0x1008), PUT(count, 1)), \
	BAD(n " too high", LONG, (number) + 1, PUT(f, 1ULL << 62), PUT(count, 1)), \
	GOOD(n " anywhere without entries", LONG, PUT(f, 0x1008), PUT(count, 0))
/* Bit 62 is unlike bit 63 in no canonical address. */
#define BAD_BASE(f, n, number) \
	BAD(n " not canonical, low", LONG, number, PUT(f, 1ULL << 62)), \
	BAD(n " not canonical, high", LONG, number, PUT(f, 0x8000000000000000ULL)), \
	GOOD(n " of the upper half", LONG, PUT(f, 0xffff800000001000ULL))
#define BAD_HOST_BASE(f, n, number) \
	BAD(n " not canonical", LONG, number, CLR(f, 1ULL << 63), SET(f, 1ULL << 62))

/* @rule is the check's rule number, @s the segment's place. */
#define SEG_CHECK(rule, s)	(3000 + (rule) * 10 + (s))
#define BAD_LOADABLE(seg, s) \
	BAD(#seg " base in v8086 mode", V8086, SEG_CHECK(32, s), PUT(seg##_BASE, 0x1010)), \
	BAD(#seg " limit in v8086 mode", V8086, SEG_CHECK(33, s), PUT(seg##_LIMIT, 0xfffff)), \
	BAD(#seg " rights in v8086 mode", V8086, SEG_CHECK(34, s), PUT(seg##_RIGHTS, 0x93)), \
	BAD(#seg " is a system segment", LONG, SEG_CHECK(35, s), CLR(seg##_RIGHTS, 0x10)), \
	BAD(#seg " not present", LONG, SEG_CHECK(36, s), CLR(seg##_RIGHTS, 0x80)), \
	BAD(#seg " reserved bits 11:8", LONG, SEG_CHECK(37, s), SET(seg##_RIGHTS, 0x100)), \
	BAD(#seg " reserved bits 31:17", LONG, SEG_CHECK(37, s), SET(seg##_RIGHTS, 1 << 20)), \
	BAD(#seg " small limit with G", LONG, SEG_CHECK(38, s), PUT(seg##_LIMIT, 0xffe)), \
	BAD(#seg " large limit without G", LONG, SEG_CHECK(38, s), CLR(seg##_RIGHTS, 0x8000))
#define BAD_DATA(seg, s) \
	BAD_LOADABLE(seg, s), \
	BAD(#seg " not accessed", LONG, SEG_CHECK(39, s), CLR(seg##_RIGHTS, 1)), \
	BAD(#seg " code that cannot be read", LONG, SEG_CHECK(39, s), \
	    CLR(seg##_RIGHTS, 2), SET(seg##_RIGHTS, 8)), \
	BAD(#seg " DPL below RPL", LONG, SEG_CHECK(40, s), SET(seg##_SELECTOR, 3), RESTRICTED), \
	GOOD(#seg " DPL below RPL, unrestricted", LONG, SET(seg##_SELECTOR, 3)), \
	GOOD(#seg " unusable", LONG, PUT(seg##_RIGHTS, 0x10000))
#define BAD_SYSTEM(seg, s, n, ...) \
	BAD(n " is no system segment", LONG, SEG_CHECK(35, s), __VA_ARGS__, \
	    SET(seg##_RIGHTS, 0x10)), \
	BAD(n " not present", LONG, SEG_CHECK(36, s), __VA_ARGS__, CLR(seg##_RIGHTS, 0x80)), \
	BAD(n " reserved bits", LONG, SEG_CHECK(37, s), __VA_ARGS__, SET(seg##_RIGHTS, 0x400)), \
	BAD(n " small limit with G", LONG, SEG_CHECK(38, s), __VA_ARGS__, \
	    PUT(seg##_LIMIT, 0x67), SET(seg##_RIGHTS, 0x8000)), \
	BAD(n " from a local table", LONG, SEG_CHECK(41, s), __VA_ARGS__, SET(seg##_SELECTOR, 4))
#define BAD_PDPTE(number) \
	BAD("PDPTE" #number " reserved bit", PAE, 3720 + (number), PUT(PDPTE##number, 0x1003)), \
	BAD("PDPTE" #number " too high", PAE, 3720 + (number), \
	    PUT(PDPTE##number, 1ULL << 62 | 1)), \
	GOOD("PDPTE" #number " not present", PAE, PUT(PDPTE##number, 0x1002))

static const struct vmx_entry_check_case vmx_entry_check_cases[] = {
	GOOD("64-bit mode", LONG), GOOD("protected mode", PROTECTED), GOOD("PAE paging", PAE),
	GOOD("v8086 mode", V8086), GOOD("real mode", REAL),
	GOOD("restricted", LONG, RESTRICTED), GOOD("restricted v8086", V8086, RESTRICTED),

	BAD("pin control that must be 1", LONG, 1001, CLR(PIN_CONTROLS, 2)),
	BAD("pin control that must be 0", LONG, 1001, SET(PIN_CONTROLS, 1 << 30)),
	BAD("proc control that must be 1", LONG, 1002, CLR(PROC_CONTROLS, 2)),
	BAD("proc control that must be 0", LONG, 1002, SET(PROC_CONTROLS, 1)),
	BAD("proc2 control that must be 0", LONG, 1003, PROC2(1U << 31)),
	MODEL("good: proc2 without the secondary word", LONG, 0, PROC2(1U << 31),
	      CLR(PROC_CONTROLS, VMX_CTL_PROC_SECONDARY)),
	{ .name = "good: as many CR3 targets as there may be", .only_model = true,
	  .change = { PUT(CR3_TARGETS, 4) } },
	MODEL("one CR3 target too many", LONG, 1004, PUT(CR3_TARGETS, 5)),
	BAD("too many CR3 targets", LONG, 1004, PUT(CR3_TARGETS, 512)),
	BAD("TPR threshold of 16", LONG, 1005, PUT(TPR_THRESHOLD, 16), PUT(VIRTUAL_APIC, 0x1000),
	    PUT(APIC_ACCESS, 0x2000), PROC2(VMX_CTL_PROC2_APIC_ACCESSES),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW)),
	BAD("virtual NMIs without NMI exiting", LONG, 1006,
	    CLR(PIN_CONTROLS, VMX_CTL_PIN_NMI)),
	BAD("NMI window without virtual NMIs", LONG, 1007,
	    CLR(PIN_CONTROLS, VMX_CTL_PIN_VIRTUAL_NMIS),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_NMI_WINDOW)),
	BAD("x2APIC mode without TPR shadow", LONG, 1008, PROC2(VMX_CTL_PROC2_X2APIC)),
	BAD("APIC registers without TPR shadow", LONG, 1008,
	    PROC2(VMX_CTL_PROC2_APIC_REGISTERS)),
	BAD("interrupt delivery without TPR shadow", LONG, 1008,
	    PROC2(VMX_CTL_PROC2_VIRT_INTR)),
	BAD("x2APIC mode and APIC accesses", LONG, 1009, PUT(VIRTUAL_APIC, 0x1000),
	    PUT(APIC_ACCESS, 0x2000), SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW),
	    PROC2(VMX_CTL_PROC2_X2APIC | VMX_CTL_PROC2_APIC_ACCESSES)),
	BAD("interrupt delivery without exiting", LONG, 1010, PUT(VIRTUAL_APIC, 0x1000),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW), PROC2(VMX_CTL_PROC2_VIRT_INTR),
	    CLR(PIN_CONTROLS, VMX_CTL_PIN_EXT_INTR)),
	BAD("posted interrupts without delivery", LONG, 1011,
	    SET(PIN_CONTROLS, VMX_CTL_PIN_POSTED_INTR), PUT(POSTED_DESCRIPTOR, 0x1000),
	    SET(EXIT_CONTROLS, VMX_CTL_EXIT_ACK_INTR)),
	BAD("posted interrupts without acknowledging", LONG, 1012, PUT(VIRTUAL_APIC, 0x1000),
	    SET(PIN_CONTROLS, VMX_CTL_PIN_POSTED_INTR), PUT(POSTED_DESCRIPTOR, 0x1000),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW), PROC2(VMX_CTL_PROC2_VIRT_INTR)),
	BAD("posted-interrupt vector of 256", LONG, 1013, PUT(VIRTUAL_APIC, 0x1000),
	    SET(PIN_CONTROLS, VMX_CTL_PIN_POSTED_INTR), PUT(POSTED_VECTOR, 256),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW), PROC2(VMX_CTL_PROC2_VIRT_INTR),
	    SET(EXIT_CONTROLS, VMX_CTL_EXIT_ACK_INTR)),
	BAD("VPID 0", LONG, 1014, PUT(VPID, 0)),
	BAD("PML without EPT", LONG, 1015, PROC2(VMX_CTL_PROC2_PML), PUT(PML, 0x1000),
	    CLR(PROC2_CONTROLS, VMX_CTL_PROC2_EPT | VMX_CTL_PROC2_UNRESTRICTED)),
	BAD("unrestricted without EPT", LONG, 1016, CLR(PROC2_CONTROLS, VMX_CTL_PROC2_EPT)),
	BAD("mode-based execution without EPT", LONG, 1017, PROC2(VMX_CTL_PROC2_MODE_EXEC),
	    CLR(PROC2_CONTROLS, VMX_CTL_PROC2_EPT | VMX_CTL_PROC2_UNRESTRICTED)),
	BAD("TSC multiplier 0", LONG, 1018, PROC2(VMX_CTL_PROC2_TSC_SCALING),
	    PUT(TSC_MULTIPLIER, 0)),
	BAD("exit control that must be 1", LONG, 1019, CLR(EXIT_CONTROLS, 1)),
	BAD("exit control that must be 0", LONG, 1019, SET(EXIT_CONTROLS, 1U << 30)),
	BAD("saving a timer that is off", LONG, 1020,
	    SET(EXIT_CONTROLS, VMX_CTL_EXIT_SAVE_TIMER),
	    CLR(PIN_CONTROLS, VMX_CTL_PIN_PREEMPTION_TIMER)),
	BAD("entry control that must be 1", LONG, 1021, CLR(ENTRY_CONTROLS, 1)),
	BAD("entry control that must be 0", LONG, 1021, SET(ENTRY_CONTROLS, 1U << 30)),
	BAD("entry to SMM", LONG, 1022, SET(ENTRY_CONTROLS, VMX_CTL_ENTRY_SMM)),
	BAD("deactivating the dual monitor", LONG, 1023, SET(ENTRY_CONTROLS, 1 << 11)),

	BAD_PAGE(IO_BITMAP_A, "I/O bitmap A", 1101, PUT(IO_BITMAP_B, 0x1000),
		 SET(PROC_CONTROLS, VMX_CTL_PROC_IO_BITMAPS)),
	BAD_PAGE(IO_BITMAP_B, "I/O bitmap B", 1102, PUT(IO_BITMAP_A, 0x1000),
		 SET(PROC_CONTROLS, VMX_CTL_PROC_IO_BITMAPS)),
	BAD_PAGE(MSR_BITMAP, "MSR bitmap", 1103,
		 SET(PROC_CONTROLS, VMX_CTL_PROC_MSR_BITMAPS)),
	BAD_PAGE(VIRTUAL_APIC, "virtual APIC", 1104, PUT(TPR_THRESHOLD, 0),
		 SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW)),
	BAD_PAGE(APIC_ACCESS, "APIC access", 1105, PROC2(VMX_CTL_PROC2_APIC_ACCESSES)),
	BAD("posted-interrupt descriptor not aligned", LONG, 1106, PUT(VIRTUAL_APIC, 0x1000),
	    SET(PIN_CONTROLS, VMX_CTL_PIN_POSTED_INTR), PUT(POSTED_DESCRIPTOR, 0x1020),
	    SET(PROC_CONTROLS, VMX_CTL_PROC_TPR_SHADOW), PROC2(VMX_CTL_PROC2_VIRT_INTR),
	    SET(EXIT_CONTROLS, VMX_CTL_EXIT_ACK_INTR)),
	BAD("EPT memory type 1", LONG, 1107, CLR(EPTP, 7), SET(EPTP, 1)),
	BAD("EPT walk of 3 levels", LONG, 1108, CLR(EPTP, 0x38), SET(EPTP, 0x10)),
	{ .name = "EPT of write-back memory without it", .check = 1107, .no_ept_cap = 1 << 14,
	  .only_model = true },
	{ .name = "EPT of uncacheable memory without it", .check = 1107, .no_ept_cap = 1 << 8,
	  .only_model = true, .change = { CLR(EPTP, 7) } },
	{ .name = "good: EPT of uncacheable memory", .only_model = true,
	  .change = { CLR(EPTP, 7) } },
	{ .name = "EPT walk of 4 levels without it", .check = 1108, .no_ept_cap = 1 << 6,
	  .only_model = true },
	MODEL("EPT walk of 5 levels without it", LONG, 1108, CLR(EPTP, 0x38), SET(EPTP, 0x20)),
	{ .name = "EPT accessed flags without them", .check = 1109, .no_ept_cap = 1 << 21,
	  .only_model = true, .change = { SET(EPTP, 0x40) } },
	{ .name = "good: EPT at the page behind", .only_model = true,
	  .change = { SET(EPTP, 0x1000) } },
	BAD("EPTP reserved bit", LONG, 1110, SET(EPTP, 0x400)),
	BAD("EPTP too high", LONG, 1110, SET(EPTP, 1ULL << 62)),
	BAD_PAGE(PML, "PML", 1111, PROC2(VMX_CTL_PROC2_PML), SET(EPTP, 0x40)),
	BAD("EPTP switching without EPT", LONG, 1112, PROC2(VMX_CTL_PROC2_VMFUNC),
	    PUT(VM_FUNCTIONS, 1), PUT(EPTP_LIST, 0x1000),
	    CLR(PROC2_CONTROLS, VMX_CTL_PROC2_EPT | VMX_CTL_PROC2_UNRESTRICTED)),
	BAD_PAGE(EPTP_LIST, "EPTP list", 1113, PROC2(VMX_CTL_PROC2_VMFUNC),
		 PUT(VM_FUNCTIONS, 1)),
	BAD_PAGE(VMREAD_BITMAP, "VMREAD bitmap", 1114, PROC2(VMX_CTL_PROC2_SHADOW_VMCS),
		 PUT(VMWRITE_BITMAP, 0x1000)),
	BAD_PAGE(VMWRITE_BITMAP, "VMWRITE bitmap", 1115, PROC2(VMX_CTL_PROC2_SHADOW_VMCS),
		 PUT(VMREAD_BITMAP, 0x1000)),
	BAD_PAGE(VE_INFO, "#VE information", 1116, PROC2(VMX_CTL_PROC2_EPT_VIOLATION_VE)),
	BAD_AREA(EXIT_MSR_STORE, EXIT_MSR_STORES, "MSRs to store at exit", 1117),
	BAD_AREA(EXIT_MSR_LOAD, EXIT_MSR_LOADS, "MSRs to load at exit", 1119),
	BAD_AREA(ENTRY_MSR_LOAD, ENTRY_MSR_LOADS, "MSRs to load at entry", 1121),

	BAD("event of type 1", LONG, 1201, EVENT(1, 32, 0)),
	BAD("NMI of vector 3", LONG, 1202, EVENT(2, 3, 0)),
	BAD("exception 32", LONG, 1202, EVENT(3, 32, 0)),
	BAD("other event 1", LONG, 1202, EVENT(7, 1, 0)),
	BAD("#GP without error code", PROTECTED, 1203, EVENT(3, 13, 0), RESTRICTED),
	BAD("#UD with error code", PROTECTED, 1203, EVENT(3, 6, 1 << 11), RESTRICTED,
	    PUT(EVENT_ERROR_CODE, 0)),
	BAD("interrupt with error code", LONG, 1203, EVENT(0, 64, 1 << 11), SET(RFLAGS, 0x200),
	    PUT(EVENT_ERROR_CODE, 0), RESTRICTED),
	BAD("#GP with error code in real mode", REAL, 1203, EVENT(3, 13, 1 << 11),
	    PUT(EVENT_ERROR_CODE, 0)),
	GOOD("#GP without error code in real mode", REAL, EVENT(3, 13, 0)),
	GOOD("#GP with error code", LONG, EVENT(3, 13, 1 << 11), PUT(EVENT_ERROR_CODE, 0xffff)),
	GOOD("#UD", LONG, EVENT(3, 6, 0)),
	BAD("event with reserved bit", LONG, 1204, EVENT(3, 6, 1 << 12)),
	BAD("error code of 17 bits", LONG, 1205, EVENT(3, 13, 1 << 11),
	    PUT(EVENT_ERROR_CODE, 0x10000)),
	GOOD("no error code, whatever the field says", LONG, EVENT(3, 6, 0),
	     PUT(EVENT_ERROR_CODE, 0x10000)),
	BAD("INT of length 0", LONG, 1206, EVENT(4, 0x80, 0), PUT(EVENT_INSN_LEN, 0)),
	BAD("INT3 of length 16", LONG, 1206, EVENT(6, 3, 0), PUT(EVENT_INSN_LEN, 16)),
	GOOD("INT of length 2", LONG, EVENT(4, 0x80, 0), PUT(EVENT_INSN_LEN, 2)),
	GOOD("no event, whatever the field says", LONG, PUT(EVENT_INFO, 0x7fffffff)),

	BAD("host CR0.PE", LONG, 2001, CLR(HOST_CR0, 1)),
	BAD("host CR4.VMXE", LONG, 2002, CLR(HOST_CR4, 1 << 13)),
	BAD("host CR4 reserved bit", LONG, 2002, SET(HOST_CR4, 1U << 31)),
	BAD("host CR3 too high", LONG, 2003, SET(HOST_CR3, 1ULL << 62)),
	BAD_HOST_BASE(HOST_SYSENTER_ESP, "host SYSENTER_ESP", 2004),
	BAD_HOST_BASE(HOST_SYSENTER_EIP, "host SYSENTER_EIP", 2005),
	BAD("host PAT type 2", LONG, 2006, CLR(HOST_PAT, 7), SET(HOST_PAT, 2)),
	BAD("host EFER reserved bit", LONG, 2007, SET(HOST_EFER, 1 << 1)),
	BAD("host EFER.LMA", LONG, 2008, CLR(HOST_EFER, 1 << 10)),
	BAD("host EFER.LME", LONG, 2008, CLR(HOST_EFER, 1 << 8)),
	BAD("host ES selector", LONG, 2101, SET(HOST_ES_SELECTOR, 3)),
	BAD("host CS selector", LONG, 2102, SET(HOST_CS_SELECTOR, 4)),
	BAD("host SS selector", LONG, 2103, SET(HOST_SS_SELECTOR, 3)),
	BAD("host DS selector", LONG, 2104, SET(HOST_DS_SELECTOR, 3)),
	BAD("host FS selector", LONG, 2105, SET(HOST_FS_SELECTOR, 3)),
	BAD("host GS selector", LONG, 2106, SET(HOST_GS_SELECTOR, 4)),
	BAD("host TR selector", LONG, 2107, SET(HOST_TR_SELECTOR, 4)),
	BAD("host CS null", LONG, 2108, PUT(HOST_CS_SELECTOR, 0)),
	BAD("host TR null", LONG, 2109, PUT(HOST_TR_SELECTOR, 0)),
	BAD_HOST_BASE(HOST_FS_BASE, "host FS base", 2111),
	BAD_HOST_BASE(HOST_GS_BASE, "host GS base", 2112),
	BAD_HOST_BASE(HOST_TR_BASE, "host TR base", 2113),
	BAD_HOST_BASE(HOST_GDTR_BASE, "host GDTR base", 2114),
	BAD_HOST_BASE(HOST_IDTR_BASE, "host IDTR base", 2115),
	BAD("host CR4.PAE", LONG, 2203, CLR(HOST_CR4, 1 << 5)),
	BAD_HOST_BASE(HOST_RIP, "host RIP", 2205),

	BAD("CR0.NE", LONG, 3001, CLR(CR0, 1 << 5)),
	BAD("CR0.PG of a restricted guest", REAL, 3001, RESTRICTED, SET(CR0, 1)),
	BAD("CR0 of 33 bits", LONG, 3001, SET(CR0, 1ULL << 32)),
	GOOD("CR0.CD and NW", LONG, SET(CR0, 3 << 29)),
	BAD("CR0.PG without PE", REAL, 3002, SET(CR0, 1U << 31)),
	BAD("CR4.VMXE", LONG, 3003, CLR(CR4, 1 << 13)),
	BAD("CR4 reserved bit", LONG, 3003, SET(CR4, 1U << 31)),
	BAD("CR4.CET without CR0.WP", LONG, 3004, SET(CR4, 1 << 23), CLR(CR0, 1 << 16)),
	BAD("DEBUGCTL reserved bit", LONG, 3005, SET(DEBUGCTL, 1 << 20)),
	GOOD("DEBUGCTL not loaded", LONG, SET(DEBUGCTL, 1 << 20),
	     CLR(ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_DEBUG)),
	BAD("IA-32e mode without CR0.PG", LONG, 3006, CLR(CR0, 1U << 31)),
	BAD("IA-32e mode without CR4.PAE", LONG, 3007, CLR(CR4, 1 << 5)),
	BAD("CR4.PCIDE outside IA-32e mode", PROTECTED, 3008, SET(CR4, 1 << 17)),
	GOOD("CR4.PCIDE", LONG, SET(CR4, 1 << 17)),
	BAD("CR3 too high", LONG, 3009, SET(CR3, 1ULL << 62)),
	BAD("DR7 of 33 bits", LONG, 3010, SET(DR7, 1ULL << 32)),
	GOOD("DR7 not loaded", LONG, SET(DR7, 1ULL << 32),
	     CLR(ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_DEBUG)),
	BAD_BASE(SYSENTER_ESP, "SYSENTER_ESP", 3011),
	BAD_BASE(SYSENTER_EIP, "SYSENTER_EIP", 3012),
	BAD("PAT type 3", LONG, 3013, PUT(PAT, 0x0007040600070403ULL)),
	BAD("PAT type 8", LONG, 3013, PUT(PAT, 0x0807040600070406ULL)),
	GOOD("PAT not loaded", LONG, PUT(PAT, 3), CLR(ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_PAT)),
	BAD("EFER reserved bit", LONG, 3014, SET(EFER, 1 << 9)),
	BAD("EFER.LMA outside IA-32e mode", REAL, 3015, PUT(EFER, 1 << 10 | 1 << 8)),
	BAD("EFER.LME without LMA", PROTECTED, 3016, PUT(EFER, 1 << 8)),
	GOOD("EFER.LME without paging", REAL, PUT(EFER, 1 << 8)),
	BAD("BNDCFGS reserved bit", LONG, 3017, PUT(BNDCFGS, 4),
	    SET(ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_BNDCFGS)),
	BAD("BNDCFGS not canonical", LONG, 3017, PUT(BNDCFGS, 1ULL << 62),
	    SET(ENTRY_CONTROLS, VMX_CTL_ENTRY_LOAD_BNDCFGS)),
	BAD_BASE(GDTR_BASE, "GDTR base", 3101),
	BAD_BASE(IDTR_BASE, "IDTR base", 3102),
	BAD("GDTR limit", LONG, 3103, PUT(GDTR_LIMIT, 0x10000)),
	BAD("IDTR limit", LONG, 3104, PUT(IDTR_LIMIT, 0x10000)),
	BAD("RIP of 33 bits in protected mode", PROTECTED, 3201, PUT(RIP, 1ULL << 32)),
	BAD("RIP of 33 bits in compatibility mode", LONG, 3201, PUT(RIP, 1ULL << 32),
	    CLR(CS_RIGHTS, 1 << 13)),
	BAD_BASE(RIP, "RIP", 3202),
	BAD("RFLAGS bit 1", LONG, 3203, CLR(RFLAGS, 2)),
	BAD("RFLAGS bit 3", LONG, 3203, SET(RFLAGS, 8)),
	BAD("RFLAGS bit 22", LONG, 3203, SET(RFLAGS, 1 << 22)),
	BAD("RFLAGS bit 63", LONG, 3203, SET(RFLAGS, 1ULL << 63)),
	BAD("RFLAGS.VM in real mode", V8086, 3204, CLR(CR0, 1U << 31 | 1)),
	BAD("RFLAGS.VM in IA-32e mode", V8086, 3204, SET(ENTRY_CONTROLS, VMX_CTL_ENTRY_GUEST_64),
	    SET(EFER, 1 << 10 | 1 << 8), SET(CR4, 1 << 5)),
	BAD("interrupt with IF clear", LONG, 3205, EVENT(0, 64, 0)),
	GOOD("interrupt with IF set", LONG, EVENT(0, 64, 0), SET(RFLAGS, 0x200)),

	BAD_DATA(ES, 0), BAD_LOADABLE(CS, 1), BAD_LOADABLE(SS, 2), BAD_DATA(DS, 3),
	BAD_DATA(FS, 4), BAD_DATA(GS, 5),
	GOOD("SS unusable", LONG, PUT(SS_RIGHTS, 0x10000), PUT(SS_SELECTOR, 0)),
	BAD("CS not accessed", LONG, SEG_CHECK(39, 1), CLR(CS_RIGHTS, 1)),
	BAD("CS is data, restricted", PROTECTED, SEG_CHECK(39, 1), CLR(CS_RIGHTS, 8), RESTRICTED),
	GOOD("CS is data", PROTECTED, CLR(CS_RIGHTS, 8)),
	BAD("SS read-only", LONG, SEG_CHECK(39, 2), CLR(SS_RIGHTS, 2)),
	BAD("SS not accessed", LONG, SEG_CHECK(39, 2), CLR(SS_RIGHTS, 1)),
	GOOD("SS expands down", LONG, SET(SS_RIGHTS, 4)),
	BAD("ES base of 33 bits", LONG, SEG_CHECK(43, 0), PUT(ES_BASE, 1ULL << 32)),
	BAD("CS base of 33 bits", LONG, SEG_CHECK(43, 1), PUT(CS_BASE, 1ULL << 32)),
	BAD("SS base of 33 bits", LONG, SEG_CHECK(43, 2), PUT(SS_BASE, 1ULL << 32)),
	BAD("DS base of 33 bits", LONG, SEG_CHECK(43, 3), PUT(DS_BASE, 1ULL << 32)),
	BAD_BASE(FS_BASE, "FS base", SEG_CHECK(42, 4)),
	BAD_BASE(GS_BASE, "GS base", SEG_CHECK(42, 5)),
	BAD_BASE(TR_BASE, "TR base", SEG_CHECK(42, 7)),
	BAD("LDTR base not canonical", LONG, SEG_CHECK(42, 6), SMALL_LDT,
	    PUT(LDTR_BASE, 1ULL << 62)),
	GOOD("LDTR base anywhere when unusable", LONG, PUT(LDTR_BASE, 1ULL << 62)),
	BAD_SYSTEM(LDTR, 6, "LDTR", SMALL_LDT),
	BAD_SYSTEM(TR, 7, "TR", PUT(TR_SELECTOR, 0x18)),
	GOOD("LDTR", LONG, SMALL_LDT),
	BAD("LDTR is a TSS", LONG, SEG_CHECK(39, 6), SMALL_LDT, SET(LDTR_RIGHTS, 8)),
	BAD("TR not busy", LONG, SEG_CHECK(39, 7), CLR(TR_RIGHTS, 2)),
	BAD("TR 16-bit in IA-32e mode", LONG, SEG_CHECK(39, 7), CLR(TR_RIGHTS, 8)),
	GOOD("TR 16-bit", PROTECTED, CLR(TR_RIGHTS, 8)),
	BAD("TR unusable", LONG, SEG_CHECK(44, 7), SET(TR_RIGHTS, 0x10000)),
	BAD("CS DPL is not that of SS", LONG, SEG_CHECK(45, 1), SET(CS_RIGHTS, 3 << 5)),
	BAD("conforming CS DPL above that of SS", LONG, SEG_CHECK(45, 1),
	    SET(CS_RIGHTS, 3 << 5 | 4)),
	BAD("CS is data of DPL 3", PROTECTED, SEG_CHECK(45, 1), CLR(CS_RIGHTS, 8),
	    SET(CS_RIGHTS, 3 << 5)),
	BAD("SS DPL is not its RPL", LONG, SEG_CHECK(46, 2), SET(SS_SELECTOR, 3), RESTRICTED,
	    SET(CS_SELECTOR, 3)),
	BAD("SS DPL 3 in real mode", REAL, SEG_CHECK(47, 2), SET(SS_RIGHTS, 3 << 5),
	    SET(CS_RIGHTS, 3 << 5)),
	BAD("SS DPL 3 with CS data", PROTECTED, SEG_CHECK(47, 2), CLR(CS_RIGHTS, 8),
	    SET(SS_RIGHTS, 3 << 5)),
	BAD("SS RPL is not that of CS", LONG, SEG_CHECK(48, 2), SET(CS_SELECTOR, 3), RESTRICTED),
	BAD("CS.D with CS.L", LONG, SEG_CHECK(49, 1), SET(CS_RIGHTS, 1 << 14)),
	GOOD("compatibility mode", LONG, SET(CS_RIGHTS, 1 << 14), CLR(CS_RIGHTS, 1 << 13)),

	BAD("activity state 4", LONG, 3701, PUT(ACTIVITY, 4)),
	GOOD("HLT", LONG, PUT(ACTIVITY, 1)),
	BAD("HLT at CPL 3", LONG, 3702, PUT(ACTIVITY, 1), SET(SS_RIGHTS, 3 << 5),
	    SET(CS_RIGHTS, 3 << 5), SET(CS_SELECTOR, 3), SET(SS_SELECTOR, 3)),
	BAD("HLT in a STI shadow", LONG, 3703, PUT(ACTIVITY, 1), PUT(INTERRUPTIBILITY, 1),
	    SET(RFLAGS, 0x200)),
	BAD("#UD in HLT", LONG, 3704, PUT(ACTIVITY, 1), EVENT(3, 6, 0)),
	BAD("interrupt in shutdown", LONG, 3704, PUT(ACTIVITY, 2), EVENT(0, 64, 0),
	    SET(RFLAGS, 0x200)),
	MODEL("#DB in shutdown", LONG, 3704, PUT(ACTIVITY, 2), EVENT(3, 1, 0)),
	{ .name = "good: #MC in shutdown", .only_model = true,
	  .change = { PUT(ACTIVITY, 2), EVENT(3, 18, 0) } },
	BAD("NMI while waiting for SIPI", LONG, 3704, PUT(ACTIVITY, 3), EVENT(2, 2, 0)),
	GOOD("#DB in HLT", LONG, PUT(ACTIVITY, 1), EVENT(3, 1, 0)),
	GOOD("NMI in shutdown", LONG, PUT(ACTIVITY, 2), EVENT(2, 2, 0)),
	BAD("interruptibility bit 31", LONG, 3705, PUT(INTERRUPTIBILITY, 1U << 31)),
	BAD("STI and MOV SS shadows", LONG, 3706, PUT(INTERRUPTIBILITY, 3), SET(RFLAGS, 0x200)),
	BAD("STI shadow with IF clear", LONG, 3707, PUT(INTERRUPTIBILITY, 1)),
	GOOD("STI shadow", LONG, PUT(INTERRUPTIBILITY, 1), SET(RFLAGS, 0x200)),
	GOOD("MOV SS shadow", LONG, PUT(INTERRUPTIBILITY, 2)),
	BAD("interrupt in a MOV SS shadow", LONG, 3708, PUT(INTERRUPTIBILITY, 2),
	    EVENT(0, 64, 0), SET(RFLAGS, 0x200)),
	BAD("interrupt in a STI shadow", LONG, 3708, PUT(INTERRUPTIBILITY, 1),
	    EVENT(0, 64, 0), SET(RFLAGS, 0x200)),
	BAD("NMI in a MOV SS shadow", LONG, 3709, PUT(INTERRUPTIBILITY, 2), EVENT(2, 2, 0)),
	BAD("SMIs blocked", LONG, 3710, PUT(INTERRUPTIBILITY, 4)),
	BAD("NMI in a STI shadow", LONG, 3711, PUT(INTERRUPTIBILITY, 1), EVENT(2, 2, 0),
	    SET(RFLAGS, 0x200)),
	BAD("NMI while NMIs are blocked", LONG, 3712, PUT(INTERRUPTIBILITY, 8), EVENT(2, 2, 0)),
	GOOD("NMIs blocked", LONG, PUT(INTERRUPTIBILITY, 8)),
	BAD("enclave interruption in a MOV SS shadow", LONG, 3713, PUT(INTERRUPTIBILITY, 0x12)),
	BAD("pending debug bit 4", LONG, 3714, PUT(PENDING_DEBUG, 0x10)),
	BAD("pending debug bit 63", LONG, 3714, PUT(PENDING_DEBUG, 1ULL << 63)),
	GOOD("pending debug B0", LONG, PUT(PENDING_DEBUG, 0x1001)),
	BAD("TF without BS in a shadow", LONG, 3715, SET(RFLAGS, 0x100), PUT(INTERRUPTIBILITY, 2)),
	BAD("BS without TF in a shadow", LONG, 3715, PUT(PENDING_DEBUG, 0x4000),
	    PUT(INTERRUPTIBILITY, 2)),
	BAD("BS with BTF in HLT", LONG, 3715, PUT(PENDING_DEBUG, 0x4000), SET(RFLAGS, 0x100),
	    PUT(ACTIVITY, 1), PUT(DEBUGCTL, 2)),
	GOOD("BS with TF in a shadow", LONG, PUT(PENDING_DEBUG, 0x4000), SET(RFLAGS, 0x100),
	     PUT(INTERRUPTIBILITY, 2)),
	BAD("link pointer not aligned", LONG, 3716, PUT(LINK_POINTER, 0x1008)),
	BAD("link pointer too high", LONG, 3716, PUT(LINK_POINTER, 1ULL << 62)),
	BAD_PDPTE(0), BAD_PDPTE(1), BAD_PDPTE(2), BAD_PDPTE(3),
	GOOD("PDPTEs without paging", PAE, PUT(PDPTE0, 0x1003), CLR(CR0, 1U << 31)),
	GOOD("PDPTEs in long mode", LONG, PUT(PDPTE0, 0x1003)),

	/* A 32-bit host, which the kernel that runs vmh is not. */
	BAD("32-bit host on a 64-bit processor", PROTECTED, 2201, PUT(HOST_EFER, 0),
	    CLR(EXIT_CONTROLS, VMX_CTL_EXIT_HOST_64), PUT(HOST_RIP, 0x1000),
	    PUT(HOST_SS_SELECTOR, 0x18), CLR(HOST_CR4, 1 << 17)),
	HOST_32("good: 32-bit host", PROTECTED, 0, SET(CR4, 0)),
	HOST_32("64-bit host on a 32-bit processor", PROTECTED, 2201, PUT(HOST_EFER, 0x500),
		SET(EXIT_CONTROLS, VMX_CTL_EXIT_HOST_64)),
	HOST_32("64-bit guest on a 32-bit host", LONG, 2202, SET(CR4, 0)),
	HOST_32("32-bit host SS null", PROTECTED, 2110, PUT(HOST_SS_SELECTOR, 0)),
	HOST_32("32-bit host CR4.PCIDE", PROTECTED, 2204, SET(HOST_CR4, 1 << 17)),
	HOST_32("32-bit host RIP of 33 bits", PROTECTED, 2206, PUT(HOST_RIP, 1ULL << 32)),
};

#undef BAD
#undef GOOD
#undef MODEL
#undef HOST_32
#undef BAD_PAGE
#undef BAD_AREA
#undef BAD_BASE
#undef BAD_HOST_BASE
#undef BAD_LOADABLE
#undef BAD_DATA
#undef BAD_SYSTEM
#undef BAD_PDPTE

struct vmx_entry_segments {
	u32 cs_rights;
	u32 data_rights;
	u32 limit;
	u32 selector;
};

static const struct vmx_entry_segments vmx_entry_segments[VMX_BASES] = {
	[VMX_BASE_LONG] = { 0xa09b, 0xc093, 0xffffffff, 0x10 },
	[VMX_BASE_PROTECTED] = { 0xc09b, 0xc093, 0xffffffff, 0x10 },
	[VMX_BASE_PAE] = { 0xc09b, 0xc093, 0xffffffff, 0x10 },
	[VMX_BASE_V8086] = { 0xf3, 0xf3, 0xffff, 0x100 },
	[VMX_BASE_REAL] = { 0x9b, 0x93, 0xffff, 0x100 },
};

static inline void vmx_entry_base_segments(enum vmx_entry_base base,
					   void (*write)(void *ctx, u32 field, u64 value),
					   void *ctx)
{
	const struct vmx_entry_segments *s = &vmx_entry_segments[base];
	u32 seg;

	for (seg = 0; seg < 6; seg++) {
		write(ctx, VMX_F_ES_SELECTOR + 2 * seg, s->selector);
		write(ctx, VMX_F_ES_BASE + 2 * seg, s->limit == 0xffff ? s->selector << 4 : 0);
		write(ctx, VMX_F_ES_LIMIT + 2 * seg, s->limit);
		write(ctx, VMX_F_ES_RIGHTS + 2 * seg, seg == 1 ? s->cs_rights : s->data_rights);
	}
	write(ctx, VMX_F_LDTR_SELECTOR, 0);
	write(ctx, VMX_F_LDTR_BASE, 0);
	write(ctx, VMX_F_LDTR_LIMIT, 0);
	write(ctx, VMX_F_LDTR_RIGHTS, 0x10000);
	write(ctx, VMX_F_TR_SELECTOR, 0x18);
	write(ctx, VMX_F_TR_BASE, 0);
	write(ctx, VMX_F_TR_LIMIT, 0x67);
	write(ctx, VMX_F_TR_RIGHTS, 0x8b);
	write(ctx, VMX_F_GDTR_BASE, 0);
	write(ctx, VMX_F_GDTR_LIMIT, 0xffff);
	write(ctx, VMX_F_IDTR_BASE, 0);
	write(ctx, VMX_F_IDTR_LIMIT, 0xffff);
}

struct vmx_entry_registers {
	u32 cr0;
	u32 cr4;
	u32 efer;
	u32 rflags;
};

static const struct vmx_entry_registers vmx_entry_registers[VMX_BASES] = {
	[VMX_BASE_LONG] = { 0x80000031, 0x2020, 0x500, 2 },
	[VMX_BASE_PROTECTED] = { 0x80000031, 0x2000, 0, 2 },
	[VMX_BASE_PAE] = { 0x80000031, 0x2020, 0, 2 },
	[VMX_BASE_V8086] = { 0x80000031, 0x2000, 0, 0x20002 },
	[VMX_BASE_REAL] = { 0x30, 0x2000, 0, 2 },
};

/* Write a whole guest state, but for the VM-entry control IA-32e mode guest. */
static inline void vmx_entry_base_state(enum vmx_entry_base base,
					void (*write)(void *ctx, u32 field, u64 value),
					void *ctx)
{
	const struct vmx_entry_registers *r = &vmx_entry_registers[base];
	u32 i;

	vmx_entry_base_segments(base, write, ctx);
	write(ctx, VMX_F_CR0, r->cr0);
	write(ctx, VMX_F_CR3, 0x1000);
	write(ctx, VMX_F_CR4, r->cr4);
	write(ctx, VMX_F_EFER, r->efer);
	write(ctx, VMX_F_RFLAGS, r->rflags);
	write(ctx, VMX_F_RIP, 0x100);
	write(ctx, VMX_F_RSP, 0x100);
	write(ctx, VMX_F_DR7, 0x400);
	write(ctx, VMX_F_DEBUGCTL, 0);
	write(ctx, VMX_F_PAT, 0x0007040600070406ULL);
	write(ctx, VMX_F_SYSENTER_ESP, 0);
	write(ctx, VMX_F_SYSENTER_EIP, 0);
	write(ctx, VMX_F_ACTIVITY, 0);
	write(ctx, VMX_F_INTERRUPTIBILITY, 0);
	write(ctx, VMX_F_PENDING_DEBUG, 0);
	write(ctx, VMX_F_LINK_POINTER, ~0ULL);
	for (i = 0; i < 4; i++)
		write(ctx, VMX_F_PDPTE0 + 2 * i, 0x1001);
	write(ctx, VMX_F_EVENT_INFO, 0);
}

#endif /* VMH_VECTORS_VMX_ENTRY_ROWS_H */
