/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_intake_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_cosign.h"
#include "proc/proc_permit.h"
#include "proc/proc_receipt.h"
#include "proc/proc_registers.h"
#include "proc/proc_reply.h"

enum {
	DATE_BEFORE = 1, /* days that a manifest may be old */
	FRESH_S = 60,
	PRIVATE_MAX = 1 << 17,
	NEW_MOST = 4096, /* entries of others that are looked through */
};

static bool
is_judging(enum ledger_type type)
{
	return type == LEDGER_REQUEST || type == LEDGER_BATCH;
}

/* ---- what is read once, and anew when somebody else was here ---- */

static enum err
tell_signers(struct intake *k)
{
	struct front_signer signers[FRONT_SIGNERS];

	return front_signers(&k->front, signers,
		submit_signers(&k->in, signers), &k->in.why);
}

/* Did others judge requests?  Each judgment is an entry. */
static enum err
others_judged(struct intake *k, uint64_t from, bool *ret_judged)
{
	*ret_judged = k->in.next - from > NEW_MOST;
	for (uint64_t i = from; !*ret_judged && i < k->in.next; i++) {
		enum ledger_type type = LEDGER_NO_TYPE;
		enum err e = account_kind(&k->in, i, &type);

		if (e != ERR_OK)
			return e;
		*ret_judged = is_judging(type);
	}
	return ERR_OK;
}

static enum err
read_anew(struct intake *k, uint64_t from)
{
	bool judged = false;
	enum err e = others_judged(k, from, &judged);

	if (judged)
		submit_seen_forget(k->seen);
	k->n_books = 0;
	k->fresh_at = 0;
	if (e == ERR_OK)
		e = proc_registers_hash(&k->in, k->s.registers);
	if (e == ERR_OK)
		e = tell_signers(k);
	return e == ERR_OK ? store_keys_settle(k->in.store) : e;
}

static void
act_as(struct intake *k, const uint8_t print[32])
{
	memcpy(k->in.actor.print, print, sizeof(k->in.actor.print));
}

/* May who sent it, with the roles that they have here? */
static bool
may_send(struct intake *k, const struct intake_single *single)
{
	uint8_t actor[CRYPTO_SHA256];
	bool may;

	memcpy(actor, k->in.actor.print, sizeof(actor));
	act_as(k, single->actor);
	k->asker.n_barred = single->n_barred;
	for (size_t i = 0; i < single->n_barred; i++)
		k->asker.barred[i] = single->barred[i];
	may = proc_permitted_print(&k->in, PERMIT_SUBMIT, single->actor);
	k->asker.n_barred = 0;
	act_as(k, actor);
	return may;
}

/* Who may not is not read. */
static void
ask_front(struct intake *k, struct intake_group *group, size_t from)
{
	struct span bytes[INTAKE_GROUP];
	size_t m = 0;

	must(group->n - from <= INTAKE_GROUP);
	if (from == 0)
		group->today = k->in.clock;
	else if (group->today != k->in.clock)
		group->today = DAY_NONE; /* of two: of none */
	group->reads = false;
	for (size_t i = from; i < group->n; i++) {
		struct intake_single *single = group->single[i];
		bool may = may_send(k, single);

		single->status = may ? 0 : INTAKE_FORBIDDEN;
		if (may)
			bytes[m++] = single->bytes;
	}
	if (m > 0 && group->e == ERR_OK) {
		group->e = front_singles_ask(
			&k->front, k->in.at, k->in.clock, bytes, m);
		group->reads = group->e == ERR_OK;
	}
}

static void
hear_front(struct intake *k, struct intake_group *group)
{
	OWNED_BUF(answer, FRONT_SINGLES_ANSWER);

	if (group->reads) {
		group->e = front_singles_hear(&k->front, &answer, &k->in.why);
		buf_bytes(&group->answer, buf_span(&answer));
	}
	if (group->e == ERR_OK)
		group->e = buf_error(&group->answer);
	group->reads = false;
	group->heard = group->n;
}

/* All of it, once what was on its way is heard: the day or a register is
 * another one. */
static void
ask_again(struct intake *k, struct intake_group *group)
{
	must(!group->reads);
	buf_clear(&group->answer);
	group->heard = 0;
	ask_front(k, group, 0);
}

enum err
intake_let_in(struct intake *intake)
{
	uint64_t from = intake->in.next;
	bool anew = false;
	enum err e = instance_let_in(&intake->in, &anew);

	if (e != ERR_OK || !anew)
		return e;
	hear_front(intake, &intake->next);
	e = read_anew(intake, from);
	if (e == ERR_OK)
		ask_again(intake, &intake->next);
	return e;
}

/* A day that is played stays; any other goes on. */
static enum err
set_time(struct intake *k)
{
	struct instance *in = &k->in;
	enum err e = ERR_OK;

	if (!k->played) {
		int64_t now = os_now();

		in->at = now > in->at ? now : in->at;
		in->clock = zone_day(&in->zone, in->at);
	}
	if (in->at < k->fresh_at + FRESH_S && k->fresh_at != 0)
		return ERR_OK;
	k->fresh_at = in->at;
	e = proc_cosign_fresh(in);
	k->stale = err_is_refusal(e) ? in->why : (struct why){""};
	return err_is_refusal(e) ? ERR_OK : e;
}

/* ---- opening ---- */

static enum err
open_instance(struct intake *k, const char *path, const char *key,
	int32_t today, bool for_all)
{
	struct proc_front_file file = {.fd = -1, .today = today};
	enum err e = proc_start("weir-front", proc_front, &file, -1, &k->front);

	if (e == ERR_OK && for_all)
		e = instance_open_for(path, INSTANCE_LEDGER, &k->asker, &k->in);
	else if (e == ERR_OK)
		e = instance_open(path, INSTANCE_LEDGER, key, today, &k->in);
	if (e == ERR_OK)
		e = store_checkpoint_aside(k->in.store);
	if (e == ERR_OK)
		e = store_sync_later(k->in.store);
	if (e == ERR_OK)
		e = proc_receipt_signer(&k->in, &k->key, &k->cert);
	if (e == ERR_OK)
		e = instance_lock_in(&k->in);
	return e;
}

static enum err
make_room(struct intake *k)
{
	buf_init(&k->next.answer, FRONT_SINGLES_ANSWER);
	buf_init(&k->now.answer, FRONT_SINGLES_ANSWER);
	buf_init(&k->private, PRIVATE_MAX);
	for (size_t i = 0; i < INTAKE_GROUP; i++)
		submit_line_init(&k->place[i].line);
	k->seen = submit_seen_new();
	return k->seen == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

static enum err
open_intake(const char *path, const char *key, int32_t today, bool for_all,
	struct intake **ret_intake, struct why *reterr_why)
{
	OWNED(intake) k = mem_zeroed(sizeof(*k));
	enum err e;

	if (k == NULL)
		return err_origin(ERR_NOMEM);
	k->in = INSTANCE_NONE;
	k->front = PROC_PEER_NONE;
	k->played = today != DAY_NONE;
	k->options = (struct proc_submit_options){
		.path = path, .requests = "line", .manifest = "manifest"};
	k->s = (struct submit){.options = &k->options,
		.result = &k->result,
		.in = &k->in,
		.folder = -1,
		.kept = PROC_KEPT_NONE};
	e = make_room(k);
	if (e == ERR_OK)
		e = open_instance(k, path, key, today, for_all);
	if (e == ERR_OK)
		e = read_anew(k, k->in.next);
	if (e != ERR_OK) {
		*reterr_why = k->in.why;
		return e;
	}
	*ret_intake = intake_take(&k);
	return ERR_OK;
}

enum err
intake_open(const char *path, const char *key, int32_t today,
	struct intake **ret_intake, struct why *reterr_why)
{
	return open_intake(path, key, today, false, ret_intake, reterr_why);
}

enum err
intake_open_for_all(
	const char *path, struct intake **ret_intake, struct why *reterr_why)
{
	return open_intake(path, NULL, DAY_NONE, true, ret_intake, reterr_why);
}

static void
clear_judge(struct judge *j)
{
	proc_ids_fini(&j->officers);
	mem_free(j->load);
	mem_free(j->link);
	*j = (struct judge){.reply = {.fd = -1}, .spool = PROC_SPOOL_NONE};
}

struct intake *
intake_free(struct intake *intake)
{
	if (intake == NULL)
		return NULL;
	clear_judge(&intake->judge);
	for (size_t i = 0; i < INTAKE_GROUP; i++)
		submit_line_fini(&intake->place[i].line);
	buf_fini(&intake->next.answer);
	buf_fini(&intake->now.answer);
	buf_fini(&intake->private);
	intake->seen = submit_seen_free(intake->seen);
	intake->key = crypto_key_free(intake->key);
	intake->cert = crypto_cert_free(intake->cert);
	instance_close(&intake->in);
	proc_drop(&intake->front);
	mem_free(intake);
	return NULL;
}

const uint8_t *
intake_actor(const struct intake *intake)
{
	return intake->in.actor.print;
}

bool
intake_is_old(const struct intake *intake)
{
	return intake->in.policy != NULL && intake->in.courier.fd < 0;
}

const char *
intake_says(const struct intake *intake)
{
	return intake->in.why.text;
}

/* ---- what an envelope is ---- */

static void
refuse(struct intake_place *place, enum err e, const char *code,
	const char *sentence)
{
	place->single->status = INTAKE_REFUSED;
	place->refused = e;
	(void)snprintf(place->code, sizeof(place->code), "%s", code);
	(void)why_set(&place->why, ERR_MALFORMED, "%s", sentence);
}

static void
refuse_front(struct intake_place *place)
{
	struct why why;

	(void)why_set(&why, place->front.refused, "%.*s",
		(int)place->front.why.n, (const char *)place->front.why.at);
	refuse(place, place->front.refused,
		place->front.refused == ERR_BAD_SIGNATURE ? "I2-A-SIGNER"
							  : "RQ-FORM",
		why.text);
}

/* The codes of a batch, and that it is sent when it was certified. */
static enum err
check(struct intake *k, struct intake_place *place)
{
	struct submit *s = &k->s;
	enum err e;

	s->manifest = place->front.manifest;
	k->result = (struct proc_submit_result){.batch = 0};
	e = submit_check(s);
	if (e == ERR_OK &&
		!proc_agency_is(&k->in, place->single->actor, k->in.law))
		e = submit_refuse(s, ERR_NOT_ALLOWED, "I2-A-SIGNER",
			"who sent it asks for another agency than the one of "
			"the agreement %s",
			s->manifest.agreement);
	if (e == ERR_OK && s->manifest.date < k->in.clock - DATE_BEFORE)
		e = submit_refuse(s, ERR_MALFORMED, "RQ-FORM",
			"weir:date: a single request is sent on the day on "
			"which it is certified, or the day after");
	if (!err_is_refusal(e))
		return e;
	refuse(place, e, k->result.code, k->result.why.text);
	return ERR_OK;
}

/* An envelope that came before, here or in this group, or as a file. */
static enum err
find_known(struct intake *k, size_t n, struct intake_place *place)
{
	const struct request_manifest *m = &place->front.manifest;
	struct store_batch batch;
	enum err e = store_single_find(
		k->in.store, place->front.hash, &place->known);

	if (e == ERR_OK) {
		place->single->status = INTAKE_AGAIN;
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < n; i++)
		if (k->place[i].is_new && memcmp(k->place[i].front.hash,
						  place->front.hash, 32) == 0)
			place->single->status = INTAKE_AGAIN;
	if (place->single->status == INTAKE_AGAIN)
		return ERR_OK;
	e = store_batch_find(k->in.store, m->agreement, m->sequence, &batch);
	if (e == ERR_OK && memcmp(batch.manifest, place->front.hash, 32) == 0)
		refuse(place, ERR_EXISTS, "RQ-FORM",
			"it was submitted as a batch");
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
read_place(struct intake *k, size_t n, struct span *rest)
{
	struct intake_place *place = &k->place[n];
	enum err e = front_single_read(rest, &place->front);

	if (e != ERR_OK)
		return e;
	if (place->front.refused != ERR_OK) {
		refuse_front(place);
		return ERR_OK;
	}
	e = check(k, place);
	if (e == ERR_OK && place->single->status == 0)
		e = find_known(k, n, place);
	place->is_new = e == ERR_OK && place->single->status == 0;
	return e;
}

/* The log has the first use by each, as far as we remember, and every refusal. */
static enum err
log_sender(struct intake *k, const struct intake_single *single, bool may)
{
	uint8_t *last = k->sender[single->actor[0] % INTAKE_SENDERS];
	const struct audit a = {
		.event = proc_permit_audit(PERMIT_SUBMIT),
		.outcome = may ? AUDIT_SUCCESS : AUDIT_FAILURE,
		.actor = single->actor,
		.what = proc_permit_text(PERMIT_SUBMIT),
		.error = may ? ERR_OK : ERR_NOT_ALLOWED,
	};

	if (may && memcmp(last, single->actor, CRYPTO_SHA256) == 0)
		return ERR_OK;
	if (may)
		memcpy(last, single->actor, CRYPTO_SHA256);
	return proc_log_event(k->in.log, &a, &k->in.why);
}

/* A place each for those who may. */
static enum err
sort_out(struct intake *k, const struct intake_group *group, size_t *ret_m)
{
	struct span rest = buf_span(&group->answer);
	size_t m = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < group->n; i++) {
		struct intake_single *single = group->single[i];
		struct intake_place *place = &k->place[m];
		bool may = single->status != INTAKE_FORBIDDEN;

		e = log_sender(k, single, may);
		if (e != ERR_OK || !may)
			continue;
		place->single = single;
		place->book = NULL;
		place->is_new = false;
		place->links = false;
		e = read_place(k, m++, &rest);
	}
	*ret_m = m;
	return e;
}

/* ---- one line ---- */

static bool
is_book_of(const struct proc_book *book, const struct intake *k,
	const struct intake_place *place)
{
	const struct request_manifest *m = &place->front.manifest;

	return strcmp(book->certifier, m->certifier_id) == 0 &&
	       strcmp(book->batch.agreement, m->agreement) == 0 &&
	       book->batch.today == k->in.clock &&
	       memcmp(book->batch.law, k->in.law_hash, 32) == 0 &&
	       memcmp(book->batch.submitter, place->single->actor, 32) == 0;
}

static enum err
find_book(struct intake *k, struct intake_place *place)
{
	struct proc_book *book;
	enum err e;

	for (size_t i = 0; i < k->n_books; i++)
		if (is_book_of(&k->book[i], k, place)) {
			place->book = &k->book[i];
			return ERR_OK;
		}
	/* Any may go that no line of this group is in. */
	if (k->n_books < INTAKE_BOOKS)
		book = &k->book[k->n_books++];
	else
		return err_origin(ERR_TOO_LARGE);
	*book = (struct proc_book){.certifier = ""};
	k->s.manifest = place->front.manifest;
	e = proc_book_open(&k->s, book);
	place->book = book;
	return e;
}

static void
put_private(struct intake *k, const struct front_single *front)
{
	buf_clear(&k->private);
	buf_text(&k->private, "weir/single/v1\n");
	buf_sized(&k->private, front->line_bytes);
	buf_sized(&k->private, front->manifest_bytes);
	buf_sized(&k->private, front->signature);
}

/* A batch of one line, after all that came before. */
static void
begin_judge(struct intake *k, struct intake_place *place)
{
	struct judge *j = &k->judge;

	clear_judge(j);
	k->s.batch = place->book->batch;
	k->s.manifest = place->front.manifest;
	put_private(k, &place->front);
	memset(k->fact, 0, sizeof(k->fact));
	*j = (struct judge){.s = &k->s,
		.law = k->in.law,
		.fact = k->fact,
		.list = k->list,
		.most = 1,
		.from = place->book->batch.n_lines,
		.alone = true,
		.seen = k->seen,
		.manifest = span_of(place->front.hash, 32),
		.private = buf_span(&k->private),
		.spool = PROC_SPOOL_NONE,
		.moment = proc_batch_moment(
			&k->in, k->in.law, &place->book->batch),
		.reply = {.in = &k->in, .law = k->in.law, .fd = -1}};
}

static enum err
put_line(struct intake *k, struct intake_place *place)
{
	struct store *store = k->in.store;
	const struct store_request *row = &place->line.row;
	struct store_single single = {
		.batch = row->batch, .line = row->line, .judged = row->judged};
	enum err e = account_put(&k->in, &place->line.entry);

	memcpy(single.manifest, place->front.hash, sizeof(single.manifest));
	if (e == ERR_OK)
		e = store_request_add(store, row);
	if (e == ERR_OK)
		e = store_keys_add(store, row);
	if (e == ERR_OK)
		e = store_single_add(store, &single);
	return e;
}

static enum err
judge_line(struct intake *k, struct intake_place *place)
{
	struct judge *j = &k->judge;
	enum err e;

	begin_judge(k, place);
	e = buf_error(&k->private);
	if (e == ERR_OK)
		e = submit_gather(j, &place->front.line);
	if (e == ERR_OK)
		e = submit_weigh(j);
	if (e == ERR_OK)
		e = submit_line_make(j, &place->front.line, &place->line);
	if (e == ERR_OK)
		e = put_line(k, place);
	if (e == ERR_OK && j->n_links > 0) {
		e = submit_links_move(j);
		place->links = true;
	}
	if (e != ERR_OK)
		return e;
	submit_seen_add(k->seen, &place->line.row);
	place->book->batch.n_lines++;
	proc_book_hash(place->book, place->front.hash);
	place->single->status = INTAKE_DECIDED;
	return ERR_OK;
}

/* ---- a group ---- */

/* R25: an envelope that was refused whole is accounted for too. */
static enum err
account_refused(struct intake *k, const struct intake_place *place)
{
	k->result = (struct proc_submit_result){.why = place->why};
	memcpy(k->result.code, place->code, sizeof(place->code));
	act_as(k, place->single->actor);
	return submit_account_refusal(&k->s);
}

static enum err
open_books(struct intake *k, size_t n, size_t *ret_new)
{
	enum err e = ERR_OK;

	*ret_new = 0;
	if (k->n_books + n > INTAKE_BOOKS)
		k->n_books = 0;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct intake_place *place = &k->place[i];

		if (place->single->status == INTAKE_REFUSED)
			e = account_refused(k, place);
		if (!place->is_new)
			continue;
		++*ret_new;
		act_as(k, place->single->actor);
		e = find_book(k, place);
	}
	return e;
}

static enum err
judge_all(struct intake *k, size_t n, size_t n_new)
{
	uint64_t first = 0;
	size_t of = 0;
	uint64_t at[INTAKE_GROUP] = {0};
	enum err e = ERR_OK;

	if (n_new > 0)
		e = account_reserve_drawn(&k->in, n_new, k->order, &first);
	for (size_t i = 0; e == ERR_OK && i < n_new; i++)
		at[k->order[i]] = first + i;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (!k->place[i].is_new)
			continue;
		if (k->meanwhile != NULL)
			k->meanwhile(k->context);
		act_as(k, k->place[i].single->actor);
		k->place[i].line.entry.index = at[of++];
		e = judge_line(k, &k->place[i]);
	}
	for (size_t i = 0; e == ERR_OK && i < k->n_books; i++)
		e = proc_book_save(&k->in, &k->book[i]);
	return e;
}

/* The store is durable after it, the ledger once the keeper is heard. */
static enum err
take_group(struct intake *k, size_t n)
{
	uint8_t actor[CRYPTO_SHA256];
	size_t n_new = 0;
	enum err e = account_begin(&k->in);

	if (e != ERR_OK)
		return e;
	memcpy(actor, k->in.actor.print, sizeof(actor));
	e = open_books(k, n, &n_new);
	if (e == ERR_OK)
		e = judge_all(k, n, n_new);
	act_as(k, actor);
	if (e == ERR_OK)
		return account_commit_ask(&k->in);
	account_abandon(&k->in);
	return e;
}

/* The requests that these took the places of: their replies say so. */
static enum err
tell_links(struct intake *k, size_t n)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct judge *j = &k->judge;

		if (!k->place[i].links)
			continue;
		begin_judge(k, &k->place[i]);
		e = submit_link_read(j, 1, &k->place[i].front.line.request);
		if (e == ERR_OK)
			e = submit_links_tell(j);
	}
	return e;
}

static enum err
answer_one(struct intake *k, struct intake_place *place)
{
	switch (place->single->status) {
	case INTAKE_DECIDED:
		return intake_answer_new(k, place);
	case INTAKE_AGAIN:
		return intake_answer_again(k, place);
	case INTAKE_REFUSED:
		return intake_answer_problem(place->single, INTAKE_REFUSED,
			place->refused, place->code, place->why.text);
	case INTAKE_FORBIDDEN:
	case INTAKE_BUSY:
	case INTAKE_FAILED:
	default:
		return ERR_OK;
	}
}

static enum err
answer_all(struct intake *k, const struct intake_group *group, size_t m)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < m; i++)
		e = answer_one(k, &k->place[i]);
	for (size_t i = 0; e == ERR_OK && i < group->n; i++)
		if (group->single[i]->status == INTAKE_FORBIDDEN)
			e = intake_answer_problem(group->single[i],
				INTAKE_FORBIDDEN, ERR_NOT_ALLOWED,
				"NOT-ALLOWED",
				"the certificate that sent it has not the role "
				"'submitter' on the register");
	return e;
}

static bool
has_work(const struct intake *k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (k->place[i].is_new ||
			k->place[i].single->status == INTAKE_REFUSED)
			return true;
	return false;
}

/* Answers are made while the ledger's disk is waited for. */
static enum err
run_group(struct intake *k, const struct intake_group *group)
{
	size_t m = 0;
	enum err e = store_read_begin(k->in.store);
	enum err heard;

	/* one transaction in place of two an envelope */
	if (e == ERR_OK) {
		e = sort_out(k, group, &m);
		store_read_end(k->in.store);
	}
	if (e == ERR_OK && has_work(k, m))
		e = take_group(k, m);
	if (e == ERR_OK && k->meanwhile != NULL)
		k->meanwhile(k->context);
	if (e == ERR_OK)
		e = answer_all(k, group, m);
	heard = account_commit_hear(&k->in);
	if (e == ERR_OK)
		e = heard;
	return e == ERR_OK ? tell_links(k, m) : e;
}

static enum err
fail_all(const struct intake_group *group, const char *sentence)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < group->n; i++)
		e = intake_answer_problem(group->single[i], INTAKE_FAILED,
			ERR_BUSY, "", sentence);
	return e;
}

/* Grades are of a day: after midnight they are asked for anew. */
static enum err
hear_again(struct intake *k)
{
	hear_front(k, &k->next);
	ask_again(k, &k->now);
	hear_front(k, &k->now);
	ask_again(k, &k->next);
	return k->now.e;
}

size_t
intake_room(const struct intake *intake)
{
	const struct intake_group *next = &intake->next;

	return next->heard < next->n ? 0 : INTAKE_GROUP - next->n;
}

size_t
intake_n_heard(const struct intake *intake)
{
	return intake->next.heard;
}

int
intake_front(const struct intake *intake)
{
	return intake->next.reads ? intake->front.fd : -1;
}

void
intake_set_meanwhile(
	struct intake *intake, intake_meanwhile *meanwhile, void *context)
{
	intake->meanwhile = meanwhile;
	intake->context = context;
}

void
intake_ask(struct intake *intake, struct intake_single *const *single, size_t n)
{
	struct intake_group *next = &intake->next;
	size_t from = next->n;

	must(n > 0 && n <= INTAKE_GROUP && from <= INTAKE_GROUP &&
		next->heard == from);
	memcpy(next->single + from, single, n * sizeof(single[0]));
	next->n += n;
	if (!intake->judges && next->e == ERR_OK)
		next->e = set_time(intake);
	ask_front(intake, next, from);
}

void
intake_hear(struct intake *intake)
{
	must(intake->next.n <= INTAKE_GROUP);
	if (intake->next.heard < intake->next.n)
		hear_front(intake, &intake->next);
}

/* What was heard is judged now, and the rest is the beginning of the next. */
static void
take_heard(struct intake *k)
{
	struct intake_group *next = &k->next;
	struct intake_group *now = &k->now;
	struct buf spare = now->answer;

	*now = *next;
	now->n = now->heard;
	now->reads = false;
	next->n -= next->heard;
	memmove(next->single, next->single + next->heard,
		next->n * sizeof(next->single[0]));
	next->heard = 0;
	next->answer = spare;
	buf_clear(&next->answer);
	if (next->n == 0)
		next->e = ERR_OK;
}

static enum err
judge_heard(struct intake *k)
{
	struct intake_group *now = &k->now;
	enum err e = now->e;

	if (e == ERR_OK)
		e = set_time(k);
	if (e == ERR_OK && k->stale.text[0] != '\0')
		return fail_all(now, k->stale.text);
	if (e == ERR_OK && k->in.clock != now->today)
		e = hear_again(k);
	k->judges = true;
	if (e == ERR_OK)
		e = run_group(k, now);
	k->judges = false;
	return e;
}

enum err
intake_judge(struct intake *intake)
{
	enum err e;

	must(intake->next.heard > 0);
	take_heard(intake);
	e = judge_heard(intake);
	if (e == ERR_OK)
		return ERR_OK;
	submit_seen_forget(intake->seen);
	intake->n_books = 0;
	(void)!fail_all(&intake->now,
		"it could not be taken in: send it again, nothing is done twice");
	return e;
}
