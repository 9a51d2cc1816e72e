/* SPDX-License-Identifier: Apache-2.0 */
/* I2: where a request is after it was decided anew, for every state, package
 * and moment, against what was written here by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "case/case_anew.h"

static const uint8_t ana[CASE_PRINT] = {1};
static const uint8_t ben[CASE_PRINT] = {2};
static const uint8_t submitter[CASE_PRINT] = {3};

static struct case_moment
moment(bool may, size_t approvers, bool withheld)
{
	return (struct case_moment){
		.may = may,
		.n_approvers = approvers,
		.approver = {ana, ben},
		.submitter = submitter,
		.withheld = withheld,
	};
}

/* "stopped" and so on by what people and law say; NULL: it stays. */
static const char *
meant_place(enum case_state from, bool may, size_t n, bool withheld)
{
	static const char *const by_signatures[] = {
		"review", "approved-once", "approved"};

	if (from != CASE_REVIEW && from != CASE_APPROVED_ONCE &&
		from != CASE_APPROVED && from != CASE_SEALED &&
		from != CASE_STOPPED)
		return case_state_text(from);
	if (withheld)
		return "withheld";
	return may ? by_signatures[n] : "stopped";
}

static void
every_state_and_moment(void **state)
{
	unsigned addresses = 0;
	unsigned voids = 0;

	(void)state;
	for (unsigned s = 1; s < CASE_N_STATES; s++)
		for (unsigned a = 0; a < CASE_N_ANSWERED; a++)
			for (unsigned k = 0; k < 12; k++) {
				bool may = k % 2 != 0;
				bool withheld = k / 2 % 2 != 0;
				size_t n = k / 4;
				struct case_moment m = moment(may, n, withheld);
				struct case_request r;
				struct case_turn turn;

				if (case_load((uint8_t)s, (uint8_t)a, &r) !=
					ERR_OK)
					continue;
				case_decide_anew(&r, &m, &turn);
				assert_string_equal(
					case_state_text(
						(enum case_state)r.state),
					meant_place((enum case_state)s, may, n,
						withheld));
				assert_int_equal(r.answered, a);
				/* nothing leaves without all of it */
				if (turn.address)
					assert_true(may && n == 2 && !withheld);
				addresses += turn.address;
				voids += turn.void_;
			}
	/* five states without and with the neutral package, DELIVERED, RECALLED */
	assert_int_equal(addresses, 2 * 5 + 2);
	/* two signatures are kept by one moment of twelve, one by two */
	assert_int_equal(voids, 2 * (11 + 11 + 10));
}

/* A request that was decided anew and then again in the same moment stays. */
static void
deciding_twice_is_deciding_once(void **state)
{
	(void)state;
	for (unsigned s = 1; s < CASE_N_STATES; s++)
		for (unsigned k = 0; k < 12; k++) {
			struct case_moment m =
				moment(k % 2 != 0, k / 4, k / 2 % 2 != 0);
			struct case_request r;
			struct case_request once;
			struct case_turn turn;

			if (case_load((uint8_t)s, 0, &r) != ERR_OK)
				continue;
			case_decide_anew(&r, &m, &turn);
			once = r;
			case_decide_anew(&r, &m, &turn);
			assert_memory_equal(&r, &once, sizeof(r));
			assert_false(turn.void_);
		}
}

static void
who_awaits_an_answer(void **state)
{
	unsigned first = 0;
	unsigned later = 0;

	(void)state;
	for (unsigned s = 1; s < CASE_N_STATES; s++)
		for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
			struct case_request r;

			if (case_load((uint8_t)s, (uint8_t)a, &r) != ERR_OK)
				continue;
			first += case_awaits_answer(&r, false);
			later += case_awaits_answer(&r, true);
		}
	assert_int_equal(first, 9);
	assert_int_equal(later, 2 * 9 + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_and_moment),
		cmocka_unit_test(deciding_twice_is_deciding_once),
		cmocka_unit_test(who_awaits_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
