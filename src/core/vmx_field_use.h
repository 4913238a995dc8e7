/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every field of a VMCS that can be written, and when its value matters. SDM, appendix "Field
 * Encoding in VMCS". After VMCLEAR of new memory fields have no defined value: what matters has to
 * be written.
 */
#ifndef VMH_VMX_FIELD_USE_H
#define VMH_VMX_FIELD_USE_H

#include <linux/types.h>

#include "vmx_ctls.h"

/**
 * enum vmx_field_use - when a field's value matters
 * @VMX_FIELD_USED: while the row's controls are on; always, if it has none.
 * @VMX_FIELD_LATER: from the first entry on, before which it is written; or in a mode of the
 *	guest's that cannot be reached without writing it.
 * @VMX_FIELD_EMPTY: only where a count says that there is something, and all counts are 0.
 * @VMX_FIELD_OFF: never: belongs to a control that vmh has no use for and that can be off.
 */
enum vmx_field_use {
	VMX_FIELD_USED,
	VMX_FIELD_LATER,
	VMX_FIELD_EMPTY,
	VMX_FIELD_OFF,
};

/**
 * struct vmx_field_row - a field, or several with encodings that follow each other
 * @first: encoding.
 * @last: of the last one.
 * @use: enum vmx_field_use.
 * @word: enum vmx_ctl_word.
 * @controls: of that word: all of them.
 */
struct vmx_field_row {
	u16 first;
	u16 last;
	u8 use;
	u8 word;
	u32 controls;
};

extern const struct vmx_field_row vmx_field_rows[];
extern const size_t vmx_field_rows_nr;

/* Encodings of full fields are even. */
#define VMX_FIELD_STEP	2

/**
 * vmx_field_row_of() - the row of a field
 * @field: encoding.
 *
 * Return: the row, or NULL.
 */
const struct vmx_field_row *vmx_field_row_of(u32 field);

/**
 * vmx_field_matters() - has a field to have been written before the first entry?
 * @row: its row.
 * @controls: the VMCS's, by enum vmx_ctl_word.
 *
 * Return: whether it has.
 */
bool vmx_field_matters(const struct vmx_field_row *row, const u32 controls[VMX_CTL_WORDS]);

/**
 * vmx_field_bits() - width of a field
 * @field: encoding.
 *
 * Return: 16, 32 or 64; natural width is 64.
 */
unsigned int vmx_field_bits(u32 field);

#endif /* VMH_VMX_FIELD_USE_H */
