/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, what is refused, what reaches a
 * terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"

/* ---- what is said while the reader runs ---- */

static char said[8192]; /* standard output and standard error */

struct capture {
	FILE *file;
	int out, err;
};

static struct capture
capture_begin(void)
{
	struct capture c = {.file = tmpfile()};

	assert_non_null(c.file);
	(void)fflush(stdout);
	(void)fflush(stderr);
	c.out = dup(STDOUT_FILENO);
	c.err = dup(STDERR_FILENO);
	assert_true(dup2(fileno(c.file), STDOUT_FILENO) >= 0);
	assert_true(dup2(fileno(c.file), STDERR_FILENO) >= 0);
	return c;
}

static void
capture_end(struct capture *c)
{
	ssize_t n;

	(void)fflush(stdout);
	(void)fflush(stderr);
	assert_true(dup2(c->out, STDOUT_FILENO) >= 0);
	assert_true(dup2(c->err, STDERR_FILENO) >= 0);
	(void)close(c->out);
	(void)close(c->err);
	n = pread(fileno(c->file), said, sizeof(said) - 1, 0);
	said[n < 0 ? 0 : n] = '\0';
	(void)fclose(c->file);
}

/* ---- a small command line ---- */

static enum cli_exit
run_nothing(const struct cli_args *args)
{
	(void)args;
	return CLI_DONE;
}

static const struct cli_verb verbs[] = {
	{"thing put", "FILE...", "Put things", "At length.",
		{{"to", "DIR", "where", true}, {"json", NULL, "JSON", false},
			{"count", "N", "how many", false},
			{"but", "X", "not those", CLI_MORE}},
		1, 2, false, run_nothing},
	{"thing list", "", "List things", "", {{0}}, 0, 0, true, run_nothing},
	{"version", "", "Say which", "", {{0}}, 0, 0, false, run_nothing},
	{0},
};
static const struct cli_verb *const lists[] = {verbs, NULL};

static struct cli_args args;
static bool help;

/* Reads a command line of words between blanks. */
static enum cli_exit
reads(const char *line)
{
	static char text[512];
	static char *argv[80];
	struct capture c;
	enum cli_exit status;
	int argc = 0;

	(void)snprintf(text, sizeof(text), "weir %s", line);
	for (char *word = strtok(text, " "); word != NULL;
		word = strtok(NULL, " "))
		argv[argc++] = word;
	c = capture_begin();
	status = cli_args_read(argc, argv, lists, &args, &help);
	capture_end(&c);
	return status;
}

#define refuses(line, says)                                                    \
	do {                                                                   \
		assert_int_equal(reads(line), CLI_USAGE);                      \
		assert_non_null(strstr(said, says));                           \
	} while (0)

static void
a_verb_with_its_options_and_words(void **state)
{
	(void)state;
	assert_int_equal(reads("thing put a --to X b --json"), CLI_DONE);
	assert_false(help);
	assert_string_equal(args.verb->name, "thing put");
	assert_int_equal(args.n_words, 2);
	assert_string_equal(args.word[0], "a");
	assert_string_equal(args.word[1], "b");
	assert_string_equal(cli_value(&args, "to"), "X");
	assert_true(cli_on(&args, "json"));
	assert_false(cli_on(&args, "count"));
	assert_null(args.instance);
	assert_string_equal(said, "");
}

static void
a_value_after_equals_or_as_the_next_word(void **state)
{
	(void)state;
	assert_int_equal(reads("thing put a --to=X=Y"), CLI_DONE);
	assert_string_equal(cli_value(&args, "to"), "X=Y");
	assert_int_equal(reads("thing put a --to --json"), CLI_DONE);
	assert_string_equal(cli_value(&args, "to"), "--json");
	assert_int_equal(reads("thing put a --to="), CLI_DONE);
	assert_string_equal(cli_value(&args, "to"), "");
}

static void
short_names_are_a_closed_list(void **state)
{
	(void)state;
	assert_int_equal(reads("thing put a --to X -n 3"), CLI_DONE);
	assert_string_equal(cli_value(&args, "count"), "3");
	refuses("thing put a --to X -x", "has no option -x");
	refuses("thing put a --to X -json", "has no option -json");
	refuses("thing put a --to X -o y", "has no option -o");
	refuses("thing put a --to X -n 3 --count 4", "--count is given twice");
}

static void
a_verb_nobody_knows_is_refused_by_name(void **state)
{
	(void)state;
	refuses("fetch", "'fetch' is not a verb");
	refuses("thin put", "'thin' is not a verb");
	refuses("things", "'things' is not a verb");
}

static void
half_a_verb_lists_its_group(void **state)
{
	(void)state;
	refuses("thing", "thing put");
	assert_non_null(strstr(said, "thing list"));
	assert_null(strstr(said, "version"));
	refuses("thing fetch", "thing put");
	assert_int_equal(reads("thing --help"), CLI_DONE);
	assert_true(help);
}

static void
an_option_is_given_once(void **state)
{
	(void)state;
	refuses("thing put a --to X --to Y", "--to is given twice");
	refuses("thing put a --to X --json --json", "--json is given twice");
}

static void
an_option_that_may_repeat_keeps_all_its_values(void **state)
{
	const char *to[2] = {NULL, NULL};

	(void)state;
	assert_int_equal(reads("thing put a --to X"), CLI_DONE);
	assert_int_equal(cli_values(&args, "but", to, 2), 0);
	assert_int_equal(
		reads("thing put a --but 1 --to X --but=2 --but 3"), CLI_DONE);
	assert_string_equal(cli_value(&args, "but"), "1");
	assert_int_equal(cli_values(&args, "but", to, 2), 3);
	assert_string_equal(to[0], "1");
	assert_string_equal(to[1], "2");
	refuses("thing put a --to X --but 1 --but", "--but needs X");
	assert_int_equal(reads("thing put --help"), CLI_DONE);
	assert_non_null(strstr(said, "not those (may repeat)"));
	assert_null(strstr(said, "how many (may"));
}

/* More than there is room for is refused, not lost. */
static void
too_many_values_are_refused(void **state)
{
	static char *argv[2 * (CLI_AGAIN + 2) + 8];
	static const char *to[CLI_AGAIN + 2];
	const char *words[] = {"weir", "thing", "put", "a", "--to", "X"};
	struct capture c;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		argv[n++] = (char *)(uintptr_t)words[i];
	for (size_t i = 0; i <= CLI_AGAIN; i++) {
		argv[n++] = (char *)(uintptr_t) "--but";
		argv[n++] = (char *)(uintptr_t) "Y";
	}
	assert_int_equal(
		cli_args_read((int)n, argv, lists, &args, &help), CLI_DONE);
	assert_int_equal(
		cli_values(&args, "but", to, CLI_AGAIN + 2), CLI_AGAIN + 1);
	argv[n++] = (char *)(uintptr_t) "--but";
	argv[n++] = (char *)(uintptr_t) "Y";
	c = capture_begin();
	assert_int_equal(
		cli_args_read((int)n, argv, lists, &args, &help), CLI_USAGE);
	capture_end(&c);
	assert_non_null(strstr(said, "--but is given too often"));
}

static void
an_option_that_is_not_there_or_has_no_value(void **state)
{
	(void)state;
	refuses("thing put a --from X", "has no option --from");
	refuses("thing put a --from=X", "has no option --from");
	assert_null(strstr(said, "--from=X"));
	refuses("thing put a --t X", "has no option --t");
	refuses("thing put a --", "weir thing put needs --to DIR");
	refuses("thing put a --to", "--to needs DIR");
	refuses("thing put a --to X --json=yes", "--json takes no value");
	refuses("thing put a", "weir thing put needs --to DIR");
}

static void
words_are_counted(void **state)
{
	char many[512] = "thing put --to X";

	(void)state;
	refuses("thing put --to X", "usage: weir thing put FILE...");
	refuses("thing put --to X a b c", "usage: weir thing put FILE...");
	for (int i = 0; i <= CLI_WORDS; i++)
		(void)strcat(many, " w");
	refuses(many, "more than 64 words");
}

static void
after_two_dashes_all_are_words(void **state)
{
	(void)state;
	assert_int_equal(reads("thing put --to X -- --json -n"), CLI_DONE);
	assert_int_equal(args.n_words, 2);
	assert_string_equal(args.word[0], "--json");
	assert_false(cli_on(&args, "json"));
	assert_int_equal(reads("thing put --to X -"), CLI_DONE);
	assert_string_equal(args.word[0], "-");
}

static void
an_instance_where_one_is_needed(void **state)
{
	(void)state;
	refuses("thing list", "weir -C DIR thing list");
	assert_int_equal(reads("-C a -C b thing list"), CLI_DONE);
	assert_string_equal(args.instance, "b");
	refuses("-C", "'-C' is not a verb");
}

static void
help_is_everywhere_and_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(reads("--help"), CLI_DONE);
	assert_true(help);
	assert_non_null(strstr(said, "thing put"));
	assert_non_null(strstr(said, "0 done, 1 the answer is no"));
	assert_int_equal(reads("thing put --help"), CLI_DONE);
	assert_true(help);
	assert_non_null(strstr(said, "usage: weir thing put [options] FILE"));
	assert_non_null(strstr(said, "--to DIR"));
	assert_non_null(strstr(said, "(needed)"));
	assert_int_equal(reads("thing list -h"), CLI_DONE);
	assert_true(help);
	assert_non_null(strstr(said, "usage: weir -C DIR thing list\n"));
	assert_int_equal(reads(""), CLI_USAGE);
	assert_true(help);
	assert_int_equal(reads("--version"), CLI_DONE);
	assert_string_equal(args.verb->name, "version");
}

/* ---- the real table ---- */

static const struct cli_verb *const real[] = {
	cli_verbs_instance,
	cli_verbs_law,
	cli_verbs_register,
	cli_verbs_screen,
	cli_verbs_batch,
	cli_verbs_read,
	cli_verbs_review,
	cli_verbs_hold,
	cli_verbs_ledger,
	cli_verbs_package,
	cli_verbs_synth,
};

static void
every_verb_has_help_and_a_name_of_its_own(void **state)
{
	const char *name[256];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++)
		for (const struct cli_verb *v = real[i]; v->name != NULL; v++) {
			size_t options = 0;

			for (size_t k = 0; k < n; k++)
				assert_string_not_equal(name[k], v->name);
			name[n++] = v->name;
			assert_non_null(v->run);
			assert_true(v->summary[0] != '\0');
			assert_true(v->words_max >= v->words_min);
			assert_int_equal(
				v->words[0] == '\0', v->words_max == 0);
			/* The list must end within its room. */
			while (options < CLI_OPTIONS &&
				v->option[options].name != NULL)
				options++;
			assert_true(options < CLI_OPTIONS);
			for (size_t k = 0; k < options; k++)
				for (size_t l = 0; l < k; l++)
					assert_string_not_equal(
						v->option[k].name,
						v->option[l].name);
		}
	assert_true(n > 15);
}

static int
runs(const char *const *argv)
{
	struct capture c = capture_begin();
	int argc = 0;
	int status;

	while (argv[argc] != NULL)
		argc++;
	status = cli_main(argc, (char **)(uintptr_t)argv);
	capture_end(&c);
	return status;
}
#define RUNS(...) runs((const char *const[]){"weir", __VA_ARGS__, NULL})

static void
the_exit_status_tells_no_from_usage_from_failure(void **state)
{
	char good[] = WEIR_SOURCE "/agreements/irs-ice-2025.md";
	char bad[] = WEIR_SOURCE "/meson.build";

	(void)state;
	assert_int_equal(RUNS("agreement", "check", good), CLI_DONE);
	assert_int_equal(RUNS("agreement", "check", bad), CLI_NO);
	assert_int_equal(RUNS("agreement", "check"), CLI_USAGE);
	assert_int_equal(
		RUNS("agreement", "check", "/nowhere.md"), CLI_FAILURE);
	assert_int_equal(RUNS("ledger", "verify"), CLI_USAGE);
	assert_int_equal(
		RUNS("ledger", "verify", "--dir", "/nowhere"), CLI_FAILURE);
	assert_int_equal(RUNS("synth", "roll", "--persons", "0"), CLI_USAGE);
	assert_int_equal(RUNS("package", "open", "/nowhere", "--key", "k.key"),
		CLI_FAILURE);
}

/* ---- what reaches a terminal ---- */

static const char *
shown(struct span text, void (*print)(FILE *, struct span))
{
	FILE *f = tmpfile();
	size_t n;

	assert_non_null(f);
	print(f, text);
	rewind(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	(void)fclose(f);
	return said;
}
#define TEXT(bytes) shown(SPAN(bytes), cli_text)
#define LINE(bytes) shown(SPAN(bytes), cli_line)

static void
plain_text_passes(void **state)
{
	(void)state;
	assert_string_equal(TEXT("12 ELM ST #4"), "12 ELM ST #4");
	assert_string_equal(
		TEXT("Jos\xc3\xa9 \xe5\xb1\xb1"), "Jos\xc3\xa9 \xe5\xb1\xb1");
	assert_string_equal(TEXT("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
	assert_string_equal(TEXT(""), "");
}

static void
what_would_steer_a_terminal_is_escaped(void **state)
{
	(void)state;
	assert_string_equal(TEXT("\x1b[2J"), "\\x1b[2J");
	assert_string_equal(TEXT("a\rb\tc\bd\x7f"), "a\\x0db\\x09c\\x08d\\x7f");
	assert_string_equal(TEXT("a\0b"), "a\\x00b");
	assert_string_equal(TEXT("\xc2\x9b"
				 "2J"),
		"\\xc2\\x9b"
		"2J");
	assert_string_equal(TEXT("\xc2\xa0"), "\xc2\xa0");
}

static void
what_would_mislead_a_reader_is_escaped(void **state)
{
	(void)state;
	/* right-to-left override, zero-width space, word joiner, BOM */
	assert_string_equal(TEXT("a\xe2\x80\xae"
				 "b"),
		"a\\xe2\\x80\\xae"
		"b");
	assert_string_equal(TEXT("\xe2\x80\x8b"), "\\xe2\\x80\\x8b");
	assert_string_equal(TEXT("\xe2\x81\xa0"), "\\xe2\\x81\\xa0");
	assert_string_equal(TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf");
	/* a dash and a quotation mark are near them, and pass */
	assert_string_equal(
		TEXT("\xe2\x80\x94\xe2\x80\x99"), "\xe2\x80\x94\xe2\x80\x99");
}

static void
bytes_that_are_no_utf8_are_escaped_all(void **state)
{
	(void)state;
	assert_string_equal(TEXT("a\xff\xc3\xa9"), "a\\xff\\xc3\\xa9");
	assert_string_equal(TEXT("\xc2"), "\\xc2");
	assert_string_equal(TEXT("\xe2\x80"), "\\xe2\\x80");
}

static void
a_line_stays_one_line(void **state)
{
	(void)state;
	assert_string_equal(TEXT("a\nb"), "a\nb");
	assert_string_equal(LINE("a\nrequest  R1"), "a\\x0arequest  R1");
	assert_string_equal(LINE("\xe2\x80\xa8"), "\\xe2\\x80\\xa8");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verb_with_its_options_and_words),
		cmocka_unit_test(a_value_after_equals_or_as_the_next_word),
		cmocka_unit_test(short_names_are_a_closed_list),
		cmocka_unit_test(a_verb_nobody_knows_is_refused_by_name),
		cmocka_unit_test(half_a_verb_lists_its_group),
		cmocka_unit_test(an_option_is_given_once),
		cmocka_unit_test(
			an_option_that_may_repeat_keeps_all_its_values),
		cmocka_unit_test(too_many_values_are_refused),
		cmocka_unit_test(an_option_that_is_not_there_or_has_no_value),
		cmocka_unit_test(words_are_counted),
		cmocka_unit_test(after_two_dashes_all_are_words),
		cmocka_unit_test(an_instance_where_one_is_needed),
		cmocka_unit_test(help_is_everywhere_and_runs_nothing),
		cmocka_unit_test(every_verb_has_help_and_a_name_of_its_own),
		cmocka_unit_test(
			the_exit_status_tells_no_from_usage_from_failure),
		cmocka_unit_test(plain_text_passes),
		cmocka_unit_test(what_would_steer_a_terminal_is_escaped),
		cmocka_unit_test(what_would_mislead_a_reader_is_escaped),
		cmocka_unit_test(bytes_that_are_no_utf8_are_escaped_all),
		cmocka_unit_test(a_line_stays_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
