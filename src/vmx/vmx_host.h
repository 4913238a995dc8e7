/* SPDX-License-Identifier: GPL-2.0 */
/* What of the host a vCPU takes the place of, and what gives it back. */
#ifndef VMH_VMX_HOST_H
#define VMH_VMX_HOST_H

#include <linux/types.h>

/**
 * struct vmx_host_state - what of the host must come back, after a turn or when the vCPU is put
 */
struct vmx_host_state {
	unsigned long cr3;		/* what HOST_CR3 holds */
	unsigned long cr4;		/* what HOST_CR4 holds */
	u32 pkru;			/* the task's, for as long as it is in RUN */
	u64 fs_base;			/* what HOST_FS_BASE holds */
	u64 kernel_gs_base;
	u16 ds, es, fs, gs, ldt;
	bool syscall_switched;
	bool tsc_aux_switched;
	bool debugctl_known;		/* the two below are of this load */
	u64 debugctl;			/* IA32_DEBUGCTL, of which an exit leaves nothing */
	unsigned int nmis;		/* handled on this processor when it was read */
	bool breakpoints_aside;		/* the guest's are on the processor, instead of: */
	unsigned long breakpoints[4];
};

/**
 * struct vmx_turn - what the end of the turn under way has to undo, which most have not
 * @budget_kept: entries that this turn may not have.
 * @xcr0_loaded: the processor has the guest's XCR0.
 * @xss_loaded: it has the guest's IA32_XSS.
 * @pkru_loaded: it has the guest's PKRU.
 * @pebs_stopped: precise events of the host's are stopped.
 * @debugregs_loaded: its debug registers are the guest's.
 * @undo: any of these.
 */
struct vmx_turn {
	unsigned int budget_kept;
	bool xcr0_loaded;
	bool xss_loaded;
	bool pkru_loaded;
	bool pebs_stopped;
	bool debugregs_loaded;
	bool undo;
};

#endif /* VMH_VMX_HOST_H */
