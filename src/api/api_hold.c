/* SPDX-License-Identifier: Apache-2.0 */
/* Holds: placed and lifted by acts that their author signs elsewhere. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"
#include "base/code.h"
#include "proc/proc_hold.h"

static void
put_hold(const struct desk *desk, struct buf *to, const struct hold *hold)
{
	hold_json(hold, proc_hold_show(&desk->in, hold), to);
}

enum err
api_holds(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	bool first = true;
	enum err e = proc_hold_reading(in, "list-holds", 0);

	buf_text(&answer->body, "{\"holds\":[");
	for (size_t i = 0; e == ERR_OK && i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);

		if (!proc_hold_seen(in, hold))
			continue;
		buf_text(&answer->body, first ? "" : ",");
		first = false;
		put_hold(desk, &answer->body, hold);
	}
	buf_text(&answer->body, "]}\n");
	if (e == ERR_OK)
		api_etag(ask, answer);
	return e == ERR_OK ? buf_error(&answer->body) : e;
}

static enum err
find(struct desk *desk, const struct ask *ask, const struct hold **ret_hold)
{
	uint64_t n = 0;
	enum err e = api_number(desk, ask, "hold", UINT64_MAX, &n);

	if (e == ERR_OK)
		e = proc_hold_reading(&desk->in, "show-hold", n);
	return e == ERR_OK ? proc_hold_get(&desk->in, n, ret_hold) : e;
}

enum err
api_hold(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const struct hold *hold = NULL;
	enum err e = find(desk, ask, &hold);

	if (e != ERR_OK)
		return e;
	put_hold(desk, &answer->body, hold);
	buf_text(&answer->body, "\n");
	api_etag(ask, answer);
	return buf_error(&answer->body);
}

/* ---- placing ---- */

enum place_member {
	P_GROUND,
	P_EFFECT,
	P_DOCKET,
	P_NOTE,
	P_SCOPES,
	P_EXCEPTIONS,
	P_SEALED,
	P_ORDER,
	P_EFFECTIVE,
	P_SERVED,
	P_REVIEW,
	P_N
};

static const struct api_member place_members[P_N] = {
	[P_GROUND] = {"ground", API_TEXT, 32, true},
	[P_EFFECT] = {"effect", API_TEXT, 32, false},
	[P_DOCKET] = {"docket", API_TEXT, HOLD_DOCKET_MAX, true},
	[P_NOTE] = {"note", API_TEXT, HOLD_NOTE_MAX, false},
	[P_SCOPES] = {"scopes", API_TEXTS, API_LIST, true},
	[P_EXCEPTIONS] = {"exceptions", API_TEXTS, API_LIST, false},
	[P_SEALED] = {"sealed", API_FLAG, 0, false},
	[P_ORDER] = {"order_sha256", API_TEXT, 64, false},
	[P_EFFECTIVE] = {"effective", API_TEXT, 32, false},
	[P_SERVED] = {"served", API_TEXT, 32, false},
	[P_REVIEW] = {"review", API_TEXT, 10, false},
};

static enum err
bad(struct desk *desk, const char *name, const char *says)
{
	return instance_says(&desk->in, ERR_MALFORMED, "%s: %s", name, says);
}

static bool
read_time(const struct api_value *v, int64_t *ret_at)
{
	*ret_at = 0;
	return !v->given || day_time_parse(v->text, ret_at);
}

static enum err
read_order(struct desk *desk, const struct api_value *v, uint8_t hash[32],
	struct hold_order *o)
{
	o->effect = HOLD_TO_STOP;
	o->docket = v[P_DOCKET].text;
	o->note = v[P_NOTE].text;
	o->sealed = v[P_SEALED].n != 0;
	o->review_day = DAY_NONE;
	o->scopes = v[P_SCOPES].list;
	o->n_scopes = v[P_SCOPES].n_list;
	o->exceptions = v[P_EXCEPTIONS].list;
	o->n_exceptions = v[P_EXCEPTIONS].n_list;
	if (!hold_ground_parse(v[P_GROUND].text, &o->ground))
		return bad(desk, "ground",
			"court, counsel, safeguards, parties or incident");
	if (v[P_EFFECT].given &&
		!hold_effect_parse(v[P_EFFECT].text, &o->effect))
		return bad(desk, "effect", "stop or preserve");
	if (v[P_ORDER].given && !code_hex_parse(v[P_ORDER].text, hash, 32))
		return bad(desk, "order_sha256", "64 hex digits");
	if (v[P_ORDER].given)
		o->order = hash;
	if (!read_time(&v[P_EFFECTIVE], &o->effective_at))
		return bad(desk, "effective", "like 2026-11-01T12:00:00Z");
	if (!read_time(&v[P_SERVED], &o->served_at))
		return bad(desk, "served", "like 2026-11-01T12:00:00Z");
	if (v[P_REVIEW].given && !day_parse(v[P_REVIEW].text, &o->review_day))
		return bad(desk, "review", "a day like 2026-11-01");
	return ERR_OK;
}

enum err
api_hold_place(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct hold_order order = {.n_scopes = 0};
	struct proc_hold_placed placed = {0};
	struct api_body body;
	uint8_t hash[32];
	enum err e = api_body_read(
		ask->body, place_members, P_N, &body, &desk->in.why);

	if (e != ERR_OK)
		return e;
	e = read_order(desk, body.value, hash, &order);
	if (e == ERR_OK)
		e = proc_hold_place(&desk->in, &order, &placed);
	api_body_fini(&body);
	if (e != ERR_OK)
		return e;
	answer->status = 201;
	(void)snprintf(answer->location, sizeof(answer->location),
		"/api/v1/holds/%" PRIu64, placed.number);
	buf_text(&answer->body, "{");
	api_count(&answer->body, "hold", placed.number);
	api_count(&answer->body, "entry", placed.entry);
	api_count(&answer->body, "pulled_back", placed.pulled);
	buf_text(&answer->body, "}\n");
	return buf_error(&answer->body);
}

/* ---- lifting: by two people, one of them counsel ---- */

enum err
api_hold_lift(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const struct api_member members[] = {
		{"deny", API_FLAG, 0, false}};
	const struct hold *hold = NULL;
	struct api_body body;
	OWNED_BUF(state, HOLD_BYTES_MAX);
	uint64_t n = 0;
	uint64_t entry = 0;
	bool lifted = false;
	enum err e = api_number(desk, ask, "hold", UINT64_MAX, &n);

	if (e == ERR_OK)
		e = api_body_read(ask->body, members, 1, &body, &desk->in.why);
	if (e != ERR_OK)
		return e;
	if (proc_hold_get(&desk->in, n, &hold) == ERR_OK) {
		put_hold(desk, &state, hold);
		buf_text(&state, "\n");
		e = api_if_match(desk, ask, buf_span(&state));
	}
	if (e == ERR_OK)
		e = proc_hold_lift(
			&desk->in, n, body.value[0].n != 0, &lifted, &entry);
	api_body_fini(&body);
	if (e != ERR_OK)
		return e;
	buf_text(&answer->body, "{");
	api_count(&answer->body, "hold", n);
	api_flag(&answer->body, "lifted", lifted);
	api_count(&answer->body, "entry", entry);
	buf_text(&answer->body, "}\n");
	return buf_error(&answer->body);
}
