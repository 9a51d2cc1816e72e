/* SPDX-License-Identifier: Apache-2.0 */
/* proc_spool, proc_kept, proc_share: a batch put by, and shared out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"
#include "proc/proc_kept.h"
#include "proc/proc_share.h"

static char root[64];
static int folder = -1;

static int
enter(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/weir-kept-XXXXXX");
	return mkdtemp(root) != NULL && os_folder(AT_FDCWD, root, false,
						&folder) == ERR_OK
		       ? 0
		       : -1;
}

/* No test leaves a name in the folder: else this fails. */
static int
leave(void **state)
{
	(void)state;
	os_close(&folder);
	return rmdir(root);
}

static void
pieces_come_back_in_their_order(void **state)
{
	struct proc_spool s = PROC_SPOOL_NONE;
	struct span got;
	OWNED_BUF(large, 1 << 20);

	(void)state;
	(void)buf_space(&large, 300000);
	memset(large.at, 'x', large.n);
	assert_int_equal(proc_spool_open(folder, &s), ERR_OK);
	assert_int_equal(proc_spool_add(&s, SPAN("one")), ERR_OK);
	assert_int_equal(proc_spool_add(&s, SPAN("")), ERR_OK);
	assert_int_equal(proc_spool_add(&s, buf_span(&large)), ERR_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(proc_spool_rewind(&s), ERR_OK);
		assert_int_equal(proc_spool_next(&s, &got), ERR_OK);
		assert_true(span_eq(got, SPAN("one")));
		assert_int_equal(proc_spool_next(&s, &got), ERR_OK);
		assert_int_equal(got.n, 0);
		assert_int_equal(proc_spool_next(&s, &got), ERR_OK);
		assert_true(span_eq(got, buf_span(&large)));
		assert_int_equal(proc_spool_next(&s, &got), ERR_NOT_FOUND);
	}
	proc_spool_close(&s);
	proc_spool_close(&s);
}

static struct store_request
row_of(uint64_t line)
{
	return (struct store_request){
		.batch = 1, .line = line, .judged = line * 10};
}

static void
keep(struct proc_kept *kept, uint64_t line, const char *given)
{
	struct store_request row = row_of(line);
	struct request q = {0};
	struct evidence ev = {{0}};
	OWNED_BUF(encoded, 1 << 17);
	OWNED_BUF(one, 1 << 18);

	q.field[RQ_ID] = SPAN("R1");
	q.field[RQ_GIVEN] = span_text(given);
	evidence_set_number(&ev, EV_PERIODS, line);
	request_encode(&q, &encoded);
	proc_kept_encode(&row, &ev, buf_span(&encoded), &one);
	assert_int_equal(buf_error(&one), ERR_OK);
	assert_int_equal(proc_kept_add(kept, buf_span(&one)), ERR_OK);
}

static void
is_kept(struct proc_kept *kept, uint64_t line, const char *given)
{
	struct store_request row = row_of(line);
	struct batch_request b;

	assert_int_equal(proc_kept_find(kept, &row, &b), ERR_OK);
	assert_int_equal(b.row.line, line);
	assert_true(span_eq(b.request.field[RQ_GIVEN], span_text(given)));
	assert_int_equal(b.evidence.value[EV_PERIODS], line + 1);
	proc_batch_fini(&b);
}

static void
is_not_kept(struct proc_kept *kept, struct store_request row)
{
	struct batch_request b;

	assert_int_equal(proc_kept_find(kept, &row, &b), ERR_NOT_FOUND);
}

/* A row that was changed since, or that a crash left without, is not found,
 * and those after it still are. */
static void
what_was_accepted_is_found_by_its_line_and_entry(void **state)
{
	struct proc_kept kept = PROC_KEPT_NONE;
	struct store_request other = row_of(7);

	(void)state;
	is_not_kept(NULL, row_of(1));
	is_not_kept(&kept, row_of(1));
	assert_int_equal(proc_kept_open(folder, &kept), ERR_OK);
	keep(&kept, 2, "ANA");
	keep(&kept, 3, "BEN");
	keep(&kept, 7, "CAM");
	keep(&kept, 9, "DEE");
	is_not_kept(&kept, row_of(1));
	is_kept(&kept, 3, "BEN"); /* one passed over */
	is_not_kept(&kept, row_of(5));
	other.judged++;
	is_not_kept(&kept, other);
	is_kept(&kept, 7, "CAM");
	is_kept(&kept, 9, "DEE");
	is_not_kept(&kept, row_of(10));
	proc_kept_close(&kept);
}

/* ---- shares ---- */

struct shared {
	atomic_int times[1000];
	size_t n;
	size_t bad; /* whose part fails */
};

static enum err
once(void *context, size_t from, size_t to)
{
	struct shared *s = context;

	for (size_t i = from; i < to; i++) {
		s->times[i]++;
		if (i == s->bad)
			return ERR_TOO_LARGE;
	}
	return ERR_OK;
}

static void
every_thing_is_done_once(void **state)
{
	static const size_t many[] = {0, 1, 7, 8, 9, 100, 1000};

	(void)state;
	for (size_t k = 0; k < sizeof(many) / sizeof(many[0]); k++) {
		static struct shared s;

		s = (struct shared){.n = many[k], .bad = SIZE_MAX};
		assert_int_equal(proc_share(s.n, once, &s), ERR_OK);
		for (size_t i = 0; i < 1000; i++)
			assert_int_equal(s.times[i], i < s.n);
		if (s.n == 0)
			continue;
		s.bad = s.n - 1;
		assert_int_equal(proc_share(s.n, once, &s), ERR_TOO_LARGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_come_back_in_their_order),
		cmocka_unit_test(
			what_was_accepted_is_found_by_its_line_and_entry),
		cmocka_unit_test(every_thing_is_done_once),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
