// SPDX-License-Identifier: GPL-2.0
/*
 * gdb SOCKET: what a debugger does to a guest of QEMU's, over its gdb stub: stop, read registers,
 * single step, breakpoints in hardware and in memory, go on. The guest must come by the same place
 * again and again, as an idle kernel does. Prints a line of TAP for each.
 *
 * gdb SOCKET spoil: give the guest, in 64-bit mode, an RFLAGS with which no processor enters it.
 */
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PACKET_MAX	4096
#define RIP_INDEX	16	/* of 64-bit registers in the answer to "g" */
#define RFLAGS_DIGIT	((RIP_INDEX + 1) * 16)	/* where RFLAGS, 32 bits of it, begins there */
#define RFLAGS_VM_SET	"02020200"	/* with IF; in the target's byte order */

static int stub;
static int failures;

static void report(bool good, const char *what)
{
	printf("%s - qemu gdb: %s\n", good ? "ok" : "not ok", what);
	failures += !good;
}

static char get_byte(void)
{
	char byte;

	if (read(stub, &byte, 1) != 1)
		errx(1, "the stub hung up");
	return byte;
}

static void put(const char *text, size_t length)
{
	if (write(stub, text, length) != (ssize_t)length)
		err(1, "write");
}

/* A packet is $text#checksum, and is answered by a plus sign. */
static void send_packet(const char *text)
{
	char packet[PACKET_MAX];
	uint8_t sum = 0;

	for (const char *c = text; *c; c++)
		sum += *c;
	put(packet, snprintf(packet, sizeof(packet), "$%s#%02x", text, sum));
	while (get_byte() != '+')
		;
}

static void receive_packet(char text[PACKET_MAX])
{
	size_t length = 0;

	while (get_byte() != '$')
		;
	while (length < PACKET_MAX - 1 && (text[length] = get_byte()) != '#')
		length++;
	text[length] = '\0';
	get_byte();
	get_byte();
	put("+", 1);
}

static const char *ask(const char *question)
{
	static char answer[PACKET_MAX];

	send_packet(question);
	receive_packet(answer);
	return answer;
}

/* The answer to "g" has registers in the target's byte order. */
static uint64_t rip(void)
{
	const char *registers = ask("g") + RIP_INDEX * 16;
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--) {
		char byte[3] = { registers[2 * i], registers[2 * i + 1], '\0' };

		value = value << 8 | strtoul(byte, NULL, 16);
	}
	return value;
}

static bool stopped(const char *answer)
{
	return !strncmp(answer, "T05", 3) || !strncmp(answer, "S05", 3);
}

static void check_steps(void)
{
	uint64_t last = rip();
	int moved = 0;

	for (int i = 0; i < 20; i++) {
		uint64_t now;

		if (!stopped(ask("s")))
			break;
		now = rip();
		moved += now != last;
		last = now;
	}
	report(moved >= 15, "single steps move on");
}

/*
 * Three times round to the same place. As a debugger does, each time a step leads away from it
 * while the breakpoint is not set.
 */
static void check_breakpoint(int kind, const char *what)
{
	uint64_t where = rip();
	char command[64];
	int hits = 0;

	snprintf(command, sizeof(command), "?%d,%llx,1", kind, (unsigned long long)where);
	for (int i = 0; i < 3; i++) {
		if (!stopped(ask("s")))
			break;
		command[0] = 'Z';
		if (strcmp(ask(command), "OK"))
			break;
		hits += stopped(ask("c")) && rip() == where;
		command[0] = 'z';
		if (strcmp(ask(command), "OK"))
			break;
	}
	report(hits == 3, what);
}

static void debug(void)
{
	report(rip() >> 63, "registers: RIP is in the kernel");
	check_steps();
	check_breakpoint(1, "breakpoint in hardware, three times");
	check_breakpoint(0, "breakpoint in memory, three times");
	report(!strcmp(ask("D"), "OK"), "the guest goes on");
}

static void spoil(void)
{
	static char registers[PACKET_MAX + 1] = "G";

	snprintf(registers + 1, PACKET_MAX, "%s", ask("g"));
	memcpy(registers + 1 + RFLAGS_DIGIT, RFLAGS_VM_SET, strlen(RFLAGS_VM_SET));
	report(!strcmp(ask(registers), "OK"), "RFLAGS.VM is set");
	report(!strcmp(ask("D"), "OK"), "the guest is let go");
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	bool spoils = argc == 3 && !strcmp(argv[2], "spoil");

	if ((argc != 2 && !spoils) || strlen(argv[1]) >= sizeof(address.sun_path))
		errx(2, "usage: gdb SOCKET [spoil]");
	strcpy(address.sun_path, argv[1]);
	stub = socket(AF_UNIX, SOCK_STREAM, 0);
	if (stub < 0 || connect(stub, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", argv[1]);
	alarm(60);
	report(stopped(ask("?")), "the guest is stopped");
	if (spoils)
		spoil();
	else
		debug();
	return failures != 0;
}
