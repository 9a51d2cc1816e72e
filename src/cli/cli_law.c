/* SPDX-License-Identifier: Apache-2.0 */
/* agreement check, prove, diff, show; request check: law files and requests
 * without an instance. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "proc/proc_instance.h"
#include "proc/proc_law.h"
#include "proc/proc_prover.h"
#include "release/release.h"
#include "request/request_advice.h"

enum {
	ERROR_MAX = 1 << 14,
	PRINT_MAX = 1 << 20,
	REPLY_LINE_MAX = 1 << 17,
	LIST_BYTES = 4096,
};

/* ---- law files ---- */

/* --statute A,B: the names, cut out of `text`. */
struct statutes {
	char text[LIST_BYTES];
	const char *path[PROC_CHECK_STATUTES];
	size_t n;
};

static bool
read_statutes(const struct cli_args *args, struct statutes *s)
{
	const char *list = cli_value(args, "statute");
	char *at = s->text;

	s->n = 0;
	if (list == NULL)
		return true;
	if (!span_copy(span_text(list), s->text, sizeof(s->text))) {
		cli_error("--statute: the list is too long");
		return false;
	}
	while (at != NULL && s->n < PROC_CHECK_STATUTES) {
		char *comma = strchr(at, ',');

		if (comma != NULL)
			*comma++ = '\0';
		s->path[s->n++] = at;
		at = comma;
	}
	if (at != NULL)
		cli_error("--statute: %d files at most", PROC_CHECK_STATUTES);
	return at == NULL;
}

/* A statute stands by itself; an agreement does not. */
static enum cli_exit
check_file(const char *path, const struct statutes *s)
{
	OWNED(law) law = NULL;
	OWNED_BUF(error, ERROR_MAX);
	struct why why = {""};
	enum cli_exit status;
	size_t n = 0;

	if (proc_check_statute(path, &n, &error, &why) == ERR_OK) {
		cli_line(stdout, span_text(path));
		printf(": ok, a statute of %zu rules\n", n);
		return CLI_DONE;
	}
	status = cli_open_law(path, s->path, s->n, &law);
	if (status == CLI_DONE) {
		cli_line(stdout, span_text(path));
		printf(": ok, %s, %zu rules with its statutes\n",
			law_agreement_id(law), law_n_rules(law));
	}
	return status;
}

static enum cli_exit
run_agreement_check(const struct cli_args *args)
{
	struct statutes s;
	enum cli_exit worst = CLI_DONE;

	if (!read_statutes(args, &s))
		return CLI_USAGE;
	for (size_t i = 0; i < args->n_words; i++) {
		enum cli_exit status = check_file(args->word[i], &s);

		worst = status > worst ? status : worst;
	}
	return worst;
}

static enum cli_exit
print_law(const struct law *law)
{
	OWNED_BUF(text, PRINT_MAX);

	law_print(law, &text);
	if (buf_error(&text) != ERR_OK)
		return cli_says(buf_error(&text), NULL);
	cli_text(stdout, buf_span(&text));
	return CLI_DONE;
}

static enum cli_exit
show_loaded(const struct cli_args *args)
{
	static struct instance in;
	enum err e = instance_open(
		args->instance, INSTANCE_READ, NULL, DAY_NONE, &in);
	enum cli_exit status = cli_says(e, &in.why);

	if (status == CLI_DONE && in.law == NULL) {
		cli_error("%s: no agreement is loaded", args->instance);
		status = CLI_NO;
	} else if (status == CLI_DONE) {
		status = print_law(in.law);
	}
	instance_close(&in);
	return status;
}

/* ---- proofs ---- */

enum { PROVER_WORDS = 12 + PROC_CHECK_STATUTES + PROC_LAW_FILES };

struct prover_words {
	const char *word[PROVER_WORDS];
	size_t n;
};

static void
add_word(struct prover_words *w, const char *word)
{
	must(w->n + 1 < PROVER_WORDS);
	w->word[w->n++] = word;
}

/* --NAME [VALUE], where it was given. */
static void
add_option(struct prover_words *w, const struct cli_args *args,
	const char *name, const char *option)
{
	const char *value = cli_value(args, name);

	if (value == NULL)
		return;
	add_word(w, option);
	if (value[0] != '\0')
		add_word(w, value);
}

/* Becomes the prover; comes back only where it cannot. */
static enum cli_exit
become_prover(const struct cli_args *args, struct prover_words *w)
{
	char path[PATH_MAX] = "";
	struct statutes s;

	if (!read_statutes(args, &s))
		return CLI_USAGE;
	if (args->n_words == 0 && s.n > 0) {
		cli_error("--statute goes with a FILE");
		return CLI_USAGE;
	}
	for (size_t i = 0; i < args->n_words; i++)
		add_word(w, args->word[i]);
	for (size_t i = 0; i < s.n; i++)
		add_word(w, s.path[i]);
	if (proc_prover_path(path, sizeof(path)))
		proc_prover_become(path, w->word);
	cli_error("weir-prove, which stands beside this program and proves, "
		  "cannot be started: %s",
		strerror(errno));
	return CLI_FAILURE;
}

/* Paths of the files that -C DIR has in use, the agreement first. */
struct loaded {
	char path[PROC_LAW_FILES][PATH_MAX];
	size_t n;
};

static enum cli_exit
find_loaded(const struct cli_args *args, struct loaded *ret)
{
	static struct instance in;
	struct why why = {""};
	enum err e = instance_open(
		args->instance, INSTANCE_READ, NULL, DAY_NONE, &in);

	ret->n = 0;
	if (e == ERR_OK)
		e = proc_law_paths(&in, ret->path, &ret->n, &why);
	else
		why = in.why;
	instance_close(&in);
	return cli_says(e, &why);
}

static enum cli_exit
run_agreement_show(const struct cli_args *args)
{
	struct prover_words w = {{"weir-prove", "page"}, 2};
	const char *path = args->n_words == 0 ? NULL : args->word[0];
	OWNED(law) law = NULL;
	struct statutes s;
	enum cli_exit status;

	if (cli_on(args, "html") && path == NULL) {
		cli_error("--html: name the FILE");
		return CLI_USAGE;
	}
	if (cli_on(args, "html")) {
		add_word(&w, cli_value(args, "html"));
		return become_prover(args, &w);
	}
	if (path == NULL && args->instance != NULL)
		return show_loaded(args);
	if (!read_statutes(args, &s))
		return CLI_USAGE;
	status = cli_open_law(path, s.path, s.n, &law);
	return status == CLI_DONE ? print_law(law) : status;
}

static enum cli_exit
run_agreement_prove(const struct cli_args *args)
{
	struct prover_words w = {{"weir-prove", "prove"}, 2};
	static struct loaded loaded;

	if (args->n_words == 0 && args->instance != NULL) {
		enum cli_exit status = find_loaded(args, &loaded);

		if (status != CLI_DONE)
			return status;
	}
	add_option(&w, args, "json", "--json");
	add_option(&w, args, "receipt", "--receipt");
	add_option(&w, args, "key", "--key");
	add_option(&w, args, "json-request", "--json-request");
	for (size_t i = loaded.n; i-- > 0;)
		add_word(&w, loaded.path[i]);
	return become_prover(args, &w);
}

static enum cli_exit
run_agreement_diff(const struct cli_args *args)
{
	struct prover_words w = {{"weir-prove", "diff"}, 2};

	return become_prover(args, &w);
}

/* ---- requests ---- */

struct checking {
	const char *file;
	bool json;
	uint64_t of_code[LAW_RULES_MAX]; /* lines, by rule of the law */
	const struct law *law;
};

static void
count_code(struct checking *c, const struct law_rule *rule)
{
	for (size_t i = 0; i < law_n_rules(c->law); i++)
		if (strcmp(law_rule(c->law, i)->code, rule->code) == 0) {
			c->of_code[i]++;
			return;
		}
}

static enum err
json_line(const struct proc_check_line *line)
{
	struct release_reason reasons[LAW_RULES_MAX];
	struct release_reason advice[ADVICE_N];
	struct buf sentence[LAW_RULES_MAX];
	bool refused = line->answer == LAW_REFUSED;
	size_t n = refused ? line->n_unmet : 0;
	size_t n_advice = 0;
	OWNED_BUF(text, REPLY_LINE_MAX);
	enum err e = ERR_OK;

	for (size_t i = 0; i < n; i++) {
		buf_init(&sentence[i], LIST_BYTES);
		proc_check_sentence(line, line->unmet[i], &sentence[i]);
		reasons[i] = (struct release_reason){
			span_text(line->unmet[i]->code), buf_span(&sentence[i]),
			span_text(line->unmet[i]->citation)};
	}
	for (int i = 0; !refused && i < ADVICE_N; i++)
		if ((line->advice >> i & 1U) != 0)
			advice[n_advice++] = (struct release_reason){
				.code = span_text(request_advice_code(
					(enum request_advice)i)),
				.sentence = span_text(request_advice_text(
					(enum request_advice)i))};
	release_reply_line(
		&(struct release_reply){
			.request_id = line->request->field[RQ_ID],
			.status = refused ? RELEASE_REFUSED : RELEASE_ACCEPTED,
			.reasons = reasons,
			.n_reasons = n,
			.advice = advice,
			.n_advice = n_advice},
		&text);
	e = buf_error(&text);
	for (size_t i = 0; i < n; i++)
		buf_fini(&sentence[i]);
	return e == ERR_OK ? cli_out(NULL, buf_span(&text)) : e;
}

static void
text_line(const struct checking *c, const struct proc_check_line *line)
{
	const struct request *q = line->request;

	for (size_t i = 0; i < line->n_unmet; i++) {
		const struct law_rule *rule = line->unmet[i];

		cli_line(stdout, span_text(c->file));
		printf(":%" PRIu64 ": %s: %s", line->file_line, rule->code,
			rule->sentence);
		if (rule->answer == LAW_ASK)
			printf(" (a person decides)");
		if (strncmp(rule->code, "RQ-", 3) == 0 && q->says[0] != '\0') {
			printf(": ");
			cli_line(stdout, span_text(q->member));
			printf("%s", q->member[0] == '\0' ? "" : ": ");
			cli_line(stdout, span_text(q->says));
		}
		printf("\n");
	}
}

static enum err
check_line(void *context, const struct proc_check_line *line)
{
	struct checking *c = context;

	for (size_t i = 0; i < line->n_unmet; i++)
		count_code(c, line->unmet[i]);
	if (c->json)
		return json_line(line);
	text_line(c, line);
	return ERR_OK;
}

static void
print_codes(const struct checking *c)
{
	static const char *const heads[] = {"CODE", "LINES", "CITATION"};
	static char text[LAW_RULES_MAX][24];
	const char *cells[3 * LAW_RULES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < law_n_rules(c->law); i++) {
		const struct law_rule *rule = law_rule(c->law, i);

		if (c->of_code[i] == 0)
			continue;
		(void)snprintf(
			text[n], sizeof(text[n]), "%" PRIu64, c->of_code[i]);
		cells[3 * n] = rule->code;
		cells[3 * n + 1] = text[n];
		cells[3 * n + 2] = rule->citation;
		n++;
	}
	if (n > 0) {
		printf("\n");
		cli_table(heads, 3, 2, cells, n);
	}
}

/* To people; a program reads the lines alone. */
static void
print_check(const struct checking *c, const struct proc_check_totals *t)
{
	print_codes(c);
	printf("%" PRIu64 " requests: %" PRIu64 " would be accepted (a person "
	       "would look at %" PRIu64 " of them first), %" PRIu64
	       " refused\n\nNot known here, and taken to be in order:\n",
		t->lines, t->accepted, t->asked, t->refused);
	for (size_t i = 0; proc_check_assumed(i) != NULL; i++)
		printf("  - %s\n", proc_check_assumed(i));
}

static enum cli_exit
check_requests(struct checking *c, struct proc_check_options *o)
{
	struct proc_check_totals totals;
	struct why why = {""};
	enum err e;

	o->fd = open(c->file, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0) {
		cli_error("%s: %s", c->file, strerror(errno));
		return CLI_FAILURE;
	}
	if (lseek(o->fd, 0, SEEK_SET) != 0) {
		os_close(&o->fd);
		cli_error(
			"%s: it is read twice, so it must be a file", c->file);
		return CLI_FAILURE;
	}
	e = proc_check_requests(o, &totals, &why);
	os_close(&o->fd);
	if (e != ERR_OK) {
		struct why with = {""};

		(void)why_set(&with, e, "%s: %s", c->file,
			why.text[0] == '\0' ? err_text(e) : why.text);
		return cli_says(e, &with);
	}
	if (!c->json)
		print_check(c, &totals);
	if (totals.lines == 0)
		cli_error("%s: there is no request in it", c->file);
	return totals.lines > 0 && totals.refused == 0 ? CLI_DONE : CLI_NO;
}

static enum cli_exit
run_request_check(const struct cli_args *args)
{
	struct checking c = {
		.file = args->word[0], .json = cli_on(args, "json")};
	size_t n = strlen(c.file);
	struct proc_check_options o = {
		.csv = n > 4 && strcmp(c.file + n - 4, ".csv") == 0,
		.today = day_at(os_now()),
		.each = check_line,
		.context = &c,
	};
	OWNED(law) law = NULL;
	struct statutes s;
	enum cli_exit status;

	if (!read_statutes(args, &s) ||
		(cli_on(args, "today") &&
			!cli_day(
				"--today", cli_value(args, "today"), &o.today)))
		return CLI_USAGE;
	status = cli_open_law(cli_value(args, "law"), s.path, s.n, &law);
	if (status != CLI_DONE)
		return CLI_FAILURE;
	c.law = law;
	o.law = law;
	return check_requests(&c, &o);
}

/* clang-format off: one row a line */
#define STATUTE_OPTION                                                         \
	{                                                                      \
		"statute", "FILE,...",                                         \
			"the statutes (else those of the program)", false      \
	}
/* clang-format on */

const struct cli_verb cli_verbs_law[] = {
	{"agreement check", "FILE...", "Parse and type-check agreements",
		"Each file by itself, with its statutes.  An error names the "
		"line and marks the token.\nA statute may be checked too.",
		{STATUTE_OPTION}, 1, CLI_WORDS, false, run_agreement_check},
	{"agreement prove", "[FILE]", "Prove what an agreement can never do",
		"A solver (Z3) shows for all requests there can be: nothing "
		"leaves without an address,\nunder a hold, or about a person "
		"who is not confirmed; what the requester is told says\n"
		"nothing of the roll; what the file states with `prove`; and "
		"which codes keep back\nwhat the statutes grant.  What fails "
		"is shown by a request.  Without FILE, the one in use "
		"in -C DIR; without that,\nthe program's own.\n"
		"--receipt writes what was asked of which bytes, signed by "
		"--key (and OUT.p7s beside\nit); agreement load takes it.  "
		"Exit status 0 where all is proved, 1 where not.",
		{STATUTE_OPTION,
			{"json", NULL, "properties, examples, duty list",
				false},
			{"receipt", "OUT", "write the receipt, signed", false},
			{"key", "FILE.key", "who proves, and signs it", false},
			{"json-request", "OUT.jsonl",
				"what fails, as requests to check or submit",
				false}},
		0, 1, false, run_agreement_prove},
	{"agreement diff", "FILE FILE",
		"What one agreement lets out and another "
		"does not",
		"Says whether the first is more permissive than the second, "
		"less, equivalent or\nneither, by the solver and so for all "
		"requests there can be; and shows a request\nfor each rule by "
		"which one alone keeps back what the other releases.  Exit\n"
		"status 0 where they are equivalent, 1 where not.",
		{STATUTE_OPTION}, 2, 2, false, run_agreement_diff},
	{"agreement show", "[FILE]", "Print an agreement as people read it",
		"Without FILE, the one that is loaded in -C DIR; without that, "
		"the program's own.\nWith --html the page has the statute's "
		"words, the rule, the plain sentence and the\ncode side by "
		"side, what is proved (weir-prove says), the duty list, and a "
		"diagram\nof the decision; it stands by itself and prints.  "
		"Exit status 1 where not all is\nproved.",
		{STATUTE_OPTION,
			{"html", "OUT", "write FILE as an HTML page", false}},
		0, 1, false, run_agreement_show},
	{"request check", "FILE", "Check a file of requests before sending it",
		"The requester's own check: no instance, no roll.  FILE is "
		"JSON Lines, or CSV where\nits name ends in .csv.  Prints "
		"file:line: code: sentence for what would be refused,\nand "
		"what had to be assumed.  Exit status 0 where every line "
		"would be accepted.",
		{{"today", "DATE", "the day of receipt (today)", false},
			{"law", "FILE", "the agreement (the program's own)",
				false},
			STATUTE_OPTION,
			{"json", NULL, "lines like those of a reply", false}},
		1, 1, false, run_request_check},
	{0},
};
