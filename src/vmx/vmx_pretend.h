/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processors that no emulator is: a module for a kernel that can inject failures pretends to run on
 * one. Its parameters say what is there that the machine lacks, and what is missing that it has.
 * Other modules are without a trace of this: see fail_point.h.
 */
#ifndef VMH_VMX_PRETEND_H
#define VMH_VMX_PRETEND_H

#include <linux/types.h>

struct spec_host;
struct vmcs_region;
struct vmx_caps;
struct vmx_vcpu;

#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
bool vmx_pretends_spec(void);
void vmx_pretend_caps(struct vmx_caps *caps);
void vmx_pretend_spec(struct spec_host *host);
bool vmx_pretend_direct_write(struct vmx_vcpu *v, u64 value);
bool vmx_pretend_command(u32 index);
void vmx_pretend_check(void);

/* vmcs_check.c */
void vmcs_spoil(struct vmcs_region *region);
bool vmcs_check_written(void);
#else
static inline bool vmx_pretends_spec(void)
{
	return false;
}

static inline void vmx_pretend_caps(struct vmx_caps *caps)
{
}

static inline void vmx_pretend_spec(struct spec_host *host)
{
}

static inline bool vmx_pretend_direct_write(struct vmx_vcpu *v, u64 value)
{
	return false;
}

static inline bool vmx_pretend_command(u32 index)
{
	return false;
}

static inline void vmx_pretend_check(void)
{
}

static inline void vmcs_spoil(struct vmcs_region *region)
{
}

static inline bool vmcs_check_written(void)
{
	return true;
}
#endif

#endif /* VMH_VMX_PRETEND_H */
