// SPDX-License-Identifier: GPL-2.0
/*
 * PCI configuration space by "Configuration Mechanism #1" (PCI Local Bus Specification 3.0), with
 * the host bridge and nothing else. Guests that find no PCI at all complain of it.
 */
#include <string.h>

#include "pci_host.h"
#include "vm.h"
#include "vmhctl.h"

#define ADDRESS_PORT		0xcf8
#define DATA_PORT		0xcfc
#define PORTS			4

#define ADDRESS_ENABLE		0x80000000u
#define ADDRESS_DEVICE(a)	((a) >> 8 & 0xffff)	/* bus, device, function */
#define ADDRESS_REGISTER(a)	((a) & 0xfc)

/* Red Hat's bridge, as in QEMU's machines; it has no registers to write. */
static const uint32_t bridge[] = {
	[0] = 0x00081b36,	/* device, vendor */
	[2] = 0x06000000,	/* class: host bridge */
};

/* An access of another width is nobody's. */
static void address_load(void *opaque, unsigned int offset, uint8_t *data, unsigned int size)
{
	struct pci_host *host = opaque;
	uint32_t address = host->address;

	if (!offset && size == sizeof(address))
		memcpy(data, &address, sizeof(address));
	else
		memset(data, 0xff, size);
}

static void address_store(void *opaque, unsigned int offset, const uint8_t *data,
			  unsigned int size)
{
	struct pci_host *host = opaque;
	uint32_t address;

	if (offset || size != sizeof(address))
		return;
	memcpy(&address, data, sizeof(address));
	host->address = address & ~3u;
}

static void data_load(void *opaque, unsigned int offset, uint8_t *data, unsigned int size)
{
	struct pci_host *host = opaque;
	uint32_t address = host->address, value = UINT32_MAX;
	unsigned int index = ADDRESS_REGISTER(address) / sizeof(bridge[0]);

	if ((address & ADDRESS_ENABLE) && !ADDRESS_DEVICE(address))
		value = index < ARRAY_SIZE(bridge) ? bridge[index] : 0;
	memcpy(data, (const uint8_t *)&value + offset, size);
}

static void data_store(void *opaque, unsigned int offset, const uint8_t *data, unsigned int size)
{
	(void)opaque;
	(void)offset;
	(void)data;
	(void)size;
}

/**
 * pci_host_add() - give a VM the bus
 * @host: filled in; lives as long as the VM.
 * @vm: the VM.
 *
 * Comes after reset_add(): a byte written to 0xcf9 is the reset register's.
 */
void pci_host_add(struct pci_host *host, struct vm *vm)
{
	*host = (struct pci_host){ 0 };
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "pci-address", .base = ADDRESS_PORT, .count = PORTS,
		.opaque = host, .load = address_load, .store = address_store,
	});
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "pci-data", .base = DATA_PORT, .count = PORTS,
		.opaque = host, .load = data_load, .store = data_store,
	});
}
