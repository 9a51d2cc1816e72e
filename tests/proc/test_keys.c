/* SPDX-License-Identifier: Apache-2.0 */
/* proc_keys: sorted as qsort sorts, found as a walk finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "os/file.h"
#include "proc/proc_keys.h"

static int
order(const void *a, const void *b)
{
	const struct proc_key *x = a;
	const struct proc_key *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return *seed >> 20;
}

static void
sorted_as_qsort_and_found_as_by_a_walk(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		static struct proc_key keys[200];
		static struct proc_key want[200];
		size_t n = draw(&seed) % 200;
		uint64_t kinds = 1 + draw(&seed) % 50;
		size_t at = 0;

		for (size_t i = 0; i < n; i++) {
			keys[i].key = draw(&seed) % kinds;
			keys[i].value = draw(&seed) % 5;
			if (kinds == 7) /* the greatest there are */
				keys[i].key = UINT64_MAX - keys[i].key;
		}
		memcpy(want, keys, sizeof(want));
		qsort(want, n, sizeof(want[0]), order);
		proc_keys_sort(keys, n);
		assert_memory_equal(keys, want, n * sizeof(keys[0]));
		while (at < n) { /* runs cover everything, once */
			size_t to = proc_keys_run(keys, n, at);

			assert_true(to > at && to <= n);
			for (size_t i = at; i < to; i++)
				assert_true(keys[i].key == keys[at].key);
			assert_true(to == n || keys[to].key != keys[at].key);
			assert_int_equal(
				proc_keys_find(keys, n, keys[at].key), at);
			at = to;
		}
		for (uint64_t key = 0; key < kinds + 2; key++) {
			size_t first = 0;

			while (first < n && keys[first].key != key)
				first++;
			assert_int_equal(proc_keys_find(keys, n, key), first);
		}
	}
	assert_int_equal(proc_keys_find(NULL, 0, 7), 0);
	proc_keys_sort(NULL, 0);
}

/* An order drawn up against a sort must not make it slow: a million keys that
 * are sorted, reversed, all equal, in organ pipes. */
static void
no_order_makes_it_slow(void **state)
{
	enum { N = 1 << 20 };
	struct proc_key *keys = malloc(N * sizeof(*keys));

	(void)state;
	assert_non_null(keys);
	for (unsigned kind = 0; kind < 4; kind++) {
		int64_t begin;

		for (uint64_t i = 0; i < N; i++) {
			uint64_t key[] = {i, N - i, 7, i < N / 2 ? i : N - i};

			keys[i] = (struct proc_key){key[kind], N - i};
		}
		begin = os_ticks();
		proc_keys_sort(keys, N);
		assert_true(os_ticks() - begin < 10LL * 1000 * 1000 * 1000);
		for (size_t i = 1; i < N; i++)
			assert_true(order(&keys[i - 1], &keys[i]) <= 0);
	}
	free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted_as_qsort_and_found_as_by_a_walk),
		cmocka_unit_test(no_order_makes_it_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
