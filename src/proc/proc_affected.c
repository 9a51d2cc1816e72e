/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_affected.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/mem.h"
#include "proc/proc_permit.h"

struct affected {
	struct instance *in;
	const struct proc_affected_options *options;
	proc_affected_each *each;
	void *context;
	struct proc_affected_counts *counts;
	struct proc_list *list;
	struct law *law; /* of the batch */
	uint64_t rules;  /* bits of those asked for */
	bool rule_seen;  /* in any batch's law */
	uint8_t (*taxpayer)[CRYPTO_SHA256];
	size_t n;
	size_t size;
};

/* ---- what is asked ---- */

static bool
begins_with(const uint8_t hash[32], const char *hex)
{
	OWNED_BUF(text, 128);

	if (hex == NULL)
		return true;
	code_hex(&text, span_of(hash, 32));
	return buf_error(&text) == ERR_OK &&
	       span_starts(buf_span(&text), span_text(hex));
}

static uint64_t
rules_named(const struct law *law, const char *name)
{
	uint64_t bits = 0;

	for (size_t i = 0; name != NULL && i < law_n_rules(law); i++) {
		const struct law_rule *rule = law_rule(law, i);

		if (strcmp(rule->code, name) == 0 ||
			strcmp(rule->id, name) == 0)
			bits |= 1ULL << i;
	}
	return bits;
}

/* ---- distinct people ---- */

static enum err
take_taxpayer(struct affected *a, struct span person)
{
	if (a->n == a->size) {
		size_t size = a->size == 0 ? 64 : a->size * 2;
		void *at = mem_resize(a->taxpayer, size, CRYPTO_SHA256);

		if (at == NULL)
			return err_origin(ERR_NOMEM);
		a->taxpayer = at;
		a->size = size;
	}
	crypto_sha256(person, a->taxpayer[a->n++]);
	return ERR_OK;
}

static int
by_hash(const void *x, const void *y)
{
	return memcmp(x, y, CRYPTO_SHA256);
}

static void
count_taxpayers(struct affected *a)
{
	if (a->n > 0)
		qsort(a->taxpayer, a->n, CRYPTO_SHA256, by_hash);
	for (size_t i = 0; i < a->n; i++)
		a->counts->taxpayers += i == 0 || by_hash(a->taxpayer[i - 1],
							  a->taxpayer[i]) != 0;
}

/* ---- one answer ---- */

static enum err
tell(struct affected *a, const struct store_request *row,
	const struct account_opened *seal, const struct account_opened *d)
{
	struct proc_affected_item item = {
		.row = row,
		.agency = span_text(law_requester(a->law)),
		.delivered = account_field(d, "at"),
		.law = seal->head.law,
		.engine = seal->head.engine,
		.address = row->answered == CASE_ANSWERED_ADDRESS,
		.met = (row->unmet & a->rules) == 0,
	};
	struct batch_request b;
	enum err e = proc_batch_open(a->in, row, &b);

	if (e != ERR_OK)
		return e;
	item.officer = b.request.field[RQ_OFFICER_ID];
	a->counts->answers++;
	a->counts->addresses += item.address;
	a->counts->neutral += !item.address;
	if (item.address)
		e = take_taxpayer(a, b.person);
	if (e == ERR_OK && a->list != NULL)
		e = proc_list_add(a->list, row->batch, row->line);
	if (e == ERR_OK && a->each != NULL)
		e = a->each(a->context, &item);
	proc_batch_fini(&b);
	return e;
}

static bool
is_asked(const struct affected *a, const struct account_opened *seal,
	const struct account_opened *d)
{
	int64_t at = 0;

	return begins_with(seal->head.law, a->options->law) &&
	       begins_with(seal->head.engine, a->options->engine) &&
	       day_time_parse(account_field(d, "at"), &at) &&
	       at >= a->options->since;
}

static enum err
look_at_row(void *context, struct store_request *row)
{
	struct affected *a = context;
	struct account_opened seal = {0};
	struct account_opened d = {0};
	enum err e;

	if (row->delivered == STORE_NO_ENTRY ||
		(!a->options->neutral &&
			row->answered != CASE_ANSWERED_ADDRESS))
		return ERR_OK;
	e = account_open(a->in, row->sealed, &seal);
	if (e == ERR_ERASED) {
		a->counts->erased++;
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = account_open(a->in, row->delivered, &d);
	if (e == ERR_OK && is_asked(a, &seal, &d))
		e = tell(a, row, &seal, &d);
	account_opened_fini(&seal);
	account_opened_fini(&d);
	return e;
}

static enum err
look_at_batch(struct affected *a, uint32_t n)
{
	struct store_batch batch;
	enum err e = proc_batch_get(a->in, n, &batch);

	if (e == ERR_OK)
		e = instance_law(a->in, batch.law, &a->law);
	if (e != ERR_OK)
		return e;
	a->rules = rules_named(a->law, a->options->rule);
	a->rule_seen = a->rule_seen || a->rules != 0;
	if (a->options->rule == NULL || a->rules != 0)
		e = proc_batch_each(a->in, n, look_at_row, a);
	a->law = law_free(a->law);
	return e;
}

static bool
is_prefix(const char *hex)
{
	return hex == NULL ||
	       (strlen(hex) >= 4 && strlen(hex) <= 64 &&
		       strspn(hex, "0123456789abcdef") == strlen(hex));
}

enum err
proc_affected(struct instance *in, const struct proc_affected_options *options,
	proc_affected_each *each, void *context,
	struct proc_affected_counts *ret_counts, struct proc_list *ret_list)
{
	struct affected a = {.in = in,
		.options = options,
		.each = each,
		.context = context,
		.counts = ret_counts,
		.list = ret_list};
	uint32_t last = options->batch;
	enum err e = proc_permit(in, PERMIT_AFFECTED);

	*ret_counts = (struct proc_affected_counts){0};
	if (e == ERR_OK &&
		(!is_prefix(options->law) || !is_prefix(options->engine)))
		e = instance_says(in, ERR_MALFORMED,
			"a hash is given by 4 to 64 hex digits in lower case");
	if (e == ERR_OK)
		e = account_reading(in, "list-affected", options->batch, "");
	if (e == ERR_OK && options->batch == 0)
		e = store_batch_last(in->store, &last);
	for (uint32_t n = options->batch == 0 ? 1 : options->batch;
		e == ERR_OK && n <= last; n++)
		e = look_at_batch(&a, n);
	if (e == ERR_OK && options->rule != NULL && !a.rule_seen)
		e = instance_says(in, ERR_NOT_FOUND,
			"no batch was judged by a law with the rule %s",
			options->rule);
	count_taxpayers(&a);
	mem_free(a.taxpayer);
	return e;
}
