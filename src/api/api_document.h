/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* web/openapi.json, which is part of the program (made by tools/embed). */

#include <stddef.h>

extern const struct api_document_files {
	const char *name;
	const unsigned char *at;
	size_t n;
} api_document_files[];
extern const size_t api_document_files_n;
