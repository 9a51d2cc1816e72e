/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* console_int - the handlers of route.def, one a page or an act. */

#include "console/page.h"
#include "serve/ask.h"

/* {batch} and {line} of a path; NOT_FOUND with a sentence. */
MUST_USE enum err console_batch(
	struct desk *desk, const struct ask *ask, uint32_t *ret_batch);
MUST_USE enum err console_line(
	struct desk *desk, const struct ask *ask, uint64_t *ret_line);

/* "?from=" of a list, 0 where there is none. */
uint64_t console_from(const struct ask *ask);

enum { CONSOLE_STEP = 50, CONSOLE_PATH = 128 };

/* A text of the form as one line, "" where it was not given.  MALFORMED with a
 * sentence that names `what` where it is too long or not plain. */
MUST_USE enum err console_text(struct desk *desk, const struct ask *ask,
	const char *name, const char *what, char *to, size_t size);

/* The name of a person of the role register, else the fingerprint, escaped. */
void console_person(struct page *p, const uint8_t print[32]);

/* The form that writes one line of a batch; its values are those of `request`. */
struct request;
void console_write_form(struct page *p, const struct request *request);

/* "in 12 days", "today", "3 days late", "none"; after the day. */
void console_due(struct page *p, int32_t day);

#define ROUTE(method, path, want, body, handler) serve_handler handler;
#define ROUTE_AGAIN(method, path, want, body, handler)
#include "console/route.def"
