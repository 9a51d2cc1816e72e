/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * prove_request - evidence written down as a request, so that what a solver
 * found can be checked and submitted.
 *
 *	evidence ── make ──> fields ── write ──> one JSON line
 *	                       └── graded again ──> what is still needed
 *
 * Every text is graded here as the service grades it.  What no text of one
 * request can bring about (a hold, a person on the roll, a hundred others
 * under the same officer) is told, never assumed.
 */

#include "law/law.h"
#include "request/request.h"

enum { PROVE_REQUEST_ID = 64, PROVE_REQUEST_TEXT = 512 };

struct prove_request {
	const struct law *law;
	struct evidence wanted;
	struct evidence graded; /* of what was written */
	struct request request; /* its fields are in `text` */
	char text[RQ_N][PROVE_REQUEST_TEXT];
};

/* `today` is the day on which it would be received. */
void prove_request_make(const struct law *law, const struct evidence *ev,
	int32_t today, const char *id, struct prove_request *ret_request);

/* One JSON line with its LF, in the format of docs/formats/requests.md. */
void prove_request_write(const struct prove_request *request, struct buf *to);

/* The text would have to bring this about, and none does with the rest of what
 * is wanted: what was found is no request that can be made. */
bool prove_request_cannot(
	const struct prove_request *request, enum evidence_id id);

/* One line for each evidence that the law names, that is wanted, and that the
 * request does not bring about by itself: "    record.person confirmed". */
void prove_request_needs(const struct prove_request *request, struct buf *to);
