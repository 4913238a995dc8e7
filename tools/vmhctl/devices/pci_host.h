/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_PCI_HOST_H
#define VMHCTL_PCI_HOST_H

#include <stdatomic.h>
#include <stdint.h>

struct vm;

/**
 * struct pci_host - a PCI bus with nothing on it
 * @address: configuration address register.
 */
struct pci_host {
	atomic_uint address;
};

void pci_host_add(struct pci_host *host, struct vm *vm);

#endif /* VMHCTL_PCI_HOST_H */
