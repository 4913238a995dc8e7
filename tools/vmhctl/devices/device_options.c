// SPDX-License-Identifier: GPL-2.0
/* What --disk, --net and --console say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "device_options.h"

#define READ_ONLY	",ro"
#define FORMAT		",format="
#define SOCKET		"socket="
#define TAP		"tap="
#define USER		"user"
#define MAC		",mac="

static const char too_many[] = "more than 7 disks, networks and virtio consoles";

static bool is_full(const struct device_options *options)
{
	return options->nr_disks + options->nr_nets + options->console == DEVICES_MAX;
}

/* Whether the text ends with the suffix; then it is as much shorter. */
static bool take_suffix(const char *text, size_t *length, const char *suffix)
{
	size_t bytes = strlen(suffix);

	if (*length < bytes || strncmp(text + *length - bytes, suffix, bytes))
		return false;
	*length -= bytes;
	return true;
}

static bool take_format(const char *text, size_t *length, enum disk_format *format)
{
	if (take_suffix(text, length, FORMAT "raw"))
		*format = DISK_FORMAT_RAW;
	else if (take_suffix(text, length, FORMAT "qcow2"))
		*format = DISK_FORMAT_QCOW2;
	else
		return false;
	return true;
}

/**
 * device_options_disk() - take a --disk
 * @options: it is added to these.
 * @text: FILE, followed by ",ro", ",format=raw|qcow2" or both; or socket=PATH.
 *
 * Return: NULL, or what is wrong.
 */
const char *device_options_disk(struct device_options *options, const char *text)
{
	struct disk_option *disk = &options->disks[options->nr_disks];
	bool is_socket = !strncmp(text, SOCKET, strlen(SOCKET));
	size_t length;
	const char *comma;

	if (is_full(options))
		return too_many;
	if (is_socket)
		text += strlen(SOCKET);
	length = strlen(text);
	*disk = (struct disk_option){ .format = is_socket ? DISK_FORMAT_SOCKET : DISK_FORMAT_ANY };
	while (!is_socket) {
		if (take_suffix(text, &length, READ_ONLY))
			disk->read_only = true;
		else if (!take_format(text, &length, &disk->format))
			break;
	}
	if (!length || length >= sizeof(disk->path))
		return "must be FILE, FILE,ro, FILE,format=raw|qcow2 or socket=PATH";
	comma = memrchr(text, ',', length);
	if (comma && !strncmp(comma, FORMAT, strlen(FORMAT)))
		return "the formats are raw and qcow2";
	memcpy(disk->path, text, length);
	disk->path[length] = 0;
	options->nr_disks++;
	return NULL;
}

static bool parse_mac(const char *text, uint8_t mac[NET_MAC_BYTES])
{
	for (unsigned int i = 0; i < NET_MAC_BYTES; i++, text += 3) {
		char *end, pair[3] = { 0 };

		snprintf(pair, sizeof(pair), "%.2s", text);
		mac[i] = strtoul(pair, &end, 16);
		if (end != pair + 2 || strspn(pair, "0123456789abcdefABCDEF") != 2 ||
		    text[2] != (i + 1 < NET_MAC_BYTES ? ':' : 0))
			return false;
	}
	/* A group is no address of one. */
	return !(mac[0] & 1);
}

/* One of those that anyone may give himself, and that is unlikely to be another's. */
static void random_mac(uint8_t mac[NET_MAC_BYTES])
{
	if (getrandom(mac, NET_MAC_BYTES, 0) != NET_MAC_BYTES)
		memset(mac, 0, NET_MAC_BYTES);
	mac[0] = 0x52;
	mac[1] = 0x54;
	mac[2] = 0x00;
}

/**
 * device_options_net() - take a --net
 * @options: it is added to these.
 * @text: tap=NAME or user, with ",mac=XX:XX:XX:XX:XX:XX" or without. Cut at the comma.
 *
 * Return: NULL, or what is wrong.
 */
const char *device_options_net(struct device_options *options, const char *text)
{
	struct net_options *net = &options->nets[options->nr_nets];
	const char *comma = strchr(text, ',');
	size_t length = comma ? (size_t)(comma - text) : strlen(text);

	if (is_full(options))
		return too_many;
	if (!comma)
		random_mac(net->mac);
	else if (strncmp(comma, MAC, strlen(MAC)) || !parse_mac(comma + strlen(MAC), net->mac))
		return "after the comma comes mac=XX:XX:XX:XX:XX:XX, of a single station";
	net->tap[0] = 0;
	if (length > strlen(TAP) && !strncmp(text, TAP, strlen(TAP))) {
		length -= strlen(TAP);
		if (length >= sizeof(net->tap))
			return "the name of the tap is longer than 15 characters";
		memcpy(net->tap, text + strlen(TAP), length);
		net->tap[length] = 0;
	} else if (length != strlen(USER) || strncmp(text, USER, length)) {
		return "must be tap=NAME or user";
	}
	options->nr_nets++;
	return NULL;
}

/**
 * device_options_console() - take a --console
 * @options: it is added to these.
 * @text: serial or virtio; of several the last one counts.
 *
 * Return: NULL, or what is wrong.
 */
const char *device_options_console(struct device_options *options, const char *text)
{
	options->console = false;
	if (!strcmp(text, "serial"))
		return NULL;
	if (strcmp(text, "virtio"))
		return "must be serial or virtio";
	if (is_full(options))
		return too_many;
	options->console = true;
	return NULL;
}
