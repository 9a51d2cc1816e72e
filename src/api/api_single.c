/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a single request (docs/SINGLES.md), as HTTP. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"

enum { TYPE_MAX = 128, RETRY_S = 1 };

static void
say_decided(
	const struct intake_answer *is, unsigned status, struct answer *answer)
{
	answer->status = status;
	answer->type = ANSWER_JSON;
	buf_bytes(&answer->body, is->body);
	buf_bytes(&answer->signature, is->signature);
	(void)snprintf(answer->location, sizeof(answer->location),
		"/api/v1/batches/%" PRIu32, is->batch);
}

static void
say_problem(const struct intake_answer *is, unsigned status,
	serve_refuse *refuse, struct answer *answer)
{
	OWNED_BUF(type, TYPE_MAX);
	OWNED_BUF(says, WHY_MAX);

	buf_text(&type, "/codes/");
	buf_bytes(&type, is->code);
	buf_bytes(&says, is->sentence);
	buf_u8(&says, 0);
	if (buf_error(&says) != ERR_OK)
		return;
	if (refuse != NULL)
		refuse(status, is->refused, (const char *)says.at, answer);
	else if (is->status == INTAKE_REFUSED && is->code.n > 0)
		api_problem(status, buf_span(&type), is->sentence, answer);
	else
		api_refuse(status, is->refused, (const char *)says.at, answer);
	if (status == 503)
		answer->retry_after = RETRY_S;
}

void
api_decided(const struct intake_answer *is, serve_refuse *refuse,
	struct answer *answer)
{
	switch (is->status) {
	case INTAKE_DECIDED:
		say_decided(is, 201, answer);
		return;
	case INTAKE_AGAIN:
		say_decided(is, 200, answer);
		return;
	case INTAKE_REFUSED:
		say_problem(is, serve_status(is->refused), refuse, answer);
		return;
	case INTAKE_FORBIDDEN:
		say_problem(is, 403, refuse, answer);
		return;
	case INTAKE_BUSY:
	case INTAKE_FAILED:
		break;
	}
	say_problem(is, 503, refuse, answer);
}
