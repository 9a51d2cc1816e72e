/* SPDX-License-Identifier: Apache-2.0 */
/* Books: batches whose lines come one after the other (docs/SINGLES.md). */
#include "verify/verify_law.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/read.h"
#include "ledger/primitive.h"

enum { HASH = 32 };

static bool
is_of_another_day(const struct verify_law *law, const struct verify_batch *b)
{
	int32_t day = verify_law_day(law);

	return day < b->day || (day > b->day && verify_law_day_is_sure(law));
}

void
verify_law_book_line(struct verify_law *law, const struct verify_batch *b,
	const struct verify_request *r)
{
	if (!b->book)
		return;
	if (b->closed)
		verify_law_found(law, VERIFY_RULE_BOOK,
			"the book %u was closed before it came", b->number);
	if (is_of_another_day(law, b))
		verify_law_found(law, VERIFY_RULE_BOOK,
			"it came on another day than that of the book %u",
			b->number);
	if (memcmp(law->entry->head.law, b->law, sizeof(b->law)) != 0)
		verify_law_found(law, VERIFY_RULE_BOOK,
			"judged by another law than entry %" PRIu64 " names",
			b->entry);
	if (r->manifest.n != HASH)
		verify_law_found(law, VERIFY_RULE_BOOK,
			"no manifest of its own is named");
}

void
verify_law_book_first(struct verify_law *law, const struct verify_batch *b)
{
	if (b->book && !b->closed)
		verify_law_found(law, VERIFY_RULE_BOOK_FIRST,
			"the book %u was not closed yet", b->number);
}

/* ---- closing ---- */

/* Those of the lines 1 to n; false where one has none. */
static bool
manifests_of(const struct verify_law *law, const struct verify_batch *b,
	struct span *ret_manifest)
{
	const struct verify_book *book = law->book;
	uint64_t n = 0;

	for (size_t i = 0; i < book->request.n; i++) {
		const struct verify_request *r = &book->request.at[i];

		if (r->batch != b->number)
			continue;
		if (r->line == 0 || r->line > b->count || r->manifest.n != HASH)
			return false;
		ret_manifest[r->line - 1] = r->manifest;
		n++;
	}
	for (uint64_t i = 0; i < b->count; i++)
		if (ret_manifest[i].n != HASH)
			return false;
	return n == b->count;
}

/* As each line came: SHA-256 of what there was and the line's own, from zeros. */
static enum err
check_manifests(struct verify_law *law, const struct verify_batch *b,
	const uint8_t want[HASH])
{
	uint8_t hash[HASH] = {0};
	struct span *manifest;

	if (b->judged != b->count)
		return ERR_OK; /* found at the end */
	manifest = mem_zeroed((size_t)b->count * sizeof(*manifest) + 1);
	if (manifest == NULL)
		return err_origin(ERR_NOMEM);
	if (manifests_of(law, b, manifest)) {
		for (uint64_t i = 0; i < b->count; i++) {
			uint8_t next[HASH];

			ledger_sha256_2(span_of(hash, HASH), manifest[i], next);
			memcpy(hash, next, HASH);
		}
		if (memcmp(hash, want, HASH) != 0)
			verify_law_found(law, VERIFY_RULE_BOOK_CLOSED,
				"the manifests of its lines are not those of "
				"the book %u",
				b->number);
	}
	mem_free(manifest);
	return ERR_OK;
}

enum err
verify_law_book_close(
	struct verify_law *law, struct verify_batch *b, struct span object)
{
	struct reader r = read_from(object);
	bool twice = b->closed;
	struct span hash;
	uint64_t count;

	(void)read_line(&r);
	count = read_u64be(&r);
	hash = read_bytes(&r, HASH);
	b->closed = true;
	if (!read_end(&r) || !b->book || twice) {
		verify_law_found(law, VERIFY_RULE_BOOK_CLOSED, "batch %u %s",
			b->number,
			!b->book ? "is no book"
			: twice  ? "was closed before"
				 : "is closed by no such act");
		return ERR_OK;
	}
	if (law->erased > 0)
		return ERR_OK; /* lines of it may be gone */
	if (count != b->count)
		verify_law_found(law, VERIFY_RULE_BOOK_CLOSED,
			"the book %u is closed with %" PRIu64
			" requests, and has %" PRIu64,
			b->number, count, b->count);
	return check_manifests(law, b, hash.at);
}

void
verify_law_books_end(
	struct verify_law *law, struct ledger_openings_entry *at, int32_t today)
{
	const struct verify_book *book = law->book;

	for (size_t i = 0; i < book->batch.n; i++) {
		const struct verify_batch *b = &book->batch.at[i];

		at->index = b->entry;
		if (b->book && !b->closed && b->day != DAY_NONE &&
			today > (int64_t)b->day + 1)
			verify_law_found(law, VERIFY_RULE_BOOK_WAITS,
				"the book %u, of %" PRId64 " days ago",
				b->number, (int64_t)today - b->day);
	}
}
