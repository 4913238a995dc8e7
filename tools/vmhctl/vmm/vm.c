// SPDX-License-Identifier: GPL-2.0
/* A VM: its memory, its interrupt controllers, its vCPUs, its beginning and its end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "message.h"
#include "vcpu.h"
#include "vm.h"
#include "vm_memory.h"
#include "vmhctl.h"

static int vm_create_fd(struct vm *vm)
{
	struct vmh_vm_config config = {
		.size = sizeof(config),
		.memory_size = vm->config.memory_bytes,
		.vcpu_count = vm->config.cpus,
		.nr_limits = vm->config.nr_limits,
	};

	if (vm->dev->is_kvm && config.nr_limits) {
		complain("%s: KVM has no limits; --limit needs " VMH_DEVICE_PATH, vm->dev->path);
		return VMHCTL_USAGE;
	}
	memcpy(config.limits, vm->config.limits, sizeof(config.limits));
	if (vm->dev->is_kvm) {
		vm->fd = dev_ioctl_value(vm->dev, vm->dev->fd, VMH_CREATE_VM_DEFAULT, 0);
	} else {
		memcpy(config.name, vm->config.name, strnlen(vm->config.name, VMH_NAME_LEN - 1));
		vm->fd = dev_ioctl(vm->dev, vm->dev->fd, VMH_CREATE_VM, &config);
	}
	if (vm->fd >= 0)
		return VMHCTL_OK;
	error_report(vm->dev, vm->dev->fd, "create the VM");
	return VMHCTL_DEVICE;
}

static int vm_add_slot(struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t bytes, uint8_t *at)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = gpa,
		.memory_size = bytes,
		.userspace_addr = (uintptr_t)at,
	};

	if (!bytes || !dev_ioctl(vm->dev, vm->fd, VMH_SET_USER_MEMORY_REGION, &region))
		return VMHCTL_OK;
	error_report(vm->dev, vm->fd, "give the VM its memory");
	return VMHCTL_DEVICE;
}

static int vm_create_memory(struct vm *vm)
{
	uint64_t bytes = vm->config.memory_bytes;
	bool huge = vm->config.hugepages;
	int ret;

	vm->memory = vm->config.shared ? vm_memory_map_shared(bytes, huge, &vm->memory_fd) :
					 vm_memory_map(bytes, huge);
	if (!vm->memory) {
		complain("cannot map %llu MiB of guest memory: %s%s",
			 (unsigned long long)bytes >> 20, strerror(errno),
			 huge ? "; /proc/sys/vm/nr_hugepages sets 2 MiB pages aside" : "");
		return VMHCTL_DEVICE;
	}
	vm->low_bytes = bytes < VM_LOW_MEMORY_MAX ? bytes : VM_LOW_MEMORY_MAX;
	ret = vm_add_slot(vm, 0, 0, vm->low_bytes, vm->memory);
	if (ret)
		return ret;
	return vm_add_slot(vm, 1, VM_HIGH_MEMORY_GPA, bytes - vm->low_bytes,
			   vm->memory + vm->low_bytes);
}

static int vm_create_irqchip(struct vm *vm)
{
	struct kvm_pit_config pit = { .flags = KVM_PIT_SPEAKER_DUMMY };

	if (!vm->config.irqchip)
		return VMHCTL_OK;
	if (dev_ioctl_value(vm->dev, vm->fd, VMH_CREATE_IRQCHIP, 0)) {
		error_report(vm->dev, vm->fd, "create the interrupt controllers");
		return VMHCTL_DEVICE;
	}
	if (dev_ioctl(vm->dev, vm->fd, VMH_CREATE_PIT2, &pit)) {
		error_report(vm->dev, vm->fd, "create the timer");
		return VMHCTL_DEVICE;
	}
	return VMHCTL_OK;
}

static int vm_create_vcpus(struct vm *vm)
{
	int run_bytes = dev_ioctl(vm->dev, vm->dev->fd, VMH_GET_VCPU_MMAP_SIZE, NULL);

	if (run_bytes < (int)sizeof(struct kvm_run)) {
		error_report(vm->dev, vm->dev->fd, "learn the size of a vCPU's run page");
		return VMHCTL_DEVICE;
	}
	vm->run_bytes = run_bytes;
	vm->vcpus = calloc(vm->config.cpus, sizeof(*vm->vcpus));
	if (!vm->vcpus) {
		complain("out of memory");
		return VMHCTL_DEVICE;
	}
	for (unsigned int id = 0; id < vm->config.cpus; id++)
		vm->vcpus[id].fd = -1;
	for (unsigned int id = 0; id < vm->config.cpus; id++) {
		int ret = vcpu_create(&vm->vcpus[id], vm, id);

		if (ret)
			return ret;
	}
	return VMHCTL_OK;
}

/**
 * vm_create() - make a VM with memory, interrupt controllers and vCPUs, none of them running
 * @vm: filled in; vm_destroy() undoes it.
 * @dev: an open device.
 * @config: the machine.
 *
 * Return: 0, or an exit status with the reason printed and nothing left behind.
 */
int vm_create(struct vm *vm, const struct device *dev, const struct vm_config *config)
{
	int ret;

	*vm = (struct vm){
		.dev = dev,
		.config = *config,
		.fd = -1,
		.memory_fd = -1,
		.ports = { .name = "port" },
		.mmio = { .name = "memory" },
		.status = VM_ALIVE,
	};
	vm->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (vm->event_fd < 0) {
		complain("cannot create an eventfd: %s", strerror(errno));
		return VMHCTL_DEVICE;
	}
	ret = vm_create_fd(vm);
	if (!ret)
		ret = vm_create_memory(vm);
	if (!ret)
		ret = vm_create_irqchip(vm);
	if (!ret)
		ret = vm_create_vcpus(vm);
	if (ret)
		vm_destroy(vm);
	return ret;
}

/* Undo vm_create(), also a part of it. The vCPUs' threads have ended. */
void vm_destroy(struct vm *vm)
{
	for (unsigned int id = 0; vm->vcpus && id < vm->config.cpus; id++)
		vcpu_destroy(&vm->vcpus[id]);
	free(vm->vcpus);
	if (vm->fd >= 0)
		close(vm->fd);
	if (vm->memory)
		munmap(vm->memory, vm->config.memory_bytes);
	if (vm->memory_fd >= 0)
		close(vm->memory_fd);
	close(vm->event_fd);
}

static int vm_event(struct vm *vm, enum vmh_event event, const char *attempt)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };

	if (vm->dev->is_kvm || !dev_ioctl(vm->dev, vm->fd, VMH_SET_STATE, &change))
		return VMHCTL_OK;
	error_report(vm->dev, vm->fd, attempt);
	return VMHCTL_DEVICE;
}

/**
 * vm_start() - take the VM through its lifecycle to RUNNING and let the vCPUs go
 * @vm: created, its memory loaded and its vCPUs' registers set.
 *
 * Return: 0, or an exit status with the reason printed; then vm_stop() is still needed.
 */
int vm_start(struct vm *vm)
{
	int ret = vm_event(vm, VMH_EVENT_INIT, "initialise the VM");

	if (!ret)
		ret = vm_event(vm, VMH_EVENT_START, "start the VM");
	for (unsigned int id = 0; !ret && id < vm->config.cpus; id++)
		ret = vcpu_start(&vm->vcpus[id]);
	return ret;
}

/* Bring every vCPU's thread to its end. The VM has ended, or ends hereby. */
void vm_stop(struct vm *vm)
{
	vm_end(vm, VMHCTL_OK);
	for (unsigned int id = 0; id < vm->config.cpus; id++)
		vcpu_stop(&vm->vcpus[id]);
}

/**
 * vm_end() - end the VM
 * @vm: the VM.
 * @status: the exit code.
 *
 * Any thread may call it; the first one counts.
 *
 * Return: true if this call was the first, so that its reason is the one to print.
 */
bool vm_end(struct vm *vm, int status)
{
	int alive = VM_ALIVE;

	if (!atomic_compare_exchange_strong(&vm->status, &alive, status))
		return false;
	vm_wake_main(vm);
	return true;
}

/* Have the main thread look at the VM again. */
void vm_wake_main(struct vm *vm)
{
	/* Fails only when the counter is full, and then the main thread wakes anyway. */
	eventfd_write(vm->event_fd, 1);
}

/**
 * vm_irq_line() - set the level of an interrupt line
 * @vm: the VM; without interrupt controllers nothing happens.
 * @irq: input of the I/O APIC; one below 16 is the ISA interrupt too.
 * @level: whether it is asserted.
 */
void vm_irq_line(struct vm *vm, unsigned int irq, bool level)
{
	struct kvm_irq_level line = { .irq = irq, .level = level };

	if (!vm->config.irqchip || !dev_ioctl(vm->dev, vm->fd, VMH_IRQ_LINE, &line))
		return;
	/* A VM that was terminated from outside takes no interrupts; its vCPUs report that. */
	if (errno != ESTALE && vm_end(vm, VMHCTL_GUEST_FAILED))
		error_report(vm->dev, vm->fd, "set an interrupt line");
}

static bool vm_has(const struct vm *vm, unsigned long capability)
{
	return dev_ioctl_value(vm->dev, vm->dev->fd, VMH_CHECK_EXTENSION, capability) > 0;
}

/**
 * vm_irqfd() - have the kernel pulse an interrupt line for an eventfd
 * @vm: the VM, with interrupt controllers.
 * @event_fd: written to for each interrupt.
 * @gsi: input of the I/O APIC.
 *
 * Return: whether the device can do that; if not, vm_irq_line() has to.
 */
bool vm_irqfd(const struct vm *vm, int event_fd, unsigned int gsi)
{
	struct kvm_irqfd irqfd = { .fd = event_fd, .gsi = gsi };

	return vm_has(vm, KVM_CAP_IRQFD) && !dev_ioctl(vm->dev, vm->fd, VMH_IRQFD, &irqfd);
}

/**
 * vm_ioeventfd() - have the kernel answer a guest's write by an eventfd
 * @vm: the VM.
 * @event_fd: what is signalled.
 * @gpa: address of four bytes.
 * @value: what is written there; other values come here as before.
 *
 * Return: whether the device can do that; if not, the write comes here.
 */
bool vm_ioeventfd(const struct vm *vm, int event_fd, uint64_t gpa, uint32_t value)
{
	struct kvm_ioeventfd ioeventfd = {
		.datamatch = value, .addr = gpa, .len = sizeof(value), .fd = event_fd,
		.flags = KVM_IOEVENTFD_FLAG_DATAMATCH,
	};

	return vm_has(vm, KVM_CAP_IOEVENTFD) &&
	       !dev_ioctl(vm->dev, vm->fd, VMH_IOEVENTFD, &ioeventfd);
}

/**
 * vm_memory_at() - guest memory in this process
 * @vm: the VM.
 * @gpa: guest-physical address.
 * @bytes: how much of it is needed.
 *
 * Return: the memory, or NULL when not all of it is RAM.
 */
void *vm_memory_at(const struct vm *vm, uint64_t gpa, uint64_t bytes)
{
	uint64_t high_bytes = vm->config.memory_bytes - vm->low_bytes;

	if (gpa <= vm->low_bytes && bytes <= vm->low_bytes - gpa)
		return vm->memory + gpa;
	if (gpa < VM_HIGH_MEMORY_GPA)
		return NULL;
	gpa -= VM_HIGH_MEMORY_GPA;
	if (gpa <= high_bytes && bytes <= high_bytes - gpa)
		return vm->memory + vm->low_bytes + gpa;
	return NULL;
}
