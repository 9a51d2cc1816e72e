/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_report_read.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "letter/letter.h"
#include "matter/matter.h"
#include "proc/proc_batch.h"
#include "proc/proc_recall.h"
#include "proc/proc_trail.h"

enum { CHECKPOINT_MAX = 1 << 16, WORDS_MAX = 1 << 16 };

/* One entry on its way. */
struct entry {
	struct proc_report_read *read;
	const struct account_opened *opened;
	uint64_t index;
	int64_t at;
	uint32_t batch; /* 0: of none */
	struct span id;
	struct why *why;
};

static struct span
field(const struct entry *e, const char *name)
{
	return account_field(e->opened, name);
}

static enum err
damaged(struct entry *e, const char *what)
{
	return why_set(
		e->why, ERR_DAMAGED, "entry %" PRIu64 " %s", e->index, what);
}

/* ---- batches and requests ---- */

static enum err
law_of(struct proc_report_read *r, const uint8_t hash[32])
{
	enum err e;

	if (r->law != NULL && memcmp(r->law_hash, hash, 32) == 0)
		return ERR_OK;
	r->law = law_free(r->law);
	e = instance_law(r->in, hash, &r->law);
	if (e == ERR_OK)
		memcpy(r->law_hash, hash, 32);
	return e;
}

static enum err
read_batch(struct entry *e)
{
	struct report_says_batch says = {.entry = e->index,
		.at = e->at,
		.n = e->batch,
		.agreement = field(e, "agreement")};
	enum err error = law_of(e->read, e->opened->head.law);

	if (error != ERR_OK)
		return error;
	if (!num_parse(field(e, "count"), UINT64_MAX, &says.count))
		return damaged(e, "does not say how many requests came in");
	says.agency = span_text(law_requester(e->read->law));
	says.provision = span_text(law_provision(e->read->law));
	return report_ledger_batch(e->read->ledger, &says, e->why);
}

/* A word of ours for what the requester wrote; 0 is that it was not read. */
static struct span
graded(const struct evidence *ev, enum evidence_id id)
{
	return ev->value[id] == 0
		       ? SPAN("not read")
		       : span_text(evidence_word(id, ev->value[id] - 1));
}

static enum err
read_request(struct entry *e)
{
	struct request q;
	struct evidence ev;
	uint64_t line = 0;
	struct report_says_request says = {
		.entry = e->index, .at = e->at, .batch = e->batch, .id = e->id};

	if (request_from_bytes(field(e, "as_written"), &q) != ERR_OK ||
		!evidence_decode(field(e, "evidence"), &ev) ||
		!num_parse(field(e, "line"), UINT64_MAX, &line))
		return damaged(e, "does not hold a request");
	says.line = line;
	says.refused = span_eq(
		field(e, "outcome"), span_text(law_answer_text(LAW_REFUSED)));
	says.authority = graded(&ev, EV_AUTHORITY);
	says.purpose = graded(&ev, EV_PURPOSE);
	says.officer = q.field[RQ_OFFICER_ID];
	says.supersedes = q.field[RQ_SUPERSEDES];
	return report_ledger_request(e->read->ledger, &says, e->why);
}

static enum err
read_delivery(struct entry *e)
{
	struct report_says_delivery says = {.entry = e->index,
		.at = e->at,
		.batch = e->batch,
		.id = e->id,
		.address = span_eq(field(e, "outcome"), SPAN("address")),
		.package = field(e, "package"),
		.recipient = field(e, "recipient")};

	if (!num_parse(field(e, "seal"), UINT64_MAX, &says.seal))
		return damaged(e, "does not say what was sealed");
	return report_ledger_delivery(e->read->ledger, &says, e->why);
}

/* A sealed hold is told to counsel only: proc_hold.h. */
static enum err
read_hold(struct entry *e)
{
	struct report_says_hold says = {.entry = e->index,
		.at = e->at,
		.change = field(e, "change"),
		.ground = field(e, "ground"),
		.docket = field(e, "docket"),
		.scope = span_trim(field(e, "scope")),
		.effect = field(e, "effect"),
		.effective = field(e, "effective"),
		.served = field(e, "served"),
		.order = field(e, "order")};

	if (!num_parse(field(e, "hold"), UINT64_MAX, &says.number))
		return damaged(e, "does not say which hold");
	if (says.number >= HOLD_SEALED_FROM &&
		!proc_permitted(e->read->in, PERMIT_HOLD_SEALED))
		return ERR_OK;
	return report_ledger_hold(e->read->ledger, &says, e->why);
}

/* ---- acts ---- */

static enum err
pull(struct entry *e, const struct proc_recall_list *list, bool staged)
{
	enum err error = ERR_OK;

	for (size_t i = 0; error == ERR_OK && i < list->n; i++) {
		struct proc_recalled item = proc_recall_at(list, i);

		if (staged &&
			(item.batch != e->batch || item.delivered >= e->index))
			continue;
		error = report_ledger_pulled(e->read->ledger, e->index, e->at,
			item.delivered, e->why);
	}
	return error;
}

/* "hold 7": the list is what the act committed to; nothing: what a release
 * found staged. */
static enum err
act_recall(struct entry *e)
{
	struct span ground = field(e, "ground");
	struct proc_recall_list list;
	uint64_t hold = PROC_RECALL_STAGED;
	uint8_t hash[CRYPTO_SHA256];
	enum err error;

	if (span_starts(ground, SPAN("hold ")) &&
		!num_parse(span_of(ground.at + 5, ground.n - 5), UINT64_MAX,
			&hold))
		return damaged(e, "does not say which hold pulled back");
	error = proc_recall_list(e->read->in, hold, &list);
	if (error == ERR_NOT_FOUND)
		return damaged(e, "pulled back, and no list of what");
	if (error != ERR_OK)
		return error;
	crypto_sha256(buf_span(&list.bytes), hash);
	if (hold != PROC_RECALL_STAGED &&
		!span_eq(field(e, "object"), span_of(hash, sizeof(hash))))
		error = damaged(e, "pulled back other packages than the store "
				   "has listed");
	if (error == ERR_OK)
		error = pull(e, &list, hold == PROC_RECALL_STAGED);
	proc_recall_list_fini(&list);
	return error;
}

/* A demand for packages back: proc_list_load() holds the list to its hash. */
static enum err
act_demand(struct entry *e)
{
	struct matter_note note;
	struct proc_list list;
	enum err error;

	if (matter_note_decode(field(e, "object"), &note) != ERR_OK)
		return damaged(e, "does not hold a note");
	error = proc_list_load(e->read->in, note.n, &list);
	for (size_t i = 0; error == ERR_OK && i < list.n; i++)
		error = report_ledger_demanded(e->read->ledger, e->index, e->at,
			list.at[i].batch, list.at[i].line, e->why);
	if (error != ERR_DAMAGED)
		proc_list_fini(&list);
	return error;
}

static enum err
act_return(struct entry *e)
{
	return report_ledger_returned(
		e->read->ledger, e->index, e->batch, e->id, e->why);
}

static enum err
act_fetch(struct entry *e)
{
	return report_ledger_fetched(
		e->read->ledger, e->index, field(e, "object"), e->why);
}

static void
holder_text(const struct letter *letter, struct buf *to)
{
	buf_clear(to);
	buf_bytes(to, letter->member[LETTER_M_HOLDER]);
	buf_text(to, "; ");
	buf_bytes(to, letter->member[LETTER_M_PLACE]);
	buf_text(to, "; ");
	buf_bytes(to, letter->member[LETTER_M_COPY]);
}

static enum err
one_package(struct entry *e, const struct letter_item *item,
	enum report_letter kind)
{
	struct report_says_letter says = {.entry = e->index,
		.at = e->at,
		.kind = kind,
		.package = span_of(item->package, LETTER_HASH),
		.holder = kind == REPORT_LETTER_CUSTODY
				  ? buf_span(&e->read->folded)
				  : span_of(NULL, 0)};

	return report_ledger_letter(e->read->ledger, &says, e->why);
}

static enum err
act_letter(struct entry *e)
{
	struct letter letter;
	enum err error = letter_decode(e->opened->private, &letter);

	if (error != ERR_OK)
		return damaged(e, "does not hold a letter");
	holder_text(&letter, &e->read->folded);
	for (size_t i = 0; error == ERR_OK && i < letter.n_items; i++) {
		const struct letter_item *item = &letter.item[i];

		if (letter.kind == LETTER_WITHDRAW)
			error = report_ledger_withdrawn(e->read->ledger,
				e->index, e->batch, item->request, e->why);
		else if (letter.kind == LETTER_ACKNOWLEDGE)
			error = one_package(e, item, REPORT_LETTER_ACKNOWLEDGE);
		else if (letter.kind == LETTER_CUSTODY)
			error = one_package(e, item, REPORT_LETTER_CUSTODY);
		else if (letter.kind == LETTER_DESTROYED)
			error = one_package(e, item, REPORT_LETTER_DESTROYED);
	}
	return error;
}

/* The acts that change what became of a request; all others change nothing. */
static const struct {
	const char *act;
	enum err (*read)(struct entry *e);
} acts[] = {
	{"recall", act_recall},
	{"list-recall", act_demand},
	{"return", act_return},
	{"fetch-package", act_fetch},
	{"letter-withdraw", act_letter},
	{"letter-acknowledge", act_letter},
	{"letter-custody", act_letter},
	{"letter-destroyed", act_letter},
};

static enum err
read_act(struct entry *e)
{
	struct span act = field(e, "act");

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (span_eq(act, span_text(acts[i].act)))
			return acts[i].read(e);
	return ERR_OK;
}

/* ---- one entry ---- */

static enum err
read_match(struct entry *e)
{
	return report_ledger_match(e->read->ledger, e->index, e->batch, e->id,
		field(e, "person"), e->why);
}

static enum err
read_seal(struct entry *e)
{
	return report_ledger_seal(
		e->read->ledger, e->index, e->batch, e->id, e->why);
}

/* The others say nothing of a request. */
static const struct {
	enum ledger_type type;
	enum err (*read)(struct entry *e);
} types[] = {
	{LEDGER_BATCH, read_batch},
	{LEDGER_REQUEST, read_request},
	{LEDGER_MATCH, read_match},
	{LEDGER_SEAL, read_seal},
	{LEDGER_DELIVER, read_delivery},
	{LEDGER_HOLD, read_hold},
	{LEDGER_ACT, read_act},
};

static enum err
by_type(struct entry *e)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (e->opened->head.type == types[i].type)
			return types[i].read(e);
	return ERR_OK;
}

static enum err
read_opened(struct proc_report_read *r, uint64_t index,
	const struct account_opened *opened, struct why *why)
{
	struct entry e = {
		.read = r, .opened = opened, .index = index, .why = why};
	uint64_t batch = 0;
	struct span at = account_field(opened, "at");

	if (at.n > 0 && !day_time_parse(at, &e.at))
		return damaged(&e, "has no time");
	if (r->as_of != 0 && e.at > r->as_of) {
		r->passed_over++;
		return ERR_OK;
	}
	if (field(&e, "batch").n > 0 &&
		!num_parse(field(&e, "batch"), UINT32_MAX, &batch))
		return damaged(&e, "is of no batch");
	e.batch = (uint32_t)batch;
	e.id = field(&e, "request");
	return by_type(&e);
}

/* A fault is told or refused; a failure goes up. */
static enum err
fault(struct proc_report_read *r, uint64_t index, enum err e,
	const struct why *why)
{
	const char *what = why->text[0] != '\0' ? why->text : err_text(e);

	if (err_is_failure(e))
		return e;
	if (r->fault != NULL)
		return r->fault(r->context, index, what);
	return instance_says(r->in, e, "%s", what);
}

static enum err
read_one(struct proc_report_read *r, struct ledger_tree *tree, uint64_t index)
{
	OWNED_BUF(bytes, LEDGER_ENTRY);
	struct account_opened opened;
	struct ledger_hash leaf;
	struct why why = {""};
	enum err e = store_journal_get(r->in->store, index, &bytes, NULL);

	leaf = ledger_hash_leaf(buf_span(&bytes));
	ledger_tree_append(tree, &leaf);
	if (e == ERR_OK)
		e = account_open(r->in, index, &opened);
	if (e == ERR_ERASED) {
		report_ledger_erased(r->ledger);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return fault(r, index, e, &r->in->why);
	e = read_opened(r, index, &opened, &why);
	if (e != ERR_OK && why.text[0] == '\0')
		why = r->in->why;
	account_opened_fini(&opened);
	return e == ERR_OK ? ERR_OK : fault(r, index, e, &why);
}

static enum err
read_all(struct proc_report_read *r)
{
	struct ledger_tree tree = {.size = 0};
	struct ledger_hash root;
	enum err e = ERR_OK;

	for (uint64_t i = 0; e == ERR_OK && i < r->size; i++)
		e = read_one(r, &tree, i);
	if (e != ERR_OK)
		return e;
	root = ledger_tree_root(&tree);
	r->other_root = memcmp(root.at, r->root, sizeof(r->root)) != 0;
	if (r->other_root && r->fault == NULL)
		return instance_says(r->in, ERR_MISMATCH,
			"the entries kept here do not lead to the root that "
			"was signed: no report is made of them");
	return ERR_OK;
}

/* ---- the reading itself is an entry ---- */

static enum err
enter(struct instance *in, const char *act, struct span object,
	struct ledger_checkpoint *ret_cp)
{
	OWNED_BUF(checkpoint, CHECKPOINT_MAX);
	struct span text;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = account_act(in, act, 0, "", object, NULL);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	if (e == ERR_OK)
		e = account_publish(in, &checkpoint);
	if (e != ERR_OK)
		return e;
	/* The text ends where the empty line begins. */
	text = buf_span(&checkpoint);
	for (size_t i = 1; i < text.n; i++) {
		if (text.at[i - 1] != '\n' || text.at[i] != '\n')
			continue;
		e = ledger_checkpoint_parse(span_of(text.at, i), ret_cp);
		return e == ERR_OK ? ERR_OK : ERR_DAMAGED;
	}
	return ERR_DAMAGED;
}

enum err
proc_report_read(struct instance *in, enum proc_permit permit, const char *act,
	struct span object, struct proc_report_read *r)
{
	struct ledger_checkpoint cp;
	OWNED_BUF(root, 64);
	enum err e = proc_permit(in, permit);

	r->in = in;
	buf_init(&r->folded, WORDS_MAX);
	if (e == ERR_OK)
		e = report_ledger_new(&r->ledger);
	if (e == ERR_OK)
		r->ledger->zone = in->zone;
	if (e == ERR_OK)
		e = enter(in, act, object, &cp);
	if (e != ERR_OK)
		return e;
	r->size = cp.size;
	memcpy(r->root, cp.root.at, sizeof(r->root));
	code_base64(&root, span_of(r->root, sizeof(r->root)));
	must(span_copy(buf_span(&root), r->root_text, sizeof(r->root_text)));
	return read_all(r);
}

void
proc_report_read_fini(struct proc_report_read *r)
{
	r->ledger = report_ledger_free(r->ledger);
	r->law = law_free(r->law);
	buf_fini(&r->folded);
}

enum report_state
proc_report_state(const struct store_request *row)
{
	if (row->answered == CASE_ANSWERED_ADDRESS)
		return row->state == CASE_RECALLED    ? REPORT_RECALLED
		       : row->state == CASE_DESTROYED ? REPORT_DESTROYED
						      : REPORT_DELIVERED;
	if (row->state == CASE_WITHDRAWN)
		return REPORT_WITHDRAWN;
	if (row->answered == CASE_ANSWERED_NEUTRAL)
		return REPORT_NEUTRAL;
	return row->state == CASE_REFUSED || row->state == CASE_RETURNED ||
			       row->state == CASE_SUPERSEDED
		       ? REPORT_REFUSED
		       : REPORT_OPEN;
}

struct report_about
proc_report_about(const struct proc_report_read *r)
{
	return (struct report_about){
		.origin = span_text(r->in->origin),
		.sandbox = r->in->sandbox,
		.shadow = r->in->shadow,
		.at = r->in->at,
		.size = r->size,
		.root = span_text(r->root_text),
		.as_of = r->as_of,
		.passed_over = r->passed_over,
		/* Nothing was read where it was refused. */
		.erased = r->ledger == NULL ? 0 : r->ledger->erased,
	};
}
