/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped law is proved whole; every change that lets more through, and
 * every rule taken away, is found; and the solver's reading of a law is the
 * evaluator's.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "law/law_world.h"
#include "proc/proc_check.h"
#include "prove/prove_int.h"
#include "prove/prove_request.h"

enum { FILES = 3, TEXT = 1 << 16 };

/* ---- a law, changed ---- */

struct texts {
	const char *name[FILES];
	char *text[FILES];
};

static void
texts_read(struct texts *t)
{
	struct span text;

	for (size_t i = 0; i < FILES; i++) {
		assert_true(law_shipped(i, &t->name[i], &text));
		t->text[i] = calloc(1, text.n + TEXT);
		memcpy(t->text[i], text.at, text.n);
	}
	assert_false(law_shipped(FILES, &t->name[0], &text));
	assert_true(law_shipped(0, &t->name[0], &text));
}

static void
texts_free(struct texts *t)
{
	for (size_t i = 0; i < FILES; i++)
		free(t->text[i]);
}

/* Cuts `n` bytes out at `at` and puts `with` in their place. */
static void
replace(char *at, size_t n, const char *with)
{
	size_t left = strlen(at + n) + 1;

	memmove(at + strlen(with), at + n, left);
	memcpy(at, with, strlen(with));
}

static struct law *
law_of(const struct texts *t)
{
	OWNED(law) law = NULL;
	enum err e;

	assert_int_equal(law_new(&law), ERR_OK);
	for (size_t i = 0; i < FILES; i++) {
		e = law_add(law, t->name[i], span_text(t->text[i]), NULL);
		if (e != ERR_OK)
			return NULL;
	}
	return law_seal(law, NULL) == ERR_OK ? law_take(&law) : NULL;
}

/* ---- what was told ---- */

struct told {
	const struct law *law;
	unsigned failed;
	unsigned differs;
	unsigned without;   /* failures that show nothing where they could */
	unsigned written;   /* examples written as requests */
	unsigned cannot;    /* that no request can have */
	unsigned otherwise; /* of those, decided otherwise when read back */
	char first[64];     /* property that failed first */
};

static bool
could_show(enum prove_property property)
{
	return property != PROVE_LOAD_BEARING && property != PROVE_LIVE &&
	       property != PROVE_COMPARED;
}

/* Written down as a request, read as the service reads it, and decided with
 * what no request can bring about: the answer is the prover's. */
static void
comes_back(struct told *t, const struct prove_result *r, unsigned k)
{
	static struct prove_request q;
	OWNED(request_reader) reader = NULL;
	OWNED_BUF(line, TEXT);
	struct request read;
	struct evidence ev = {0};
	struct arena arena;
	int32_t today = day_of(2026, 11, 28);

	prove_request_make(t->law, &r->shown[k], today, "X-1", &q);
	prove_request_write(&q, &line);
	assert_int_equal(buf_error(&line), ERR_OK);
	assert_int_equal(request_reader_new(&reader), ERR_OK);
	assert_int_equal(arena_init(&arena, REQUEST_ARENA_MAX), ERR_OK);
	assert_int_equal(request_decode_json(reader,
				 span_of(line.at, line.n - 1), &arena, &read),
		ERR_OK);
	request_grade(&read, today, &ev);
	assert_memory_equal(&ev, &q.graded, sizeof(ev));
	for (int i = 0; i < EV_N; i++)
		if (ev.value[i] == 0 || i == EV_OFFICER)
			ev.value[i] = q.wanted.value[i];
	for (int i = 0; i < EV_N; i++)
		if (prove_named(t->law, (enum evidence_id)i) &&
			prove_request_cannot(&q, (enum evidence_id)i)) {
			t->cannot++;
			arena_fini(&arena);
			return;
		}
	t->written++;
	t->otherwise += law_decide(t->law, &ev, EV_RECORD, NULL) !=
			law_decide(t->law, &r->shown[k], EV_RECORD, NULL);
	arena_fini(&arena);
}

static void
note(void *context, const struct prove_result *r)
{
	struct told *t = context;
	OWNED_BUF(example, TEXT);

	if (r->answer == PROVE_HOLDS)
		return;
	if (t->failed++ == 0)
		snprintf(t->first, sizeof(t->first), "%s",
			prove_property_word(r->property));
	t->differs += r->answer != PROVE_FAILS;
	t->without += could_show(r->property) && r->n_shown == 0;
	for (unsigned i = 0; i < r->n_shown; i++) {
		prove_example(t->law, NULL, &r->shown[i], &example);
		comes_back(t, r, i);
	}
	assert_int_equal(buf_error(&example), ERR_OK);
}

static struct told
proved(const struct law *law)
{
	struct told told = {.law = law};
	struct prove_tell how = {note, &told, NULL};
	struct prove_summary summary;

	assert_int_equal(prove_law(law, &how, &summary), ERR_OK);
	assert_int_equal(summary.n_asked - summary.n_held, told.failed);
	return told;
}

static unsigned examples; /* written as requests and read back */
static unsigned none;     /* that no request has */

/* It is a law still, is not proved, and what fails is shown. */
static bool
is_found(const struct texts *t, const char *what)
{
	OWNED(law) law = law_of(t);
	struct told told;

	assert_non_null(law);
	told = proved(law);
	if (told.failed == 0)
		print_error("not found: %s\n", what);
	assert_int_equal(told.differs, 0);
	assert_int_equal(told.without, 0);
	if (told.otherwise > 0)
		print_error("%s: %u of %u examples\n", what, told.otherwise,
			told.written);
	examples += told.written;
	none += told.cannot;
	assert_int_equal(told.otherwise, 0);
	return told.failed > 0;
}

/* ---- the promises ---- */

static void
the_shipped_law_is_proved_whole(void **state)
{
	OWNED(law) law = shipped();
	struct told told = proved(law);

	(void)state;
	assert_string_equal(told.first, "");
	assert_int_equal(told.failed, 0);
}

/* Every agreement of the tree, with the statutes that it is given; those of the
 * program need not be. */
static const struct {
	const char *file;
	const char *statute;
} tree[] = {
	{"agreements/irs-ice-2025.md", NULL},
	{"agreements/irs-crime-2025.md", NULL},
	{"agreements/examples/court-order.md", NULL},
	{"agreements/examples/hospital-sheriff.md",
		"agreements/examples/45-cfr-164-512-f-2.md"},
};

/* Statutes are proved where an agreement names them. */
static void
note_files(const struct law *law, struct buf *to)
{
	for (size_t f = 0; f < law->n_files; f++) {
		const char *base = strrchr(law->file[f].path, '/');

		assert_non_null(base);
		buf_printf(to, "%s ", base + 1);
	}
}

/* No law file of `folder` was left out; 2025-*.md are the counterexamples. */
static void
nothing_is_left_out(const char *folder, const char *seen)
{
	char path[500];
	struct dirent *entry;
	DIR *dir;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", WEIR_SOURCE, folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len < 4 || strcmp(entry->d_name + len - 3, ".md") != 0 ||
			strncmp(entry->d_name, "2025-", 5) == 0)
			continue;
		n++;
		if (strstr(seen, entry->d_name) == NULL)
			fail_msg("%s/%s is proved by no test", folder,
				entry->d_name);
	}
	closedir(dir);
	assert_true(n > 0);
}

static void
every_law_file_of_the_tree_is_proved_whole(void **state)
{
	OWNED_BUF(seen, TEXT);
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++) {
		OWNED(law) law = NULL;
		OWNED_BUF(error, TEXT);
		char file[500];
		char statute[500];
		const char *statutes[] = {statute};
		struct told told;

		snprintf(
			file, sizeof(file), "%s/%s", WEIR_SOURCE, tree[i].file);
		snprintf(statute, sizeof(statute), "%s/%s", WEIR_SOURCE,
			tree[i].statute == NULL ? "" : tree[i].statute);
		assert_int_equal(proc_check_law(file, statutes,
					 tree[i].statute == NULL ? 0 : 1, &law,
					 &error, NULL),
			ERR_OK);
		told = proved(law);
		assert_string_equal(told.first, "");
		note_files(law, &seen);
	}
	buf_u8(&seen, 0);
	text = (const char *)buf_span(&seen).at;
	nothing_is_left_out("statutes", text);
	nothing_is_left_out("agreements", text);
	nothing_is_left_out("agreements/examples", text);
}

/* From the line "rule NAME" to the next rule, block end or `end`. */
static char *
rule_at(char *text, const char *id, size_t *ret_n)
{
	char start[80];
	char *at;
	char *to;

	snprintf(start, sizeof(start), "\nrule %s\n", id);
	at = strstr(text, start);
	if (at == NULL) {
		snprintf(start, sizeof(start), "\nrule %s first\n", id);
		at = strstr(text, start);
	}
	if (at == NULL)
		return NULL;
	to = strstr(at, "\n\tcite ");
	assert_non_null(to);
	to = strchr(to + 1, '\n');
	*ret_n = (size_t)(to - at);
	return at;
}

static void
without_any_one_rule_something_is_not_proved(void **state)
{
	OWNED(law) law = shipped();

	(void)state;
	for (size_t i = 0; i < law_n_rules(law); i++) {
		const char *id = law_rule(law, i)->id;
		struct texts t;
		size_t n = 0;
		char *at = NULL;

		texts_read(&t);
		for (size_t f = 0; at == NULL && f < FILES; f++)
			at = rule_at(t.text[f], id, &n);
		assert_non_null(at);
		replace(at, n, "");
		assert_true(is_found(&t, id));
		texts_free(&t);
	}
}

static const struct {
	const char *is;
	const char *wider;
} wider[] = {
	{"require request.form at least readable",
		"require request.form at least malformed"},
	{"request.name at least full", "request.name at least partial"},
	{"request.address at least deliverable",
		"request.address at least locality"},
	{"request.address at least deliverable",
		"request.address at least zip-like"},
	{"require request.periods at least 1 and", "require"},
	{"at least 1 and request.periods-ended\n\telse", "at least 1\n\telse"},
	{"in {8-usc-1253-a-1-A, 8-usc-1253-a-1-other, 8-usc-1325, "
	 "8-usc-1326}\n\telse",
		"in {civil, 8-usc-1253-a-1-A, 8-usc-1253-a-1-other, "
		"8-usc-1325, 8-usc-1326}\n\telse"},
	{"require request.authority is 8-usc-1253-a-1-A",
		"require request.authority in {8-usc-1253-a-1-A, 8-usc-1325}"},
	{"require request.reason at least specific",
		"require request.reason at least borderline"},
	{"require request.officer at least engaged",
		"require request.officer at least supervisor"},
	{"require request.case at least open",
		"require request.case at least future"},
	{"require request.purpose in {criminal-investigation,",
		"require request.purpose in {administrative, "
		"criminal-investigation,"},
	{"and request.unit in {none, other}\n\telse",
		"and request.unit in {none, other, civil-removal}\n\telse"},
	{"require request.ground at least deportability",
		"require request.ground at least inadmissibility"},
	{"require request.order-age more than 90",
		"require request.order-age more than 89"},
	{"require request.stay is none",
		"require request.stay in {none, not-stated}"},
	{"request.periods at most periods-most", "request.periods at most 11"},
	{"setting periods-most 10", "setting periods-most 11"},
	{"request.tin at least given or", "request.tin at least malformed or"},
	{"require record.person at least confirmed",
		"require record.person at least rival"},
	{"setting officer-most 100", "setting officer-most 101"},
	{"setting volume-most 2000000", "setting volume-most 2000001"},
};

static void
a_wider_threshold_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++) {
		struct texts t;
		char *at = NULL;

		texts_read(&t);
		for (size_t f = 0; at == NULL && f < FILES; f++)
			at = strstr(t.text[f], wider[i].is);
		if (at == NULL)
			print_error("no such text: %s\n", wider[i].is);
		assert_non_null(at);
		replace(at, strlen(wider[i].is), wider[i].wider);
		assert_true(is_found(&t, wider[i].wider));
		texts_free(&t);
	}
	/* The age of an order that is not stated; no years, all of them past; a
	 * malformed TIN in a request that is not: another rule stands there. */
	assert_true(none <= 3);
	assert_in_range(examples, 50, 1000);
}

/* A statute that grants it too: then only the agreement's own word stands. */
static void
a_field_more_is_found_where_the_statute_grants_it(void **state)
{
	static const char grant[] = "grant fields {name, mailing-address}";
	static const char fields[] = "\nfields {name, mailing-address}\n";
	struct texts t;
	char *at;

	(void)state;
	texts_read(&t);
	at = strstr(t.text[0], grant);
	assert_non_null(at);
	replace(at, strlen(grant), "grant fields {name, mailing-address, tin}");
	at = strstr(t.text[2], fields);
	assert_non_null(at);
	replace(at, strlen(fields), "\nfields {name, mailing-address, tin}\n");
	assert_true(is_found(&t, "tin"));
	texts_free(&t);
}

/* ---- two laws ---- */

struct differences {
	unsigned n[2]; /* first releases more; second does */
	char code[2][LAW_CODE_MAX];
};

static void
note_difference(void *context, const struct prove_difference *d)
{
	struct differences *all = context;
	unsigned side = d->first ? 0 : 1;

	all->n[side]++;
	snprintf(all->code[side], LAW_CODE_MAX, "%s", d->rule->code);
}

/* The shipped law beside one with `is` made `becomes`, and then `and_is`. */
static enum prove_relation
relation_to(const char *is, const char *becomes, const char *and_is,
	const char *and_becomes, struct differences *ret)
{
	OWNED(law) one = shipped();
	OWNED(law) other = NULL;
	enum prove_relation relation;
	unsigned fields[2];
	struct texts t;
	char *at;

	texts_read(&t);
	at = strstr(t.text[2], is);
	assert_non_null(at);
	replace(at, strlen(is), becomes);
	at = strstr(t.text[2], and_is);
	assert_non_null(at);
	replace(at, strlen(and_is), and_becomes);
	other = law_of(&t);
	assert_non_null(other);
	*ret = (struct differences){{0}, {""}};
	assert_int_equal(
		prove_diff(one, other, note_difference, ret, &relation, fields),
		ERR_OK);
	assert_int_equal(fields[0] | fields[1], 0);
	texts_free(&t);
	return relation;
}

static void
which_of_two_laws_lets_more_out_is_told(void **state)
{
	struct differences all;

	(void)state;
	assert_int_equal(
		relation_to("serves", "does", "clauses", "articles", &all),
		PROVE_EQUIVALENT);
	assert_int_equal(all.n[0] + all.n[1], 0);
	assert_int_equal(relation_to("officer-most 100", "officer-most 200",
				 "serves", "serves", &all),
		PROVE_LESS);
	assert_int_equal(all.n[0], 0);
	assert_int_equal(all.n[1], 1);
	assert_string_equal(all.code[1], "AG-OFFICER-LOAD");
	assert_int_equal(relation_to("periods-most 10", "periods-most 9",
				 "serves", "serves", &all),
		PROVE_MORE);
	assert_string_equal(all.code[0], "I2-B2-PERIOD");
	assert_int_equal(relation_to("periods-most 10", "periods-most 9",
				 "officer-most 100", "officer-most 200", &all),
		PROVE_NEITHER);
	assert_int_equal(all.n[0], 1);
	assert_int_equal(all.n[1], 1);
}

/* ---- twins ---- */

enum { CASES = 100, ROUNDS = 20 };

/* `case.K`: this evidence, and an outcome other than the evaluator's. */
static void
put_case(const struct law *law, size_t k, const struct evidence *ev,
	size_t planted, struct buf *to)
{
	bool met[LAW_RULES_MAX];
	enum law_answer early = law_decide(law, ev, EV_REQUEST, NULL);
	enum law_answer whole = law_decide(law, ev, EV_RECORD, met);

	buf_printf(to,
		"(declare-const case.%zu Bool)\n(assert (=> case.%zu "
		"(and",
		k, k);
	for (int id = 0; id < EV_N; id++)
		buf_printf(to, " (= a%d %u)", id, ev->value[id]);
	buf_text(to, " (or false");
	for (size_t i = 0; i < law_n_rules(law); i++)
		buf_printf(to, " (= a.told.%zu %s)", i,
			met[i] != (i == planted) ? "true" : "false");
	buf_printf(to, " (= a.released %s) (= a.accepted %s)))))\n",
		whole == LAW_REVIEW ? "false" : "true",
		early == LAW_REVIEW ? "false" : "true");
}

static void
solver_and_evaluator_read_a_law_alike(void **state)
{
	OWNED(law) law = shipped();
	OWNED(prove_solver) solver = NULL;
	struct evidence found[2];

	(void)state;
	assert_int_equal(prove_solver_new(&solver), ERR_OK);
	for (unsigned round = 0; round < ROUNDS; round++) {
		OWNED_BUF(text, PROVE_TEXT_MAX);

		prove_smt_copy(law, 'a', &text);
		for (size_t k = 0; k < CASES; k++) {
			struct evidence ev = {0};

			for (int id = 0; id < EV_N; id++)
				ev.value[id] = draw_value((enum evidence_id)id);
			/* the last one is wrong on purpose: a rule flipped */
			put_case(law, k, &ev,
				k == CASES - 1 ? round % law_n_rules(law)
					       : LAW_RULES_MAX,
				&text);
		}
		assert_int_equal(buf_error(&text), ERR_OK);
		assert_true(prove_solver_read(solver, buf_span(&text)));
		for (size_t k = 0; k < CASES; k++) {
			char name[24];

			snprintf(name, sizeof(name), "case.%zu", k);
			assert_int_equal(
				prove_solver_ask(solver, name, 1, found),
				k == CASES - 1 ? PROVE_SOMETHING
					       : PROVE_NOTHING);
		}
	}
}

static void
a_text_that_is_none_proves_nothing(void **state)
{
	OWNED(prove_solver) solver = NULL;

	(void)state;
	assert_int_equal(prove_solver_new(&solver), ERR_OK);
	assert_false(prove_solver_read(solver, span_text("(assert (= x 1))")));
	assert_false(prove_solver_read(solver, span_text("(assert")));
	assert_true(
		prove_solver_read(solver, span_text("(declare-const x Int)")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_law_is_proved_whole),
		cmocka_unit_test(every_law_file_of_the_tree_is_proved_whole),
		cmocka_unit_test(without_any_one_rule_something_is_not_proved),
		cmocka_unit_test(a_wider_threshold_is_found),
		cmocka_unit_test(
			a_field_more_is_found_where_the_statute_grants_it),
		cmocka_unit_test(which_of_two_laws_lets_more_out_is_told),
		cmocka_unit_test(solver_and_evaluator_read_a_law_alike),
		cmocka_unit_test(a_text_that_is_none_proves_nothing),
	};

	return cmocka_run_group_tests_name("prove", tests, NULL, NULL);
}
