// SPDX-License-Identifier: GPL-2.0
/* vmhctl memory ID ADDRESS [SIZE] */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "hexdump.h"
#include "inspect.h"
#include "message.h"
#include "size.h"
#include "verb_options.h"
#include "vm.h"
#include "vmhctl.h"

#define SIZE_DEFAULT	256

static const char memory_help[] =
	"Usage: vmhctl memory ID ADDRESS [SIZE] [--virtual] [--cpu N] [--raw]\n"
	"                     [--device PATH]\n"
	"Shows guest memory, 256 bytes unless SIZE is given. A running VM is paused\n"
	"while it is read.\n"
	HELP_ID
	"It must be a VM whose process you could trace (see ptrace(2)).\n"
	"\n"
	"  --virtual      ADDRESS is a linear one, by the page tables of a vCPU; else it\n"
	"                 is guest-physical\n"
	"  --cpu N        that vCPU (0)\n"
	"  --raw          write the bytes as they are, for other programs\n"
	HELP_COMMON "\n" HELP_CODES;

static const struct verb_syntax syntax = {
	.name = "memory", .help = memory_help, .takes = TAKES_CPU | TAKES_VIRTUAL | TAKES_RAW,
	.words = 2, .more = true,
};

/**
 * struct view - what is looked at
 * @vm: the VM.
 * @vcpu: the vCPU whose page tables translate, or -1.
 * @raw: no hexdump.
 */
struct view {
	struct inspected vm;
	int vcpu;
	bool raw;
};

static int translate(const struct view *view, uint64_t address, uint64_t *gpa)
{
	struct kvm_translation translation = { .linear_address = address };
	int ret;

	*gpa = address;
	if (view->vcpu < 0)
		return VMHCTL_OK;
	ret = inspect_call(&view->vm, view->vcpu, VMH_TRANSLATE, &translation,
			   "find an address of");
	if (!ret && !translation.valid) {
		complain("%#llx: nothing is mapped there", (unsigned long long)address);
		ret = VMHCTL_REFUSED;
	}
	*gpa = translation.physical_address;
	return ret;
}

/* Not beyond the page that @address is in. */
static int show_page(const struct view *view, uint64_t address, size_t bytes)
{
	uint8_t page[VM_PAGE_SIZE];
	uint64_t gpa;
	ssize_t count;
	int ret = translate(view, address, &gpa);

	if (ret)
		return ret;
	count = inspect_read(&view->vm, gpa, page, bytes);
	if (count < 0) {
		error_report(&view->vm.remote.dev, view->vm.remote.fd, "read memory");
		return VMHCTL_REFUSED;
	}
	if (view->raw)
		fwrite(page, 1, count, stdout);
	else
		hexdump(stdout, address, page, count);
	if ((size_t)count == bytes)
		return VMHCTL_OK;
	complain("%#llx: there the memory ends", (unsigned long long)(address + count));
	return VMHCTL_REFUSED;
}

static int show(const struct view *view, uint64_t address, uint64_t size)
{
	int ret = VMHCTL_OK;

	while (size && !ret && !ferror(stdout) && !inspect_interrupted()) {
		uint64_t rest = VM_PAGE_SIZE - address % VM_PAGE_SIZE;
		uint64_t bytes = size < rest ? size : rest;

		ret = show_page(view, address, bytes);
		address += bytes;
		size -= bytes;
	}
	return ret;
}

static int memory_parse(const struct verb_options *opt, uint64_t *address, uint64_t *size)
{
	*size = SIZE_DEFAULT;
	if (!parse_number(opt->words[1], address))
		complain("%s: not an address", opt->words[1]);
	else if (opt->nr_words > 2 && (!parse_size(opt->words[2], size) || !*size))
		complain("%s: not a size such as 64 or 4K", opt->words[2]);
	else if (*address + (*size - 1) < *address)
		complain("%s: that is beyond the last address", opt->words[1]);
	else if (opt->nr_words > 3)
		complain("what is '%s'? See 'vmhctl memory --help'", opt->words[3]);
	else if (opt->has_cpu && !opt->is_virtual)
		complain("--cpu: only --virtual asks a vCPU");
	else
		return VMHCTL_OK;
	return VMHCTL_USAGE;
}

static int memory_show(const struct verb_options *opt, uint64_t address, uint64_t size)
{
	struct view view = { .vcpu = -1, .raw = opt->raw };
	int resumed, ret = inspect_open(&view.vm, opt->device, opt->words[0]);

	if (ret)
		return ret;
	if (opt->is_virtual) {
		view.vcpu = inspect_vcpu(&view.vm, opt->cpu);
		if (view.vcpu < 0) {
			complain("%s has no vCPU %u", view.vm.remote.title, opt->cpu);
			ret = VMHCTL_REFUSED;
		}
	}
	if (!ret)
		ret = show(&view, address, size);
	if (view.vcpu >= 0)
		close(view.vcpu);
	resumed = inspect_close(&view.vm);
	return ret ? ret : resumed;
}

static int memory_run(int argc, char **argv)
{
	struct verb_options opt;
	uint64_t address, size;
	int ret = verb_options_parse(&opt, &syntax, argc, argv);

	if (ret || opt.done)
		return ret;
	ret = memory_parse(&opt, &address, &size);
	return ret ? ret : memory_show(&opt, address, size);
}

const struct verb verb_memory = {
	.name = "memory",
	.summary = "show guest memory",
	.help = memory_help,
	.syntax = &syntax,
	.run = memory_run,
};
