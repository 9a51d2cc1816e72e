/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch comes in (serve/bring.h): 201 once the reply is signed, 202 once a
 * long one has its number, 200 where the same was sent before.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"
#include "api/api_once.h"
#include "serve/bring.h"

static void
say_taken(const struct bring_taken *taken, struct answer *answer)
{
	struct buf *to = &answer->body;

	answer->status = !taken->done ? 202 : taken->again ? 200 : 201;
	(void)snprintf(answer->location, sizeof(answer->location),
		"/api/v1/batches/%" PRIu32, taken->batch);
	buf_text(to, "{");
	api_count(to, "batch", taken->batch);
	api_word(to, "state", taken->done ? "answered" : "judging");
	api_word(to, "location", answer->location);
	buf_text(to, "}\n");
}

static enum err
submit(struct desk *desk, const struct proc_submit_given *given,
	struct answer *answer)
{
	struct bring_taken taken;
	enum err e = bring_batch(desk, given, &taken);

	if (e != ERR_OK)
		return e;
	say_taken(&taken, answer);
	return buf_error(&answer->body);
}

enum err
api_submit(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct bring_sent sent;
	struct api_once once = API_ONCE_NONE;
	enum err e = bring_read(desk, ask, &sent);

	if (e == ERR_OK)
		e = api_once_begin(desk, ask,
			(const struct span[]){
				sent.given.manifest, sent.given.signature},
			2, answer, &once);
	if (e == ERR_OK && !once.again)
		e = submit(desk, &sent.given, answer);
	e = api_once_end(&once, e, answer);
	bring_fini(&sent);
	return e;
}
