// SPDX-License-Identifier: GPL-2.0
/* What the kernel says about a refusal: the error record of an fd, in words. */
#include <errno.h>
#include <string.h>

#include "device.h"
#include "error.h"
#include "message.h"
#include "names.h"
#include "vmhctl.h"

static const struct name category_names[] = {
	{ VMH_ERR_NONE, "none" },
	{ VMH_ERR_CONFIG, "configuration" },
	{ VMH_ERR_RESOURCE, "resource" },
	{ VMH_ERR_STATE, "state" },
	{ VMH_ERR_OPERATION, "operation" },
};

/* The names are those of enum vmh_error_code without their prefix. */
static const struct name code_names[] = {
	{ VMH_E_NONE, "NONE" },
	{ VMH_E_STRUCT_SIZE, "STRUCT_SIZE" },
	{ VMH_E_UNKNOWN_FLAGS, "UNKNOWN_FLAGS" },
	{ VMH_E_RESERVED, "RESERVED" },
	{ VMH_E_MEMORY_ZERO, "MEMORY_ZERO" },
	{ VMH_E_MEMORY_ALIGN, "MEMORY_ALIGN" },
	{ VMH_E_MEMORY_SIZE, "MEMORY_SIZE" },
	{ VMH_E_VCPU_COUNT, "VCPU_COUNT" },
	{ VMH_E_VCPU_ID, "VCPU_ID" },
	{ VMH_E_VCPU_EXISTS, "VCPU_EXISTS" },
	{ VMH_E_NAME, "NAME" },
	{ VMH_E_LIMIT_RESOURCE, "LIMIT_RESOURCE" },
	{ VMH_E_LIMIT_VALUE, "LIMIT_VALUE" },
	{ VMH_E_LIMIT_TWICE, "LIMIT_TWICE" },
	{ VMH_E_SLOT_ID, "SLOT_ID" },
	{ VMH_E_SLOT_ALIGN, "SLOT_ALIGN" },
	{ VMH_E_SLOT_RANGE, "SLOT_RANGE" },
	{ VMH_E_SLOT_OVERLAP, "SLOT_OVERLAP" },
	{ VMH_E_SLOT_ADDRESS, "SLOT_ADDRESS" },
	{ VMH_E_SLOT_MISSING, "SLOT_MISSING" },
	{ VMH_E_SLOT_CHANGE, "SLOT_CHANGE" },
	{ VMH_E_VALUE, "VALUE" },
	{ VMH_E_EVENT, "EVENT" },
	{ VMH_E_COUNT, "COUNT" },
	{ VMH_E_EVENTFD, "EVENTFD" },
	{ VMH_E_NO_VM, "NO_VM" },
	{ VMH_E_NO_SUCH_VCPU, "NO_SUCH_VCPU" },
	{ VMH_E_NO_LOG, "NO_LOG" },
	{ VMH_E_ROUTE_CLASH, "ROUTE_CLASH" },
	{ VMH_E_EVENTFD_BUSY, "EVENTFD_BUSY" },
	{ VMH_E_NOT_ASSIGNED, "NOT_ASSIGNED" },
	{ VMH_E_NO_ATTRIBUTE, "NO_ATTRIBUTE" },
	{ VMH_E_LIMIT_REACHED, "LIMIT_REACHED" },
	{ VMH_E_NO_MEMORY, "NO_MEMORY" },
	{ VMH_E_MODULE_LIMIT, "MODULE_LIMIT" },
	{ VMH_E_IN_USE, "IN_USE" },
	{ VMH_E_FULL, "FULL" },
	{ VMH_E_NO_FD, "NO_FD" },
	{ VMH_E_STATE, "STATE" },
	{ VMH_E_TERMINATED, "TERMINATED" },
	{ VMH_E_NO_VCPU, "NO_VCPU" },
	{ VMH_E_NO_SLOT, "NO_SLOT" },
	{ VMH_E_EXISTS, "EXISTS" },
	{ VMH_E_NO_IRQCHIP, "NO_IRQCHIP" },
	{ VMH_E_HAS_IRQCHIP, "HAS_IRQCHIP" },
	{ VMH_E_HAS_VCPUS, "HAS_VCPUS" },
	{ VMH_E_UNKNOWN_CALL, "UNKNOWN_CALL" },
	{ VMH_E_FAULT, "FAULT" },
	{ VMH_E_UNUSABLE, "UNUSABLE" },
	{ VMH_E_WRONG_MM, "WRONG_MM" },
	{ VMH_E_BAD_FETCH, "BAD_FETCH" },
	{ VMH_E_INTERNAL, "INTERNAL" },
	{ VMH_E_ENTRY_CHECK, "ENTRY_CHECK" },
	{ VMH_E_NO_RIGHT, "NO_RIGHT" },
	{ VMH_E_NOT_OWNER, "NOT_OWNER" },
	{ VMH_E_NO_GUEST_MEMORY, "NO_GUEST_MEMORY" },
	{ VMH_E_READ_ONLY, "READ_ONLY" },
	{ VMH_E_NOT_TRACEABLE, "NOT_TRACEABLE" },
	{ VMH_E_PAGE_TABLE, "PAGE_TABLE" },
};

/* enum vmh_error_category in words. */
const char *error_category_name(unsigned int category)
{
	return name_of(category_names, ARRAY_SIZE(category_names), category);
}

/* enum vmh_error_code without its prefix. */
const char *error_code_name(unsigned int code)
{
	return name_of(code_names, ARRAY_SIZE(code_names), code);
}

static void error_record_print(const struct vmh_error *rec)
{
	complain("  %.*s", (int)sizeof(rec->text), rec->text);
	complain("  category %s, code %s (%u)", error_category_name(rec->category),
		 error_code_name(rec->code), rec->code);
	if (rec->field[0])
		complain("  field %.*s: got %llu (%#llx), expected %llu (%#llx)",
			 (int)sizeof(rec->field), rec->field, rec->got, rec->got, rec->expected,
			 rec->expected);
}

static bool error_record_get(const struct device *dev, int fd, struct vmh_error *rec)
{
	*rec = (struct vmh_error){ .size = sizeof(*rec) };
	return !dev->is_kvm && !dev_ioctl(dev, fd, VMH_GET_ERROR, rec) &&
	       rec->category != VMH_ERR_NONE;
}

/**
 * error_last_code() - why the last call on an fd was refused
 * @dev: the device.
 * @fd: the fd.
 *
 * Return: an enum vmh_error_code; VMH_E_NONE when there is no record.
 */
unsigned int error_last_code(const struct device *dev, int fd)
{
	struct vmh_error rec;

	return error_record_get(dev, fd, &rec) ? rec.code : VMH_E_NONE;
}

/**
 * error_record() - print the last refusal on an fd, if there was any
 * @dev: the device; KVM keeps no records.
 * @fd: the device, VM or vCPU.
 */
void error_record(const struct device *dev, int fd)
{
	struct vmh_error rec;

	if (error_record_get(dev, fd, &rec))
		error_record_print(&rec);
}

/**
 * error_report() - tell that a call failed, and why as far as the kernel says
 * @dev: the device.
 * @fd: the fd on which it failed.
 * @attempt: what was attempted, after the word "cannot".
 *
 * Takes the reason from errno, so it comes right after the call.
 */
void error_report(const struct device *dev, int fd, const char *attempt)
{
	int error = errno;
	struct vmh_error rec;

	complain("%s: cannot %s: %s", dev->path, attempt, strerror(error));
	/* A record with another errno is of an earlier call. */
	if (error_record_get(dev, fd, &rec) && rec.error == (unsigned int)error)
		error_record_print(&rec);
}

/**
 * error_entry_print() - print the checks that fail
 * @explain: what VMH_EXPLAIN said.
 */
void error_entry_print(const struct vmh_explain *explain)
{
	if (!explain->nr)
		complain("  none of the %u known checks fails", explain->total);
	for (unsigned int i = 0; i < explain->nr && i < VMH_EXPLAIN_MAX; i++) {
		const struct vmh_entry_failure *f = &explain->failure[i];

		complain("  check %u, %.*s: VMCS field %#x is %#llx, expected %#llx", f->check,
			 (int)sizeof(f->name), f->name, f->field, f->value, f->expected);
		complain("    %.*s", (int)sizeof(f->text), f->text);
	}
	if (explain->nr > VMH_EXPLAIN_MAX)
		complain("  and %u more", explain->nr - VMH_EXPLAIN_MAX);
}

/**
 * error_entry() - tell why VM entry failed, check by check
 * @dev: the device; KVM does not know.
 * @vcpu_fd: the vCPU whose entry failed last.
 */
void error_entry(const struct device *dev, int vcpu_fd)
{
	struct vmh_explain explain = { .size = sizeof(explain), .flags = VMH_EXPLAIN_LAST };

	if (!dev->is_kvm && !dev_ioctl(dev, vcpu_fd, VMH_EXPLAIN, &explain))
		error_entry_print(&explain);
}
