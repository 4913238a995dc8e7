// SPDX-License-Identifier: GPL-2.0
/* Before and after the call that fails: building the VM, comparing, running the guest. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"

int acted_fd;
unsigned long acted_command;
bool acted_unrecorded;

/* A call that may fail. Returns what it returns, or a negative errno. */
long attempt(int fd, unsigned long command, void *argument)
{
	long ret = call(fd, command, argument);

	if (ret < 0)
		ret = -errno;
	acted_fd = fd;
	acted_command = command;
	acted_unrecorded = ret == -EINTR;
	return ret;
}

void scenario_start(const struct scenario *scenario, struct vm *vm)
{
	*vm = (struct vm){ .dev = -1, .fd = -1 };
	memset(vm->vcpu, -1, sizeof(vm->vcpu));
	if (scenario->made) {
		vm_make(vm, &scenario->spec);
		VM_LOAD(vm, guest_out);
	} else if (scenario->bare) {
		vm_create(vm, &scenario->spec);
	}
	if (scenario->prepare)
		scenario->prepare(vm);
}

/* What is missing of a VM is made, without failures; then it runs, and goes. */
void scenario_end(const struct scenario *scenario, struct vm *vm)
{
	if (scenario->finish)
		scenario->finish(vm);
	if (vm->fd < 0) {
		if (vm->dev >= 0)
			close(vm->dev);
		vm_create(vm, &(struct spec){ });
	}
	if (!vm->memory) {
		vm->bytes = 1 << 20;
		vm->memory = map_pages(vm->bytes);
		vm_add_slot(vm, 0, 0, vm->bytes, vm->memory);
	}
	if (vm->vcpu[0] < 0)
		vm_add_vcpu(vm, 0);
	if (!vm->run[0])
		vm->run[0] = mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
				  vm->vcpu[0], 0);
	CHECK(vm->run[0] != MAP_FAILED);
	if (vm_state(vm).state != VMH_STATE_TERMINATED) {
		VM_LOAD(vm, guest_out);
		vm_reset(vm, 0);
		if (vm_state(vm).state == VMH_STATE_CREATED)
			vm_event(vm, VMH_EVENT_INIT);
		if (vm_state(vm).state == VMH_STATE_INITIALIZED)
			vm_event(vm, VMH_EVENT_START);
		vm_run_until(vm, 0, KVM_EXIT_IO);
		vm_run_until(vm, 0, KVM_EXIT_IO);
	}
	vm_close(vm);
}

static int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	close(fd);
	return fd;
}

static void snapshot_cpu(struct vm *vm, struct snapshot *s)
{
	int cpu = vm->vcpu[0];

	must(cpu, VMH_GET_REGS, &s->cpu.regs);
	must(cpu, VMH_GET_SREGS, &s->cpu.sregs);
	must(cpu, VMH_GET_FPU, &s->cpu.fpu);
	must(cpu, VMH_GET_MP_STATE, &s->cpu.mp_state);
	if (call(vm->fd, VMH_GET_IRQCHIP, &s->chips[0]))
		return;
	must(cpu, VMH_GET_LAPIC, &s->cpu.lapic);
	for (unsigned int i = 0; i < 3; i++) {
		s->chips[i].chip_id = i;
		must(vm->fd, VMH_GET_IRQCHIP, &s->chips[i]);
	}
}

void snapshot_take(const struct scenario *scenario, struct vm *vm, struct snapshot *s)
{
	memset(s, 0, sizeof(*s));
	s->next_fd = next_fd();
	if (vm->fd < 0)
		return;
	s->usage = vm_usage(vm);
	/* Time, rates and what was refused go on; what is in use must not. */
	for (unsigned int i = 0; i < VMH_RES_NR; i++) {
		s->usage.res[i].peak = 0;
		s->usage.res[i].denied = 0;
		if (i == VMH_RES_EXITS || i == VMH_RES_RUN_NS)
			s->usage.res[i].used = 0;
	}
	s->state = vm_state(vm);
	if (scenario->watch_state && vm->vcpu[0] >= 0)
		snapshot_cpu(vm, s);
}

void snapshot_compare(const struct scenario *scenario, struct vm *vm,
		      const struct snapshot *before, const char *what)
{
	struct snapshot *after = malloc(sizeof(*after));

	CHECK(after);
	snapshot_take(scenario, vm, after);
	for (unsigned int i = 0; i < VMH_RES_NR; i++)
		if (before->usage.res[i].used != after->usage.res[i].used)
			FAIL("%s: resource %u: %llu used, before %llu", what, i,
			     after->usage.res[i].used, before->usage.res[i].used);
	if (before->next_fd != after->next_fd)
		FAIL("%s: an fd is left: %d, before %d", what, after->next_fd, before->next_fd);
	if (memcmp(&before->state, &after->state, sizeof(after->state)))
		FAIL("%s: the VM is in state %u, before %u", what, after->state.state,
		     before->state.state);
	if (memcmp(&before->cpu, &after->cpu, sizeof(after->cpu)) ||
	    memcmp(before->chips, after->chips, sizeof(after->chips)))
		FAIL("%s: the state was changed, in part", what);
	free(after);
}

/* Kernel memory charged to this process's control group, in pages. Summed up every 2 s. */
long kernel_pages(void)
{
	FILE *file;
	char key[64];
	long bytes, pages = -1;

	sleep_ms(2100);
	file = fopen("/sys/fs/cgroup/fault/memory.stat", "re");
	CHECK(file);
	while (fscanf(file, "%63s %ld", key, &bytes) == 2)
		if (!strcmp(key, "kernel"))
			pages = bytes / (long)PAGE;
	fclose(file);
	CHECK(pages >= 0);
	return pages;
}
