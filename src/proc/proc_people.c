/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_people.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_front.h"
#include "proc/proc_ids.h"
#include "proc/proc_registers.h"

enum {
	CHUNK_MAX = 1 << 24,
	DER_MAX = 1 << 14,
	OFFICERS_MAX = 1 << 20,
	TOGETHER = 4000, /* officers of one transaction */
	UNITS_MAX = 4,   /* kept of one officer */
	TEXT_BYTES = 129,
};

/* An officer as the file names one: with the unit that most lines give. */
struct named {
	char id[65];
	char name[TEXT_BYTES];
	char role[TEXT_BYTES];
	char unit[UNITS_MAX][TEXT_BYTES];
	uint32_t lines[UNITS_MAX];
};

struct enroll {
	struct instance in;
	struct proc_peer front;
	struct proc_ids ids;
	struct named *named; /* in the places of their ids */
	size_t n_named;
	size_t size;
	int officers;      /* the folder; -1 in a shadow */
	struct buf nobody; /* a shadow's: the certificate of all of them */
	int64_t at;
	uint64_t n_new;
	uint64_t n_known;
};

static const char *
unit_of(const struct named *o)
{
	size_t best = 0;

	for (size_t i = 1; i < UNITS_MAX; i++)
		if (o->lines[i] > o->lines[best])
			best = i;
	return o->lines[best] == 0 ? "not stated" : o->unit[best];
}

/* In a shadow nobody has the key, for it was thrown away; nor is the certificate
 * valid on a day that can be played: nothing could be sealed to it. */
static enum err
make_nobody(struct enroll *en)
{
	OWNED_BUF(key, DER_MAX);
	enum err e = crypto_make_identity(
		"nobody", "Weir shadow", 0, 86400, &key, &en->nobody);

	if (key.n > 0)
		explicit_bzero(key.at, key.n);
	return e;
}

static enum err
make_cert(
	struct enroll *en, const struct named *o, struct crypto_cert **ret_cert)
{
	return en->in.shadow
		       ? crypto_cert_parse(buf_span(&en->nobody), ret_cert)
		       : proc_people_make(en->officers, o->id, o->id,
				 PEOPLE_SANDBOX_LOOSE, ret_cert);
}

static enum err
add_officer(struct enroll *en, const struct named *o)
{
	struct register_row row = {.id = REG_OFFICER};
	struct crypto_cert *cert = NULL;
	OWNED_BUF(der, DER_MAX);
	uint8_t print[32];
	enum err e = make_cert(en, o, &cert);

	if (e != ERR_OK)
		return e;
	crypto_cert_der(cert, &der);
	crypto_cert_fingerprint(cert, print);
	cert = crypto_cert_free(cert);
	register_put(&row, REG_OFFICER_ID, span_text(o->id));
	register_put(&row, REG_OFFICER_NAME,
		span_text(o->name[0] == '\0' ? o->id : o->name));
	register_put(&row, REG_OFFICER_UNIT, span_text(unit_of(o)));
	register_put(&row, REG_OFFICER_ROLE, span_text(o->role));
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
new_named(struct enroll *en, const struct request *q)
{
	struct named *o;

	if (en->n_named == OFFICERS_MAX)
		return ERR_TOO_LARGE;
	if (en->n_named == en->size) {
		size_t size = en->size == 0 ? 256 : en->size * 2;

		o = mem_resize(en->named, size, sizeof(*o));
		if (o == NULL)
			return err_origin(ERR_NOMEM);
		en->named = o;
		en->size = size;
	}
	o = &en->named[en->n_named++];
	*o = (struct named){0};
	(void)span_copy(q->field[RQ_OFFICER_ID], o->id, sizeof(o->id));
	(void)span_copy(q->field[RQ_OFFICER_NAME], o->name, sizeof(o->name));
	(void)span_copy(q->field[RQ_OFFICER_ROLE], o->role, sizeof(o->role));
	return ERR_OK;
}

static void
count_unit(struct named *o, struct span unit)
{
	for (size_t i = 0; unit.n > 0 && i < UNITS_MAX; i++) {
		if (o->lines[i] == 0)
			(void)span_copy(unit, o->unit[i], sizeof(o->unit[i]));
		if (span_eq(span_text(o->unit[i]), unit)) {
			o->lines[i]++;
			return;
		}
	}
}

static enum err
see_line(struct enroll *en, const struct front_line *line)
{
	struct span id = line->request.field[RQ_OFFICER_ID];
	uint32_t place;
	enum err e = ERR_OK;

	/* The id becomes a file's name: only such an id may. */
	if (!request_id_ok(id))
		return ERR_OK;
	e = proc_ids_place(&en->ids, id, &place);
	if (e == ERR_OK && place == en->n_named)
		e = new_named(en, &line->request);
	if (e == ERR_OK)
		count_unit(&en->named[place],
			line->request.field[RQ_OFFICER_UNIT]);
	return e;
}

static enum err
add_new(struct enroll *en, const struct named *o)
{
	if (register_find(en->in.registers, REG_OFFICER, span_text(o->id),
		    en->in.at) == NULL)
		return add_officer(en, o);
	en->n_known++;
	return ERR_OK;
}

/* Those of named[from..to), at one stroke; their keys are durable before the
 * register names them. */
static enum err
add_some(struct enroll *en, size_t from, size_t to)
{
	enum err e = account_begin(&en->in);

	if (e != ERR_OK)
		return e;
	for (size_t i = from; e == ERR_OK && i < to; i++)
		e = add_new(en, &en->named[i]);
	if (e == ERR_OK && en->officers >= 0)
		e = os_sync_all(en->officers);
	if (e == ERR_OK)
		return proc_registers_finish(&en->in);
	account_abandon(&en->in);
	return e;
}

static enum err
add_all(struct enroll *en)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < en->n_named; i += TOGETHER)
		e = add_some(en, i,
			i + TOGETHER < en->n_named ? i + TOGETHER
						   : en->n_named);
	return e;
}

static enum err
see_all(struct enroll *en)
{
	OWNED_BUF(chunk, CHUNK_MAX);
	struct front_file file;
	bool end = false;
	enum err e = front_begin(&en->front, &file, &en->in.why);

	if (e == ERR_OK)
		e = front_send(&en->front, 0, 1);
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
open_keys(struct enroll *en)
{
	OWNED_FD sandbox = -1;
	enum err e = os_folder(en->in.dir, "sandbox", true, &sandbox);

	return e == ERR_OK ? os_folder(sandbox, "officers", true, &en->officers)
			   : e;
}

static enum err
enroll(struct enroll *en)
{
	enum err e = ERR_OK;

	if (!instance_plays(&en->in))
		return instance_says(&en->in, ERR_NOT_ALLOWED,
			"officers are enrolled from a file in a sandbox only; "
			"here: weir register officer add");
	e = en->in.shadow ? make_nobody(en) : open_keys(en);
	if (e != ERR_OK)
		return e;
	/* As old as the sandbox's own people, so that any day can be played. */
	en->at = proc_registers_last(&en->in);
	e = see_all(en);
	if (e == ERR_OK)
		e = add_all(en);
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
	buf_init(&en.nobody, DER_MAX);
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
	mem_free(en.named);
	proc_ids_fini(&en.ids);
	os_close(&en.officers);
	buf_fini(&en.nobody);
	instance_close(&en.in);
	proc_drop(&en.front);
	return e;
}
