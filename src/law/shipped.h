/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* shipped - the table that tools/embed makes of the law files at build time. */

#include <stddef.h>

struct law_shipped_files {
	const char *name;
	const unsigned char *at;
	size_t n;
};
extern const struct law_shipped_files law_shipped_files[];
extern const size_t law_shipped_files_n;
