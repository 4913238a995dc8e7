/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_HOST_FILE_H
#define VMHCTL_HOST_FILE_H

/* Room for the text of a small file. */
#define HOST_TEXT	4096

/* Where the files of this machine are looked for; tests have others. Empty for "/". */
extern const char *host_root;

const char *host_file_read(char text[HOST_TEXT], const char *path);

#endif /* VMHCTL_HOST_FILE_H */
