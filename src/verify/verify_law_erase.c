/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures: who asked, who granted, and which entries they name. */
#include "verify/verify_law.h"

#include <inttypes.h>

#include "base/num.h"
#include "base/read.h"
#include "verify/verify_int.h"

static const char first_line[] = "weir/erase/v1\n";

enum err
verify_law_erased(struct verify_law *law)
{
	struct verify_erased *e = verify_book_add_erased(law->book);

	law->erased++;
	if (e == NULL)
		return err_origin(ERR_NOMEM);
	e->entry = law->entry->index;
	return ERR_OK;
}

/* "erasure 7": the number after the word; of an order on its second line. */
static bool
number_of(struct span text, uint64_t *ret_n)
{
	return span_eq(span_cut(&text, ' '), SPAN("erasure")) &&
	       num_parse(text, UINT64_MAX, ret_n);
}

static bool
number_of_object(struct span object, uint64_t *ret_n)
{
	(void)span_cut(&object, '\n');
	return number_of(span_cut(&object, '\n'), ret_n);
}

static struct verify_erasure *
find(struct verify_law *law, uint64_t n)
{
	for (size_t i = 0; i < law->book->erasure.n; i++)
		if (law->book->erasure.at[i].n == n)
			return &law->book->erasure.at[i];
	return NULL;
}

static enum err
take_ask(struct verify_law *law, const struct verify_act *act)
{
	struct verify_erasure *e;
	uint64_t n = 0;

	if (!number_of_object(act->object, &n) || find(law, n) != NULL) {
		verify_law_found(law, VERIFY_RULE_ERASE_TWO,
			"it asks for no erasure, or for one that there is");
		return ERR_OK;
	}
	e = verify_book_add_erasure(law->book);
	if (e == NULL)
		return err_origin(ERR_NOMEM);
	e->n = n;
	e->asker = act->actor;
	return ERR_OK;
}

static enum err
take_grant(struct verify_law *law, const struct verify_act *act)
{
	uint64_t n = 0;
	struct verify_erasure *e =
		number_of_object(act->object, &n) ? find(law, n) : NULL;

	if (e == NULL)
		verify_law_found(law, VERIFY_RULE_ERASE_TWO,
			"it grants an erasure that nobody asked for");
	else if (span_eq(e->asker, act->actor))
		verify_law_found(law, VERIFY_RULE_ERASE_TWO,
			"who asked for erasure %" PRIu64 " granted it", n);
	if (e != NULL)
		e->granted = true;
	return ERR_OK;
}

/* They are in the order of their indices. */
static struct verify_erased *
erased_at(struct verify_law *law, uint64_t entry)
{
	size_t low = 0;
	size_t high = law->book->erased.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (law->book->erased.at[mid].entry < entry)
			low = mid + 1;
		else
			high = mid;
	}
	return low < law->book->erased.n &&
			       law->book->erased.at[low].entry == entry
		       ? &law->book->erased.at[low]
		       : NULL;
}

/* An entry that it names and that still says something is about to go. */
static enum err
take_erase(struct verify_law *law, const struct verify_act *act)
{
	struct reader r = read_from(act->object);
	const struct verify_erasure *granted = NULL;
	uint64_t n = 0;

	if (number_of(verify_law_field(law, "ground"), &n))
		granted = find(law, n);
	if (granted == NULL || !granted->granted)
		verify_law_found(law, VERIFY_RULE_ERASE_TWO,
			"it erases what nobody granted");
	if (!span_eq(read_bytes(&r, sizeof(first_line) - 1),
		    span_text(first_line)))
		return ERR_OK;
	while (r.left.n >= 8) {
		struct verify_erased *e = erased_at(law, read_u64be(&r));

		if (e != NULL)
			e->named = true;
	}
	return ERR_OK;
}

enum err
verify_law_erasure(
	struct verify_law *law, struct span word, const struct verify_act *act)
{
	if (span_eq(word, SPAN("erase-ask")))
		return take_ask(law, act);
	if (span_eq(word, SPAN("erase-grant")))
		return take_grant(law, act);
	return span_eq(word, SPAN("erase")) ? take_erase(law, act) : ERR_OK;
}

void
verify_law_erased_end(struct verify_law *law, struct ledger_openings_entry *at)
{
	for (size_t i = 0; i < law->book->erased.n; i++) {
		const struct verify_erased *e = &law->book->erased.at[i];

		at->index = e->entry;
		if (!e->named)
			verify_law_found(law, VERIFY_RULE_ERASED,
				"nothing of it is kept, and no act erased it");
	}
}
