/* SPDX-License-Identifier: Apache-2.0 */
/* synth roll, requests: a drawn world as files. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "base/day.h"
#include "base/num.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "synth/synth.h"

enum {
	FIRST_YEAR = 2020, /* of the roll, where nothing else is said */
	LAST_YEAR = 2024,
	YEAR_MAX = 2100,
	COUNT_MAX = 100000000,
	KINDS_MAX = 160,
	KIND_BYTES = 48,
	ROW_BYTES = 512,
};

/* ---- options ---- */

/* The number of an option, "--persons"; `value` stays where it was not given. */
static bool
number(const struct cli_args *args, const char *name, uint64_t max,
	uint64_t *value)
{
	return !cli_on(args, name + 2) ||
	       cli_number(name, cli_value(args, name + 2), max, value);
}

/* "2020-2024" */
static bool
years(const struct cli_args *args, struct synth_options *o)
{
	struct span rest = span_text(cli_value(args, "years"));
	struct span first = span_cut(&rest, '-');
	uint64_t from = FIRST_YEAR;
	uint64_t to = LAST_YEAR;

	if (cli_on(args, "years") && (!num_parse(first, YEAR_MAX, &from) ||
					     !num_parse(rest, YEAR_MAX, &to))) {
		cli_error("--years: '%s' is not like 2020-2024",
			cli_value(args, "years"));
		return false;
	}
	o->first_year = (int)from;
	o->last_year = (int)to;
	return true;
}

static bool
world(const struct cli_args *args, struct synth_options *o)
{
	*o = (struct synth_options){.seed = 1};
	return number(args, "--persons", SYNTH_PERSONS_MAX, &o->persons) &&
	       number(args, "--seed", UINT64_MAX, &o->seed) && years(args, o);
}

/* What the options do not allow is the caller's mistake. */
static enum cli_exit
synth_says(enum err e, const struct why *why)
{
	enum cli_exit status = cli_says(e, why);

	return status == CLI_NO ? CLI_USAGE : status;
}

/* ---- the roll ---- */

struct file {
	int fd;
	int error;                  /* errno of what went wrong */
	struct crypto_sha384 *hash; /* NULL: not wanted */
};

static int
put(void *user, struct span bytes)
{
	struct file *f = user;

	if (f->hash != NULL)
		crypto_sha384_add(f->hash, bytes);
	if (os_write_all(f->fd, bytes) == ERR_OK)
		return 0;
	f->error = errno;
	return -1;
}

static enum cli_exit
create(int at, const char *name, struct file *f)
{
	f->fd = openat(
		at, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (f->fd >= 0)
		return CLI_DONE;
	cli_error("%s: %s", name, strerror(errno));
	return CLI_FAILURE;
}

static enum cli_exit
written(const char *name, const struct file *f, enum err e,
	const struct why *why)
{
	if (f->error == 0)
		return synth_says(e, why);
	cli_error("%s: %s", name, strerror(f->error));
	return CLI_FAILURE;
}

static enum cli_exit
run_roll(const struct cli_args *args)
{
	const char *out = cli_value(args, "out");
	struct file f = {.fd = STDOUT_FILENO};
	struct synth_sink sink = {put, &f};
	struct synth_options o;
	struct why why = {""};
	enum cli_exit status = CLI_DONE;

	if (!world(args, &o))
		return CLI_USAGE;
	if (out != NULL && strcmp(out, "-") != 0)
		status = create(AT_FDCWD, out, &f);
	if (status == CLI_DONE)
		status = written(out == NULL ? "standard output" : out, &f,
			synth_roll(&o, &sink, &why), &why);
	if (f.fd != STDOUT_FILENO)
		os_close(&f.fd);
	return status;
}

/* ---- requests ---- */

/* The truth as it is written, and how many requests are of each kind. */
struct truth {
	struct file file;
	struct {
		char name[KIND_BYTES];
		uint64_t n;
	} kind[KINDS_MAX];
	size_t n_kinds;
	bool header; /* was seen */
	char row[ROW_BYTES];
	size_t n_row; /* of the row that has not ended yet */
};

static void
count_kind(struct truth *t, const char *name)
{
	size_t i = 0;

	while (i < t->n_kinds && strcmp(t->kind[i].name, name) != 0)
		i++;
	if (i == KINDS_MAX)
		return;
	if (i == t->n_kinds) {
		t->n_kinds++;
		(void)span_copy(span_text(name), t->kind[i].name,
			sizeof(t->kind[i].name));
	}
	t->kind[i].n++;
}

/* The kind is the last column. */
static void
end_row(struct truth *t)
{
	const char *kind;

	t->row[t->n_row] = '\0';
	kind = strrchr(t->row, ',');
	if (t->header && kind != NULL)
		count_kind(t, kind + 1);
	t->header = true;
	t->n_row = 0;
}

static int
put_truth(void *user, struct span bytes)
{
	struct truth *t = user;

	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.at[i] == '\n')
			end_row(t);
		else if (t->n_row < sizeof(t->row) - 1)
			t->row[t->n_row++] = (char)bytes.at[i];
	return put(&t->file, bytes);
}

static void
print_kinds(const struct truth *t)
{
	static const char *const heads[] = {"KIND", "REQUESTS"};
	static char text[KINDS_MAX][24];
	static const char *cells[2 * KINDS_MAX];

	for (size_t i = 0; i < t->n_kinds; i++) {
		(void)snprintf(
			text[i], sizeof(text[i]), "%" PRIu64, t->kind[i].n);
		cells[2 * i] = t->kind[i].name;
		cells[2 * i + 1] = text[i];
	}
	cli_table(heads, 2, 2, cells, t->n_kinds);
}

static enum cli_exit
write_manifest(int dir, const struct synth_request_options *o,
	struct crypto_sha384 *hash)
{
	uint8_t sum[CRYPTO_SHA384];
	OWNED_BUF(hex, 2 * CRYPTO_SHA384 + 1);
	OWNED_BUF(text, 1 << 14);
	struct file f = {.fd = -1};
	enum cli_exit status;

	crypto_sha384_end(hash, sum);
	code_hex(&hex, span_of(sum, sizeof(sum)));
	synth_manifest(o, buf_span(&hex), &text);
	if (buf_error(&text) != ERR_OK)
		return cli_says(buf_error(&text), NULL);
	status = create(dir, "manifest.json", &f);
	if (status == CLI_DONE && put(&f, buf_span(&text)) != 0)
		status = written("manifest.json", &f, ERR_IO, NULL);
	os_close(&f.fd);
	return status;
}

static enum cli_exit
write_requests(int dir, const struct synth_request_options *o, struct truth *t)
{
	const char *name = o->csv ? "requests.csv" : "requests.jsonl";
	OWNED(crypto_sha384) hash = NULL;
	struct file f = {.fd = -1};
	struct synth_sink lines = {put, &f};
	struct synth_sink truth = {put_truth, t};
	struct why why = {""};
	enum err e = crypto_sha384_new(&hash);
	enum cli_exit status = cli_says(e, NULL);

	f.hash = hash;
	if (status == CLI_DONE)
		status = create(dir, name, &f);
	if (status == CLI_DONE)
		status = create(dir, "truth.csv", &t->file);
	if (status == CLI_DONE) {
		e = synth_requests(o, &lines, &truth, &why);
		status = t->file.error != 0
				 ? written("truth.csv", &t->file, e, &why)
				 : written(name, &f, e, &why);
	}
	if (status == CLI_DONE)
		status = write_manifest(dir, o, hash);
	os_close(&f.fd);
	os_close(&t->file.fd);
	return status;
}

static bool
request_options(const struct cli_args *args, struct synth_request_options *o)
{
	uint64_t sequence = 1;

	*o = (struct synth_request_options){
		.n = 1000,
		.requests_seed = 1,
		.today = day_at(os_now()),
		.agreement = "AG-IRS-ICE-2025",
		.certifier = "ICE-DIR",
		.csv = cli_on(args, "csv"),
		.malformed = cli_on(args, "malformed"),
	};
	if (cli_on(args, "agreement"))
		o->agreement = cli_value(args, "agreement");
	if (!world(args, &o->world) ||
		!number(args, "--count", COUNT_MAX, &o->n) ||
		!number(args, "--requests-seed", UINT64_MAX,
			&o->requests_seed) ||
		!number(args, "--sequence", INT32_MAX, &sequence))
		return false;
	o->sequence = sequence;
	return !cli_on(args, "today") ||
	       cli_day("--today", cli_value(args, "today"), &o->today);
}

static enum cli_exit
run_requests(const struct cli_args *args)
{
	static struct truth t;
	const char *out = cli_value(args, "out");
	struct synth_request_options o;
	OWNED_FD dir = -1;
	enum cli_exit status;
	enum err e;

	if (!request_options(args, &o))
		return CLI_USAGE;
	e = crypto_init();
	if (e == ERR_OK)
		e = os_folder(AT_FDCWD, out, true, &dir);
	if (e != ERR_OK) {
		cli_error("%s: %s", out, strerror(errno));
		return CLI_FAILURE;
	}
	t.file.fd = -1;
	status = write_requests(dir, &o, &t);
	if (status != CLI_DONE)
		return status;
	print_kinds(&t);
	printf("%s: requests.%s, manifest.json, truth.csv\n", out,
		o.csv ? "csv" : "jsonl");
	return CLI_DONE;
}

/* clang-format off: one row a line */
#define WORLD_OPTIONS                                                          \
	{"persons", "N", "how many people are on the roll", true},             \
		{"seed", "S", "of the people (1)", false},                     \
	{                                                                      \
		"years", "A-B", "tax years of the roll (2020-2024)", false     \
	}
/* clang-format on */

const struct cli_verb cli_verbs_synth[] = {
	{"synth roll", "", "Draw a roll of people who do not exist",
		"The same options give the same bytes on every machine.",
		{WORLD_OPTIONS,
			{"out", "FILE", "the CSV (standard output)", false}},
		0, 0, false, run_roll},
	{"synth requests", "", "Draw requests about them, with their truth",
		"Writes requests.jsonl (or .csv), manifest.json and truth.csv "
		"into DIR.  People and\nyears must be those of the roll: they "
		"are drawn again, the roll is not read.",
		{WORLD_OPTIONS, {"count", "N", "how many (1000)", false},
			{"requests-seed", "S", "of the requests (1)", false},
			{"today", "DATE", "the day they are made (today)",
				false},
			{"agreement", "ID", "for the manifest", false},
			{"sequence", "N", "for the manifest (1)", false},
			{"csv", NULL, "CSV instead of JSON Lines", false},
			{"malformed", NULL, "some lines are no requests",
				false},
			{"out", "DIR", "a folder; made where it is not there",
				true}},
		0, 0, false, run_requests},
	{0},
};
