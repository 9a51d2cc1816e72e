/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/num.h"
#include "verify/verify_law.h"

enum { PRINT = 32 };

/* An approval by this person, of this request, since it was judged: one that
 * stands over a verdict holds where a later lookup came to the same. */
static bool
has_approved(const struct verify_law *law, const struct verify_request *r,
	struct span person)
{
	const struct verify_book *book = law->book;

	for (size_t i = book->approve.n; i-- > 0;) {
		const struct verify_act *act = &book->approve.at[i];

		if (act->entry < r->judged)
			return false;
		if (span_eq(act->actor, person) && verify_law_act_is_of(act, r))
			return true;
	}
	return false;
}

static void
check_approvals(struct verify_law *law, const struct verify_request *r)
{
	struct span all = verify_law_field(law, "approvals");
	const struct verify_batch *b = verify_book_batch(law->book, r->batch);
	struct span one = span_of(all.at, PRINT);
	struct span two;

	if (all.n != 2 * PRINT) {
		verify_law_found(law, VERIFY_RULE_APPROVED, "%zu approvals",
			all.n / PRINT);
		return;
	}
	two = span_of(all.at + PRINT, PRINT);
	if (span_eq(one, two))
		verify_law_found(
			law, VERIFY_RULE_APPROVED, "one person is named twice");
	if (b != NULL && (span_eq(one, b->actor) || span_eq(two, b->actor)))
		verify_law_found(law, VERIFY_RULE_APPROVED,
			"one of them submitted batch %u", b->number);
	if (!has_approved(law, r, one) || !has_approved(law, r, two))
		verify_law_found(law, VERIFY_RULE_APPROVED,
			"no act of one of the two whom it names, since entry "
			"%" PRIu64,
			r->judged);
}

static void
check_address(struct verify_law *law, const struct verify_request *r)
{
	if (r->matched == VERIFY_NO_ENTRY || !r->confirmed ||
		verify_law_field(law, "codes").n > 0)
		verify_law_found(law, VERIFY_RULE_CONFIRMED,
			r->matched == VERIFY_NO_ENTRY
				? "nobody was found since it was judged"
				: "a condition is not met");
	if (r->withheld != VERIFY_NO_ENTRY &&
		(r->matched == VERIFY_NO_ENTRY || r->withheld > r->matched))
		verify_law_found(law, VERIFY_RULE_WITHHELD,
			"withheld by entry %" PRIu64, r->withheld);
	check_approvals(law, r);
}

static void
check_seal(struct verify_law *law, const struct verify_request *r, bool address)
{
	const struct verify_batch *b = verify_book_batch(law->book, r->batch);

	if (b != NULL)
		verify_law_book_first(law, b);
	if (r->refused || r->returned || r->withdrawn)
		verify_law_found(law, VERIFY_RULE_SEALED, "it was %s",
			r->refused    ? "refused"
			: r->returned ? "given back"
				      : "withdrawn");
	if (address != (verify_law_field(law, "fields").n > 0))
		verify_law_found(law, VERIFY_RULE_FIELDS,
			address ? "an address, and no field is named"
				: "fields are named, and it is neutral");
	if (memcmp(r->law, law->entry->head.law, sizeof(r->law)) != 0)
		verify_law_found(law, VERIFY_RULE_LAW,
			"another law than that of entry %" PRIu64,
			r->matched != VERIFY_NO_ENTRY ? r->matched : r->judged);
	if (address)
		check_address(law, r);
}

enum err
verify_law_seal(struct verify_law *law)
{
	struct verify_request *r = verify_law_request(law);
	bool address =
		span_eq(verify_law_field(law, "outcome"), SPAN("address"));
	struct verify_seal *s;

	if (r == NULL)
		return ERR_OK;
	check_seal(law, r, address);
	s = verify_book_add_seal(law->book);
	if (s == NULL)
		return err_origin(ERR_NOMEM);
	s->entry = law->entry->index;
	s->request = (uint64_t)(r - law->book->request.at);
	s->address = address;
	s->recipient = verify_law_field(law, "recipient");
	memcpy(s->law, law->entry->head.law, sizeof(s->law));
	r->sealed = s->entry;
	return ERR_OK;
}

/* ---- handed over ---- */

static struct verify_seal *
seal_of(struct verify_law *law, const struct verify_request *r)
{
	uint64_t entry = VERIFY_NO_ENTRY;
	struct verify_seal *s = NULL;

	if (num_parse(verify_law_field(law, "seal"), UINT64_MAX - 1, &entry))
		s = verify_book_seal(law->book, entry);
	if (s == NULL && law->erased == 0)
		verify_law_found(law, VERIFY_RULE_SEAL_FIRST,
			"the seal that it names was not entered before it");
	if (s == NULL)
		return NULL;
	if (&law->book->request.at[s->request] != r ||
		s->address != span_eq(verify_law_field(law, "outcome"),
				      SPAN("address")) ||
		!span_eq(s->recipient, verify_law_field(law, "recipient"))) {
		verify_law_found(law, VERIFY_RULE_SEAL_FIRST,
			"entry %" PRIu64
			" sealed it for another request, officer or outcome",
			s->entry);
		return NULL;
	}
	return s;
}

/* Since its last package the batch was released again. */
static void
check_round(struct verify_law *law, const struct verify_request *r)
{
	const struct verify_batch *b = verify_book_batch(law->book, r->batch);

	if (r->delivered != VERIFY_NO_ENTRY && b != NULL &&
		(b->release == VERIFY_NO_ENTRY || b->release < r->delivered))
		verify_law_found(law, VERIFY_RULE_ROUND,
			"handed over by entry %" PRIu64
			", and not released again since",
			r->delivered);
}

static void
hand_over(
	struct verify_law *law, struct verify_request *r, struct verify_seal *s)
{
	if (s->delivered)
		verify_law_found(law, VERIFY_RULE_ONCE,
			"entry %" PRIu64 " was handed over before", s->entry);
	if (memcmp(s->law, law->entry->head.law, sizeof(s->law)) != 0)
		verify_law_found(law, VERIFY_RULE_LAW,
			"another law than that of entry %" PRIu64, s->entry);
	check_round(law, r);
	if (s->address)
		verify_law_held(law, r);
	s->delivered = true;
	r->delivered = law->entry->index;
	r->by_address = r->by_address || s->address;
}

enum err
verify_law_deliver(struct verify_law *law)
{
	struct verify_request *r = verify_law_request(law);
	struct verify_seal *s = r == NULL ? NULL : seal_of(law, r);

	if (s != NULL)
		hand_over(law, r, s);
	return r != NULL && span_eq(verify_law_field(law, "outcome"),
				    SPAN("address"))
		       ? verify_law_delivered(law, r)
		       : ERR_OK;
}
