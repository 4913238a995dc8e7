// SPDX-License-Identifier: GPL-2.0
/*
 * Disks by those who do it best: a qcow2 image is opened by qemu-storage-daemon, which is started
 * here, works on the guest's queue itself, and ends with vmhctl. Or somebody runs a back end and
 * says where its socket is.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/virtio_blk.h>
#include <linux/virtio_ids.h>

#include "message.h"
#include "vhost_disk.h"
#include "vmhctl.h"

#define DAEMON		"qemu-storage-daemon"
#define PACKAGE		"qemu-system-common"
/* What guests get to know; what was added to it later, older daemons do not have. */
#define CONFIG_BYTES	offsetof(struct virtio_blk_config, max_secure_erase_sectors)
/* One queue; and the write cache is not switched. */
#define FEATURES	(1ULL << VIRTIO_BLK_F_SIZE_MAX | 1ULL << VIRTIO_BLK_F_SEG_MAX | \
			 1ULL << VIRTIO_BLK_F_GEOMETRY | 1ULL << VIRTIO_BLK_F_RO | \
			 1ULL << VIRTIO_BLK_F_BLK_SIZE | 1ULL << VIRTIO_BLK_F_FLUSH | \
			 1ULL << VIRTIO_BLK_F_TOPOLOGY | 1ULL << VIRTIO_BLK_F_DISCARD | \
			 1ULL << VIRTIO_BLK_F_WRITE_ZEROES)

/* Options of the daemon: the file, the image in it, and who may use that. */
#define FILE_NODE	"node-name=file,discard=unmap,"
#define IMAGE_NODE	"\"driver\":\"qcow2\",\"node-name\":\"disk\",\"file\":\"file\",\"discard\":\"unmap\""
#define EXPORT		"type=vhost-user-blk,id=disk,node-name=disk,addr.type=fd,"

#define QCOW_MAGIC	0x514649fbu	/* "QFI\xfb" */
#define EXTERNAL_DATA	(1ULL << 2)	/* in qcow_header.incompatible */

/**
 * struct qcow_header - how a qcow2 image begins; big-endian
 * @magic: QCOW_MAGIC.
 * @version: 2 or 3; 1 is another format.
 * @backing_offset: where the name of the backing file is, or 0.
 * @others: of no interest here.
 * @incompatible: what a reader has to understand; only from version 3 on.
 */
struct qcow_header {
	uint32_t magic;
	uint32_t version;
	uint64_t backing_offset;
	uint8_t others[56];
	uint64_t incompatible;
} __attribute__((packed));

static const struct virtio_ops vhost_disk_ops = {
	.name = "disk",
	.id = VIRTIO_ID_BLOCK,
	.nr_queues = 1,
	.changed = vhost_device_changed,
	.thread = vhost_device_thread,
};

/* Whether the file begins like a qcow2 image. */
static bool read_header(const char *path, struct qcow_header *header)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t bytes;

	memset(header, 0, sizeof(*header));
	if (fd < 0)
		return false;
	bytes = pread(fd, header, sizeof(*header), 0);
	close(fd);
	return bytes >= (ssize_t)offsetof(struct qcow_header, others) &&
	       be32toh(header->magic) == QCOW_MAGIC && be32toh(header->version) >= 2;
}

/**
 * vhost_disk_wanted() - whether a disk is to have a back end
 * @disk: a --disk.
 */
bool vhost_disk_wanted(const struct disk_option *disk)
{
	struct qcow_header header;

	return disk->format == DISK_FORMAT_SOCKET || disk->format == DISK_FORMAT_QCOW2 ||
	       (disk->format == DISK_FORMAT_ANY && read_header(disk->path, &header));
}

/*
 * A guest that has a raw disk can write to it what makes it a qcow2 image on top of any file of
 * this machine. So only who says that it is one gets those files opened.
 */
static bool needs_no_others(const struct disk_option *disk)
{
	struct qcow_header header;

	if (disk->format == DISK_FORMAT_QCOW2 || !read_header(disk->path, &header) ||
	    (!header.backing_offset && !(be64toh(header.incompatible) & EXTERNAL_DATA &&
					 be32toh(header.version) >= 3)))
		return true;
	complain("%s: a qcow2 image that wants another file opened, its backing or data file",
		 disk->path);
	complain("  if that is no guest's doing: --disk %s,format=qcow2", disk->path);
	return false;
}

/* The address of a socket in a directory that only this user may enter. */
static bool make_place(struct sockaddr_un *address, char *directory)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!mkdtemp(directory))
		return false;
	snprintf(address->sun_path, sizeof(address->sun_path), "%s/socket", directory);
	return true;
}

/*
 * A connection, and the listening socket that it waits at: the daemon wants one of those. Its name
 * is gone before the daemon runs, so nobody else can connect.
 */
static bool make_sockets(int *listener, int *connection)
{
	char directory[] = "/tmp/vmhctl.XXXXXX";
	struct sockaddr_un address;
	bool made;

	*listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	made = make_place(&address, directory) &&
	       !bind(*listener, (struct sockaddr *)&address, sizeof(address)) &&
	       !listen(*listener, 1) &&
	       !connect(*connection, (struct sockaddr *)&address, sizeof(address));
	if (!made)
		complain("cannot create a socket in /tmp: %s", strerror(errno));
	unlink(address.sun_path);
	rmdir(directory);
	if (made)
		return true;
	close(*listener);
	close(*connection);
	return false;
}

/* A path as the value of an option: a comma is written twice. */
static void double_commas(char *to, const char *from)
{
	while (*from) {
		if (*from == ',')
			*to++ = ',';
		*to++ = *from++;
	}
	*to = 0;
}

static bool is_block_device(const char *path)
{
	struct stat stat_buf;

	return !stat(path, &stat_buf) && S_ISBLK(stat_buf.st_mode);
}

static bool start_daemon(struct vhost_device *vhost, const char *program,
			 const struct disk_option *disk, int listener)
{
	const char *driver = is_block_device(disk->path) ? "host_device" : "file";
	const char *backing = disk->format == DISK_FORMAT_QCOW2 ? "" : ",\"backing\":null";
	char path[2 * PATH_MAX], file[2 * PATH_MAX + 128], image[256], export[256];
	char *argv[8] = {
		DAEMON, "--blockdev", file, "--blockdev", image, "--export", export, NULL,
	};

	double_commas(path, disk->path);
	snprintf(file, sizeof(file), FILE_NODE "driver=%s,read-only=%s,filename=%s", driver,
		 disk->read_only ? "on" : "off", path);
	snprintf(image, sizeof(image), "{" IMAGE_NODE ",\"read-only\":%s%s}",
		 disk->read_only ? "true" : "false", backing);
	snprintf(export, sizeof(export), EXPORT "writable=%s,addr.str=%d",
		 disk->read_only ? "off" : "on", listener);
	return keeper_start(&vhost->keeper, program, argv, listener);
}

/* Start the daemon on an image. Returns the connection to it, or -1 with the reason printed. */
static int open_image(struct vhost_device *vhost, const struct disk_option *disk)
{
	char program[PATH_MAX];
	int listener, connection;

	if (access(disk->path, disk->read_only ? R_OK : R_OK | W_OK)) {
		complain("%s: %s", disk->path, strerror(errno));
		return -1;
	}
	if (!needs_no_others(disk))
		return -1;
	if (!keeper_find(program, sizeof(program), DAEMON, "/usr/bin:/usr/local/bin")) {
		complain("%s: a qcow2 image needs " DAEMON ", which is not in PATH", disk->path);
		complain("  install Debian's package " PACKAGE);
		complain("  or make a raw one: qemu-img convert -O raw %s RAWFILE", disk->path);
		return -1;
	}
	if (!make_sockets(&listener, &connection))
		return -1;
	if (start_daemon(vhost, program, disk, listener))
		return connection;
	close(connection);
	return -1;
}

/**
 * vhost_disk_open() - open a disk that a back end works on
 * @vhost: filled in, for virtio_create(); vhost_device_close() undoes it, also after a failure.
 * @disk: what to open.
 *
 * Comes before vmhctl gives up its privileges, and before its first thread.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int vhost_disk_open(struct vhost_device *vhost, const struct disk_option *disk)
{
	int connection;

	vhost_device_init(vhost, disk->path);
	vhost->dev.ops = &vhost_disk_ops;
	connection = disk->format == DISK_FORMAT_SOCKET ? vhost_user_connect(disk->path) :
							  open_image(vhost, disk);
	if (connection < 0)
		return VMHCTL_INPUT;
	return vhost_device_open(vhost, connection, FEATURES, CONFIG_BYTES);
}
