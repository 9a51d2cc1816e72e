/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"

enum { MOST = 70000 };

static struct ledger_hash leaves[MOST];

static int
set_up(void **state)
{
	(void)state;
	if (crypto_init() != ERR_OK)
		return -1;
	for (size_t i = 0; i < MOST; i++)
		leaves[i] = plain_hash(&i, sizeof(i));
	srandom(1);
	return 0;
}

static struct ledger_tiles
tiles_over(struct plain_tiles *t, size_t n)
{
	*t = (struct plain_tiles){.leaves = leaves, .n = n};
	return (struct ledger_tiles){.read = plain_tile, .arg = t, .size = n};
}

static size_t
some_size(int i)
{
	static const size_t edges[] = {1, 2, 3, 255, 256, 257, 511, 512, 513,
		65535, 65536, 65537, 65791, 65792, 65793, MOST};

	return i < 16 ? edges[i] : 1 + (size_t)random() % MOST;
}

static void
known_hashes_of_nothing_and_of_one_byte(void **state)
{
	static const uint8_t nothing[] = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc};
	static const uint8_t empty_leaf[] = {0x6e, 0x34, 0x0b, 0x9c, 0xff};
	struct ledger_tree t = {.size = 0};
	struct ledger_hash h = ledger_tree_root(&t);

	(void)state;
	assert_memory_equal(h.at, nothing, sizeof(nothing));
	h = ledger_hash_leaf(span_of("", 0));
	assert_memory_equal(h.at, empty_leaf, sizeof(empty_leaf));
}

static void
the_frontier_gives_the_root_of_the_plain_tree(void **state)
{
	struct ledger_tree t = {.size = 0};

	(void)state;
	for (size_t n = 1; n <= 1100; n++) {
		struct ledger_hash want = plain_root(leaves, n);
		struct ledger_hash got;

		ledger_tree_append(&t, &leaves[n - 1]);
		got = ledger_tree_root(&t);
		assert_memory_equal(got.at, want.at, 32);
	}
	for (int i = 0; i < 40; i++) {
		size_t n = some_size(i);
		struct ledger_hash want = plain_root(leaves, n);
		struct ledger_hash got = ledger_tree_over(leaves, n);

		assert_memory_equal(got.at, want.at, 32);
	}
}

static void
the_frontier_comes_back_from_tiles(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++) {
		size_t n = i == 39 ? 0 : some_size(i);
		struct plain_tiles from;
		struct ledger_tiles tiles = tiles_over(&from, n);
		struct ledger_hash want = plain_root(leaves, n);
		struct ledger_tree t;
		struct ledger_hash got;

		assert_int_equal(ledger_tree_load(&tiles, &t), ERR_OK);
		assert_int_equal(t.size, n);
		got = ledger_tree_root(&t);
		assert_memory_equal(got.at, want.at, 32);
	}
}

static void
check_inclusion(size_t n, size_t index)
{
	struct plain_tiles from;
	struct ledger_tiles tiles = tiles_over(&from, n);
	struct ledger_hash root = plain_root(leaves, n);
	struct ledger_proof want = {.n = 0};
	struct ledger_proof got;

	plain_path(leaves, n, index, &want);
	assert_int_equal(ledger_inclusion_make(&tiles, index, &got), ERR_OK);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.at, want.at, want.n * 32);
	assert_int_equal(
		ledger_inclusion_check(&got, index, n, &leaves[index], &root),
		ERR_OK);
}

static void
inclusion_proofs_are_those_of_the_plain_tree(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 70; n++)
		for (size_t i = 0; i < n; i++)
			check_inclusion(n, i);
	for (int i = 0; i < 30; i++) {
		size_t n = some_size(i);

		check_inclusion(n, (size_t)random() % n);
		check_inclusion(n, n - 1);
	}
}

static void
check_consistency(size_t old, size_t n)
{
	struct plain_tiles from;
	struct ledger_tiles tiles = tiles_over(&from, n);
	struct ledger_hash old_root = plain_root(leaves, old);
	struct ledger_hash root = plain_root(leaves, n);
	struct ledger_proof want = {.n = 0};
	struct ledger_proof got;

	plain_subproof(leaves, n, old, true, &want);
	assert_int_equal(ledger_consistency_make(&tiles, old, &got), ERR_OK);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.at, want.at, want.n * 32);
	assert_int_equal(
		ledger_consistency_check(&got, old, n, &old_root, &root),
		ERR_OK);
}

static void
consistency_proofs_are_those_of_the_plain_tree(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 70; n++)
		for (size_t old = 1; old <= n; old++)
			check_consistency(old, n);
	for (int i = 0; i < 30; i++) {
		size_t n = some_size(i);

		check_consistency(1 + (size_t)random() % n, n);
	}
}

/* Every way of being a little wrong, for one proof. */
static void
inclusion_refuses(size_t n, size_t index)
{
	struct plain_tiles from;
	struct ledger_tiles tiles = tiles_over(&from, n);
	struct ledger_hash root = plain_root(leaves, n);
	struct ledger_proof p;
	struct ledger_proof bad;

	assert_int_equal(ledger_inclusion_make(&tiles, index, &p), ERR_OK);
	for (size_t i = 0; i < p.n * 32; i++) {
		bad = p;
		bad.at[i / 32].at[i % 32] ^= 1;
		assert_int_equal(ledger_inclusion_check(
					 &bad, index, n, &leaves[index], &root),
			ERR_MISMATCH);
	}
	bad = p;
	bad.n++;
	bad.at[p.n] = root;
	assert_int_equal(
		ledger_inclusion_check(&bad, index, n, &leaves[index], &root),
		ERR_MALFORMED);
	if (p.n > 0) {
		bad = p;
		bad.n--;
		assert_int_equal(ledger_inclusion_check(
					 &bad, index, n, &leaves[index], &root),
			ERR_MALFORMED);
	}
	for (size_t other = 0; other < n + 2; other++)
		if (other != index)
			assert_int_not_equal(ledger_inclusion_check(&p, other,
						     n, &leaves[index], &root),
				ERR_OK);
}

static void
a_proof_that_is_a_little_wrong_is_refused(void **state)
{
	struct ledger_proof none = {.n = 0};
	struct ledger_proof long_one = {.n = LEDGER_PROOF_MAX + 1};

	(void)state;
	for (size_t n = 1; n <= 40; n++)
		for (size_t i = 0; i < n; i++)
			inclusion_refuses(n, i);
	assert_int_equal(
		ledger_inclusion_check(&none, 0, 0, &leaves[0], &leaves[0]),
		ERR_MALFORMED);
	assert_int_equal(ledger_inclusion_check(&none, 0, LEDGER_SIZE_MAX + 1,
				 &leaves[0], &leaves[0]),
		ERR_MALFORMED);
	assert_int_equal(
		ledger_inclusion_check(&long_one, 0, 1, &leaves[0], &leaves[0]),
		ERR_MALFORMED);
	assert_int_equal(
		ledger_consistency_check(&none, 0, 5, &leaves[0], &leaves[0]),
		ERR_MALFORMED);
	assert_int_equal(
		ledger_consistency_check(&none, 5, 4, &leaves[0], &leaves[0]),
		ERR_MALFORMED);
}

static void
consistency_refuses(size_t old, size_t n)
{
	struct plain_tiles from;
	struct ledger_tiles tiles = tiles_over(&from, n);
	struct ledger_hash old_root = plain_root(leaves, old);
	struct ledger_hash root = plain_root(leaves, n);
	struct ledger_proof p;
	struct ledger_proof bad;

	assert_int_equal(ledger_consistency_make(&tiles, old, &p), ERR_OK);
	for (size_t i = 0; i < p.n * 32; i++) {
		bad = p;
		bad.at[i / 32].at[i % 32] ^= 0x80;
		assert_int_equal(ledger_consistency_check(
					 &bad, old, n, &old_root, &root),
			ERR_MISMATCH);
	}
	bad = p;
	bad.at[bad.n++] = root;
	assert_int_equal(
		ledger_consistency_check(&bad, old, n, &old_root, &root),
		ERR_MALFORMED);
	bad = p;
	bad.n -= p.n > 0 ? 1 : 0;
	if (p.n > 0)
		assert_int_equal(ledger_consistency_check(
					 &bad, old, n, &old_root, &root),
			ERR_MALFORMED);
	root.at[0] ^= 1;
	assert_int_equal(ledger_consistency_check(&p, old, n, &old_root, &root),
		ERR_MISMATCH);
	root.at[0] ^= 1;
	old_root.at[0] ^= 1;
	assert_int_equal(ledger_consistency_check(&p, old, n, &old_root, &root),
		ERR_MISMATCH);
}

static void
a_past_that_was_changed_is_refused(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 24; n++)
		for (size_t old = 1; old <= n; old++)
			consistency_refuses(old, n);
}

static enum err
no_tile(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	int *left = arg;

	if ((*left)-- == 0)
		return ERR_NOT_FOUND;
	memset(to, 0, width * 32);
	return level + n + width > 0 ? ERR_OK : ERR_DAMAGED;
}

static void
a_tile_that_cannot_be_read_is_handed_up(void **state)
{
	struct ledger_tiles tiles = {.read = no_tile, .size = 70000};
	struct ledger_proof p;
	struct ledger_tree t;

	(void)state;
	for (int n = 0; n < 3; n++) {
		int left = n;

		tiles.arg = &left;
		assert_int_equal(ledger_inclusion_make(&tiles, 69999, &p),
			ERR_NOT_FOUND);
		left = n;
		assert_int_equal(ledger_consistency_make(&tiles, 12345, &p),
			ERR_NOT_FOUND);
		left = n;
		assert_int_equal(ledger_tree_load(&tiles, &t), ERR_NOT_FOUND);
	}
	assert_int_equal(
		ledger_inclusion_make(&tiles, 70000, &p), ERR_NOT_FOUND);
	assert_int_equal(ledger_consistency_make(&tiles, 0, &p), ERR_NOT_FOUND);
}

static void
path_is(int level, uint64_t n, unsigned width, const char *want)
{
	struct ledger_tile t = {level, n, width};
	struct ledger_tile back;
	char path[LEDGER_TILE_PATH];

	ledger_tile_path(&t, path);
	assert_string_equal(path, want);
	assert_int_equal(ledger_tile_parse(span_text(path), &back), ERR_OK);
	assert_int_equal(back.level, level);
	assert_int_equal(back.n, n);
	assert_int_equal(back.width, width);
}

static void
tiles_have_their_names_and_no_other(void **state)
{
	static const char *const wrong[] = {"", "tile", "tile/", "tile/0",
		"tile/0/", "tile/0/00", "tile/0/0000", "tile/00/000",
		"tile/8/000", "tile/-1/000", "tile/0/x000/001", "tile/0/x001",
		"tile/0/x001/", "tile/0/001/002", "tile/0/000.p",
		"tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256",
		"tile/0/000.p/01", "tile/0/000.p/1/", "tile/0/000/",
		"tile/entries/", "tile/Entries/000", "/tile/0/000",
		"tile//0/000", "tile/0/x1/000", "tile/0/y001/000",
		"tile/0/x999/x999/x999/x999/x999/x999/999"};
	struct ledger_tile t;

	(void)state;
	path_is(0, 1234067, 256, "tile/0/x001/x234/067");
	path_is(0, 0, 1, "tile/0/000.p/1");
	path_is(LEDGER_TILE_ENTRIES, 273, 112, "tile/entries/273.p/112");
	path_is(7, 999, 255, "tile/7/999.p/255");
	path_is(1, 1000, 256, "tile/1/x001/000");
	path_is(0, LEDGER_SIZE_MAX / 256, 256,
		"tile/0/x036/x028/x797/x018/x963/967");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(ledger_tile_parse(span_text(wrong[i]), &t),
			ERR_MALFORMED);
}

static void
tiles_have_the_widths_of_the_specification(void **state)
{
	(void)state;
	assert_int_equal(ledger_tile_width(0, 272, 70000), 256);
	assert_int_equal(ledger_tile_width(0, 273, 70000), 112);
	assert_int_equal(ledger_tile_width(0, 274, 70000), 0);
	assert_int_equal(ledger_tile_width(1, 0, 70000), 256);
	assert_int_equal(ledger_tile_width(1, 1, 70000), 17);
	assert_int_equal(ledger_tile_width(2, 0, 70000), 1);
	assert_int_equal(ledger_tile_width(3, 0, 70000), 0);
	assert_int_equal(ledger_tile_width(0, 0, 256), 256);
	assert_int_equal(ledger_tile_width(0, 1, 256), 0);
	assert_int_equal(ledger_tile_width(1, 0, 256), 1);
	assert_int_equal(ledger_tile_width(LEDGER_TILE_ENTRIES, 0, 5), 5);
	assert_int_equal(ledger_tile_width(7, 0, LEDGER_SIZE_MAX), 127);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_hashes_of_nothing_and_of_one_byte),
		cmocka_unit_test(the_frontier_gives_the_root_of_the_plain_tree),
		cmocka_unit_test(the_frontier_comes_back_from_tiles),
		cmocka_unit_test(inclusion_proofs_are_those_of_the_plain_tree),
		cmocka_unit_test(
			consistency_proofs_are_those_of_the_plain_tree),
		cmocka_unit_test(a_proof_that_is_a_little_wrong_is_refused),
		cmocka_unit_test(a_past_that_was_changed_is_refused),
		cmocka_unit_test(a_tile_that_cannot_be_read_is_handed_up),
		cmocka_unit_test(tiles_have_their_names_and_no_other),
		cmocka_unit_test(tiles_have_the_widths_of_the_specification),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
