/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_keys.h"

#include "crypto/crypto.h"

#include <stdbool.h>

static bool
before(const struct proc_key *a, const struct proc_key *b)
{
	return a->key != b->key ? a->key < b->key : a->value < b->value;
}

/* Lets the key at `root` sink to its place among the first n. */
static void
sink(struct proc_key *keys, size_t root, size_t n)
{
	struct proc_key moving = keys[root];

	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= n)
			break;
		if (child + 1 < n && before(&keys[child], &keys[child + 1]))
			child++;
		if (!before(&moving, &keys[child]))
			break;
		keys[root] = keys[child];
		root = child;
	}
	keys[root] = moving;
}

void
proc_keys_sort(struct proc_key *keys, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sink(keys, i, n);
	for (size_t i = n; i-- > 1;) {
		struct proc_key last = keys[i];

		keys[i] = keys[0];
		keys[0] = last;
		sink(keys, 0, i);
	}
}

size_t
proc_keys_run(const struct proc_key *keys, size_t n, size_t from)
{
	size_t to = from;

	while (to < n && keys[to].key == keys[from].key)
		to++;
	return to;
}

size_t
proc_keys_find(const struct proc_key *keys, size_t n, uint64_t key)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (keys[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && keys[low].key == key ? low : n;
}

uint64_t
proc_keys_text(struct span s)
{
	uint8_t out[CRYPTO_SHA256];
	uint64_t v = 0;

	crypto_sha256(s, out);
	for (size_t i = 0; i < 8; i++)
		v = v << 8 | out[i];
	return v;
}
