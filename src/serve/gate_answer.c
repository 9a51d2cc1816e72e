/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/code.h"
#include "os/file.h"
#include "serve/gate_int.h"

enum { LOG_A_SECOND = 10, ETAG_BYTES = 16, NUMBER = 24 };

#define POLICY(scripts)                                                        \
	"default-src 'none'; style-src 'self'; script-src " scripts            \
	"; img-src 'self' data:; font-src 'self'; connect-src 'self'; "        \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* Nothing is loaded from elsewhere.  WebAssembly is run by a worker's script
 * alone, which has its own policy: no page may. */
static const char policy[] = POLICY("'self'");
static const char policy_wasm[] = POLICY("'self' 'wasm-unsafe-eval'");

/* What every answer has besides: nothing is kept, nobody frames it, and no
 * address goes along to others. */
static const struct {
	const char *name;
	const char *value;
} always[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	/* not no-referrer: a form of ours would then come without its Origin */
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Strict-Transport-Security", "max-age=63072000"},
};

void
gate_log(struct gate *gate, const char *fmt, ...)
{
	int64_t now = os_now();
	char text[GATE_SAYS];
	va_list ap;

	if (gate->told != now) {
		gate->told = now;
		gate->n_told = 0;
	}
	if (gate->n_told++ >= LOG_A_SECOND)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "weir-gate: %s\n", text);
}

static void
put(struct MHD_Response *m, const char *name, const char *value)
{
	(void)MHD_add_response_header(m, name, value);
}

/* Queues, and gives the response back. */
static enum MHD_Result
queue(struct gate_request *r, unsigned status, uint64_t size,
	struct MHD_Response *m)
{
	enum MHD_Result done;

	if (m == NULL)
		return MHD_NO;
	put(m, "Content-Security-Policy", r->wasm ? policy_wasm : policy);
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		put(m, always[i].name, always[i].value);
	gate_limit_headers(r, m);
	if (r->gate->draining)
		put(m, "Connection", "close");
	r->on->phase = GATE_ANSWER;
	r->on->since = os_ticks();
	r->on->bytes = size;
	done = MHD_queue_response(r->on->c, status, m);
	MHD_destroy_response(m);
	return done;
}

static struct MHD_Response *
of_bytes(struct span bytes, enum MHD_ResponseMemoryMode mode)
{
	static char nothing[1];

	return MHD_create_response_from_buffer(bytes.n,
		bytes.n == 0 ? nothing : (void *)(uintptr_t)bytes.at, mode);
}

/* ---- answers of workers ---- */

/* "<etag>", or one of a list, or any. */
static bool
is_known(const struct gate_request *r, const char *etag)
{
	struct span given = span_text(gate_header(r, "If-None-Match"));

	if (r->route != NULL && r->route->method != ASK_GET)
		return false;
	while (given.n > 0) {
		struct span one = span_trim(span_cut(&given, ','));

		if (span_starts(one, SPAN("W/")))
			one = span_of(one.at + 2, one.n - 2);
		if (one.n >= 2 && one.at[0] == '"' &&
			span_eq(span_of(one.at + 1, one.n - 2),
				span_text(etag)))
			return true;
		if (span_eq(one, SPAN("*")))
			return true;
	}
	return false;
}

static void
put_etag(struct MHD_Response *m, const char *etag)
{
	char text[ANSWER_TEXT + 2];

	(void)snprintf(text, sizeof(text), "\"%s\"", etag);
	put(m, "ETag", text);
}

static void
put_signature(struct MHD_Response *m, const struct buf *signature)
{
	OWNED_BUF(text, 2 * ANSWER_SIGNATURE);

	code_base64(&text, buf_span(signature));
	buf_u8(&text, 0);
	if (buf_error(&text) == ERR_OK)
		put(m, "Weir-Signature", (const char *)text.at);
}

/* Letters, digits and -._ stay. */
static void
put_filename(struct MHD_Response *m, const char *name)
{
	char text[ANSWER_TEXT + 64] = "attachment; filename=\"";
	size_t n = strlen(text);

	for (; *name != '\0'; name++) {
		bool plain = (*name >= 'a' && *name <= 'z') ||
			     (*name >= 'A' && *name <= 'Z') ||
			     (*name >= '0' && *name <= '9') || *name == '-' ||
			     *name == '.' || *name == '_';

		text[n++] = plain ? *name : '_';
	}
	(void)snprintf(text + n, sizeof(text) - n, "\"");
	put(m, "Content-Disposition", text);
}

static struct MHD_Response *
of_answer(struct answer *a, uint64_t *ret_size)
{
	struct stat st;
	int file = a->file;

	*ret_size = a->body.n;
	if (file < 0)
		return of_bytes(buf_span(&a->body), MHD_RESPMEM_MUST_COPY);
	if (fstat(file, &st) != 0 || st.st_size < 0)
		return NULL;
	*ret_size = (uint64_t)st.st_size;
	a->file = -1; /* MHD's own now */
	return MHD_create_response_from_fd64(*ret_size, file);
}

enum MHD_Result
gate_send(struct gate_request *r)
{
	struct answer *a = &r->answer;
	bool known =
		a->status == 200 && a->etag[0] != '\0' && is_known(r, a->etag);
	uint64_t size = 0;
	struct MHD_Response *m =
		known ? of_bytes(span_of(NULL, 0), MHD_RESPMEM_PERSISTENT)
		      : of_answer(a, &size);
	char number[NUMBER];

	if (m == NULL)
		return MHD_NO;
	if (size > 0 || r->head)
		put(m, "Content-Type", answer_type_text(a->type));
	put(m, "Cache-Control",
		a->etag[0] == '\0' ? "no-store" : "private, no-cache");
	if (a->etag[0] != '\0')
		put_etag(m, a->etag);
	if (a->location[0] != '\0')
		put(m, "Location", a->location);
	if (a->signature.n > 0)
		put_signature(m, &a->signature);
	if (a->filename[0] != '\0')
		put_filename(m, a->filename);
	if (a->retry_after > 0) {
		(void)snprintf(number, sizeof(number), "%u", a->retry_after);
		put(m, "Retry-After", number);
	}
	return queue(r, known ? 304 : a->status, size, m);
}

void
gate_refuse(struct gate_request *r, unsigned status, const char *says)
{
	serve_refuse *refuse = r->gate->start.site->refuse[r->face];

	answer_fini(&r->answer);
	answer_init(&r->answer);
	refuse(status, status == 429 ? ERR_TOO_MANY : ERR_OK, says, &r->answer);
	if (status == 503)
		r->answer.retry_after = 2;
	else if (status == 429)
		r->answer.retry_after = r->retry_after;
}

enum MHD_Result
gate_send_own(struct gate_request *r)
{
	static struct desk desk;
	enum err e;

	desk = (struct desk){.site = r->gate->start.site,
		.route = r->route,
		.board = &r->gate->start.board};
	e = r->route->answer(&desk, &r->ask, &r->answer);
	if (e != ERR_OK)
		gate_refuse(r, serve_status(e), desk.in.why.text);
	return gate_send(r);
}

void
gate_resume(struct gate_request *r)
{
	r->state = GATE_ANSWERED;
	MHD_resume_connection(r->on->c);
}

/* ---- what the gate has itself ---- */

enum MHD_Result
gate_send_file(struct gate_request *r, const struct serve_static *file)
{
	size_t i = (size_t)(file - r->gate->start.site->file);
	OWNED_BUF(etag, 64);
	bool known;
	struct MHD_Response *m;

	code_hex(
		&etag, span_of(r->gate->etags.at + i * ETAG_BYTES, ETAG_BYTES));
	buf_u8(&etag, 0);
	if (buf_error(&etag) != ERR_OK)
		return MHD_NO;
	known = is_known(r, (const char *)etag.at);
	m = of_bytes(
		known ? span_of(NULL, 0) : file->bytes, MHD_RESPMEM_PERSISTENT);
	if (m == NULL)
		return MHD_NO;
	r->wasm = file->wasm;
	put(m, "Content-Type", file->type);
	put(m, "Cache-Control",
		span_starts(span_text(file->path), SPAN("/assets/"))
			? "public, max-age=31536000, immutable"
			: "public, no-cache");
	put_etag(m, (const char *)etag.at);
	return queue(r, known ? 304 : 200, file->bytes.n, m);
}

enum MHD_Result
gate_send_health(struct gate_request *r)
{
	struct MHD_Response *m =
		of_bytes(SPAN("{\"alive\":true}\n"), MHD_RESPMEM_PERSISTENT);

	if (m == NULL)
		return MHD_NO;
	put(m, "Content-Type", "application/json");
	put(m, "Cache-Control", "no-store");
	return queue(r, 200, 0, m);
}

enum MHD_Result
gate_send_allowed(struct gate_request *r, unsigned status, const char *allow)
{
	char says[GATE_SAYS];
	struct MHD_Response *m;

	(void)snprintf(says, sizeof(says), "this address takes %s", allow);
	gate_refuse(r, status, says);
	m = of_bytes(
		status == 204 ? span_of(NULL, 0) : buf_span(&r->answer.body),
		MHD_RESPMEM_MUST_COPY);
	if (m == NULL)
		return MHD_NO;
	if (status != 204)
		put(m, "Content-Type", answer_type_text(r->answer.type));
	put(m, "Cache-Control", "no-store");
	put(m, "Allow", allow);
	return queue(r, status, r->answer.body.n, m);
}
