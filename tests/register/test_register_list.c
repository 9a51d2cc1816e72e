/* SPDX-License-Identifier: Apache-2.0 */
/* A list of screens, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "register/register.h"
#include "register/register_list.h"

static enum err
parse(struct span text, struct buf *rows, uint32_t *n, struct why *why)
{
	*n = 0;
	why->text[0] = '\0';
	buf_clear(rows);
	return register_list_parse(text, rows, n, why);
}

static void
is_row(struct span *rest, const char *person, const char *ground)
{
	struct register_list_row row;

	assert_true(register_list_next(rest, &row));
	assert_true(span_eq(row.person, span_text(person)));
	assert_true(span_eq(row.ground, span_text(ground)));
}

static void
a_list_is_read_row_by_row(void **state)
{
	static const char *const lists[] = {
		"person,ground\nP1,ci\nP 2,exam\nP1,informant\n",
		"\xef\xbb\xbfperson,ground\r\nP1,ci\r\nP 2,exam\r\n"
		"P1,informant\r\n",
	};
	OWNED_BUF(rows, REGISTER_LIST_BYTES);
	struct why why;
	uint32_t n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct span rest;

		assert_int_equal(
			parse(span_text(lists[i]), &rows, &n, &why), ERR_OK);
		assert_int_equal(n, 3);
		rest = buf_span(&rows);
		is_row(&rest, "P1", "ci");
		is_row(&rest, "P 2", "exam");
		is_row(&rest, "P1", "informant");
		assert_int_equal(rest.n, 0);
	}
	assert_int_equal(
		parse(SPAN("person,ground\n"), &rows, &n, &why), ERR_OK);
	assert_int_equal(n, 0);
}

static void
what_is_no_list_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} lists[] = {
		{"", "line 1: the header is not"},
		{"person,ground", "line 1: the header is not"},
		{"Person,ground\nP1,ci\n", "line 1: the header is not"},
		{"P1,ci\n", "line 1: the header is not"},
		{"person,ground\nP1,ci\nP2,c", "line 3: the last line has no"},
		{"person,ground\nP1\n", "line 2: is not `person,ground`"},
		{"person,ground\n\nP1,ci\n", "line 2: is not `person,ground`"},
		{"person,ground\nP1,ci\n,ci\n", "line 3: the person is not"},
		{"person,ground\n P1,ci\n", "line 2: the person is not"},
		{"person,ground\n\"P1\",ci\n", "line 2: the person is not"},
		{"person,ground\nP\x1b[2J,ci\n", "line 2: the person is not"},
		{"person,ground\nP\xff,ci\n", "line 2: the person is not"},
		{"person,ground\nP1,CI\n", "line 2: the ground is not"},
		{"person,ground\nP1,ci,\n", "line 2: the ground is not"},
		{"person,ground\nP1,\n", "line 2: the ground is not"},
		{"person,ground\nP1,ci|exam\n", "line 2: the ground is not"},
		{"person,ground\nP12345678901234567890123456789012345678901234"
		 "567890123456789012345,ci\n",
			"line 2: the person is too long"},
	};
	OWNED_BUF(rows, REGISTER_LIST_BYTES);
	struct why why;
	uint32_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(
			parse(span_text(lists[i].text), &rows, &n, &why),
			ERR_MALFORMED);
		if (strstr(why.text, lists[i].says) != why.text)
			fail_msg("%s: %s", lists[i].text, why.text);
	}
}

static void
a_list_has_a_most(void **state)
{
	OWNED_BUF(text, REGISTER_LIST_FILE);
	OWNED_BUF(rows, REGISTER_LIST_BYTES);
	struct why why;
	uint32_t n;

	(void)state;
	buf_text(&text, "person,ground\n");
	for (unsigned i = 0; i < REGISTER_LIST_MOST; i++)
		buf_text(&text,
			"P123456789012345678901234567890123456789012345678901"
			"23456789012,exam\n");
	assert_int_equal(buf_error(&text), ERR_OK);
	assert_int_equal(parse(buf_span(&text), &rows, &n, &why), ERR_OK);
	assert_int_equal(n, REGISTER_LIST_MOST);
	buf_text(&text, "P1,ci\n");
	assert_int_equal(
		parse(buf_span(&text), &rows, &n, &why), ERR_TOO_LARGE);
	assert_string_equal(why.text, "more than 200000 lines");
}

static void
bytes_that_are_no_rows_are_none(void **state)
{
	static const uint8_t beyond[] = {3, 0, 0, 0, 1, 'P'};
	static const uint8_t cut[] = {0, 0, 0, 0, 2, 'P'};
	struct register_list_row row;
	struct span rest = span_of(beyond, sizeof(beyond));

	(void)state;
	assert_false(register_list_next(&rest, &row));
	rest = span_of(cut, sizeof(cut));
	assert_false(register_list_next(&rest, &row));
	rest = span_of(NULL, 0);
	assert_false(register_list_next(&rest, &row));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_row_by_row),
		cmocka_unit_test(what_is_no_list_is_refused_with_its_line),
		cmocka_unit_test(a_list_has_a_most),
		cmocka_unit_test(bytes_that_are_no_rows_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
