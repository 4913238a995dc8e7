// SPDX-License-Identifier: GPL-2.0
/*
 * Port accesses and EPT violations: take the exit's description out of the VMCS. What is behind the
 * address is the caller's to know. SDM, "Basic VM-Exit Information", exit qualifications for I/O
 * instructions and for EPT violations.
 */
#include "exit.h"

#define IO_SIZE_MASK		7
#define IO_IN			BIT(3)
#define IO_STRING		BIT(4)
#define IO_REP			BIT(5)
#define IO_PORT_SHIFT		16

#define STRING_ADDRESS_SIZE(info)	(2 << (((info) >> 7) & 7))
#define STRING_SEGMENT(info)		(((info) >> 15) & 7)

#define EPT_READ		BIT(0)
#define EPT_WRITE		BIT(1)
#define EPT_FETCH		BIT(2)
#define EPT_PRESENT		GENMASK(5, 3)
#define EPT_LINEAR_VALID	BIT(7)
#define EPT_TRANSLATED		BIT(8)
#define EPT_UNBLOCKED_NMI	BIT(12)

enum vmx_result vmx_exit_io(struct vmx_vcpu *v)
{
	u64 qual = vmcs_read(EXIT_QUALIFICATION);

	v->io.port = qual >> IO_PORT_SHIFT;
	v->io.size = (qual & IO_SIZE_MASK) + 1;
	v->io.in = qual & IO_IN;
	v->io.string = qual & IO_STRING;
	if (unlikely(v->io.string)) {
		u32 info = vmcs_read32(VMX_INSTRUCTION_INFO);

		v->io.rep = qual & IO_REP;
		v->io.address_size = STRING_ADDRESS_SIZE(info);
		v->io.segment = v->io.in ? VMX_ES : STRING_SEGMENT(info);
		v->io.len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
		v->io.linear = vmcs_read(GUEST_LINEAR_ADDRESS);
	}
	return VMX_IO;
}

enum vmx_result vmx_exit_ept_violation(struct vmx_vcpu *v)
{
	u64 qual = vmcs_read(EXIT_QUALIFICATION);

	/* An IRET that faulted here had already lifted the blocking of NMIs. */
	if (unlikely(qual & EPT_UNBLOCKED_NMI) && !vmx_event_pending(v))
		vmcs_set_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);

	v->fault.gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	v->fault.read = qual & EPT_READ;
	v->fault.write = qual & EPT_WRITE;
	v->fault.fetch = qual & EPT_FETCH;
	v->fault.present = qual & EPT_PRESENT;
	v->fault.linear_valid = qual & EPT_LINEAR_VALID;
	v->fault.table_walk = v->fault.linear_valid && !(qual & EPT_TRANSLATED);
	v->fault.linear = v->fault.linear_valid ? vmcs_read(GUEST_LINEAR_ADDRESS) : 0;
	return VMX_EPT_FAULT;
}
