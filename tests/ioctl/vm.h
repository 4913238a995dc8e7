/* SPDX-License-Identifier: GPL-2.0 */
/* A VM to test with, and calls whose outcome is checked. */
#ifndef VM_H
#define VM_H

#include "test.h"

#define VM_CPUS		4
#define PAGE		4096UL
#define CODE_GPA	0x1000

/*
 * Guest code in 16-bit mode, loaded and started at CODE_GPA, with segments of 4 GiB. It has to
 * work wherever it lies.
 */
#define GUEST(name, code)							\
	extern const char name[], name##_end[];					\
	asm(".pushsection .rodata\n.globl " #name ", " #name "_end\n.code16\n"	\
	    #name ":\n" code "\n" #name "_end:\n.code64\n.popsection")

/**
 * struct spec - the VM wanted; what is 0 has the value in brackets
 * @cpus: vCPUs created (1).
 * @memory: bytes of memory, from guest-physical 0 (1 MiB).
 * @irqchip: with in-kernel interrupt controllers and PIT.
 * @huge: let the kernel use huge pages; otherwise it may not.
 * @flags: of struct vmh_vm_config.
 * @limits: resource limits, up to the first that is 0.
 */
struct spec {
	unsigned int cpus;
	uint64_t memory;
	bool irqchip;
	bool huge;
	uint32_t flags;
	struct vmh_limit limits[4];
};

/**
 * struct vm - a VM
 * @dev: the device.
 * @fd: the VM.
 * @vcpu: its vCPUs.
 * @run: their run pages, each of @run_bytes.
 * @run_bytes: size of a run page.
 * @memory: guest memory, @bytes of it.
 * @bytes: its size.
 * @cpus: number of vCPUs.
 */
struct vm {
	int dev;
	int fd;
	int vcpu[VM_CPUS];
	struct kvm_run *run[VM_CPUS];
	size_t run_bytes;
	uint8_t *memory;
	uint64_t bytes;
	unsigned int cpus;
};

/* Devices and calls. A number may be given as the argument. */
int device_open(void);
long call(int fd, unsigned long command, void *argument);
long must(int fd, unsigned long command, void *argument);
#define VALUE(number)	((void *)(unsigned long)(number))

/**
 * struct refusal - how a call is to be refused
 * @error: errno.
 * @code: enum vmh_error_code; its hundreds are the category.
 * @field: name of the field, or NULL for none.
 * @any_field: @field does not matter.
 * @check_got: compare @got.
 * @check_expected: compare @expected.
 */
struct refusal {
	int error;
	uint32_t code;
	const char *field;
	bool any_field, check_got, check_expected;
	uint64_t got, expected;
};

#define GOT(value)	.check_got = true, .got = (value)
#define EXPECTED(value)	.check_expected = true, .expected = (value)

void refused_at(const char *file, int line, int fd, unsigned long command, void *argument,
		const struct refusal *want);
#define REFUSED(fd, command, argument, ...) \
	refused_at(__FILE__, __LINE__, fd, command, argument, &(struct refusal){ __VA_ARGS__ })

struct vmh_error last_error(int fd);

/* VMs. */
struct vmh_vm_config vm_config(uint64_t memory, unsigned int cpus);
void vm_create(struct vm *vm, const struct spec *spec);
void vm_add_vcpu(struct vm *vm, unsigned int id);
void vm_add_slot(struct vm *vm, uint32_t slot, uint64_t gpa, uint64_t bytes, void *memory);
void vm_load(struct vm *vm, const char *code, const char *end);
#define VM_LOAD(vm, name) vm_load(vm, name, name##_end)
void vm_reset(struct vm *vm, unsigned int id);
void vm_make(struct vm *vm, const struct spec *spec);
void vm_start(struct vm *vm);
void vm_event(struct vm *vm, enum vmh_event event);
struct vmh_state_info vm_state(struct vm *vm);
struct vmh_usage vm_usage(struct vm *vm);
void vm_close(struct vm *vm);

/* VMs seen from outside. */
unsigned int list_vms(int dev, uint32_t after, struct vmh_vm_entry *entries, unsigned int nr);
struct vmh_vm_entry vm_entry(struct vm *vm);
int vm_open(int dev, const struct vmh_vm_entry *entry, uint32_t rights);
void in_child(void (*work)(void *context), void *context);
void become_stranger(void);
void drop_capabilities(uint64_t which);
#define STRANGER	1000	/* user id of one who is not root */

/* RUN until something happens, and check what. */
uint32_t vm_run(struct vm *vm, unsigned int id);
void vm_run_until(struct vm *vm, unsigned int id, uint32_t exit_reason);
struct kvm_regs vm_regs(struct vm *vm, unsigned int id);

/* One MSR. SET returns how many were written, 0 or 1; the value to get has to be there. */
long vm_set_msr(struct vm *vm, unsigned int id, uint32_t index, uint64_t value);
uint64_t vm_get_msr(struct vm *vm, unsigned int id, uint32_t index);

/* The pages of slot 0, all of the VM's memory: log which are written, and read the log. */
void vm_log_dirty(struct vm *vm);
bool vm_page_is_dirty(struct vm *vm, uint64_t gpa);

/* Let vCPU 0 write to pages from an address on. Returns the exit reason: HLT when it is done. */
uint32_t vm_touch(struct vm *vm, uint64_t gpa, uint64_t pages);

/* A thread that runs a vCPU until RUN fails, or exits with a reason other than INTR. */
struct runner {
	struct vm *vm;
	unsigned int id;
	unsigned long thread;
	volatile long ret;
	volatile int error;
	volatile uint32_t exit_reason;
	volatile bool done;
};

void runner_start(struct runner *runner, struct vm *vm, unsigned int id);
void runner_join(struct runner *runner);
void wait_for_byte(volatile uint8_t *byte, uint8_t value);
void wait_until_changes(volatile uint32_t *counter);
void *map_pages(uint64_t bytes);
/* Does the host take its processors' TSCs for different ones? */
bool tsc_is_unstable(void);
void sleep_ms(unsigned int ms);

/* Guests used by several files. */
extern const char guest_hlt[], guest_hlt_end[];		/* HLT */
extern const char guest_out[], guest_out_end[];		/* OUT 0x10 of AL, again and again */
extern const char guest_spin[], guest_spin_end[];	/* counts at 0x2000, IF set */
extern const char guest_spin_cli[], guest_spin_cli_end[];	/* the same with IF clear */
extern const char guest_touch[], guest_touch_end[];	/* writes to CX pages from EBX on, HLT */
#define SPIN_COUNTER	0x2000

#endif /* VM_H */
