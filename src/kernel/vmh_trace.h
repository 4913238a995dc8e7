/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoints of all layers, below /sys/kernel/tracing/events/vmh. They show ids, guest
 * addresses and numbers; never an address of the host.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vmh

#if !defined(VMH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VMH_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include <linux/vmh.h>

/* A transition of a VM: enum vmh_state, enum vmh_event, enum vmh_state_reason. */
TRACE_EVENT(vm_state,
	TP_PROTO(u32 vm_id, u32 from, u32 to, u32 event, u32 reason),
	TP_ARGS(vm_id, from, to, event, reason),
	TP_STRUCT__entry(
		__field(u32, vm_id)
		__field(u32, from)
		__field(u32, to)
		__field(u32, event)
		__field(u32, reason)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->from = from;
		__entry->to = to;
		__entry->event = event;
		__entry->reason = reason;
	),
	TP_printk("vm %u: state %u -> %u, event %u, reason %u", __entry->vm_id, __entry->from,
		  __entry->to, __entry->event, __entry->reason)
);

/* A VM exit: the exit reason as the processor gave it, and where the guest was. */
TRACE_EVENT(vcpu_exit,
	TP_PROTO(u32 vm_id, u32 vcpu_id, u32 reason, u64 rip),
	TP_ARGS(vm_id, vcpu_id, reason, rip),
	TP_STRUCT__entry(
		__field(u32, vm_id)
		__field(u32, vcpu_id)
		__field(u32, reason)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->reason = reason;
		__entry->rip = rip;
	),
	TP_printk("vm %u vcpu %u: reason %#x at guest rip %#llx", __entry->vm_id, __entry->vcpu_id,
		  __entry->reason, __entry->rip)
);

/* An EPT fault was handled: 0, or a negative errno; -ENXIO is an access to a device. */
TRACE_EVENT(ept_fault,
	TP_PROTO(u32 vm_id, u32 vcpu_id, u64 gpa, bool write, int result),
	TP_ARGS(vm_id, vcpu_id, gpa, write, result),
	TP_STRUCT__entry(
		__field(u32, vm_id)
		__field(u32, vcpu_id)
		__field(u64, gpa)
		__field(bool, write)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->gpa = gpa;
		__entry->write = write;
		__entry->result = result;
	),
	TP_printk("vm %u vcpu %u: gpa %#llx %s: %d", __entry->vm_id, __entry->vcpu_id,
		  __entry->gpa, __entry->write ? "write" : "read", __entry->result)
);

/* A charge was refused: enum vmh_resource. */
TRACE_EVENT(resource_denied,
	TP_PROTO(u32 vm_id, u32 resource, u64 requested, u64 used, u64 limit),
	TP_ARGS(vm_id, resource, requested, used, limit),
	TP_STRUCT__entry(
		__field(u32, vm_id)
		__field(u32, resource)
		__field(u64, requested)
		__field(u64, used)
		__field(u64, limit)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->resource = resource;
		__entry->requested = requested;
		__entry->used = used;
		__entry->limit = limit;
	),
	TP_printk("vm %u: resource %u: %llu more than %llu, limit %llu", __entry->vm_id,
		  __entry->resource, __entry->requested, __entry->used, __entry->limit)
);

/* A call was refused: the command, enum vmh_error_code, errno. vm_id is 0 on the device. */
TRACE_EVENT(error,
	TP_PROTO(u32 vm_id, u32 call, u32 code, u32 error),
	TP_ARGS(vm_id, call, code, error),
	TP_STRUCT__entry(
		__field(u32, vm_id)
		__field(u32, call)
		__field(u32, code)
		__field(u32, error)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->call = call;
		__entry->code = code;
		__entry->error = error;
	),
	TP_printk("vm %u: call %#x refused: code %u, errno %u", __entry->vm_id, __entry->call,
		  __entry->code, __entry->error)
);

#endif /* VMH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE vmh_trace
#include <trace/define_trace.h>
