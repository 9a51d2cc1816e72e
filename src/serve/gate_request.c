/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/mem.h"
#include "base/num.h"
#include "os/file.h"
#include "serve/gate_int.h"

enum { VALUES_MAX = ASK_MAX };

const char *
gate_header(const struct gate_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->on->c, MHD_HEADER_KIND, name);
}

struct gate_connection *
gate_connection_of(struct gate *gate, const struct MHD_Connection *c)
{
	for (uint64_t i = 0; i < gate->start.settings->connections; i++)
		if (gate->connection[i].c == c)
			return &gate->connection[i];
	return NULL;
}

/* The request's first line is there: its address as it was written. */
void *
gate_request_begin(void *context, const char *uri, struct MHD_Connection *c)
{
	struct gate *gate = context;
	struct gate_connection *on = gate_connection_of(gate, c);
	struct gate_request *r;
	size_t n = strlen(uri) + 1;

	if (on == NULL)
		return NULL;
	r = mem_zeroed(sizeof(*r));
	if (r == NULL)
		return NULL;
	r->raw = mem_zeroed(n);
	if (r->raw == NULL) {
		mem_free(r);
		return NULL;
	}
	memcpy(r->raw, uri, n);
	r->gate = gate;
	r->on = on;
	r->face = SERVE_API;
	r->ask.file = -1;
	r->q.fd = -1;
	r->q.file = -1;
	r->q.got = -1;
	r->agency = GATE_UNLIMITED;
	r->counted = GATE_UNLIMITED;
	buf_init(&r->body, ASK_BODY_MAX);
	buf_init(&r->values, VALUES_MAX);
	answer_init(&r->answer);
	on->phase = GATE_HEADER;
	on->since = os_ticks();
	on->bytes = 0;
	return r;
}

void
gate_request_end(void *context, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how)
{
	struct gate_request *r = *state;

	(void)context;
	(void)c;
	(void)how;
	if (r == NULL)
		return;
	r->on->phase = GATE_IDLE;
	r->on->since = os_ticks();
	r->on->bytes = 0;
	if (r->form != NULL)
		(void)MHD_destroy_post_processor(r->form);
	os_close(&r->ask.file);
	gate_limit_settle(r);
	gate_question_fini(&r->q);
	answer_fini(&r->answer);
	route_address_fini(&r->address);
	buf_fini(&r->body);
	buf_fini(&r->values);
	mem_free(r->raw);
	mem_free(r);
	*state = NULL;
}

/* ---- may it be asked? ---- */

static enum serve_face
face_of(const struct gate_request *r, enum serve_face asked_for)
{
	return serve_reads(asked_for, span_text(gate_header(r, "Accept")));
}

/*
 * A browser that was led here by another site says so: what changes something is
 * taken from our own pages only.  What says nothing is no browser.
 */
static bool
is_cross_site(const struct gate_request *r)
{
	const char *site = gate_header(r, "Sec-Fetch-Site");
	const char *origin = gate_header(r, "Origin");
	const char *host = gate_header(r, "Host");
	struct span from = span_text(origin);

	if (site != NULL && strcmp(site, "same-origin") != 0 &&
		strcmp(site, "none") != 0)
		return true;
	if (origin == NULL)
		return false;
	return !span_starts(from, SPAN("https://")) || host == NULL ||
	       !span_eq_nocase(
		       span_of(from.at + 8, from.n - 8), span_text(host));
}

static bool
is_single(const struct gate_request *r)
{
	return r->route->want == SERVE_INTAKE;
}

static bool
has_room(const struct gate_request *r)
{
	return is_single(r) ? gate_intake_room(r->gate)
			    : gate_question_room(r->gate);
}

/* 0: it may. */
static unsigned
may_ask(struct gate_request *r, const char **says)
{
	if (r->on->client == GATE_NOBODY) {
		*says = "come with the certificate that your agency's authority "
			"gave you: this service answers nobody else";
		return 401;
	}
	if (r->on->client != GATE_KNOWN) {
		*says = r->on->why;
		gate_log(r->gate, "refused: %s", r->on->why);
		return 403;
	}
	if (r->route->method != ASK_GET && is_cross_site(r)) {
		*says = "another site led here: open the page of this service, "
			"and send it from there";
		return 403;
	}
	if ((r->route->want & SERVE_GATE) != 0)
		return 0;
	if (!has_room(r)) {
		*says = "too much is asked at once: ask again in a moment";
		return 503;
	}
	r->limited = true;
	return gate_limit_ask(r, says);
}

static enum MHD_Result
refuse(struct gate_request *r, unsigned status, const char *says)
{
	gate_refuse(r, status, says);
	return gate_send(r);
}

/* ---- taken apart ---- */

static void
take_values(struct gate_request *r)
{
	static const struct {
		const char *header;
		const char *name;
	} headers[] = {
		{"Accept", "accept"},
		{"Content-Type", "content-type"},
		{"Idempotency-Key", "idempotency-key"},
		{"If-Match", "if-match"},
		{"If-None-Match", "if-none-match"},
		{"Weir-Act-At", "weir-act-at"},
		{"Weir-Act-Signature", "weir-act-signature"},
		{"Weir-Manifest", "weir-manifest"},
		{"Weir-Manifest-Signature", "weir-manifest-signature"},
	};
	struct ask *ask = &r->ask;

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		const char *value = gate_header(r, headers[i].header);

		if (value != NULL)
			ask->value[ask->n++] = (struct ask_value){ASK_HEADER,
				span_text(headers[i].name), span_text(value)};
	}
	route_parts(r->route, r->address.path, ask);
	for (size_t i = 0; i < r->address.n && ask->n < ASK_VALUES; i++)
		ask->value[ask->n++] = r->address.value[i];
	ask->actor = buf_span(&r->on->der);
}

static enum MHD_Result
answer_other(struct gate_request *r, const char *method)
{
	char allow[ROUTE_ALLOW_MAX];
	enum err e = route_find(r->gate->start.site, method, r->address.path,
		&r->ask.route, allow);

	if (e == ERR_BAD_MOVE)
		return gate_send_allowed(
			r, strcmp(method, "OPTIONS") == 0 ? 204 : 405, allow);
	if (e != ERR_OK)
		return refuse(r, 404, "there is no such address here");
	r->route = &r->gate->start.site->route[r->ask.route];
	r->face = face_of(r, r->route->face);
	return MHD_YES;
}

/* What needs no worker.  YES with no route: it is answered. */
static enum MHD_Result
find(struct gate_request *r, const char *method)
{
	bool get = strcmp(method, "GET") == 0 || r->head;
	const struct serve_static *file;
	enum err e = route_address_read(span_text(r->raw), &r->address);

	r->face = face_of(r, SERVE_API);
	if (e == ERR_TOO_LARGE)
		return refuse(r, 414, "the address is too long");
	if (e != ERR_OK)
		return refuse(r, 400,
			"the address is not in the documented form: segments "
			"of plain text, each once, nothing of it encoded twice");
	file = route_file(r->gate->start.site, r->address.path);
	if (file != NULL || span_eq(r->address.path, SPAN("/health"))) {
		if (!get)
			return gate_send_allowed(r,
				strcmp(method, "OPTIONS") == 0 ? 204 : 405,
				"GET, HEAD, OPTIONS");
		return file != NULL ? gate_send_file(r, file)
				    : gate_send_health(r);
	}
	return answer_other(r, method);
}

/* MHD ends a connection that is answered while its body is still to come, so
 * what has none is answered at its end. */
static bool
has_body(const struct gate_request *r)
{
	const char *length = gate_header(r, "Content-Length");

	return gate_header(r, "Transfer-Encoding") != NULL ||
	       (length != NULL && strcmp(length, "0") != 0);
}

/* A browser that is still sending would not read an answer: what is not all too
 * long is read to its end first, and dropped. */
static enum MHD_Result
refuse_body(struct gate_request *r, unsigned status, const char *says)
{
	uint64_t n = 0;

	if (status == 503 || gate_header(r, "Expect") != NULL ||
		!num_parse(span_text(gate_header(r, "Content-Length")),
			GATE_DRAIN, &n) ||
		n == 0)
		return refuse(r, status, says);
	gate_refuse(r, status, says);
	r->dropped = true;
	r->most_dropped = GATE_DRAIN;
	r->on->phase = GATE_BODY;
	r->on->since = os_ticks();
	return MHD_YES;
}

static enum MHD_Result
begin(struct gate_request *r, const char *method)
{
	const char *says = "";
	unsigned status;
	enum MHD_Result done;

	r->begun = true;
	r->head = strcmp(method, "HEAD") == 0;
	gate_client_read(r->gate, r->on);
	done = find(r, method);
	if (done != MHD_YES || r->route == NULL)
		return done;
	status = may_ask(r, &says);
	if (status != 0)
		return refuse(r, status, says);
	if ((r->route->want & SERVE_GATE) != 0 && !has_body(r))
		return gate_send_own(r);
	take_values(r);
	status = gate_body_begin(r, &says);
	if (status != 0)
		return refuse_body(r, status, says);
	r->on->phase = GATE_BODY;
	r->on->since = os_ticks();
	return MHD_YES;
}

/* ---- its body, and its question ---- */

static enum MHD_Result
take_part(struct gate_request *r, struct span part)
{
	const char *says = "";
	unsigned status;

	r->on->bytes += part.n;
	if (r->dropped) {
		r->received += part.n;
		return r->received <= r->most_dropped ? MHD_YES : MHD_NO;
	}
	status = gate_body_part(r, part, &says);
	if (status == 0)
		return MHD_YES;
	gate_refuse(r, status, says);
	r->dropped = true;
	r->most_dropped = GATE_OVERRUN;
	r->received = 0;
	return MHD_YES;
}

/* Opens the question; 0, or the status of a refusal. */
static unsigned
open_question(struct gate_request *r, const char **says)
{
	unsigned status = gate_limit_open(r, says);
	enum err e;

	if (status != 0)
		return status;
	e = is_single(r) ? gate_intake_ask(r) : gate_question_ask(r);
	if (e == ERR_OK)
		return 0;
	*says = e == ERR_TOO_LARGE ? "too much is sent at once"
		: e == ERR_BUSY ? "too much is asked at once: ask again in a "
				  "moment"
				: "a failure of ours: nothing was done by it";
	return e == ERR_TOO_LARGE ? 413 : e == ERR_BUSY ? 503 : 500;
}

/* The end of a body: its last line, and all of it. */
static unsigned
end_body(struct gate_request *r, const char **says)
{
	gate_body_end(r);
	if (!has_room(r)) {
		*says = "too much is asked at once: ask again in a moment";
		return 503;
	}
	return r->line_open || is_single(r) ? gate_limit_lines(r, 1, says) : 0;
}

static enum MHD_Result
ask(struct gate_request *r)
{
	const char *says = "";
	unsigned status;

	if (r->dropped)
		return gate_send(r);
	if ((r->route->want & SERVE_GATE) != 0)
		return gate_send_own(r);
	status = end_body(r, &says);
	if (status == 0 &&
		(gate_limit_knows(r) || gate_question_who(r) != ERR_OK))
		status = open_question(r, &says);
	if (status != 0)
		return refuse(r, status, says);
	r->state = GATE_WAITING;
	r->on->phase = GATE_ASKED;
	r->on->since = os_ticks();
	MHD_suspend_connection(r->on->c);
	return MHD_YES;
}

void
gate_request_asked(struct gate_request *r)
{
	const char *says = "";
	unsigned status = open_question(r, &says);

	if (status == 0)
		return;
	gate_refuse(r, status, says);
	gate_resume(r);
}

static enum MHD_Result
begin_and_ask(struct gate_request *r, const char *method)
{
	enum MHD_Result done = begin(r, method);

	return done != MHD_YES || r->on->phase == GATE_ANSWER ? done : ask(r);
}

enum MHD_Result
gate_request_on(void *gate, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *size,
	void **state)
{
	struct gate_request *r = *state;

	(void)gate;
	(void)c;
	(void)url;
	(void)version;
	if (r == NULL)
		return MHD_NO;
	if (!r->started) {
		r->started = true;
		return has_body(r) ? begin(r, method) : MHD_YES;
	}
	if (*size > 0) {
		enum MHD_Result done = take_part(r, span_of(data, *size));

		*size = 0;
		return done;
	}
	if (!r->begun)
		return begin_and_ask(r, method);
	if (r->state == GATE_ANSWERED)
		return gate_send(r);
	return r->state == GATE_WAITING ? MHD_YES : ask(r);
}
