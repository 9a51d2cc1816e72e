/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify_book.h"

#include "base/mem.h"

/* Room for one more, zeroed; false where memory runs out. */
static bool
grow(void **at, size_t *room, size_t n, size_t size)
{
	size_t more = *room == 0 ? 64 : 2 * *room;
	void *grown;

	if (n < *room)
		return true;
	grown = mem_resize(*at, more, size);
	if (grown == NULL)
		return false;
	*at = grown;
	*room = more;
	return true;
}

#define ADD(list)                                                              \
	(grow((void **)&(list).at, &(list).room, (list).n,                     \
		 sizeof((list).at[0]))                                         \
			? memset(&(list).at[(list).n++], 0,                    \
				  sizeof((list).at[0]))                        \
			: NULL)

struct verify_book *
verify_book_new(void)
{
	return mem_zeroed(sizeof(struct verify_book));
}

struct verify_book *
verify_book_free(struct verify_book *book)
{
	if (book == NULL)
		return NULL;
	for (size_t i = 0; i < book->batch.n; i++)
		mem_free(book->batch.at[i].line);
	for (size_t i = 0; i < book->hold.n; i++)
		buf_fini(&book->hold.at[i].excepted);
	mem_free(book->batch.at);
	mem_free(book->request.at);
	mem_free(book->seal.at);
	mem_free(book->approve.at);
	mem_free(book->hold.at);
	mem_free(book->role.at);
	mem_free(book->delay.at);
	mem_free(book->kept.at);
	mem_free(book->erasure.at);
	mem_free(book->erased.at);
	mem_free(book->found);
	mem_free(book);
	return NULL;
}

struct verify_batch *
verify_book_add_batch(struct verify_book *book)
{
	return ADD(book->batch);
}

struct verify_seal *
verify_book_add_seal(struct verify_book *book)
{
	return ADD(book->seal);
}

struct verify_act *
verify_book_add_approve(struct verify_book *book)
{
	return ADD(book->approve);
}

struct verify_hold *
verify_book_add_hold(struct verify_book *book)
{
	return ADD(book->hold);
}

struct verify_role *
verify_book_add_role(struct verify_book *book)
{
	return ADD(book->role);
}

struct verify_delay *
verify_book_add_delay(struct verify_book *book)
{
	return ADD(book->delay);
}

struct verify_kept *
verify_book_add_kept(struct verify_book *book)
{
	return ADD(book->kept);
}

struct verify_erasure *
verify_book_add_erasure(struct verify_book *book)
{
	return ADD(book->erasure);
}

struct verify_erased *
verify_book_add_erased(struct verify_book *book)
{
	return ADD(book->erased);
}

/* Batches come in the order of their numbers, or are faults. */
struct verify_batch *
verify_book_batch(const struct verify_book *book, uint32_t number)
{
	for (size_t i = book->batch.n; i-- > 0;)
		if (book->batch.at[i].number == number)
			return &book->batch.at[i];
	return NULL;
}

struct verify_hold *
verify_book_hold(const struct verify_book *book, struct span number)
{
	for (size_t i = 0; i < book->hold.n; i++)
		if (span_eq(book->hold.at[i].number, number))
			return &book->hold.at[i];
	return NULL;
}

/* Seals lie in the order of their entries. */
struct verify_seal *
verify_book_seal(const struct verify_book *book, uint64_t entry)
{
	size_t low = 0;
	size_t high = book->seal.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (book->seal.at[middle].entry < entry)
			low = middle + 1;
		else
			high = middle;
	}
	return low < book->seal.n && book->seal.at[low].entry == entry
		       ? &book->seal.at[low]
		       : NULL;
}

/* ---- requests, by batch and id ---- */

static uint64_t
hash_of(uint32_t batch, struct span id)
{
	uint64_t h = 1469598103934665603U ^ batch;

	for (size_t i = 0; i < id.n; i++)
		h = (h ^ id.at[i]) * 1099511628211U;
	return h ^ h >> 29;
}

/* Where it is, or the free place where it would be. */
static size_t
place_of(const struct verify_book *book, uint32_t batch, struct span id)
{
	size_t mask = book->n_found - 1;
	size_t i = (size_t)hash_of(batch, id) & mask;

	while (book->found[i] != 0) {
		const struct verify_request *r =
			&book->request.at[book->found[i] - 1];

		if (r->batch == batch && span_eq(r->id, id))
			break;
		i = (i + 1) & mask;
	}
	return i;
}

struct verify_request *
verify_book_request(
	const struct verify_book *book, uint32_t batch, struct span id)
{
	uint64_t at = 0;

	if (book->n_found > 0)
		at = book->found[place_of(book, batch, id)];
	return at == 0 ? NULL : &book->request.at[at - 1];
}

struct verify_request *
verify_book_request_at(const struct verify_book *book, uint32_t batch,
	struct span id, uint64_t line)
{
	struct verify_request *first = verify_book_request(book, batch, id);

	if (first == NULL || first->line == line)
		return first;
	for (size_t i = book->request.n; i-- > 0;) {
		struct verify_request *r = &book->request.at[i];

		if (r->twin && r->batch == batch && r->line == line &&
			span_eq(r->id, id))
			return r;
	}
	return NULL;
}

/* The first of an id is found by it. */
static void
table_put(struct verify_book *book, size_t i)
{
	struct verify_request *r = &book->request.at[i];
	size_t at = place_of(book, r->batch, r->id);

	r->twin = book->found[at] != 0;
	if (!r->twin)
		book->found[at] = i + 1;
}

static bool
table_grow(struct verify_book *book)
{
	size_t n = book->n_found == 0 ? 1024 : 2 * book->n_found;
	uint64_t *found;

	if (book->request.n * 2 < book->n_found)
		return true;
	found = mem_zeroed(n * sizeof(*found));
	if (found == NULL)
		return false;
	mem_free(book->found);
	book->found = found;
	book->n_found = n;
	for (size_t i = 0; i < book->request.n; i++)
		table_put(book, i);
	return true;
}

struct verify_request *
verify_book_add_request(
	struct verify_book *book, uint32_t batch, struct span id)
{
	struct verify_request *r;

	if (!table_grow(book))
		return NULL;
	r = ADD(book->request);
	if (r == NULL)
		return NULL;
	r->batch = batch;
	r->id = id;
	r->judged = r->matched = r->sealed = VERIFY_NO_ENTRY;
	r->delivered = r->withheld = VERIFY_NO_ENTRY;
	table_put(book, book->request.n - 1);
	return r;
}
