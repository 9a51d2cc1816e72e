/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_review.h"

#include "base/mem.h"
#include "base/read.h"
#include "release/release.h"

enum { ITEM = 40, APPROVALS_MAX = 1 << 30 };

/* First pass; cut() sets the spans when the buffer no longer moves. */
static enum err
add(void *context, const struct store_approval *a)
{
	struct review_approvals *all = context;
	struct review_approval *item;

	if (all->n == all->size) {
		size_t size = all->size == 0 ? 8 : all->size * 2;

		item = mem_resize(all->item, size, sizeof(*item));
		if (item == NULL)
			return err_origin(ERR_NOMEM);
		all->item = item;
		all->size = size;
	}
	item = &all->item[all->n++];
	*item = (struct review_approval){
		.entry = a->entry, .withhold = a->withhold};
	memcpy(item->signer, a->signer, sizeof(item->signer));
	buf_sized(&all->bytes, a->text);
	buf_sized(&all->bytes, a->signature);
	return buf_error(&all->bytes);
}

/* `text` of the store is the signed text and the list, each sized. */
static bool
cut(struct review_approvals *all)
{
	struct reader r = read_from(buf_span(&all->bytes));

	for (size_t i = 0; i < all->n; i++) {
		struct reader text = read_from(read_sized(&r, APPROVALS_MAX));

		all->item[i].signature = read_sized(&r, 4096);
		all->item[i].text = read_sized(&text, 4096);
		all->item[i].list = read_sized(&text, APPROVALS_MAX);
		if (!read_end(&text) || all->item[i].list.n % ITEM != 0)
			return false;
	}
	return read_end(&r);
}

enum err
review_approvals_read(struct instance *in, uint32_t batch,
	struct review_approvals *ret_approvals)
{
	enum err e;

	*ret_approvals = (struct review_approvals){0};
	buf_init(&ret_approvals->bytes, APPROVALS_MAX);
	e = store_approval_each(in->store, batch, add, ret_approvals);
	if (e == ERR_OK && !cut(ret_approvals))
		e = instance_says(in, ERR_DAMAGED,
			"an approval in the store is not what was written");
	if (e != ERR_OK)
		review_approvals_fini(ret_approvals);
	return e;
}

void
review_approvals_fini(struct review_approvals *approvals)
{
	mem_free(approvals->item);
	buf_fini(&approvals->bytes);
	*approvals = (struct review_approvals){0};
}

static bool
in_list(struct span list, uint64_t line, const uint8_t verdict[32])
{
	size_t low = 0;
	size_t high = list.n / ITEM;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct reader r =
			read_from(span_of(list.at + middle * ITEM, ITEM));
		uint64_t at = read_u64be(&r);

		if (at == line)
			return memcmp(r.left.at, verdict, 32) == 0;
		if (at < line)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The list in the store is the one whose hash was signed. */
bool
review_approval_sound(const struct review_approval *item)
{
	struct release_approval said;
	uint8_t hash[CRYPTO_SHA384];

	return release_approval_decode(item->text, &said) == ERR_OK &&
	       said.count == item->list.n / ITEM &&
	       (said.act == RELEASE_WITHHOLD) == item->withhold &&
	       release_verdicts_hash_bytes(item->list, hash) == ERR_OK &&
	       memcmp(hash, said.verdicts, sizeof(hash)) == 0;
}

bool
review_approval_names(const struct review_approval *approval, uint64_t line,
	const uint8_t verdict[32])
{
	return in_list(approval->list, line, verdict);
}

size_t
review_approvers(const struct instance *in,
	const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32], const uint8_t *ret_two[2])
{
	size_t n = 0;

	for (size_t i = 0; i < approvals->n; i++) {
		const struct review_approval *a = &approvals->item[i];

		if (!in_list(a->list, line, verdict))
			continue;
		if (a->withhold)
			n = 0;
		else if (n < 2 &&
			 instance_has_role(in, a->signer, "reviewer") &&
			 (n == 0 || !register_same_person(in->registers,
					    ret_two[0], a->signer)))
			ret_two[n++] = a->signer;
	}
	return n;
}

bool
review_withheld(const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32])
{
	for (size_t i = approvals->n; i-- > 0;)
		if (in_list(approvals->item[i].list, line, verdict))
			return approvals->item[i].withhold;
	return false;
}
