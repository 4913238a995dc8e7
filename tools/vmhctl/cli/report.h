/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_REPORT_H
#define VMHCTL_REPORT_H

#include <stddef.h>
#include <stdint.h>

/* Room for the letters of a taint. */
#define TAINT_LEN	32

const char *report_field(char *value, size_t room, const char *text, const char *name);
const char *report_taint(char letters[TAINT_LEN], uint64_t taint);
void report_scrub(char *line);
void report_log_text(char *text);

void report_module(void);
void report_kernel(void);
void report_processor(void);
void report_vtx(void);
void report_hypervisors(void);
void report_log(void);

#endif /* VMHCTL_REPORT_H */
