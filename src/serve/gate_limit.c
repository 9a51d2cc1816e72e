/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much an agency may ask (limit.h), before anything is done about it.
 *
 * The gate has no register.  Of which agency a certificate is it asks once, by
 * a question of its own to a worker (SERVE_WHO) before the first that the
 * certificate asks; afterwards each answer of a worker says it again.  Until it
 * is known all such certificates are one agency, BOARD_NOBODY.
 */
#include <inttypes.h>
#include <stdio.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "serve/gate_int.h"

enum {
	KNOWN_S = 300, /* then it is asked again */
	AGAIN_S = 5,   /* where nobody could say */
	DAY_S = 86400,
	SECOND = 1000000000,
	HEADER = 256,
};

/* ---- of which agency ---- */

static struct gate_known *
find_known(struct gate *gate, const uint8_t print[CRYPTO_SHA256])
{
	struct gate_known *oldest = &gate->known[0];

	for (size_t i = 0; i < GATE_REMEMBERED; i++) {
		struct gate_known *k = &gate->known[i];

		if (memcmp(k->print, print, sizeof(k->print)) == 0)
			return k;
		if (k->until < oldest->until)
			oldest = k;
	}
	return oldest;
}

void
gate_limit_connect(struct gate *gate, struct gate_connection *on)
{
	const struct gate_known *k;

	crypto_sha256(buf_span(&on->der), on->print);
	k = find_known(gate, on->print);
	on->agency = BOARD_NOBODY;
	on->known_until = 0;
	if (memcmp(k->print, on->print, sizeof(k->print)) != 0)
		return;
	on->agency = k->agency;
	on->known_until = k->until;
}

static int
agency_of(struct gate *gate, const struct answer *answer)
{
	switch (answer->who) {
	case ANSWER_OWN:
		return GATE_UNLIMITED;
	case ANSWER_OF:
		return (int)board_agency(&gate->start.board, answer->agency);
	case ANSWER_UNSAID:
	case ANSWER_NOBODY:
	case ANSWER_WHOS:
		break;
	}
	return BOARD_NOBODY;
}

void
gate_limit_learn(struct gate_request *r)
{
	struct gate *gate = r->gate;
	struct gate_connection *on = r->on;
	const struct answer *answer = &r->answer;
	struct gate_known *k;
	bool said = answer->who != ANSWER_UNSAID;

	if (!said && !r->asks_who)
		return;
	if (said)
		on->agency = agency_of(gate, answer);
	on->known_until =
		os_ticks() + (int64_t)(said ? KNOWN_S : AGAIN_S) * SECOND;
	k = find_known(gate, on->print);
	memcpy(k->print, on->print, sizeof(k->print));
	k->agency = on->agency;
	k->until = on->known_until;
}

bool
gate_limit_knows(const struct gate_request *r)
{
	return r->on->known_until > os_ticks();
}

/* ---- what it may ---- */

static struct limit_time
time_now(void)
{
	return (struct limit_time){os_ticks(), os_now()};
}

static struct limit_state *
state_of(const struct gate_request *r)
{
	return &r->gate->start.board.gate->agency[r->agency].state;
}

static struct limit_rule
rule_of(const struct gate_request *r)
{
	const struct board_agency *a =
		&r->gate->start.board.gate->agency[r->agency];
	char id[ANSWER_AGENCY + 1] = "";

	memcpy(id, a->id, sizeof(a->id));
	return settings_limit(r->gate->start.settings, id);
}

/* 0, or 429: with a sentence, and when to come back. */
static unsigned
refuse(struct gate_request *r, enum limit_kind kind, const char **ret_says)
{
	static const char *const says[LIMIT_KINDS] = {
		[LIMIT_RATE] = "your agency asks more in a second than it may: "
			       "go on when Retry-After says",
		[LIMIT_AT_ONCE] = "your agency has as many questions open as "
				  "it may: wait for an answer, then go on",
		[LIMIT_QUESTIONS] = "your agency has asked as much today as it "
				    "may: go on tomorrow (UTC), or ask whoever "
				    "runs this service",
		[LIMIT_LINES] = "your agency has sent as many requests today "
				"as it may: go on tomorrow (UTC), or ask "
				"whoever runs this service",
	};
	struct limit_rule rule = rule_of(r);

	if (kind == LIMIT_FREE)
		return 0;
	atomic_fetch_add(&r->gate->start.board.gate->limited[kind], 1);
	r->retry_after = limit_wait(&rule, state_of(r), time_now(), kind);
	*ret_says = says[kind];
	return 429;
}

unsigned
gate_limit_ask(struct gate_request *r, const char **ret_says)
{
	struct limit_rule rule;

	r->agency = r->on->agency;
	if (r->agency == GATE_UNLIMITED)
		return 0;
	rule = rule_of(r);
	return refuse(r, limit_ask(&rule, state_of(r), time_now()), ret_says);
}

/* ---- lines ---- */

unsigned
gate_limit_lines(struct gate_request *r, uint64_t n, const char **ret_says)
{
	struct limit_rule rule;
	struct limit_time now = time_now();
	enum limit_kind kind;

	if (r->agency == GATE_UNLIMITED || n == 0)
		return 0;
	rule = rule_of(r);
	kind = limit_lines(&rule, state_of(r), now, n);
	if (kind == LIMIT_FREE) {
		r->lines += n;
		r->lines_day = limit_day(now);
		r->lines_of = r->agency;
	}
	return refuse(r, kind, ret_says);
}

unsigned
gate_limit_part(struct gate_request *r, struct span part, const char **ret_says)
{
	uint64_t n = 0;

	for (size_t i = 0; i < part.n; i++)
		n += part.at[i] == '\n';
	r->line_open = part.n > 0 ? part.at[part.n - 1] != '\n' : r->line_open;
	return gate_limit_lines(r, n, ret_says);
}

static void
give_back(struct gate_request *r)
{
	if (r->lines > 0)
		limit_give_back(
			&r->gate->start.board.gate->agency[r->lines_of].state,
			r->lines_day, r->lines);
	r->lines = 0;
}

/* What was refused, or had come before, was not taken in. */
void
gate_limit_settle(struct gate_request *r)
{
	unsigned status = r->answer.status;

	if (status != 201 && status != 202)
		give_back(r);
}

/* ---- a question ---- */

/* What a certificate asked and sent before it was known is its agency's now. */
static unsigned
move(struct gate_request *r, const char **ret_says)
{
	uint64_t n = r->lines;
	unsigned status;

	if (r->agency == r->on->agency)
		return 0;
	give_back(r);
	status = gate_limit_ask(r, ret_says);
	return status == 0 ? gate_limit_lines(r, n, ret_says) : status;
}

/* A single request takes no worker: how many of them wait is `singles`. */
static bool
takes_worker(const struct gate_request *r)
{
	return r->asks_who || (r->route->want & SERVE_INTAKE) == 0;
}

unsigned
gate_limit_open(struct gate_request *r, const char **ret_says)
{
	unsigned status = move(r, ret_says);
	struct limit_rule rule;

	if (status != 0 || r->agency == GATE_UNLIMITED || !takes_worker(r))
		return status;
	rule = rule_of(r);
	return refuse(r,
		r->gate->n_open[r->agency] < rule.at_once ? LIMIT_FREE
							  : LIMIT_AT_ONCE,
		ret_says);
}

void
gate_limit_opened(struct gate_request *r)
{
	if (!takes_worker(r))
		return;
	atomic_fetch_add(&r->gate->start.board.gate->questions, 1);
	r->counted = r->agency;
	if (r->counted >= 0)
		r->gate->n_open[r->counted]++;
}

void
gate_limit_closed(struct gate_request *r)
{
	if (r->counted >= 0)
		r->gate->n_open[r->counted]--;
	r->counted = GATE_UNLIMITED;
}

/* ---- told ---- */

static void
put(struct MHD_Response *m, const char *name, struct buf *text)
{
	buf_u8(text, 0);
	if (buf_error(text) == ERR_OK)
		(void)MHD_add_response_header(m, name, (const char *)text->at);
}

/* draft-ietf-httpapi-ratelimit-headers: each limit by its name, what is left of
 * it, and the seconds until it is whole again. */
void
gate_limit_headers(struct gate_request *r, struct MHD_Response *m)
{
	static const struct {
		enum limit_kind kind;
		const char *name;
	} days[] = {{LIMIT_QUESTIONS, "questions"}, {LIMIT_LINES, "lines"}};
	OWNED_BUF(policy, HEADER);
	OWNED_BUF(left, HEADER);
	struct limit_time now = time_now();
	struct limit_rule rule;

	if (r->agency == GATE_UNLIMITED || !r->limited)
		return;
	rule = rule_of(r);
	buf_printf(&policy, "\"rate\";q=%" PRIu64 ";w=%" PRIu64, rule.burst,
		(rule.burst + rule.rate - 1) / rule.rate);
	buf_printf(&left, "\"rate\";r=%" PRIu64 ";t=1",
		limit_left(&rule, state_of(r), now, LIMIT_RATE));
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		uint64_t most = days[i].kind == LIMIT_LINES ? rule.lines
							    : rule.questions;

		if (most == 0)
			continue;
		buf_printf(&policy, ", \"%s\";q=%" PRIu64 ";w=%d", days[i].name,
			most, DAY_S);
		buf_printf(&left, ", \"%s\";r=%" PRIu64 ";t=%u", days[i].name,
			limit_left(&rule, state_of(r), now, days[i].kind),
			limit_wait(&rule, state_of(r), now, days[i].kind));
	}
	put(m, "RateLimit-Policy", &policy);
	put(m, "RateLimit", &left);
}
