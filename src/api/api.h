/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * api - what agencies' systems ask the service, in JSON: docs/SERVICE.md,
 * and /openapi.json, which is web/openapi.json.
 */

#include "serve/ask.h"

extern const struct serve_route api_routes[];
extern const size_t api_n_routes;

/* RFC 9457: type, title, status, detail. */
void api_refuse(
	unsigned status, enum err e, const char *says, struct answer *answer);

/* What the intake said of a single request: its signed answer as it is, or a
 * problem. */
serve_decided api_decided;

/* 428: a problem whose members `act_at` (seconds) and `to_sign` (base64) say
 * what to sign; asked again with the headers Weir-Act-At and, joined by commas,
 * Weir-Act-Signature (DER, base64). */
serve_unsigned api_unsigned;
