/* SPDX-License-Identifier: Apache-2.0 */
/* proc_lines: a file cut into lines, in bounded memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../fuzz/lines_plain.h"
#include "os/file.h"
#include "proc/proc_lines.h"

static struct proc_lines lines;

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % below;
}

static int
file_of(struct span bytes)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(os_write_all(fd, bytes), ERR_OK);
	return fd;
}

static void
as_the_plain_one_cuts(struct span rest, bool csv)
{
	OWNED_FD fd = file_of(rest);
	uint64_t offset = 0;

	assert_int_equal(proc_lines_begin(&lines, fd, csv), ERR_OK);
	for (;;) {
		struct proc_line line;
		struct plain_line want;
		bool end = false;

		assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_OK);
		assert_int_equal(end, rest.n == 0);
		if (end)
			break;
		want = plain_next(rest, csv);
		assert_true(line.offset == offset);
		assert_int_equal(line.length, want.length);
		assert_int_equal(line.too_long, want.too_long);
		assert_true(span_eq(line.bytes, want.bytes));
		offset += want.length;
		rest.at += want.length;
		rest.n -= want.length;
	}
	/* and again after the end: still the end */
	{
		struct proc_line line;
		bool end = false;

		assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_OK);
		assert_true(end);
	}
}

/* The lines of a text, as a list to compare with. */
static void
gives(const char *text, bool csv, const char *const *want)
{
	OWNED_FD fd = file_of(span_text(text));
	bool end = false;

	assert_int_equal(proc_lines_begin(&lines, fd, csv), ERR_OK);
	for (; *want != NULL; want++) {
		struct proc_line line;

		assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_OK);
		assert_false(end);
		assert_true(span_eq(line.bytes, span_text(*want)));
		assert_false(line.too_long);
	}
	{
		struct proc_line line;

		assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_OK);
		assert_true(end);
	}
}

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
json_lines_end_at_each_lf_with_or_without_cr(void **state)
{
	(void)state;
	gives("", false, (const char *const[]){NULL});
	gives("a\nb\n", false, LINES("a", "b"));
	gives("a\r\nb", false, LINES("a", "b"));
	gives("\n\n", false, LINES("", ""));
	gives("\r\n", false, LINES(""));
	gives("a\rb\n", false, LINES("a\rb"));
	gives("\"a\nb\"\n", false, LINES("\"a", "b\""));
}

static void
csv_records_may_hold_an_lf_and_a_bad_quote_costs_one_line(void **state)
{
	(void)state;
	gives("h,i\n\"a\nb\",c\nd,e\n", true,
		LINES("h,i", "\"a\nb\",c", "d,e"));
	gives("\"a\"\"\n\"\r\nb\r\n", true, LINES("\"a\"\"\n\"", "b"));
	gives("a,\"b\nc,d\ne,f", true, LINES("a,\"b", "c,d", "e,f"));
	gives("a\"b\nc\"d\n", true, LINES("a\"b", "c\"d"));
	gives("\"a\"x\ny", true, LINES("\"a\"x", "y"));
	gives("\"a\n\"", true, LINES("\"a\n\""));
}

/* Lines whose lengths are drawn about the limit, in every phase of the
 * buffer, with quotes in some of them. */
static void
any_file_is_cut_as_the_plain_cutter_does(void **state)
{
	enum { SIZE = 1 << 20 };
	uint8_t *file = malloc(SIZE);
	uint32_t seed = 5;

	(void)state;
	assert_non_null(file);
	for (unsigned round = 0; round < 300; round++) {
		size_t n = 0;

		while (n < SIZE - 1000 && draw(&seed, 60) != 0) {
			bool far = draw(&seed, 5) == 0;
			size_t length =
				far ? REQUEST_LINE_MAX - 300 + draw(&seed, 600)
				    : 0;

			if (length > SIZE - 1000 - n)
				length = SIZE - 1000 - n;
			memset(file + n, 'a', length);
			n += length;
			/* thick with what cuts */
			for (unsigned i = draw(&seed, 12); i > 0; i--)
				file[n++] = "\"\"\",,\n\n\rab"[draw(&seed, 10)];
			if (draw(&seed, 3) == 0)
				file[n++] = '\r';
			if (draw(&seed, 3) != 0)
				file[n++] = '\n';
		}
		as_the_plain_one_cuts(span_of(file, n), round % 2 == 0);
		/* no final LF */
		if (n > 0)
			as_the_plain_one_cuts(
				span_of(file, n - 1), round % 2 == 0);
	}
	free(file);
}

static void
the_limit_is_exact(void **state)
{
	enum { MOST = REQUEST_LINE_MAX };
	static uint8_t file[MOST + 8];

	(void)state;
	for (unsigned csv = 0; csv < 2; csv++)
		for (size_t n = MOST - 2; n <= MOST + 2; n++) {
			struct proc_line line;
			bool end;
			OWNED_FD fd = -1;

			memset(file, 'a', sizeof(file));
			file[n - 1] = '\n';
			file[n] = 'z';
			fd = file_of(span_of(file, n + 1));
			assert_int_equal(
				proc_lines_begin(&lines, fd, csv), ERR_OK);
			assert_int_equal(
				proc_lines_next(&lines, &line, &end), ERR_OK);
			assert_int_equal(line.too_long, n > MOST);
			assert_int_equal(line.length, n);
			assert_int_equal(
				proc_lines_next(&lines, &line, &end), ERR_OK);
			assert_true(span_eq(line.bytes, SPAN("z")));
			assert_int_equal(line.offset, n);
		}
}

/* Ten lines of 10 MB each, of holes: the file grows, we do not. */
static void
lines_of_ten_megabytes_cost_no_memory(void **state)
{
	enum { TEN = 10 << 20, TIMES = 10 };

	(void)state;
	for (unsigned csv = 0; csv < 2; csv++) {
		OWNED_FD fd = memfd_create("lines", MFD_CLOEXEC);
		struct proc_line line;
		bool end = false;
		long before;

		for (off_t i = 1; i <= TIMES; i++)
			assert_int_equal(
				pwrite(fd, "\nok\n", 4, i * TEN - 4), 4);
		if (csv != 0) /* a quote that closes ten megabytes later */
			assert_int_equal(pwrite(fd, "\"", 1, TEN), 1);
		assert_int_equal(proc_lines_begin(&lines, fd, csv), ERR_OK);
		before = os_peak_kib();
		for (unsigned i = 0; i < TIMES; i++) {
			assert_int_equal(
				proc_lines_next(&lines, &line, &end), ERR_OK);
			assert_false(end);
			assert_true(line.too_long);
			assert_int_equal(line.length, TEN - 3);
			assert_int_equal(line.offset, (uint64_t)i * TEN);
			assert_int_equal(
				proc_lines_next(&lines, &line, &end), ERR_OK);
			assert_true(span_eq(line.bytes, SPAN("ok")));
			assert_false(line.too_long);
		}
		assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_OK);
		assert_true(end);
		assert_true(os_peak_kib() - before < 1024);
	}
}

static void
a_file_that_cannot_be_read_is_told(void **state)
{
	struct proc_line line;
	bool end;
	int fds[2];
	OWNED_FD dir = -1;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(proc_lines_begin(&lines, fds[0], false), ERR_IO);
	os_close(&fds[0]);
	os_close(&fds[1]);
	assert_int_equal(os_folder(AT_FDCWD, "/", false, &dir), 0);
	assert_int_equal(proc_lines_begin(&lines, dir, false), ERR_OK);
	assert_int_equal(proc_lines_next(&lines, &line, &end), ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_lines_end_at_each_lf_with_or_without_cr),
		cmocka_unit_test(
			csv_records_may_hold_an_lf_and_a_bad_quote_costs_one_line),
		cmocka_unit_test(any_file_is_cut_as_the_plain_cutter_does),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(lines_of_ten_megabytes_cost_no_memory),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
