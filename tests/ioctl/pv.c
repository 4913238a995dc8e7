// SPDX-License-Identifier: GPL-2.0
/* What a guest and its VMM agree on: hypercalls, HLT without exits, CPUID that stays. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "vm.h"

#define HANDLER_GPA	0x3000
#define UD_VECTOR	6
#define DONE_PORT	0x10
#define FAULT_PORT	0x11
#define HC_NONE		999

/* The hypercall of EAX, the AMD way; its result in EAX. */
GUEST(guest_vmmcall, "vmmcall; outb %al, $0x10; hlt");

/* HLT with interrupts off, which nothing ends. */
GUEST(guest_cli_hlt, "cli; movb $1, 0x2000; hlt; outb %al, $0x10");

/* What becomes of #UD: OUT 0x11. */
static const uint8_t handler[] = { 0xe6, 0x11, 0xeb, 0xfc };
static const uint8_t vmcall[] = { 0x0f, 0x01, 0xc1 }, vmmcall[] = { 0x0f, 0x01, 0xd9 };

static void enable(int fd, uint32_t cap, uint64_t value)
{
	struct kvm_enable_cap enable = { .cap = cap, .args[0] = value };

	must(fd, VMH_ENABLE_CAP, &enable);
}

static unsigned int call_amd(struct vm *vm, uint64_t nr)
{
	struct kvm_regs regs;

	memcpy(vm->memory + CODE_GPA, vmmcall, sizeof(vmmcall));
	vm_reset(vm, 0);
	regs = vm_regs(vm, 0);
	regs.rax = nr;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
	vm_run_until(vm, 0, KVM_EXIT_IO);
	return vm->run[0]->io.port;
}

static void amd_hypercall(void)
{
	const uint16_t gate[] = { HANDLER_GPA, 0 };
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_vmmcall);
	memcpy(vm.memory + UD_VECTOR * sizeof(gate), gate, sizeof(gate));
	memcpy(vm.memory + HANDLER_GPA, handler, sizeof(handler));
	vm_start(&vm);
	CHECK(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_DISABLE_QUIRKS2)) &
	      KVM_X86_QUIRK_FIX_HYPERCALL_INSN);
	CHECK_EQ(call_amd(&vm, HC_NONE), DONE_PORT);
	CHECK(!memcmp(vm.memory + CODE_GPA, vmcall, sizeof(vmcall)));
	CHECK_EQ((uint32_t)vm_regs(&vm, 0).rax, (uint32_t)-1000);
	enable(vm.fd, KVM_CAP_DISABLE_QUIRKS2, KVM_X86_QUIRK_FIX_HYPERCALL_INSN);
	CHECK_EQ(call_amd(&vm, HC_NONE), FAULT_PORT);
	CHECK(!memcmp(vm.memory + CODE_GPA, vmmcall, sizeof(vmmcall)));
}

static void nothing(int number)
{
	(void)number;
}

/* The guest halts for good, RUN does not return for that; and somebody else takes it out of it. */
static void hlt_in_guest(void)
{
	const struct itimerval soon = { .it_value.tv_usec = 20000 };
	const struct sigaction action = { .sa_handler = nothing };
	struct vm vm;

	vm_create(&vm, &(struct spec){ .cpus = 1 });
	CHECK(must(vm.dev, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_X86_DISABLE_EXITS)) &
	      KVM_X86_DISABLE_EXITS_HLT);
	enable(vm.fd, KVM_CAP_X86_DISABLE_EXITS, KVM_X86_DISABLE_EXITS_HLT);
	vm.memory = map_pages(vm.bytes);
	vm_add_slot(&vm, 0, 0, vm.bytes, vm.memory);
	vm_add_vcpu(&vm, 0);
	VM_LOAD(&vm, guest_cli_hlt);
	vm_reset(&vm, 0);
	vm_start(&vm);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EINTR);
	CHECK_EQ(vm.memory[0x2000], 1);
	if (on_kvm)	/* leaves it halted, wherever it is sent */
		return;
	VM_LOAD(&vm, guest_out);
	vm_reset(&vm, 0);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
}

/* Once it has run, a processor stays what it is. */
static void cpuid_stays(void)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));
	struct vm vm;

	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_out);
	cpuid->nent = 256;
	must(vm.dev, VMH_GET_SUPPORTED_CPUID, cpuid);
	must(vm.vcpu[0], VMH_SET_CPUID2, cpuid);
	cpuid->nent--;
	must(vm.vcpu[0], VMH_SET_CPUID2, cpuid);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
	must(vm.vcpu[0], VMH_SET_CPUID2, cpuid);
	cpuid->entries[0].ebx ^= 1;
	REFUSED(vm.vcpu[0], VMH_SET_CPUID2, cpuid, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "entries");
	cpuid->entries[0].ebx ^= 1;
	cpuid->nent--;
	REFUSED(vm.vcpu[0], VMH_SET_CPUID2, cpuid, .error = EINVAL, .code = VMH_E_VALUE,
		.field = "entries");
	/* Too little room leaves the count alone. */
	REFUSED(vm.vcpu[0], VMH_GET_CPUID2, cpuid, .error = E2BIG, .code = VMH_E_COUNT,
		.any_field = true);
	CHECK(cpuid->nent);
}

static const struct test tests[] = {
	{ .name = "VMMCALL becomes VMCALL", .run = amd_hypercall, .kvm = true },
	{ .name = "HLT without an exit", .run = hlt_in_guest, .kvm = true },
	{ .name = "CPUID stays after RUN", .run = cpuid_stays, .kvm = true },
	{ }
};

const struct suite suite_pv = { "pv", tests };
