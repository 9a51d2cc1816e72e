/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_people.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_front.h"
#include "proc/proc_keys.h"
#include "proc/proc_registers.h"

enum { CHUNK_MAX = 1 << 24, DER_MAX = 1 << 14, CHANGES = 500 };

struct enroll {
	struct instance in;
	struct proc_peer front;
	struct proc_keys seen;
	int officers; /* the folder */
	int64_t at;
	uint64_t n_new;
	uint64_t n_known;
	unsigned waiting;
};

static enum err
add_officer(struct enroll *en, const struct request *q)
{
	struct register_row row = {.id = REG_OFFICER};
	struct crypto_cert *cert = NULL;
	OWNED_BUF(der, DER_MAX);
	char id[65];
	uint8_t print[32];
	struct span name = q->field[RQ_OFFICER_NAME];
	struct span unit = q->field[RQ_OFFICER_UNIT];
	enum err e;

	/* The id becomes a file's name: only such an id may. */
	if (!request_id_ok(q->field[RQ_OFFICER_ID]) ||
		!span_copy(q->field[RQ_OFFICER_ID], id, sizeof(id)))
		return ERR_OK;
	e = proc_people_make(en->officers, id, id, true, &cert);
	if (e != ERR_OK)
		return e;
	crypto_cert_der(cert, &der);
	crypto_cert_fingerprint(cert, print);
	cert = crypto_cert_free(cert);
	register_put(&row, REG_OFFICER_ID, span_text(id));
	register_put(&row, REG_OFFICER_NAME, name.n > 0 ? name : span_text(id));
	register_put(
		&row, REG_OFFICER_UNIT, unit.n > 0 ? unit : SPAN("not stated"));
	register_put(&row, REG_OFFICER_ROLE, q->field[RQ_OFFICER_ROLE]);
	register_put(&row, REG_OFFICER_PRINT, span_of(print, sizeof(print)));
	register_put(&row, REG_OFFICER_CERT, buf_span(&der));
	register_put(&row, REG_OFFICER_RECIPIENT,
		en->in.law == NULL ? span_of(NULL, 0)
				   : span_text(law_requester(en->in.law)));
	e = buf_error(&der);
	if (e == ERR_OK)
		e = proc_registers_change(&en->in, REG_ADD, &row, en->at);
	en->n_new++;
	return e;
}

static enum err
see_line(struct enroll *en, const struct front_line *line)
{
	struct span id = line->request.field[RQ_OFFICER_ID];
	uint8_t hash[CRYPTO_SHA256];
	uint64_t key = 0;
	uint64_t first = 0;
	enum err e;

	if (id.n == 0)
		return ERR_OK;
	crypto_sha256(id, hash);
	for (size_t i = 0; i < 8; i++)
		key = key << 8 | hash[i];
	e = proc_keys_add(&en->seen, key, line->line, &first);
	if (e != ERR_OK || first != line->line)
		return e;
	if (register_find(en->in.registers, REG_OFFICER, id, en->in.at) !=
		NULL) {
		en->n_known++;
		return ERR_OK;
	}
	return add_officer(en, &line->request);
}

static enum err
see_all(struct enroll *en)
{
	OWNED_BUF(chunk, CHUNK_MAX);
	struct front_file file;
	bool end = false;
	enum err e = front_begin(&en->front, &file, &en->in.why);

	while (e == ERR_OK && !end) {
		struct span rest;

		e = front_next(&en->front, &chunk, &end, &en->in.why);
		rest = buf_span(&chunk);
		while (e == ERR_OK && !end && rest.n > 0) {
			struct front_line line;

			e = front_line_read(&rest, &line);
			if (e == ERR_OK)
				e = see_line(en, &line);
		}
	}
	return e;
}

static enum err
enroll(struct enroll *en)
{
	OWNED_FD sandbox = -1;
	enum err e = ERR_OK;

	if (!en->in.sandbox)
		return instance_says(&en->in, ERR_NOT_ALLOWED,
			"officers are enrolled from a file in a sandbox only; "
			"here: weir register officer add");
	e = os_folder(en->in.dir, "sandbox", true, &sandbox);
	if (e == ERR_OK)
		e = os_folder(sandbox, "officers", true, &en->officers);
	if (e == ERR_OK)
		e = account_begin(&en->in);
	if (e != ERR_OK)
		return e;
	/* As old as the sandbox's own people, so that any day can be played. */
	en->at = proc_registers_last(&en->in);
	e = see_all(en);
	if (e == ERR_OK)
		e = proc_registers_finish(&en->in);
	else
		account_abandon(&en->in);
	return e == ERR_OK ? account_publish(&en->in, NULL) : e;
}

enum err
proc_people_enroll(const char *path, const char *requests, uint64_t *ret_new,
	uint64_t *ret_known, struct why *reterr_why)
{
	static struct enroll en;
	OWNED_FD file = open(requests, O_RDONLY | O_CLOEXEC);
	size_t n = strlen(requests);
	struct proc_front_file front = {
		.fd = file,
		.csv = n > 4 && span_eq_nocase(span_text(requests + n - 4),
					SPAN(".csv")),
		.today = day_at(os_now()),
	};
	enum err e;

	en = (struct enroll){
		.in = INSTANCE_NONE, .front = PROC_PEER_NONE, .officers = -1};
	if (file < 0)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"%s: there is no such file", requests);
	e = proc_start("weir-front", proc_front, &front, file, &en.front);
	if (e == ERR_OK)
		e = instance_open(
			path, INSTANCE_LEDGER, NULL, DAY_NONE, &en.in);
	if (e == ERR_OK)
		e = enroll(&en);
	if (e != ERR_OK)
		*reterr_why = en.in.why;
	*ret_new = en.n_new;
	*ret_known = en.n_known;
	proc_keys_fini(&en.seen);
	os_close(&en.officers);
	instance_close(&en.in);
	proc_drop(&en.front);
	return e;
}
