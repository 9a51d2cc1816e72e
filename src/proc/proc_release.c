/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_release.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/read.h"
#include "os/file.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"
#include "proc/proc_review.h"
#include "proc/proc_vault.h"
#include "release/release.h"

enum {
	ANSWER_MAX = 1 << 26,
	PROOFS_MAX = 1 << 24,
	BIG = 1 << 28,
	NAME_BYTES = 96,
};

/* One request on its way out. */
struct leaving {
	struct batch_request b;
	bool covered;  /* by a hold, by what the requester wrote */
	bool wished;   /* an address, as the judge sees it */
	bool address;  /* as the vault decided */
	bool made;     /* a package is in sealed/ */
	uint64_t seal; /* index of S */
	uint8_t recipient[32];
	uint8_t package[32]; /* its hash; the row's only once D is made */
	struct buf evidence;
	struct buf codes;
};

struct release {
	struct instance *in;
	const struct proc_release_options *options;
	struct proc_release_result *result;
	struct store_batch batch;
	struct law *law;
	struct review_approvals approvals;
	struct account_opened entry; /* the batch's */
	uint8_t registers[32];
	int sealed; /* the folders */
	int outbox;
	struct leaving leaving[VAULT_CHUNK];
	size_t n;
	uint64_t line;  /* the last one looked at */
	uint64_t again; /* of those that wait: answered before */
};

/* ---- who is answered in this round ---- */

static bool
is_open(const struct store_request *row)
{
	if (row->answer == LAW_REFUSED || row->state == CASE_RETURNED ||
		row->state == CASE_WITHDRAWN || row->state == CASE_LAPSED)
		return false;
	return row->answered == CASE_ANSWERED_NONE ||
	       (row->answered == CASE_ANSWERED_NEUTRAL && row->held);
}

static bool
needs_people(const struct store_request *row)
{
	return is_open(row) &&
	       (row->state == CASE_REVIEW || row->state == CASE_APPROVED_ONCE);
}

static void
apply(struct store_request *row, enum case_event event, unsigned who)
{
	proc_batch_move(row, event, &(struct case_act){.who = who});
}

/* The signatures that still count, one after the other. */
static void
sign_again(struct release *r, struct store_request *row)
{
	const uint8_t *two[2] = {NULL, NULL};
	struct case_act act = {
		.who = CASE_BY_REVIEWER, .submitter = r->batch.submitter};
	size_t n = review_approvers(
		r->in, &r->approvals, row->line, row->verdict, two);

	for (size_t i = 0; i < n; i++) {
		act.by = two[i];
		act.first = i == 0 ? NULL : two[0];
		proc_batch_move(row, CASE_TO_APPROVE, &act);
	}
}

/* ---- deciding anew (I2) ---- */

/* A stopped or sealed request back to where its signatures put it: the verdict
 * is the same, so they still hold. */
static void
restore(struct release *r, struct store_request *row)
{
	apply(row, row->state == CASE_STOPPED ? CASE_TO_RESUME : CASE_TO_ANEW,
		CASE_BY_JUDGE);
	apply(row, CASE_TO_CONFIRM, CASE_BY_VAULT);
	sign_again(r, row);
}

/* The law over the evidence of this moment. */
static enum law_answer
answer_now(struct release *r, struct leaving *x)
{
	struct instance *in = r->in;
	bool looked_up = x->b.match.n > 0;
	bool met[LAW_RULES_MAX];
	struct batch_target target;

	proc_batch_moment(in, r->law, &r->batch, &x->b.request, x->b.person,
		&x->b.evidence);
	if (x->b.person.n > 0 && register_find(in->registers, REG_SCREEN,
					 x->b.person, in->at) != NULL)
		evidence_set_flag(&x->b.evidence, EV_SCREEN, false);
	proc_batch_target(
		in, &r->batch, &x->b.request, span_of(NULL, 0), &target);
	x->covered = hold_set_covers(in->holds, HOLD_TO_STOP, &target.target) !=
		     NULL;
	return looked_up ? proc_batch_decide(r->law, &x->b.evidence, met)
			 : law_decide(r->law, &x->b.evidence, EV_REQUEST, met);
}

/* I3: a package with an address holds these two fields, so the agreement, which
 * may only narrow the statute, must name both. */
static bool
gives_address(const struct law *law)
{
	const unsigned need = LAW_FIELD_NAME | LAW_FIELD_MAILING_ADDRESS;

	return (law_fields(law) & need) == need;
}

static void
decide_anew(struct release *r, struct leaving *x)
{
	struct store_request *row = &x->b.row;
	enum law_answer answer = answer_now(r, x);
	bool may = x->b.match.n > 0 && answer == LAW_REVIEW &&
		   gives_address(r->law);

	if (row->state == CASE_SEALED || (row->state == CASE_STOPPED && may))
		restore(r, row);
	x->wished = may && row->state == CASE_APPROVED;
	if (!may && (row->state == CASE_APPROVED || row->state == CASE_REVIEW ||
			    row->state == CASE_APPROVED_ONCE)) {
		apply(row, CASE_TO_STOP, CASE_BY_JUDGE);
		if (!x->covered)
			r->result->void_++;
	}
}

/* ---- may anything leave? ---- */

/* I6: who approved must be a reviewer now.  Where one no longer is, the request
 * goes back to wait for another, before anything is answered. */
static enum err
void_lapsed(void *context, struct store_request *row)
{
	struct release *r = context;
	const uint8_t *two[2];

	if ((row->state != CASE_APPROVED && row->state != CASE_SEALED) ||
		!is_open(row) ||
		review_approvers(r->in, &r->approvals, row->line, row->verdict,
			two) == 2)
		return ERR_OK;
	apply(row, CASE_TO_ANEW, CASE_BY_JUDGE);
	apply(row, CASE_TO_CONFIRM, CASE_BY_VAULT);
	sign_again(r, row);
	r->result->void_++;
	return store_request_update(r->in->store, row);
}

/* Stopped before two people had signed, and what stopped it has ended: it waits
 * for them again.  Whether it does is the requester's own, covered or not. */
static enum err
wake_stopped(void *context, struct store_request *row)
{
	struct release *r = context;
	struct leaving *x = &r->leaving[0];
	bool may;
	enum err e;

	if (row->state != CASE_STOPPED || !is_open(row))
		return ERR_OK;
	memset(x, 0, sizeof(*x));
	e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	may = x->b.match.n > 0 && answer_now(r, x) == LAW_REVIEW;
	proc_batch_fini(&x->b);
	if (!may)
		return ERR_OK;
	restore(r, row);
	return store_request_update(r->in->store, row);
}

static enum err
void_all_lapsed(struct release *r)
{
	enum err e = account_begin(r->in);

	if (e != ERR_OK)
		return e;
	e = proc_batch_each(r->in, r->options->batch, void_lapsed, r);
	if (e == ERR_OK)
		e = proc_batch_each(r->in, r->options->batch, wake_stopped, r);
	if (e == ERR_OK && r->result->void_ > 0)
		e = account_act(r->in, "void-approvals", r->batch.n, "",
			span_of(NULL, 0), NULL);
	if (e == ERR_OK)
		return account_commit(r->in);
	account_abandon(r->in);
	return e;
}

static enum err
count_waiting(void *context, struct store_request *row)
{
	struct release *r = context;

	r->result->waiting += needs_people(row);
	r->again += needs_people(row) && row->answered != CASE_ANSWERED_NONE;
	return ERR_OK;
}

/* I8: without an agreement in force and a recipient in order nothing leaves,
 * not even a neutral package; when that is mended the round can be run. */
static enum err
in_force(struct release *r)
{
	struct instance *in = r->in;
	struct why why = {""};

	if (in->clock < law_effective(r->law) ||
		in->clock >= law_expires(r->law) ||
		!register_agreement_loaded(in->registers,
			span_text(r->batch.agreement), r->batch.law, in->at))
		return instance_says(in, ERR_NOT_ALLOWED,
			"AG-TERM: the agreement %s, as the batch was judged "
			"by it, is not in force: nothing leaves",
			r->batch.agreement);
	if (!register_safeguards(in->registers,
		    span_text(law_requester(r->law)), in->at, &why))
		return instance_says(in, ERR_NOT_ALLOWED,
			"AG-SAFEGUARDS: %s: nothing leaves", why.text);
	return ERR_OK;
}

static enum err
may_release(struct release *r)
{
	struct instance *in = r->in;
	int32_t answer_day;
	char day[DAY_TEXT];
	uint8_t roll[32];
	enum err e = proc_permit(in, PERMIT_RELEASE);

	if (e == ERR_OK)
		e = proc_batch_get(in, r->options->batch, &r->batch);
	if (e != ERR_OK)
		return e;
	if (r->batch.stage != STAGE_LOCATED)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not whole yet: submit it "
			"again to go on",
			r->options->batch);
	e = instance_law(in, r->batch.law, &r->law);
	if (e == ERR_OK)
		e = in_force(r);
	/* Without a roll all would be answered, neutrally and for good. */
	if (e == ERR_OK)
		e = vault_roll(&in->vault, roll, &in->why);
	if (e == ERR_OK)
		e = review_approvals_read(in, r->options->batch, &r->approvals);
	if (e == ERR_OK)
		e = void_all_lapsed(r);
	if (e == ERR_OK)
		e = proc_batch_each(in, r->options->batch, count_waiting, r);
	if (e != ERR_OK)
		return e;
	answer_day = r->batch.today + (int32_t)law_answer_days(r->law);
	/* Once more is once: nobody's turn may pass while people decide. */
	if (r->again > 0)
		return instance_says(in, ERR_TOO_EARLY,
			"%" PRIu64 " requests wait for two reviewers before "
			"they are answered anew",
			r->again);
	if (in->clock >= answer_day)
		return ERR_OK;
	day_text(answer_day, day);
	/* One answered as soon as nobody waits would tell that nobody was
	 * found.  A sandbox may play without waiting. */
	if (!in->sandbox)
		return instance_says(in, ERR_TOO_EARLY,
			"the answer day of batch %" PRIu32
			" is %s: nothing leaves before it",
			r->batch.n, day);
	if (r->result->waiting == 0)
		return ERR_OK;
	return instance_says(in, ERR_TOO_EARLY,
		"%" PRIu64 " requests wait for two reviewers, and the answer "
		"day is %s: nothing leaves yet",
		r->result->waiting, day);
}

/* ---- the chunk ---- */

static void
forget_last(struct release *r)
{
	struct leaving *x = &r->leaving[--r->n];

	proc_batch_fini(&x->b);
	buf_fini(&x->evidence);
	buf_fini(&x->codes);
}

static enum err
add_row(struct release *r, const struct store_request *row)
{
	struct leaving *x = &r->leaving[r->n];
	enum err e;

	memset(x, 0, sizeof(*x));
	e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	buf_init(&x->evidence, 4096);
	buf_init(&x->codes, 4096);
	r->n++;
	decide_anew(r, x);
	/* Answered before: again only when what stood in its way has ended. */
	if (row->answered != CASE_ANSWERED_NONE &&
		(x->covered || row->state == CASE_REQUEST_REVIEW)) {
		forget_last(r);
		return ERR_OK;
	}
	evidence_encode(&x->b.evidence, &x->evidence);
	proc_batch_codes(r->law, row->unmet, " ", &x->codes);
	e = buf_error(&x->evidence);
	return e == ERR_OK ? buf_error(&x->codes) : e;
}

static void
forget_chunk(struct release *r)
{
	while (r->n > 0)
		forget_last(r);
}

/* ---- what the vault is shown ---- */

static void
put_approvals(const struct review_approvals *all, struct buf *to)
{
	buf_u32be(to, (uint32_t)all->n);
	for (size_t i = 0; i < all->n; i++) {
		buf_sized(to, all->item[i].text);
		buf_sized(to, all->item[i].signature);
		buf_bytes(to, span_of(all->item[i].signer, 32));
		buf_sized(to, all->item[i].list);
	}
}

static enum err
show_vault(struct release *r)
{
	struct instance *in = r->in;
	uint8_t entry[LEDGER_ENTRY];
	struct buf registers[REG_N];
	struct reader proof;
	OWNED_BUF(proofs, PROOFS_MAX);
	OWNED_BUF(heads, 1 << 16);
	OWNED_BUF(holds, BIG);
	OWNED_BUF(approvals, BIG);
	struct vault_proved batch = {.entry = span_of(entry, LEDGER_ENTRY),
		.key = r->entry.key,
		.field = r->entry.field,
		.n_fields = r->entry.n_fields};
	struct vault_round round = {.batch = &batch,
		.at = in->at,
		.issued = in->clock,
		.expires = in->clock + (int32_t)law_expiry_days(r->law),
		.received = r->batch.today,
		.sandbox = in->sandbox,
		.law = r->batch.law,
		.engine = in->engine,
		.agreement = span_text(r->batch.agreement),
		.recipient = span_text(law_requester(r->law))};
	enum err e = account_publish(in, NULL);

	if (e == ERR_OK)
		e = keeper_prove(
			&in->keeper, &r->batch.entry, 1, &proofs, &in->why);
	if (e == ERR_OK)
		e = keeper_heads(&in->keeper, &heads, &in->why);
	if (e != ERR_OK)
		return e;
	ledger_entry_write(&r->entry.entry, entry);
	proof = read_from(buf_span(&proofs));
	batch.proof = read_sized(&proof, PROOFS_MAX);
	hold_set_encode(in->holds, &holds);
	put_approvals(&r->approvals, &approvals);
	for (int id = 0; id < REG_N; id++) {
		buf_init(&registers[id], BIG);
		register_encode(
			in->registers, (enum register_id)id, &registers[id]);
		round.registers[id] = buf_span(&registers[id]);
		if (e == ERR_OK)
			e = buf_error(&registers[id]);
	}
	round.heads = buf_span(&heads);
	round.holds = buf_span(&holds);
	round.approvals = buf_span(&approvals);
	if (e == ERR_OK)
		e = buf_error(&holds);
	if (e == ERR_OK)
		e = buf_error(&approvals);
	if (e == ERR_OK)
		e = vault_begin(&in->vault, &round, &in->why);
	for (int id = 0; id < REG_N; id++)
		buf_fini(&registers[id]);
	return e;
}

/* ---- S: accounted before the key exists (I1) ---- */

static enum err
take_prepared(
	struct release *r, struct leaving *x, const struct vault_prepared *p)
{
	struct instance *in = r->in;
	enum err e;

	x->address = p->outcome == VAULT_ADDRESS;
	must(!x->address || x->wished);
	if (p->outcome == VAULT_NO_OFFICER) {
		r->result->nobody++;
		return ERR_OK;
	}
	if (p->recipient.n != sizeof(x->recipient))
		return err_origin(ERR_PEER);
	memcpy(x->recipient, p->recipient.at, sizeof(x->recipient));
	x->made = true;
	x->seal = in->next;
	x->b.row.sealed = in->next;
	e = account_foreign(in, p->entry, p->opening);
	if (x->address)
		apply(&x->b.row, CASE_TO_SEAL, CASE_BY_VAULT);
	else if (x->wished)
		apply(&x->b.row, CASE_TO_STOP, CASE_BY_VAULT);
	return e;
}

static enum err
account_seals(struct release *r, struct span answer)
{
	struct instance *in = r->in;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < r->n; i++) {
		struct vault_prepared p;

		e = vault_prepared_read(&answer, &p);
		if (e == ERR_OK)
			e = take_prepared(r, &r->leaving[i], &p);
		if (e == ERR_OK)
			e = store_request_update(
				in->store, &r->leaving[i].b.row);
	}
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
prepare(struct release *r)
{
	static struct vault_wish wishes[VAULT_CHUNK];
	struct instance *in = r->in;
	OWNED_BUF(answer, ANSWER_MAX);
	enum err e;

	for (size_t i = 0; i < r->n; i++)
		wishes[i] = (struct vault_wish){
			.line = r->leaving[i].b.row.line,
			.address = r->leaving[i].wished,
			.request = r->leaving[i].b.encoded,
			.evidence = buf_span(&r->leaving[i].evidence),
			.codes = buf_span(&r->leaving[i].codes),
		};
	e = vault_prepare(
		&in->vault, in->next, wishes, r->n, &answer, &in->why);
	return e == ERR_OK ? account_seals(r, buf_span(&answer)) : e;
}

/* ---- the packages ---- */

static void
package_name(const struct leaving *x, char name[NAME_BYTES])
{
	(void)snprintf(name, NAME_BYTES, "%s.cms", x->b.row.id);
}

static enum err
write_packages(struct release *r, struct span files)
{
	struct reader reader = read_from(files);
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->n; i++) {
		struct leaving *x = &r->leaving[i];
		char name[NAME_BYTES];
		struct span file;

		if (!x->made)
			continue;
		file = read_sized(&reader, RELEASE_FILE_SIZE);
		if (!read_ok(&reader) || file.n != RELEASE_FILE_SIZE)
			return err_origin(ERR_PEER);
		crypto_sha256(file, x->package);
		package_name(x, name);
		e = os_write_loose(r->sealed, name, file, 0644);
	}
	if (e == ERR_OK && !read_end(&reader))
		e = err_origin(ERR_PEER);
	return e == ERR_OK ? os_sync_all(r->sealed) : e;
}

static enum err
seal(struct release *r)
{
	struct instance *in = r->in;
	uint64_t index[VAULT_CHUNK];
	OWNED_BUF(proofs, PROOFS_MAX);
	OWNED_BUF(files, ANSWER_MAX);
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < r->n; i++)
		if (r->leaving[i].made)
			index[n++] = r->leaving[i].seal;
	if (n == 0)
		return ERR_OK;
	e = account_publish(in, NULL);
	if (e == ERR_OK)
		e = keeper_prove(&in->keeper, index, n, &proofs, &in->why);
	if (e == ERR_OK)
		e = vault_seal(&in->vault, buf_span(&proofs), &files, &in->why);
	return e == ERR_OK ? write_packages(r, buf_span(&files)) : e;
}

/* ---- D: accounted before it is handed over ---- */

static enum err
enter_delivery(struct release *r, struct leaving *x)
{
	struct instance *in = r->in;
	char batch[16] = "";
	char seal_index[24] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", x->b.row.id),
		ACCOUNT_TEXT("outcome", x->address ? "address" : "neutral"),
		ACCOUNT_TEXT("seal", ""),
		ACCOUNT_BYTES("package", x->package, 32),
		ACCOUNT_BYTES("recipient", x->recipient, 32),
		ACCOUNT_BYTES("registers", r->registers, 32),
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, r->batch.n);
	(void)snprintf(seal_index, sizeof(seal_index), "%" PRIu64, x->seal);
	day_time_text(in->at, at);
	fields[0].value = span_text(batch);
	fields[3].value = span_text(seal_index);
	fields[7].value = span_text(at);
	return account_entry(in, LEDGER_DELIVER, r->batch.law, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		&x->b.row.delivered);
}

/* Hand-over is judged again; whoever may not leave now stays in sealed/. */
static bool
still_may(struct release *r, struct leaving *x)
{
	if (!x->made)
		return false;
	if (!x->address)
		return true;
	return answer_now(r, x) == LAW_REVIEW && !x->covered;
}

static enum err
deliver_one(struct release *r, struct leaving *x)
{
	enum err e;

	if (!still_may(r, x)) {
		x->made = false;
		if (x->b.row.state == CASE_SEALED)
			apply(&x->b.row, CASE_TO_STOP, CASE_BY_JUDGE);
		return store_request_update(r->in->store, &x->b.row);
	}
	e = enter_delivery(r, x);
	if (e != ERR_OK)
		return e;
	memcpy(x->b.row.package, x->package, sizeof(x->package));
	if (x->address)
		apply(&x->b.row, CASE_TO_DELIVER, CASE_BY_KEEPER);
	else if (x->b.row.answered == CASE_ANSWERED_NONE)
		apply(&x->b.row, CASE_TO_ANSWER, CASE_BY_KEEPER);
	x->b.row.held = !x->address &&
			(x->covered || x->b.row.state == CASE_REQUEST_REVIEW);
	return store_request_update(r->in->store, &x->b.row);
}

static enum err
account_deliveries(struct release *r)
{
	enum err e = account_begin(r->in);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < r->n; i++)
		e = deliver_one(r, &r->leaving[i]);
	if (e == ERR_OK)
		return account_commit(r->in);
	account_abandon(r->in);
	return e;
}

static enum err
hand_over(struct release *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct leaving *x = &r->leaving[i];
		char name[NAME_BYTES];

		if (!x->made)
			continue;
		package_name(x, name);
		if (renameat(r->sealed, name, r->outbox, name) != 0)
			return err_origin(ERR_IO);
		r->result->answered++;
		r->result->addresses += x->address;
		r->result->held += x->covered && !x->address;
	}
	return os_sync(r->outbox);
}

static enum err
release_chunk(struct release *r)
{
	enum err e = ERR_OK;

	if (r->n > 0) {
		e = in_force(r); /* it may have ended between two chunks */
		if (e == ERR_OK)
			e = proc_registers_hash(r->in, r->registers);
		if (e == ERR_OK)
			e = show_vault(r);
		if (e == ERR_OK)
			e = prepare(r);
		if (e == ERR_OK)
			e = seal(r);
		if (e == ERR_OK)
			e = account_deliveries(r);
		if (e == ERR_OK) /* signed too: store/log.h says why */
			e = account_publish(r->in, NULL);
		if (e == ERR_OK)
			e = hand_over(r);
	}
	forget_chunk(r);
	if (r->options->progress != NULL)
		r->options->progress(r->options->context, "releasing", r->line,
			r->batch.n_lines);
	return e;
}

/* ---- what a crash left between D and the rename ---- */

static enum err
finish_one(struct release *r, struct store_request *row)
{
	char name[NAME_BYTES];
	OWNED_BUF(file, RELEASE_FILE_SIZE);
	uint8_t hash[32];
	enum err e;

	(void)snprintf(name, sizeof(name), "%s.cms", row->id);
	e = os_read(r->sealed, name, &file);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&file), hash);
	if (row->delivered == STORE_NO_ENTRY ||
		memcmp(hash, row->package, sizeof(hash)) != 0)
		return ERR_OK; /* made, not accounted: made anew below */
	if (renameat(r->sealed, name, r->outbox, name) != 0)
		return err_origin(ERR_IO);
	r->result->finished++;
	return ERR_OK;
}

/* Under a hold the accounted package is not handed over but recalled. */
static enum err
recall_one(struct release *r, struct store_request *row, bool *ret_recalled)
{
	struct leaving *x = &r->leaving[0];
	char name[NAME_BYTES];
	enum err e;

	*ret_recalled = false;
	if (row->answered != CASE_ANSWERED_ADDRESS)
		return ERR_OK;
	(void)snprintf(name, sizeof(name), "%s.cms", row->id);
	if (!os_exists(r->sealed, name) || row->state != CASE_DELIVERED)
		return ERR_OK;
	memset(x, 0, sizeof(*x));
	e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	if (answer_now(r, x) == LAW_REVIEW) {
		proc_batch_fini(&x->b);
		return ERR_OK;
	}
	proc_batch_fini(&x->b);
	*ret_recalled = true;
	e = account_begin(r->in);
	if (e != ERR_OK)
		return e;
	e = account_act(r->in, "recall", r->batch.n, row->id,
		span_of(row->package, 32), NULL);
	apply(row, CASE_TO_RECALL, CASE_BY_KEEPER);
	if (e == ERR_OK)
		e = store_request_update(r->in->store, row);
	if (e != ERR_OK) {
		account_abandon(r->in);
		return e;
	}
	e = account_commit(r->in);
	if (e == ERR_OK && unlinkat(r->sealed, name, 0) != 0)
		e = err_origin(ERR_IO);
	return e;
}

static enum err
finish_row(void *context, struct store_request *row)
{
	struct release *r = context;
	struct store_request copy = *row;
	bool recalled = false;
	enum err e;

	if (row->delivered == STORE_NO_ENTRY)
		return ERR_OK;
	e = recall_one(r, &copy, &recalled);
	return e == ERR_OK && !recalled ? finish_one(r, &copy) : e;
}

/* ---- the round ---- */

static enum err
next_chunk(struct release *r)
{
	static struct store_request rows[VAULT_CHUNK];
	size_t got = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && r->n == 0) {
		e = store_request_page(r->in->store, r->batch.n, r->line, rows,
			VAULT_CHUNK, &got);
		if (e != ERR_OK || got == 0)
			break;
		for (size_t i = 0; e == ERR_OK && i < got; i++) {
			r->line = rows[i].line;
			e = proc_batch_sound(r->in, &rows[i]);
			if (e == ERR_OK && is_open(&rows[i]))
				e = add_row(r, &rows[i]);
		}
	}
	return e;
}

static enum err
run_round(struct release *r)
{
	/* Entries D of a round that was cut off are signed before their
	 * packages go. */
	enum err e = account_publish(r->in, NULL);

	if (e == ERR_OK)
		e = proc_batch_each(r->in, r->options->batch, finish_row, r);
	while (e == ERR_OK) {
		e = next_chunk(r);
		if (e != ERR_OK || r->n == 0)
			break;
		e = release_chunk(r);
		/* A hold that waits for the lock comes in here. */
		if (e == ERR_OK)
			e = instance_yield(r->in);
	}
	return e;
}

static enum err
end_round(struct release *r)
{
	struct instance *in = r->in;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	r->batch.rounds++;
	e = store_batch_update(in->store, &r->batch);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

enum err
proc_release(struct instance *in, const struct proc_release_options *options,
	struct proc_release_result *ret_result)
{
	static struct release r;
	enum err e;

	*ret_result = (struct proc_release_result){0};
	memset(&r, 0, sizeof(r));
	r.in = in;
	r.options = options;
	r.result = ret_result;
	r.sealed = r.outbox = -1;
	e = may_release(&r);
	if (e == ERR_OK)
		e = account_open(in, r.batch.entry, &r.entry);
	if (e == ERR_OK)
		e = instance_folder(
			in, "sealed", options->batch, true, &r.sealed);
	if (e == ERR_OK)
		e = instance_folder(
			in, "outbox", options->batch, true, &r.outbox);
	if (e == ERR_OK)
		e = run_round(&r);
	if (e == ERR_OK && ret_result->answered > 0)
		e = end_round(&r);
	forget_chunk(&r);
	review_approvals_fini(&r.approvals);
	account_opened_fini(&r.entry);
	r.law = law_free(r.law);
	os_close(&r.sealed);
	os_close(&r.outbox);
	return e;
}
