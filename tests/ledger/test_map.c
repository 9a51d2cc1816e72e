/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ledger/map.h"
#include "plain.h"

enum { MOST = 3000, MILLION = 1000000 };

/* ---- the map again: insertion into a list, hashes by plain.h ---- */

static uint8_t plain_rows[MOST][LEDGER_MAP_ROW];
static struct ledger_hash plain_leaves[MOST];
static size_t plain_n;

static void
plain_insert(const uint8_t tag[32], uint64_t index)
{
	uint8_t row[LEDGER_MAP_ROW];
	size_t i = plain_n++;

	memcpy(row, tag, 32);
	for (size_t k = 0; k < 8; k++)
		row[32 + k] = (uint8_t)(index >> (56 - 8 * k));
	for (; i > 0 && memcmp(plain_rows[i - 1], row, sizeof(row)) > 0; i--)
		memcpy(plain_rows[i], plain_rows[i - 1], sizeof(row));
	memcpy(plain_rows[i], row, sizeof(row));
}

static struct ledger_hash
plain_map_root(void)
{
	for (size_t i = 0; i < plain_n; i++) {
		uint8_t leaf[11 + LEDGER_MAP_ROW];

		memcpy(leaf, "weir/map/v1", 11);
		memcpy(leaf + 11, plain_rows[i], LEDGER_MAP_ROW);
		plain_leaves[i] = plain_leaf(span_of(leaf, sizeof(leaf)));
	}
	return plain_root(plain_leaves, plain_n);
}

static void
tag_make(uint64_t i, uint8_t tag[32])
{
	struct ledger_hash h = plain_hash(&i, sizeof(i));

	memcpy(tag, h.at, 32);
}

/* A tag of every kind: hashes, and some that share their first bytes. */
static void
some_tag(uint64_t i, uint8_t tag[32])
{
	tag_make(i, tag);
	if (i % 5 != 0)
		return;
	memset(tag, i % 10 == 0 ? 0 : 0xff, 30);
	tag[30] = (uint8_t)(i >> 8);
	tag[31] = (uint8_t)i;
}

static struct ledger_map *
map_of(size_t n)
{
	struct ledger_map *map = NULL;

	assert_int_equal(ledger_map_new(&map), ERR_OK);
	plain_n = 0;
	for (size_t i = 0; i < n; i++) {
		uint8_t tag[32];

		some_tag(i, tag);
		plain_insert(tag, i);
		assert_int_equal(ledger_map_add(map, tag, i), ERR_OK);
	}
	assert_int_equal(ledger_map_close(map), ERR_OK);
	return map;
}

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

static void
the_root_is_that_of_the_plain_map(void **state)
{
	static const size_t sizes[] = {
		0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1025, MOST};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		OWNED(ledger_map) map = map_of(sizes[i]);
		struct ledger_hash want = plain_map_root();
		struct ledger_hash got = ledger_map_root(map);

		assert_memory_equal(got.at, want.at, 32);
		assert_int_equal(ledger_map_size(map), sizes[i]);
	}
}

/* Proves, writes, reads, checks. */
static uint64_t
shown(const struct ledger_map *map, const uint8_t tag[32])
{
	struct ledger_hash root = ledger_map_root(map);
	struct ledger_map_proof proof;
	struct ledger_map_proof again;
	uint64_t index = 0;
	OWNED_BUF(text, LEDGER_MAP_PROOF_MAX);

	assert_int_equal(ledger_map_prove(map, tag, &proof), ERR_OK);
	ledger_map_proof_write(&proof, &text);
	assert_int_equal(
		ledger_map_proof_parse(buf_span(&text), &again), ERR_OK);
	assert_int_equal(
		ledger_map_check(&again, ledger_map_size(map), &root, &index),
		ERR_OK);
	return index;
}

static void
every_tag_is_found_and_no_other(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 7, 256, 300, 1025};

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		OWNED(ledger_map) map = map_of(sizes[s]);

		for (uint64_t i = 0; i < 2 * sizes[s] + 4; i++) {
			uint8_t tag[32];
			uint64_t found = 0;
			bool in = i < sizes[s];

			some_tag(i, tag);
			assert_int_equal(ledger_map_find(map, tag, &found),
				in ? ERR_OK : ERR_NOT_FOUND);
			assert_int_equal(
				shown(map, tag), in ? i : LEDGER_MAP_ABSENT);
		}
	}
}

static void
the_edges_have_one_neighbour(void **state)
{
	OWNED(ledger_map) map = map_of(300);
	uint8_t tag[32] = {0};
	struct ledger_map_proof p;

	(void)state;
	assert_int_equal(ledger_map_prove(map, tag, &p), ERR_OK);
	assert_int_equal(p.n_leaves, 1);
	assert_int_equal(p.leaf[0].place, 0);
	memset(tag, 0xff, 32);
	assert_int_equal(ledger_map_prove(map, tag, &p), ERR_OK);
	assert_int_equal(p.n_leaves, 1);
	assert_int_equal(p.leaf[0].place, 299);
}

static void
refuses(const struct ledger_map_proof *p, uint64_t size,
	const struct ledger_hash *root)
{
	uint64_t index;

	assert_int_equal(ledger_map_check(p, size, root, &index), ERR_MISMATCH);
}

/* A row of `place` on either side of a tag that is there: without adjacency a
 * liar would hide it so. */
static void
a_tag_that_is_there_is_not_proved_absent(void **state)
{
	OWNED(ledger_map) map = map_of(300);
	struct ledger_hash root = ledger_map_root(map);
	struct ledger_map_proof before;
	struct ledger_map_proof after;
	struct ledger_map_proof forged = {.n_leaves = 2};

	(void)state;
	assert_int_equal(ledger_map_prove(map, plain_rows[9], &before), ERR_OK);
	assert_int_equal(ledger_map_prove(map, plain_rows[11], &after), ERR_OK);
	memcpy(forged.tag, plain_rows[10], 32);
	forged.leaf[0] = before.leaf[0];
	forged.leaf[1] = after.leaf[0];
	refuses(&forged, 300, &root);
	forged.leaf[1].place = 10;
	refuses(&forged, 300, &root);
	forged.n_leaves = 1;
	refuses(&forged, 300, &root);
	forged.leaf[0] = after.leaf[0];
	refuses(&forged, 300, &root);
	forged.n_leaves = 0;
	refuses(&forged, 300, &root);
	refuses(&forged, 0, &root);
}

static void
a_changed_proof_shows_nothing(void **state)
{
	OWNED(ledger_map) map = map_of(300);
	struct ledger_hash root = ledger_map_root(map);
	struct ledger_map_proof p;
	struct ledger_map_proof changed;
	uint8_t tag[32];
	uint64_t index;

	(void)state;
	some_tag(1001, tag);
	assert_int_equal(ledger_map_prove(map, tag, &p), ERR_OK);
	assert_int_equal(p.n_leaves, 2);
	for (size_t i = 0; i < 2; i++) {
		changed = p;
		changed.leaf[i].tag[31] ^= 1;
		refuses(&changed, 300, &root);
		changed = p;
		changed.leaf[i].index ^= 1;
		refuses(&changed, 300, &root);
		changed = p;
		changed.leaf[i].proof.at[0].at[0] ^= 1;
		refuses(&changed, 300, &root);
		changed = p;
		changed.leaf[i].proof.n--;
		refuses(&changed, 300, &root);
	}
	changed = p;
	changed.leaf[0] = p.leaf[1];
	changed.leaf[1] = p.leaf[0];
	refuses(&changed, 300, &root);
	root.at[5] ^= 1;
	refuses(&p, 300, &root);
	root.at[5] ^= 1;
	refuses(&p, 1, &root);
	assert_int_equal(ledger_map_check(&p, 300, &root, &index), ERR_OK);
}

/* Two entries with one tag: both are rows, and the tag is never absent. */
static void
one_tag_twice_is_two_rows(void **state)
{
	OWNED(ledger_map) map = NULL;
	uint8_t tag[32] = {7};
	struct ledger_map_proof p;
	struct ledger_hash root;

	(void)state;
	assert_int_equal(ledger_map_new(&map), ERR_OK);
	assert_int_equal(ledger_map_add(map, tag, 8), ERR_OK);
	assert_int_equal(ledger_map_add(map, tag, 3), ERR_OK);
	assert_int_equal(ledger_map_close(map), ERR_OK);
	assert_int_equal(shown(map, tag), 3);
	root = ledger_map_root(map);
	assert_int_equal(ledger_map_prove(map, tag, &p), ERR_OK);
	p.leaf[1] = p.leaf[0];
	p.n_leaves = 2;
	refuses(&p, 2, &root);
}

static void
other_forms_are_refused(void **state)
{
	static const char *const bad[] = {"", "weir/map-proof@v1\n",
		"weir/map-proof@v2\ntag AAAA\n",
		"weir/map-proof@v1\ntag AAAA\n",
		"weir/map-proof@v1\ntag "
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"weir/map-proof@v1\ntag "
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		"leaf 01 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"weir/map-proof@v1\ntag "
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nleaf 1\n"};
	struct ledger_map_proof p;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ledger_map_proof_parse(span_text(bad[i]), &p),
			ERR_MALFORMED);
}

static void
no_memory_is_a_failure(void **state)
{
	(void)state;
	for (int n = 0; n < 9; n++) {
		OWNED(ledger_map) map = NULL;
		uint8_t tag[32] = {0};
		enum err e;

		mem_fail_after(n);
		e = ledger_map_new(&map);
		for (uint64_t i = 0; e == ERR_OK && i < 300; i++)
			e = ledger_map_add(map, tag, i);
		if (e == ERR_OK)
			e = ledger_map_close(map);
		mem_fail_after(-1);
		assert_int_equal(e, n < 7 ? ERR_NOMEM : ERR_OK);
	}
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Told, and bounded so that only another order of growth fails it. */
static void
a_million_tags_are_quick(void **state)
{
	OWNED(ledger_map) map = NULL;
	double from;
	double took;

	(void)state;
	assert_int_equal(ledger_map_new(&map), ERR_OK);
	for (uint64_t i = 0; i < MILLION; i++) {
		uint8_t tag[32];

		tag_make(i, tag);
		assert_int_equal(ledger_map_add(map, tag, i), ERR_OK);
	}
	from = seconds();
	assert_int_equal(ledger_map_close(map), ERR_OK);
	took = seconds() - from;
	print_message("a million tags sorted and hashed: %.2f s\n", took);
	assert_true(took < 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_root_is_that_of_the_plain_map),
		cmocka_unit_test(every_tag_is_found_and_no_other),
		cmocka_unit_test(the_edges_have_one_neighbour),
		cmocka_unit_test(a_tag_that_is_there_is_not_proved_absent),
		cmocka_unit_test(a_changed_proof_shows_nothing),
		cmocka_unit_test(one_tag_twice_is_two_rows),
		cmocka_unit_test(other_forms_are_refused),
		cmocka_unit_test(no_memory_is_a_failure),
		cmocka_unit_test(a_million_tags_are_quick),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
