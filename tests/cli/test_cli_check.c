/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requester's own check, over drawn requests whose truth comes from how
 * they were made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "synth/synth.h"

enum { N = 600, TODAY = 20758, BYTES = 1 << 24, CODES = 512 };

/* ---- requests with their truth ---- */

static struct buf requests, truth;
static struct law *law;

static int
keep(void *user, struct span bytes)
{
	buf_bytes(user, bytes);
	return buf_error(user) != ERR_OK;
}

static void
draw(bool csv, uint32_t overload)
{
	struct synth_request_options o = {
		.world = {.persons = 3000,
			.seed = 11,
			.first_year = 2020,
			.last_year = 2024},
		.n = N,
		.requests_seed = 12,
		.today = TODAY,
		.agreement = "AG-IRS-ICE-2025",
		.sequence = 1,
		.certifier = "ICE-DIR",
		.csv = csv,
		.malformed = true,
		.overload = overload,
	};
	struct synth_sink to = {keep, &requests};
	struct synth_sink rows = {keep, &truth};

	buf_clear(&requests);
	buf_clear(&truth);
	assert_int_equal(synth_requests(&o, &to, &rows, NULL), ERR_OK);
}

/* ---- what the check answers ---- */

struct answer {
	char id[80];
	char codes[CODES]; /* each with a blank after it */
	enum law_answer answer;
	uint64_t file_line;
};
static struct answer answers[2 * N];
static struct answer others[2 * N];
static size_t n_answers;

static enum err
take(void *context, const struct proc_check_line *line)
{
	struct answer *a = &answers[n_answers++];

	(void)context;
	assert_int_equal(line->line, n_answers);
	*a = (struct answer){
		.answer = line->answer, .file_line = line->file_line};
	(void)span_copy(line->request->field[RQ_ID], a->id, sizeof(a->id));
	for (size_t i = 0; i < line->n_unmet; i++) {
		OWNED_BUF(says, 4096);

		proc_check_sentence(line, line->unmet[i], &says);
		assert_true(says.n > 0);
		(void)strcat(a->codes, line->unmet[i]->code);
		(void)strcat(a->codes, " ");
	}
	return ERR_OK;
}

static int
file_of(struct span bytes)
{
	int fd = memfd_create("requests", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(os_write_all(fd, bytes), ERR_OK);
	return fd;
}

static struct proc_check_totals
check(struct span bytes, bool csv)
{
	struct proc_check_totals totals;
	struct proc_check_options o = {.fd = file_of(bytes),
		.csv = csv,
		.today = TODAY,
		.law = law,
		.each = take};
	struct why why = {""};

	n_answers = 0;
	if (proc_check_requests(&o, &totals, &why) != ERR_OK)
		fail_msg("%s", why.text);
	(void)close(o.fd);
	assert_int_equal(totals.lines, n_answers);
	assert_int_equal(totals.lines, totals.accepted + totals.refused);
	assert_true(totals.asked <= totals.accepted);
	return totals;
}

static bool
has(const struct answer *a, const char *code)
{
	char with[128];

	(void)snprintf(with, sizeof(with), "%s ", code);
	return strstr(a->codes, with) != NULL;
}

/* A line of the drawn file, and its request's id, that would be accepted. */
static struct span
accepted_line(size_t nth)
{
	struct span rest = buf_span(&requests);

	for (size_t i = 0; i < n_answers; i++) {
		struct span line = span_cut(&rest, '\n');

		if (answers[i].answer == LAW_REVIEW && nth-- == 0)
			return line;
	}
	fail_msg("no such line");
	return rest;
}

/* The same request under another id: the first digit of the id changed. */
static void
add_renamed(struct buf *to, struct span line, char digit)
{
	size_t at = to->n;
	char *id;

	buf_bytes(to, line);
	buf_u8(to, '\n');
	assert_int_equal(buf_error(to), ERR_OK);
	id = memmem(to->at + at, to->n - at, "\"R0", 3);
	assert_non_null(id);
	id[2] = digit;
}

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(law_new_shipped(&law), ERR_OK);
	buf_init(&requests, BYTES);
	buf_init(&truth, BYTES);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	law = law_free(law);
	buf_fini(&requests);
	buf_fini(&truth);
	return 0;
}

/* ---- the promises ---- */

static void
what_is_said_is_the_truth_as_drawn(void **state)
{
	struct span rows;
	size_t refused = 0;

	(void)state;
	draw(false, 0);
	(void)check(buf_span(&requests), false);
	rows = buf_span(&truth);
	(void)span_cut(&rows, '\n');
	assert_int_equal(n_answers, N);
	for (size_t i = 0; i < n_answers; i++) {
		struct span row = span_cut(&rows, '\n');
		struct span id = span_cut(&row, ',');
		struct span want = span_cut(&row, ',');
		struct span code = span_cut(&row, ',');
		char text[64];

		assert_int_equal(answers[i].file_line, i + 1);
		if (answers[i].id[0] != '\0')
			assert_true(span_eq(id, span_text(answers[i].id)));
		if (span_eq(want, SPAN("review")) &&
			answers[i].answer != LAW_REVIEW)
			fail_msg("%s, %.*s: %s", answers[i].id, (int)row.n,
				(const char *)row.at, answers[i].codes);
		if (!span_eq(want, SPAN("refused")))
			continue;
		refused++;
		assert_int_equal(answers[i].answer, LAW_REFUSED);
		assert_true(span_copy(code, text, sizeof(text)));
		if (code.n > 0 && !has(&answers[i], text))
			fail_msg("%s: %s is not among %s", answers[i].id, text,
				answers[i].codes);
	}
	assert_true(refused > 50);
}

static void
csv_and_json_are_answered_alike(void **state)
{
	(void)state;
	draw(false, 0);
	(void)check(buf_span(&requests), false);
	memcpy(others, answers, sizeof(others));
	draw(true, 0);
	(void)check(buf_span(&requests), true);
	assert_int_equal(n_answers, N);
	for (size_t i = 0; i < n_answers; i++) {
		assert_true(answers[i].file_line >= i + 2);
		/* What is no request is broken in other ways. */
		if (has(&others[i], "RQ-FORM") || has(&answers[i], "RQ-FORM"))
			continue;
		assert_string_equal(answers[i].codes, others[i].codes);
		assert_int_equal(answers[i].answer, others[i].answer);
	}
}

static void
the_same_request_twice_is_a_duplicate(void **state)
{
	OWNED_BUF(file, BYTES);
	struct span line;

	(void)state;
	draw(false, 0);
	(void)check(buf_span(&requests), false);
	line = accepted_line(3);
	add_renamed(&file, line, '0');
	add_renamed(&file, line, '7');
	(void)check(buf_span(&file), false);
	assert_int_equal(answers[0].answer, LAW_REVIEW);
	assert_int_equal(answers[1].answer, LAW_REFUSED);
	assert_string_equal(answers[1].codes, "AG-DUPLICATE ");
}

static void
the_same_id_twice_is_no_request(void **state)
{
	OWNED_BUF(file, BYTES);
	struct span line;

	(void)state;
	draw(false, 0);
	(void)check(buf_span(&requests), false);
	line = accepted_line(3);
	add_renamed(&file, line, '0');
	add_renamed(&file, line, '0');
	(void)check(buf_span(&file), false);
	assert_int_equal(answers[0].answer, LAW_REVIEW);
	assert_true(has(&answers[1], "RQ-FORM"));
	/* It does not count, so it is nobody's duplicate. */
	assert_false(has(&answers[1], "AG-DUPLICATE"));
}

static void
over_a_hundred_people_under_one_officer_stop_all(void **state)
{
	size_t stopped = 0;

	(void)state;
	draw(false, 100);
	(void)check(buf_span(&requests), false);
	for (size_t i = 0; i < n_answers; i++)
		assert_false(has(&answers[i], "AG-OFFICER-LOAD"));
	draw(false, 101);
	(void)check(buf_span(&requests), false);
	for (size_t i = 0; i < n_answers; i++)
		stopped += has(&answers[i], "AG-OFFICER-LOAD");
	assert_true(stopped >= 101);
}

static void
a_day_outside_the_agreement_accepts_nothing(void **state)
{
	struct proc_check_totals totals;
	struct proc_check_options o = {
		.law = law, .each = take, .today = law_expires(law)};

	(void)state;
	draw(false, 0);
	o.fd = file_of(buf_span(&requests));
	n_answers = 0;
	assert_int_equal(proc_check_requests(&o, &totals, NULL), ERR_OK);
	(void)close(o.fd);
	assert_int_equal(totals.accepted, 0);
	for (size_t i = 0; i < n_answers; i++)
		assert_true(has(&answers[i], "AG-TERM") ||
			    has(&answers[i], "RQ-FORM"));
}

static void
an_empty_file_or_a_header_alone_has_no_lines(void **state)
{
	struct proc_check_totals totals;
	struct proc_check_options o = {
		.law = law, .each = take, .today = TODAY, .csv = true};
	struct why why = {""};

	(void)state;
	assert_int_equal(check(SPAN(""), false).lines, 0);
	assert_int_equal(check(SPAN("requestID\n"), true).lines, 0);
	o.fd = file_of(SPAN(""));
	assert_int_equal(proc_check_requests(&o, &totals, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "header"));
	(void)close(o.fd);
}

static void
memory_that_runs_out_is_a_failure_and_no_answer(void **state)
{
	struct proc_check_totals totals;
	OWNED_BUF(file, BYTES);
	struct proc_check_options o = {
		.law = law, .each = take, .today = TODAY};
	enum err e;
	int n = 0;

	(void)state;
	draw(false, 0);
	(void)check(buf_span(&requests), false);
	add_renamed(&file, accepted_line(0), '0');
	o.fd = file_of(buf_span(&file));
	do {
		n_answers = 0;
		mem_fail_after(n++);
		e = proc_check_requests(&o, &totals, NULL);
		mem_fail_after(-1);
		assert_true(e == ERR_OK || e == ERR_NOMEM);
	} while (e != ERR_OK);
	assert_true(n > 4);
	assert_int_equal(totals.accepted, 1);
	(void)close(o.fd);
}

static void
a_law_file_that_is_wrong_names_its_place(void **state)
{
	static const char *const lone[] = {
		WEIR_SOURCE "/statutes/26-usc-6103-i-2.md"};
	const char *agreement = WEIR_SOURCE "/agreements/irs-ice-2025.md";
	OWNED(law) made = NULL;
	OWNED_BUF(error, 16384);
	struct why why = {""};
	size_t n = 0;

	(void)state;
	assert_int_equal(
		proc_check_law(agreement, NULL, 0, &made, &error, &why),
		ERR_OK);
	assert_string_equal(law_agreement_id(made), "AG-IRS-ICE-2025");
	made = law_free(made);
	assert_int_equal(
		proc_check_law(agreement, lone, 1, &made, &error, &why),
		ERR_MALFORMED);
	buf_u8(&error, 0);
	assert_non_null(strstr((char *)error.at, "irs-ice-2025.md:"));
	assert_non_null(strstr((char *)error.at, "^~~"));
	assert_null(made);
	buf_clear(&error);
	assert_int_equal(
		proc_check_law("/nowhere.md", NULL, 0, &made, &error, &why),
		ERR_NOT_FOUND);
	assert_int_equal(error.n, 0);
	assert_int_equal(proc_check_statute(lone[0], &n, &error, &why), ERR_OK);
	assert_true(n > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_the_truth_as_drawn),
		cmocka_unit_test(csv_and_json_are_answered_alike),
		cmocka_unit_test(the_same_request_twice_is_a_duplicate),
		cmocka_unit_test(the_same_id_twice_is_no_request),
		cmocka_unit_test(
			over_a_hundred_people_under_one_officer_stop_all),
		cmocka_unit_test(a_day_outside_the_agreement_accepts_nothing),
		cmocka_unit_test(an_empty_file_or_a_header_alone_has_no_lines),
		cmocka_unit_test(
			memory_that_runs_out_is_a_failure_and_no_answer),
		cmocka_unit_test(a_law_file_that_is_wrong_names_its_place),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
