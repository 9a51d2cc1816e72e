/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as strangers write them, the table of routes, and the settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/route.h"
#include "serve/settings.h"

static const struct serve_route routes[] = {
	{ASK_GET, "/", SERVE_PAGE, 0, SERVE_NONE, NULL},
	{ASK_GET, "/batches/{batch}", SERVE_PAGE, 0, SERVE_NONE, NULL},
	{ASK_POST, "/batches/{batch}/requests/{request}", SERVE_PAGE, 0,
		SERVE_FORM, NULL},
	{ASK_GET, "/batches/{batch}/requests/{request}", SERVE_PAGE, 0,
		SERVE_NONE, NULL},
};
static const struct serve_site site = {
	.route = routes, .n = sizeof(routes) / sizeof(*routes)};

static enum err
reads(const char *raw, struct route_address *a)
{
	enum err e = route_address_read(span_text(raw), a);

	if (e != ERR_OK)
		route_address_fini(a);
	return e;
}

static void
there_is_one_way_to_write_an_address(void **state)
{
	static const char *const wrong[] = {"", "a", "//", "/a/", "/a//b",
		"/./a", "/a/..", "/%2e%2e/a", "/%2E/a", "/a%2fb", "/a%5cb",
		"/%00", "/a%0d%0aX:1", "/%7f", "/%", "/%4", "/%zz", "/\xff",
		"/a?=b", "/a?x=%", "/a?x=%00", "/a?x=\xff", "/a?\xd1=\x9e",
		"/%c0%af"};
	static struct route_address a;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (reads(wrong[i], &a) != ERR_MALFORMED)
			fail_msg("%s is taken", wrong[i]);
}

static void
what_is_encoded_once_is_decoded_once(void **state)
{
	static struct route_address a;

	(void)state;
	assert_int_equal(
		reads("/b%20c/%252e%252e?q=a+b%26c&q=&n=%C3%A9", &a), ERR_OK);
	assert_true(span_eq(a.path, SPAN("/b c/%2e%2e")));
	assert_int_equal(a.n, 3);
	assert_true(span_eq(a.value[0].name, SPAN("q")));
	assert_true(span_eq(a.value[0].value, SPAN("a b&c")));
	assert_int_equal(a.value[1].value.n, 0);
	assert_true(span_eq(a.value[2].value, SPAN("\xc3\xa9")));
	route_address_fini(&a);
}

static void
what_is_too_much_is_refused(void **state)
{
	static char raw[ROUTE_RAW_MAX + 8];
	static struct route_address a;
	size_t n = 0;

	(void)state;
	memset(raw, 'a', ROUTE_RAW_MAX + 1);
	raw[0] = '/';
	assert_int_equal(reads(raw, &a), ERR_TOO_LARGE);
	raw[n++] = '/';
	raw[n++] = '?';
	for (size_t i = 0; i <= ASK_VALUES; i++) {
		memcpy(raw + n, "a=1&", 4);
		n += 4;
	}
	raw[n] = '\0';
	assert_int_equal(reads(raw, &a), ERR_MALFORMED);
}

static void
a_path_finds_its_route(void **state)
{
	char allow[ROUTE_ALLOW_MAX];
	uint32_t n = 9;
	struct ask ask = {.n = 0};

	(void)state;
	assert_int_equal(route_find(&site, "GET", SPAN("/"), &n, allow), 0);
	assert_int_equal(n, 0);
	assert_int_equal(
		route_find(&site, "HEAD", SPAN("/batches/7"), &n, allow), 0);
	assert_int_equal(n, 1);
	assert_int_equal(route_find(&site, "POST",
				 SPAN("/batches/7/requests/R-1"), &n, allow),
		0);
	assert_int_equal(n, 2);
	route_parts(&routes[n], SPAN("/batches/7/requests/R-1"), &ask);
	assert_int_equal(ask.n, 2);
	assert_true(span_eq(ask_get(&ask, ASK_PATH, "batch"), SPAN("7")));
	assert_true(span_eq(ask_get(&ask, ASK_PATH, "request"), SPAN("R-1")));
	assert_int_equal(route_find(&site, "GET", SPAN("/batches"), &n, allow),
		ERR_NOT_FOUND);
	assert_int_equal(
		route_find(&site, "GET", SPAN("/batches/7/x"), &n, allow),
		ERR_NOT_FOUND);
	assert_int_equal(route_find(&site, "PUT",
				 SPAN("/batches/7/requests/R-1"), &n, allow),
		ERR_BAD_MOVE);
	assert_string_equal(allow, "POST, GET, HEAD, OPTIONS");
}

static void
settings_say_the_line_that_is_wrong(void **state)
{
	static const char *const wrong[] = {"listen", "workers 0",
		"workers 257", "workers two", "nothing 1", "policy reviewer",
		"policy reviewer 1..2", "policy reviewer .1",
		"policy reviewer 1.a"};
	struct settings s;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		OWNED_BUF(text, 256);

		buf_printf(&text, "# first\n%s\n", wrong[i]);
		why.text[0] = '\0';
		if (settings_parse(buf_span(&text), &s, &why) !=
				ERR_MALFORMED ||
			strstr(why.text, "line 2") == NULL)
			fail_msg("%s: %s", wrong[i], why.text);
	}
}

static void
settings_hold_what_they_say(void **state)
{
	struct settings s;
	struct why why;

	(void)state;
	assert_int_equal(
		settings_parse(SPAN("listen [::1]:9443\n\n# x\n  workers 3\n"
				    "policy reviewer 2.16.840.1\n"
				    "policy reviewer 2.16.840.2"),
			&s, &why),
		ERR_OK);
	assert_string_equal(s.listen, "[::1]:9443");
	assert_int_equal(s.workers, 3);
	assert_int_equal(s.queue, settings_default().queue);
	assert_int_equal(s.n_policies, 2);
	assert_string_equal(s.policy[1].role, "reviewer");
	assert_string_equal(s.policy[1].oid, "2.16.840.2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_one_way_to_write_an_address),
		cmocka_unit_test(what_is_encoded_once_is_decoded_once),
		cmocka_unit_test(what_is_too_much_is_refused),
		cmocka_unit_test(a_path_finds_its_route),
		cmocka_unit_test(settings_say_the_line_that_is_wrong),
		cmocka_unit_test(settings_hold_what_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
