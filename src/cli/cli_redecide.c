/* SPDX-License-Identifier: Apache-2.0 */
/* redecide: every past request through another agreement. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_check.h"
#include "proc/proc_permit.h"
#include "proc/proc_redecide.h"
#include "report/report.h"
#include "report/report_incident.h"

enum {
	TEXT_MAX = 1 << 16,
	DRAFTS_MAX = 1 << 28,
	LIST_BYTES = 4096,
	WORD_MAX = 80,
};

/* The files of --out, made before the process locks itself in. */
enum out {
	OUT_LIST,
	OUT_INCIDENT,
	OUT_NOTICES,
	OUT_DEMANDS,
	OUT_RECALL,
	OUT_N
};
static const char *const out_name[OUT_N] = {
	[OUT_LIST] = "incident.csv",
	[OUT_INCIDENT] = "incident.txt",
	[OUT_NOTICES] = "notices.txt",
	[OUT_DEMANDS] = "demands.txt",
	[OUT_RECALL] = "demands.csv",
};

struct redeciding {
	struct instance in;
	struct law *law;
	struct law *from;
	struct proc_redecide_result result;
	bool json;
	uint64_t n; /* printed */
	const char *folder;
	int out[OUT_N];
	/* of the releases that the law keeps back, by its rules */
	uint64_t of_rule[LAW_RULES_MAX];
};

/* ---- which law ---- */

/* A list FILE,FILE, cut in place. */
static bool
cut_list(const char *name, char *text, const char **to, size_t *ret_n)
{
	size_t n = 0;

	for (char *at = text; at != NULL && *at != '\0';) {
		char *comma = strchr(at, ',');

		if (n == PROC_CHECK_STATUTES) {
			cli_error("--%s: %d files at most", name,
				PROC_CHECK_STATUTES);
			return false;
		}
		to[n++] = at;
		if (comma != NULL)
			*comma++ = '\0';
		at = comma;
	}
	*ret_n = n;
	return true;
}

static enum cli_exit
open_law(const struct cli_args *args, const char *file, const char *statutes,
	struct law **ret_law)
{
	const char *list = cli_value(args, statutes);
	char text[LIST_BYTES] = "";
	const char *path[PROC_CHECK_STATUTES];
	size_t n = 0;

	if (list != NULL && !span_copy(span_text(list), text, sizeof(text))) {
		cli_error("--%s: the list is too long", statutes);
		return CLI_USAGE;
	}
	if (!cut_list(statutes, text, path, &n))
		return CLI_USAGE;
	return cli_open_law(cli_value(args, file), path, n, ret_law);
}

static enum cli_exit
open_laws(const struct cli_args *args, struct redeciding *r)
{
	enum cli_exit status = open_law(args, "agreement", "statute", &r->law);

	if (status == CLI_DONE && cli_on(args, "from"))
		status = open_law(args, "from", "from-statute", &r->from);
	return status;
}

/* ---- the rules that decide ---- */

/* The side that keeps back what the other does not, and says why. */
static const struct redecide_side *
stricter(const struct proc_redecide_item *item)
{
	return item->now.outcome < item->was.outcome ||
			       item->now.outcome == item->was.outcome
		       ? &item->now
		       : &item->was;
}

static void
codes_of(const struct redecide_side *side, const char *sep, struct buf *to)
{
	proc_batch_codes(side->law, side->unmet, sep, to);
}

/* "I2-B1-ADDRESS +2": the first, and how many more. */
static void
first_code(const struct redecide_side *side, char to[WORD_MAX])
{
	OWNED_BUF(codes, 4096);
	size_t more = 0;
	size_t n = 0;

	codes_of(side, " ", &codes);
	while (n < codes.n && n < LAW_CODE_MAX && codes.at[n] != ' ')
		n++;
	for (size_t i = n; i < codes.n; i++)
		more += codes.at[i] == ' ';
	(void)span_copy(span_of(codes.at, n), to, WORD_MAX);
	if (more > 0)
		(void)snprintf(to + n, WORD_MAX - n, " +%zu", more);
}

/* ---- one request ---- */

/* Of a time, its day. */
static size_t
day_bytes(struct span time)
{
	return time.n < DAY_TEXT - 1 ? time.n : DAY_TEXT - 1;
}

static void
table_row(struct redeciding *r, const struct proc_redecide_item *item)
{
	char code[WORD_MAX];

	if (r->n++ == 0)
		printf("%-14s %-10s %-10s %-12s %-10s %s\n", "REQUEST", "WAS",
			"NOW", "OFFICER", "LEFT", "BY");
	first_code(stricter(item), code);
	cli_line(stdout, span_text(item->row->id));
	printf("%*s %-10s %-10s ",
		strlen(item->row->id) < 14 ? 14 - (int)strlen(item->row->id)
					   : 0,
		"", redecide_text(item->was.outcome),
		redecide_text(item->now.outcome));
	cli_line(stdout, item->officer);
	printf("%*s %-10.*s %s\n",
		item->officer.n < 12 ? 12 - (int)item->officer.n : 0, "",
		item->left ? (int)day_bytes(item->delivered) : 1,
		item->left ? (const char *)item->delivered.at : "-", code);
}

static void
json_codes(const char *name, const struct redecide_side *side, struct buf *to)
{
	OWNED_BUF(codes, 4096);

	codes_of(side, "\",\"", &codes);
	buf_printf(to, ",\"%s\":[", name);
	if (codes.n > 0) {
		buf_text(to, "\"");
		buf_bytes(to, buf_span(&codes));
		buf_text(to, "\"");
	}
	buf_text(to, "]");
}

static void
json_row(const struct proc_redecide_item *item, struct buf *to)
{
	buf_text(to, "{\"request_id\":");
	buf_json(to, span_text(item->row->id));
	buf_printf(to,
		",\"batch\":%" PRIu32 ",\"line\":%" PRIu64
		",\"was\":\"%s\",\"now\":\"%s\"",
		item->row->batch, item->row->line,
		redecide_text(item->was.outcome),
		redecide_text(item->now.outcome));
	json_codes("was_codes", &item->was, to);
	json_codes("now_codes", &item->now, to);
	buf_printf(
		to, ",\"left\":%s,\"agency\":", item->left ? "true" : "false");
	buf_json(to, item->agency);
	buf_text(to, ",\"officer\":");
	buf_json(to, item->officer);
	buf_text(to, ",\"handed_over\":");
	buf_json(to, item->delivered);
	buf_text(to, "}\n");
}

/* The columns of `incident affected --csv` first, in their order. */
static void
csv_row(const struct proc_redecide_item *item, struct buf *to)
{
	OWNED_BUF(codes, 4096);

	codes_of(&item->now, " ", &codes);
	report_csv_cell(span_text(item->row->id), to);
	buf_printf(to, ",%" PRIu32 ",%" PRIu64 ",", item->row->batch,
		item->row->line);
	report_csv_cell(item->delivered, to);
	buf_text(to, ",");
	report_csv_cell(item->agency, to);
	buf_text(to, ",");
	report_csv_cell(item->officer, to);
	buf_text(to, ",");
	report_csv_cell(item->officer_name, to);
	buf_printf(to, ",%s,%s,", redecide_text(item->now.outcome),
		proc_batch_outcome((enum case_state)item->row->state));
	report_csv_cell(buf_span(&codes), to);
	buf_printf(to, ",%" PRIu64 ",%" PRIu64 "\n", item->row->sealed,
		item->row->delivered);
}

static enum err
list_release(struct redeciding *r, const struct proc_redecide_item *item)
{
	OWNED_BUF(text, TEXT_MAX);

	for (size_t i = 0; i < law_n_rules(r->law); i++)
		r->of_rule[i] += item->now.unmet >> i & 1;
	if (r->folder == NULL)
		return ERR_OK;
	csv_row(item, &text);
	return buf_error(&text) == ERR_OK
		       ? os_write_all(r->out[OUT_LIST], buf_span(&text))
		       : buf_error(&text);
}

static enum err
print_item(void *context, const struct proc_redecide_item *item)
{
	struct redeciding *r = context;
	OWNED_BUF(text, TEXT_MAX);
	enum err e = ERR_OK;

	if (item->left && item->now.outcome != REDECIDE_RELEASED)
		e = list_release(r, item);
	if (e != ERR_OK)
		return e;
	if (!r->json) {
		table_row(r, item);
		return ERR_OK;
	}
	json_row(item, &text);
	return buf_error(&text) == ERR_OK ? cli_out(NULL, buf_span(&text))
					  : buf_error(&text);
}

/* ---- what it comes to ---- */

static void
print_changes(const struct redeciding *r, FILE *to)
{
	for (int was = REDECIDE_N - 1; was >= 0; was--)
		for (int now = 0; now < REDECIDE_N; now++) {
			uint64_t n = r->result.other[was][now];

			if (n > 0)
				(void)fprintf(to, "%8" PRIu64 "  %s, now %s\n",
					n,
					redecide_text(
						(enum redecide_outcome)was),
					redecide_text(
						(enum redecide_outcome)now));
		}
}

static uint64_t
n_open(const struct proc_redecide_result *res)
{
	uint64_t n = 0;

	for (int i = 0; i < REDECIDE_N; i++)
		n += res->other[REDECIDE_OPEN][i] +
		     res->other[i][REDECIDE_OPEN];
	return n;
}

static void
print_sums(const struct redeciding *r, FILE *to)
{
	const struct proc_redecide_result *res = &r->result;

	if (r->n > 0)
		(void)fputc('\n', to);
	(void)fprintf(to,
		"%" PRIu64 " requests: %" PRIu64 " decided the same, %" PRIu64
		" otherwise\n",
		res->requests, res->same, res->requests - res->same);
	if (res->erased > 0)
		(void)fprintf(
			to, "%" PRIu64 " more were erased\n", res->erased);
	print_changes(r, to);
	if (n_open(res) > 0)
		(void)fprintf(to,
			"open: it would have been looked up; the roll was not "
			"asked, so what it would have\ncome to is not known\n");
	(void)fprintf(to,
		"addresses that left: %" PRIu64
		", of which this agreement keeps back: %" PRIu64 "\n",
		res->left, res->left_bad);
	(void)fprintf(to,
		"Nothing was changed: no request, register, hold or package.  "
		"This reading is\nentry %" PRIu64
		"; registers, counters and the day are taken as they were "
		"then.\n",
		res->entry);
}

/* ---- the folder ---- */

static enum cli_exit
open_folder(const char *folder, struct redeciding *r)
{
	OWNED_FD dir = -1;

	if (folder == NULL)
		return CLI_DONE;
	if (os_folder(AT_FDCWD, folder, true, &dir) != ERR_OK) {
		cli_error("%s: %s", folder, strerror(errno));
		return CLI_FAILURE;
	}
	for (int i = 0; i < OUT_N; i++) {
		r->out[i] = openat(dir, out_name[i],
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (r->out[i] >= 0)
			continue;
		cli_error("%s/%s: %s", folder, out_name[i], strerror(errno));
		return CLI_FAILURE;
	}
	r->folder = folder;
	return CLI_DONE;
}

static enum err
put(struct redeciding *r, enum out out, const struct buf *text)
{
	return buf_error(text) == ERR_OK
		       ? os_write_all(r->out[out], buf_span(text))
		       : buf_error(text);
}

static void
incident_rules(const struct redeciding *r, struct buf *to)
{
	for (size_t i = 0; i < law_n_rules(r->law); i++) {
		const struct law_rule *rule = law_rule(r->law, i);

		if (r->of_rule[i] == 0)
			continue;
		buf_printf(to, "%8" PRIu64 "  %s, %s\n", r->of_rule[i],
			rule->code, rule->citation);
		report_wrap(span_text(rule->sentence), to);
	}
}

/* Numbers, rules and what to do next; no name and no number of a person. */
static void
incident_text(const struct redeciding *r,
	const struct proc_redecide_drafts *drafts, struct buf *to)
{
	const struct proc_redecide_result *res = &r->result;
	char at[DAY_TIME_TEXT];

	day_time_text(r->in.at, at);
	buf_printf(to,
		"%sReleases that %s keeps back\n%s\n"
		"Decided again %s, entry %" PRIu64 "\n\n"
		"This is a list for an incident; no incident is open by it.\n\n",
		r->in.sandbox ? "SANDBOX: nobody in it exists\n" : "",
		law_agreement_id(r->law), r->in.origin, at, res->entry);
	buf_printf(to,
		"%8" PRIu64 "  requests decided again\n"
		"%8" PRIu64 "  addresses left\n"
		"%8" PRIu64 "  of these are kept back now (incident.csv)\n"
		"%8" PRIu64 "  people had one of those (notices.txt)\n"
		"%8" PRIu64 "  packages to demand back, neutral ones among "
		"them (demands.csv)\n\n"
		"By rule; one release may leave several unmet:\n",
		res->requests, res->left, res->left_bad, drafts->persons,
		drafts->demanded);
	incident_rules(r, to);
	buf_text(to,
		"\nTo go on:\n"
		"  weir incident open --list incident.csv --found ... --what "
		"...\n"
		"  weir recall demand --batch N --list demands.csv --ground "
		"...\n"
		"  weir incident report N --out report.txt\n"
		"  weir incident notice N --ground ...\n"
		"notices.txt and demands.txt are drafts: what is sent is made "
		"by these verbs.\n");
}

static enum err
write_drafts(struct redeciding *r, const char *ground)
{
	OWNED_BUF(notices, DRAFTS_MAX);
	OWNED_BUF(demands, DRAFTS_MAX);
	OWNED_BUF(recall, DRAFTS_MAX);
	OWNED_BUF(text, TEXT_MAX);
	struct proc_redecide_drafts drafts = {.ground = ground,
		.notices = &notices,
		.demands = &demands,
		.recall = &recall};
	enum err e = proc_redecide_draft(&r->in, &r->result, &drafts);

	incident_text(r, &drafts, &text);
	if (e == ERR_OK)
		e = put(r, OUT_INCIDENT, &text);
	if (e == ERR_OK)
		e = put(r, OUT_NOTICES, &notices);
	if (e == ERR_OK)
		e = put(r, OUT_DEMANDS, &demands);
	return e == ERR_OK ? put(r, OUT_RECALL, &recall) : e;
}

static enum err
begin_list(struct redeciding *r)
{
	return r->folder == NULL
		       ? ERR_OK
		       : os_write_all(r->out[OUT_LIST],
				 SPAN("request_id,batch,line,delivered,agency,"
				      "officer,officer_name,now,package,codes,"
				      "entry_s,entry_d\n"));
}

/* ---- the verb ---- */

static enum cli_exit
redecide(const struct cli_args *args, struct redeciding *r, uint32_t batch)
{
	const struct proc_redecide_options o = {
		.law = r->law,
		.from = r->from,
		.batch = batch,
		.each = print_item,
		.tell = cli_progress,
		.context = r,
	};
	const char *ground = cli_value(args, "ground");
	enum err e = begin_list(r);

	if (e == ERR_OK)
		e = proc_redecide(&r->in, &o, &r->result);
	if (e == ERR_OK && r->folder != NULL)
		e = write_drafts(
			r, ground != NULL ? ground
					  : "under a rule that was wrong an "
					    "address was given that should not "
					    "have been");
	if (e != ERR_OK)
		return cli_says(e, &r->in.why);
	print_sums(r, r->json ? stderr : stdout);
	return r->result.same == r->result.requests && r->result.left_bad == 0
		       ? CLI_DONE
		       : CLI_NO;
}

/* Files are made when it is known that they may be, and before the process
 * locks itself in. */
static enum cli_exit
open_instance(const struct cli_args *args, struct redeciding *r)
{
	struct instance *in = &r->in;
	const char *folder = cli_value(args, "out");
	enum cli_exit status;
	enum err e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, in);

	if (e == ERR_OK)
		e = proc_permit(in, PERMIT_AFFECTED);
	if (e == ERR_OK && folder != NULL)
		e = proc_permit(in, PERMIT_NOTICE);
	status = cli_says(e, &in->why);
	if (status == CLI_DONE)
		status = open_folder(folder, r);
	person_init();
	return status == CLI_DONE ? cli_says(instance_lock_in(in), &in->why)
				  : status;
}

static enum cli_exit
run_redecide(const struct cli_args *args)
{
	static struct redeciding r;
	const char *n = cli_value(args, "batch");
	uint64_t batch = 0;
	enum cli_exit status;

	if (n != NULL && !cli_number("--batch", n, UINT32_MAX, &batch))
		return CLI_USAGE;
	r = (struct redeciding){.in = INSTANCE_NONE,
		.json = cli_on(args, "json"),
		.out = {-1, -1, -1, -1, -1}};
	status = open_laws(args, &r);
	if (status == CLI_DONE)
		status = open_instance(args, &r);
	if (status == CLI_DONE)
		status = redecide(args, &r, (uint32_t)batch);
	for (int i = 0; i < OUT_N; i++)
		os_close(&r.out[i]);
	proc_redecide_fini(&r.result);
	r.law = law_free(r.law);
	r.from = law_free(r.from);
	instance_close(&r.in);
	return status;
}

const struct cli_verb cli_verbs_redecide[] = {
	{"redecide", "", "Decide every past request again by another agreement",
		"Lists what --agreement decides otherwise than was decided, or "
		"(with --from) than\nanother agreement decides: releases it "
		"keeps back, refusals it grants, and who\nreceived what.  "
		"Nothing changes and nobody is looked up: what was refused at "
		"the\ndoor and would be let in is `open`.  With --out, a list "
		"for weir incident open\n--list, and drafts of notices and "
		"demands.  For counsel, safeguards officers and\ninspectors.  "
		"Exit status 1 where anything is decided otherwise.",
		{{"agreement", "FILE", "the agreement to decide by", true},
			{"statute", "FILE,...",
				"its statutes (else those of the program)",
				false},
			{"from", "FILE",
				"compare with this one, not with what was "
				"decided",
				false},
			{"from-statute", "FILE,...", "the statutes of --from",
				false},
			{"batch", "N", "that batch only", false},
			{"out", "DIR",
				"list and drafts there, in files that are new",
				false},
			{"ground", "TEXT", "what the drafts say happened",
				false},
			{"json", NULL, "as JSON Lines", false},
			{"key", "K",
				"who does it: FILE.key, with FILE.crt beside",
				false}},
		0, 0, true, run_redecide},
	{0},
};
