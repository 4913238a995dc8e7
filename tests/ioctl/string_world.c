// SPDX-License-Identifier: GPL-2.0
/* The exits of INS and OUTS, answered and noted down. */
#include <stdio.h>
#include <string.h>

#include "string_world.h"

#define THEN_END	"; outb %al, $0x90; jmp ."

/* Registers are set by the tests. */
GUEST(insb, "addr32 insb" THEN_END);
GUEST(insl, "addr32 insl" THEN_END);
GUEST(rep_insb, "addr32 rep insb" THEN_END);
GUEST(rep_insw, "addr32 rep insw" THEN_END);
GUEST(rep_insl, "addr32 rep insl" THEN_END);
GUEST(rep_insb16, "rep insb" THEN_END);
GUEST(outsb, "addr32 outsb" THEN_END);
GUEST(outsl, "addr32 outsl" THEN_END);
GUEST(rep_outsb, "addr32 rep outsb" THEN_END);
GUEST(rep_outsw, "addr32 rep outsw" THEN_END);
GUEST(rep_outsl, "addr32 rep outsl" THEN_END);
GUEST(rep_outsb16, "rep outsb" THEN_END);
GUEST(fs_outsb16, "fs outsb" THEN_END);
GUEST(rep_movsb, "addr32 rep movsb" THEN_END);
/* Pages are touched before TF is set: an EPT violation makes Bochs trap too early. */
GUEST(step_outsb,
      "pushfw; popw %ax; orw $0x100, %ax; pushw %ax; popfw; addr32 rep outsb" THEN_END);
GUEST(gp_handler, "outb %al, $0x91; jmp .");
/* #DB comes here: counts by twos at 0x2800, and leaves CX behind that. */
GUEST(db_handler,
      "pushw %bx; addw $2, %cs:0x2800; movw %cs:0x2800, %bx; movw %cx, %cs:0x2800(%bx); popw %bx;"
      "iret");

static void say(struct world *world, const char *text)
{
	if (*world->text)
		strncat(world->text, " ", sizeof(world->text) - strlen(world->text) - 1);
	strncat(world->text, text, sizeof(world->text) - strlen(world->text) - 1);
}

static void serve_port(struct world *world)
{
	struct kvm_run *run = world->vm.run[0];
	uint8_t *data = (uint8_t *)run + run->io.data_offset;
	size_t bytes = run->io.size * run->io.count;
	char text[32];

	sprintf(text, run->io.count == 1 ? "%c%u" : "%c%u*%u",
		run->io.direction == KVM_EXIT_IO_IN ? 'i' : 'o', run->io.size, run->io.count);
	say(world, text);
	if (run->io.direction == KVM_EXIT_IO_IN) {
		while (bytes--)
			*data++ = world->next++;
		return;
	}
	CHECK(world->outs + bytes <= sizeof(world->out));
	memcpy(world->out + world->outs, data, bytes);
	world->outs += bytes;
}

static void serve_memory(struct world *world)
{
	struct kvm_run *run = world->vm.run[0];
	uint8_t *at = world->page + run->mmio.phys_addr % PAGE;
	uint64_t value = 0;
	char text[48];

	CHECK(run->mmio.phys_addr % PAGE + run->mmio.len <= PAGE);
	if (run->mmio.is_write) {
		memcpy(at, run->mmio.data, run->mmio.len);
		memcpy(&value, at, run->mmio.len);
		sprintf(text, "w%u@%llx=%llx", run->mmio.len, run->mmio.phys_addr,
			(unsigned long long)value);
	} else {
		memcpy(run->mmio.data, at, run->mmio.len);
		sprintf(text, "r%u@%llx", run->mmio.len, run->mmio.phys_addr);
	}
	say(world, text);
}

uint16_t serve(struct world *world)
{
	struct kvm_run *run = world->vm.run[0];
	struct kvm_regs regs;

	switch (vm_run(&world->vm, 0)) {
	case KVM_EXIT_IO:
		if (run->io.port == END_PORT || run->io.port == FAULT_PORT)
			return run->io.port;
		serve_port(world);
		break;
	case KVM_EXIT_MMIO:
		serve_memory(world);
		break;
	default:
		FAIL("exit reason %u after \"%s\"", run->exit_reason, world->text);
	}
	if (world->keep_regs) {
		regs = vm_regs(&world->vm, 0);
		must(world->vm.vcpu[0], VMH_SET_REGS, &regs);
	}
	return 0;
}

uint16_t serve_to_end(struct world *world)
{
	uint16_t port = 0;

	*world->text = '\0';
	while (!port)
		port = serve(world);
	return port;
}

void make_world(struct world *world, bool irqchip)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };
	struct vm *vm = &world->vm;

	*world = (struct world){ .next = FIRST_BYTE };
	/* There is room for a slot more. */
	vm_create(vm, &(struct spec){ .memory = RAM_BYTES + PAGE });
	vm->memory = map_pages(vm->bytes);
	vm_add_slot(vm, 0, 0, RAM_BYTES, vm->memory);
	if (irqchip) {
		must(vm->fd, VMH_CREATE_IRQCHIP, NULL);
		must(vm->fd, VMH_CREATE_PIT2, &pit);
	}
	vm_add_vcpu(vm, 0);
	memcpy(vm->memory + HANDLER_GPA, gp_handler, gp_handler_end - gp_handler);
	memcpy(vm->memory + HANDLER_GPA + 0x100, db_handler, db_handler_end - db_handler);
	memcpy(vm->memory + 4 * 13, &(uint32_t){ HANDLER_GPA }, 4);
	memcpy(vm->memory + 4 * 1, &(uint32_t){ HANDLER_GPA + 0x100 }, 4);
	for (size_t i = 0; i < PAGE; i++)
		world->page[i] = 0x80 ^ i;
	vm_start(vm);
}

void set_start(struct world *world, const struct start *start)
{
	struct vm *vm = &world->vm;
	struct kvm_sregs sregs;
	struct kvm_segment *segments[] = { &sregs.ds, &sregs.es, &sregs.fs };
	struct kvm_regs regs;

	vm_reset(vm, 0);
	vm_load(vm, start->code, start->end);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	for (size_t i = 0; i < ARRAY_SIZE(segments); i++) {
		segments[i]->base = start->base;
		segments[i]->limit = start->limit ?: 0xffffffff;
		segments[i]->g = !start->limit;
	}
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
	regs = vm_regs(vm, 0);
	regs.rdx = start->port ?: DISK_PORT;
	regs.rcx = start->rcx;
	regs.rsi = start->at;
	regs.rdi = start->at;
	regs.rflags = 2 | start->rflags;
	must(vm->vcpu[0], VMH_SET_REGS, &regs);
}

uint16_t go(struct world *world, const struct start *start)
{
	set_start(world, start);
	return serve_to_end(world);
}
