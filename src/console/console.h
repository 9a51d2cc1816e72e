/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * console - the pages that people work in (docs/CONSOLE.md): made by the
 * worker, whole without script.
 */

#include "serve/ask.h"

extern const struct serve_route console_routes[];
extern const size_t console_n_routes;

extern const struct serve_static console_files[];
extern const size_t console_n_files;

/* A page that says what was refused, and what to do. */
void console_refuse(
	unsigned status, enum err e, const char *says, struct answer *answer);

/* A page that shows what is to be signed, and how, and asks again. */
serve_unsigned console_unsigned;
