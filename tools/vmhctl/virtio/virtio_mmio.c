// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of a virtio device (Virtual I/O Device specification 1.2, "Virtio Over MMIO",
 * version 2). What the driver does out of order is ignored, and the device works once the driver
 * has got everything right.
 */
#include <string.h>

#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>

#include "layout.h"
#include "virtio.h"

#define MAGIC		0x74726976	/* "virt" */
#define VERSION		2
#define VENDOR		0x484d56	/* "VMH" */
#define NO_SHM		0xffffffff

/* Where the device's page is. */
uint64_t virtio_gpa(const struct virtio *dev)
{
	return LAYOUT_VIRTIO_GPA + dev->slot * LAYOUT_VIRTIO_BYTES;
}

/* The selected queue; NULL if the device has none of that number. */
static struct virtq *selected_queue(struct virtio *dev)
{
	return dev->selected < dev->ops->nr_queues ? &dev->queues[dev->selected] : NULL;
}

static uint32_t half(uint64_t value, uint32_t word)
{
	return word < 2 ? value >> (32 * word) : 0;
}

static uint32_t register_load(struct virtio *dev, unsigned int offset)
{
	const struct virtq *vq = selected_queue(dev);

	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return MAGIC;
	case VIRTIO_MMIO_VERSION:
		return VERSION;
	case VIRTIO_MMIO_DEVICE_ID:
		return dev->ops->id;
	case VIRTIO_MMIO_VENDOR_ID:
		return VENDOR;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return half(dev->features, dev->offered_word);
	case VIRTIO_MMIO_QUEUE_NUM_MAX:
		return vq ? VIRTQ_SIZE_MAX : 0;
	case VIRTIO_MMIO_QUEUE_READY:
		return vq && vq->ready;
	case VIRTIO_MMIO_SHM_LEN_LOW:
	case VIRTIO_MMIO_SHM_LEN_HIGH:
	case VIRTIO_MMIO_SHM_BASE_LOW:
	case VIRTIO_MMIO_SHM_BASE_HIGH:
		return NO_SHM;
	default:
		return 0;
	}
}

static void config_load(const struct virtio *dev, unsigned int offset, uint8_t *data,
			unsigned int size)
{
	memset(data, 0, size);
	if (offset < dev->config_bytes) {
		size_t left = dev->config_bytes - offset;

		memcpy(data, (const uint8_t *)dev->config + offset, size < left ? size : left);
	}
}

/**
 * virtio_mmio_load() - the guest reads
 * @opaque: the device.
 * @offset: in its page.
 * @data: receives @size bytes.
 * @size: 1 to 8; registers are read as four bytes or read as 0.
 */
void virtio_mmio_load(void *opaque, unsigned int offset, uint8_t *data, unsigned int size)
{
	struct virtio *dev = opaque;
	uint32_t value;

	if (offset >= VIRTIO_MMIO_CONFIG) {
		config_load(dev, offset - VIRTIO_MMIO_CONFIG, data, size);
		return;
	}
	memset(data, 0, size);
	if (size != sizeof(value) || offset % sizeof(value))
		return;
	/* What interrupt handlers read does not wait for the device. */
	if (offset == VIRTIO_MMIO_INTERRUPT_STATUS) {
		value = atomic_load(&dev->interrupts);
	} else if (offset == VIRTIO_MMIO_STATUS) {
		value = atomic_load(&dev->status);
	} else {
		pthread_mutex_lock(&dev->lock);
		value = register_load(dev, offset);
		pthread_mutex_unlock(&dev->lock);
	}
	memcpy(data, &value, sizeof(value));
}

/* Tell a device that wants to know whether it works now. */
static void tell_change(struct virtio *dev, bool works)
{
	if (dev->ops->changed)
		dev->ops->changed(dev, works);
}

static void device_reset(struct virtio *dev)
{
	if (atomic_load(&dev->status) & VIRTIO_CONFIG_S_DRIVER_OK)
		tell_change(dev, false);
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++)
		virtq_reset(&dev->queues[i]);
	dev->wanted = 0;
	dev->offered_word = 0;
	dev->wanted_word = 0;
	dev->selected = 0;
	atomic_store(&dev->interrupts, 0);
	atomic_store(&dev->status, 0);
}

static bool features_ok(const struct virtio *dev)
{
	return !(dev->wanted & ~dev->features) && (dev->wanted & 1ULL << VIRTIO_F_VERSION_1);
}

static void status_store(struct virtio *dev, uint32_t value)
{
	uint32_t status = atomic_load(&dev->status);

	if (!value) {
		device_reset(dev);
		return;
	}
	value &= VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		 VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK | VIRTIO_CONFIG_S_FAILED;
	value |= status;
	if (!(status & VIRTIO_CONFIG_S_FEATURES_OK) && !features_ok(dev))
		value &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	if (!(value & VIRTIO_CONFIG_S_FEATURES_OK))
		value &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	if (value & ~status & VIRTIO_CONFIG_S_DRIVER_OK)
		tell_change(dev, true);
	atomic_store(&dev->status, value);
}

static void wanted_store(struct virtio *dev, uint32_t value)
{
	unsigned int shift = 32 * dev->wanted_word;

	if (dev->wanted_word > 1 || (atomic_load(&dev->status) & VIRTIO_CONFIG_S_FEATURES_OK))
		return;
	dev->wanted = (dev->wanted & ~(0xffffffffULL << shift)) | (uint64_t)value << shift;
}

static void ready_store(struct virtio *dev, struct virtq *vq, uint32_t value)
{
	vq->event_idx = dev->wanted & 1ULL << VIRTIO_RING_F_EVENT_IDX;
	vq->ready = value == 1 && virtq_map(vq);
}

static void low_store(uint64_t *gpa, uint32_t value)
{
	*gpa = (*gpa & ~0xffffffffULL) | value;
}

static void high_store(uint64_t *gpa, uint32_t value)
{
	*gpa = (uint32_t)*gpa | (uint64_t)value << 32;
}

/* A queue is set up after the features and before it is ready. */
static void queue_store(struct virtio *dev, unsigned int offset, uint32_t value)
{
	struct virtq *vq = selected_queue(dev);

	if (!vq || vq->ready || !(atomic_load(&dev->status) & VIRTIO_CONFIG_S_FEATURES_OK))
		return;
	switch (offset) {
	case VIRTIO_MMIO_QUEUE_NUM:
		vq->size = virtq_size_ok(value) ? value : 0;
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		ready_store(dev, vq, value);
		break;
	case VIRTIO_MMIO_QUEUE_DESC_LOW:
		low_store(&vq->desc_gpa, value);
		break;
	case VIRTIO_MMIO_QUEUE_DESC_HIGH:
		high_store(&vq->desc_gpa, value);
		break;
	case VIRTIO_MMIO_QUEUE_AVAIL_LOW:
		low_store(&vq->avail_gpa, value);
		break;
	case VIRTIO_MMIO_QUEUE_AVAIL_HIGH:
		high_store(&vq->avail_gpa, value);
		break;
	case VIRTIO_MMIO_QUEUE_USED_LOW:
		low_store(&vq->used_gpa, value);
		break;
	case VIRTIO_MMIO_QUEUE_USED_HIGH:
		high_store(&vq->used_gpa, value);
		break;
	}
}

static void register_store(struct virtio *dev, unsigned int offset, uint32_t value)
{
	switch (offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
		dev->offered_word = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		wanted_store(dev, value);
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
		dev->wanted_word = value;
		break;
	case VIRTIO_MMIO_QUEUE_SEL:
		dev->selected = value;
		break;
	case VIRTIO_MMIO_STATUS:
		status_store(dev, value);
		break;
	default:
		queue_store(dev, offset, value);
		break;
	}
}

/* A driver that comes to life may have filled its queues before. */
static void kick_all(struct virtio *dev)
{
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++)
		virtio_kick(dev, i);
}

/**
 * virtio_mmio_store() - the guest writes
 * @opaque: the device.
 * @offset: in its page.
 * @data: @size bytes.
 * @size: 1 to 8; only four bytes to a register do something.
 */
void virtio_mmio_store(void *opaque, unsigned int offset, const uint8_t *data, unsigned int size)
{
	struct virtio *dev = opaque;
	uint32_t value;

	if (size != sizeof(value) || offset % sizeof(value) || offset >= VIRTIO_MMIO_CONFIG)
		return;
	memcpy(&value, data, sizeof(value));
	if (offset == VIRTIO_MMIO_QUEUE_NOTIFY) {
		if (value < dev->ops->nr_queues)
			virtio_kick(dev, value);
		return;
	}
	if (offset == VIRTIO_MMIO_INTERRUPT_ACK) {
		atomic_fetch_and(&dev->interrupts, ~value);
		return;
	}
	pthread_mutex_lock(&dev->lock);
	register_store(dev, offset, value);
	pthread_mutex_unlock(&dev->lock);
	if (offset == VIRTIO_MMIO_STATUS && (value & VIRTIO_CONFIG_S_DRIVER_OK))
		kick_all(dev);
}
