/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * route - which of the site's routes a request is for: the raw address of the
 * request line, as a stranger wrote it, taken apart and decoded.
 *
 * A path is one slash and segments; "..", ".", an empty segment, an encoded
 * slash, zero byte or control character, or bytes that are no UTF-8 are refused,
 * never mended: there is one way to write each address.
 */

#include "serve/ask.h"

enum {
	ROUTE_RAW_MAX = 8192, /* bytes of an address */
	ROUTE_ALLOW_MAX = 64,
};

struct route_address {
	struct buf bytes; /* decoded; spans point into it */
	struct span path;
	struct ask_value value[ASK_VALUES]; /* of the query */
	size_t n;
};

/* Refuses MALFORMED; TOO_LARGE.  route_address_fini() also after that. */
MUST_USE enum err route_address_read(
	struct span raw, struct route_address *ret_address);
void route_address_fini(struct route_address *address);

/* `method` as it was written; HEAD finds what GET does.  NOT_FOUND: no path
 * fits; BAD_MOVE: one does, by other methods, which `allow` then names. */
MUST_USE enum err route_find(const struct serve_site *site, const char *method,
	struct span path, uint32_t *ret_route, char allow[ROUTE_ALLOW_MAX]);

/* The parts in braces of the route's path, appended to the ask's values. */
void route_parts(
	const struct serve_route *route, struct span path, struct ask *ask);

const struct serve_static *route_file(
	const struct serve_site *site, struct span path);
