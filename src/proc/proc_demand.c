/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_demand.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_custody.h"
#include "proc/proc_hold.h"
#include "proc/proc_incident.h"
#include "proc/proc_permit.h"

enum { SMALL = 1 << 16, DOCUMENT_MAX = 1 << 28, NAME = 64, HOURS = 72 };

struct demand {
	struct instance *in;
	const struct proc_demand_options *options;
	bool draft;
	struct proc_demand_result *result;
	struct store_batch batch;
	struct law *law;
	struct proc_list pulled; /* nobody has it */
	struct proc_list list;
	struct buf json; /* the document */
	struct buf text; /* in words */
	char made[DAY_TIME_TEXT];
	char due[DAY_TIME_TEXT];
};

/* ---- what it names ---- */

static bool
is_asked(const struct demand *d, const struct batch_request *b)
{
	const struct proc_demand_options *o = d->options;

	if (o->officer != NULL && !span_eq(b->request.field[RQ_OFFICER_ID],
					  span_text(o->officer)))
		return false;
	for (size_t i = 0; i < o->n_requests; i++)
		if (strcmp(o->requests[i], b->row.id) == 0)
			return true;
	return o->n_requests == 0;
}

/* One line of the document, the same whatever the answer was. */
static enum err
put_request(struct demand *d, const struct batch_request *b)
{
	struct account_opened opened;
	struct span officer = b->request.field[RQ_OFFICER_ID];
	enum err e = account_open(d->in, b->row.delivered, &opened);

	if (e != ERR_OK)
		return e;
	buf_printf(&d->json, "%s\n{\"request_id\":", d->list.n > 1 ? "," : "");
	buf_json(&d->json, span_text(b->row.id));
	buf_text(&d->json, ",\"officer\":");
	buf_json(&d->json, officer);
	buf_text(&d->json, ",\"handed_over\":");
	buf_json(&d->json, account_field(&opened, "at"));
	buf_text(&d->json, ",\"package\":\"");
	code_hex(&d->json, span_of(b->row.package, STORE_HASH));
	buf_text(&d->json, "\"}");
	buf_printf(&d->text, "  %s  officer %.*s\n", b->row.id, (int)officer.n,
		(const char *)officer.at);
	account_opened_fini(&opened);
	return ERR_OK;
}

static enum err
take_row(void *context, struct store_request *row)
{
	struct demand *d = context;
	struct proc_custody_letters letters;
	struct batch_request b;
	enum err e;

	if (row->delivered == STORE_NO_ENTRY ||
		proc_list_has(&d->pulled, row->batch, row->delivered) ||
		(d->options->list != NULL && !proc_list_has(d->options->list,
						     row->batch, row->line)))
		return ERR_OK;
	e = proc_custody_letters(d->in, row, &letters);
	if (e != ERR_OK || letters.destroyed_at != 0)
		return e;
	e = proc_batch_open(d->in, row, &b);
	if (e == ERR_ERASED)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (is_asked(d, &b)) {
		e = proc_list_add(&d->list, row->batch, row->line);
		if (e == ERR_OK)
			e = put_request(d, &b);
		d->result->addresses += row->answered == CASE_ANSWERED_ADDRESS;
		d->result->preserve = d->result->preserve ||
				      proc_hold_preserves(d->in, &d->batch, &b);
	}
	proc_batch_fini(&b);
	return e;
}

static enum err
gather(struct demand *d)
{
	const struct proc_demand_options *o = d->options;
	enum err e = proc_batch_each(d->in, o->batch, take_row, d);

	if (e != ERR_OK)
		return e;
	d->result->named = d->list.n;
	if (d->draft)
		return ERR_OK;
	if (d->list.n == 0 || (o->n_requests > 0 && d->list.n != o->n_requests))
		return instance_says(d->in, ERR_NOT_FOUND, "%s",
			o->n_requests == 0
				? "nothing in that scope is with the recipient"
				: "one of these requests was not answered, is "
				  "destroyed or pulled back, or is named twice");
	return ERR_OK;
}

/* ---- the document ---- */

static const char *const to_do[] = {
	"stop using it, and whatever was made from it",
	"list every copy, print and record made from it, and who saw it",
	"return or destroy all of that by the time given below",
	"send a certificate of destruction for each: weir package destroyed",
	NULL};

/* What an order preserves is not destroyed on anybody's demand; of which order
 * nothing is said, since it may be sealed. */
static const char *const to_keep[] = {
	"stop using it, and whatever was made from it",
	"list every copy, print and record made from it, and who saw it",
	"do not destroy it: seal it, and let nobody open it until you hear "
	"from us",
	"say where each copy is kept: weir package custody", NULL};

static void
scope_text(const struct demand *d, char *to, size_t size)
{
	const struct proc_demand_options *o = d->options;

	if (o->list != NULL)
		(void)snprintf(to, size, "%" PRIu64 " listed of batch %" PRIu32,
			d->result->named, o->batch);
	else if (o->n_requests > 0)
		(void)snprintf(to, size, "%zu named of batch %" PRIu32,
			o->n_requests, o->batch);
	else if (o->officer != NULL)
		(void)snprintf(to, size, "batch %" PRIu32 ", officer %s",
			o->batch, o->officer);
	else
		(void)snprintf(to, size, "batch %" PRIu32, o->batch);
}

static enum err
json_head(struct demand *d, uint64_t n, struct buf *to)
{
	const char *const *action = d->result->preserve ? to_keep : to_do;

	buf_printf(to, "{\"demand\":%" PRIu64 ",\"origin\":", n);
	buf_json(to, span_text(d->in->origin));
	buf_printf(to,
		",\"sandbox\":%s,\"to\":", d->in->sandbox ? "true" : "false");
	buf_json(to, span_text(law_requester(d->law)));
	buf_text(to, ",\"agreement\":");
	buf_json(to, span_text(d->batch.agreement));
	buf_printf(to,
		",\"batch\":%" PRIu32 ",\"sequence\":%" PRIu64
		",\"made\":\"%s\",\"due\":\"%s\",\"ground\":",
		d->batch.n, d->batch.sequence, d->made, d->due);
	buf_json(to, span_text(d->options->ground));
	buf_text(to, ",\"do\":[");
	for (size_t i = 0; action[i] != NULL; i++) {
		buf_text(to, i == 0 ? "" : ",");
		buf_json(to, span_text(action[i]));
	}
	buf_text(to, "],\"requests\":[");
	return buf_error(to);
}

static enum err
text_head(struct demand *d, uint64_t n, struct buf *to)
{
	const char *const *action = d->result->preserve ? to_keep : to_do;

	buf_text(to, d->in->sandbox ? "SANDBOX: nobody in it exists\n" : "");
	if (d->draft)
		buf_text(to, "Draft of a demand");
	else
		buf_printf(to, "Demand %" PRIu64, n);
	buf_printf(to,
		" of %s\nto %s, under %s\n\n"
		"The packages named below, answers to requests of batch "
		"%" PRIu32 " (sequence %" PRIu64 "),\nare demanded back.\n\n"
		"Ground: %s\n\nFor each of them:\n",
		d->in->origin, law_requester(d->law), d->batch.agreement,
		d->batch.n, d->batch.sequence, d->options->ground);
	for (size_t i = 0; action[i] != NULL; i++)
		buf_printf(to, "  %zu. %s\n", i + 1, action[i]);
	buf_printf(to,
		"\nMade %s. By %s at the latest.\n"
		"A package is named whatever it answers: this demand says "
		"nothing about whether a\nrecord exists.\n\n"
		"Requests (%" PRIu64 "):\n",
		d->made, d->due, d->result->named);
	return buf_error(to);
}

/* Heads before what gather() put together. */
static enum err
finish_document(struct demand *d, uint64_t n)
{
	OWNED_BUF(json, DOCUMENT_MAX);
	OWNED_BUF(text, DOCUMENT_MAX);
	enum err e = json_head(d, n, &json);

	if (e == ERR_OK)
		e = text_head(d, n, &text);
	if (e != ERR_OK)
		return e;
	buf_bytes(&json, buf_span(&d->json));
	buf_text(&json, "\n]}\n");
	buf_bytes(&text, buf_span(&d->text));
	buf_clear(&d->json);
	buf_bytes(&d->json, buf_span(&json));
	buf_clear(&d->text);
	buf_bytes(&d->text, buf_span(&text));
	e = buf_error(&json);
	if (e == ERR_OK)
		e = buf_error(&d->json);
	return e == ERR_OK ? buf_error(&d->text) : e;
}

/* By the instance, as its replies. */
static enum err
sign(struct instance *in, struct span document, struct buf *to)
{
	OWNED_BUF(key_pem, SMALL);
	OWNED_BUF(cert_pem, SMALL);
	OWNED(crypto_key) key = NULL;
	OWNED(crypto_cert) cert = NULL;
	enum err e = os_read(in->dir, "secret/signing.key", &key_pem);

	if (e == ERR_OK)
		e = os_read(in->dir, "secret/signing.crt", &cert_pem);
	if (e == ERR_OK)
		e = crypto_key_parse(buf_span(&key_pem), &key);
	if (e == ERR_OK)
		e = crypto_cert_parse(buf_span(&cert_pem), &cert);
	if (e != ERR_OK)
		return instance_says(in, e, "%s/secret/signing.key: %s",
			in->path, err_text(e));
	return crypto_cms_sign(key, cert, document, to);
}

static void
file_name(uint64_t n, const char *end, char to[NAME])
{
	(void)snprintf(to, NAME, "demand-%" PRIu64 ".%s", n, end);
}

/* Before the matter is: of a demand that was cut off, the next that has its
 * number writes them over. */
static enum err
write_files(struct demand *d, uint64_t n)
{
	char name[NAME];
	OWNED_BUF(signature, SMALL);
	OWNED_FD folder = -1;
	enum err e = sign(d->in, buf_span(&d->json), &signature);

	if (e == ERR_OK)
		e = instance_folder(
			d->in, "batches", d->batch.n, false, &folder);
	file_name(n, "json", name);
	if (e == ERR_OK)
		e = os_write(folder, name, buf_span(&d->json), 0600);
	file_name(n, "json.p7s", name);
	if (e == ERR_OK)
		e = os_write(folder, name, buf_span(&signature), 0600);
	file_name(n, "txt", name);
	return e == ERR_OK ? os_write(folder, name, buf_span(&d->text), 0600)
			   : e;
}

/* ---- the matter ---- */

static enum err
open_matter(struct demand *d, uint64_t *ret_n)
{
	struct proc_matter new = {.kind = MATTER_OF_RECALL,
		.who = proc_matter_roles(d->in),
		.batch = d->batch.n,
		.request = ""};
	struct store_matter row;
	struct matter m;
	char scope[200];
	char count[24];
	uint8_t hash[CRYPTO_SHA256];
	OWNED_BUF(hex, 128);
	enum err e;

	scope_text(d, scope, sizeof(scope));
	(void)snprintf(count, sizeof(count), "%" PRIu64, d->result->named);
	crypto_sha256(buf_span(&d->json), hash);
	code_hex(&hex, span_of(hash, sizeof(hash)));
	if (buf_error(&hex) != ERR_OK)
		return buf_error(&hex);
	new.words.field[0] = span_text(d->options->ground);
	new.words.field[1] = span_text(scope);
	new.words.field[2] = span_text(count);
	new.words.field[3] = buf_span(&hex);
	e = proc_matter_open(d->in, &new, ret_n);
	if (e == ERR_OK)
		e = proc_matter_get(d->in, *ret_n, &row, &m);
	return e == ERR_OK ? proc_list_save(d->in, &m, &d->list) : e;
}

static enum err
recall_rows(struct demand *d)
{
	bool counsel = instance_has_role(d->in, d->in->actor.print, "counsel");
	struct case_act act = {
		.who = counsel ? CASE_BY_COUNSEL : CASE_BY_KEEPER,
		.by = d->in->actor.print};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->list.n; i++) {
		struct store_request row;

		e = store_request_get(d->in->store, d->list.at[i].batch,
			d->list.at[i].line, &row);
		if (e != ERR_OK || row.state != CASE_DELIVERED)
			continue;
		proc_batch_move(&row, CASE_TO_RECALL, &act);
		e = store_request_update(d->in->store, &row);
	}
	return e;
}

static enum err
carry_out(struct demand *d)
{
	struct instance *in = d->in;
	uint64_t n = 0;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = store_matter_last(in->store, &n);
	if (e == ERR_OK)
		e = finish_document(d, n + 1);
	if (e == ERR_OK)
		e = open_matter(d, &d->result->matter);
	must(e != ERR_OK || d->result->matter == n + 1);
	if (e == ERR_OK)
		e = recall_rows(d);
	if (e == ERR_OK && in->to_sign.n == 0) /* else it is only shown yet */
		e = write_files(d, n + 1);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

/* The batch, and all of it that is to be demanded. */
static enum err
open_batch(struct demand *d)
{
	enum err e = proc_batch_get(d->in, d->options->batch, &d->batch);

	if (e == ERR_OK)
		e = instance_law(d->in, d->batch.law, &d->law);
	if (e == ERR_OK)
		e = proc_custody_pulled(d->in, &d->pulled);
	return e == ERR_OK ? gather(d) : e;
}

static enum err
make(struct demand *d)
{
	struct span ground = span_text(d->options->ground);
	enum err e = proc_permit(d->in, PERMIT_RECALL);

	if (e == ERR_OK)
		e = instance_must_answer(d->in->dir, &d->in->why);

	if (e == ERR_OK && span_trim(ground).n == 0)
		e = instance_says(d->in, ERR_MALFORMED,
			"a demand needs a ground: --ground");
	if (e == ERR_OK)
		e = open_batch(d);
	if (e == ERR_OK)
		e = proc_incident_read_over(
			d->in, "the ground", ground, &d->list);
	return e == ERR_OK ? carry_out(d) : e;
}

static enum err
draft(struct demand *d, struct buf *to)
{
	enum err e = proc_permit(d->in, PERMIT_RECALL);

	if (e == ERR_OK)
		e = instance_must_answer(d->in->dir, &d->in->why);

	if (e == ERR_OK)
		e = open_batch(d);
	if (e != ERR_OK || d->list.n == 0)
		return e;
	e = text_head(d, 0, to);
	buf_bytes(to, buf_span(&d->text));
	return e == ERR_OK ? buf_error(to) : e;
}

static void
demand_init(struct demand *d, struct proc_demand_result *result)
{
	*result = (struct proc_demand_result){0};
	d->result = result;
	buf_init(&d->json, DOCUMENT_MAX);
	buf_init(&d->text, DOCUMENT_MAX);
	day_time_text(d->in->at, d->made);
	day_time_text(d->in->at + (int64_t)HOURS * 3600, d->due);
}

static void
demand_fini(struct demand *d)
{
	proc_list_fini(&d->pulled);
	proc_list_fini(&d->list);
	buf_fini(&d->json);
	buf_fini(&d->text);
	d->law = law_free(d->law);
}

enum err
proc_demand_make(struct instance *in, const struct proc_demand_options *options,
	struct proc_demand_result *ret_result)
{
	struct demand d = {.in = in, .options = options};
	enum err e;

	demand_init(&d, ret_result);
	e = make(&d);
	demand_fini(&d);
	return e;
}

enum err
proc_demand_draft(struct instance *in,
	const struct proc_demand_options *options, struct buf *to,
	struct proc_demand_result *ret_result)
{
	struct demand d = {.in = in, .options = options, .draft = true};
	enum err e;

	demand_init(&d, ret_result);
	e = draft(&d, to);
	demand_fini(&d);
	return e;
}

/* ---- certificates ---- */

static enum err
count_certified(
	struct instance *in, const struct proc_list *list, uint64_t *ret_n)
{
	enum err e = ERR_OK;

	*ret_n = 0;
	for (size_t i = 0; e == ERR_OK && i < list->n; i++) {
		struct proc_custody_letters letters;
		struct store_request row;

		e = store_request_get(
			in->store, list->at[i].batch, list->at[i].line, &row);
		if (e == ERR_OK)
			e = proc_custody_letters(in, &row, &letters);
		*ret_n += e == ERR_OK && letters.destroyed_at != 0;
	}
	return e;
}

static enum err
check_document(struct instance *in, const struct store_matter *row, int folder)
{
	struct proc_matter_words words;
	char name[NAME];
	uint8_t hash[CRYPTO_SHA256];
	OWNED_BUF(json, DOCUMENT_MAX);
	OWNED_BUF(hex, 128);
	bool same;
	enum err e;

	file_name(row->n, "json", name);
	e = os_read(folder, name, &json);
	if (e == ERR_OK)
		e = proc_matter_words(in, row, &words);
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&json), hash);
	code_hex(&hex, span_of(hash, sizeof(hash)));
	same = span_eq(words.words.field[3], buf_span(&hex));
	proc_matter_words_fini(&words);
	return same ? ERR_OK
		    : instance_says(in, ERR_DAMAGED,
			      "batches/%" PRIu32 "/%s is not what was signed",
			      row->batch, name);
}

enum err
proc_demand_show(struct instance *in, uint64_t n, struct buf *to)
{
	struct store_matter row;
	struct matter m;
	struct proc_list list = {0};
	char name[NAME];
	uint64_t certified = 0;
	OWNED_FD folder = -1;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = proc_matter_get(in, n, &row, &m);
	if (e == ERR_OK && m.kind != MATTER_OF_RECALL)
		e = instance_says(in, ERR_NOT_FOUND,
			"matter %" PRIu64 " is no demand", n);
	if (e == ERR_OK)
		e = account_reading(in, "show-demand", m.batch, "");
	if (e == ERR_OK)
		e = instance_folder(in, "batches", m.batch, false, &folder);
	if (e == ERR_OK)
		e = check_document(in, &row, folder);
	file_name(n, "txt", name);
	if (e == ERR_OK)
		e = os_read(folder, name, to);
	if (e == ERR_OK)
		e = proc_list_load(in, n, &list);
	if (e == ERR_OK)
		e = count_certified(in, &list, &certified);
	if (e == ERR_OK)
		buf_printf(to,
			"\n%s; certified destroyed: %" PRIu64 " of %zu%s\n",
			matter_state_text((enum matter_state)m.state),
			certified, list.n,
			matter_overdue(&m, in->at) ? "; OVERDUE" : "");
	proc_list_fini(&list);
	return e;
}

static enum err
settle_one(struct instance *in, uint64_t n, uint64_t *n_settled)
{
	struct proc_list list;
	uint64_t certified = 0;
	enum err e = proc_list_load(in, n, &list);

	if (e != ERR_OK)
		return e;
	e = count_certified(in, &list, &certified);
	/* One that lists nothing was opened by an older program. */
	if (e == ERR_OK && list.n > 0 && certified == list.n) {
		e = proc_matter_decide(in, n, MATTER_RECALL_DESTROYED,
			MATTER_BY_REQUESTER, span_of(NULL, 0));
		*n_settled += e == ERR_OK;
	}
	proc_list_fini(&list);
	return e;
}

enum err
proc_demand_settle(struct instance *in, uint64_t *ret_n)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_n = 0;
	while ((e = proc_matter_next(
			in, row.n, MATTER_OF_RECALL, 0, &row, &m)) == ERR_OK) {
		if (matter_is_open(&m))
			e = settle_one(in, m.n, ret_n);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_demand_named(
	struct instance *in, uint32_t batch, struct proc_list *ret_list)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_list = (struct proc_list){0};
	while ((e = proc_matter_next(in, row.n, MATTER_OF_RECALL, batch, &row,
			&m)) == ERR_OK) {
		struct proc_list one;

		e = proc_list_load(in, m.n, &one);
		for (size_t i = 0; e == ERR_OK && i < one.n; i++)
			e = proc_list_add(
				ret_list, one.at[i].batch, one.at[i].line);
		proc_list_fini(&one);
		if (e != ERR_OK) {
			proc_list_fini(ret_list);
			return e;
		}
	}
	proc_list_sort(ret_list);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
