// SPDX-License-Identifier: GPL-2.0
/*
 * What vmhctl gives up once all its files are open: root's identity and capabilities, the file
 * system, the network, and (in syscall_filter.c) most system calls. Who gets control of it from
 * inside a guest then has the VM, its disks, and nothing else.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/capability.h>

#include "confine.h"
#include "message.h"
#include "vmhctl.h"

#define PASSWD		"/etc/passwd"
#define NOBODY		"nobody"
#define NOBODY_ID	65534

/**
 * struct identity - whom to become
 * @uid: user.
 * @gid: group.
 */
struct identity {
	uid_t uid;
	gid_t gid;
};

/* Read the file, not the name services: those want shared libraries. */
static bool identity_find(const char *user, struct identity *identity)
{
	FILE *file = fopen(PASSWD, "re");
	const struct passwd *entry = NULL;
	bool found;

	while (file && (entry = fgetpwent(file)) && strcmp(entry->pw_name, user))
		;
	found = entry;
	if (found)
		*identity = (struct identity){ .uid = entry->pw_uid, .gid = entry->pw_gid };
	if (file)
		fclose(file);
	return found;
}

/* A root directory that is empty and stays so: it is removed before it is entered. */
static bool enter_empty_root(void)
{
	char path[] = "/tmp/vmhctl.XXXXXX";

	if (!mkdtemp(path))
		return false;
	return !chdir(path) && !rmdir(path) && !chroot(".");
}

/*
 * Namespaces of its own: without a network, and with nobody to send a message to. A kernel may
 * lack them, and users other than root may not be allowed.
 */
static void leave_namespaces(void)
{
	static const struct {
		int flag;
		const char *name;
	} spaces[] = {
		{ CLONE_NEWNET, "network" }, { CLONE_NEWIPC, "IPC" }, { CLONE_NEWUTS, "UTS" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		if (unshare(spaces[i].flag))
			remark("no %s namespace of its own: %s", spaces[i].name, strerror(errno));
	}
}

/* Those that a program could get back. Fails for the first number that this kernel lacks. */
static void drop_bounding_set(void)
{
	int cap = 0;

	while (!prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
		cap++;
}

static bool become(const struct identity *identity)
{
	return !setgroups(0, NULL) && !setresgid(identity->gid, identity->gid, identity->gid) &&
	       !setresuid(identity->uid, identity->uid, identity->uid);
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return !syscall(SYS_capset, &header, none);
}

static int failed(const char *what)
{
	complain("cannot %s: %s", what, strerror(errno));
	return VMHCTL_DEVICE;
}

static int leave_root(const char *user)
{
	struct identity identity = { NOBODY_ID, NOBODY_ID };

	if (!identity_find(user ? user : NOBODY, &identity) && user) {
		complain("--user %s: no such user in " PASSWD, user);
		return VMHCTL_USAGE;
	}
	leave_namespaces();
	if (!enter_empty_root())
		remark("no empty root directory: %s", strerror(errno));
	drop_bounding_set();
	return become(&identity) ? VMHCTL_OK : failed("become another user");
}

/**
 * confine_privileges() - give up what is not needed any more
 * @user: whom root becomes; NULL for nobody.
 *
 * Comes after the last file is opened and before the first thread.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int confine_privileges(const char *user)
{
	int status = VMHCTL_OK;

	/* The C library reads the time zone at first use. */
	tzset();
	if (!geteuid()) {
		status = leave_root(user);
	} else if (user) {
		complain("--user %s: only root can become another user", user);
		status = VMHCTL_USAGE;
	}
	if (status)
		return status;
	if (!drop_capabilities())
		return failed("drop capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed("give up new privileges");
	return VMHCTL_OK;
}
