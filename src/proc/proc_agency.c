/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_agency.h"

#include <inttypes.h>

#include "proc/proc_permit.h"

static struct span
agency_of(const struct instance *in, const uint8_t print[32])
{
	struct span key = span_of(print, CRYPTO_SHA256);
	const struct register_entry *entry = NULL;
	struct register_row row;

	while ((entry = register_next(
			in->registers, REG_ROLE, key, in->at, entry)) != NULL) {
		register_entry_row(entry, &row);
		if (register_is(&row, REG_ROLE_ROLE, "requester"))
			return register_get(&row, REG_ROLE_AGENCY);
	}
	return span_of(NULL, 0);
}

struct span
proc_agency(const struct instance *in)
{
	return in->actor.cert == NULL ? span_of(NULL, 0)
				      : agency_of(in, in->actor.print);
}

bool
proc_agency_is(const struct instance *in, const uint8_t print[32],
	const struct law *law)
{
	struct span agency = agency_of(in, print);

	return agency.n == 0 || span_eq(agency, span_text(law_requester(law)));
}

enum err
proc_agency_may(struct instance *in, const struct law *law)
{
	struct span agency = proc_agency(in);

	if (agency.n == 0 || span_eq(agency, span_text(law_requester(law))))
		return ERR_OK;
	return instance_says(in, ERR_NOT_ALLOWED,
		"%s asks for another agency than the one of the agreement %s",
		in->actor.name, law_agreement_id(law));
}

/* The law of a batch, kept while the next is under the same. */
struct laws {
	struct law *law;
	uint8_t hash[STORE_HASH];
};

static enum err
is_seen(struct instance *in, struct laws *laws, const struct store_batch *batch,
	bool *ret_seen)
{
	struct span agency = proc_agency(in);
	enum err e = ERR_OK;

	*ret_seen = false;
	if (agency.n == 0) {
		*ret_seen = proc_permitted(in, PERMIT_READ);
		return ERR_OK;
	}
	if (laws->law == NULL ||
		memcmp(laws->hash, batch->law, sizeof(laws->hash)) != 0) {
		laws->law = law_free(laws->law);
		e = instance_law(in, batch->law, &laws->law);
		memcpy(laws->hash, batch->law, sizeof(laws->hash));
	}
	if (e == ERR_OK)
		*ret_seen =
			span_eq(agency, span_text(law_requester(laws->law)));
	return e;
}

enum err
proc_agency_batch(
	struct instance *in, uint32_t n, struct store_batch *ret_batch)
{
	struct laws laws = {.law = NULL};
	struct store_batch batch = {.n = 0};
	bool seen = false;
	enum err e = ERR_OK;

	if (proc_agency(in).n == 0)
		e = proc_permit(in, PERMIT_READ);
	if (e == ERR_OK)
		e = proc_batch_get(in, n, &batch);
	if (e == ERR_OK)
		e = is_seen(in, &laws, &batch, &seen);
	laws.law = law_free(laws.law);
	if (e != ERR_OK)
		return e;
	if (!seen)
		return instance_says(
			in, ERR_NOT_FOUND, "there is no batch %" PRIu32, n);
	*ret_batch = batch;
	return ERR_OK;
}

enum err
proc_agency_count(struct instance *in, const struct store_batch *batch,
	struct proc_agency_counts *ret_counts)
{
	struct case_totals totals;
	struct case_sums sums;
	enum err e = proc_batch_totals(in, batch->n, &totals);

	if (e != ERR_OK)
		return e;
	sums = case_totals_sums(&totals);
	*ret_counts = (struct proc_agency_counts){
		.received = sums.received,
		.refused = sums.refused,
		.accepted = sums.accepted + sums.withdrawn,
	};
	return ERR_OK;
}

enum err
proc_agency_list(struct instance *in, uint32_t after, struct store_batch *to,
	size_t most, size_t *ret_n)
{
	struct laws laws = {.law = NULL};
	uint32_t last = 0;
	size_t n = 0;
	enum err e = ERR_OK;

	if (proc_agency(in).n == 0)
		e = proc_permit(in, PERMIT_READ);
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	for (uint32_t i = after + 1;
		e == ERR_OK && n < most && i <= last && i > after; i++) {
		bool seen = false;

		e = store_batch_get(in->store, i, &to[n]);
		if (e == ERR_NOT_FOUND) {
			e = ERR_OK;
			continue;
		}
		if (e == ERR_OK)
			e = is_seen(in, &laws, &to[n], &seen);
		n += seen;
	}
	laws.law = law_free(laws.law);
	*ret_n = n;
	return e;
}
