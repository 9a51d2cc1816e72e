/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir-prove FILE [STATUTE...] - what `weir agreement prove` and `diff` run:
 * the only program that Z3 is linked to.  One line a property; examples below
 * it; the duty list.  Exit status 0 all proved (or no difference), 1 not, 2
 * usage, 3 failure.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "prove/prove_html.h"
#include "prove/prove_int.h"

enum { TEXT_MAX = 1 << 16 };

struct telling {
	const struct law *law;
	bool json;
	unsigned n;
};

static int64_t
clock_ms(void *context)
{
	(void)context;
	return os_ticks() / 1000000;
}

static void
example_json(const struct prove_result *r, struct buf *to)
{
	buf_text(to, ",\"examples\":[");
	for (unsigned k = 0; k < r->n_shown; k++) {
		buf_text(to, k == 0 ? "" : ",");
		evidence_json(&r->shown[k], to);
	}
	buf_text(to, "]");
}

static void
tell_json(struct telling *t, const struct prove_result *r)
{
	OWNED_BUF(line, TEXT_MAX);

	buf_printf(&line, "%s{\"property\":\"%s\",\"answer\":\"%s\",\"ms\":%u",
		t->n++ == 0 ? "" : ",\n", prove_property_word(r->property),
		prove_answer_text(r->answer), (unsigned)r->ms);
	if (r->about != NULL)
		buf_printf(&line, ",\"about\":\"%s\"", r->about);
	example_json(r, &line);
	buf_text(&line, "}");
	cli_text(stdout, buf_span(&line));
}

static void
tell_text(struct telling *t, const struct prove_result *r)
{
	OWNED_BUF(line, TEXT_MAX);

	buf_printf(&line, "%-15s %-11s %5u ms  ",
		prove_property_word(r->property), prove_answer_text(r->answer),
		(unsigned)r->ms);
	buf_printf(
		&line, "%s\n  %s\n", r->about == NULL ? "" : r->about, r->text);
	for (unsigned k = 0; r->answer != PROVE_HOLDS && k < r->n_shown; k++) {
		buf_printf(&line, "  counterexample%s:\n",
			r->n_shown == 1 ? ""
			: k == 0        ? ", one request"
					: ", and another");
		prove_example(t->law, NULL, &r->shown[k], &line);
	}
	cli_text(stdout, buf_span(&line));
}

static void
tell(void *context, const struct prove_result *r)
{
	struct telling *t = context;

	if (t->json)
		tell_json(t, r);
	else
		tell_text(t, r);
}

static bool
told_before(const struct law *law, const struct prove_summary *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->duty[k] && strcmp(law_rule(law, k)->code,
					  law_rule(law, i)->code) == 0)
			return true;
	return false;
}

/* What the agreement refuses that the statutes would grant, code by code. */
static void
tell_duties(const struct telling *t, const struct prove_summary *s)
{
	bool any = false;

	(void)fputs(t->json ? "],\n\"duty\":["
			    : "\nThe statutes would grant, and the agreement "
			      "keeps back, by exactly these codes:\n",
		stdout);
	for (size_t i = 0; i < law_n_rules(t->law); i++) {
		const struct law_rule *rule = law_rule(t->law, i);

		if (!s->duty[i] || told_before(t->law, s, i))
			continue;
		if (t->json)
			printf("%s\"%s\"", any ? "," : "", rule->code);
		else
			printf("  %-16s %s\n", rule->code, rule->sentence);
		any = true;
	}
	if (!any && !t->json)
		(void)fputs("  (none)\n", stdout);
}

static enum cli_exit
prove(const struct law *law, bool json)
{
	struct telling t = {.law = law, .json = json};
	struct prove_tell how = {tell, &t, clock_ms};
	struct prove_summary s;
	int64_t begun = clock_ms(NULL);
	enum err e;

	if (json)
		printf("{\"agreement\":\"%s\",\"properties\":[",
			law_agreement_id(law));
	e = prove_law(law, &how, &s);
	if (e != ERR_OK)
		return cli_says(e, NULL);
	tell_duties(&t, &s);
	begun = clock_ms(NULL) - begun;
	if (json)
		printf("],\"asked\":%zu,\"held\":%zu,\"ms\":%d}\n", s.n_asked,
			s.n_held, (int)begun);
	else
		printf("\n%s: %zu of %zu questions proved, %d ms\n",
			law_agreement_id(law), s.n_held, s.n_asked, (int)begun);
	return s.n_held == s.n_asked ? CLI_DONE : CLI_NO;
}

/* ---- one page ---- */

enum { RESULTS_MAX = 512, PAGE_MAX = 1 << 24 };

struct gathering {
	struct prove_result result[RESULTS_MAX];
	size_t n;
};

static void
gather(void *context, const struct prove_result *r)
{
	struct gathering *g = context;

	must(g->n < RESULTS_MAX);
	g->result[g->n++] = *r;
}

/* A statute of the program has no file of its own. */
static enum err
read_text(const char *path, struct buf *to)
{
	const char *name;
	struct span text;
	enum err e = os_read(AT_FDCWD, path, to);

	for (size_t i = 0; e == ERR_NOT_FOUND && law_statute(i, &name, &text);
		i++) {
		if (strcmp(name, path) != 0)
			continue;
		buf_bytes(to, text);
		e = buf_error(to);
	}
	return e;
}

static enum err
write_page(const char *path, struct span page)
{
	OWNED_FD fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return fd < 0 ? err_origin(ERR_IO) : os_write_all(fd, page);
}

static enum err
make_page(struct prove_html *page, const char *out)
{
	OWNED_BUF(html, PAGE_MAX);
	struct buf text[LAW_FILES_MAX];
	struct span spans[LAW_FILES_MAX];
	size_t n = page->law->n_files;
	enum err e = ERR_OK;
	bool same = true;

	for (size_t i = 0; i < n; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = read_text(page->law->file[i].path, &text[i]);
		spans[i] = buf_span(&text[i]);
	}
	page->text = spans;
	if (e == ERR_OK)
		same = prove_html_page(page, &html);
	if (e == ERR_OK)
		e = same ? buf_error(&html) : ERR_MISMATCH;
	if (e == ERR_OK)
		e = write_page(out, buf_span(&html));
	for (size_t i = 0; i < n; i++)
		buf_fini(&text[i]);
	return e;
}

static enum cli_exit
show_html(const struct law *law, const char *out)
{
	static struct gathering g;
	struct prove_tell how = {gather, &g, NULL};
	struct prove_summary s;
	struct prove_html page = {
		.law = law, .result = g.result, .summary = &s};
	struct why why = {""};
	enum err e = prove_law(law, &how, &s);

	page.n_results = g.n;
	if (e == ERR_OK)
		e = make_page(&page, out);
	if (e == ERR_MISMATCH)
		e = why_set(&why, e, "the files changed while they were read");
	else if (e != ERR_OK)
		e = why_set(&why, e, "%s: %s", out, err_text(e));
	if (e != ERR_OK)
		return cli_says(e, &why);
	cli_line(stdout, span_text(out));
	printf(": %s, %zu of %zu questions proved\n", law_agreement_id(law),
		s.n_held, s.n_asked);
	return s.n_held == s.n_asked ? CLI_DONE : CLI_NO;
}

/* ---- two agreements ---- */

struct differing {
	const struct law *law[2];
	const char *file[2];
};

static void
tell_difference(void *context, const struct prove_difference *d)
{
	const struct differing *t = context;
	unsigned other = d->first ? 1 : 0;
	OWNED_BUF(text, TEXT_MAX);

	buf_printf(&text, "\n%s releases, and %s keeps back by %s (%s):\n",
		t->file[1 - other], t->file[other], d->rule->code, d->rule->id);
	prove_example(t->law[other], t->law[1 - other], &d->shown, &text);
	cli_text(stdout, buf_span(&text));
}

static void
tell_fields(const struct differing *t, const unsigned fields[2])
{
	for (unsigned k = 0; k < 2; k++)
		for (unsigned bit = 1; bit <= LAW_FIELD_TIN; bit <<= 1)
			if ((fields[k] & bit) != 0) {
				printf("\nonly ");
				cli_line(stdout, span_text(t->file[k]));
				printf(" discloses %s\n",
					law_field_text((enum law_field)bit));
			}
}

static enum cli_exit
diff(const struct differing *t)
{
	enum prove_relation relation = PROVE_OPEN;
	unsigned fields[2];
	struct differing context = *t;
	enum err e = prove_diff(t->law[0], t->law[1], tell_difference, &context,
		&relation, fields);

	if (e != ERR_OK)
		return cli_says(e, NULL);
	tell_fields(t, fields);
	(void)putchar('\n');
	cli_line(stdout, span_text(t->file[0]));
	if (relation == PROVE_NEITHER)
		printf(" releases some that ");
	else
		printf(": %s, beside ", prove_relation_text(relation));
	cli_line(stdout, span_text(t->file[1]));
	printf("%s\n", relation == PROVE_NEITHER
			       ? " keeps back, and keeps back some that it "
				 "releases: neither is the more permissive"
			       : "");
	return relation == PROVE_EQUIVALENT ? CLI_DONE : CLI_NO;
}

/* ---- files ---- */

static const char *const *
names(char **words)
{
	return (const char *const *)(const void *)words;
}

static enum cli_exit
open_two(char **words, int n)
{
	OWNED(law) a = NULL;
	OWNED(law) b = NULL;
	enum cli_exit status =
		cli_open_law(words[0], names(words + 2), (size_t)n - 2, &a);

	if (status == CLI_DONE)
		status = cli_open_law(
			words[1], names(words + 2), (size_t)n - 2, &b);
	if (status != CLI_DONE)
		return status;
	return diff(&(struct differing){{a, b}, {words[0], words[1]}});
}

static enum cli_exit
open_html(char **words, int n)
{
	OWNED(law) law = NULL;
	enum cli_exit status =
		cli_open_law(words[1], names(words + 2), (size_t)n - 2, &law);

	return status == CLI_DONE ? show_html(law, words[0]) : status;
}

static enum cli_exit
open_one(char **words, int n, bool json)
{
	OWNED(law) law = NULL;
	enum cli_exit status =
		cli_open_law(words[0], names(words + 1), (size_t)n - 1, &law);

	return status == CLI_DONE ? prove(law, json) : status;
}

int
main(int argc, char **argv)
{
	const char *option = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
	int first = option[0] == '-' ? 2 : 1;
	bool two = strcmp(option, "--diff") == 0;
	bool json = strcmp(option, "--json") == 0;
	bool html = strcmp(option, "--html") == 0;
	int files = two || html ? 2 : 1;

	if (argc - first < files ||
		argc - first - files > PROC_CHECK_STATUTES ||
		(option[0] == '-' && !two && !json && !html)) {
		(void)fputs("usage: weir-prove [--json] FILE [STATUTE...]\n"
			    "       weir-prove --diff FILE FILE [STATUTE...]\n"
			    "       weir-prove --html OUT FILE [STATUTE...]\n",
			stderr);
		return CLI_USAGE;
	}
	if (html)
		return (int)open_html(argv + first, argc - first);
	return (int)(two ? open_two(argv + first, argc - first)
			 : open_one(argv + first, argc - first, json));
}
