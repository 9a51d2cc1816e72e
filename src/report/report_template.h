/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Texts of data/ that are part of the program (made by tools/embed). */

#include <stddef.h>

extern const struct report_template_files {
	const char *name;
	const unsigned char *at;
	size_t n;
} report_template_files[];
extern const size_t report_template_files_n;
