// SPDX-License-Identifier: GPL-2.0
/* The names of the VMX controls, as the SDM has them in "VM-Execution Control Fields" and after. */
#include <linux/kernel.h>
#include "vmx_ctls.h"

struct vmx_ctl_row {
	u32 control;
	const char *name;
};

static const struct vmx_ctl_row vmx_pin_rows[] = {
	{ VMX_CTL_PIN_EXT_INTR, "external-interrupt exiting" },
	{ VMX_CTL_PIN_NMI, "NMI exiting" },
	{ VMX_CTL_PIN_VIRTUAL_NMIS, "virtual NMIs" },
	{ VMX_CTL_PIN_PREEMPTION_TIMER, "activate VMX-preemption timer" },
	{ VMX_CTL_PIN_POSTED_INTR, "process posted interrupts" },
};

static const struct vmx_ctl_row vmx_proc_rows[] = {
	{ VMX_CTL_PROC_INTR_WINDOW, "interrupt-window exiting" },
	{ VMX_CTL_PROC_TSC_OFFSET, "use TSC offsetting" },
	{ VMX_CTL_PROC_HLT, "HLT exiting" },
	{ VMX_CTL_PROC_INVLPG, "INVLPG exiting" },
	{ VMX_CTL_PROC_MWAIT, "MWAIT exiting" },
	{ VMX_CTL_PROC_RDPMC, "RDPMC exiting" },
	{ VMX_CTL_PROC_RDTSC, "RDTSC exiting" },
	{ VMX_CTL_PROC_CR3_LOAD, "CR3-load exiting" },
	{ VMX_CTL_PROC_CR3_STORE, "CR3-store exiting" },
	{ VMX_CTL_PROC_CR8_LOAD, "CR8-load exiting" },
	{ VMX_CTL_PROC_CR8_STORE, "CR8-store exiting" },
	{ VMX_CTL_PROC_TPR_SHADOW, "use TPR shadow" },
	{ VMX_CTL_PROC_NMI_WINDOW, "NMI-window exiting" },
	{ VMX_CTL_PROC_MOV_DR, "MOV-DR exiting" },
	{ VMX_CTL_PROC_UNCOND_IO, "unconditional I/O exiting" },
	{ VMX_CTL_PROC_IO_BITMAPS, "use I/O bitmaps" },
	{ VMX_CTL_PROC_MONITOR_TRAP, "monitor trap flag" },
	{ VMX_CTL_PROC_MSR_BITMAPS, "use MSR bitmaps" },
	{ VMX_CTL_PROC_MONITOR, "MONITOR exiting" },
	{ VMX_CTL_PROC_PAUSE, "PAUSE exiting" },
	{ VMX_CTL_PROC_SECONDARY, "activate secondary controls" },
};

static const struct vmx_ctl_row vmx_proc2_rows[] = {
	{ VMX_CTL_PROC2_APIC_ACCESSES, "virtualize APIC accesses" },
	{ VMX_CTL_PROC2_EPT, "enable EPT" },
	{ VMX_CTL_PROC2_DESCRIPTOR, "descriptor-table exiting" },
	{ VMX_CTL_PROC2_RDTSCP, "enable RDTSCP" },
	{ VMX_CTL_PROC2_X2APIC, "virtualize x2APIC mode" },
	{ VMX_CTL_PROC2_VPID, "enable VPID" },
	{ VMX_CTL_PROC2_WBINVD, "WBINVD exiting" },
	{ VMX_CTL_PROC2_UNRESTRICTED, "unrestricted guest" },
	{ VMX_CTL_PROC2_APIC_REGISTERS, "APIC-register virtualization" },
	{ VMX_CTL_PROC2_VIRT_INTR, "virtual-interrupt delivery" },
	{ VMX_CTL_PROC2_PAUSE_LOOP, "PAUSE-loop exiting" },
	{ VMX_CTL_PROC2_RDRAND, "RDRAND exiting" },
	{ VMX_CTL_PROC2_INVPCID, "enable INVPCID" },
	{ VMX_CTL_PROC2_VMFUNC, "enable VM functions" },
	{ VMX_CTL_PROC2_SHADOW_VMCS, "VMCS shadowing" },
	{ VMX_CTL_PROC2_ENCLS, "enable ENCLS exiting" },
	{ VMX_CTL_PROC2_RDSEED, "RDSEED exiting" },
	{ VMX_CTL_PROC2_PML, "enable PML" },
	{ VMX_CTL_PROC2_EPT_VIOLATION_VE, "EPT-violation #VE" },
	{ VMX_CTL_PROC2_CONCEAL_PT, "conceal VMX from PT" },
	{ VMX_CTL_PROC2_XSAVES, "enable XSAVES/XRSTORS" },
	{ VMX_CTL_PROC2_MODE_EXEC, "mode-based execute control for EPT" },
	{ VMX_CTL_PROC2_TSC_SCALING, "use TSC scaling" },
	{ VMX_CTL_PROC2_USER_WAIT, "enable user wait and pause" },
	{ VMX_CTL_PROC2_BUS_LOCK, "VMM bus-lock detection" },
};

static const struct vmx_ctl_row vmx_exit_rows[] = {
	{ VMX_CTL_EXIT_SAVE_DEBUG, "save debug controls" },
	{ VMX_CTL_EXIT_HOST_64, "host address-space size" },
	{ VMX_CTL_EXIT_LOAD_PERF, "load IA32_PERF_GLOBAL_CTRL on exit" },
	{ VMX_CTL_EXIT_ACK_INTR, "acknowledge interrupt on exit" },
	{ VMX_CTL_EXIT_SAVE_PAT, "save IA32_PAT" },
	{ VMX_CTL_EXIT_LOAD_PAT, "load IA32_PAT on exit" },
	{ VMX_CTL_EXIT_SAVE_EFER, "save IA32_EFER" },
	{ VMX_CTL_EXIT_LOAD_EFER, "load IA32_EFER on exit" },
	{ VMX_CTL_EXIT_SAVE_TIMER, "save VMX-preemption timer value" },
	{ VMX_CTL_EXIT_CLEAR_BNDCFGS, "clear IA32_BNDCFGS" },
	{ VMX_CTL_EXIT_CONCEAL_PT, "conceal VMX from PT on exit" },
};

static const struct vmx_ctl_row vmx_entry_rows[] = {
	{ VMX_CTL_ENTRY_LOAD_DEBUG, "load debug controls" },
	{ VMX_CTL_ENTRY_GUEST_64, "IA-32e mode guest" },
	{ VMX_CTL_ENTRY_SMM, "entry to SMM" },
	{ VMX_CTL_ENTRY_LOAD_PERF, "load IA32_PERF_GLOBAL_CTRL on entry" },
	{ VMX_CTL_ENTRY_LOAD_PAT, "load IA32_PAT on entry" },
	{ VMX_CTL_ENTRY_LOAD_EFER, "load IA32_EFER on entry" },
	{ VMX_CTL_ENTRY_LOAD_BNDCFGS, "load IA32_BNDCFGS" },
	{ VMX_CTL_ENTRY_CONCEAL_PT, "conceal VMX from PT on entry" },
};

struct vmx_ctl_rows {
	const struct vmx_ctl_row *row;
	size_t nr;
};

static const struct vmx_ctl_rows vmx_ctl_rows[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PIN]	= { vmx_pin_rows, ARRAY_SIZE(vmx_pin_rows) },
	[VMX_CTL_WORD_PROC]	= { vmx_proc_rows, ARRAY_SIZE(vmx_proc_rows) },
	[VMX_CTL_WORD_PROC2]	= { vmx_proc2_rows, ARRAY_SIZE(vmx_proc2_rows) },
	[VMX_CTL_WORD_EXIT]	= { vmx_exit_rows, ARRAY_SIZE(vmx_exit_rows) },
	[VMX_CTL_WORD_ENTRY]	= { vmx_entry_rows, ARRAY_SIZE(vmx_entry_rows) },
};

const char *vmx_ctl_name(enum vmx_ctl_word word, unsigned int bit)
{
	const struct vmx_ctl_rows *rows = &vmx_ctl_rows[word];
	size_t i;

	for (i = 0; i < rows->nr; i++)
		if (bit < 32 && rows->row[i].control == 1U << bit)
			return rows->row[i].name;
	return NULL;
}
