/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "crypto/crypto.h"
#include "ledger/order.h"

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

static void
seed_of(uint64_t i, uint8_t seed[32])
{
	crypto_sha256(span_of(&i, sizeof(i)), seed);
}

static void
every_place_is_there_once(void **state)
{
	enum { MOST = 3000 };
	static uint32_t at[MOST + 1];
	static bool seen[MOST];
	uint8_t seed[32];

	(void)state;
	for (size_t n = 0; n <= MOST; n = n < 20 ? n + 1 : 3 * n) {
		memset(seen, 0, sizeof(seen));
		at[n] = 77;
		seed_of(n, seed);
		ledger_order(seed, at, n);
		assert_int_equal(at[n], 77);
		for (size_t i = 0; i < n; i++) {
			assert_true(at[i] < n);
			assert_false(seen[at[i]]);
			seen[at[i]] = true;
		}
	}
}

/* By the words of the code, in another language:
 *	d = b"".join(sha256(b"weir/order/v1" + bytes(range(32)) +
 *		i.to_bytes(8, "big")).digest() for i in range(9))
 * and Fisher-Yates from the end. */
static void
an_order_is_the_one_of_its_bytes(void **state)
{
	static const uint32_t want[10] = {4, 5, 6, 3, 8, 7, 9, 0, 1, 2};
	uint32_t at[10];
	uint8_t seed[32];

	(void)state;
	for (uint8_t i = 0; i < 32; i++)
		seed[i] = i;
	ledger_order(seed, at, 10);
	assert_memory_equal(at, want, sizeof(want));
	seed[31] ^= 1;
	ledger_order(seed, at, 10);
	assert_memory_not_equal(at, want, sizeof(want));
}

/* Chi square over the 24 orders of four: 23 degrees of freedom, and a fixed
 * list of seeds. */
static void
all_orders_are_alike(void **state)
{
	enum { ROUNDS = 24000, EACH = ROUNDS / 24 };
	unsigned count[256] = {0};
	double chi = 0;
	unsigned kinds = 0;

	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		uint32_t at[4];
		uint8_t seed[32];

		seed_of(1000 + i, seed);
		ledger_order(seed, at, 4);
		count[at[0] << 6 | at[1] << 4 | at[2] << 2 | at[3]]++;
	}
	for (size_t i = 0; i < 256; i++) {
		double off = (double)count[i] - EACH;

		kinds += count[i] > 0;
		if (count[i] > 0)
			chi += off * off / EACH;
	}
	assert_int_equal(kinds, 24);
	assert_true(chi < 49.7); /* 0.999 */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_is_there_once),
		cmocka_unit_test(an_order_is_the_one_of_its_bytes),
		cmocka_unit_test(all_orders_are_alike),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
