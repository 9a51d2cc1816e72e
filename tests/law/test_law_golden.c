/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each golden/NAME.md is a law file with one thing wrong; golden/NAME.err is
 * what is said of it, byte for byte.  A line of ==== parts several files; a
 * single agreement narrows base.statute.  Every error that the parser and the
 * checker know has a file: tools/check-law.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "law/law_int.h"

enum { BYTES = 1 << 16, CASES_MAX = 200 };

static size_t
read_file(const char *name, const char *end, uint8_t *to)
{
	char path[600];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/tests/law/golden/%s%s",
		WEIR_SOURCE, name, end);
	f = fopen(path, "rbe");
	if (f == NULL)
		return 0;
	n = fread(to, 1, BYTES, f);
	(void)fclose(f);
	assert_true(n < BYTES);
	return n;
}

static void
add_base(struct law *law)
{
	static uint8_t base[BYTES];
	size_t n = read_file("base", ".statute", base);

	assert_true(n > 0);
	assert_int_equal(
		law_add(law, "base.statute", span_of(base, n), NULL), ERR_OK);
}

static bool
holds(struct span text, struct span what)
{
	return memmem(text.at, text.n, what.at, what.n) != NULL;
}

/* Up to the line of ====, which is dropped. */
static struct span
part_of(struct span *left)
{
	const uint8_t *line = memmem(left->at, left->n, "\n====\n", 6);
	struct span part = *left;

	if (line == NULL) {
		left->n = 0;
		return part;
	}
	part.n = (size_t)(line + 1 - left->at);
	*left = span_of(line + 6, left->n - part.n - 5);
	return part;
}

static void
check_case(const char *name)
{
	static uint8_t text[BYTES];
	static uint8_t want[BYTES];
	size_t n = read_file(name, ".md", text);
	size_t n_want = read_file(name, ".err", want);
	OWNED(law) law = NULL;
	OWNED_BUF(shown, BYTES);
	struct span left = span_of(text, n);
	char file[300];
	struct law_error error;
	enum err e = law_new(&law);

	assert_int_equal(e, ERR_OK);
	if (!holds(left, SPAN("\nstatute ")))
		add_base(law);
	for (unsigned i = 1; e == ERR_OK && left.n > 0; i++) {
		struct span part = part_of(&left);

		(void)snprintf(file, sizeof(file), "%s.md", name);
		if (left.n > 0)
			(void)snprintf(file, sizeof(file), "part-%u.md", i);
		e = law_add(law, file, part, &error);
	}
	if (e == ERR_OK)
		e = law_seal(law, &error);
	assert_int_equal(e, ERR_MALFORMED);
	law_error_show(&error, &shown);
	assert_int_equal(buf_error(&shown), ERR_OK);
	if (!span_eq(buf_span(&shown), span_of(want, n_want)))
		fail_msg("%s: said\n%.*s, and wanted\n%.*s", name, (int)shown.n,
			(const char *)shown.at, (int)n_want,
			(const char *)want);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
each_error_is_said_as_it_was_agreed(void **state)
{
	static char names[CASES_MAX][256];
	char path[600];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/tests/law/golden", WEIR_SOURCE);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		char *dot = strrchr(entry->d_name, '.');

		if (dot == NULL || strcmp(dot, ".md") != 0)
			continue;
		*dot = '\0';
		assert_true(n < CASES_MAX);
		(void)snprintf(
			names[n++], sizeof(names[0]), "%s", entry->d_name);
	}
	(void)closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++)
		check_case(names[i]);
	assert_true(n > 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_is_said_as_it_was_agreed),
	};

	return cmocka_run_group_tests_name("law-golden", tests, NULL, NULL);
}
