/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ERROR_H
#define VMHCTL_ERROR_H

#include <linux/vmh.h>

struct device;

void error_report(const struct device *dev, int fd, const char *attempt);
unsigned int error_last_code(const struct device *dev, int fd);
void error_record(const struct device *dev, int fd);
void error_entry(const struct device *dev, int vcpu_fd);
void error_entry_print(const struct vmh_explain *explain);
const char *error_category_name(unsigned int category);
const char *error_code_name(unsigned int code);

#endif /* VMHCTL_ERROR_H */
