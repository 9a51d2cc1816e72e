/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A delta over a roll answers as the roll that is built of all rows anew: the
 * second, simple way is a table of rows by person and year.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "person/person.h"
#include "roll/roll.h"
#include "roll/roll_int.h"

enum { PEOPLE = 120, FIRST = 2018, YEARS = 8, TEXT = 1 << 20 };

static uint64_t seed;

static unsigned
draw(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 11) % below);
}

/* ---- rows ---- */

struct row {
	bool is;
	unsigned surname, given, tin, street, origin, role, screen;
};
struct table {
	struct row row[PEOPLE][YEARS];
};

static struct row
draw_row(void)
{
	return (struct row){true, draw(4), draw(4), draw(50), draw(30), draw(4),
		draw(3), draw(4)};
}

static void
put_row(unsigned person, unsigned year, const struct row *r, struct buf *to)
{
	static const char *const given[] = {"ANA", "BO", "CARLA", "DAN"};
	static const char *const surname[] = {"DIAZ", "KIM", "LEE", "ROJAS"};
	static const char *const origin[] = {
		"return", "third-party", "preparer", "care-of"};
	static const char *const role[] = {"primary", "secondary", "dependent"};
	static const char *const screen[] = {"", "informant", "exam", "ci"};

	buf_printf(to,
		"P%03u,%09u,SSN,%s,,%s,,1980-02-03,%s,,%u,%u N MAIN ST,APT %u,"
		"RIO LINDA,CA,95673,%s,%s\n",
		person, 100000001 + r->tin, given[r->given],
		surname[r->surname], role[r->role], FIRST + year,
		10 + r->street / 2, r->street % 2, origin[r->origin],
		screen[r->screen]);
}

static void
put_table(const struct table *t, struct buf *to)
{
	buf_text(to,
		"person_id,tin,tin_type,given_name,middle_name,surname,"
		"suffix,birth_date,filing_role,joint_id,tax_year,"
		"address_line,unit,city,state,zip,address_source,screen\n");
	for (unsigned p = 0; p < PEOPLE; p++)
		for (unsigned y = 0; y < YEARS; y++)
			if (t->row[p][y].is)
				put_row(p, y, &t->row[p][y], to);
}

/* A share of people, with a share of years from `low` to `high`. */
static void
draw_table(struct table *t, unsigned one_of, unsigned low, unsigned high)
{
	memset(t, 0, sizeof(*t));
	for (unsigned p = 0; p < PEOPLE; p++) {
		if (draw(one_of) != 0)
			continue;
		for (unsigned y = low; y < high; y++) {
			struct row before = t->row[p][y > 0 ? y - 1 : 0];

			if (draw(3) == 0)
				continue;
			t->row[p][y] =
				draw(2) == 0 && before.is ? before : draw_row();
		}
	}
}

static void
lay_table(struct table *below, const struct table *news)
{
	for (unsigned p = 0; p < PEOPLE; p++)
		for (unsigned y = 0; y < YEARS; y++)
			if (news->row[p][y].is)
				below->row[p][y] = news->row[p][y];
}

/* ---- rolls ---- */

static struct roll *
opened(int fd)
{
	struct roll *roll = NULL;
	struct why why = {{0}};

	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, &why), ERR_OK);
	(void)close(fd);
	return roll;
}

static int
new_file(void)
{
	int fd = memfd_create("roll", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static struct roll *
built(const struct table *t)
{
	OWNED_BUF(csv, TEXT);
	struct span left;
	struct roll_source source;
	struct roll_stats stats;
	struct why why = {{0}};
	int fd = new_file();

	put_table(t, &csv);
	left = buf_span(&csv);
	source = roll_source_bytes("roll.csv", &left);
	if (roll_build(&source, 1, fd, NULL, &stats, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return opened(fd);
}

/* `t` as a delta over `below`, which is as it serves and stays. */
static struct roll *
delta_of(const struct table *t, const struct roll *below)
{
	OWNED(roll) news = built(t);
	struct roll_stats stats;
	int fd = new_file();

	assert_int_equal(roll_delta(news, below, fd, 0, &stats), ERR_OK);
	return opened(fd);
}

static void
lay(struct roll *delta, struct roll **below)
{
	struct why why = {{0}};

	if (roll_lay(delta, below, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* What a roll says of one person and year, as text. */
static void
said(const struct roll *roll, const char *id, unsigned year, struct buf *to)
{
	uint32_t person = roll_find_person(roll, span_text(id));
	uint32_t bit = roll_year_bit(roll, (uint16_t)year);
	uint32_t n =
		person == ROLL_NOBODY ? 0 : roll_person(roll, person).n_spans;

	for (uint32_t i = 0; i < n; i++) {
		struct roll_span s = roll_span(roll, person, i);
		struct roll_identity is =
			roll_identity(roll, person, s.identity);
		struct address_text at = roll_address(roll, s.address);
		struct person_address standard;

		if ((s.years & bit) == 0)
			continue;
		roll_address_standard(roll, s.address, &standard);
		assert_int_equal(roll_address_house(roll, s.address),
			roll_house_key(&standard));
		buf_printf(to, "%u %u %d %u %u %u ", is.tin, is.tin_type,
			is.birth, s.role, s.origin, s.screen);
		buf_bytes(to, is.given);
		buf_text(to, " ");
		buf_bytes(to, is.surname);
		buf_text(to, " ");
		buf_bytes(to, at.line);
		buf_text(to, " ");
		buf_bytes(to, at.unit);
		buf_bytes(to, at.zip);
		buf_text(to, ";");
	}
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ids found by a key, in order of ids. */
static void
found_ids(const struct roll *roll, struct roll_found found, struct buf *to)
{
	char text[PEOPLE][8];
	const char *at[PEOPLE];
	size_t n = 0;
	uint32_t last = 0;

	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);

		if (person == ROLL_NOBODY)
			continue;
		assert_true(n == 0 || person > last);
		last = person;
		assert_true(span_copy(roll_person(roll, person).id, text[n],
			sizeof(text[n])));
		at[n] = text[n];
		n++;
	}
	qsort(at, n, sizeof(at[0]), by_text);
	for (size_t i = 0; i < n; i++)
		buf_printf(to, "%s ", at[i]);
}

static void
same(struct buf *a, struct buf *b)
{
	assert_int_equal(buf_error(a), ERR_OK);
	if (!span_eq(buf_span(a), buf_span(b)))
		fail_msg("\n%.*s\n%.*s", (int)a->n, a->at, (int)b->n, b->at);
	buf_clear(a);
	buf_clear(b);
}

static void
rolls_say_the_same(const struct roll *layered, const struct roll *anew)
{
	OWNED_BUF(a, TEXT);
	OWNED_BUF(b, TEXT);
	struct person_address address;

	for (unsigned p = 0; p < PEOPLE; p++)
		for (unsigned y = 0; y < YEARS; y++) {
			char id[8];

			snprintf(id, sizeof(id), "P%03u", p);
			said(layered, id, FIRST + y, &a);
			said(anew, id, FIRST + y, &b);
			same(&a, &b);
		}
	for (uint32_t tin = 100000001; tin < 100000051; tin++) {
		found_ids(layered, roll_find_tin(layered, tin), &a);
		found_ids(anew, roll_find_tin(anew, tin), &b);
		same(&a, &b);
	}
	for (unsigned street = 10; street < 25; street++) {
		char line[24];
		const struct address_text text = {
			.line = span_of(
				line, (size_t)snprintf(line, sizeof(line),
					      "%u N MAIN ST", street)),
			.city = SPAN("RIO LINDA"),
			.state = SPAN("CA"),
			.zip = SPAN("95673"),
		};

		person_address(&text, &address);
		found_ids(layered,
			roll_find_house(layered, roll_house_key(&address)), &a);
		found_ids(anew, roll_find_house(anew, roll_house_key(&address)),
			&b);
		same(&a, &b);
	}
}

/* ---- the promises ---- */

static void
a_delta_says_what_the_whole_built_anew_says(void **state)
{
	static struct table all;
	static struct table news;

	(void)state;
	for (seed = 1; seed < 1000000; seed = seed * 3 + 1) {
		uint64_t was = seed;
		OWNED(roll) below = NULL;
		OWNED(roll) layered = NULL;
		OWNED(roll) anew = NULL;

		draw_table(&all, 2, 1, YEARS - 1);
		below = built(&all);
		draw_table(&news, 4, 0, YEARS);
		layered = delta_of(&news, below);
		lay(layered, &below);
		assert_null(below);
		lay_table(&all, &news);
		anew = built(&all);
		rolls_say_the_same(layered, anew);
		assert_true(roll_hash_holds(layered));
		seed = was;
	}
}

/* The second lies over the same roll, and takes in what the first said. */
static void
a_delta_over_a_delta_is_one_layer(void **state)
{
	static struct table all;
	static struct table news;

	(void)state;
	for (seed = 5; seed < 1000000; seed = seed * 3 + 1) {
		uint64_t was = seed;
		OWNED(roll) below = NULL;
		OWNED(roll) again = NULL;
		OWNED(roll) first = NULL;
		OWNED(roll) second = NULL;
		OWNED(roll) anew = NULL;
		uint8_t hash[2][32];

		draw_table(&all, 2, 1, YEARS - 1);
		below = built(&all);
		again = built(&all);
		draw_table(&news, 4, 0, YEARS);
		first = delta_of(&news, below);
		lay(first, &below);
		lay_table(&all, &news);
		draw_table(&news, 4, 0, YEARS);
		second = delta_of(&news, first);
		assert_true(roll_is_delta(first, hash[0]));
		assert_true(roll_is_delta(second, hash[1]));
		assert_memory_equal(hash[0], hash[1], 32);
		lay(second, &again);
		lay_table(&all, &news);
		anew = built(&all);
		rolls_say_the_same(second, anew);
		seed = was;
	}
}

static void
a_delta_over_another_roll_is_refused(void **state)
{
	static struct table all;
	static struct table news;
	OWNED(roll) below = NULL;
	OWNED(roll) other = NULL;
	OWNED(roll) delta = NULL;
	struct why why = {{0}};
	uint8_t hash[32];

	(void)state;
	seed = 77;
	draw_table(&all, 2, 1, YEARS);
	below = built(&all);
	draw_table(&news, 3, 0, YEARS);
	delta = delta_of(&news, below);
	other = built(&news);
	assert_false(roll_is_delta(below, hash));
	assert_int_equal(roll_lay(delta, &other, &why), ERR_DAMAGED);
	assert_null(other);
	/* and what is no delta lies over nothing */
	other = built(&news);
	assert_int_equal(roll_lay(below, &other, &why), ERR_DAMAGED);
}

static void
years_too_far_apart_together_are_refused(void **state)
{
	static struct table all;
	OWNED(roll) below = NULL;
	OWNED(roll) news = NULL;
	struct roll_stats stats;
	int fd = new_file();

	(void)state;
	seed = 3;
	draw_table(&all, 2, 0, YEARS);
	below = built(&all);
	news = built(&all);
	news->header.first_year = 1990; /* as a file of 1990 would have it */
	assert_int_equal(roll_delta(news, below, fd, 0, &stats), ERR_TOO_LARGE);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delta_says_what_the_whole_built_anew_says),
		cmocka_unit_test(a_delta_over_a_delta_is_one_layer),
		cmocka_unit_test(a_delta_over_another_roll_is_refused),
		cmocka_unit_test(years_too_far_apart_together_are_refused),
	};

	if (crypto_init() != ERR_OK)
		return 1;
	person_init();
	return cmocka_run_group_tests_name("roll-delta", tests, NULL, NULL);
}
