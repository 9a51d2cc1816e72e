/* SPDX-License-Identifier: Apache-2.0 */
/* tend: the daily round of an office. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_tend.h"

struct printing {
	bool json;
	uint64_t n;
};

/* `text` broken at blanks into lines of 80, the later ones under the first. */
static void
print_text(struct span text)
{
	size_t column = 25;

	while (text.n > 0) {
		struct span word = span_cut(&text, ' ');

		if (column > 25 && column + 1 + word.n > 80) {
			printf("\n%25s", "");
			column = 25;
		} else if (column > 25) {
			printf(" ");
			column++;
		}
		cli_line(stdout, word);
		column += word.n;
	}
	printf("\n");
}

static enum err
print_item(void *context, const struct proc_tend_item *item)
{
	struct printing *p = context;
	char due[DAY_TEXT] = "-";
	OWNED_BUF(line, 4096);

	if (item->due != DAY_NONE)
		day_text(item->due, due);
	p->n++;
	if (!p->json) {
		printf("%c %-11s %-10s ", item->overdue ? '!' : ' ', item->what,
			due);
		print_text(span_text(item->text));
		return ERR_OK;
	}
	buf_printf(&line, "{\"what\":\"%s\",\"due\":", item->what);
	if (item->due == DAY_NONE)
		buf_text(&line, "null");
	else
		buf_json(&line, span_text(due));
	buf_printf(&line,
		",\"overdue\":%s,\"text\":", item->overdue ? "true" : "false");
	buf_json(&line, span_text(item->text));
	buf_text(&line, "}\n");
	if (buf_error(&line) != ERR_OK)
		return buf_error(&line);
	return cli_out(NULL, buf_span(&line));
}

static void
print_done(const struct proc_tend_result *r)
{
	if (r->closed > 0)
		printf("books of single requests closed: %" PRIu64 "\n",
			r->closed);
	printf("lapsed %" PRIu64 ", second looks drawn %" PRIu64
	       ", demands settled %" PRIu64 ",\nnotices due again %" PRIu64
	       ", delays ended %" PRIu64 "; due %" PRIu64 ", overdue %" PRIu64
	       "\n",
		r->lapsed, r->drawn, r->settled, r->reopened, r->undelayed,
		r->due, r->overdue);
	if (r->unlogged > 0)
		printf("files of the log older than seven years removed: %" PRIu64
		       "\n",
			r->unlogged);
}

static enum cli_exit
run_tend(const struct cli_args *args)
{
	static struct instance in;
	struct printing p = {.json = cli_on(args, "json")};
	struct proc_tend_result result = {0};
	int32_t clock = DAY_NONE;
	enum cli_exit status;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &clock))
		return CLI_USAGE;
	status = cli_says(
		instance_open(args->instance, INSTANCE_LEDGER | INSTANCE_VAULT,
			cli_value(args, "key"), clock, &in),
		&in.why);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_tend(&in, print_item, &p, &result), &in.why);
	if (status == CLI_DONE && !p.json)
		print_done(&result);
	instance_close(&in);
	return status == CLI_DONE && result.overdue > 0 ? CLI_NO : status;
}

const struct cli_verb cli_verbs_tend[] = {
	{"tend", "", "The daily round: what lapses, what is due",
		"Closes books of single requests whose day is over, lets lapse "
		"what was answered\nneutrally so long ago, draws the second "
		"looks of a round that was cut off, settles\ndemands, opens "
		"suppressed notices again; then tells what is due, and with ! "
		"what is\noverdue.  Exit status 1: something is overdue.",
		{{"json", NULL, "what is due as JSON Lines", false},
			{"today", "DAY", "in a sandbox: on that day", false},
			{"key", "K",
				"the operator: FILE.key, with FILE.crt "
				"beside",
				false}},
		0, 0, true, run_tend},
	{0},
};
