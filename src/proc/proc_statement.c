/* SPDX-License-Identifier: Apache-2.0 */
/* Making a person's account. */
#include "proc/proc_statement.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "proc/proc_ledger.h"
#include "proc/proc_map.h"
#include "proc/proc_permit.h"
#include "proc/proc_subject.h"

enum { WORD_MAX = 512, QUERY_MAX = 4096, PROOF_MAX = 1 << 16, DAY_S = 86400 };

struct maker {
	struct instance *in;
	struct span person;
	struct proc_ledger ledger;
	struct ledger_map *map;
	struct ledger_map_root root;
	struct buf root_file;
	struct store_subject subject;
	struct ledger_statement s;
	struct buf body; /* the parts after the words */
};

/* ---- up to which day ---- */

/* The days between a month's end and its account. */
static enum err
answer_days(struct instance *in, int32_t *ret_days)
{
	struct store_batch batch;
	OWNED(law) law = NULL;
	uint32_t last = 0;
	enum err e;

	*ret_days = 0;
	if (in->law != NULL) {
		*ret_days = (int32_t)law_answer_days(in->law);
		return ERR_OK;
	}
	/* No agreement is in use: by the last one that was. */
	e = store_batch_last(in->store, &last);
	if (e != ERR_OK || last == 0)
		return e;
	e = store_batch_get(in->store, last, &batch);
	if (e == ERR_OK)
		e = instance_law(in, batch.law, &law);
	if (e == ERR_OK)
		*ret_days = (int32_t)law_answer_days(law);
	return e;
}

/* The last month that was over on that day. */
static uint32_t
month_over(int32_t day)
{
	return ledger_period_of(day + 1) - 1;
}

enum err
proc_statement_as_of(struct instance *in, int32_t *ret_day)
{
	int32_t days = 0;
	enum err e = answer_days(in, &days);

	*ret_day = ledger_period_last(month_over(in->clock - days));
	return e;
}

static enum err
too_early(struct instance *in, uint32_t period)
{
	char month[LEDGER_PERIOD_TEXT];
	char day[DAY_TEXT];
	int32_t days = 0;
	enum err e = answer_days(in, &days);

	ledger_period_text(period, month);
	day_text(ledger_period_last(period) + days, day);
	return e == ERR_OK ? instance_says(in, ERR_TOO_EARLY,
				     "accounts tell of %s from %s on, to "
				     "everybody",
				     month, day)
			   : e;
}

static enum err
find_months(struct maker *m, int32_t until)
{
	uint32_t period;
	enum err e = proc_subject_first(m->in, &m->s.from);

	if (e == ERR_NOT_FOUND)
		return instance_says(m->in, e,
			"this ledger's entries have no tags yet: weir tend "
			"begins them");
	if (e == ERR_OK)
		e = proc_statement_as_of(m->in, &m->s.as_of);
	if (e != ERR_OK)
		return e;
	period = ledger_period_of(m->s.as_of);
	if (until != DAY_NONE && month_over(until) > period)
		return too_early(m->in, period + 1);
	if (until != DAY_NONE)
		period = month_over(until);
	if (period < m->s.from)
		return until == DAY_NONE
			       ? too_early(m->in, m->s.from)
			       : instance_says(m->in, ERR_NOT_FOUND,
					 "no month before --until is told of: "
					 "accounts begin later");
	m->s.as_of = ledger_period_last(period);
	return ERR_OK;
}

/* ---- the root that it is shown under ---- */

static enum err
find_root(struct maker *m)
{
	struct instance *in = m->in;
	struct store_log_dir from = {.dir = m->ledger.dir};
	struct ledger_hash root;
	struct store_map row;
	char day[DAY_TEXT];
	enum err e = store_map_after(
		in->store, (int64_t)(m->s.as_of + 1) * DAY_S, &row);

	day_text(m->s.as_of, day);
	if (e == ERR_NOT_FOUND)
		return instance_says(in, e,
			"no daily round was made after %s: weir tend makes the "
			"root that an account is shown under",
			day);
	if (e == ERR_OK)
		e = proc_map_root(in, &row, &m->root_file, &m->root);
	from.size = row.size;
	if (e == ERR_OK)
		e = proc_map_build(&from, &m->map, &in->why);
	if (e != ERR_OK)
		return e;
	root = ledger_map_root(m->map);
	return ledger_hash_same(&root, &m->root.root)
		       ? ERR_OK
		       : instance_says(in, ERR_DAMAGED,
				 "the public ledger's first %" PRIu64
				 " entries are not those of entry %" PRIu64,
				 row.size, row.entry);
}

/* ---- entries and their openings ---- */

static enum err
put_entry(struct maker *m, const char *name, uint64_t index)
{
	OWNED_BUF(entry, LEDGER_ENTRY_MAX);
	OWNED_BUF(proof, PROOF_MAX);
	OWNED_BUF(text, 2 * LEDGER_ENTRY);
	enum err e = proc_ledger_prove(
		&m->ledger, index, &entry, &proof, &m->in->why);

	if (e != ERR_OK)
		return e;
	code_base64(&text, buf_span(&entry));
	ledger_statement_part(name, buf_span(&text), &m->body);
	ledger_statement_part("proof", buf_span(&proof), &m->body);
	return buf_error(&text) == ERR_OK ? buf_error(&m->body)
					  : buf_error(&text);
}

static enum err
put_openings(struct maker *m, const struct account_opened *opened,
	const struct ledger_statement_entry *want)
{
	enum err e = opened->head.type == want->type
			     ? ERR_OK
			     : instance_says(m->in, ERR_DAMAGED,
				       "entry %" PRIu64
				       " is not what an account tells",
				       opened->entry.index);

	for (size_t i = 0; e == ERR_OK && want->field[i] != NULL; i++) {
		OWNED_BUF(text, 4 * LEDGER_OPENING_MAX);
		struct ledger_opening o;

		e = account_show(opened, want->field[i], &o);
		if (e != ERR_OK)
			break;
		ledger_opening_write(&o, &text);
		ledger_statement_part("opening", buf_span(&text), &m->body);
		e = buf_error(&text);
	}
	return e == ERR_OK ? buf_error(&m->body) : e;
}

static enum err
put_told(struct maker *m, const char *name, uint64_t index,
	const struct ledger_statement_entry *want)
{
	struct account_opened opened;
	enum err e = put_entry(m, name, index);

	if (e == ERR_OK)
		e = account_open(m->in, index, &opened);
	if (e != ERR_OK)
		return e;
	e = put_openings(m, &opened, want);
	account_opened_fini(&opened);
	return e;
}

static enum err
put_batch(struct maker *m, struct span number)
{
	struct store_batch batch;
	uint64_t n = 0;
	enum err e = num_parse(number, UINT32_MAX, &n) ? ERR_OK : ERR_DAMAGED;

	if (e == ERR_OK)
		e = store_batch_get(m->in->store, (uint32_t)n, &batch);
	return e == ERR_OK ? put_told(m, "entry", batch.entry,
				     &ledger_statement_batch)
			   : e;
}

/* Entry D, which is open, with S and that of its batch. */
static enum err
put_delivered(struct maker *m, const struct account_opened *d)
{
	uint64_t seal = 0;
	enum err e = put_entry(m, "delivered", d->entry.index);

	if (e == ERR_OK)
		e = put_openings(m, d, &ledger_statement_delivered);
	if (e == ERR_OK &&
		!num_parse(account_field(d, "seal"), LEDGER_SIZE_MAX, &seal))
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = put_told(m, "entry", seal, &ledger_statement_sealed);
	return e == ERR_OK ? put_batch(m, account_field(d, "batch")) : e;
}

/* Entry D that says nothing any more, and the act that says so. */
static enum err
put_erased(struct maker *m, uint64_t index)
{
	struct account_erased erased;
	enum err e = account_erased(m->in, index, &erased);

	if (e == ERR_OK)
		e = put_entry(m, "erased", index);
	return e == ERR_OK ? put_told(m, "entry", erased.act,
				     &ledger_statement_erase)
			   : e;
}

static enum err
put_disclosure(struct maker *m, uint64_t index)
{
	struct account_opened opened;
	enum err e = account_open(m->in, index, &opened);

	if (e == ERR_ERASED)
		return put_erased(m, index);
	if (e != ERR_OK)
		return e;
	e = put_delivered(m, &opened);
	account_opened_fini(&opened);
	return e;
}

static enum err
put_late(struct maker *m, const struct account_opened *late)
{
	struct reader r = read_from(account_field(late, "object"));
	enum err e = put_entry(m, "late", late->entry.index);

	if (e == ERR_OK)
		e = put_openings(m, late, &ledger_statement_late);
	(void)read_bytes(&r, sizeof(LEDGER_LATE) - 1);
	while (e == ERR_OK && r.left.n > 0) {
		uint64_t index = read_u64be(&r);

		e = read_ok(&r) ? put_disclosure(m, index) : ERR_DAMAGED;
	}
	return e;
}

/* ---- months ---- */

static enum err
put_member(struct maker *m, uint64_t index)
{
	struct account_opened opened;
	enum err e = account_open(m->in, index, &opened);

	if (e == ERR_ERASED)
		return put_erased(m, index);
	if (e != ERR_OK)
		return e;
	e = opened.head.type == LEDGER_ACT ? put_late(m, &opened)
					   : put_disclosure(m, index);
	account_opened_fini(&opened);
	return e;
}

static enum err
put_absent(struct maker *m, const uint8_t tag[LEDGER_TAG])
{
	OWNED_BUF(text, LEDGER_MAP_PROOF_MAX);
	struct ledger_map_proof proof;
	enum err e = ledger_map_prove(m->map, tag, &proof);

	if (e != ERR_OK)
		return e;
	ledger_map_proof_write(&proof, &text);
	ledger_statement_part("absent", buf_span(&text), &m->body);
	return buf_error(&text) == ERR_OK ? buf_error(&m->body)
					  : buf_error(&text);
}

/* Our own counter is of the newest month only. */
static enum err
count_agrees(struct maker *m, uint32_t period, uint64_t found)
{
	if (m->subject.period != period || m->subject.n == found)
		return ERR_OK;
	return instance_says(m->in, ERR_MISMATCH,
		"the store counts %" PRIu64
		" entries of this person's month, the ledger has %" PRIu64,
		m->subject.n, found);
}

static enum err
put_month(struct maker *m, uint32_t period)
{
	char month[LEDGER_PERIOD_TEXT];
	uint8_t key[32];
	uint8_t tag[LEDGER_TAG];
	OWNED_BUF(line, 128);
	uint64_t i = 0;
	uint64_t index = 0;
	enum err e;

	proc_subject_period(m->in, m->person, &m->subject, period, key);
	ledger_period_text(period, month);
	buf_printf(&line, "%s ", month);
	code_base64(&line, span_of(key, sizeof(key)));
	buf_u8(&line, '\n');
	ledger_statement_part("period", buf_span(&line), &m->body);
	e = buf_error(&line);
	for (; e == ERR_OK; i++) {
		ledger_subject_tag(key, i, tag);
		e = ledger_map_find(m->map, tag, &index);
		if (e != ERR_OK)
			break;
		e = put_member(m, index);
	}
	explicit_bzero(key, sizeof(key));
	if (e == ERR_NOT_FOUND)
		e = count_agrees(m, period, i);
	return e == ERR_OK ? put_absent(m, tag) : e;
}

/* ---- the whole file ---- */

static enum err
put_body(struct maker *m)
{
	uint32_t last = ledger_period_of(m->s.as_of);
	enum err e = ERR_OK;

	ledger_statement_part("map", buf_span(&m->root_file), &m->body);
	e = put_entry(m, "entry", m->root.index);
	for (uint32_t p = m->s.from; e == ERR_OK && p <= last; p++)
		e = put_month(m, p);
	return e;
}

static void
put_file(const struct maker *m, struct span words, struct buf *to)
{
	ledger_statement_head(&m->s, to);
	ledger_statement_part("words", words, to);
	buf_bytes(to, buf_span(&m->body));
}

/* What was made is read as anybody reads it: the words are those of what the
 * proofs show. */
static enum err
put_words(struct maker *m, struct buf *to, struct ledger_statement *ret)
{
	OWNED_BUF(without, LEDGER_STATEMENT_MAX);
	OWNED_BUF(words, LEDGER_STATEMENT_MAX);
	enum err e;

	put_file(m, span_of(NULL, 0), &without);
	e = buf_error(&without);
	if (e == ERR_OK)
		e = ledger_statement_read(
			buf_span(&without), &m->ledger.vkey, ret, &m->in->why);
	if (e != ERR_OK)
		return e;
	ledger_statement_words(ret, &words);
	put_file(m, buf_span(&words), to);
	e = buf_error(&words);
	return e == ERR_OK ? buf_error(to) : e;
}

/* ---- the question ---- */

static enum err
check_words(struct instance *in, const struct proc_statement_options *o)
{
	const char *const words[] = {o->person, o->identified_by, o->how};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i][0] == '\0' || strlen(words[i]) > WORD_MAX ||
			!span_is_plain(span_text(words[i])))
			return instance_says(in, ERR_MALFORMED,
				"--person, --identified-by and --how are one "
				"line of text each");
	return strlen(o->person) < LEDGER_PERSON_MAX
		       ? ERR_OK
		       : instance_says(in, ERR_MALFORMED,
				 "--person is a person_id of the roll");
}

/* The person's salt is kept beside it: who was told that there is nothing has a
 * salt that no entry D has. */
static enum err
enter_with_salt(struct maker *m, struct span object)
{
	struct proc_subject_tag salt = {.kind = SUBJECT_NONE};
	uint8_t private[PROC_SUBJECT_BYTES];
	char at[DAY_TIME_TEXT] = "";
	const struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", m->in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", "account"),
		{"object", object},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	memcpy(salt.salt, m->subject.salt, sizeof(salt.salt));
	proc_subject_encode(&salt, private);
	day_time_text(m->in->at, at);
	return account_entry(m->in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]),
		span_of(private, sizeof(private)), NULL);
}

static enum err
enter_query(struct maker *m, const struct proc_statement_options *o,
	struct span file)
{
	OWNED_BUF(object, QUERY_MAX);
	char day[DAY_TEXT];
	uint8_t hash[CRYPTO_SHA256];

	day_text(m->s.as_of, day);
	crypto_sha256(file, hash);
	buf_printf(&object,
		"weir/account-query/v1\nperson %s\nfor %s\nidentified-by %s\n"
		"how %s\nas-of %s\nstatement ",
		o->person, o->representative ? "representative" : "self",
		o->identified_by, o->how, day);
	code_hex(&object, span_of(hash, sizeof(hash)));
	buf_u8(&object, '\n');
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	return enter_with_salt(m, buf_span(&object));
}

/* In the transaction that enters the question. */
static enum err
make(struct maker *m, const struct proc_statement_options *o, struct buf *to,
	struct ledger_statement *ret)
{
	enum err e = proc_subject_row(m->in, m->person, &m->subject);

	m->s.query = m->in->next;
	if (e == ERR_OK)
		e = put_body(m);
	if (e == ERR_OK)
		e = put_words(m, to, ret);
	return e == ERR_OK ? enter_query(m, o, buf_span(to)) : e;
}

static enum err
open_all(struct maker *m, const struct proc_statement_options *o)
{
	struct instance *in = m->in;
	char path[INSTANCE_FILE_MAX];
	enum err e = proc_permit(in, PERMIT_ACCOUNT);

	if (e == ERR_OK)
		e = check_words(in, o);
	if (e == ERR_OK)
		e = find_months(m, o->until);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	(void)snprintf(path, sizeof(path), "%s/ledger", in->path);
	if (e == ERR_OK)
		e = proc_ledger_open(path, NULL, &m->ledger, &in->why);
	if (e == ERR_OK)
		e = proc_ledger_head(&m->ledger, &in->why);
	(void)snprintf(m->s.origin, sizeof(m->s.origin), "%s", in->origin);
	(void)snprintf(m->s.person, sizeof(m->s.person), "%s", o->person);
	return e == ERR_OK ? find_root(m) : e;
}

enum err
proc_statement_make(struct instance *in,
	const struct proc_statement_options *options, struct buf *to,
	struct ledger_statement *ret_statement)
{
	struct maker m = {.in = in,
		.person = span_text(options->person),
		.ledger = PROC_LEDGER_NONE};
	struct ledger_statement made = {.n = 0};
	enum err e;

	buf_init(&m.root_file, LEDGER_MAP_ROOT_MAX);
	buf_init(&m.body, LEDGER_STATEMENT_MAX);
	e = open_all(&m, options);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e == ERR_OK) {
		e = make(&m, options, to, &made);
		if (e == ERR_OK)
			e = account_commit(in);
		else
			account_abandon(in);
	}
	m.map = ledger_map_free(m.map);
	proc_ledger_close(&m.ledger);
	buf_fini(&m.root_file);
	buf_fini(&m.body);
	if (e == ERR_OK)
		*ret_statement = made;
	else
		ledger_statement_fini(&made);
	return e;
}
