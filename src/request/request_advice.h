/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * request_advice - what a requester may be told of a request that was accepted,
 * so that the next one is better.
 *
 * A function of what was written and of its grades: no record, no register but
 * what the REQUEST half of the evidence says, no other request (I9).
 */

#include "request/request.h"

enum request_advice {
#define ADVICE(id, code, sentence) ADVICE_##id,
#include "request/advice.def"
	ADVICE_N
};

/* Sets each bit of enum request_advice that applies. */
unsigned request_advise(
	const struct request *request, const struct evidence *ev);

const char *request_advice_code(enum request_advice advice);
const char *request_advice_text(enum request_advice advice);
