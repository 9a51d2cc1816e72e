/* SPDX-License-Identifier: Apache-2.0 */
/* incident: found, named, reported within 24 hours, closed. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_affected.h"
#include "proc/proc_incident.h"
#include "proc/proc_notice.h"
#include "proc/proc_permit.h"
#include "report/report.h"

enum { TEXT_MAX = 1 << 16, PATH_BYTES = 4096, LIST_MAX = 1 << 28 };

static void
read_fields(const struct cli_args *args, struct proc_incident *incident)
{
	for (size_t i = 0; i < matter_n_fields(MATTER_OF_INCIDENT); i++)
		incident->field[i] = cli_value(
			args, matter_field_name(MATTER_OF_INCIDENT, i));
}

static bool
batch_option(const struct cli_args *args, uint32_t *ret_n)
{
	const char *text = cli_value(args, "batch");
	uint64_t n = 0;

	if (text != NULL && !cli_number("--batch", text, UINT32_MAX, &n))
		return false;
	*ret_n = (uint32_t)n;
	return true;
}

static bool
number_word(const struct cli_args *args, uint64_t *ret_n)
{
	return cli_number("incident", args->word[0], UINT64_MAX, ret_n);
}

/* What --list names, read before the instance is open; empty without it. */
static enum cli_exit
get_list(const struct cli_args *args, struct buf *to)
{
	return cli_on(args, "list") ? cli_get(cli_value(args, "list"), to)
				    : CLI_DONE;
}

/* The requests that words and list name. */
static enum err
find_named(struct instance *in, const struct cli_args *args, size_t first,
	uint32_t batch, const struct buf *csv, struct proc_list *to)
{
	enum err e = proc_incident_find(
		in, batch, args->word + first, args->n_words - first, to);

	return e == ERR_OK && cli_on(args, "list")
		       ? proc_incident_find_listed(in, buf_span(csv), to)
		       : e;
}

/* ---- open, amend ---- */

static void
say_unknown(const struct proc_incident *incident, uint64_t n)
{
	const char *sep = "";

	for (size_t i = 0; i < matter_n_fields(MATTER_OF_INCIDENT); i++) {
		if (incident->field[i] != NULL)
			continue;
		printf("%s--%s", *sep == '\0' ? "not known yet: " : sep,
			matter_field_name(MATTER_OF_INCIDENT, i));
		sep = ", ";
	}
	if (*sep != '\0')
		printf(" (weir incident amend %" PRIu64 ")\n", n);
}

static enum cli_exit
run_open(const struct cli_args *args)
{
	static struct instance in;
	struct proc_incident incident = {{NULL}, 0};
	struct proc_list named = {0};
	OWNED_BUF(csv, LIST_MAX);
	uint64_t n = 0;
	enum cli_exit status;

	read_fields(args, &incident);
	if (!batch_option(args, &incident.batch))
		return CLI_USAGE;
	status = get_list(args, &csv);
	if (status == CLI_DONE)
		status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(
			find_named(&in, args, 0, incident.batch, &csv, &named),
			&in.why);
	if (status == CLI_DONE)
		status =
			cli_says(proc_incident_open(&in, &incident, &named, &n),
				&in.why);
	if (status == CLI_DONE) {
		printf("incident %" PRIu64
		       ": the report is due within 24 hours\n",
			n);
		say_unknown(&incident, n);
	}
	proc_list_fini(&named);
	instance_close(&in);
	return status;
}

static enum cli_exit
amend(const struct cli_args *args, struct instance *in, const struct buf *csv,
	uint64_t n)
{
	struct proc_incident incident = {{NULL}, 0};
	struct proc_list more = {0};
	enum err e;

	read_fields(args, &incident);
	if (!batch_option(args, &incident.batch))
		return CLI_USAGE;
	e = find_named(in, args, 1, incident.batch, csv, &more);
	if (e == ERR_OK && more.n > 0)
		e = proc_incident_name(in, n, &more);
	if (e == ERR_OK)
		e = proc_incident_amend(in, n, &incident);
	proc_list_fini(&more);
	return cli_says(e, &in->why);
}

static enum cli_exit
run_amend(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(csv, LIST_MAX);
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	status = get_list(args, &csv);
	if (status == CLI_DONE)
		status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = amend(args, &in, &csv, n);
	if (status == CLI_DONE)
		printf("incident %" PRIu64 " amended\n", n);
	instance_close(&in);
	return status;
}

/* ---- show, report ---- */

static enum cli_exit
print_report(const struct report_incident *report, bool json, const char *out)
{
	OWNED_BUF(text, TEXT_MAX);

	if (json)
		report_incident_json(report, &text);
	else
		report_incident_text(report, &text);
	if (buf_error(&text) != ERR_OK)
		return CLI_FAILURE;
	if (out != NULL)
		return cli_put(out, buf_span(&text));
	cli_text(stdout, buf_span(&text));
	return CLI_DONE;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	struct proc_incident_words w;
	uint64_t n = 0;
	enum err e;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE) {
		e = proc_permit(&in, PERMIT_MATTERS);
		if (e == ERR_OK)
			e = account_reading(&in, "show-incident", 0, "");
		if (e == ERR_OK)
			e = proc_incident_read(&in, n, &w);
		status = cli_says(e, &in.why);
	}
	if (status == CLI_DONE) {
		status = print_report(&w.report, cli_on(args, "json"), NULL);
		proc_incident_fini(&w);
	}
	instance_close(&in);
	return status;
}

/* The text in FILE, the same as JSON in FILE.json. */
static enum cli_exit
put_report(const struct report_incident *report, const char *out)
{
	char path[PATH_BYTES];
	enum cli_exit status = print_report(report, false, out);

	if (status != CLI_DONE || out == NULL)
		return status;
	if (snprintf(path, sizeof(path), "%s.json", out) >= (int)sizeof(path))
		return CLI_FAILURE;
	return print_report(report, true, path);
}

static enum cli_exit
run_report(const struct cli_args *args)
{
	static struct instance in;
	struct proc_incident_words w;
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	/* It writes where a person says: it does not lock itself in. */
	status = cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				  cli_value(args, "key"), DAY_NONE, &in),
		&in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_incident_report(
					  &in, n, cli_on(args, "unknown"), &w),
			&in.why);
	if (status == CLI_DONE) {
		status = put_report(&w.report, cli_value(args, "out"));
		proc_incident_fini(&w);
	}
	instance_close(&in);
	return status;
}

/* ---- affected ---- */

struct affected {
	enum { TABLE, CSV, JSON } form;
	bool neutral;
	uint64_t n;
};

static void
hex8(const uint8_t *hash, char to[9])
{
	for (int i = 0; i < 4; i++)
		(void)snprintf(to + 2 * i, 3, "%02x", hash[i]);
}

static void
csv_row(const struct proc_affected_item *item, struct buf *to)
{
	report_csv_cell(span_text(item->row->id), to);
	buf_printf(to, ",%" PRIu32 ",%" PRIu64 ",", item->row->batch,
		item->row->line);
	report_csv_cell(item->delivered, to);
	buf_text(to, ",");
	report_csv_cell(item->agency, to);
	buf_text(to, ",");
	report_csv_cell(item->officer, to);
	buf_printf(to, ",%s,%s,%" PRIu64 ",%" PRIu64 ",",
		item->address ? "address" : "neutral",
		item->met ? "met" : "not met", item->row->sealed,
		item->row->delivered);
}

static void
json_row(const struct proc_affected_item *item, struct buf *to)
{
	buf_text(to, "{\"request_id\":");
	buf_json(to, span_text(item->row->id));
	buf_printf(to,
		",\"batch\":%" PRIu32 ",\"line\":%" PRIu64 ",\"delivered\":",
		item->row->batch, item->row->line);
	buf_json(to, item->delivered);
	buf_text(to, ",\"agency\":");
	buf_json(to, item->agency);
	buf_text(to, ",\"officer\":");
	buf_json(to, item->officer);
	buf_printf(to,
		",\"answer\":\"%s\",\"rule_met\":%s,\"entry_s\":%" PRIu64
		",\"entry_d\":%" PRIu64,
		item->address ? "address" : "neutral",
		item->met ? "true" : "false", item->row->sealed,
		item->row->delivered);
}

static void
hashes(const struct proc_affected_item *item, bool json, struct buf *to)
{
	const uint8_t *hash[] = {item->law, item->engine};
	static const char *const name[] = {"law", "engine"};

	for (size_t h = 0; h < 2; h++) {
		if (json)
			buf_printf(to, ",\"%s\":\"", name[h]);
		else if (h > 0)
			buf_text(to, ",");
		for (size_t i = 0; i < 32; i++)
			buf_printf(to, "%02x", hash[h][i]);
		buf_text(to, json ? "\"" : "");
	}
	buf_text(to, json ? "}\n" : "\n");
}

static enum err
print_affected(void *context, const struct proc_affected_item *item)
{
	struct affected *a = context;
	char law[9];
	char engine[9];
	OWNED_BUF(text, TEXT_MAX);

	if (a->form == TABLE) {
		if (a->n++ == 0)
			printf("%-20s %-20s %-16s %-7s %-8s\n", "REQUEST",
				"HANDED OVER", "OFFICER", "ANSWER", "LAW");
		hex8(item->law, law);
		hex8(item->engine, engine);
		printf("%-20.40s %-20.*s %-16.*s %-7s %s\n", item->row->id,
			(int)item->delivered.n,
			(const char *)item->delivered.at, (int)item->officer.n,
			(const char *)item->officer.at,
			item->address ? "address" : "neutral", law);
		return ERR_OK;
	}
	if (a->form == CSV && a->n++ == 0)
		printf("request_id,batch,line,delivered,agency,officer,answer,"
		       "rule,entry_s,entry_d,law,engine\n");
	if (a->form == CSV)
		csv_row(item, &text);
	else
		json_row(item, &text);
	hashes(item, a->form == JSON, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return cli_out(NULL, buf_span(&text));
}

static void
print_counts(
	const struct affected *a, const struct proc_affected_counts *counts)
{
	FILE *to = a->form == TABLE ? stdout : stderr;

	(void)fprintf(to,
		"answers %" PRIu64 " = addresses disclosed %" PRIu64
		" + neutral %" PRIu64 "; taxpayers %" PRIu64 "\n",
		counts->answers, counts->addresses, counts->neutral,
		counts->taxpayers);
	if (counts->erased > 0)
		(void)fprintf(to, "%" PRIu64 " answers more are erased\n",
			counts->erased);
	if (!a->neutral)
		(void)fprintf(to, "neutral answers were not asked for: "
				  "--neutral\n");
}

static bool
read_asked(const struct cli_args *args, struct proc_affected_options *o)
{
	const char *since = cli_value(args, "since");
	struct zone zone;
	int32_t day = 0;

	*o = (struct proc_affected_options){
		.rule = cli_value(args, "rule"),
		.law = cli_value(args, "law"),
		.engine = cli_value(args, "engine"),
		.neutral = cli_on(args, "neutral"),
	};
	if (!batch_option(args, &o->batch))
		return false;
	if (since == NULL || day_time_parse(span_text(since), &o->since))
		return true;
	if (!cli_day("--since", since, &day))
		return false;
	zone = cli_zone(args);
	o->since = zone_start(&zone, day);
	return true;
}

static enum cli_exit
list_affected(struct instance *in, const struct proc_affected_options *o,
	struct affected *a, uint64_t incident)
{
	struct proc_affected_counts counts;
	struct proc_list list = {0};
	enum err e = proc_affected(in, o, print_affected, a, &counts,
		incident == 0 ? NULL : &list);

	if (e == ERR_OK && incident != 0)
		e = proc_incident_name(in, incident, &list);
	proc_list_fini(&list);
	if (e == ERR_OK)
		print_counts(a, &counts);
	if (e == ERR_OK && incident != 0)
		(void)fprintf(a->form == TABLE ? stdout : stderr,
			"incident %" PRIu64 " names them\n", incident);
	return cli_says(e, &in->why);
}

static enum cli_exit
run_affected(const struct cli_args *args)
{
	static struct instance in;
	struct proc_affected_options o;
	struct affected a = {TABLE, cli_on(args, "neutral"), 0};
	uint64_t incident = 0;
	enum cli_exit status;

	if (!read_asked(args, &o) ||
		(args->n_words > 0 && !number_word(args, &incident)))
		return CLI_USAGE;
	if (cli_on(args, "csv"))
		a.form = CSV;
	if (cli_on(args, "json"))
		a.form = JSON;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = list_affected(&in, &o, &a, incident);
	instance_close(&in);
	return status;
}

/* ---- notice ---- */

static enum cli_exit
open_notice(const struct cli_args *args, struct instance *in, uint64_t n)
{
	struct proc_list named = {0};
	struct proc_notice_result result;
	uint32_t batch;
	enum err e;

	if (!batch_option(args, &batch))
		return CLI_USAGE;
	e = proc_incident_find(
		in, batch, args->word + 1, args->n_words - 1, &named);
	if (e == ERR_OK)
		e = proc_notice_open(
			in, n, &named, cli_value(args, "ground"), &result);
	proc_list_fini(&named);
	if (e == ERR_OK)
		printf("notice %" PRIu64 ": %" PRIu64
		       " people, due within 30 days; %" PRIu64
		       " requests left out, by which nothing was disclosed\n",
			result.matter, result.persons, result.left_out);
	return cli_says(e, &in->why);
}

static enum cli_exit
run_notice(const struct cli_args *args)
{
	static struct instance in;
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = open_notice(args, &in, n);
	instance_close(&in);
	return status;
}

/* ---- close ---- */

static enum cli_exit
run_close(const struct cli_args *args)
{
	static struct instance in;
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_matter_answer(&in, n, "close",
					  span_text(cli_value(args, "ground"))),
			&in.why);
	if (status == CLI_DONE)
		printf("incident %" PRIu64 " closed\n", n);
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

#define OPTION_BATCH                                                           \
	{                                                                      \
		"batch", "N",                                                  \
			"where the requests are; else the last so named",      \
			false                                                  \
	}

#define OPTION_LIST                                                            \
	{                                                                      \
		"list", "FILE",                                                \
			"those in FILE (incident.csv of redecide, affected)",  \
			false                                                  \
	}

#define FIELDS                                                                 \
	{"contact", "TEXT", "agency and contact", false},                      \
		{"happened", "TEXT", "when it happened", false},               \
		{"found", "TEXT", "when and how it was found", false},         \
		{"what", "TEXT", "what happened, and which data elements",     \
			false},                                                \
		{"records", "TEXT", "number or range of records", false},      \
		{"place", "TEXT", "where", false},                             \
	{                                                                      \
		"systems", "TEXT", "information technology involved", false    \
	}

#define OPTIONS_REPORT                                                         \
	{                                                                      \
		{"out", "FILE", "the text there, JSON in FILE.json", false},   \
			{"unknown", NULL, "though a field is not known yet",   \
				false},                                        \
			OPTION_KEY                                             \
	}

const struct cli_verb cli_verbs_incident[] = {
	{"incident open", "[REQUEST...]", "Open an incident: 24 hours begin",
		"What is not stated is 'not known yet' until amended.  No "
		"return information may be\nin it: nine digits, or a name, "
		"birth date or address of a request that it names,\nare "
		"refused.",
		{FIELDS, OPTION_BATCH, OPTION_LIST, OPTION_KEY}, 0, CLI_WORDS,
		true, run_open},
	{"incident amend", "N [REQUEST...]",
		"Write fields of an incident anew, name more requests", "",
		{FIELDS, OPTION_BATCH, OPTION_LIST, OPTION_KEY}, 1, CLI_WORDS,
		true, run_amend},
	{"incident show", "N", "Show the report as it stands", "",
		{{"json", NULL, "for a program", false}, OPTION_KEY}, 1, 1,
		true, run_show},
	{"incident affected", "[N]",
		"List what was given out under a rule or a version",
		"Answers handed over under the law files and the program that "
		"their entries S name;\nwith N, incident N names them from now "
		"on.  For counsel, safeguards officers and\ninspectors; a "
		"reading is an entry.",
		{{"rule", "CODE", "of a law that has this rule", false},
			{"law", "HEX", "law files whose hash begins so", false},
			{"engine", "HEX", "program whose hash begins so",
				false},
			{"since", "TIME", "handed over since", false},
			{"batch", "N", "of that batch only", false},
			{"neutral", NULL, "neutral answers too", false},
			{"csv", NULL, "as CSV", false},
			{"json", NULL, "as JSON Lines", false}, OPTION_KEY},
		0, 1, true, run_affected},
	{"incident report", "N", "Report an incident: its clock ends",
		"By counsel or a safeguards officer.  Prints the seven fields "
		"and how the 24 hours\nstand; a second time it is a copy.",
		OPTIONS_REPORT, 1, 1, true, run_report},
	{"report incident", "N", "The same: weir incident report", "",
		OPTIONS_REPORT, 1, 1, true, run_report},
	{"incident notice", "N [REQUEST...]",
		"Queue notices to the people that an incident names",
		"Without requests, to all of them whose address was disclosed. "
		" weir notice show has\nthe drafts.",
		{{"ground", "TEXT", "what the people are told of", true},
			OPTION_BATCH, OPTION_KEY},
		1, CLI_WORDS, true, run_notice},
	{"incident close", "N", "Close an incident that was reported", "",
		{{"ground", "TEXT", "why nothing is left to do", true},
			OPTION_KEY},
		1, 1, true, run_close},
	{0},
};
