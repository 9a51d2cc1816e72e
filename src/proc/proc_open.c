/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_open.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "ledger/proof.h"
#include "proc/proc_account.h"
#include "proc/proc_batch.h"
#include "proc/proc_permit.h"

enum { TEXT_MOST = 400, OBJECT_MAX = 2048 };

enum audience {
#define AUDIENCE(id, word, permit, text) AUDIENCE_##id,
#include "proc/proc_audience.def"
	AUDIENCE_N
};

static const struct {
	const char *word;
	enum proc_permit permit;
	bool all;
} audiences[AUDIENCE_N] = {
#define AUDIENCE(id, word, permit, text)                                       \
	[AUDIENCE_##id] = {                                                    \
		word, PERMIT_##permit, AUDIENCE_##id == AUDIENCE_INSPECTOR},
#include "proc/proc_audience.def"
};

static const struct {
	enum audience to;
	enum ledger_type kind;
	const char *field;
} shown[] = {
#define SHOW(id, kind, field) {AUDIENCE_##id, LEDGER_##kind, field},
#include "proc/proc_audience.def"
};

void
proc_open_audiences(struct buf *to)
{
	for (size_t i = 0; i < AUDIENCE_N; i++)
		buf_printf(to, "%s%s", i == 0 ? "" : ", ", audiences[i].word);
}

static bool
may_be_shown(enum audience to, enum ledger_type kind, const char *field)
{
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (shown[i].to == to && shown[i].kind == kind &&
			strcmp(shown[i].field, field) == 0)
			return true;
	return audiences[to].all;
}

static enum err
find_audience(
	struct instance *in, const char *word, enum audience *ret_audience)
{
	OWNED_BUF(all, 256);

	for (size_t i = 0; i < AUDIENCE_N; i++)
		if (strcmp(audiences[i].word, word) == 0) {
			*ret_audience = (enum audience)i;
			return ERR_OK;
		}
	proc_open_audiences(&all);
	return instance_says(in, ERR_NOT_FOUND,
		"there is no audience '%s'; there are: %.*s", word, (int)all.n,
		(const char *)all.at);
}

static enum err
check_texts(struct instance *in, const struct proc_open_options *o)
{
	struct span who = span_text(o->who);
	struct span ground = span_text(o->ground);

	if (who.n == 0 || who.n > TEXT_MOST || !span_is_plain(who))
		return instance_says(in, ERR_MALFORMED,
			"to whom: a name, on one line, of up to %d bytes",
			TEXT_MOST);
	if (ground.n == 0 || ground.n > TEXT_MOST || !span_is_plain(ground))
		return instance_says(in, ERR_MALFORMED,
			"why: a sentence, on one line, of up to %d bytes",
			TEXT_MOST);
	return ERR_OK;
}

/* ---- a person's own ---- */

/* The request that the entry is of, and of which an address left. */
static enum err
request_of(struct instance *in, const struct account_opened *opened,
	struct store_request *ret_row)
{
	char id[STORE_ID_MAX];
	uint64_t batch = 0;

	if (!num_parse(account_field(opened, "batch"), UINT32_MAX, &batch) ||
		!span_copy(account_field(opened, "request"), id, sizeof(id)) ||
		!span_eq(account_field(opened, "outcome"), SPAN("address")))
		return ERR_NOT_FOUND;
	return store_request_in(in->store, (uint32_t)batch, id, ret_row);
}

/* The same words whether it is nobody's or another's. */
static enum err
is_own(struct instance *in, const struct account_opened *opened,
	const char *person)
{
	struct store_request row;
	struct batch_request b;
	bool own = false;
	enum err e = request_of(in, opened, &row);

	if (e == ERR_OK) {
		e = proc_batch_open(in, &row, &b);
		own = e == ERR_OK && b.person.n > 0 &&
		      span_eq(b.person, span_text(person));
		proc_batch_fini(&b);
	}
	if (err_is_failure(e))
		return e;
	return own ? ERR_OK
		   : instance_says(in, ERR_NOT_FOUND,
			     "entry %" PRIu64
			     " accounts for no address of that person",
			     opened->entry.index);
}

/* ---- opening ---- */

static enum err
may_open(struct instance *in, const struct proc_open_options *o,
	enum audience to, const struct account_opened *opened)
{
	enum ledger_type kind = opened->head.type;

	if (ledger_field_known(kind, span_text(o->field)) == NULL)
		return instance_says(in, ERR_NOT_FOUND,
			"entry %" PRIu64 " has no field '%s'", o->index,
			o->field);
	if (!may_be_shown(to, kind, o->field))
		return instance_says(in, ERR_NOT_ALLOWED,
			"the field '%s' of an entry of that kind is not "
			"opened to the audience '%s'",
			o->field, o->audience);
	if (to != AUDIENCE_PERSON)
		return ERR_OK;
	if (o->person == NULL)
		return instance_says(in, ERR_MALFORMED,
			"whose own it is must be said: --person");
	return is_own(in, opened, o->person);
}

static enum err
enter(struct instance *in, const struct proc_open_options *o)
{
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(object, OBJECT_MAX);
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", "show-field"),
		{"object", span_of(NULL, 0)},
		{"ground", span_text(o->ground)},
		ACCOUNT_TEXT("at", ""),
	};
	enum err e;

	buf_printf(&object, "entry %" PRIu64 "\nfield %s\nfor %s\nwho %s\n",
		o->index, o->field, o->audience, o->who);
	e = buf_error(&object);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	day_time_text(in->at, at);
	fields[2].value = buf_span(&object);
	fields[4].value = span_text(at);
	e = account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0), NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
open_entry(struct instance *in, const struct proc_open_options *o,
	enum audience to, struct buf *text)
{
	struct account_opened opened;
	struct ledger_opening opening;
	enum err e = account_open(in, o->index, &opened);

	if (e != ERR_OK)
		return e;
	e = may_open(in, o, to, &opened);
	if (e == ERR_OK)
		e = account_show(&opened, o->field, &opening);
	if (e == ERR_OK)
		e = enter(in, o);
	if (e == ERR_OK) {
		ledger_opening_write(&opening, text);
		e = buf_error(text);
	}
	account_opened_fini(&opened);
	return e;
}

enum err
proc_open(struct instance *in, const struct proc_open_options *options,
	struct buf *to)
{
	enum audience audience = AUDIENCE_N;
	enum err e = find_audience(in, options->audience, &audience);

	if (e == ERR_OK)
		e = proc_permit(in, audiences[audience].permit);
	if (e == ERR_OK)
		e = check_texts(in, options);
	if (e == ERR_OK && options->index >= in->next)
		return instance_says(in, ERR_NOT_FOUND,
			"the ledger has no entry %" PRIu64, options->index);
	if (e == ERR_OK && options->index >= in->shown)
		return instance_says(in, ERR_TOO_EARLY,
			"entry %" PRIu64
			" is not public yet: `weir tend` publishes",
			options->index);
	return e == ERR_OK ? open_entry(in, options, audience, to) : e;
}

/* ---- checking ---- */

enum err
proc_open_check(struct span opening, struct span entry, struct span proof,
	const struct ledger_vkey *vkey, struct buf *value,
	struct proc_shown *ret_shown, struct why *reterr_why)
{
	struct proc_shown s = {.index = 0};
	struct ledger_entry parsed;
	enum err e = ledger_proof_check(proof, entry, vkey, &s.index, &s.cp);

	s.cp.extension = span_of(NULL, 0);
	if (e != ERR_OK)
		return why_set(reterr_why, e,
			"the entry is not shown to be in the ledger of %s: %s",
			vkey->name, err_text(e));
	e = ledger_entry_parse(entry, &parsed);
	if (e == ERR_OK && parsed.index != s.index)
		e = ERR_MISMATCH;
	if (e != ERR_OK)
		return why_set(reterr_why, e, "the entry: %s", err_text(e));
	e = ledger_opening_parse(opening, value, &s.opening);
	if (e == ERR_OK)
		e = ledger_opening_check(&parsed, &s.opening, &s.head);
	if (e != ERR_OK)
		return why_set(reterr_why, e,
			"entry %" PRIu64
			" does not commit to what is shown: %s",
			s.index, err_text(e));
	*ret_shown = s;
	return ERR_OK;
}
