/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir-prove - what `weir agreement prove`, `diff` and `show --html` become: the only
 * program
 * that Z3 is linked to.  Exit status 0 all proved (or no difference), 1 not, 2
 * usage, 3 failure.
 */
#include <stdio.h>

#include "cli/cli_args.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "prove/main.h"

enum { LINES_MAX = 1 << 22, NOTES_MAX = 1 << 20 };

static int64_t
clock_ms(void *context)
{
	(void)context;
	return os_ticks() / 1000000;
}

static void
tell(void *context, const struct prove_result *r)
{
	struct telling *t = context;

	main_tell(t, r);
	prove_receipt_add(&t->receipt, r);
	main_keep_requests(t, r);
}

static enum cli_exit
prove(struct telling *t)
{
	struct prove_tell how = {tell, t, clock_ms};
	struct prove_summary s;
	int64_t begun = clock_ms(NULL);
	enum err e;

	if (t->json)
		printf("{\"agreement\":\"%s\",\"properties\":[",
			law_agreement_id(t->law));
	e = prove_law(t->law, &how, &s);
	if (e != ERR_OK)
		return cli_says(e, NULL);
	main_tell_duties(t, &s);
	begun = clock_ms(NULL) - begun;
	if (t->json)
		printf("],\"asked\":%zu,\"held\":%zu,\"ms\":%d}\n", s.n_asked,
			s.n_held, (int)begun);
	else
		printf("\n%s: %zu of %zu questions proved, %d ms\n",
			law_agreement_id(t->law), s.n_held, s.n_asked,
			(int)begun);
	return s.n_held == s.n_asked ? CLI_DONE : CLI_NO;
}

static enum cli_exit
worse(enum cli_exit a, enum cli_exit b)
{
	return a > b ? a : b;
}

/* The receipt says what was proved and what not; who takes it looks. */
static enum cli_exit
prove_and_write(struct telling *t, const struct cli_args *args)
{
	const char *receipt = cli_value(args, "receipt");
	enum cli_exit status = prove(t);

	if (status == CLI_FAILURE)
		return status;
	if (receipt != NULL)
		status = worse(status, main_write_receipt(&t->receipt, receipt,
					       cli_value(args, "key")));
	return worse(status, main_write_requests(t));
}

static enum cli_exit
run_prove(const struct cli_args *args)
{
	const char *file = args->n_words == 0 ? NULL : args->word[0];
	size_t n = args->n_words == 0 ? 0 : args->n_words - 1;
	OWNED(law) law = NULL;
	struct proc_check_files files = {0};
	static struct telling t;
	enum cli_exit status;

	if (cli_on(args, "receipt") != cli_on(args, "key")) {
		cli_error("--receipt and --key go together: a receipt is "
			  "signed");
		return CLI_USAGE;
	}
	status = cli_says(crypto_init(), NULL);
	if (status != CLI_DONE)
		return status;
	status = cli_open_law_files(file, args->word + 1, n, &law, &files);
	if (status != CLI_DONE)
		return status;
	t = (struct telling){.law = law,
		.json = cli_on(args, "json"),
		.requests = cli_value(args, "json-request"),
		.today = day_at(os_now())};
	prove_receipt_begin(law, files.file, files.n, t.today, &t.receipt);
	buf_init(&t.lines, LINES_MAX);
	buf_init(&t.notes, NOTES_MAX);
	status = prove_and_write(&t, args);
	buf_fini(&t.lines);
	buf_fini(&t.notes);
	return status;
}

static enum cli_exit
run_diff(const struct cli_args *args)
{
	OWNED(law) a = NULL;
	OWNED(law) b = NULL;
	const char *const *statutes = args->word + 2;
	size_t n = args->n_words - 2;
	enum cli_exit status = cli_open_law(args->word[0], statutes, n, &a);

	if (status == CLI_DONE)
		status = cli_open_law(args->word[1], statutes, n, &b);
	if (status != CLI_DONE)
		return status;
	return main_diff(
		&(struct main_two){{a, b}, {args->word[0], args->word[1]}});
}

static enum cli_exit
run_page(const struct cli_args *args)
{
	OWNED(law) law = NULL;
	enum cli_exit status = cli_open_law(
		args->word[1], args->word + 2, args->n_words - 2, &law);

	return status == CLI_DONE ? main_page(law, args->word[0]) : status;
}

static const struct cli_verb verbs[] = {
	{"prove", "[FILE [STATUTE...]]", "Prove what an agreement can never do",
		"What weir agreement prove runs.",
		{{"json", NULL, "for programs", false},
			{"receipt", "OUT", "write the receipt, signed", false},
			{"key", "FILE.key", "by whom", false},
			{"json-request", "OUT", "what fails, as requests",
				false}},
		0, 1 + PROC_CHECK_STATUTES, false, run_prove},
	{"diff", "FILE FILE [STATUTE...]",
		"What one agreement lets out and another does not",
		"What weir agreement diff runs.", {{0}}, 2,
		2 + PROC_CHECK_STATUTES, false, run_diff},
	{"page", "OUT FILE [STATUTE...]", "An agreement as a page",
		"What weir agreement show --html runs.", {{0}}, 2,
		2 + PROC_CHECK_STATUTES, false, run_page},
	{0},
};

int
main(int argc, char **argv)
{
	static const struct cli_verb *const all[] = {verbs, NULL};
	struct cli_args args;
	bool help = false;
	enum cli_exit status = cli_args_read(argc, argv, all, &args, &help);

	if (status == CLI_DONE && !help)
		status = args.verb->run(&args);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		return CLI_FAILURE;
	return (int)status;
}
