/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_release_int.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/read.h"
#include "ledger/order.h"
#include "os/file.h"
#include "proc/proc_cosign.h"
#include "proc/proc_delay.h"
#include "proc/proc_demand.h"
#include "proc/proc_keeper.h"
#include "proc/proc_law.h"
#include "proc/proc_look.h"
#include "proc/proc_permit.h"
#include "proc/proc_proof.h"
#include "proc/proc_registers.h"
#include "proc/proc_screen.h"
#include "proc/proc_subject.h"
#include "release/release.h"

enum {
	ANSWER_MAX = 1 << 26,
	PROOFS_MAX = 1 << 24,
	BIG = 1 << 28,
};

static void
apply(struct store_request *row, enum case_event event, unsigned who)
{
	proc_batch_move(row, event, &(struct case_act){.who = who});
}

/* ---- may anything leave? ---- */

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
	if (!register_certifies(in->registers,
		    account_field(&r->entry, "certifier"),
		    span_text(r->batch.agreement), in->at))
		return instance_says(in, ERR_NOT_ALLOWED,
			"I2-A-SIGNER: who certified this batch is not on the "
			"register now: nothing leaves");
	if (proc_law_proved(in, &why) != ERR_OK)
		return instance_says(in, ERR_NOT_ALLOWED,
			"AG-TERM: %s: nothing leaves", why.text);
	return proc_screen_fresh(in, r->law);
}

/* The batch's law: to decide by here, and its files for the vault. */
static enum err
read_law(struct release *r)
{
	struct proc_law_file files[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	OWNED_PROOF(proof);
	size_t n = 0;
	enum err e = instance_law(r->in, r->batch.law, &r->law);

	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	if (e == ERR_OK)
		e = proc_law_files(r->in, r->batch.law, files, text, &n);
	buf_init(&r->law_files, PROC_LAW_FILES * LAW_FILE_MAX);
	if (e == ERR_OK)
		e = proc_proof_kept(r->in->dir, r->batch.law, &proof);
	if (e == ERR_OK)
		vault_law_encode(files, n, &proof, &r->law_files);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&text[i]);
	return e == ERR_OK ? buf_error(&r->law_files) : e;
}

/* What must be there for a round at all: who, what, by which law, of which
 * roll. */
static enum err
open_round(struct release *r)
{
	struct instance *in = r->in;
	enum proc_volume_gate gate;
	uint64_t matter;
	enum err e = proc_permit(in, PERMIT_RELEASE);

	if (e == ERR_OK)
		e = instance_must_answer(in->dir, &in->why);
	if (e == ERR_OK)
		e = proc_cosign_fresh(in);
	if (e == ERR_OK)
		e = proc_batch_get(in, r->options->batch, &r->batch);
	if (e == ERR_OK)
		e = proc_volume_gate(in, r->options->batch, &gate, &matter);
	if (e != ERR_OK)
		return e;
	/* While it waits for counsel its answer day comes like any other's. */
	if (r->batch.stage != STAGE_LOCATED &&
		!(r->batch.stage == STAGE_ANSWERED && gate == VOLUME_WAITS))
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not whole yet: `batch status` "
			"says what it waits for",
			r->options->batch);
	e = read_law(r);
	if (e == ERR_OK)
		e = proc_demand_named(in, r->batch.n, &r->demanded);
	if (e == ERR_OK)
		e = account_open(in, r->batch.entry, &r->entry);
	/* Without a roll all would be answered, neutrally and for good. */
	if (e == ERR_OK)
		e = vault_roll(&in->vault, r->roll, &in->why);
	if (e == ERR_OK)
		e = in_force(r);
	/* A deleted withholding or objection lets nothing through. */
	if (e == ERR_OK)
		e = proc_review_audit(in, r->options->batch);
	return e == ERR_OK ? review_approvals_read(
				     in, r->options->batch, &r->approvals)
			   : e;
}

static enum err
may_release(struct release *r)
{
	struct instance *in = r->in;
	int32_t answer_day;
	char day[DAY_TEXT];
	enum err e = open_round(r);

	if (e == ERR_OK)
		e = release_survey(r);
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
	e = release_decide_anew(r, x);
	if (e != ERR_OK)
		return e;
	r->result->void_ += x->void_ && !x->told;
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
		.head = &r->entry.head,
		.key = r->entry.key,
		.field = r->entry.field,
		.n_fields = r->entry.n_fields};
	struct vault_round round = {.batch = &batch,
		.at = in->at,
		.issued = in->clock,
		.received = r->batch.today,
		.law = r->batch.law,
		.engine = in->engine,
		.law_files = buf_span(&r->law_files)};
	enum err e = account_publish_between(in);

	if (e == ERR_OK)
		e = keeper_prove(
			&in->keeper, &r->batch.entry, 1, &proofs, &in->why);
	if (e == ERR_OK)
		e = keeper_heads(&in->keeper, &heads, &in->why);
	if (e != ERR_OK)
		return e;
	round.day = account_public_day(in);
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

/* The address went before, and this time a neutral package goes with those of
 * the others: the row keeps telling of the address. */
static bool
is_filler(const struct leaving *x)
{
	return !x->address && x->b.row.answered == CASE_ANSWERED_ADDRESS &&
	       x->b.row.state != CASE_RECALLED;
}

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
	if (!is_filler(x))
		x->b.row.sealed = in->next;
	e = account_foreign(in, p->entry, p->opening);
	if (x->b.row.state == CASE_APPROVED)
		apply(&x->b.row, x->address ? CASE_TO_SEAL : CASE_TO_STOP,
			CASE_BY_VAULT);
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

static int
by_line(const void *a, const void *b)
{
	const struct leaving *const *x = a;
	const struct leaving *const *y = b;

	return ((*x)->b.row.line > (*y)->b.row.line) -
	       ((*x)->b.row.line < (*y)->b.row.line);
}

/* Those of the chunk in the order of the file, which is that in which packages
 * are written and handed over: the times of files do not tell the order of the
 * entries. */
static void
sort_by_line(struct release *r, struct leaving *sorted[VAULT_CHUNK])
{
	for (size_t i = 0; i < r->n; i++)
		sorted[i] = &r->leaving[i];
	qsort(sorted, r->n, sizeof(struct leaving *), by_line);
}

static enum err
read_packages(struct release *r, struct span files)
{
	struct reader reader = read_from(files);

	for (size_t i = 0; i < r->n; i++) {
		struct leaving *x = &r->leaving[i];

		if (!x->made)
			continue;
		x->file = read_sized(&reader, RELEASE_FILE_SIZE);
		if (!read_ok(&reader) || x->file.n != RELEASE_FILE_SIZE)
			return err_origin(ERR_PEER);
		crypto_sha256(x->file, x->package);
	}
	return read_end(&reader) ? ERR_OK : err_origin(ERR_PEER);
}

static enum err
write_packages(struct release *r, struct span files)
{
	struct leaving *sorted[VAULT_CHUNK];
	enum err e = read_packages(r, files);

	sort_by_line(r, sorted);
	for (size_t i = 0; e == ERR_OK && i < r->n; i++) {
		char name[RELEASE_NAME_BYTES];

		if (!sorted[i]->made)
			continue;
		release_package_name(&sorted[i]->b.row, name);
		e = os_write_loose(r->sealed, name, sorted[i]->file, 0644);
	}
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
	e = account_publish_told(in);
	if (e == ERR_OK)
		e = keeper_prove(&in->keeper, index, n, &proofs, &in->why);
	if (e == ERR_OK)
		e = vault_seal(&in->vault, buf_span(&proofs), &files, &in->why);
	return e == ERR_OK ? write_packages(r, buf_span(&files)) : e;
}

/* ---- D: accounted before it is handed over ---- */

/* An address has the next tag of the person whose it is, or is kept out of
 * their account for now; a neutral answer is nobody's. */
static enum err
tag_delivery(struct release *r, const struct leaving *x,
	struct proc_subject_tag *ret_tag)
{
	bool delayed = false;
	enum err e = ERR_OK;

	*ret_tag = (struct proc_subject_tag){.kind = SUBJECT_NONE};
	if (!x->address)
		return ERR_OK;
	e = proc_delay_stands(r->in, x->b.row.batch, x->b.row.line, &delayed);
	if (e == ERR_OK && !delayed)
		return proc_subject_next(r->in, x->b.person, ret_tag);
	ret_tag->kind = SUBJECT_DELAYED;
	return e == ERR_OK ? store_delayed_add(r->in->store, x->b.row.batch,
				     x->b.row.line, r->in->next)
			   : e;
}

static enum err
enter_delivery(struct release *r, struct leaving *x, uint64_t *ret_entry)
{
	struct instance *in = r->in;
	struct proc_subject_tag tag;
	uint8_t private[PROC_SUBJECT_BYTES];
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

	enum err e;

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, r->batch.n);
	(void)snprintf(seal_index, sizeof(seal_index), "%" PRIu64, x->seal);
	day_time_text(in->at, at);
	fields[0].value = span_text(batch);
	fields[3].value = span_text(seal_index);
	fields[7].value = span_text(at);
	e = tag_delivery(r, x, &tag);
	if (e != ERR_OK)
		return e;
	proc_subject_encode(&tag, private);
	return account_tagged(in, LEDGER_DELIVER, r->batch.law, fields,
		sizeof(fields) / sizeof(fields[0]),
		span_of(private, sizeof(private)),
		tag.kind == SUBJECT_TAGGED ? tag.tag : NULL, ret_entry);
}

/* Hand-over is judged again; whoever may not leave now stays in sealed/. */
static enum err
still_may(struct release *r, struct leaving *x, bool *ret_may)
{
	enum err e = ERR_OK;

	*ret_may = x->made;
	if (x->made && x->address) {
		e = release_may(r, x, ret_may);
		*ret_may = *ret_may && !x->covered;
	}
	return e;
}

static enum err
deliver_one(struct release *r, struct leaving *x)
{
	uint64_t delivered = 0;
	bool may;
	enum err e = still_may(r, x, &may);

	if (e != ERR_OK)
		return e;
	if (!may) {
		x->made = false;
		if (x->b.row.state == CASE_SEALED)
			apply(&x->b.row, CASE_TO_STOP, CASE_BY_JUDGE);
		return store_request_update(r->in->store, &x->b.row);
	}
	e = enter_delivery(r, x, &delivered);
	if (e != ERR_OK || is_filler(x))
		return e;
	x->b.row.delivered = delivered;
	memcpy(x->b.row.package, x->package, sizeof(x->package));
	if (x->address)
		apply(&x->b.row,
			x->b.row.answered == CASE_ANSWERED_ADDRESS
				? CASE_TO_REISSUE
				: CASE_TO_DELIVER,
			CASE_BY_KEEPER);
	else if (x->b.row.answered == CASE_ANSWERED_NONE)
		apply(&x->b.row, CASE_TO_ANSWER, CASE_BY_KEEPER);
	x->b.row.held = !x->address &&
			(x->covered || x->b.row.state == CASE_REQUEST_REVIEW);
	return store_request_update(r->in->store, &x->b.row);
}

static enum err
account_deliveries(struct release *r)
{
	uint8_t seed[32];
	uint32_t order[VAULT_CHUNK];
	enum err e = crypto_random(seed, sizeof(seed));

	if (e == ERR_OK)
		e = account_begin(r->in);
	if (e != ERR_OK)
		return e;
	/* another one than that of S */
	ledger_order(seed, order, r->n);
	for (size_t i = 0; e == ERR_OK && i < r->n; i++)
		e = deliver_one(r, &r->leaving[order[i]]);
	if (e == ERR_OK)
		return account_commit(r->in);
	account_abandon(r->in);
	return e;
}

static enum err
hand_over(struct release *r)
{
	struct leaving *sorted[VAULT_CHUNK];

	sort_by_line(r, sorted);
	for (size_t i = 0; i < r->n; i++) {
		const struct leaving *x = sorted[i];
		char name[RELEASE_NAME_BYTES];

		if (!x->made)
			continue;
		release_package_name(&x->b.row, name);
		if (renameat(r->sealed, name, r->outbox, name) != 0)
			return err_origin(ERR_IO);
		r->result->answered++;
		r->result->addresses += x->address;
		r->result->held += x->told && !x->address;
	}
	return os_sync(r->outbox);
}

static enum err
release_chunk(struct release *r)
{
	enum err e = ERR_OK;

	if (r->n > 0) {
		/* what may have ended between two chunks */
		e = proc_permit(r->in, PERMIT_RELEASE);
		if (e == ERR_OK)
			e = proc_cosign_still(r->in);
		if (e == ERR_OK)
			e = in_force(r);
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
			e = account_publish_told(r->in);
		if (e == ERR_OK)
			e = hand_over(r);
	}
	forget_chunk(r);
	if (r->options->progress != NULL)
		r->options->progress(r->options->context, "releasing", r->done,
			r->batch.n_lines);
	return e;
}

/* ---- the round ---- */

/* In which order the lines are entered: what S and D stand beside tells nobody
 * whose they are. */
static enum err
draw_order(struct release *r)
{
	uint8_t seed[32];
	enum err e = crypto_random(seed, sizeof(seed));

	r->order = mem_zeroed((r->batch.n_lines + 1) * sizeof(*r->order));
	if (e == ERR_OK && r->order == NULL)
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		ledger_order(seed, r->order, r->batch.n_lines);
	explicit_bzero(seed, sizeof(seed));
	return e;
}

static enum err
next_chunk(struct release *r)
{
	struct instance *in = r->in;
	enum err e = ERR_OK;

	while (e == ERR_OK && r->n < VAULT_CHUNK &&
		r->done < r->batch.n_lines) {
		struct store_request row;

		e = store_request_get(in->store, r->batch.n,
			UINT64_C(1) + r->order[r->done++], &row);
		if (e == ERR_OK)
			e = proc_batch_sound(in, &row);
		if (e == ERR_OK && release_is_open(r, &row))
			e = add_row(r, &row);
	}
	return e == ERR_NOT_FOUND ? instance_says(in, ERR_DAMAGED,
					    "the store: a line of batch "
					    "%" PRIu32 " is gone",
					    r->batch.n)
				  : e;
}

static enum err
run_round(struct release *r)
{
	/* Entries D of a round that was cut off are signed and shown to the
	 * witnesses before their packages go. */
	enum err e = r->begun ? account_publish(r->in, NULL)
			      : account_publish_between(r->in);

	if (e == ERR_OK)
		e = draw_order(r);
	if (e == ERR_OK)
		e = release_finish(r);
	while (e == ERR_OK) {
		e = next_chunk(r);
		if (e != ERR_OK || r->n == 0)
			break;
		e = release_begin(r);
		if (e == ERR_OK)
			e = release_chunk(r);
		/* A hold that waits for the lock comes in here, or a demand. */
		if (e == ERR_OK)
			e = instance_yield(r->in);
		proc_list_fini(&r->demanded);
		if (e == ERR_OK)
			e = proc_demand_named(r->in, r->batch.n, &r->demanded);
	}
	return e;
}

static enum err
end_round(struct release *r)
{
	struct instance *in = r->in;
	uint64_t look = 0;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	/* Between two chunks others may have changed it. */
	e = store_batch_get(in->store, r->batch.n, &r->batch);
	r->batch.rounds++;
	if (e == ERR_OK)
		e = store_batch_update(in->store, &r->batch);
	if (e == ERR_OK)
		e = release_forget_begun(r);
	if (e == ERR_OK)
		e = proc_look_draw(in, &r->batch, &look);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

/* However it ended, the newest checkpoint is one that the witnesses were asked
 * for; what was wrong stays what is said. */
static enum err
bring(struct instance *in, enum err e)
{
	struct why why = in->why;
	enum err brought = err_is_failure(e) ? ERR_OK : account_bring(in);

	if (e != ERR_OK)
		in->why = why;
	return e == ERR_OK ? brought : e;
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
		e = instance_folder(
			in, "sealed", options->batch, true, &r.sealed);
	if (e == ERR_OK)
		e = instance_folder(
			in, "outbox", options->batch, true, &r.outbox);
	if (e == ERR_OK)
		e = run_round(&r);
	if (e == ERR_OK && r.begun)
		e = end_round(&r);
	e = bring(in, e);
	forget_chunk(&r);
	review_approvals_fini(&r.approvals);
	account_opened_fini(&r.entry);
	buf_fini(&r.law_files);
	proc_list_fini(&r.demanded);
	mem_free(r.order);
	r.law = law_free(r.law);
	os_close(&r.sealed);
	os_close(&r.outbox);
	return e;
}
