/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What agencies' systems and the custodian's people ask, each in a process of
 * its own that is locked in, as the desk does it.  Every answer is kept, and at
 * the end checked against web/openapi.json by tests/api/check_answers.
 */
#include "proc/proc_answered.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/api_int.h"
#include "base/code.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_intake.h"
#include "proc/proc_letter.h"
#include "request/request_single.h"
#include "serve/board.h"

enum { BODY_MAX = 1 << 22 };

static const char *path; /* of the instance that is asked */
static char answers[64];
static struct instance_actor actor;
static struct buf cert;

/* One question, and what came back. */
static struct ask ask;
static struct answer got;
static struct buf body;
static const char *method;
static const char *template;
static struct instance_asker asker;
static struct board board;

/* ---- asking ---- */

static void
be(const char *who)
{
	struct why why;

	instance_actor_fini(&actor);
	buf_fini(&cert);
	buf_init(&cert, 1 << 14);
	assert_int_equal(
		instance_actor_read(world_key(path, who), &actor, &why),
		ERR_OK);
	crypto_cert_der(actor.cert, &cert);
	asker = (struct instance_asker){.cert = buf_span(&cert)};
}

static void
with(enum ask_part part, const char *name, const char *value)
{
	ask.value[ask.n++] =
		(struct ask_value){part, span_text(name), span_text(value)};
}

static void
begin(enum ask_method m, const char *route)
{
	ask = (struct ask){.file = -1, .actor = buf_span(&cert)};
	method = ask_method_text(m);
	template = route;
	for (ask.route = 0; ask.route < api_n_routes; ask.route++)
		if (api_routes[ask.route].method == m &&
			strcmp(api_routes[ask.route].path, route) == 0)
			return;
	fail_msg("no route %s", route);
}

static enum err
handle(struct desk *desk, struct answer *answer)
{
	enum err e = ERR_OK;

	desk->route = &api_routes[ask.route];
	desk->path = path;
	desk->asker = asker;
	if ((desk->route->want & SERVE_GATE) != 0) {
		desk->in = INSTANCE_NONE;
		desk->board = &board;
		return desk->route->answer(desk, &ask, answer);
	}
	if (desk->route->want == SERVE_OPENS) {
		desk->in = INSTANCE_NONE;
		return desk->route->answer(desk, &ask, answer);
	}
	e = instance_open_for(path, desk->route->want, &desk->asker, &desk->in);
	if (e == ERR_OK)
		e = instance_lock_in(&desk->in);
	return e == ERR_OK ? desk->route->answer(desk, &ask, answer) : e;
}

/* What is to be signed: each text sized. */
static void
say_unsigned(struct desk *desk, struct answer *answer)
{
	struct span text[INSTANCE_SIGNATURES];
	struct reader r = read_from(buf_span(&desk->in.to_sign));
	size_t n = 0;

	while (r.left.n > 0 && n < INSTANCE_SIGNATURES)
		text[n++] = read_sized(&r, 1 << 22);
	assert_int_equal(
		api_unsigned(desk, &ask, text, n, desk->in.at, answer), ERR_OK);
}

static int
work(void *arg)
{
	static struct desk desk;
	struct answer answer;
	OWNED_BUF(bytes, ANSWER_MAX + 4096);
	OWNED_BUF(file, BODY_MAX);
	enum err e;

	answer_init(&answer);
	e = handle(&desk, &answer);
	if (e == ERR_UNSIGNED)
		say_unsigned(&desk, &answer);
	else if (e != ERR_OK)
		api_refuse(serve_status(e), e,
			desk.in.why.text[0] == '\0' ? err_text(e)
						    : desk.in.why.text,
			&answer);
	if (answer.file >= 0 && os_read_fd(answer.file, &file) == ERR_OK)
		buf_bytes(&answer.body, buf_span(&file));
	answer_encode(&answer, &bytes);
	if (desk.route->want < SERVE_OPENS)
		instance_close(&desk.in);
	return buf_error(&bytes) != ERR_OK ||
	       os_write_all(*(int *)arg, buf_span(&bytes)) != ERR_OK;
}

static void
put_base64(struct buf *to, const char *name, struct span text)
{
	buf_printf(to, ",\"%s\":\"", name);
	code_base64(to, text);
	buf_text(to, "\"");
}

static void
keep(void)
{
	OWNED_BUF(line, BODY_MAX);
	OWNED_FD file = open(answers, O_WRONLY | O_APPEND | O_CREAT, 0600);

	buf_printf(&line,
		"{\"method\":\"%s\",\"path\":\"%s\",\"status\":%u,"
		"\"type\":\"%s\"",
		method, template, got.status, answer_type_text(got.type));
	put_base64(&line, "sent", ask.body);
	put_base64(&line, "body", buf_span(&got.body));
	buf_text(&line, "}\n");
	assert_int_equal(buf_error(&line), ERR_OK);
	assert_int_equal(os_write_all(file, buf_span(&line)), ERR_OK);
}

/* Asks, keeps the answer, and wants that status. */
static void
wants(unsigned status)
{
	OWNED_FD file = memfd_create("answer", 0);
	OWNED_BUF(bytes, ANSWER_MAX + 4096);

	assert_int_equal(world_apart(work, &file), 0);
	assert_int_equal(os_rewind(file), ERR_OK);
	assert_int_equal(os_read_fd(file, &bytes), ERR_OK);
	answer_fini(&got);
	assert_int_equal(answer_decode(buf_span(&bytes), &got), ERR_OK);
	keep();
	if (got.status != status)
		fail_msg("%s %s: %u: %.*s", method, template, got.status,
			(int)got.body.n, (const char *)got.body.at);
}

static void
sends(const char *text)
{
	buf_clear(&body);
	buf_text(&body, text);
	ask.body = buf_span(&body);
}

static bool
says(const char *text)
{
	return memmem(got.body.at, got.body.n, text, strlen(text)) != NULL;
}

static void
get(const char *route, unsigned status)
{
	begin(ASK_GET, route);
	wants(status);
}

static void
get_batch(const char *route, unsigned status)
{
	begin(ASK_GET, route);
	with(ASK_PATH, "batch", "1");
	wants(status);
}

/* Signs what the last answer asked for, and asks again. */
static void
sign_and_ask_again(unsigned status)
{
	static uint8_t bytes[1 << 16];
	static struct buf signature;
	const char *at = memmem(got.body.at, got.body.n, "\"act_at\":", 9);
	const char *to = memmem(got.body.at, got.body.n, "\"to_sign\":[\"", 12);
	struct span text;
	size_t n = 0;

	assert_non_null(at);
	assert_non_null(to);
	asker.at = strtoll(at + 9, NULL, 10);
	text = span_of(to + 12,
		(size_t)((const char *)got.body.at + got.body.n - to - 12));
	assert_true(code_base64_parse(
		span_cut(&text, '"'), bytes, sizeof(bytes), &n));
	buf_fini(&signature);
	buf_init(&signature, 4096);
	assert_int_equal(
		crypto_sign(actor.key, span_of(bytes, n), &signature), ERR_OK);
	asker.signature[0] = buf_span(&signature);
	asker.n_signatures = 1;
	wants(status);
	asker.n_signatures = 0;
	asker.at = 0;
}

/* ---- the service itself ---- */

/* What the parent saw is what is said; not what it saw long ago. */
static void
readiness_is_what_the_parent_saw(void **state)
{
	(void)state;
	be("requester");
	for (uint32_t is = 0; is <= BOARD_STATES; is++) {
		atomic_store(&board.parent->state, is);
		get("/readiness", is == BOARD_READY ? 200 : 503);
		assert_true(is != BOARD_UNSEEN || says("quorum of witnesses"));
	}
	atomic_store(&board.parent->state, BOARD_READY);
	atomic_store(&board.parent->looked, os_ticks() - 3000000000);
	get("/readiness", 503);
	atomic_store(&board.parent->looked, os_ticks() - 1000000000);
	get("/readiness", 200);
	atomic_store(&board.parent->looked, INT64_MAX);
}

/* ---- the agency ---- */

static void
the_agency_sees_its_batch(void **state)
{
	char tag[ANSWER_TEXT + 2];

	(void)state;
	be("requester");
	get("/readiness", 200);
	get("/api/v1/me", 200);
	assert_true(
		says("\"roles\":[\"requester\"],\"agency\":\"us.dhs.ice\""));
	get("/openapi.json", 200);
	get("/api/v1/batches", 200);
	assert_true(says("\"batch\":1,"));
	get_batch("/api/v1/batches/{batch}", 200);
	(void)snprintf(tag, sizeof(tag), "\"%s\"", got.etag);
	begin(ASK_GET, "/api/v1/batches/{batch}");
	with(ASK_PATH, "batch", "1");
	with(ASK_HEADER, "if-none-match", tag);
	wants(304);
	assert_int_equal(got.body.n, 0);
	get_batch("/api/v1/batches/{batch}/reply", 200);
	get_batch("/api/v1/batches/{batch}/receipt", 200);
	begin(ASK_GET, "/api/v1/batches/{batch}/files/{name}");
	with(ASK_PATH, "batch", "1");
	with(ASK_PATH, "name", "reply.jsonl.p7s");
	wants(200);
	begin(ASK_GET, "/api/v1/batches/{batch}/files/{name}");
	with(ASK_PATH, "batch", "1");
	with(ASK_PATH, "name", "../../secret/evidence.key");
	wants(404);
}

static void
the_agency_sees_nothing_else(void **state)
{
	static const char *const not_its[] = {
		"/api/v1/batches/{batch}/decisions", "/api/v1/review/{batch}"};
	static const char *const nor[] = {"/api/v1/holds",
		"/api/v1/reports/coverage", "/api/v1/reports/accounting",
		"/metrics"};

	(void)state;
	be("requester");
	for (size_t i = 0; i < 2; i++)
		get_batch(not_its[i], 403);
	for (size_t i = 0; i < 4; i++)
		get(nor[i], 403);
	begin(ASK_GET, "/api/v1/batches/{batch}");
	with(ASK_PATH, "batch", "2");
	wants(404);
	begin(ASK_GET, "/api/v1/batches/{batch}");
	with(ASK_PATH, "batch", "one");
	wants(404);
	begin(ASK_GET, "/api/v1/batches");
	with(ASK_QUERY, "limit", "0");
	wants(400);
	be("certifier"); /* has no role at all */
	get("/api/v1/batches", 403);
	get("/api/v1/me", 200);
}

/* I9: of every accepted line the same is told but for its id, line and the
 * package's hash, before and after it was fetched. */
static void
packages_are_told_alike(void **state)
{
	struct store_request row;
	struct instance in;
	OWNED_BUF(kept, BODY_MAX);
	uint64_t size = 0;
	unsigned n = 0;

	(void)state;
	be("requester");
	begin(ASK_GET, "/api/v1/batches/{batch}/packages");
	with(ASK_PATH, "batch", "1");
	with(ASK_QUERY, "limit", "1000");
	wants(200);
	assert_false(says("\"not-yet\""));
	assert_false(says("\"gone\""));
	world_open(path, INSTANCE_READ, NULL, &in);
	for (uint64_t line = 1; n < 2 && line <= WORLD_REQUESTS; line++) {
		assert_int_equal(
			store_request_get(in.store, 1, line, &row), ERR_OK);
		if (row.answered != (n == 0 ? CASE_ANSWERED_ADDRESS
					    : CASE_ANSWERED_NEUTRAL))
			continue;
		n++;
		begin(ASK_POST, "/api/v1/batches/{batch}/packages/{request}");
		with(ASK_PATH, "batch", "1");
		with(ASK_PATH, "request", row.id);
		wants(200);
		assert_int_equal(got.type, ANSWER_CMS);
		assert_true(size == 0 || size == got.body.n);
		size = got.body.n;
		buf_clear(&kept);
		buf_bytes(&kept, buf_span(&got.body));
		wants(200); /* the connection broke: once more */
		assert_true(span_eq(buf_span(&kept), buf_span(&got.body)));
	}
	instance_close(&in);
	assert_int_equal(n, 2);
	begin(ASK_GET, "/api/v1/batches/{batch}/packages");
	with(ASK_PATH, "batch", "1");
	wants(200);
	be("reviewer-1");
	begin(ASK_POST, "/api/v1/batches/{batch}/packages/{request}");
	with(ASK_PATH, "batch", "1");
	with(ASK_PATH, "request", row.id);
	wants(403);
	/* once a hold may be about it, nobody has it a second time */
	be("counsel");
	begin(ASK_POST, "/api/v1/holds");
	sends("{\"ground\":\"court\",\"docket\":\"1:26-cv-9\","
	      "\"scopes\":[\"person=P00000001\"]}");
	wants(428);
	sign_and_ask_again(201);
	be("requester");
	begin(ASK_POST, "/api/v1/batches/{batch}/packages/{request}");
	with(ASK_PATH, "batch", "1");
	with(ASK_PATH, "request", row.id);
	wants(409);
}

/* ---- a batch comes in ---- */

static void
read_world(const char *name, struct buf *to)
{
	char file[WORLD_PATH + 64];

	(void)snprintf(file, sizeof(file), "%s/batches/1/%s", path, name);
	assert_int_equal(os_read(AT_FDCWD, file, to), ERR_OK);
}

static void
ask_submit(int file, const struct buf *manifest, const struct buf *signature,
	const char *key)
{
	begin(ASK_POST, "/api/v1/batches");
	ask.file = file;
	if (manifest->n > 0)
		with(ASK_HEADER, "weir-manifest", (const char *)manifest->at);
	if (signature->n > 0)
		with(ASK_HEADER, "weir-manifest-signature",
			(const char *)signature->at);
	if (key != NULL)
		with(ASK_HEADER, "idempotency-key", key);
}

/* The batch that there is, sent again: nothing is done twice. */
static void
a_batch_is_sent_over_the_network(void **state)
{
	OWNED_BUF(bytes, BODY_MAX);
	OWNED_BUF(manifest, 1 << 16);
	OWNED_BUF(signature, 1 << 16);
	OWNED_FD file = memfd_create("requests", 0);

	(void)state;
	be("requester");
	read_world("requests", &bytes);
	assert_int_equal(os_write_all(file, buf_span(&bytes)), ERR_OK);
	assert_int_equal(os_rewind(file), ERR_OK);
	buf_clear(&bytes);
	read_world("manifest.json", &bytes);
	ask_submit(file, &manifest, &signature, NULL);
	wants(400); /* neither is there */
	code_base64(&manifest, buf_span(&bytes));
	buf_u8(&manifest, 0);
	buf_clear(&bytes);
	read_world("manifest.json.p7s", &bytes);
	code_base64(&signature, buf_span(&bytes));
	buf_u8(&signature, 0);
	ask_submit(file, &manifest, &signature, "key one");
	wants(200);
	assert_string_equal(got.location, "/api/v1/batches/1");
	assert_int_equal(os_rewind(file), ERR_OK);
	ask_submit(file, &manifest, &signature, "key one");
	wants(200); /* of the key: not even looked at */
	assert_int_equal(os_write_all(file, SPAN("more\n")), ERR_OK);
	assert_int_equal(os_rewind(file), ERR_OK);
	ask_submit(file, &manifest, &signature, "key one");
	wants(422);
	ask_submit(file, &manifest, &signature, "key two");
	wants(409); /* its hash is not the manifest's */
	assert_true(says("RQ-FORM"));
	be("reviewer-1");
	assert_int_equal(os_rewind(file), ERR_OK);
	ask_submit(file, &manifest, &signature, NULL);
	wants(403);
}

static void
a_letter_that_is_none_is_refused(void **state)
{
	(void)state;
	be("requester");
	begin(ASK_POST, "/api/v1/letters");
	sends("{\"letter\":\"e30=\",\"signature\":\"AAAA\"}");
	wants(400);
	sends("{\"letter\":\"not base64\",\"signature\":\"AAAA\"}");
	wants(400);
	sends("[]");
	wants(400);
}

/* ---- the custodian's people ---- */

static void
a_hold_is_placed_and_lifted_by_two(void **state)
{
	char tag[ANSWER_TEXT + 2];

	(void)state;
	be("counsel");
	begin(ASK_POST, "/api/v1/holds");
	sends("{\"ground\":\"court\",\"docket\":\"1:26-cv-7\","
	      "\"scopes\":[\"case=HSI-1\"]}");
	wants(428);
	sign_and_ask_again(201);
	assert_string_equal(got.location, "/api/v1/holds/1");
	get("/api/v1/holds", 200);
	assert_true(says("1:26-cv-7"));
	begin(ASK_GET, "/api/v1/holds/{hold}");
	with(ASK_PATH, "hold", "1");
	wants(200);
	(void)snprintf(tag, sizeof(tag), "\"%s\"", got.etag);
	begin(ASK_POST, "/api/v1/holds/{hold}/lift");
	with(ASK_PATH, "hold", "1");
	with(ASK_HEADER, "if-match", "\"something else\"");
	wants(409);
	begin(ASK_POST, "/api/v1/holds/{hold}/lift");
	with(ASK_PATH, "hold", "1");
	with(ASK_HEADER, "if-match", tag);
	wants(428);
	sign_and_ask_again(200);
	assert_true(says("\"lifted\":false"));
	be("operator");
	begin(ASK_POST, "/api/v1/holds/{hold}/lift");
	with(ASK_PATH, "hold", "1");
	wants(428);
	sign_and_ask_again(200);
	assert_true(says("\"lifted\":true"));
}

static void
review_is_listed_and_decided(void **state)
{
	(void)state;
	be("reviewer-1");
	get_batch("/api/v1/review/{batch}", 200);
	get_batch("/api/v1/batches/{batch}/decisions", 200);
	begin(ASK_GET, "/api/v1/review/{batch}/{request}");
	with(ASK_PATH, "batch", "1");
	with(ASK_PATH, "request", "no-such");
	wants(404);
	begin(ASK_POST, "/api/v1/review/{batch}/approve");
	with(ASK_PATH, "batch", "1");
	sends("{\"request\":\"no-such\"}");
	wants(404);
	sends("{\"request\":7}");
	wants(400);
	begin(ASK_POST, "/api/v1/review/{batch}/return");
	with(ASK_PATH, "batch", "1");
	sends("{\"request\":\"no-such\",\"ground\":\"no reason\"}");
	wants(404);
	begin(ASK_POST, "/api/v1/review/{batch}/withhold");
	with(ASK_PATH, "batch", "1");
	sends("{\"request\":\"no-such\"}");
	wants(400); /* without a ground */
	begin(ASK_POST, "/api/v1/review/{batch}/object");
	with(ASK_PATH, "batch", "1");
	sends("{\"words\":\"the court has enjoined this\"}");
	wants(428);
	sign_and_ask_again(201);
}

static void
reports_come_in_three_forms(void **state)
{
	static const char *const forms[][2] = {{"application/json", "json"},
		{"text/csv", "csv"},
		{"text/html,application/xhtml+xml", "html"}};

	(void)state;
	be("counsel");
	for (size_t i = 0; i < 3; i++) {
		begin(ASK_GET, "/api/v1/reports/annual");
		with(ASK_QUERY, "year", "2026");
		with(ASK_HEADER, "accept", forms[i][0]);
		wants(200);
	}
	get("/api/v1/reports/annual", 400);
	begin(ASK_GET, "/api/v1/reports/transparency");
	with(ASK_QUERY, "year", "2026");
	wants(200);
	begin(ASK_GET, "/api/v1/reports/court");
	with(ASK_QUERY, "docket", "no such");
	wants(404);
	get("/api/v1/reports/accounting", 200);
	get("/api/v1/reports/coverage", 200);
	be("operator");
	get("/metrics", 200);
	assert_false(says("delivered"));
}

static void
anybody_reads_codes_and_the_ledger(void **state)
{
	(void)state;
	be("certifier");
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "I2-B1-ADDRESS");
	wants(200);
	assert_true(says("26 USC 6103(i)(2)(B)(i)"));
	with(ASK_HEADER, "accept", "text/html");
	wants(200);
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "NOT_ALLOWED");
	wants(200);
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "TOO_MANY");
	wants(200);
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "404");
	wants(200);
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "200");
	wants(404);
	begin(ASK_GET, "/codes/{code}");
	with(ASK_PATH, "code", "<script>");
	wants(404);
	get("/api/v1/ledger/checkpoint", 200);
	get("/api/v1/ledger/vkey", 200);
	begin(ASK_GET, "/api/v1/ledger/proof/{entry}");
	with(ASK_PATH, "entry", "3");
	wants(200);
	begin(ASK_GET, "/api/v1/ledger/proof/{entry}");
	with(ASK_PATH, "entry", "999999999");
	wants(404);
	begin(ASK_GET, "/api/v1/ledger/tile/{a}/{b}");
	with(ASK_PATH, "a", "0");
	with(ASK_PATH, "b", "000");
	wants(200);
	begin(ASK_GET, "/api/v1/ledger/tile/{a}/{b}");
	with(ASK_PATH, "a", "..");
	with(ASK_PATH, "b", "ledger.vkey");
	wants(404);
}

/* Every route is asked by some test; and every answer is as the document says
 * it, which names the same routes. */
/* ---- a single request ---- */

/* What the intake says to one envelope by this person, as the gate hears it. */
struct sent {
	struct span envelope;
	const char *who;
	int out;
};

static int
take_in(void *arg)
{
	const struct sent *sent = arg;
	struct intake_single single = {.id = 1, .bytes = sent->envelope};
	struct instance_actor who = {.cert = NULL};
	struct intake *k = NULL;
	struct answer answer;
	struct why why = {""};
	OWNED_BUF(bytes, ANSWER_MAX + 4096);

	buf_init(&single.body, INTAKE_BODY);
	buf_init(&single.signature, INTAKE_BODY);
	answer_init(&answer);
	if (instance_actor_read(world_key(path, sent->who), &who, &why) != 0 ||
		intake_open_for_all(path, &k, &why) != ERR_OK)
		return 1;
	memcpy(single.actor, who.print, sizeof(single.actor));
	intake_ask(k, &(struct intake_single *){&single}, 1);
	intake_hear(k);
	if (intake_judge(k) != ERR_OK)
		return 2;
	api_decided(&(struct intake_answer){.id = 1,
			    .status = single.status,
			    .batch = single.batch,
			    .refused = single.refused,
			    .code = span_text(single.code),
			    .sentence = span_text(single.why.text),
			    .body = buf_span(&single.body),
			    .signature = buf_span(&single.signature)},
		NULL, &answer);
	answer_encode(&answer, &bytes);
	return os_write_all(sent->out, buf_span(&bytes)) != ERR_OK;
}

static void
is_answered(unsigned status, const char *who)
{
	OWNED_FD file = memfd_create("answer", 0);
	OWNED_BUF(bytes, ANSWER_MAX + 4096);
	struct sent sent = {buf_span(&body), who, file};

	begin(ASK_POST, "/api/v1/requests");
	ask.body = buf_span(&body);
	assert_int_equal(world_apart(take_in, &sent), 0);
	assert_int_equal(os_rewind(file), ERR_OK);
	assert_int_equal(os_read_fd(file, &bytes), ERR_OK);
	answer_fini(&got);
	assert_int_equal(answer_decode(buf_span(&bytes), &got), ERR_OK);
	keep();
	if (got.status != status)
		fail_msg("%u: %.*s", got.status, (int)got.body.n,
			(const char *)got.body.at);
}

/* A line that can be read, in an envelope of today. */
static void
put_envelope(const char *certifier)
{
	static const char line[] = "{\"weir:requestID\":\"SINGLE-1\"}\n";
	struct request_manifest m = {.sequence = 7,
		.count = 1,
		.date = day_at(os_now()),
		.agreement = "AG-IRS-ICE-2025",
		.certifier_name = "ACTING DIRECTOR",
		.certifier_role = "head of agency"};
	OWNED_BUF(manifest, MANIFEST_BYTES_MAX);
	OWNED_BUF(signature, 1 << 16);
	struct instance_actor signer = {.cert = NULL};
	struct why why = {""};

	(void)snprintf(m.certifier_id, sizeof(m.certifier_id), "%s", certifier);
	crypto_sha384(span_text(line), m.sha384);
	proc_manifest_json(&m, &manifest);
	assert_int_equal(instance_actor_read(
				 world_key(path, "certifier"), &signer, &why),
		ERR_OK);
	assert_int_equal(proc_sign_document(buf_span(&manifest), &signer,
				 &signature, &why),
		ERR_OK);
	buf_clear(&body);
	request_single_write(&(struct request_single){span_text(line),
				     buf_span(&manifest), buf_span(&signature)},
		&body);
	instance_actor_fini(&signer);
}

static void
a_single_request_is_answered_once(void **state)
{
	OWNED_BUF(first, INTAKE_BODY);

	(void)state;
	put_envelope("ICE-DIR");
	is_answered(201, "requester");
	assert_true(got.signature.n > 0);
	assert_true(says("\"manifest\":\""));
	assert_true(strncmp(got.location, "/api/v1/batches/", 16) == 0);
	buf_bytes(&first, buf_span(&got.body));
	is_answered(200, "requester");
	assert_true(span_eq(buf_span(&first), buf_span(&got.body)));
	is_answered(403, "certifier"); /* has no role to bring anything in */
	sends("{}");
	is_answered(400, "requester");
	assert_true(says("/codes/RQ-FORM"));
	put_envelope("NOBODY");
	is_answered(422, "requester");
	assert_true(says("/codes/I2-A-SIGNER"));
	assert_int_equal(got.signature.n, 0);
}

/* What does not come of the envelope: who waits, and what fails. */
static void
a_single_request_is_told_when_to_come_back(void **state)
{
	static const enum intake_status later[] = {INTAKE_BUSY, INTAKE_FAILED};

	(void)state;
	begin(ASK_POST, "/api/v1/requests");
	for (size_t i = 0; i < 2; i++) {
		answer_fini(&got);
		answer_init(&got);
		api_decided(&(struct intake_answer){.id = 1,
				    .status = later[i],
				    .refused = ERR_BUSY,
				    .sentence = SPAN("later")},
			NULL, &got);
		assert_int_equal(got.status, 503);
		assert_int_equal(got.retry_after, 1);
		keep();
	}
}

static unsigned n_pages;

static void
refuse_as_page(
	unsigned status, enum err e, const char *text, struct answer *answer)
{
	assert_int_equal(answer->body.n, 0); /* nothing was made before */
	assert_int_equal(e, ERR_MALFORMED);
	assert_string_equal(text, "no such form");
	answer->status = status;
	buf_text(&answer->body, "a page");
	n_pages++;
}

/* What a browser reads is made once, and no problem before it. */
static void
a_refused_single_request_is_worded_once(void **state)
{
	(void)state;
	answer_fini(&got);
	answer_init(&got);
	n_pages = 0;
	api_decided(&(struct intake_answer){.id = 1,
			    .status = INTAKE_REFUSED,
			    .refused = ERR_MALFORMED,
			    .code = SPAN("RQ-FORM"),
			    .sentence = SPAN("no such form")},
		refuse_as_page, &got);
	assert_int_equal(n_pages, 1);
	assert_int_equal(got.status, 400);
	assert_true(span_eq(buf_span(&got.body), SPAN("a page")));
}

static void
answers_are_as_the_document_says(void **state)
{
	char command[512];

	(void)state;
	(void)snprintf(command, sizeof(command),
		"python3 '%s/tests/api/check_answers' '%s/web/openapi.json' "
		"'%s' '%s/src/api/route.def'",
		WEIR_SOURCE, WEIR_SOURCE, answers, WEIR_SOURCE);
	assert_int_equal(system(command), 0);
}

static int
make(void **state)
{
	(void)snprintf(answers, sizeof(answers), "/tmp/weir-api-XXXXXX");
	os_close(&(int){mkstemp(answers)});
	answer_init(&got);
	buf_init(&body, BODY_MAX);
	return answered_make(state);
}

static int
fresh(void **state)
{
	(void)state;
	path = world_copy();
	return 0;
}

static int
fresh_answered(void **state)
{
	int bad = answered_begin(state);

	path = answered_path;
	return bad;
}

static int
end(void **state)
{
	answer_fini(&got);
	buf_fini(&body);
	buf_fini(&cert);
	instance_actor_fini(&actor);
	(void)unlink(answers);
	return world_remove(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_agency_sees_its_batch, fresh),
		cmocka_unit_test(readiness_is_what_the_parent_saw),
		cmocka_unit_test(the_agency_sees_nothing_else),
		cmocka_unit_test(a_batch_is_sent_over_the_network),
		cmocka_unit_test(a_letter_that_is_none_is_refused),
		cmocka_unit_test(a_single_request_is_answered_once),
		cmocka_unit_test(a_single_request_is_told_when_to_come_back),
		cmocka_unit_test(a_refused_single_request_is_worded_once),
		cmocka_unit_test(anybody_reads_codes_and_the_ledger),
		cmocka_unit_test(reports_come_in_three_forms),
		cmocka_unit_test(a_hold_is_placed_and_lifted_by_two),
		cmocka_unit_test(review_is_listed_and_decided),
		cmocka_unit_test_setup(packages_are_told_alike, fresh_answered),
		cmocka_unit_test(answers_are_as_the_document_says),
	};

	if (board_make(&board) != ERR_OK)
		return 1;
	atomic_store(&board.parent->state, BOARD_READY);
	atomic_store(&board.parent->looked, INT64_MAX);
	return cmocka_run_group_tests(tests, make, end);
}
