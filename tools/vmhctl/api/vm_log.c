// SPDX-License-Identifier: GPL-2.0
/* A VM's log: reading it, and each entry in words or as JSON. */
#include <string.h>
#include <time.h>

#include "error.h"
#include "names.h"
#include "vm_log.h"
#include "vmhctl.h"

#define NS_PER_S	1000000000ULL

/**
 * vm_log_read() - read entries of a VM's log
 * @remote: the VM, with the right to inspect it.
 * @after: only those with a higher sequence number.
 * @log: filled in.
 *
 * Return: 0, or VMHCTL_REFUSED with the reason printed.
 */
int vm_log_read(const struct remote *remote, uint64_t after, struct vm_log *log)
{
	struct vmh_log call = {
		.size = sizeof(call),
		.after = after,
		.nr = VM_LOG_ROOM,
		.entries = (uintptr_t)log->entries,
	};
	int ret = remote_call(remote, VMH_GET_LOG, &call, "read the log of");

	log->nr = ret ? 0 : call.nr;
	log->last = call.last;
	return ret;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Now, on the log's clock. */
uint64_t vm_log_now_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

/**
 * vm_log_time() - date and time of an entry
 * @text: receives them, in the local time zone.
 * @time_ns: the entry's time.
 *
 * Return: @text.
 */
const char *vm_log_time(char text[TIME_LEN], uint64_t time_ns)
{
	uint64_t wall_ns = clock_ns(CLOCK_REALTIME) - vm_log_now_ns() + time_ns;
	time_t seconds = wall_ns / NS_PER_S;
	size_t used;
	struct tm tm;

	localtime_r(&seconds, &tm);
	used = strftime(text, TIME_LEN, "%F %T", &tm);
	snprintf(text + used, TIME_LEN - used, ".%03u",
		 (unsigned int)(wall_ns % NS_PER_S / 1000000));
	return text;
}

static void print_error(const struct vmh_error *error)
{
	char call[CALL_LEN];

	if (error->call)
		printf(" %s: %s", call_name(call, error->call),
		       strerrorname_np(error->error) ?: "?");
	printf(": %.*s\n", (int)sizeof(error->text), error->text);
	printf("       category %s, code %s (%u)", error_category_name(error->category),
	       error_code_name(error->code), error->code);
	if (error->field[0])
		printf(", field %.*s: got %llu (%#llx), expected %llu (%#llx)",
		       (int)sizeof(error->field), error->field, error->got, error->got,
		       error->expected, error->expected);
	putchar('\n');
}

/* Print an entry: a line, and another one with the particulars of a refusal. */
void vm_log_print(const struct vmh_log_entry *entry)
{
	char time[TIME_LEN];

	printf("%5llu  %s  pid %-6u ", entry->sequence, vm_log_time(time, entry->time_ns),
	       entry->pid);
	switch (entry->kind) {
	case VMH_LOG_STATE:
		printf("%s -> %s (%s by %s), transition %llu\n", state_name(entry->from),
		       state_name(entry->to), event_name(entry->event),
		       reason_name(entry->reason), entry->generation);
		break;
	case VMH_LOG_ERROR:
		printf("refused");
		print_error(&entry->error);
		break;
	case VMH_LOG_LIMITS:
		printf("limits were set\n");
		break;
	case VMH_LOG_THROTTLED:
		printf("throttled");
		print_error(&entry->error);
		break;
	default:
		printf("entry of unknown kind %u\n", entry->kind);
	}
}

static void json_error(struct json *json, const struct vmh_error *error)
{
	char call[CALL_LEN];

	if (!error->code) {
		json_null(json, "error");
		return;
	}
	json_object(json, "error");
	json_text(json, "category", error_category_name(error->category));
	json_number(json, "code", error->code);
	json_text(json, "code_name", error_code_name(error->code));
	json_number(json, "errno", error->error);
	if (error->call)
		json_text(json, "call", call_name(call, error->call));
	else
		json_null(json, "call");
	json_string(json, "field", error->field, sizeof(error->field));
	json_number(json, "got", error->got);
	json_number(json, "expected", error->expected);
	json_string(json, "text", error->text, sizeof(error->text));
	json_object_end(json);
}

/* Write an entry as an object, of that name or of none. */
void vm_log_json(struct json *json, const char *name, const struct vmh_log_entry *entry)
{
	json_object(json, name);
	json_number(json, "sequence", entry->sequence);
	json_number(json, "time_ns", entry->time_ns);
	json_text(json, "kind", log_kind_name(entry->kind));
	json_number(json, "pid", entry->pid);
	if (entry->kind == VMH_LOG_STATE) {
		json_text(json, "from", state_name(entry->from));
		json_text(json, "to", state_name(entry->to));
		json_text(json, "event", event_name(entry->event));
		json_text(json, "reason", reason_name(entry->reason));
		json_number(json, "generation", entry->generation);
	}
	json_error(json, &entry->error);
	json_object_end(json);
}
