/* SPDX-License-Identifier: Apache-2.0 */
/* report: accounting, annual, transparency, coverage, shadow, court. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_coverage.h"
#include "proc/proc_report.h"
#include "proc/proc_shadow.h"

enum {
	TOTALS_MAX = 1 << 24,
	NAME_BYTES = 96,
	THRESHOLD = 10,
	THRESHOLD_LEAST = 3,
	THRESHOLD_MOST = 1000,
};

/* What is asked for, read before anything is opened. */
struct asked {
	const struct cli_args *args;
	uint32_t batch;
	int year;
	uint64_t threshold;
	int64_t as_of;
	int folder; /* --out; -1: to standard output */
	int proofs; /* its folder proofs/; -1 */
	struct report_doc *doc;
	uint64_t findings;
};

/* ---- options ---- */

static bool
has_option(const struct cli_args *args, const char *name)
{
	for (size_t i = 0; i < CLI_OPTIONS; i++) {
		const char *here = args->verb->option[i].name;

		if (here != NULL && strcmp(here, name) == 0)
			return cli_on(args, name);
	}
	return false;
}

static bool
read_number(const struct cli_args *args, const char *name, uint64_t least,
	uint64_t most, uint64_t *ret)
{
	char option[32];

	if (!has_option(args, name))
		return true;
	(void)snprintf(option, sizeof(option), "--%s", name);
	if (!cli_number(option, cli_value(args, name), most, ret))
		return false;
	if (*ret < least)
		cli_error("%s: not below %" PRIu64, option, least);
	return *ret >= least;
}

/* A time, or a day: then its end. */
static bool
read_time(const struct cli_args *args, int64_t *ret_at)
{
	const char *text =
		has_option(args, "as-of") ? cli_value(args, "as-of") : NULL;
	struct zone zone = cli_zone(args);
	int32_t day;

	if (text == NULL || day_time_parse(span_text(text), ret_at))
		return true;
	if (!day_parse(span_text(text), &day)) {
		cli_error("--as-of: a day (2026-03-01), or a time "
			  "(2026-03-01T15:00:00Z)");
		return false;
	}
	*ret_at = zone_end(&zone, day);
	return true;
}

static bool
is_form(const char *form)
{
	static const char *const forms[] = {"text", "csv", "json", "html"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(form, forms[i]) == 0)
			return true;
	cli_error("--format: text, csv, json or html");
	return false;
}

static bool
open_folder(const char *path, struct asked *ask)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		cli_error("%s: %s", path, strerror(errno));
		return false;
	}
	ask->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ask->folder < 0)
		cli_error("%s: %s", path, strerror(errno));
	return ask->folder >= 0;
}

static bool
read_asked(const struct cli_args *args, struct asked *ask)
{
	uint64_t batch = 0;
	uint64_t year = 0;

	*ask = (struct asked){.args = args,
		.folder = -1,
		.proofs = -1,
		.threshold = THRESHOLD};
	if (!read_number(args, "batch", 1, UINT32_MAX, &batch) ||
		!read_number(args, "year", 1970, 2999, &year) ||
		!read_number(args, "threshold", THRESHOLD_LEAST, THRESHOLD_MOST,
			&ask->threshold) ||
		!read_time(args, &ask->as_of))
		return false;
	ask->batch = (uint32_t)batch;
	ask->year = (int)year;
	if (has_option(args, "format") && !is_form(cli_value(args, "format")))
		return false;
	return !has_option(args, "out") ||
	       open_folder(cli_value(args, "out"), ask);
}

static void
asked_fini(struct asked *ask)
{
	os_close(&ask->folder);
	os_close(&ask->proofs);
	ask->doc = report_doc_free(ask->doc);
}

/* ---- writing ---- */

/* For its owner only: it names officers and requests. */
static enum cli_exit
put_file(int folder, const char *name, const struct buf *bytes)
{
	if (buf_error(bytes) == ERR_OK &&
		os_write(folder, name, buf_span(bytes), 0600) == ERR_OK)
		return CLI_DONE;
	cli_error("%s: cannot be written: %s", name, strerror(errno));
	return CLI_FAILURE;
}

static void
write_form(const struct report_doc *doc, const char *form,
	const struct report_table *table, struct buf *to)
{
	if (strcmp(form, "csv") == 0)
		report_doc_csv(doc, table, to);
	else if (strcmp(form, "json") == 0)
		report_doc_json(doc, to);
	else if (strcmp(form, "html") == 0)
		report_doc_html(doc, to);
	else
		report_doc_text(doc, to);
}

/* NAME.txt, .json and .html, and NAME-TABLE.csv for each table. */
static enum cli_exit
put_folder(const struct asked *ask)
{
	static const struct {
		const char *form;
		const char *end;
	} whole[] = {{"text", "txt"}, {"json", "json"}, {"html", "html"}};
	enum cli_exit status = CLI_DONE;
	char name[NAME_BYTES];

	for (size_t i = 0; status == CLI_DONE && i < 3; i++) {
		OWNED_BUF(bytes, (size_t)REPORT_DOC_MAX);

		write_form(ask->doc, whole[i].form, NULL, &bytes);
		(void)snprintf(name, sizeof(name), "%s.%s", ask->doc->name,
			whole[i].end);
		status = put_file(ask->folder, name, &bytes);
	}
	for (size_t i = 0; status == CLI_DONE && i < ask->doc->n_tables; i++) {
		OWNED_BUF(bytes, (size_t)REPORT_DOC_MAX);

		report_doc_csv(ask->doc, &ask->doc->table[i], &bytes);
		(void)snprintf(name, sizeof(name), "%s-%s.csv", ask->doc->name,
			ask->doc->table[i].name);
		status = put_file(ask->folder, name, &bytes);
	}
	return status;
}

static enum cli_exit
put_stdout(const struct asked *ask)
{
	const struct cli_args *args = ask->args;
	const char *form =
		has_option(args, "format") ? cli_value(args, "format") : "text";
	const struct report_table *table = &ask->doc->table[0];
	OWNED_BUF(bytes, (size_t)REPORT_DOC_MAX);

	if (has_option(args, "table"))
		table = report_doc_table(
			ask->doc, span_text(cli_value(args, "table")));
	if (table == NULL) {
		cli_error("--table: this report has no table %s",
			cli_value(args, "table"));
		return CLI_USAGE;
	}
	write_form(ask->doc, form, table, &bytes);
	if (buf_error(&bytes) != ERR_OK ||
		cli_out(NULL, buf_span(&bytes)) != ERR_OK)
		return CLI_FAILURE;
	return CLI_DONE;
}

/* Opens, makes, writes.  It locks itself in but where it writes into a folder
 * that a person named. */
static enum cli_exit
make(const struct cli_args *args,
	enum err (*one)(struct instance *in, struct asked *ask))
{
	static struct instance in;
	struct asked ask;
	enum cli_exit status = CLI_USAGE;
	enum err e;

	if (!read_asked(args, &ask)) {
		asked_fini(&ask);
		return CLI_USAGE;
	}
	in = INSTANCE_NONE;
	e = report_doc_new(&ask.doc);
	if (e == ERR_OK)
		e = instance_open(args->instance, INSTANCE_LEDGER,
			cli_value(args, "key"), DAY_NONE, &in);
	if (e == ERR_OK && ask.folder < 0)
		e = instance_lock_in(&in);
	if (e == ERR_OK)
		e = one(&in, &ask);
	status = cli_says(e, &in.why);
	instance_close(&in);
	if (status == CLI_DONE)
		status = ask.folder < 0 ? put_stdout(&ask) : put_folder(&ask);
	if (status == CLI_DONE && ask.findings > 0)
		status = CLI_NO;
	asked_fini(&ask);
	return status;
}

/* ---- accounting ---- */

static enum err
write_csv(void *arg, struct span bytes)
{
	FILE *to = arg;

	return fwrite(bytes.at, 1, bytes.n, to) == bytes.n ? ERR_OK
							   : err_origin(ERR_IO);
}

static FILE *
open_csv(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");

	if (to == NULL)
		cli_error("%s: cannot be written", path);
	return to;
}

static enum cli_exit
print_totals(const struct cli_args *args, const struct report_totals *totals)
{
	OWNED_BUF(text, TOTALS_MAX);

	if (cli_on(args, "json"))
		report_totals_json(totals, &text);
	else
		report_totals_text(totals, &text);
	if (buf_error(&text) != ERR_OK ||
		cli_out(NULL, buf_span(&text)) != ERR_OK)
		return CLI_FAILURE;
	return CLI_DONE;
}

static enum cli_exit
account(const struct cli_args *args, uint32_t batch, FILE *csv,
	struct report_totals *totals)
{
	static struct instance in;
	enum err e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);
	enum cli_exit status;

	if (e == ERR_OK)
		e = instance_lock_in(&in);
	if (e == ERR_OK)
		e = proc_report_accounting(&in, batch,
			csv == NULL ? NULL : write_csv, csv, totals, NULL);
	if (csv != NULL && fclose(csv) != 0 && e == ERR_OK)
		e = err_origin(ERR_IO);
	status = cli_says(e, &in.why);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_record(const struct cli_args *args)
{
	OWNED(report_totals) totals = NULL;
	const char *path = cli_value(args, "csv");
	FILE *csv = NULL;
	uint64_t batch = 0;
	enum cli_exit status;

	if (!read_number(args, "batch", 1, UINT32_MAX, &batch))
		return CLI_USAGE;
	if (report_totals_new(&totals) != ERR_OK)
		return CLI_FAILURE;
	if (path != NULL && (csv = open_csv(path)) == NULL)
		return CLI_FAILURE;
	status = account(args, (uint32_t)batch, csv, totals);
	return status == CLI_DONE ? print_totals(args, totals) : status;
}

static enum err
make_accounting(struct instance *in, struct asked *ask)
{
	OWNED(report_totals) totals = NULL;
	enum err e = report_totals_new(&totals);

	return e == ERR_OK ? proc_report_accounting(in, ask->batch, NULL, NULL,
				     totals, ask->doc)
			   : e;
}

static enum err
make_form(struct instance *in, struct asked *ask)
{
	return proc_report_form(in, ask->batch, ask->year, ask->doc);
}

static enum cli_exit
run_accounting(const struct cli_args *args)
{
	const char *form = cli_value(args, "form");

	if (form == NULL && !cli_on(args, "format") && !cli_on(args, "out"))
		return run_record(args);
	if (cli_on(args, "csv") || cli_on(args, "json")) {
		cli_error("--csv and --json do not go with --form, --format "
			  "and --out");
		return CLI_USAGE;
	}
	if (form == NULL && cli_on(args, "year")) {
		cli_error("--year goes with --form 5466-B");
		return CLI_USAGE;
	}
	if (form == NULL)
		return make(args, make_accounting);
	if (strcmp(form, "5466-B") != 0) {
		cli_error("--form: there is 5466-B");
		return CLI_USAGE;
	}
	return make(args, make_form);
}

/* ---- the others ---- */

/* The options of OPTIONS_PUBLIC: do they go together?  And what they say; 0:
 * every number is printed. */
static bool
takes_public(const struct cli_args *args)
{
	if (cli_on(args, "public") || !cli_on(args, "threshold"))
		return true;
	cli_error("--threshold goes with --public");
	return false;
}

static uint64_t
smallest_of(const struct asked *ask)
{
	return cli_on(ask->args, "public") ? ask->threshold : 0;
}

static enum err
make_annual(struct instance *in, struct asked *ask)
{
	return proc_report_annual(in, ask->year, smallest_of(ask), ask->doc);
}

static enum cli_exit
run_annual(const struct cli_args *args)
{
	return takes_public(args) ? make(args, make_annual) : CLI_USAGE;
}

static enum err
make_transparency(struct instance *in, struct asked *ask)
{
	return proc_report_transparency(
		in, ask->year, ask->threshold, ask->doc);
}

static enum cli_exit
run_transparency(const struct cli_args *args)
{
	return make(args, make_transparency);
}

static enum err
make_coverage(struct instance *in, struct asked *ask)
{
	return proc_coverage(in, ask->doc, &ask->findings);
}

static enum cli_exit
run_coverage(const struct cli_args *args)
{
	return make(args, make_coverage);
}

static enum err
make_shadow(struct instance *in, struct asked *ask)
{
	return proc_shadow_report(in, ask->batch, smallest_of(ask),
		cli_on(ask->args, "lines"), ask->doc);
}

static enum cli_exit
run_shadow(const struct cli_args *args)
{
	if (!takes_public(args))
		return CLI_USAGE;
	if (cli_on(args, "public") &&
		(cli_on(args, "lines") || cli_on(args, "batch"))) {
		cli_error("--public goes with neither --lines nor --batch");
		return CLI_USAGE;
	}
	return make(args, make_shadow);
}

/* N.entry and N.tlog-proof. */
static enum err
put_proof(void *context, uint64_t entry, struct span bytes, struct span proof)
{
	struct asked *ask = context;
	char name[NAME_BYTES];
	enum err e = ERR_OK;

	if (ask->proofs < 0)
		e = os_folder(ask->folder, "proofs", true, &ask->proofs);
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".entry", entry);
	if (e == ERR_OK)
		e = os_write(ask->proofs, name, bytes, 0600);
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".tlog-proof", entry);
	return e == ERR_OK ? os_write(ask->proofs, name, proof, 0600) : e;
}

static enum err
make_court(struct instance *in, struct asked *ask)
{
	struct proc_report_court court = {
		.docket = cli_value(ask->args, "docket"),
		.as_of = ask->as_of,
		.each = ask->folder < 0 ? NULL : put_proof,
		.context = ask};

	return proc_report_court(in, &court, ask->doc);
}

static enum cli_exit
run_court(const struct cli_args *args)
{
	return make(args, make_court);
}

#define OPTIONS_PUBLIC                                                         \
	{"public", NULL, "in the form for everybody", false},                  \
	{                                                                      \
		"threshold", "N",                                              \
			"with --public: smallest number printed; 10", false    \
	}

#define OPTIONS_FORM                                                           \
	{"format", "FORM", "text, csv, json or html", false},                  \
		{"table", "NAME", "csv: which table; else the first", false},  \
		{"out", "DIR", "all forms into a folder instead", false},      \
	{                                                                      \
		"key", "FILE.key", "who reads", false                          \
	}

const struct cli_verb cli_verbs_report[] = {
	{"report accounting", "", "requests and disclosures: 26 USC 6103(p)(3)",
		"Totals by agency and year; --csv writes the record of every "
		"request and every\ndisclosure.  With --form 5466-B one row "
		"for all that went on one day to one\nofficer under one "
		"authority.  No taxpayer is named in it.  A row of the store "
		"that\nsays anything else than the ledger's entries refuses "
		"all of it.  A reading is an\nentry.",
		{{"batch", "N", "of that batch; else of all", false},
			{"csv", "FILE", "the record, one line each", false},
			{"json", NULL, "totals as JSON", false},
			{"form", "5466-B", "as rows of that form", false},
			{"year", "YYYY", "with --form: of that year", false},
			OPTIONS_FORM},
		0, 0, true, run_accounting},
	{"report annual", "", "the yearly report: 26 USC 6103(p)(3)(C)",
		"By agency and provision of law: requests, instances of "
		"disclosure, taxpayers; and\nthe general purposes.  --public "
		"keeps small numbers back, wherever the\ntransparency report "
		"of that year does.  A reading is an entry.",
		{{"year", "YYYY", "the calendar year", CLI_NEEDED},
			OPTIONS_PUBLIC, OPTIONS_FORM},
		0, 0, true, run_annual},
	{"report transparency", "", "counts of a year, for everybody",
		"What was asked and what became of it, small numbers kept "
		"back, and with them as\nmany as are needed that none can be "
		"had by subtracting.  A reading is an entry.",
		{{"year", "YYYY", "the calendar year", CLI_NEEDED},
			{"threshold", "N", "smallest number printed; 10",
				false},
			OPTIONS_FORM},
		0, 0, true, run_transparency},
	{"report coverage", "", "does the ledger cover what was released?",
		"The entries against the store's journal and requests, and "
		"against the packages in\noutbox and sealed: matched, there "
		"without an entry, entered and not there,\nexcluded, "
		"undetermined.  Each difference is a finding.  Exit status 0: "
		"no finding;\n1: some.  A reading is an entry.",
		{OPTIONS_FORM}, 0, 0, true, run_coverage},
	{"report shadow", "", "what would have left of old batches, and did",
		"Of the batches that were tried in a shadow (weir shadow try): "
		"what would become\nof each line, for which reasons, and what "
		"of that left then.  --public keeps small\nnumbers back; "
		"--lines lists each line, for the inspector.  A reading is an "
		"entry.",
		{{"batch", "N", "of that batch; else of all", false},
			{"lines", NULL, "each line too (inspector)", false},
			OPTIONS_PUBLIC, OPTIONS_FORM},
		0, 0, true, run_shadow},
	{"report court", "", "a statement for a court, with ledger proofs",
		"Counts as of a time; the holds of a docket with their "
		"entries; what left before and\nafter each; every package in "
		"their scope, and who has it.  With --out each entry\nthat is "
		"named lies beside it, with its proof.  A reading is an entry.",
		{{"docket", "TEXT", "as the hold names it", CLI_NEEDED},
			{"as-of", "TIME",
				"a day, or a time in UTC; else all entries",
				false},
			OPTIONS_FORM},
		0, 0, true, run_court},
	{0},
};
