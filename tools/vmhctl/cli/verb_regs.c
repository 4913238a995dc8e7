// SPDX-License-Identifier: GPL-2.0
/* vmhctl regs ID */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "dump.h"
#include "inspect.h"
#include "json.h"
#include "message.h"
#include "verb_options.h"
#include "vmhctl.h"

static const char regs_help[] =
	"Usage: vmhctl regs ID [--cpu N] [--json] [--device PATH]\n"
	"Shows the registers of a VM's vCPUs. A running VM is paused while they are\n"
	"read.\n"
	HELP_ID
	"It must be a VM whose process you could trace (see ptrace(2)).\n"
	"\n"
	"  --cpu N        of this vCPU only\n"
	HELP_JSON HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "regs", .help = regs_help, .takes = TAKES_JSON | TAKES_CPU, .words = 1,
};

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void json_general(struct json *json, const struct kvm_regs *r)
{
	const struct {
		const char *name;
		uint64_t value;
	} all[] = {
		{ "rip", r->rip }, { "rflags", r->rflags }, { "rax", r->rax }, { "rbx", r->rbx },
		{ "rcx", r->rcx }, { "rdx", r->rdx }, { "rsi", r->rsi }, { "rdi", r->rdi },
		{ "rsp", r->rsp }, { "rbp", r->rbp }, { "r8", r->r8 }, { "r9", r->r9 },
		{ "r10", r->r10 }, { "r11", r->r11 }, { "r12", r->r12 }, { "r13", r->r13 },
		{ "r14", r->r14 }, { "r15", r->r15 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		json_number(json, all[i].name, all[i].value);
}

static void json_segment(struct json *json, const char *name, const struct kvm_segment *s)
{
	json_object(json, name);
	json_number(json, "selector", s->selector);
	json_number(json, "base", s->base);
	json_number(json, "limit", s->limit);
	json_number(json, "type", s->type);
	json_number(json, "s", s->s);
	json_number(json, "dpl", s->dpl);
	json_number(json, "present", s->present);
	json_number(json, "l", s->l);
	json_number(json, "db", s->db);
	json_number(json, "g", s->g);
	json_bool(json, "unusable", s->unusable);
	json_object_end(json);
}

static void json_table(struct json *json, const char *name, const struct kvm_dtable *table)
{
	json_object(json, name);
	json_number(json, "base", table->base);
	json_number(json, "limit", table->limit);
	json_object_end(json);
}

static void json_system(struct json *json, const struct kvm_sregs *s)
{
	json_number(json, "cr0", s->cr0);
	json_number(json, "cr2", s->cr2);
	json_number(json, "cr3", s->cr3);
	json_number(json, "cr4", s->cr4);
	json_number(json, "cr8", s->cr8);
	json_number(json, "efer", s->efer);
	json_number(json, "apic_base", s->apic_base);
	json_table(json, "gdt", &s->gdt);
	json_table(json, "idt", &s->idt);
	json_segment(json, "cs", &s->cs);
	json_segment(json, "ss", &s->ss);
	json_segment(json, "ds", &s->ds);
	json_segment(json, "es", &s->es);
	json_segment(json, "fs", &s->fs);
	json_segment(json, "gs", &s->gs);
	json_segment(json, "tr", &s->tr);
	json_segment(json, "ldtr", &s->ldt);
}

/* @json is NULL for people. */
static int show_vcpu(const struct inspected *vm, int vcpu, unsigned int id, struct json *json)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	int ret = inspect_call(vm, vcpu, VMH_GET_REGS, &regs, "read registers of");

	if (!ret)
		ret = inspect_call(vm, vcpu, VMH_GET_SREGS, &sregs, "read system registers of");
	if (ret)
		return ret;
	if (!json) {
		printf("vCPU %u\n", id);
		dump_state(say, &regs, &sregs);
		return VMHCTL_OK;
	}
	json_object(json, NULL);
	json_number(json, "vcpu", id);
	json_general(json, &regs);
	json_system(json, &sregs);
	json_object_end(json);
	return VMHCTL_OK;
}

static int show_vcpus(const struct inspected *vm, const struct verb_options *opt,
		      struct json *json)
{
	unsigned int shown = 0;
	int ret = VMHCTL_OK;

	for (unsigned int id = 0; id < INSPECT_VCPU_IDS && !ret; id++) {
		int vcpu;

		if (opt->has_cpu && opt->cpu != id)
			continue;
		vcpu = inspect_vcpu(vm, id);
		if (vcpu < 0)
			continue;
		ret = show_vcpu(vm, vcpu, id, json);
		close(vcpu);
		shown++;
	}
	if (!ret && !shown) {
		complain("%s has no such vCPU", vm->remote.title);
		ret = VMHCTL_REFUSED;
	}
	return ret;
}

static int regs_run(int argc, char **argv)
{
	struct json json = { .out = stdout };
	struct verb_options opt;
	struct inspected vm;
	int resumed, ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = inspect_open(&vm, opt.device, opt.words[0]);
	if (ret)
		return ret;
	if (opt.json)
		json_array(&json, NULL);
	ret = show_vcpus(&vm, &opt, opt.json ? &json : NULL);
	if (opt.json) {
		json_array_end(&json);
		json_end(&json);
	}
	resumed = inspect_close(&vm);
	return ret ? ret : resumed;
}

const struct verb verb_regs = {
	.name = "regs",
	.summary = "show the registers of vCPUs",
	.help = regs_help,
	.syntax = &syntax,
	.run = regs_run,
};
