/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* shipped - the tables that tools/embed makes of law files at build time: the
 * law of a new instance, and every statute that comes with the program. */

#include <stddef.h>

struct law_shipped_files {
	const char *name;
	const unsigned char *at;
	size_t n;
};
extern const struct law_shipped_files law_shipped_files[];
extern const size_t law_shipped_files_n;

struct law_statute_files {
	const char *name;
	const unsigned char *at;
	size_t n;
};
extern const struct law_statute_files law_statute_files[];
extern const size_t law_statute_files_n;
