/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_courier.h"

#include <fcntl.h>
#include <stdio.h>

#include <curl/curl.h>

#include "base/read.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "ledger/settings.h"
#include "ledger/witness.h"
#include "os/file.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"

enum {
	CONNECT_MS = 5000,
	WHOLE_MS = 10000,
	CA_MAX = 1 << 22,
	SILENT_MOST = COURIER_MOST,
	SILENT_S = 60,
	SENTENCE = 160,
};

/* Who did not answer lately. */
struct silent {
	uint8_t url[CRYPTO_SHA256];
	int64_t since; /* os_ticks(); 0: nobody */
};

struct errand {
	enum courier_kind kind;
	char url[COURIER_URL];
	struct span body;
	CURL *curl; /* NULL: not asked */
	struct buf answer;
	CURLcode result;
	char why[SENTENCE];
};

struct courier {
	int fd;
	struct buf certs; /* of the machine's authorities, for https */
	CURLM *multi;     /* keeps connections from round to round */
	struct curl_slist *header[COURIER_STAMP + 1];
	struct silent silent[SILENT_MOST];
	struct errand errand[COURIER_MOST];
	size_t n;
};

/* ---- one errand ---- */

static size_t
take_bytes(char *at, size_t size, size_t n, void *context)
{
	struct errand *x = context;

	buf_bytes(&x->answer, span_of(at, size * n));
	return buf_error(&x->answer) == ERR_OK ? size * n : 0;
}

static struct silent *
find_silent(struct courier *c, const char *url, bool make)
{
	uint8_t hash[CRYPTO_SHA256];
	struct silent *oldest = &c->silent[0];

	crypto_sha256(span_text(url), hash);
	for (size_t i = 0; i < SILENT_MOST; i++) {
		struct silent *s = &c->silent[i];

		if (s->since != 0 && memcmp(s->url, hash, sizeof(hash)) == 0)
			return s;
		if (s->since < oldest->since)
			oldest = s;
	}
	if (!make)
		return NULL;
	memcpy(oldest->url, hash, sizeof(hash));
	return oldest;
}

static bool
is_silent(struct courier *c, const char *url)
{
	const struct silent *s = find_silent(c, url, false);

	return s != NULL &&
	       os_ticks() - s->since < (int64_t)SILENT_S * 1000000000;
}

static bool
set_body(struct courier *c, struct errand *x)
{
	if (x->kind == COURIER_GET)
		return true;
	return curl_easy_setopt(x->curl, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		       (curl_off_t)x->body.n) == CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_POSTFIELDS,
		       (const char *)x->body.at) == CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER,
		       c->header[x->kind]) == CURLE_OK;
}

static bool
set_limits(CURL *curl)
{
	return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
		       (long)CONNECT_MS) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)WHOLE_MS) ==
		       CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
		       (curl_off_t)COURIER_ANSWER) == CURLE_OK;
}

static bool
set_errand(struct courier *c, struct errand *x)
{
	struct curl_blob certs = {c->certs.at, c->certs.n, CURL_BLOB_NOCOPY};

	x->curl = curl_easy_init();
	return x->curl != NULL && set_limits(x->curl) &&
	       curl_easy_setopt(x->curl, CURLOPT_URL, x->url) == CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_PRIVATE, x) == CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, take_bytes) ==
		       CURLE_OK &&
	       curl_easy_setopt(x->curl, CURLOPT_WRITEDATA, x) == CURLE_OK &&
	       (c->certs.n == 0 ||
		       curl_easy_setopt(x->curl, CURLOPT_CAINFO_BLOB, &certs) ==
			       CURLE_OK) &&
	       set_body(c, x);
}

/* ---- a round ---- */

static void
take_results(CURLM *multi)
{
	int left;

	for (const CURLMsg *m;
		(m = curl_multi_info_read(multi, &left)) != NULL;) {
		struct errand *x = NULL;

		if (m->msg == CURLMSG_DONE &&
			curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
				(char **)&x) == CURLE_OK &&
			x != NULL)
			x->result = m->data.result;
	}
}

static enum err
run_all(struct courier *c)
{
	int64_t until = os_ticks() + (int64_t)(WHOLE_MS + 500) * 1000000;
	int running = 1;
	bool ok = true;

	for (size_t i = 0; ok && i < c->n; i++)
		if (c->errand[i].curl != NULL)
			ok = curl_multi_add_handle(
				     c->multi, c->errand[i].curl) == CURLM_OK;
	while (ok && running > 0 && os_ticks() < until) {
		ok = curl_multi_perform(c->multi, &running) == CURLM_OK;
		if (ok && running > 0)
			ok = curl_multi_poll(c->multi, NULL, 0, 1000, NULL) ==
			     CURLM_OK;
	}
	if (ok)
		take_results(c->multi);
	for (size_t i = 0; i < c->n; i++)
		if (c->errand[i].curl != NULL)
			(void)curl_multi_remove_handle(
				c->multi, c->errand[i].curl);
	return ok ? ERR_OK : err_origin(ERR_IO);
}

/* Only what has the form of an answer is handed on; of a 409 without a size, as
 * witnesses of before July 2026 may give, that alone. */
static bool
is_answer(struct errand *x, long status)
{
	struct span body = buf_span(&x->answer);
	struct ledger_note note;
	uint64_t size;

	switch (x->kind) {
	case COURIER_ADD:
		if (status == LEDGER_WITNESS_OK)
			return ledger_witness_lines_check(body) == ERR_OK;
		if (status == LEDGER_WITNESS_OTHER_SIZE &&
			ledger_witness_size_parse(body, &size) != ERR_OK)
			buf_clear(&x->answer);
		return true;
	case COURIER_GET:
		return status != 200 ||
		       ledger_note_parse(body, &note) == ERR_OK;
	case COURIER_STAMP:
		break;
	}
	return status != 200 || body.n > 0;
}

static void
put_answer(struct courier *c, struct errand *x, struct buf *to)
{
	long status = 0;

	if (x->curl != NULL && x->result == CURLE_OK)
		(void)curl_easy_getinfo(
			x->curl, CURLINFO_RESPONSE_CODE, &status);
	else if (x->curl != NULL) {
		(void)snprintf(x->why, sizeof(x->why), "%s",
			curl_easy_strerror(x->result));
		find_silent(c, x->url, true)->since = os_ticks();
	}
	if (status > 0 && (status > 999 || !is_answer(x, status))) {
		status = 0;
		(void)snprintf(x->why, sizeof(x->why),
			"it answers in no form that is known here");
	}
	buf_u16be(to, (uint16_t)status);
	/* A refusal's sentence is not for our terminals. */
	if (status == 0)
		buf_sized(to, span_text(x->why));
	else if (status == 200 || status == LEDGER_WITNESS_OTHER_SIZE)
		buf_sized(to, buf_span(&x->answer));
	else
		buf_sized(to, span_of(NULL, 0));
}

static enum err
read_errand(struct courier *c, struct reader *r, struct errand *x)
{
	struct span url;

	*x = (struct errand){.kind = (enum courier_kind)read_u8(r),
		.result = CURLE_OPERATION_TIMEDOUT};
	buf_init(&x->answer, COURIER_ANSWER);
	url = read_sized(r, COURIER_URL);
	x->body = read_sized(r, COURIER_BODY);
	if (!read_ok(r) || x->kind < COURIER_ADD || x->kind > COURIER_STAMP ||
		!ledger_url_ok(url) || !span_copy(url, x->url, sizeof(x->url)))
		return err_origin(ERR_PEER);
	if (is_silent(c, x->url))
		(void)snprintf(x->why, sizeof(x->why),
			"it did not answer a moment ago");
	else if (!set_errand(c, x))
		return err_origin(ERR_NOMEM);
	return ERR_OK;
}

static enum err
serve_round(struct courier *c, struct reader *r)
{
	OWNED_BUF(answers, COURIER_ROUND);
	size_t n = read_u8(r);
	enum err e = n > 0 && n <= COURIER_MOST ? ERR_OK : err_origin(ERR_PEER);

	for (c->n = 0; e == ERR_OK && c->n < n; c->n++)
		e = read_errand(c, r, &c->errand[c->n]);
	if (e == ERR_OK && !read_end(r))
		e = err_origin(ERR_PEER);
	if (e == ERR_OK)
		e = run_all(c);
	for (size_t i = 0; i < c->n; i++) {
		if (e == ERR_OK)
			put_answer(c, &c->errand[i], &answers);
		curl_easy_cleanup(c->errand[i].curl);
		buf_fini(&c->errand[i].answer);
	}
	c->n = 0;
	if (e == ERR_OK)
		e = buf_error(&answers);
	return e == ERR_OK ? wire_send(c->fd, WIRE_COURIER_ANSWERS,
				     buf_span(&answers))
			   : e;
}

static enum err
serve_stamped(struct courier *c, struct reader *r)
{
	OWNED_BUF(answer, 64);
	struct span reply = read_sized(r, CRYPTO_TS_MAX);
	struct span data = read_sized(r, COURIER_ANSWER);
	struct span nonce = read_sized(r, CRYPTO_TS_NONCE);
	struct span certs = read_sized(r, COURIER_ANSWER);
	struct why why = {""};
	int64_t at = 0;
	enum err e;

	if (!read_end(r) || (nonce.n != 0 && nonce.n != CRYPTO_TS_NONCE))
		return err_origin(ERR_PEER);
	e = crypto_ts_check(
		reply, data, nonce.n == 0 ? NULL : nonce.at, certs, &at, &why);
	if (err_is_refusal(e))
		return wire_refuse(c->fd, WIRE_COURIER_REFUSE, e, &why);
	if (e != ERR_OK)
		return e;
	buf_u64be(&answer, (uint64_t)at);
	return wire_send(c->fd, WIRE_COURIER_STAMPED_IS, buf_span(&answer));
}

static enum err
serve_all(struct courier *c)
{
	OWNED_BUF(payload, COURIER_ROUND);
	enum wire_message m;
	enum err e;

	while ((e = wire_receive(c->fd, &payload, &m)) == ERR_OK && m != 0) {
		struct reader r = read_from(buf_span(&payload));

		if (m == WIRE_COURIER_ROUND)
			e = serve_round(c, &r);
		else if (m == WIRE_COURIER_STAMPED)
			e = serve_stamped(c, &r);
		else
			e = err_origin(ERR_PEER);
		if (e != ERR_OK)
			break;
	}
	return e;
}

/* ---- its life ---- */

/* What getaddrinfo() reads; those that are not there are not needed. */
static enum err
shut_in(void)
{
	static const char *const names[] = {"/etc/hosts", "/etc/resolv.conf",
		"/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
		"/etc/services"};
	enum { N = sizeof(names) / sizeof(names[0]) };
	int fds[N];
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < N; i++) {
		fds[n] = openat(AT_FDCWD, names[i], O_PATH | O_CLOEXEC);
		n += fds[n] >= 0;
	}
	e = proc_sandbox_courier(fds, n);
	while (n > 0)
		os_close(&fds[--n]);
	return e;
}

static bool
make_headers(struct courier *c)
{
	c->header[COURIER_ADD] = curl_slist_append(
		NULL, "Content-Type: text/plain; charset=utf-8");
	c->header[COURIER_STAMP] = curl_slist_append(
		NULL, "Content-Type: application/timestamp-query");
	return c->header[COURIER_ADD] != NULL &&
	       c->header[COURIER_STAMP] != NULL;
}

enum err
proc_courier(int fd, void *context)
{
	static struct courier c;
	enum err e = crypto_init();

	(void)context;
	c.fd = fd;
	buf_init(&c.certs, CA_MAX);
	if (e == ERR_OK && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		e = err_origin(ERR_IO);
	/* Without it https fails, and says so. */
	if (e == ERR_OK && os_read(AT_FDCWD, CA_FILE, &c.certs) != ERR_OK)
		buf_clear(&c.certs);
	c.multi = e == ERR_OK ? curl_multi_init() : NULL;
	if (e == ERR_OK && (c.multi == NULL || !make_headers(&c)))
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		e = shut_in();
	if (e == ERR_OK)
		e = serve_all(&c);
	(void)curl_multi_cleanup(c.multi);
	curl_slist_free_all(c.header[COURIER_ADD]);
	curl_slist_free_all(c.header[COURIER_STAMP]);
	curl_global_cleanup();
	buf_fini(&c.certs);
	return e;
}

/* ---- the judge's side ---- */

enum err
courier_round(struct proc_peer *courier, const struct courier_errand *errands,
	size_t n, struct buf *bytes, struct courier_answer *ret_answers)
{
	OWNED_BUF(question, COURIER_ROUND);
	struct reader r;
	enum err e;

	must(n > 0 && n <= COURIER_MOST);
	buf_u8(&question, (uint8_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_u8(&question, (uint8_t)errands[i].kind);
		buf_sized(&question, span_text(errands[i].url));
		buf_sized(&question, errands[i].body);
	}
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			courier->fd, WIRE_COURIER_ROUND, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(courier->fd, WIRE_COURIER_ANSWERS,
			WIRE_COURIER_REFUSE, bytes, NULL);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(bytes));
	for (size_t i = 0; i < n; i++) {
		ret_answers[i].status = read_u16be(&r);
		ret_answers[i].body = read_sized(&r, COURIER_ANSWER);
	}
	return read_end(&r) ? ERR_OK : err_origin(ERR_PEER);
}

enum err
courier_stamped(struct proc_peer *courier, struct span reply, struct span data,
	const uint8_t *nonce, struct span certs, int64_t *ret_at,
	struct why *reterr_why)
{
	OWNED_BUF(question, 4 * COURIER_ANSWER);
	OWNED_BUF(answer, 1 << 12);
	struct reader r;
	enum err e;

	buf_sized(&question, reply);
	buf_sized(&question, data);
	buf_sized(
		&question, span_of(nonce, nonce == NULL ? 0 : CRYPTO_TS_NONCE));
	buf_sized(&question, certs);
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			courier->fd, WIRE_COURIER_STAMPED, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(courier->fd, WIRE_COURIER_STAMPED_IS,
			WIRE_COURIER_REFUSE, &answer, reterr_why);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	*ret_at = (int64_t)read_u64be(&r);
	return read_end(&r) && *ret_at >= 0 ? ERR_OK : err_origin(ERR_PEER);
}
