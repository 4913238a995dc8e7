/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_LAYOUT_H
#define VMHCTL_LAYOUT_H

/*
 * Where vmhctl puts what in the first MiB of a Linux guest's memory. The kernel copies the
 * first group before it uses memory there; the firmware's area is reserved in the memory map.
 */
#define LAYOUT_GDT_GPA		0x00000500ULL
#define LAYOUT_ZERO_PAGE_GPA	0x00007000ULL	/* struct boot_params */
#define LAYOUT_SETUP_DATA_GPA	0x00008000ULL
#define LAYOUT_PAGE_TABLES_GPA	0x00009000ULL	/* six pages */
#define LAYOUT_CMDLINE_GPA	0x00020000ULL
#define LAYOUT_CMDLINE_MAX	0x00010000ULL	/* with the closing NUL */

#define LAYOUT_BASE_END_GPA	0x0009fc00ULL	/* end of conventional memory */
#define LAYOUT_FIRMWARE_GPA	0x000e0000ULL
#define LAYOUT_ACPI_GPA		LAYOUT_FIRMWARE_GPA
#define LAYOUT_ACPI_BYTES	0x00010000ULL
#define LAYOUT_MPTABLE_GPA	0x000f0000ULL
#define LAYOUT_MPTABLE_BYTES	0x00010000ULL
#define LAYOUT_HIGH_GPA		0x00100000ULL	/* where kernels may go */

#define LAYOUT_LAPIC_GPA	0xfee00000ULL
#define LAYOUT_IOAPIC_GPA	0xfec00000ULL

/*
 * Virtio devices: a page of registers and an input of the I/O APIC each. Inputs below 16 are the
 * ISA bus's.
 */
#define LAYOUT_VIRTIO_GPA	0xd1000000ULL
#define LAYOUT_VIRTIO_BYTES	0x00001000ULL
#define LAYOUT_VIRTIO_GSI	16u
#define LAYOUT_VIRTIO_MAX	8u

#endif /* VMHCTL_LAYOUT_H */
