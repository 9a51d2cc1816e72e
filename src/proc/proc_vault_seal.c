/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_vault_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/num.h"
#include "person/person.h"
#include "proc/proc_account.h"
#include "proc/proc_keeper.h"
#include "wire/wire.h"

enum {
	LIST_ITEM = 40, /* u64 line, 32 hash */
	PACKAGE_ARENA = 16384,
	LISTS_MAX = 1 << 27,
};

/* ---- a round: registers, holds, approvals ---- */

/* A register's bytes are those of the head that the keeper signed.  A register
 * that never changed has no head, and then no bytes. */
static enum err
check_head(struct span text, const char *name, struct span bytes, bool empty,
	struct why *why)
{
	uint8_t want[32];
	uint8_t have[32];
	uint64_t index;
	enum err e = keeper_heads_find(text, span_text(name), &index, want);

	if (e == ERR_NOT_FOUND && empty)
		return ERR_OK;
	if (e != ERR_OK)
		return why_set(why, ERR_MISMATCH,
			"the vault: the register '%s' has no signed head",
			name);
	crypto_sha256(bytes, have);
	if (memcmp(want, have, sizeof(want)) != 0)
		return why_set(why, ERR_MISMATCH,
			"the vault: the register '%s' is not the newest one",
			name);
	return ERR_OK;
}

static enum err
open_heads(struct vault *v, struct span note_bytes, struct span *ret_text,
	struct why *why)
{
	struct ledger_note note;
	struct reader r;
	struct span size;
	uint64_t entries = 0;
	enum err e = ledger_note_parse(note_bytes, &note);

	if (e == ERR_OK)
		e = ledger_note_verify(&note, &v->vkey, 1, NULL);
	if (e != ERR_OK)
		return why_set(why, e,
			"the vault: the heads are not signed by the keeper");
	r = read_from(note.text);
	if (!span_eq(read_line(&r), SPAN("weir heads/v1")))
		return ERR_MALFORMED;
	(void)read_line(&r);
	size = read_line(&r);
	(void)span_cut(&size, ' ');
	if (!read_ok(&r) || !num_parse(size, UINT64_MAX, &entries) ||
		entries < v->size)
		return why_set(why, ERR_MISMATCH,
			"the vault: the heads are older than the ledger");
	crypto_sha256(note_bytes, v->round.heads);
	v->round.entries = entries;
	*ret_text = note.text;
	return ERR_OK;
}

static enum err
read_registers(
	struct vault *v, struct reader *r, struct span heads, struct why *why)
{
	struct vault_state *s = &v->round;
	struct span holds = read_sized(r, LISTS_MAX);
	enum err e = hold_set_decode(holds, &s->holds);

	if (e == ERR_OK)
		e = check_head(
			heads, "hold", holds, hold_set_n(s->holds) == 0, why);
	if (e == ERR_OK)
		e = register_set_new(&s->registers);
	if (e == ERR_OK)
		register_set_zone(s->registers, &v->zone);
	for (int id = 0; e == ERR_OK && id < REG_N; id++) {
		struct span bytes = read_sized(r, LISTS_MAX);

		e = register_decode(s->registers, bytes);
		if (e == ERR_OK)
			e = check_head(heads,
				register_name((enum register_id)id), bytes,
				register_n(s->registers,
					(enum register_id)id) == 0,
				why);
	}
	return e;
}

/* Is it an approval of this batch by a reviewer in force, not the submitter?
 * One that is not counts for nothing, and stops nothing. */
static bool
approval_holds(struct vault *v, struct span text, struct span signature,
	const uint8_t *signer, struct span list, bool *ret_withhold)
{
	const struct vault_state *s = &v->round;
	const struct register_entry *entry =
		register_find_print(s->registers, REG_ROLE, signer, s->at);
	OWNED(crypto_cert) cert = NULL;
	struct release_approval approval;
	struct register_row row;
	uint8_t hash[CRYPTO_SHA384];

	if (entry == NULL ||
		register_same_person(s->registers, signer, s->submitter) ||
		!register_has_role(s->registers, signer, "reviewer", s->at))
		return false;
	register_entry_row(entry, &row);
	if (release_approval_decode(text, &approval) != ERR_OK)
		return false;
	*ret_withhold = approval.act == RELEASE_WITHHOLD;
	return crypto_cert_parse(register_get(&row, REG_ROLE_CERT), &cert) ==
		       ERR_OK &&
	       crypto_cert_valid_on(cert, s->at) &&
	       approval.batch == s->batch &&
	       span_eq(approval.origin, span_text(v->vkey.name)) &&
	       approval.count == list.n / LIST_ITEM &&
	       release_verdicts_hash_bytes(list, hash) == ERR_OK &&
	       memcmp(hash, approval.verdicts, sizeof(hash)) == 0 &&
	       release_approval_verify(cert, &approval, signature) == ERR_OK;
}

static enum err
add_approval(struct vault_state *s, bool withhold, const uint8_t *signer,
	struct span list)
{
	if (s->n_approvals == s->size_approvals) {
		size_t size = s->n_approvals == 0 ? 64 : 2 * s->n_approvals;
		struct vault_approval *more =
			mem_resize(s->approval, size, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		s->approval = more;
		s->size_approvals = size;
	}
	s->approval[s->n_approvals++] =
		(struct vault_approval){withhold, signer, list};
	return ERR_OK;
}

static enum err
read_approvals(struct vault *v, struct reader *r)
{
	struct vault_state *s = &v->round;
	size_t n = read_u32be(r);
	enum err e = ERR_OK;

	s->n_approvals = 0;
	for (size_t i = 0; e == ERR_OK && i < n && read_ok(r); i++) {
		struct span text = read_sized(r, 4096);
		struct span signature = read_sized(r, 4096);
		struct span signer = read_bytes(r, 32);
		struct span list = read_sized(r, LISTS_MAX);
		bool withhold = false;

		if (!read_ok(r) || list.n % LIST_ITEM != 0)
			return ERR_MALFORMED;
		if (approval_holds(
			    v, text, signature, signer.at, list, &withhold))
			e = add_approval(s, withhold, signer.at, list);
	}
	if (e != ERR_OK)
		return e;
	return read_end(r) ? ERR_OK : ERR_MALFORMED;
}

static bool
read_round(struct vault_state *s, struct reader *r)
{
	struct span law;
	struct span engine;

	s->at = (int64_t)read_u64be(r);
	s->issued = (int32_t)read_u32be(r);
	s->day = (int32_t)read_u32be(r);
	s->received = (int32_t)read_u32be(r);
	law = read_bytes(r, 32);
	engine = read_bytes(r, 32);
	if (!read_ok(r) || s->day < 0)
		return false;
	memcpy(s->law_hash, law.at, 32);
	memcpy(s->engine, engine.at, 32);
	return true;
}

/* Holds look at it: it is the batch's own, not the judge's word. */
static enum err
check_batch(const struct vault_state *s,
	const struct ledger_field batch[LEDGER_FIELDS], struct why *why)
{
	int64_t at = 0;

	if (day_time_parse(vault_field(batch, "at"), &at) &&
		zone_day(&s->zone, at) == s->received)
		return ERR_OK;
	return why_set(
		why, ERR_MISMATCH, "the vault: the batch came on another day");
}

static enum err
fill_round(struct vault *v, struct reader *r, struct why *why)
{
	struct vault_state *s = &v->round;
	struct ledger_field batch[LEDGER_FIELDS];
	struct span heads;
	struct span law = {NULL, 0};
	uint64_t number = 0;
	enum err e = vault_read_proved(v, r, LEDGER_BATCH, batch, why);

	if (e == ERR_OK &&
		(!num_parse(vault_field(batch, "batch"), UINT32_MAX, &number) ||
			vault_field(batch, "actor").n != 32))
		e = ERR_MALFORMED;
	if (e != ERR_OK)
		return e;
	s->batch = (uint32_t)number;
	(void)snprintf(
		s->batch_text, sizeof(s->batch_text), "%" PRIu32, s->batch);
	memcpy(s->submitter, vault_field(batch, "actor").at, 32);
	s->agreement = vault_field(batch, "agreement");
	s->zone = v->zone;
	s->sandbox = span_starts(span_text(v->vkey.name), SPAN("sandbox."));
	s->certifier = vault_field(batch, "certifier");
	if (!read_round(s, r))
		return ERR_MALFORMED;
	e = check_batch(s, batch, why);
	if (e == ERR_OK)
		e = vault_check_time(s, why);
	if (e == ERR_OK) {
		law = read_sized(r, LISTS_MAX);
		e = vault_read_law(v, law, why);
	}
	if (e == ERR_OK)
		e = open_heads(v, read_sized(r, 1 << 16), &heads, why);
	if (e == ERR_OK)
		e = read_registers(v, r, heads, why);
	if (e == ERR_OK)
		e = vault_check_proof(v, law, why);
	return e == ERR_OK ? read_approvals(v, r) : e;
}

enum err
vault_serve_round(struct vault *v, struct reader *r, struct why *why)
{
	struct vault_state *s = &v->round;
	struct reader mine;
	enum err e;

	vault_forget_waiting(v);
	s->begun = false;
	s->registers = register_set_free(s->registers);
	s->holds = hold_set_free(s->holds);
	/* The message's memory is the serving loop's: keep a copy. */
	buf_clear(&s->bytes);
	buf_bytes(&s->bytes, r->left);
	if (buf_error(&s->bytes) != ERR_OK)
		return buf_error(&s->bytes);
	mine = read_from(buf_span(&s->bytes));
	e = fill_round(v, &mine, why);
	if (e != ERR_OK)
		return e;
	s->begun = true;
	return wire_send(v->fd, WIRE_VAULT_DONE, span_of(NULL, 0));
}

/* ---- may this person's address be given? ---- */

static bool
in_list(struct span list, uint64_t line, const uint8_t hash[32])
{
	size_t low = 0;
	size_t high = list.n / LIST_ITEM;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct reader r = read_from(
			span_of(list.at + middle * LIST_ITEM, LIST_ITEM));
		uint64_t at = read_u64be(&r);

		if (at == line)
			return memcmp(r.left.at, hash, 32) == 0;
		if (at < line)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Two different people approved exactly this verdict, and nobody withheld it
 * since (I6): who. */
static bool
approved_by_two(const struct vault_state *s, uint64_t line,
	const uint8_t hash[32], const uint8_t *ret_two[2])
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_approvals; i++) {
		const struct vault_approval *a = &s->approval[i];

		if (!in_list(a->list, line, hash))
			continue;
		if (a->withhold)
			n = 0;
		else if (n == 0 ||
			 (n == 1 && !register_same_person(s->registers,
					    ret_two[0], a->signer)))
			ret_two[n++] = a->signer;
	}
	return n == 2;
}

static struct span
fold_name(const struct span name[3], char to[PERSON_FOLD_MAX])
{
	OWNED_BUF(whole, 1024);

	for (size_t i = 0; i < 3; i++) {
		buf_bytes(&whole, name[i]);
		buf_text(&whole, " ");
	}
	return span_of(to, person_fold(buf_span(&whole), to));
}

struct names { /* what a hold's target points into */
	char asked[PERSON_FOLD_MAX];
	char record[PERSON_FOLD_MAX];
	char tin_asked[10];
	char tin_record[16];
};

static void
target_of(const struct vault *v, const struct request *q, uint32_t person,
	struct names *names, struct hold_target *ret)
{
	const struct vault_state *s = &v->round;
	struct roll_identity who = roll_identity(v->roll, person, 0);

	*ret = (struct hold_target){
		.agreement = s->agreement,
		.recipient = span_text(law_requester(s->law)),
		.officer = q->field[RQ_OFFICER_ID],
		.statute = q->field[RQ_AUTHORITY],
		.batch = span_text(s->batch_text),
		.request = q->field[RQ_ID],
		.case_id = q->field[RQ_CASE_ID],
		.person = roll_person(v->roll, person).id,
		.day = s->received,
	};
	ret->name[0] =
		fold_name((struct span[]){q->field[RQ_GIVEN],
				  q->field[RQ_MIDDLE], q->field[RQ_SURNAME]},
			names->asked);
	ret->name[1] =
		fold_name((struct span[]){who.given, who.middle, who.surname},
			names->record);
	if (request_tin(q, names->tin_asked))
		ret->tin[0] = span_text(names->tin_asked);
	if (who.tin != 0) {
		(void)snprintf(names->tin_record, sizeof(names->tin_record),
			"%09" PRIu32, who.tin);
		ret->tin[1] = span_text(names->tin_record);
	}
}

/* ---- (i)(6) ---- */

static bool
is_screened(const struct vault *v, uint32_t person)
{
	const struct vault_state *s = &v->round;
	struct roll_person is = roll_person(v->roll, person);
	unsigned flagged = 0;

	for (uint32_t i = 0; i < is.n_spans; i++)
		flagged |= register_ground(span_text(roll_screen_text(
			roll_span(v->roll, person, i).screen)));
	return register_screened(s->registers, is.id, flagged, s->at);
}

/* A roll of a play, which plays any day, is as new as that day. */
static bool
screens_are_fresh(const struct vault *v)
{
	const struct vault_state *s = &v->round;
	int32_t day = register_screens_day(
		s->registers, s->sandbox ? s->issued : v->roll_day, s->at);

	return (int64_t)s->issued - day <= (int64_t)law_screen_days(s->law);
}

/* Is this officer on the register for that case (R11)? */
static bool
is_engaged(const struct vault_state *s, const struct request *q)
{
	const struct register_entry *entry = register_find(
		s->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], s->at);
	struct register_row row;

	if (entry == NULL)
		return false;
	register_entry_row(entry, &row);
	return register_engaged(&row, q->field[RQ_CASE_ID]);
}

/* What the round's registers say of any address at all; NULL: it may. */
static const char *
why_none(const struct vault *v, const struct request *q)
{
	const struct vault_state *s = &v->round;

	if (!screens_are_fresh(v))
		return "the screens are too old";
	if (!register_certifies(
		    s->registers, s->certifier, s->agreement, s->at))
		return "the certifier is not on the register";
	return is_engaged(s, q) ? NULL
				: "the officer is not engaged in this case";
}

/* Two people approved exactly what the vault finds now; also in the bytes of a
 * program that wrote where the person lies. */
static bool
approved(const struct vault_state *s, const struct vault_wish *wish,
	const struct match_result *result, struct span person,
	const uint8_t *ret_two[2])
{
	struct vault_verdict verdict = {
		.batch = s->batch,
		.line = wish->line,
		.request = wish->request,
		.law = s->law_hash,
		.answer = LAW_REVIEW,
		.person = person,
	};

	for (int placed = 0; placed < 2; placed++) {
		uint8_t hash[32];
		OWNED_BUF(match, 4096);

		if (placed)
			match_encode_placed(result, &match);
		else
			match_encode(result, &match);
		must(buf_error(&match) == ERR_OK);
		verdict.match = buf_span(&match);
		vault_verdict_hash(&verdict, hash);
		if (approved_by_two(s, wish->line, hash, ret_two))
			return true;
	}
	return false;
}

/* Why not; NULL: it may.  The vault's own decision, from its own match. */
static const char *
why_not(struct vault *v, const struct vault_wish *wish, const struct request *q,
	struct match_result *result, const uint8_t *ret_two[2])
{
	const struct vault_state *s = &v->round;
	struct hold_target target;
	struct names names;
	struct span person;
	const char *why;

	if (v->roll == NULL)
		return "no roll is loaded";
	why = why_none(v, q);
	if (why != NULL)
		return why;
	vault_match(v, q, result, &person);
	if (result->person != MATCH_CONFIRMED)
		return "the person is not confirmed";
	if (is_screened(v, result->index))
		return "withheld";
	if (!result->own_row || result->years == MATCH_YEARS_NONE)
		return "nothing of the person's own to give";
	why = vault_law_says(s, wish->evidence, result);
	if (why != NULL)
		return why;
	if (!approved(s, wish, result, person, ret_two))
		return "two reviewers have not approved this verdict";
	target_of(v, q, result->index, &names, &target);
	if (hold_set_covers(s->holds, HOLD_TO_STOP, &target) != NULL)
		return "a hold covers it";
	return NULL;
}

/* ---- preparing ---- */

static void
add_addresses(const struct vault *v, const struct request *q, uint32_t person,
	struct release_package *p)
{
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;

	if (!request_years(q, years, &n))
		return;
	for (size_t i = 0; i < n && p->n_addresses < RELEASE_YEARS_MAX; i++) {
		struct roll_own_address own;

		if (!roll_own_address(v->roll, person, years[i], &own))
			continue;
		must(roll_origin_own(own.origin)); /* I7 */
		p->address[p->n_addresses++] = (struct release_address){
			.tax_year = years[i],
			.source = own.origin == ROLL_RETURN
					  ? RELEASE_RETURN
					  : RELEASE_THIRD_PARTY,
			.line = own.text.line,
			.unit = own.text.unit,
			.city = own.text.city,
			.state = own.text.state,
			.zip = own.text.zip,
		};
	}
}

static void
package_of(const struct vault *v, const struct request *q, bool address,
	uint32_t person, struct arena *arena, struct release_package *p)
{
	const struct vault_state *s = &v->round;

	*p = (struct release_package){
		.request_id = arena_copy(arena, q->field[RQ_ID]),
		.issued = s->issued,
		.sandbox = s->sandbox,
		.answer = RELEASE_NEUTRAL,
		.origin = span_text(v->vkey.name),
	};
	if (!address)
		return;
	p->answer = RELEASE_ADDRESS;
	p->given = arena_copy(arena, q->field[RQ_GIVEN]);
	p->middle = arena_copy(arena, q->field[RQ_MIDDLE]);
	p->surname = arena_copy(arena, q->field[RQ_SURNAME]);
	p->suffix = arena_copy(arena, q->field[RQ_SUFFIX]);
	p->purpose = arena_copy(arena, q->field[RQ_PURPOSE]);
	p->expires = s->issued + (int32_t)law_expiry_days(s->law);
	add_addresses(v, q, person, p);
}

/* The officer of the register of this moment; NULL: nobody to seal to. */
static struct crypto_cert *
officer_cert(const struct vault *v, struct span id, uint8_t print[32])
{
	const struct vault_state *s = &v->round;
	const struct register_entry *entry =
		register_find(s->registers, REG_OFFICER, id, s->at);
	struct crypto_cert *cert = NULL;
	struct register_row row;

	if (entry == NULL)
		return NULL;
	register_entry_row(entry, &row);
	if (crypto_cert_parse(register_get(&row, REG_OFFICER_CERT), &cert) !=
			ERR_OK ||
		!crypto_cert_valid_on(cert, s->at))
		return crypto_cert_free(cert);
	crypto_cert_fingerprint(cert, print);
	return cert;
}

/* The texts that entry S commits to, besides those that are there already. */
struct seal_texts {
	char at[DAY_TIME_TEXT];
	char expiry[DAY_TEXT];
	uint8_t commitment[32];
	uint8_t signers[2 * 32];
	size_t n_signers;
};

static enum err
seal_texts(const struct vault_state *s, const struct vault_waiting *w,
	const uint8_t print[32], struct seal_texts *t)
{
	*t = (struct seal_texts){.n_signers = 0};
	day_time_text(s->at, t->at);
	if (w->package.answer == RELEASE_ADDRESS) {
		day_text(w->package.expires, t->expiry);
		for (; t->n_signers < 2; t->n_signers++)
			memcpy(t->signers + 32 * t->n_signers,
				w->approver[t->n_signers], 32);
	}
	return release_commitment(&w->package, print, t->commitment);
}

/* Writes S and both its openings: the whole one for the store, that of the
 * package's commitment for the officer. */
static enum err
write_entry(const struct vault_state *s, struct vault_waiting *w,
	uint64_t index, const struct ledger_field *fields, size_t n,
	struct buf *opening)
{
	struct ledger_entry entry = {.index = index, .day = s->day};
	struct ledger_head head =
		ledger_head_of(LEDGER_SEAL, s->law_hash, s->engine);
	struct ledger_opening plain;
	uint8_t key[LEDGER_KEY];
	enum err e = crypto_random(key, sizeof(key));

	if (e == ERR_OK)
		e = crypto_random(entry.tag, sizeof(entry.tag));
	if (e == ERR_OK)
		e = ledger_commit(&head, key, fields, n, &entry.root);
	if (e == ERR_OK)
		e = ledger_opening_make(
			&entry, &head, key, fields, n, "plain", &plain);
	if (e != ERR_OK)
		return e;
	ledger_entry_write(&entry, w->entry);
	ledger_opening_write(&plain, &w->opening_plain);
	account_opening_encode(
		&head, key, fields, n, span_of(NULL, 0), opening);
	explicit_bzero(key, sizeof(key));
	return buf_error(&w->opening_plain);
}

static enum err
make_entry(struct vault *v, const struct vault_wish *wish,
	const struct request *q, struct vault_waiting *w, uint64_t index,
	const uint8_t print[32], struct buf *opening)
{
	const struct vault_state *s = &v->round;
	bool address = w->package.answer == RELEASE_ADDRESS;
	struct seal_texts t;
	enum err e = seal_texts(s, w, print, &t);
	const struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", s->batch_text),
		{"request", q->field[RQ_ID]},
		ACCOUNT_TEXT("outcome", address ? "address" : "neutral"),
		{"codes", wish->codes},
		{"evidence", wish->evidence},
		ACCOUNT_BYTES("registers", s->heads, 32),
		ACCOUNT_BYTES("approvals", t.signers, 32 * t.n_signers),
		ACCOUNT_BYTES("recipient", print, 32),
		ACCOUNT_BYTES("plain", t.commitment, 32),
		ACCOUNT_TEXT("fields", address ? "name,mailing-address" : ""),
		{"purpose", q->field[RQ_PURPOSE]},
		ACCOUNT_TEXT("expiry", t.expiry),
		ACCOUNT_TEXT("at", t.at),
	};

	return e == ERR_OK
		       ? write_entry(s, w, index, fields,
				 sizeof(fields) / sizeof(fields[0]), opening)
		       : e;
}

static void
reply_prepared(struct vault *v, enum vault_outcome outcome, const char *why,
	const struct vault_waiting *w, struct span opening,
	const uint8_t print[32])
{
	buf_u8(&v->reply, (uint8_t)outcome);
	buf_sized(&v->reply, span_text(why));
	buf_sized(&v->reply,
		w == NULL ? span_of(NULL, 0) : span_of(w->entry, LEDGER_ENTRY));
	buf_sized(&v->reply, opening);
	buf_sized(&v->reply, w == NULL ? span_of(NULL, 0) : span_of(print, 32));
}

static enum err
prepare_one(struct vault *v, const struct vault_wish *wish, uint64_t *index)
{
	struct vault_waiting *w = &v->waiting[v->n_waiting];
	struct match_result result;
	struct request q;
	const char *why = NULL;
	uint8_t print[32];
	uint8_t commitment[32];
	OWNED_BUF(opening, 1 << 16);
	enum err e = request_from_bytes(wish->request, &q);

	if (e != ERR_OK)
		return e;
	if (wish->address)
		why = why_not(v, wish, &q, &result, w->approver);
	w->to_whom = officer_cert(v, q.field[RQ_OFFICER_ID], print);
	if (w->to_whom == NULL) {
		reply_prepared(v, VAULT_NO_OFFICER,
			"the officer is not on the register", NULL,
			span_of(NULL, 0), NULL);
		return ERR_OK;
	}
	v->n_waiting++;
	buf_init(&w->opening_plain, 4096);
	e = arena_init(&w->arena, PACKAGE_ARENA);
	if (e != ERR_OK)
		return e;
	w->made = true;
	package_of(v, &q, wish->address && why == NULL, result.index, &w->arena,
		&w->package);
	/* A record that no package can hold: nothing of it may leave. */
	if (err_is_refusal(
		    release_commitment(&w->package, print, commitment))) {
		why = "the record does not fit a package";
		package_of(v, &q, false, 0, &w->arena, &w->package);
	}
	e = make_entry(v, wish, &q, w, *index, print, &opening);
	if (e != ERR_OK)
		return e;
	(*index)++;
	reply_prepared(v,
		w->package.answer == RELEASE_ADDRESS ? VAULT_ADDRESS
						     : VAULT_NEUTRAL,
		why == NULL ? "" : why, w, buf_span(&opening), print);
	return ERR_OK;
}

enum err
vault_serve_prepare(struct vault *v, struct reader *r, struct why *why)
{
	uint64_t index = read_u64be(r);
	size_t n = read_u32be(r);
	enum err e = v->round.begun && n > 0 && n <= VAULT_CHUNK
			     ? ERR_OK
			     : ERR_MALFORMED;

	vault_forget_waiting(v);
	/* Between the heads and S nothing else, or a hold could stand there. */
	if (e == ERR_OK && index != v->round.entries)
		e = why_set(why, ERR_MISMATCH,
			"the vault: the ledger went on since the registers "
			"were shown");
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct vault_wish wish = {
			.line = read_u64be(r),
			.address = read_u8(r) != 0,
			.request = read_sized(r, VAULT_REQUEST_MAX),
			.evidence = read_sized(r, 4096),
			.codes = read_sized(r, 4096),
		};

		e = read_ok(r) ? prepare_one(v, &wish, &index) : ERR_MALFORMED;
	}
	if (e == ERR_OK && !read_end(r))
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = buf_error(&v->reply);
	if (e != ERR_OK) {
		vault_forget_waiting(v);
		return e;
	}
	return wire_send(v->fd, WIRE_VAULT_PREPARED, buf_span(&v->reply));
}

void
vault_forget_waiting(struct vault *v)
{
	for (size_t i = 0; i < v->n_waiting; i++) {
		struct vault_waiting *w = &v->waiting[i];

		w->to_whom = crypto_cert_free(w->to_whom);
		if (w->made)
			arena_fini(&w->arena);
		buf_fini(&w->opening_plain);
		w->made = false;
	}
	v->n_waiting = 0;
}

/* ---- sealing ---- */

/*
 * The proof as the officer gets it: the proof file of S with an "extra" line
 * that carries S itself and what opens its commitment to this package.
 */
static enum err
officer_proof(const struct vault_waiting *w, struct span proof, struct buf *to)
{
	struct ledger_proof_file file;
	OWNED_BUF(extra, 8192);
	OWNED_BUF(extra_text, 16384);
	enum err e = ledger_proof_parse(proof, &file);

	if (e != ERR_OK)
		return e;
	buf_bytes(&extra, span_of(w->entry, LEDGER_ENTRY));
	buf_bytes(&extra, buf_span(&w->opening_plain));
	code_base64(&extra_text, buf_span(&extra));
	if (buf_error(&extra_text) != ERR_OK)
		return buf_error(&extra_text);
	file.extra = buf_span(&extra_text);
	ledger_proof_write(&file, to);
	return buf_error(to);
}

static enum err
seal_one(struct vault *v, struct vault_waiting *w, struct span proof,
	struct why *why)
{
	struct ledger_checkpoint cp;
	OWNED_BUF(text, 16384);
	OWNED_BUF(file, 4 * RELEASE_FILE_SIZE); /* sealing tries sizes */
	enum err e = ledger_proof_check(
		proof, span_of(w->entry, LEDGER_ENTRY), &v->vkey, NULL, &cp);

	if (e == ERR_OK && cp.size < v->size)
		e = ERR_MISMATCH;
	if (e != ERR_OK)
		return why_set(why, e,
			"the vault: entry S is not in the signed ledger");
	v->size = cp.size;
	e = officer_proof(w, proof, &text);
	if (e != ERR_OK)
		return e;
	w->package.proof = buf_span(&text);
	e = release_package_seal(&w->package, w->to_whom, &file, why);
	w->package.proof = span_of(NULL, 0);
	if (e == ERR_OK)
		buf_sized(&v->reply, buf_span(&file));
	return e;
}

enum err
vault_serve_seal(struct vault *v, struct reader *r, struct why *why)
{
	enum err e = v->n_waiting > 0 ? ERR_OK : ERR_MALFORMED;

	for (size_t i = 0; e == ERR_OK && i < v->n_waiting; i++) {
		struct span proof = read_sized(r, 1 << 16);

		e = read_ok(r) ? seal_one(v, &v->waiting[i], proof, why)
			       : ERR_MALFORMED;
	}
	if (e == ERR_OK && !read_end(r))
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = buf_error(&v->reply);
	vault_forget_waiting(v);
	return e == ERR_OK ? wire_send(v->fd, WIRE_VAULT_SEALED,
				     buf_span(&v->reply))
			   : e;
}
