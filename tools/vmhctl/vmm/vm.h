/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VM_H
#define VMHCTL_VM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "io_bus.h"

/* RAM below the hole for the APICs and other MMIO, and where it continues above. */
#define VM_LOW_MEMORY_MAX	0xc0000000ULL
#define VM_HIGH_MEMORY_GPA	0x100000000ULL
#define VM_PAGE_SIZE		4096ULL
#define VM_HUGE_PAGE_SIZE	(2ULL << 20)
#define VM_CPUS_MAX		255u	/* APIC ids 0 to 254; 255 addresses all */

#define VM_ALIVE		(-1)

struct vcpu;

/**
 * struct vm_config - the machine to make
 * @name: for people; may be empty.
 * @memory_bytes: RAM; a multiple of the page size.
 * @hugepages: RAM from the huge pages that were set aside.
 * @shared: RAM in a file that other processes can map.
 * @cpus: number of vCPUs.
 * @irqchip: interrupt controllers and timer in the kernel. Without them there are no interrupts
 *	and HLT comes here.
 * @limits: caps beside those that memory and vCPUs are.
 * @nr_limits: how many.
 * @exit_at_limit: end the VM when the guest reaches a limit, instead of waiting for room.
 */
struct vm_config {
	const char *name;
	uint64_t memory_bytes;
	bool hugepages;
	bool shared;
	unsigned int cpus;
	bool irqchip;
	struct vmh_limit limits[VMH_RES_MAX];
	unsigned int nr_limits;
	bool exit_at_limit;
};

/**
 * struct vm - a virtual machine
 * @dev: the device it lives on.
 * @config: how it was made.
 * @fd: the VM.
 * @memory: RAM in this process: @low_bytes at guest-physical 0, the rest from 4 GiB.
 * @memory_fd: the file that @memory is if it is shared, else -1.
 * @low_bytes: RAM below the hole.
 * @run_bytes: size of a vCPU's run page.
 * @vcpus: @config.cpus of them.
 * @ports: the I/O ports.
 * @mmio: devices in memory.
 * @status: the exit code once the VM has ended, VM_ALIVE until then.
 * @halted: vCPUs stopped in HLT without an interrupt controller.
 * @limit_told: the limit that the user was last told the guest has reached.
 * @id: how others call it: limit_learn_id().
 * @event_fd: eventfd that wakes the main thread: the VM ended, or a device wants input.
 */
struct vm {
	const struct device *dev;
	struct vm_config config;
	int fd;
	uint8_t *memory;
	int memory_fd;
	uint64_t low_bytes;
	size_t run_bytes;
	struct vcpu *vcpus;
	struct io_bus ports;
	struct io_bus mmio;
	atomic_int status;
	atomic_uint halted;
	atomic_ullong limit_told;
	char id[16];
	int event_fd;
};

/* Whether someone ended the VM. */
static inline bool vm_ended(const struct vm *vm)
{
	return atomic_load_explicit(&vm->status, memory_order_acquire) != VM_ALIVE;
}

int vm_create(struct vm *vm, const struct device *dev, const struct vm_config *config);
void vm_destroy(struct vm *vm);
int vm_start(struct vm *vm);
void vm_stop(struct vm *vm);
bool vm_end(struct vm *vm, int status);
void vm_wake_main(struct vm *vm);
void vm_irq_line(struct vm *vm, unsigned int irq, bool level);
bool vm_irqfd(const struct vm *vm, int event_fd, unsigned int gsi);
bool vm_ioeventfd(const struct vm *vm, int event_fd, uint64_t gpa, uint32_t value);
void *vm_memory_at(const struct vm *vm, uint64_t gpa, uint64_t bytes);

#endif /* VMHCTL_VM_H */
