// SPDX-License-Identifier: GPL-2.0
/*
 * foreign COUNT: a VMM made for KVM that is refused a vCPU so often, and exits without a word of
 * why.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <linux/kvm.h>

#define NO_SUCH_VCPU	99999

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1;
	int device = open("/dev/vmh", O_RDWR);
	int vm = ioctl(device, KVM_CREATE_VM, 0);

	if (device < 0 || vm < 0)
		return 2;
	while (count--)
		if (ioctl(vm, KVM_CREATE_VCPU, NO_SUCH_VCPU) >= 0)
			return 3;
	return 1;
}
