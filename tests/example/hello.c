// SPDX-License-Identifier: GPL-2.0
/* A virtual machine that says "Hi": five instructions, where a PC's processor starts. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/vmh.h>

/* mov $'H',%al; out %al,$0xe9; mov $'i',%al; out %al,$0xe9; hlt */
static const char guest[] = "\xb0H\xe6\xe9\xb0i\xe6\xe9\xf4";
static char memory[4096] __attribute__((aligned(4096)));

static int call(int fd, unsigned long command, void *argument)
{
	struct vmh_error why = { .size = sizeof(why) };
	int ret;

	do
		ret = ioctl(fd, command, argument);
	while (ret < 0 && errno == EINTR);
	if (ret < 0)		/* every refusal is explained */
		errx(1, "%s", ioctl(fd, VMH_GET_ERROR, &why) ? "no " VMH_DEVICE_PATH : why.text);
	return ret;
}

int main(void)
{
	struct vmh_vm_config config = { .size = sizeof(config), .flags = VMH_VM_AUTO_START,
		.memory_size = sizeof(memory), .vcpu_count = 1 };
	struct kvm_userspace_memory_region top = { .guest_phys_addr = 0xfffff000,
		.memory_size = sizeof(memory), .userspace_addr = (unsigned long)memory };
	int device = open(VMH_DEVICE_PATH, O_RDWR);
	int vm = call(device, VMH_CREATE_VM, &config);
	int vcpu = call(vm, VMH_CREATE_VCPU, NULL);
	struct kvm_run *run = mmap(NULL, call(device, VMH_GET_VCPU_MMAP_SIZE, NULL),
				   PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);

	if (run == MAP_FAILED)
		err(1, "mmap");
	memcpy(memory + 0xff0, guest, sizeof(guest));
	call(vm, VMH_SET_USER_MEMORY_REGION, &top);
	while (!call(vcpu, VMH_RUN, NULL) && run->exit_reason == KVM_EXIT_IO)
		putchar(((char *)run)[run->io.data_offset]);
	printf("\nexit reason %u, %s\n", run->exit_reason,
	       run->exit_reason == KVM_EXIT_HLT ? "halted" : "which is wrong");
	return run->exit_reason != KVM_EXIT_HLT;
}
