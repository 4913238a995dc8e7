/* SPDX-License-Identifier: GPL-2.0 */
/* The shadow of a VM: what it would be, were the calls made one after the other. */
#ifndef SHADOW_H
#define SHADOW_H

#include "stress.h"

#define OPEN_MAX	16

/**
 * struct shadow - one of the states that a VM may be in, after some calls
 * @state: enum vmh_state.
 * @previous: as GET_STATE tells it.
 * @last_event: the same.
 * @reason: the same.
 * @generation: the same.
 * @vcpus: a bit for each vCPU that there is.
 * @slots: a bit for each slot.
 * @closed: a bit for each fd that is closed.
 * @zero: it is compared by bytes.
 * @done: a bit for each call under way that has taken effect.
 * @admitted: a bit for each RUN under way that was let in.
 * @before: for each SET_STATE under way that has taken effect, a bit for each state that the VM may
 *	have been in before. It does not make a shadow another one.
 */
struct shadow {
	uint8_t state;
	uint8_t previous;
	uint8_t last_event;
	uint8_t reason;
	uint32_t generation;
	uint8_t vcpus;
	uint8_t slots;
	uint8_t closed;
	uint8_t zero;
	uint16_t done;
	uint16_t admitted;
	uint8_t before[OPEN_MAX];
};

bool shadow_step(const struct world *world, struct shadow *shadow, const struct record *record,
		 unsigned int place);

#endif /* SHADOW_H */
