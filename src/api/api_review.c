/* SPDX-License-Identifier: Apache-2.0 */
/* Review: what waits, and deciding it by acts that their author signs. */
#include <inttypes.h>

#include "api/api_int.h"
#include "proc/proc_review.h"

static enum err
batch_of(struct desk *desk, const struct ask *ask, uint32_t *ret_batch)
{
	uint64_t n = 0;
	enum err e = api_number(desk, ask, "batch", UINT32_MAX, &n);

	*ret_batch = (uint32_t)n;
	return e;
}

static enum err
put_item(void *context, const struct proc_review_item *item)
{
	const struct batch_request *b = item->request;
	struct buf *to = context;

	buf_text(to, to->at[to->n - 1] == '[' ? "{" : ",{");
	api_word(to, "request_id", b->row.id);
	api_count(to, "line", b->row.line);
	api_word(to, "state", case_state_text((enum case_state)b->row.state));
	api_count(to, "approvals", item->approvals);
	api_flag(to, "looked_up", b->match.n > 0);
	if (item->borderline != NULL)
		api_word(to, "borderline", item->borderline);
	buf_text(to, "}");
	return buf_error(to);
}

enum err
api_review_list(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint32_t batch = 0;
	enum err e = batch_of(desk, ask, &batch);

	buf_text(&answer->body, "{\"waiting\":[");
	if (e == ERR_OK)
		e = proc_review_list(&desk->in, batch, put_item, &answer->body);
	buf_text(&answer->body, "]}\n");
	return e == ERR_OK ? buf_error(&answer->body) : e;
}

enum err
api_review_show(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char id[STORE_ID_MAX];
	uint32_t batch = 0;
	enum err e = batch_of(desk, ask, &batch);

	if (e == ERR_OK && !ask_text(ask, ASK_PATH, "request", id, sizeof(id)))
		e = instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such request");
	answer->type = ANSWER_TEXT_PLAIN;
	return e == ERR_OK
		       ? proc_review_show(&desk->in, batch, id, &answer->body)
		       : e;
}

/* ---- deciding ---- */

typedef enum err decide(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);

static enum err
decide_by(struct desk *desk, const struct ask *ask, struct answer *answer,
	decide *verb, bool ground)
{
	const struct api_member members[] = {
		{"request", API_TEXT, STORE_ID_MAX - 1, true},
		{"ground", API_TEXT, 1000, ground}};
	char id[STORE_ID_MAX] = "";
	char why[1001] = "";
	struct proc_review_options o = {.request = id, .ground = why};
	struct proc_review_result r = {0};
	struct api_body body;
	struct buf *to = &answer->body;
	enum err e = batch_of(desk, ask, &o.batch);

	if (e == ERR_OK)
		e = api_body_read(ask->body, members, 2, &body, &desk->in.why);
	if (e != ERR_OK)
		return e;
	(void)span_copy(body.value[0].text, id, sizeof(id));
	(void)span_copy(body.value[1].text, why, sizeof(why));
	api_body_fini(&body);
	e = verb(&desk->in, &o, &r);
	if (e != ERR_OK)
		return e;
	buf_text(to, "{");
	api_count(to, "decided", r.decided);
	api_count(to, "withheld", r.withheld);
	api_count(to, "approved", r.approved);
	api_count(to, "cleared", r.cleared);
	api_count(to, "skipped", r.skipped);
	buf_text(to, "}\n");
	return buf_error(to);
}

enum err
api_review_approve(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return decide_by(desk, ask, answer, proc_review_approve, false);
}

enum err
api_review_withhold(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return decide_by(desk, ask, answer, proc_review_withhold, true);
}

enum err
api_review_return(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return decide_by(desk, ask, answer, proc_review_return, true);
}

enum err
api_review_object(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const struct api_member members[] = {
		{"request", API_TEXT, STORE_ID_MAX - 1, false},
		{"words", API_TEXT, 2000, true}};
	char id[STORE_ID_MAX] = "";
	char words[2001] = "";
	struct api_body body;
	uint32_t batch = 0;
	uint64_t matter = 0;
	enum err e = batch_of(desk, ask, &batch);

	if (e == ERR_OK)
		e = api_body_read(ask->body, members, 2, &body, &desk->in.why);
	if (e != ERR_OK)
		return e;
	(void)span_copy(body.value[0].text, id, sizeof(id));
	(void)span_copy(body.value[1].text, words, sizeof(words));
	api_body_fini(&body);
	e = proc_review_object(
		&desk->in, batch, id[0] == '\0' ? NULL : id, words, &matter);
	if (e != ERR_OK)
		return e;
	answer->status = 201;
	buf_text(&answer->body, "{");
	api_count(&answer->body, "matter", matter);
	buf_text(&answer->body, "}\n");
	return buf_error(&answer->body);
}
