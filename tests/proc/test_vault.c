/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vault trusts nobody: a judge that lies in one thing at a time gets a
 * refusal or a neutral package; the same judge without the lie gets the
 * address.
 */
#include "proc_world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/read.h"
#include "hold/hold.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "proc/proc_batch.h"
#include "proc/proc_hold.h"
#include "proc/proc_keeper.h"
#include "proc/proc_law.h"
#include "proc/proc_locate.h"
#include "proc/proc_package.h"
#include "proc/proc_proof.h"
#include "proc/proc_registers.h"
#include "proc/proc_registrar.h"
#include "proc/proc_vault.h"
#include "release/release.h"
#include "wire/wire.h"

enum { BIG = 1 << 26 };

/* What a round shows, each part to be changed before it is shown. */
struct shown {
	struct buf proof;
	uint8_t entry[LEDGER_ENTRY];
	struct vault_proved batch;
	struct buf heads;
	struct buf holds;
	struct buf registers[REG_N];
	struct buf approvals; /* without the count */
	uint32_t n_approvals;
	struct buf law_files;
	struct vault_round round;
};

static struct scene {
	const char *path;
	struct instance in;
	struct store_batch batch;
	struct account_opened entry;
	struct batch_request b; /* a request that waits for its reviewers */
	struct buf evidence;
	struct shown shown;
	struct why why;
} s;

static void
fine(enum err e)
{
	if (e != ERR_OK)
		fail_msg("%s: %s / %s", err_text(e), s.why.text, s.in.why.text);
}

/* ---- what an honest judge shows ---- */

static void
proof_of(uint64_t index, struct buf *to)
{
	OWNED_BUF(sized, 1 << 18);
	struct reader r;

	if (s.in.next > s.in.shown)
		fine(account_publish(&s.in, NULL));
	fine(keeper_prove(&s.in.keeper, &index, 1, &sized, &s.in.why));
	r = read_from(buf_span(&sized));
	buf_clear(to);
	buf_bytes(to, read_sized(&r, 1 << 17));
	assert_true(read_end(&r));
}

static void
take_heads(void)
{
	buf_clear(&s.shown.heads);
	fine(keeper_heads(&s.in.keeper, &s.shown.heads, &s.in.why));
}

static void
take_registers(void)
{
	buf_clear(&s.shown.holds);
	hold_set_encode(s.in.holds, &s.shown.holds);
	for (int id = 0; id < REG_N; id++) {
		buf_clear(&s.shown.registers[id]);
		register_encode(s.in.registers, (enum register_id)id,
			&s.shown.registers[id]);
	}
}

static void
take_all(void)
{
	proof_of(s.batch.entry, &s.shown.proof);
	take_heads();
	take_registers();
	s.shown.batch = (struct vault_proved){buf_span(&s.shown.proof),
		span_of(s.shown.entry, LEDGER_ENTRY), &s.entry.head,
		s.entry.key, s.entry.field, s.entry.n_fields};
}

/* The batch's law files; where `from` is given, with `to` in its place, and
 * then named by the hash that they have. */
static void
take_law(const char *from, const char *to)
{
	static uint8_t hash[32];
	struct proc_law_file files[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	struct law_error at = {0};
	OWNED(law) law = NULL;
	OWNED_PROOF(proof);
	const char *name;
	char *place;
	size_t n = 0;

	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	fine(proc_law_files(&s.in, s.batch.law, files, text, &n));
	if (from != NULL) {
		place = memmem(
			text[n - 1].at, text[n - 1].n, from, strlen(from));
		assert_non_null(place);
		assert_int_equal(strlen(from), strlen(to));
		memcpy(place, to, strlen(to));
		fine(proc_law_parse(files, n, &law, hash, &at, &name));
		s.shown.round.law = hash;
		world_prove_files(s.in.path, law, files, n, &proof);
	} else {
		fine(proc_proof_kept(s.in.dir, s.batch.law, &proof));
	}
	buf_clear(&s.shown.law_files);
	vault_law_encode(files, n, &proof, &s.shown.law_files);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&text[i]);
}

static enum err
show(void)
{
	OWNED_BUF(approvals, BIG);
	struct vault_round *r = &s.shown.round;

	s.shown.batch.proof = buf_span(&s.shown.proof);
	buf_u32be(&approvals, s.shown.n_approvals);
	buf_bytes(&approvals, buf_span(&s.shown.approvals));
	r->batch = &s.shown.batch;
	r->heads = buf_span(&s.shown.heads);
	r->holds = buf_span(&s.shown.holds);
	for (int id = 0; id < REG_N; id++)
		r->registers[id] = buf_span(&s.shown.registers[id]);
	r->approvals = buf_span(&approvals);
	r->law_files = buf_span(&s.shown.law_files);
	s.why.text[0] = '\0';
	return vault_begin(&s.in.vault, r, &s.why);
}

/* ---- approvals ---- */

struct approving {
	const char *who;
	const char *signer; /* whose print is named; NULL: who */
	const char *origin;
	uint32_t batch;
	enum release_act act;
	uint64_t line;
	uint8_t hash[32];
	bool broken;
};

static struct approving
honest(const char *who)
{
	struct approving a = {.who = who,
		.origin = s.in.origin,
		.batch = s.batch.n,
		.act = RELEASE_APPROVE,
		.line = s.b.row.line};

	memcpy(a.hash, s.b.row.verdict, 32);
	return a;
}

static void
approve(const struct approving *a)
{
	struct instance_actor who = {0};
	struct instance_actor named = {0};
	struct release_approval approval = {.origin = span_text(a->origin),
		.batch = a->batch,
		.act = a->act,
		.count = 1};
	OWNED_BUF(list, 64);
	OWNED_BUF(text, 4096);
	OWNED_BUF(signature, 4096);

	fine(instance_actor_read(world_key(s.path, a->who), &who, &s.why));
	fine(instance_actor_read(
		world_key(s.path, a->signer == NULL ? a->who : a->signer),
		&named, &s.why));
	buf_u64be(&list, a->line);
	buf_bytes(&list, span_of(a->hash, 32));
	fine(release_verdicts_hash_bytes(buf_span(&list), approval.verdicts));
	release_approval_encode(&approval, &text);
	fine(release_approval_sign(who.key, &approval, &signature));
	if (a->broken)
		signature.at[signature.n / 2] ^= 1;
	buf_sized(&s.shown.approvals, buf_span(&text));
	buf_sized(&s.shown.approvals, buf_span(&signature));
	buf_bytes(&s.shown.approvals, span_of(named.print, 32));
	buf_sized(&s.shown.approvals, buf_span(&list));
	assert_int_equal(buf_error(&s.shown.approvals), ERR_OK);
	s.shown.n_approvals++;
	instance_actor_fini(&who);
	instance_actor_fini(&named);
}

static void
approve_by(const char *who)
{
	struct approving a = honest(who);

	approve(&a);
}

static void
no_approvals(void)
{
	buf_clear(&s.shown.approvals);
	s.shown.n_approvals = 0;
}

/* ---- preparing and sealing ---- */

static struct vault_wish
wish(void)
{
	return (struct vault_wish){.line = s.b.row.line,
		.address = true,
		.request = s.b.encoded,
		.evidence = buf_span(&s.evidence)};
}

/* One wish; the outcome, and why in s.why. */
static enum err
prepare_at(uint64_t first, const struct vault_wish *w, struct buf *answer,
	struct vault_prepared *p)
{
	struct span rest;
	enum err e;

	buf_clear(answer);
	s.why.text[0] = '\0';
	e = vault_prepare(&s.in.vault, first, w, 1, answer, &s.why);
	if (e != ERR_OK)
		return e;
	rest = buf_span(answer);
	fine(vault_prepared_read(&rest, p));
	assert_int_equal(rest.n, 0);
	(void)span_copy(p->why, s.why.text, sizeof(s.why.text));
	return ERR_OK;
}

static enum vault_outcome
outcome_of(const struct vault_wish *w)
{
	OWNED_BUF(answer, BIG);
	struct vault_prepared p;

	fine(prepare_at(s.in.next, w, &answer, &p));
	return p.outcome;
}

static void
is_neutral(const char *why)
{
	struct vault_wish w = wish();

	fine(show());
	assert_int_equal(outcome_of(&w), VAULT_NEUTRAL);
	assert_string_equal(s.why.text, why);
}

/* S into the ledger; its proof. */
static void
account_for(const struct vault_prepared *p, struct buf *proof)
{
	uint64_t index = s.in.next;

	fine(account_begin(&s.in));
	fine(account_foreign(&s.in, p->entry, p->opening));
	fine(account_commit(&s.in));
	proof_of(index, proof);
}

static enum err
seal(struct span proof, struct buf *files)
{
	OWNED_BUF(sized, 1 << 18);

	buf_sized(&sized, proof);
	buf_clear(files);
	return vault_seal(&s.in.vault, buf_span(&sized), files, &s.why);
}

/* ---- the scene ---- */

static enum err
first_waiting(void *context, struct store_request *row)
{
	struct store_request *found = context;

	if (row->state == CASE_REVIEW && found->line == 0)
		*found = *row;
	return ERR_OK;
}

static int
enter(void **state)
{
	struct store_request row = {0};

	(void)state;
	memset(&s, 0, sizeof(s));
	s.path = world_copy();
	world_open(s.path, INSTANCE_LEDGER | INSTANCE_VAULT, NULL, &s.in);
	fine(proc_batch_get(&s.in, 1, &s.batch));
	fine(account_open(&s.in, s.batch.entry, &s.entry));
	fine(proc_batch_each(&s.in, 1, first_waiting, &row));
	assert_true(row.line > 0);
	fine(proc_batch_open(&s.in, &row, &s.b));
	ledger_entry_write(&s.entry.entry, s.shown.entry);
	buf_init(&s.evidence, 4096);
	evidence_encode(&s.b.evidence, &s.evidence);
	buf_init(&s.shown.proof, 1 << 18);
	buf_init(&s.shown.heads, 1 << 16);
	buf_init(&s.shown.holds, BIG);
	buf_init(&s.shown.approvals, BIG);
	for (int id = 0; id < REG_N; id++)
		buf_init(&s.shown.registers[id], BIG);
	buf_init(&s.shown.law_files, BIG);
	s.shown.round = (struct vault_round){.at = s.in.at,
		.issued = s.in.clock,
		.received = s.batch.today,
		.law = s.batch.law,
		.engine = s.in.engine};
	take_law(NULL, NULL);
	take_all();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	buf_fini(&s.evidence);
	buf_fini(&s.shown.proof);
	buf_fini(&s.shown.heads);
	buf_fini(&s.shown.holds);
	buf_fini(&s.shown.approvals);
	buf_fini(&s.shown.law_files);
	for (int id = 0; id < REG_N; id++)
		buf_fini(&s.shown.registers[id]);
	proc_batch_fini(&s.b);
	account_opened_fini(&s.entry);
	instance_close(&s.in);
	return 0;
}

/* ---- the honest case ---- */

static void
opens_with_an_address(struct span file)
{
	char who[16 + STORE_ID_MAX];
	char id[STORE_ID_MAX];
	struct span officer = s.b.request.field[RQ_OFFICER_ID];
	struct instance_actor a = {0};
	struct proc_package p;
	OWNED_BUF(vkey, 4096);
	struct ledger_vkey key;
	FILE *f;
	char path[WORLD_PATH + 32];
	char text[512];

	assert_true(span_copy(officer, id, sizeof(id)));
	(void)snprintf(who, sizeof(who), "officers/%s", id);
	fine(instance_actor_read(world_key(s.path, who), &a, &s.why));
	fine(proc_package_open(file, a.key, a.cert, &p, &s.why));
	assert_int_equal(p.package.answer, RELEASE_ADDRESS);
	assert_true(p.package.n_addresses > 0);
	assert_true(span_eq(p.package.request_id, s.b.request.field[RQ_ID]));
	(void)snprintf(path, sizeof(path), "%s/ledger/ledger.vkey", s.path);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	(void)fclose(f);
	fine(ledger_vkey_parse(span_trim(span_text(text)), &key));
	fine(proc_package_check(&p, a.cert, &key, &s.why));
	proc_package_close(&p);
	instance_actor_fini(&a);
}

static void
the_honest_judge_gets_the_address(void **state)
{
	OWNED_BUF(answer, BIG);
	OWNED_BUF(proof, 1 << 18);
	OWNED_BUF(files, BIG);
	struct vault_wish w = wish();
	struct vault_prepared p;
	struct reader r;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	assert_int_equal(p.outcome, VAULT_ADDRESS);
	account_for(&p, &proof);
	fine(seal(buf_span(&proof), &files));
	r = read_from(buf_span(&files));
	opens_with_an_address(read_sized(&r, RELEASE_FILE_SIZE));
	assert_true(read_end(&r));
}

/* Entry S names the two whose verdict it was, however many signed others. */
static void
every_approval_is_looked_at_and_s_names_two(void **state)
{
	OWNED_BUF(answer, BIG);
	struct vault_wish w = wish();
	struct vault_prepared p;
	struct account_opened opened;
	struct span signers;
	struct approving other = honest("reviewer-1");

	(void)state;
	for (unsigned i = 0; i < 150; i++) {
		other.line = 100000 + i;
		approve(&other);
	}
	approve_by("reviewer-1");
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	assert_int_equal(p.outcome, VAULT_ADDRESS);
	fine(account_begin(&s.in));
	fine(account_foreign(&s.in, p.entry, p.opening));
	fine(account_commit(&s.in));
	fine(account_open(&s.in, s.in.next - 1, &opened));
	signers = account_field(&opened, "approvals");
	assert_int_equal(signers.n, 64);
	assert_memory_not_equal(signers.at, signers.at + 32, 32);
	account_opened_fini(&opened);
}

/* ---- approvals that are none ---- */

#define NOT_TWO "two reviewers have not approved this verdict"

static void
one_person_is_not_two(void **state)
{
	(void)state;
	is_neutral(NOT_TWO);
	approve_by("reviewer-1");
	is_neutral(NOT_TWO);
	approve_by("reviewer-1");
	approve_by("reviewer-1");
	is_neutral(NOT_TWO);
}

static void
an_approval_of_anything_else_counts_for_nothing(void **state)
{
	struct approving lies[9];
	struct vault_wish w = wish();

	(void)state;
	for (size_t i = 0; i < 9; i++)
		lies[i] = honest("reviewer-2");
	lies[0].hash[31] ^= 1;               /* another verdict */
	lies[1].line++;                      /* of another line */
	lies[2].batch++;                     /* of another batch */
	lies[3].act = RELEASE_WITHHOLD;      /* the contrary */
	lies[4].origin = "elsewhere.test/l"; /* at another custodian */
	lies[5].broken = true;               /* not signed */
	lies[6].who = "counsel";             /* who is no reviewer */
	lies[7].signer = "reviewer-1";       /* under another's name */
	lies[8].who = "reviewer-1";          /* or the other way round */
	lies[8].signer = "reviewer-2";
	for (size_t i = 0; i < 9; i++) {
		no_approvals();
		approve_by("reviewer-1");
		approve(&lies[i]);
		is_neutral(NOT_TWO);
	}
	approve_by("reviewer-2");
	fine(show());
	assert_int_equal(outcome_of(&w), VAULT_ADDRESS);
}

/* Even with the role: who submitted is neither of the two. */
static void
the_submitter_approves_nothing(void **state)
{
	struct register_row row = {.id = REG_ROLE};
	OWNED_BUF(der, 1 << 14);
	struct vault_wish w = wish();

	(void)state;
	crypto_cert_der(s.in.actor.cert, &der);
	register_put(&row, REG_ROLE_PRINT, span_of(s.in.actor.print, 32));
	register_put(&row, REG_ROLE_ROLE, SPAN("reviewer"));
	register_put(&row, REG_ROLE_NAME, span_text(s.in.actor.name));
	register_put(&row, REG_ROLE_CERT, buf_span(&der));
	fine(account_begin(&s.in));
	fine(proc_registers_change(&s.in, REG_ADD, &row, s.in.at));
	fine(proc_registers_finish(&s.in));
	assert_true(instance_has_role(&s.in, s.in.actor.print, "reviewer"));
	take_all();
	approve_by("reviewer-1");
	approve_by("operator");
	is_neutral(NOT_TWO);
	approve_by("reviewer-2");
	fine(show());
	assert_int_equal(outcome_of(&w), VAULT_ADDRESS);
}

static void
another_request_under_the_same_approvals_is_neutral(void **state)
{
	struct vault_wish w = wish();
	OWNED_BUF(bytes, 1 << 17);
	struct request q = s.b.request;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	fine(show());
	w.address = false;
	assert_int_equal(outcome_of(&w), VAULT_NEUTRAL);
	w.address = true;
	q.field[RQ_REASON] = SPAN("because");
	request_encode(&q, &bytes);
	w.request = buf_span(&bytes);
	assert_int_equal(outcome_of(&w), VAULT_NEUTRAL);
	assert_string_equal(s.why.text, NOT_TWO);
	w = wish();
	w.line++;
	assert_int_equal(outcome_of(&w), VAULT_NEUTRAL);
	q.field[RQ_REASON] = s.b.request.field[RQ_REASON];
	q.field[RQ_OFFICER_ID] = SPAN("NOBODY");
	buf_clear(&bytes);
	request_encode(&q, &bytes);
	w.request = buf_span(&bytes);
	assert_int_equal(outcome_of(&w), VAULT_NO_OFFICER);
}

/* ---- registers, heads, holds ---- */

static void
registers_are_those_of_the_signed_heads(void **state)
{
	(void)state;
	for (int id = 0; id < REG_N; id++) {
		struct buf *b = &s.shown.registers[id];
		OWNED(register_set) empty = NULL;

		if (register_n(s.in.registers, (enum register_id)id) == 0)
			continue;
		for (size_t at = 0; at < b->n; at += 1 + b->n / 40) {
			b->at[at] ^= 1;
			assert_true(err_is_refusal(show()));
			b->at[at] ^= 1;
		}
		fine(register_set_new(&empty));
		buf_clear(b);
		register_encode(empty, (enum register_id)id, b);
		assert_int_equal(show(), ERR_MISMATCH);
		take_registers();
	}
	fine(show());
}

static void
heads_that_the_keeper_did_not_sign_are_refused(void **state)
{
	struct buf *heads = &s.shown.heads;

	(void)state;
	for (size_t at = 0; at < heads->n; at += 1 + heads->n / 60) {
		heads->at[at] ^= 1;
		assert_true(err_is_refusal(show()));
		heads->at[at] ^= 1;
	}
	/* a checkpoint is signed by the same key, and is no list of heads */
	buf_clear(heads);
	fine(account_publish(&s.in, heads));
	assert_true(err_is_refusal(show()));
	take_heads();
	fine(show());
}

static void
place_hold(const char *scope)
{
	const struct span scopes[] = {span_text(scope)};
	struct hold_order order = {.ground = HOLD_BY_COURT,
		.effect = HOLD_TO_STOP,
		.docket = SPAN("1:25-cv-1"),
		.review_day = DAY_NONE,
		.scopes = scopes,
		.n_scopes = 1};
	struct proc_hold_placed placed;

	fine(proc_hold_place(&s.in, &order, &placed));
}

static void
a_hold_stops_whoever_approved(void **state)
{
	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	place_hold("all");
	take_all();
	is_neutral("a hold covers it");
}

/* Else a hold on days would not find its batch. */
static void
the_day_is_that_of_the_batch_s_entry(void **state)
{
	(void)state;
	s.shown.round.received++;
	assert_int_equal(show(), ERR_MISMATCH);
	s.shown.round.received--;
	fine(show());
}

/* I8: neither a law with another byte, nor another agreement's, nor none. */
static void
the_law_is_the_one_that_the_batch_was_judged_by(void **state)
{
	struct buf *law = &s.shown.law_files;

	(void)state;
	for (size_t at = 0; at < law->n; at += 1 + law->n / 40) {
		law->at[at] ^= 1;
		assert_true(err_is_refusal(show()));
		law->at[at] ^= 1;
	}
	fine(show());
	take_law("agreement AG-IRS-ICE-2025", "agreement AG-IRS-ICE-2026");
	assert_int_equal(show(), ERR_MISMATCH);
	buf_clear(law);
	buf_u32be(law, 0);
	assert_true(err_is_refusal(show()));
}

/* I3 */
static void
an_agreement_that_does_not_name_the_address_gives_none(void **state)
{
	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	take_law("fields {name, mailing-address}",
		"fields {name}                 ");
	is_neutral("the agreement does not name the fields");
}

/* I8 */
static void
a_suspended_agreement_gives_none_whatever_the_judge_says(void **state)
{
	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	fine(proc_registrar_end(&s.in, s.batch.agreement, "suspended"));
	take_all();
	is_neutral("the agreement is not in force");
}

/* I6 */
static void
withheld_after_two_approvals_is_not_approved(void **state)
{
	struct approving a = honest("reviewer-2");

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	a.act = RELEASE_WITHHOLD;
	approve(&a);
	is_neutral("two reviewers have not approved this verdict");
}

/* The request half is the judge's; it does not make an address of a refusal. */
static void
evidence_that_the_law_refuses_gives_none(void **state)
{
	struct evidence ev = s.b.evidence;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	evidence_set_word(&ev, EV_ADDRESS, "zip-like");
	buf_clear(&s.evidence);
	evidence_encode(&ev, &s.evidence);
	is_neutral("the law does not let it leave");
}

/* ---- what the registers of the moment say, whatever the judge wishes ---- */

static void
change(enum register_verb verb, const struct register_row *row)
{
	fine(account_begin(&s.in));
	fine(proc_registers_change(&s.in, verb, row, s.in.at));
	fine(proc_registers_finish(&s.in));
	take_all();
}

static void
gives_the_address(void)
{
	struct vault_wish w = wish();

	fine(show());
	assert_int_equal(outcome_of(&w), VAULT_ADDRESS);
}

static struct register_row
screen_row(const char *ground, const char *finding)
{
	struct register_row row = {.id = REG_SCREEN};

	register_put(&row, REG_SCREEN_PERSON, s.b.person);
	register_put(&row, REG_SCREEN_GROUND, span_text(ground));
	register_put(&row, REG_SCREEN_FINDING, span_text(finding));
	return row;
}

/* Nothing while it stands; on the same approvals when it was cleared. */
static void
a_screen_stops_until_it_is_cleared(void **state)
{
	struct register_row row = screen_row("ci", "");
	struct register_row found = screen_row("ci", "impair");
	struct register_row clear = screen_row("ci", "clear");

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	gives_the_address();
	change(REG_ADD, &row);
	is_neutral("withheld");
	change(REG_REVOKE, &row);
	change(REG_ADD, &found);
	is_neutral("withheld");
	change(REG_REVOKE, &found);
	change(REG_ADD, &clear);
	gives_the_address();
}

static enum err
first_flagged(void *context, struct store_request *row)
{
	struct store_request *found = context;
	struct batch_request b;
	bool met[LAW_RULES_MAX];

	if (found->line != 0 || row->state != CASE_WITHHELD)
		return ERR_OK;
	fine(proc_batch_open(&s.in, row, &b));
	evidence_set_flag(&b.evidence, EV_SCREEN, true);
	if (!b.result.screen_clear &&
		proc_batch_decide(s.in.law, &b.evidence, met) == LAW_REVIEW)
		*found = *row;
	proc_batch_fini(&b);
	return ERR_OK;
}

/* The vault alone knows the roll's grounds: another ground's finding frees
 * nobody, though the judge cannot tell. */
static void
a_flag_of_the_roll_is_cleared_by_its_own_ground(void **state)
{
	static const char *const grounds[] = {"informant", "exam", "ci"};
	struct store_request row = {0};
	struct vault_verdict verdict;
	unsigned freed = 0;

	(void)state;
	fine(proc_batch_each(&s.in, 1, first_flagged, &row));
	assert_true(row.line > 0);
	proc_batch_fini(&s.b);
	fine(proc_batch_open(&s.in, &row, &s.b));
	verdict = (struct vault_verdict){.batch = 1,
		.line = row.line,
		.request = s.b.encoded,
		.law = s.batch.law,
		.answer = LAW_REVIEW,
		.match = s.b.match,
		.person = s.b.person};
	vault_verdict_hash(&verdict, s.b.row.verdict);
	buf_clear(&s.evidence);
	evidence_encode(&s.b.evidence, &s.evidence);
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	is_neutral("withheld");
	for (size_t i = 0; i < 3; i++) {
		struct register_row clear = screen_row(grounds[i], "clear");
		struct vault_wish w = wish();

		change(REG_ADD, &clear);
		fine(show());
		freed += outcome_of(&w) == VAULT_ADDRESS;
		change(REG_REVOKE, &clear);
	}
	assert_int_equal(freed, 1);
}

static void
list_of(const char *day)
{
	struct register_row row = {.id = REG_SCREENING};

	register_put(&row, REG_SCREENING_SOURCE, SPAN("exam"));
	register_put(&row, REG_SCREENING_FILE, span_of(s.in.engine, 32));
	register_put(&row, REG_SCREENING_AS_OF, span_text(day));
	register_put(&row, REG_SCREENING_ROWS, SPAN("0"));
	if (register_n(s.in.registers, REG_SCREENING) > 0)
		change(REG_REVOKE, &row);
	change(REG_ADD, &row);
}

static void
screens_that_are_too_old_stop(void **state)
{
	unsigned most = law_screen_days(s.in.law);
	char day[DAY_TEXT];

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	day_text(s.in.clock - (int32_t)most - 1, day);
	list_of(day);
	is_neutral("the screens are too old");
	day_text(s.in.clock - (int32_t)most, day);
	list_of(day);
	gives_the_address();
}

/* R3: revoked, and registered again with another certificate. */
static void
a_certifier_who_was_revoked_stops(void **state)
{
	struct register_row row;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	register_entry_row(register_find(s.in.registers, REG_CERTIFIER,
				   SPAN("ICE-DIR"), s.in.at),
		&row);
	change(REG_REVOKE, &row);
	is_neutral("the certifier is not on the register");
	register_put(&row, REG_CERTIFIER_PRINT, span_of(s.in.engine, 32));
	change(REG_ADD, &row);
	gives_the_address();
}

/* R11 */
static void
an_officer_of_other_matters_gets_none(void **state)
{
	struct register_row row;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	register_entry_row(register_find(s.in.registers, REG_OFFICER,
				   s.b.request.field[RQ_OFFICER_ID], s.in.at),
		&row);
	change(REG_REVOKE, &row);
	register_put(&row, REG_OFFICER_MATTERS, SPAN("HSI-OTHER-1"));
	change(REG_ADD, &row);
	is_neutral("the officer is not engaged in this case");
	change(REG_REVOKE, &row);
	register_put(&row, REG_OFFICER_MATTERS, s.b.request.field[RQ_CASE_ID]);
	change(REG_ADD, &row);
	gives_the_address();
}

/* A judge that kept everything from before the hold: each part is signed. */
static void
what_was_signed_before_a_hold_prepares_nothing_after_it(void **state)
{
	OWNED_BUF(answer, BIG);
	struct vault_wish w = wish();
	struct vault_prepared p;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	place_hold("all");
	/* the vault knows no newer ledger yet: it takes the old one */
	fine(show());
	assert_int_equal(prepare_at(s.in.next, &w, &answer, &p), ERR_MISMATCH);
	/* a new proof with old heads, then new heads with old holds */
	proof_of(s.batch.entry, &s.shown.proof);
	assert_int_equal(show(), ERR_MISMATCH);
	take_heads();
	assert_int_equal(show(), ERR_MISMATCH);
	take_registers();
	{
		OWNED(hold_set) none = NULL;

		fine(hold_set_new(&none));
		buf_clear(&s.shown.holds);
		hold_set_encode(none, &s.shown.holds);
	}
	assert_int_equal(show(), ERR_MISMATCH);
}

static void
a_ledger_that_shrank_is_refused(void **state)
{
	OWNED_BUF(old, 1 << 18);

	(void)state;
	buf_bytes(&old, buf_span(&s.shown.proof));
	fine(account_reading(&s.in, "look", 1, ""));
	take_all();
	fine(show());
	buf_clear(&s.shown.proof);
	buf_bytes(&s.shown.proof, buf_span(&old));
	assert_int_equal(show(), ERR_MISMATCH);
	assert_non_null(strstr(s.why.text, "now has"));
}

/* ---- lookups ---- */

/* One lookup's entry, in the ledger, with what opens it. */
static void
enter_lookup(const char *batch, const char *count, const uint8_t hash[32],
	struct account_opened *opened, uint8_t entry[LEDGER_ENTRY],
	struct buf *proof)
{
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", batch),
		ACCOUNT_BYTES("request", hash, 32),
		ACCOUNT_TEXT("first", "1"),
		ACCOUNT_TEXT("count", count),
		ACCOUNT_BYTES("roll", hash, 32),
		ACCOUNT_TEXT("at", ""),
	};
	uint64_t index = 0;

	fine(account_begin(&s.in));
	fine(account_entry(&s.in, LEDGER_LOOKUP, s.batch.law, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0), &index));
	fine(account_commit(&s.in));
	fine(account_open(&s.in, index, opened));
	ledger_entry_write(&opened->entry, entry);
	proof_of(s.batch.entry, &s.shown.proof);
	proof_of(index, proof);
	s.shown.batch.proof = buf_span(&s.shown.proof);
}

struct lookup {
	struct account_opened opened;
	uint8_t entry[LEDGER_ENTRY];
	struct buf proof;
	struct vault_proved proved;
};

static void
lookup_make(struct lookup *l, const char *batch, const char *count,
	const struct span *requests, size_t n)
{
	uint8_t hash[32];

	vault_requests_hash(requests, n, hash);
	buf_init(&l->proof, 1 << 18);
	enter_lookup(batch, count, hash, &l->opened, l->entry, &l->proof);
	l->proved = (struct vault_proved){buf_span(&l->proof),
		span_of(l->entry, LEDGER_ENTRY), &l->opened.head, l->opened.key,
		l->opened.field, l->opened.n_fields};
}

static void
lookup_fini(struct lookup *l)
{
	account_opened_fini(&l->opened);
	buf_fini(&l->proof);
}

static enum err
look(const struct vault_proved *lookup, const struct span *requests, size_t n)
{
	OWNED_BUF(answer, PROC_LOOKUP_ANSWER);

	return vault_lookup(&s.in.vault, &s.shown.batch, lookup, requests, n,
		&answer, &s.why);
}

static void
a_lookup_that_the_ledger_has_finds_what_the_row_says(void **state)
{
	struct span requests[] = {s.b.encoded};
	OWNED_BUF(answer, PROC_LOOKUP_ANSWER);
	struct lookup l;
	struct vault_found found;
	struct span rest;

	(void)state;
	lookup_make(&l, "1", "1", requests, 1);
	fine(vault_lookup(&s.in.vault, &s.shown.batch, &l.proved, requests, 1,
		&answer, &s.why));
	rest = buf_span(&answer);
	fine(vault_found_read(&rest, &found));
	assert_int_equal(rest.n, 0);
	assert_true(span_eq(found.person, s.b.person));
	assert_int_equal(found.result.person, MATCH_CONFIRMED);
	lookup_fini(&l);
}

static void
a_lookup_for_other_requests_than_its_entry_s_is_refused(void **state)
{
	struct span one[] = {s.b.encoded, s.b.encoded};
	OWNED_BUF(changed, 1 << 17);
	struct span other[1];
	struct lookup l;
	struct lookup wrong;

	(void)state;
	buf_bytes(&changed, s.b.encoded);
	changed.at[changed.n - 1] ^= 1;
	other[0] = buf_span(&changed);
	lookup_make(&l, "1", "1", one, 1);
	assert_int_equal(look(&l.proved, other, 1), ERR_MISMATCH);
	assert_int_equal(look(&l.proved, one, 2), ERR_MISMATCH);
	/* of another batch; of another number of requests */
	lookup_make(&wrong, "2", "1", one, 1);
	assert_int_equal(look(&wrong.proved, one, 1), ERR_MISMATCH);
	lookup_fini(&wrong);
	lookup_make(&wrong, "1", "2", one, 1);
	assert_int_equal(look(&wrong.proved, one, 1), ERR_MISMATCH);
	lookup_fini(&wrong);
	/* honest once more, with proofs of this moment */
	proof_of(l.opened.entry.index, &l.proof);
	l.proved.proof = buf_span(&l.proof);
	assert_int_equal(look(&l.proved, one, 1), ERR_OK);
	lookup_fini(&l);
}

static void
an_entry_that_is_not_in_the_signed_ledger_is_refused(void **state)
{
	struct span requests[] = {s.b.encoded};
	struct lookup l;
	struct vault_proved lie;
	struct ledger_entry moved;
	uint8_t bytes[LEDGER_ENTRY];
	uint8_t key[LEDGER_KEY];

	(void)state;
	lookup_make(&l, "1", "1", requests, 1);
	for (size_t at = 0; at < LEDGER_ENTRY; at += 5) {
		l.entry[at] ^= 1;
		assert_true(err_is_refusal(look(&l.proved, requests, 1)));
		l.entry[at] ^= 1;
	}
	/* one that was never appended, well formed */
	moved = l.opened.entry;
	moved.index++;
	ledger_entry_write(&moved, bytes);
	lie = l.proved;
	lie.entry = span_of(bytes, LEDGER_ENTRY);
	assert_true(err_is_refusal(look(&lie, requests, 1)));
	/* opened with another key, or to another text */
	memcpy(key, l.opened.key, LEDGER_KEY);
	key[0] ^= 1;
	lie = l.proved;
	lie.key = key;
	assert_int_equal(look(&lie, requests, 1), ERR_MISMATCH);
	lie = l.proved;
	lie.n_fields--;
	assert_int_equal(look(&lie, requests, 1), ERR_OK); /* "at" is empty */
	lie.n_fields--;
	assert_int_equal(look(&lie, requests, 1), ERR_MISMATCH);
	/* the batch's entry in the lookup's place, and the other way round */
	assert_true(err_is_refusal(look(&s.shown.batch, requests, 1)));
	lie = s.shown.batch;
	s.shown.batch = l.proved;
	assert_true(err_is_refusal(look(&lie, requests, 1)));
	s.shown.batch = lie;
	assert_int_equal(look(&l.proved, requests, 1), ERR_OK);
	lookup_fini(&l);
}

/* The same tree, the same name, signed by a key of the judge's own. */
static void
a_checkpoint_of_another_key_is_refused(void **state)
{
	struct span requests[] = {s.b.encoded};
	uint8_t seed[32] = "not the keeper's, but as good as";
	uint8_t public[32];
	struct ledger_vkey mine;
	struct ledger_proof_file file;
	struct ledger_note note;
	struct lookup l;
	OWNED_BUF(text, 4096);
	OWNED_BUF(forged, 4096);
	OWNED_BUF(proof, 1 << 18);

	(void)state;
	lookup_make(&l, "1", "1", requests, 1);
	fine(crypto_ed_public(seed, public));
	fine(ledger_vkey_make(s.in.origin, LEDGER_VKEY_ED25519, public, &mine));
	fine(ledger_proof_parse(buf_span(&l.proof), &file));
	fine(ledger_note_parse(file.checkpoint, &note));
	buf_bytes(&text, note.text);
	fine(ledger_note_sign(&mine, seed, buf_span(&text), &forged));
	file.checkpoint = buf_span(&forged);
	ledger_proof_write(&file, &proof);
	l.proved.proof = buf_span(&proof);
	assert_int_equal(look(&l.proved, requests, 1), ERR_BAD_SIGNATURE);
	l.proved.proof = buf_span(&l.proof);
	for (size_t at = 0; at < l.proof.n; at += 1 + l.proof.n / 80) {
		l.proof.at[at] ^= 1;
		assert_true(err_is_refusal(look(&l.proved, requests, 1)));
		l.proof.at[at] ^= 1;
	}
	assert_int_equal(look(&l.proved, requests, 1), ERR_OK);
	lookup_fini(&l);
}

/* ---- sealing ---- */

static void
no_package_without_the_proof_of_its_own_entry(void **state)
{
	OWNED_BUF(answer, BIG);
	OWNED_BUF(proof, 1 << 18);
	OWNED_BUF(files, BIG);
	struct vault_wish w = wish();
	struct vault_prepared p;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	assert_int_equal(seal(buf_span(&s.shown.proof), &files),
		ERR_MALFORMED); /* nothing waits */
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	assert_int_equal(p.outcome, VAULT_ADDRESS);
	/* S was not appended: the batch's proof does not do */
	assert_true(err_is_refusal(seal(buf_span(&s.shown.proof), &files)));
	assert_true(files.n < RELEASE_FILE_SIZE);
	/* and now nothing waits, even for the right one */
	account_for(&p, &proof);
	assert_int_equal(seal(buf_span(&proof), &files), ERR_MALFORMED);
	/* another S at its index */
	take_all();
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	fine(account_reading(&s.in, "look", 1, ""));
	proof_of(s.in.next - 1, &proof);
	assert_true(err_is_refusal(seal(buf_span(&proof), &files)));
	/* the proof cut short */
	take_all();
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	account_for(&p, &proof);
	assert_true(
		err_is_refusal(seal(span_of(proof.at, proof.n / 2), &files)));
	/* twice the same proof for one wish */
	take_all();
	fine(show());
	fine(prepare_at(s.in.next, &w, &answer, &p));
	account_for(&p, &proof);
	{
		OWNED_BUF(two, 1 << 18);

		buf_sized(&two, buf_span(&proof));
		buf_sized(&two, buf_span(&proof));
		buf_clear(&files);
		assert_int_equal(
			vault_seal(&s.in.vault, buf_span(&two), &files, &s.why),
			ERR_MALFORMED);
	}
}

/* ---- out of turn ---- */

static void
nothing_is_prepared_before_a_round_has_begun(void **state)
{
	OWNED_BUF(answer, BIG);
	struct vault_wish w = wish();
	struct vault_prepared p;

	(void)state;
	approve_by("reviewer-1");
	approve_by("reviewer-2");
	assert_int_equal(prepare_at(s.in.next, &w, &answer, &p), ERR_MALFORMED);
	fine(show());
	assert_int_equal(outcome_of(&w), VAULT_ADDRESS);
	/* a round that is refused leaves none behind */
	s.shown.heads.at[s.shown.heads.n - 9] ^= 1;
	assert_true(err_is_refusal(show()));
	assert_int_equal(prepare_at(s.in.next, &w, &answer, &p), ERR_MALFORMED);
}

static void
an_unknown_message_ends_the_vault(void **state)
{
	enum wire_message m = (enum wire_message)1;
	OWNED_BUF(payload, 4096);

	(void)state;
	fine(wire_send(s.in.vault.fd, WIRE_KEEPER_OPEN, span_of(NULL, 0)));
	assert_int_equal(wire_receive(s.in.vault.fd, &payload, &m), ERR_OK);
	assert_int_equal(m, 0);
	assert_int_equal(show(), ERR_PEER); /* it is gone */
	proc_drop(&s.in.vault);
	s.in.vault = PROC_PEER_NONE;
}

/* Catches what the judge's side sends, and answers "done". */
struct catching {
	int fd;
	struct buf payload;
};

static void *
catch_one(void *arg)
{
	struct catching *c = arg;
	enum wire_message m;

	if (wire_receive(c->fd, &c->payload, &m) == ERR_OK)
		(void)!wire_send(c->fd, WIRE_VAULT_DONE, span_of(NULL, 0));
	return NULL;
}

static void
catch_round(struct buf *to)
{
	struct proc_peer real = s.in.vault;
	struct catching c;
	pthread_t thread;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	buf_init(&c.payload, 1 << 28);
	c.fd = pair[1];
	s.in.vault.fd = pair[0];
	assert_int_equal(pthread_create(&thread, NULL, catch_one, &c), 0);
	fine(show());
	assert_int_equal(pthread_join(thread, NULL), 0);
	s.in.vault = real;
	(void)close(pair[0]);
	(void)close(pair[1]);
	buf_bytes(to, buf_span(&c.payload));
	buf_fini(&c.payload);
}

static enum err
tell(enum wire_message m, struct span payload)
{
	OWNED_BUF(answer, BIG);

	fine(wire_send(s.in.vault.fd, m, payload));
	return wire_expect(s.in.vault.fd, WIRE_VAULT_DONE, WIRE_VAULT_REFUSE,
		&answer, &s.why);
}

static void
a_message_cut_anywhere_is_refused_and_the_vault_serves_on(void **state)
{
	static const enum wire_message all[] = {WIRE_VAULT_LOOKUP,
		WIRE_VAULT_REGISTERS, WIRE_VAULT_PREPARE, WIRE_VAULT_SEAL};
	OWNED_BUF(round, 1 << 28);
	OWNED_BUF(longer, 1 << 28);
	uint32_t seed = 11;

	(void)state;
	approve_by("reviewer-1");
	catch_round(&round);
	assert_int_equal(tell(WIRE_VAULT_REGISTERS, buf_span(&round)), ERR_OK);
	for (size_t n = 0; n < round.n; n += n < 3000 ? 7 : round.n / 300)
		assert_true(err_is_refusal(
			tell(WIRE_VAULT_REGISTERS, span_of(round.at, n))));
	buf_bytes(&longer, buf_span(&round));
	buf_u8(&longer, 0);
	assert_true(
		err_is_refusal(tell(WIRE_VAULT_REGISTERS, buf_span(&longer))));
	for (unsigned i = 0; i < 2000; i++) {
		uint8_t noise[200];

		for (size_t k = 0; k < sizeof(noise); k++) {
			seed = seed * 1664525U + 1013904223U;
			noise[k] = (uint8_t)(seed >> 24) &
				   (uint8_t)(i % 2 == 0 ? 0xff : 0x03);
		}
		assert_true(err_is_refusal(tell(
			all[i % 4], span_of(noise, seed % sizeof(noise)))));
	}
	assert_int_equal(tell(WIRE_VAULT_REGISTERS, buf_span(&round)), ERR_OK);
}

#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(the_honest_judge_gets_the_address),
		PROMISE(every_approval_is_looked_at_and_s_names_two),
		PROMISE(one_person_is_not_two),
		PROMISE(an_approval_of_anything_else_counts_for_nothing),
		PROMISE(the_submitter_approves_nothing),
		PROMISE(another_request_under_the_same_approvals_is_neutral),
		PROMISE(registers_are_those_of_the_signed_heads),
		PROMISE(heads_that_the_keeper_did_not_sign_are_refused),
		PROMISE(a_hold_stops_whoever_approved),
		PROMISE(the_day_is_that_of_the_batch_s_entry),
		PROMISE(the_law_is_the_one_that_the_batch_was_judged_by),
		PROMISE(an_agreement_that_does_not_name_the_address_gives_none),
		PROMISE(a_suspended_agreement_gives_none_whatever_the_judge_says),
		PROMISE(withheld_after_two_approvals_is_not_approved),
		PROMISE(evidence_that_the_law_refuses_gives_none),
		PROMISE(a_screen_stops_until_it_is_cleared),
		PROMISE(a_flag_of_the_roll_is_cleared_by_its_own_ground),
		PROMISE(screens_that_are_too_old_stop),
		PROMISE(a_certifier_who_was_revoked_stops),
		PROMISE(an_officer_of_other_matters_gets_none),
		PROMISE(what_was_signed_before_a_hold_prepares_nothing_after_it),
		PROMISE(a_ledger_that_shrank_is_refused),
		PROMISE(a_lookup_that_the_ledger_has_finds_what_the_row_says),
		PROMISE(a_lookup_for_other_requests_than_its_entry_s_is_refused),
		PROMISE(an_entry_that_is_not_in_the_signed_ledger_is_refused),
		PROMISE(a_checkpoint_of_another_key_is_refused),
		PROMISE(no_package_without_the_proof_of_its_own_entry),
		PROMISE(nothing_is_prepared_before_a_round_has_begun),
		PROMISE(an_unknown_message_ends_the_vault),
		PROMISE(a_message_cut_anywhere_is_refused_and_the_vault_serves_on),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
