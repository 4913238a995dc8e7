// SPDX-License-Identifier: GPL-2.0
/*
 * Split virtqueues (Virtual I/O Device specification 1.2, "Split Virtqueues"), the device's side.
 * The driver is hostile: addresses are looked up before use, each field is fetched once, and no
 * chain makes more steps than a chain has room for.
 */
#include <string.h>

#include "virtq.h"
#include "vm.h"

#define DESC_ALIGN	16u
#define AVAIL_ALIGN	2u
#define USED_ALIGN	4u

/* Whether a queue may have that many entries. */
bool virtq_size_ok(uint32_t size)
{
	return size && size <= VIRTQ_SIZE_MAX && !(size & (size - 1));
}

static void *ring_at(const struct virtq *vq, uint64_t gpa, size_t bytes, unsigned int align)
{
	return gpa & (align - 1) ? NULL : vm_memory_at(vq->vm, gpa, bytes);
}

/* The index that the driver waits for: after the available ring's entries. */
static uint16_t *used_event(const struct virtq *vq)
{
	return &vq->avail->ring[vq->size];
}

/* And the one that we wait for. */
static uint16_t *avail_event(const struct virtq *vq)
{
	return (uint16_t *)&vq->used->ring[vq->size];
}

/**
 * virtq_map() - find a queue in guest memory
 * @vq: its size and addresses are set.
 *
 * Return: whether all of it is in RAM and aligned.
 */
bool virtq_map(struct virtq *vq)
{
	size_t event = sizeof(uint16_t);

	if (!virtq_size_ok(vq->size))
		return false;
	vq->desc = ring_at(vq, vq->desc_gpa, vq->size * sizeof(*vq->desc), DESC_ALIGN);
	vq->avail = ring_at(vq, vq->avail_gpa, sizeof(*vq->avail) + vq->size * sizeof(uint16_t) +
			    event, AVAIL_ALIGN);
	vq->used = ring_at(vq, vq->used_gpa, sizeof(*vq->used) +
			   vq->size * sizeof(vq->used->ring[0]) + event, USED_ALIGN);
	return vq->desc && vq->avail && vq->used;
}

/* Forget all but the VM. */
void virtq_reset(struct virtq *vq)
{
	*vq = (struct virtq){ .vm = vq->vm, .size = VIRTQ_SIZE_MAX };
}

/* Copy a descriptor once: the compiler may not go back to the guest's memory for a field. */
static struct vring_desc desc_fetch(const struct vring_desc *at)
{
	struct vring_desc desc;

	memcpy(&desc, at, sizeof(desc));
	__asm__ volatile("" : : : "memory");
	return desc;
}

/* Add a buffer. Those to be read come before those to be written. */
static bool chain_add(const struct virtq *vq, struct virtq_chain *chain,
		      const struct vring_desc *desc)
{
	bool in = desc->flags & VRING_DESC_F_WRITE;
	unsigned int nr = chain->nr_out + chain->nr_in;
	void *at;

	if (nr == VIRTQ_SEGMENTS || (!in && chain->nr_in))
		return false;
	at = vm_memory_at(vq->vm, desc->addr, desc->len);
	if (!at)
		return false;
	chain->iov[nr] = (struct iovec){ .iov_base = at, .iov_len = desc->len };
	if (in) {
		chain->nr_in++;
		chain->in_bytes += desc->len;
	} else {
		chain->nr_out++;
		chain->out_bytes += desc->len;
	}
	return true;
}

/**
 * struct table - descriptors that a chain goes through
 * @at: the first of them.
 * @nr: how many.
 * @indirect: not those of the queue itself, and so without further tables.
 */
struct table {
	const struct vring_desc *at;
	uint32_t nr;
	bool indirect;
};

static bool table_enter(const struct virtq *vq, struct table *table,
			const struct vring_desc *desc)
{
	if (table->indirect || (desc->flags & VRING_DESC_F_NEXT) || !desc->len ||
	    desc->len % sizeof(*desc) || desc->len / sizeof(*desc) > UINT16_MAX)
		return false;
	*table = (struct table){
		.at = vm_memory_at(vq->vm, desc->addr, desc->len),
		.nr = desc->len / sizeof(*desc),
		.indirect = true,
	};
	return table->at;
}

/* Follow a chain. Every step but the one into a table takes a place in @chain, so it ends. */
static bool chain_walk(const struct virtq *vq, struct virtq_chain *chain, uint16_t index)
{
	struct table table = { .at = vq->desc, .nr = vq->size };
	struct vring_desc desc;

	do {
		if (index >= table.nr)
			return false;
		desc = desc_fetch(&table.at[index]);
		index = desc.next;
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			if (!table_enter(vq, &table, &desc))
				return false;
			desc.flags = VRING_DESC_F_NEXT;
			index = 0;
		} else if (!chain_add(vq, chain, &desc)) {
			return false;
		}
	} while (desc.flags & VRING_DESC_F_NEXT);
	return true;
}

/**
 * virtq_pop() - take the next chain that the driver offers
 * @vq: mapped.
 * @chain: filled in.
 *
 * Return: VIRTQ_CHAIN; VIRTQ_EMPTY when there is none; VIRTQ_BROKEN when the driver has written
 * nonsense, and the device needs a reset.
 */
enum virtq_result virtq_pop(struct virtq *vq, struct virtq_chain *chain)
{
	/* What the entries say was written before the index was. */
	uint16_t avail = __atomic_load_n(&vq->avail->idx, __ATOMIC_ACQUIRE);
	uint16_t waiting = avail - vq->next_avail;
	uint16_t head;

	if (!waiting)
		return VIRTQ_EMPTY;
	if (waiting > vq->size)
		return VIRTQ_BROKEN;
	head = __atomic_load_n(&vq->avail->ring[vq->next_avail & (vq->size - 1)],
			       __ATOMIC_RELAXED);
	chain->head = head;
	chain->nr_out = 0;
	chain->nr_in = 0;
	chain->out_bytes = 0;
	chain->in_bytes = 0;
	if (!chain_walk(vq, chain, head))
		return VIRTQ_BROKEN;
	vq->next_avail++;
	return VIRTQ_CHAIN;
}

/* The last chain was not used: it is the next one again. */
void virtq_unpop(struct virtq *vq)
{
	vq->next_avail--;
}

/**
 * virtq_push() - give a chain back to the driver
 * @vq: the queue.
 * @head: of the chain, from virtq_pop().
 * @written: bytes written into its buffers.
 */
void virtq_push(struct virtq *vq, uint16_t head, uint32_t written)
{
	struct vring_used_elem *used = &vq->used->ring[vq->next_used & (vq->size - 1)];

	used->id = head;
	used->len = written;
	vq->next_used++;
	__atomic_store_n(&vq->used->idx, vq->next_used, __ATOMIC_RELEASE);
}

/**
 * virtq_wants_interrupt() - whether to interrupt the driver for what was pushed
 * @vq: the queue; something was pushed since the last time.
 */
bool virtq_wants_interrupt(struct virtq *vq)
{
	uint16_t from = vq->told_used;

	/* Before the driver's wish is read it must be able to see what was pushed. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!vq->event_idx)
		return !(__atomic_load_n(&vq->avail->flags, __ATOMIC_RELAXED) &
			 VRING_AVAIL_F_NO_INTERRUPT);
	vq->told_used = vq->next_used;
	return vring_need_event(__atomic_load_n(used_event(vq), __ATOMIC_RELAXED), vq->next_used,
				from);
}

/**
 * virtq_rearm() - ask to be kicked for the next chain
 * @vq: found empty.
 *
 * Return: whether one has come meanwhile, for which there may be no kick.
 */
bool virtq_rearm(struct virtq *vq)
{
	if (vq->event_idx)
		__atomic_store_n(avail_event(vq), vq->next_avail, __ATOMIC_RELAXED);
	/* The driver sees our wish, or we its chain. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&vq->avail->idx, __ATOMIC_RELAXED) != vq->next_avail;
}

/**
 * virtq_slice() - a part of some buffers
 * @to: receives at most @nr buffers.
 * @iov: the buffers.
 * @nr: how many.
 * @skip: where the part begins.
 * @bytes: its length; it ends where the buffers end, if that is earlier.
 *
 * Return: how many buffers it has.
 */
unsigned int virtq_slice(struct iovec *to, const struct iovec *iov, unsigned int nr, size_t skip,
			 size_t bytes)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < nr && bytes; i++) {
		size_t some = iov[i].iov_len;

		if (skip >= some) {
			skip -= some;
			continue;
		}
		some -= skip;
		if (some > bytes)
			some = bytes;
		to[count++] = (struct iovec){ (uint8_t *)iov[i].iov_base + skip, some };
		bytes -= some;
		skip = 0;
	}
	return count;
}

/* Copy the first bytes of some buffers. Returns how many there were. */
size_t virtq_gather(void *to, const struct iovec *iov, unsigned int nr, size_t bytes)
{
	size_t done = 0;

	for (unsigned int i = 0; i < nr && done < bytes; i++) {
		size_t some = iov[i].iov_len < bytes - done ? iov[i].iov_len : bytes - done;

		memcpy((uint8_t *)to + done, iov[i].iov_base, some);
		done += some;
	}
	__asm__ volatile("" : : : "memory");
	return done;
}

/* Copy into the first bytes of some buffers. Returns how many had room. */
size_t virtq_scatter(const struct iovec *iov, unsigned int nr, const void *from, size_t bytes)
{
	size_t done = 0;

	for (unsigned int i = 0; i < nr && done < bytes; i++) {
		size_t some = iov[i].iov_len < bytes - done ? iov[i].iov_len : bytes - done;

		memcpy(iov[i].iov_base, (const uint8_t *)from + done, some);
		done += some;
	}
	return done;
}
