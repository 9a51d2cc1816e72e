/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope of one request: what is written is read, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "request/request_single.h"

struct place {
	struct request_reader *reader;
	struct arena arena;
};

static int
make(void **state)
{
	static struct place p;

	assert_int_equal(request_reader_new(&p.reader), ERR_OK);
	assert_int_equal(arena_init(&p.arena, 2 * SINGLE_BYTES_MAX), ERR_OK);
	*state = &p;
	return 0;
}

static int
drop(void **state)
{
	struct place *p = *state;

	p->reader = request_reader_free(p->reader);
	arena_fini(&p->arena);
	return 0;
}

static enum err
parse(struct place *p, const char *text, struct request_single *single,
	struct why *why)
{
	arena_reset(&p->arena);
	return request_single_parse(
		p->reader, span_text(text), &p->arena, single, why);
}

static void
what_is_written_is_read(void **state)
{
	struct place *p = *state;
	const struct request_single is = {
		SPAN("{\"a\":1}\r\n"), SPAN("m"), span_of("\0\377\n", 3)};
	struct request_single got;
	struct why why = {""};
	OWNED_BUF(bytes, 4096);

	request_single_write(&is, &bytes);
	arena_reset(&p->arena);
	assert_int_equal(request_single_parse(p->reader, buf_span(&bytes),
				 &p->arena, &got, &why),
		ERR_OK);
	assert_true(span_eq(got.line, is.line));
	assert_true(span_eq(got.manifest, is.manifest));
	assert_true(span_eq(got.signature, is.signature));
}

static void
anything_else_is_refused_by_name(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} bad[] = {
		{"", "empty"},
		{"[]", "one object"},
		{"7", "one object"},
		{"{}", "weir:line: is missing"},
		{"{\"weir:line\":\"AA==\"}", "weir:manifest: is missing"},
		{"{\"weir:line\":7}", "weir:line: must be base64"},
		{"{\"weir:line\":{\"weir:manifest\":\"AA==\"}}",
			"weir:line: must be base64"},
		{"{\"weir:line\":\"\"}", "weir:line: must be base64"},
		{"{\"weir:line\":\"AA=\"}", "weir:line: must be base64"},
		{"{\"weir:line\":\"AB==\"}", "weir:line: must be base64"},
		{"{\"weir:line\":\"A A=\"}", "weir:line: must be base64"},
		{"{\"weir:line\":\"AA==\",\"weir:line\":\"AA==\"}", "twice"},
		{"{\"weir:lines\":\"AA==\"}", "not a member"},
		{"{\"weir:line\":\"AA==\",\"weir:manifest\":\"AA==\","
		 "\"weir:signature\":\"AA==\",\"more\":1}",
			"more: not a member"},
		{"{\"weir:line\":\"AA==\",\"weir:manifest\":\"AA==\","
		 "\"weir:signature\":\"AA==\"} {}",
			"envelope"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct request_single got = {.line = SPAN("kept")};
		struct why why = {""};

		assert_int_equal(
			parse(p, bad[i].text, &got, &why), ERR_MALFORMED);
		if (strstr(why.text, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, why.text);
		assert_true(span_eq(got.line, SPAN("kept")));
	}
}

static void
a_long_one_is_refused_unparsed(void **state)
{
	struct place *p = *state;
	static uint8_t many[SINGLE_BYTES_MAX + 1];
	struct request_single got;
	struct why why = {""};

	memset(many, ' ', sizeof(many));
	assert_int_equal(
		request_single_parse(p->reader, span_of(many, sizeof(many)),
			&p->arena, &got, &why),
		ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_written_is_read, make, drop),
		cmocka_unit_test_setup_teardown(
			anything_else_is_refused_by_name, make, drop),
		cmocka_unit_test_setup_teardown(
			a_long_one_is_refused_unparsed, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
