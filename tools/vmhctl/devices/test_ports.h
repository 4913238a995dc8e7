/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TEST_PORTS_H
#define VMHCTL_TEST_PORTS_H

#include <stdint.h>

struct vm;

#define TEST_SCRATCH_PORT	0x520	/* 8 ports of memory, then one with the width */
#define TEST_SCRATCH_PORTS	8
#define TEST_SCRATCH_GPA	0xd0000000ULL
#define TEST_SCRATCH_BYTES	4096
#define TEST_SCRATCH_WIDTH	0xff8	/* offset of the width */

/**
 * struct scratch - memory behind a bus, so that a guest can check what arrives there
 * @bytes: what was written.
 * @width_at: reading here gives the width of the last access elsewhere.
 * @width: it.
 */
struct scratch {
	uint8_t bytes[TEST_SCRATCH_BYTES];
	unsigned int width_at;
	uint8_t width;
};

/**
 * struct test_ports - what a flat guest talks to
 * @ports: scratch memory at I/O ports.
 * @mmio: scratch memory at addresses.
 */
struct test_ports {
	struct scratch ports;
	struct scratch mmio;
};

void test_ports_add(struct test_ports *test_ports, struct vm *vm);

#endif /* VMHCTL_TEST_PORTS_H */
