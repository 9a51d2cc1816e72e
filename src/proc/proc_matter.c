/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_matter.h"
#include "proc/proc_permit.h"

#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_agency.h"

unsigned
proc_matter_roles(const struct instance *in)
{
	static const struct {
		const char *role;
		unsigned bit;
	} roles[] = {
		{"operator", MATTER_BY_OPERATOR},
		{"reviewer", MATTER_BY_REVIEWER},
		{"counsel", MATTER_BY_COUNSEL},
		{"safeguards", MATTER_BY_SAFEGUARDS},
	};
	unsigned who = 0;

	if (in->actor.cert == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (instance_has_role(in, in->actor.print, roles[i].role))
			who |= roles[i].bit;
	if (who == 0 && proc_agency(in).n == 0 &&
		register_find_print(in->registers, REG_ROLE, in->actor.print,
			in->at) != NULL)
		who = MATTER_BY_OTHER;
	return who;
}

static enum err
enter(struct instance *in, const char *act, const struct matter *m,
	const char *request, struct span object, struct span ground,
	struct span signature, uint64_t *ret_entry)
{
	char batch[16] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act),
		{"batch", span_of(NULL, 0)},
		ACCOUNT_TEXT("request", request),
		{"object", object},
		{"ground", ground},
		{"signature", signature},
		ACCOUNT_TEXT("at", ""),
	};

	if (m->batch != 0)
		(void)snprintf(batch, sizeof(batch), "%" PRIu32, m->batch);
	day_time_text(in->at, at);
	fields[2].value = span_text(batch);
	fields[7].value = span_text(at);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_entry);
}

enum err
proc_matter_enter(struct instance *in, const char *act, const struct matter *m,
	const char *request, struct span object, struct span ground,
	uint64_t *ret_entry)
{
	OWNED_BUF(signature, 4096);
	enum err e = instance_sign(in, object, &signature);

	return e == ERR_OK ? enter(in, act, m, request, object, ground,
				     buf_span(&signature), ret_entry)
			   : e;
}

/*
 * What the program does by itself, or a requester by a letter that they signed,
 * is signed by whoever's key is here; from afar nobody is asked to sign what
 * they did not say.
 */
static enum err
enter_by(struct instance *in, unsigned who, const char *act,
	const struct matter *m, const char *request, struct span object,
	struct span ground, uint64_t *ret_entry)
{
	const unsigned others = MATTER_BY_PROGRAM | MATTER_BY_REQUESTER;

	if (in->asker != NULL && (who & ~others) == 0)
		return enter(in, act, m, request, object, ground,
			span_of(NULL, 0), ret_entry);
	return proc_matter_enter(
		in, act, m, request, object, ground, ret_entry);
}

static struct store_matter
row_of(const struct matter *m)
{
	return (struct store_matter){
		.n = m->n,
		.kind = m->kind,
		.state = m->state,
		.decision = m->decision,
		.batch = m->batch,
		.line = m->line,
		.opened_at = m->opened_at,
		.due_at = m->due_at,
		.changed_at = m->changed_at,
		.opened = STORE_NO_ENTRY,
		.changed = STORE_NO_ENTRY,
	};
}

enum err
proc_matter_open(
	struct instance *in, const struct proc_matter *new, uint64_t *ret_n)
{
	struct matter m = {.batch = new->batch, .line = new->line};
	struct store_matter row;
	char act[64];
	OWNED_BUF(object, MATTER_BYTES_MAX);
	enum err e = store_matter_last(in->store, &m.n);

	if (e != ERR_OK)
		return e;
	m.n++;
	e = matter_open(&m, new->kind, new->who, &new->words, in->at, &in->why);
	if (e != ERR_OK)
		return e;
	matter_open_encode(&m, &new->words, &object);
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	row = row_of(&m);
	(void)snprintf(
		act, sizeof(act), "open-%s", matter_kind_text(new->kind));
	e = enter_by(in, new->who, act, &m, new->request, buf_span(&object),
		span_of(NULL, 0), &row.opened);
	if (e == ERR_OK)
		e = store_matter_add(in->store, &row);
	*ret_n = m.n;
	return e;
}

/* ---- deciding ---- */

/* M3: the ground begins with the name of a rule of the law in use. */
static enum err
cites_rule(struct instance *in, struct span ground)
{
	struct span name = span_trim(ground);
	size_t n = 0;

	while (n < name.n && name.at[n] != ' ' && name.at[n] != ':' &&
		name.at[n] != ',' && name.at[n] != ';')
		n++;
	name = span_of(name.at, n);
	for (size_t i = 0; in->law != NULL && i < law_n_rules(in->law); i++) {
		const struct law_rule *rule = law_rule(in->law, i);

		if (span_eq(name, span_text(rule->id)) ||
			span_eq(name, span_text(rule->code)))
			return ERR_OK;
	}
	return instance_says(in, ERR_MALFORMED,
		"the ground begins with the rule that answers it, by its name "
		"or code: I2-A-USE: ...");
}

/* A sandbox may have opened it on a day that it played, later than now. */
static int64_t
decided_at(const struct instance *in, const struct matter *m)
{
	return instance_plays(in) && in->at < m->changed_at ? m->changed_at
							    : in->at;
}

enum err
proc_matter_decide(struct instance *in, uint64_t n,
	enum matter_decision decision, unsigned who, struct span ground)
{
	struct store_matter row;
	struct matter m;
	char act[64];
	OWNED_BUF(object, MATTER_BYTES_MAX);
	enum err e = proc_matter_get(in, n, &row, &m);

	/* Opened on a day that a sandbox played, which is yet to come. */
	if (e == ERR_OK && instance_plays(in) && in->at < m.changed_at) {
		in->at = m.changed_at;
		in->clock = zone_day(&in->zone, in->at);
	}
	if (e == ERR_OK)
		e = matter_decide(&m, decision, who, ground, decided_at(in, &m),
			&in->why);
	if (e == ERR_OK && matter_decision_needs(decision) == MATTER_NEEDS_RULE)
		e = cites_rule(in, ground);
	if (e != ERR_OK)
		return e;
	matter_decide_encode(n, decision, ground, &object);
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	(void)snprintf(act, sizeof(act), "answer-%s",
		matter_kind_text((enum matter_kind)m.kind));
	e = enter_by(
		in, who, act, &m, "", buf_span(&object), ground, &row.changed);
	row.state = m.state;
	row.decision = m.decision;
	row.changed_at = m.changed_at;
	return e == ERR_OK ? store_matter_update(in->store, &row) : e;
}

/* ---- reading ---- */

enum err
proc_matter_load(struct instance *in, const struct store_matter *row,
	struct matter *ret_matter)
{
	*ret_matter = (struct matter){
		.n = row->n,
		.kind = row->kind,
		.state = row->state,
		.decision = row->decision,
		.batch = row->batch,
		.line = row->line,
		.opened_at = row->opened_at,
		.due_at = row->due_at,
		.changed_at = row->changed_at,
	};
	return matter_check(ret_matter) == ERR_OK
		       ? ERR_OK
		       : instance_says(in, ERR_DAMAGED,
				 "the store: matter %" PRIu64
				 " is none there can be",
				 row->n);
}

enum err
proc_matter_get(struct instance *in, uint64_t n, struct store_matter *ret_row,
	struct matter *ret_matter)
{
	enum err e = store_matter_get(in->store, n, ret_row);

	if (e == ERR_NOT_FOUND)
		return instance_says(in, e, "there is no matter %" PRIu64, n);
	return e == ERR_OK ? proc_matter_load(in, ret_row, ret_matter) : e;
}

enum err
proc_matter_next(struct instance *in, uint64_t after, enum matter_kind kind,
	uint32_t batch, struct store_matter *ret_row, struct matter *ret_matter)
{
	enum err e = store_matter_next(
		in->store, after, (uint8_t)kind, batch, ret_row);

	return e == ERR_OK ? proc_matter_load(in, ret_row, ret_matter) : e;
}

enum err
proc_matter_stops(struct instance *in, enum matter_stops stops, uint32_t batch,
	uint64_t line, uint64_t *ret_n)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_n = 0;
	for (;;) {
		e = proc_matter_next(
			in, row.n, MATTER_NO_KIND, batch, &row, &m);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_OK : e;
		if ((matter_is_open(&m) ||
			    m.decision == MATTER_OBJECTION_SUSTAIN) &&
			(m.line == 0 || m.line == line) &&
			matter_kind_stops((enum matter_kind)m.kind) == stops) {
			*ret_n = m.n;
			return ERR_OK;
		}
	}
}

enum err
proc_matter_words(struct instance *in, const struct store_matter *row,
	struct proc_matter_words *ret_words)
{
	struct matter m;
	enum matter_decision decision;
	uint64_t n;
	enum err e;

	*ret_words = (struct proc_matter_words){0};
	e = account_open(in, row->opened, &ret_words->opened);
	if (e == ERR_OK &&
		(matter_open_decode(account_field(&ret_words->opened, "object"),
			 &m, &ret_words->words) != ERR_OK ||
			m.n != row->n || m.kind != row->kind))
		e = instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not open matter %" PRIu64,
			row->opened, row->n);
	if (e == ERR_OK)
		ret_words->request =
			account_field(&ret_words->opened, "request");
	if (e == ERR_OK && row->changed != STORE_NO_ENTRY) {
		e = account_open(in, row->changed, &ret_words->changed);
		if (e == ERR_OK &&
			(matter_decide_decode(
				 account_field(&ret_words->changed, "object"),
				 &n, &decision, &ret_words->ground) != ERR_OK ||
				n != row->n))
			e = instance_says(in, ERR_DAMAGED,
				"entry %" PRIu64
				" does not decide matter %" PRIu64,
				row->changed, row->n);
	}
	if (e != ERR_OK)
		proc_matter_words_fini(ret_words);
	return e;
}

void
proc_matter_words_fini(struct proc_matter_words *words)
{
	account_opened_fini(&words->opened);
	account_opened_fini(&words->changed);
}

enum err
proc_matter_may_show(struct instance *in, const struct proc_matter_words *words)
{
	struct span opener = account_field(&words->opened, "actor");

	if (in->actor.cert != NULL && opener.n == sizeof(in->actor.print) &&
		register_same_person(in->registers, in->actor.print, opener.at))
		return ERR_OK;
	return proc_permit(in, PERMIT_MATTERS);
}
