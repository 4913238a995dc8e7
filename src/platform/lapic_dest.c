// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: which messages are for it. Intel SDM, "Determining IPI Destination" and, for x2APIC,
 * "Logical Destination Mode in x2APIC Mode".
 */
#include "lapic_internal.h"

/**
 * lapic_get_dest() - copy what decides whether messages are for an APIC
 * @l: the APIC
 * @dest: the copy, for lapic_dest_match() by senders
 *
 * LAPIC_FX_MAP, a reset and lapic_set_base() make a copy outdated.
 */
void lapic_get_dest(const struct lapic *l, struct lapic_dest *dest)
{
	const u32 ldr = lapic_reg_read(l, LAPIC_REG_LDR);

	*dest = (struct lapic_dest) {
		.id = l->id,
		.ldr = lapic_x2apic(l) ? ldr : ldr >> 24,
		.enabled = lapic_enabled(l),
		.sw_enabled = l->sw_enabled,
		.x2apic = lapic_x2apic(l),
		.cluster = !(lapic_reg_read(l, LAPIC_REG_DFR) >> 28),
	};
}

/* To a group of up to @bits members: the same cluster above them, and a member in common. */
static bool lapic_in_cluster(u32 ldr, u32 dest, unsigned int bits)
{
	return ldr >> bits == dest >> bits && (ldr & dest & GENMASK(bits - 1, 0));
}

static bool lapic_match_logical(const struct lapic_dest *dest, const struct irq_msg *msg)
{
	if (dest->x2apic)
		return lapic_in_cluster(dest->ldr, msg->dest, 16);
	/* An xAPIC has no logical id that more than 8 bits could name. */
	if (msg->dest > 0xff)
		return false;
	if (dest->cluster)
		return lapic_in_cluster(dest->ldr, msg->dest, 4);
	return dest->ldr & msg->dest;
}

static bool lapic_match_physical(const struct lapic_dest *dest, const struct irq_msg *msg)
{
	if (dest->x2apic || msg->dest_32bit)
		return msg->dest == dest->id;
	return msg->dest == (dest->id & 0xff);
}

/**
 * lapic_dest_match() - is a message for this APIC?
 * @dest: the APIC's, from lapic_get_dest()
 * @msg: the message; its shorthand is the caller's to resolve
 *
 * An APIC that software disabled takes no fixed and no lowest-priority interrupt, one that is
 * globally disabled takes nothing.
 *
 * Return: true if it is. For a lowest-priority message, the APIC is a candidate.
 */
bool lapic_dest_match(const struct lapic_dest *dest, const struct irq_msg *msg)
{
	const u32 everybody = msg->dest_32bit ? IRQ_MSG_BROADCAST_32 : IRQ_MSG_BROADCAST_8;

	if (!dest->enabled)
		return false;
	if (!dest->sw_enabled && (msg->mode == IRQ_MSG_FIXED || msg->mode == IRQ_MSG_LOWEST))
		return false;
	if (msg->dest == everybody && !(msg->exact && dest->x2apic && !msg->dest_32bit))
		return true;
	if (msg->logical)
		return lapic_match_logical(dest, msg);
	return lapic_match_physical(dest, msg);
}

/**
 * lapic_match() - lapic_dest_match() for the owner of an APIC
 * @l: the APIC
 * @msg: the message
 *
 * Return: true if the message is for it.
 */
bool lapic_match(const struct lapic *l, const struct irq_msg *msg)
{
	struct lapic_dest dest;

	lapic_get_dest(l, &dest);
	return lapic_dest_match(&dest, msg);
}
