/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/num.h"
#include "verify/main.h"

/* An option's effect; MAIN_DONE or MAIN_USAGE or MAIN_FAILURE, said. */
typedef enum main_exit option_take(struct main_asked *a, const char *value);

struct option {
	const char *name;
	const char *value; /* NULL: a switch */
	const char *text;
	option_take *take;
};

void
main_error(const char *fmt, ...)
{
	va_list ap;

	(void)fputs("weir-verify: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

/* Reads a file that was named, to be kept as long as the asking. */
static enum main_exit
take_file(struct main_asked *a, const char *path, struct span *ret_bytes)
{
	struct buf *file = &a->file[a->n_files];
	enum err e;

	if (a->n_files == MAIN_GIVEN) {
		main_error("more than %d files given", MAIN_GIVEN);
		return MAIN_USAGE;
	}
	a->n_files++;
	buf_init(file, VERIFY_FILE_MAX);
	e = verify_dir_file(path, file);
	if (e != ERR_OK) {
		main_error("%s: %s", path, err_text(e));
		return MAIN_FAILURE;
	}
	*ret_bytes = buf_span(file);
	return MAIN_DONE;
}

/* A verifier key itself, or the name of a file that holds one. */
static enum main_exit
take_key(struct main_asked *a, const char *value, struct ledger_vkey *ret_key)
{
	struct span text = span_text(value);
	enum main_exit status = MAIN_DONE;

	if (ledger_vkey_parse(text, ret_key) == ERR_OK)
		return MAIN_DONE;
	status = take_file(a, value, &text);
	if (status == MAIN_DONE &&
		ledger_vkey_parse(span_trim(text), ret_key) != ERR_OK) {
		main_error("%s: not a verifier key, NAME+ID+BASE64 on one line",
			value);
		status = MAIN_FAILURE;
	}
	return status;
}

static enum main_exit
take_vkey(struct main_asked *a, const char *value)
{
	a->has_vkey = true;
	return take_key(a, value, &a->public.vkey);
}

static enum main_exit
take_witness(struct main_asked *a, const char *value)
{
	if (a->public.n_witnesses == VERIFY_WITNESSES) {
		main_error("more than %d witnesses", VERIFY_WITNESSES);
		return MAIN_USAGE;
	}
	return take_key(a, value, &a->public.witness[a->public.n_witnesses++]);
}

static enum main_exit
take_policy(struct main_asked *a, const char *value)
{
	struct why why = {""};
	struct span bytes;
	enum main_exit status = take_file(a, value, &bytes);

	if (status != MAIN_DONE)
		return status;
	a->policy = ledger_policy_free(a->policy);
	if (ledger_policy_parse(bytes, &a->policy, &why) != ERR_OK) {
		main_error("%s: %s", value, why.text);
		return MAIN_FAILURE;
	}
	a->public.policy = a->policy;
	a->public.policy_until = time(NULL);
	return MAIN_DONE;
}

static enum main_exit
take_old(struct main_asked *a, const char *value)
{
	struct verify_given *old = &a->public.old[a->public.n_old];

	if (a->public.n_old == VERIFY_OLD) {
		main_error("more than %d older checkpoints", VERIFY_OLD);
		return MAIN_USAGE;
	}
	a->public.n_old++;
	old->name = value;
	return take_file(a, value, &old->bytes);
}

static enum main_exit
take_receipt(struct main_asked *a, const char *value)
{
	struct verify_given *receipt = &a->public.receipt[a->public.n_receipts];

	if (a->public.n_receipts == VERIFY_RECEIPTS) {
		main_error("more than %d receipts", VERIFY_RECEIPTS);
		return MAIN_USAGE;
	}
	a->public.n_receipts++;
	receipt->name = value;
	return take_file(a, value, &receipt->bytes);
}

static enum main_exit
take_reply(struct main_asked *a, const char *value)
{
	struct verify_given *reply = a->public.reply + a->public.n_receipts - 1;

	if (a->public.n_receipts == 0 || reply->name != NULL) {
		main_error("--reply %s: its --receipt comes before it", value);
		return MAIN_USAGE;
	}
	reply->name = value;
	return take_file(a, value, &reply->bytes);
}

static enum main_exit
take_account(struct main_asked *a, const char *value)
{
	struct verify_given *account = &a->public.account[a->public.n_accounts];
	enum err e;

	if (a->public.n_accounts == VERIFY_ACCOUNTS) {
		main_error("more than %d accounts", VERIFY_ACCOUNTS);
		return MAIN_USAGE;
	}
	a->public.n_accounts++;
	account->name = value;
	e = verify_dir_map(value, &account->bytes);
	if (e == ERR_OK)
		return MAIN_DONE;
	main_error("%s: %s", value, err_text(e));
	return MAIN_FAILURE;
}

static enum main_exit
take_openings(struct main_asked *a, const char *value)
{
	enum err e = verify_dir_map(value, &a->openings.bytes);

	a->openings.name = value;
	if (e == ERR_OK)
		return MAIN_DONE;
	main_error("%s: %s", value, err_text(e));
	return MAIN_FAILURE;
}

static enum main_exit
take_today(struct main_asked *a, const char *value)
{
	if (day_parse(span_text(value), &a->public.today))
		return MAIN_DONE;
	main_error("--today: a day is wanted, YYYY-MM-DD, not '%s'", value);
	return MAIN_USAGE;
}

static enum main_exit
take_number(const char *name, const char *value, uint64_t max, uint64_t *ret_n)
{
	if (num_parse(span_text(value), max, ret_n) && *ret_n > 0)
		return MAIN_DONE;
	main_error("%s: a number from 1 to %llu is wanted, not '%s'", name,
		(unsigned long long)max, value);
	return MAIN_USAGE;
}

static enum main_exit
take_threads(struct main_asked *a, const char *value)
{
	uint64_t n = 1;
	enum main_exit status =
		take_number("--threads", value, VERIFY_LANES, &n);

	a->public.lanes = (unsigned)n;
	return status;
}

static enum main_exit
take_cadence(struct main_asked *a, const char *value)
{
	uint64_t n = 0;
	enum main_exit status =
		take_number("--cadence", value, VERIFY_CADENCE, &n);

	a->public.cadence = (unsigned)n;
	return status;
}

static enum main_exit
take_growing(struct main_asked *a, const char *value)
{
	(void)value;
	a->public.growing = true;
	return MAIN_DONE;
}

static enum main_exit
take_json(struct main_asked *a, const char *value)
{
	(void)value;
	a->json = true;
	return MAIN_DONE;
}

static enum main_exit take_help(struct main_asked *a, const char *value);
static enum main_exit take_version(struct main_asked *a, const char *value);

static const struct option options[] = {
	{"vkey", "KEY|FILE", "the ledger's key, from elsewhere than the folder",
		take_vkey},
	{"old", "FILE",
		"a checkpoint kept from before: nothing since was changed "
		"(again for more)",
		take_old},
	{"witness", "KEY|FILE",
		"a witness that must have signed (again for more)",
		take_witness},
	{"policy", "FILE", "whose signatures are enough (c2sp.org/tlog-policy)",
		take_policy},
	{"receipt", "FILE",
		"a receipt that a requester was given (again for more)",
		take_receipt},
	{"reply", "FILE",
		"the reply to the batch of the receipt before it: its totals "
		"tie",
		take_reply},
	{"account", "FILE",
		"a person's account: every proof in it, and that this ledger "
		"has no more of it (again for more)",
		take_account},
	{"cadence", "DAYS",
		"more days than that without a publication are a fault (else "
		"what policy.settings promise)",
		take_cadence},
	{"openings", "FILE",
		"every entry opened, of an inspector: each commitment, and the "
		"law of the log",
		take_openings},
	{"today", "DAY",
		"the day by which holds, delays and books may be overdue (else "
		"the last entry's), and up to which a cadence is asked for",
		take_today},
	{"growing", NULL,
		"the ledger is being written: files past the checkpoint may be "
		"there",
		take_growing},
	{"threads", "N", "how many (else one for each processor)",
		take_threads},
	{"json", NULL, "one JSON object", take_json},
	{"help", NULL, "this", take_help},
	{"version", NULL, "which version this is", take_version},
};

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };

static enum main_exit
take_help(struct main_asked *a, const char *value)
{
	(void)value;
	a->only_help = true;
	printf("usage: weir-verify DIR --vkey KEY [options]\n\n"
	       "Checks the public folder of a ledger, DIR, by the key that you "
	       "trust: every\nsignature, entry, tile and hash, and that no file "
	       "is there that does not belong.\nThe first fault is named by "
	       "file and byte.\n\n");
	for (size_t i = 0; i < N_OPTIONS; i++)
		printf("  --%s%s%s\n        %s\n", options[i].name,
			options[i].value == NULL ? "" : " ",
			options[i].value == NULL ? "" : options[i].value,
			options[i].text);
	printf("\nExit status: 0 all holds; 1 it does not; 2 usage; 3 no answer "
	       "(a file that\ncannot be read).\n");
	return MAIN_DONE;
}

static enum main_exit
take_version(struct main_asked *a, const char *value)
{
	(void)value;
	a->only_help = true;
	printf("weir-verify %s\n", WEIR_VERSION);
	return MAIN_DONE;
}

/* ---- words to options ---- */

static const struct option *
option_find(struct span name)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (span_eq(name, span_text(options[i].name)))
			return &options[i];
	return NULL;
}

/* --name, --name VALUE, --name=VALUE; moves *at past what it took. */
static enum main_exit
take_option(int argc, char **argv, int *at, struct main_asked *a)
{
	struct span value = span_text(argv[*at] + 2);
	struct span name = span_cut(&value, '=');
	bool joined = memchr(argv[*at], '=', strlen(argv[*at])) != NULL;
	const struct option *o = option_find(name);
	const char *text = joined ? (const char *)value.at : NULL;

	if (o == NULL || (joined && o->value == NULL)) {
		main_error("%s: no such option; weir-verify --help lists them",
			argv[*at]);
		return MAIN_USAGE;
	}
	if (o->value != NULL && text == NULL) {
		if (*at + 1 == argc) {
			main_error("%s: %s is missing", argv[*at], o->value);
			return MAIN_USAGE;
		}
		text = argv[++*at];
	}
	return o->take(a, text);
}

static enum main_exit
take_word(struct main_asked *a, const char *word)
{
	if (a->dir != NULL) {
		main_error("one folder at a time, not also '%s'", word);
		return MAIN_USAGE;
	}
	a->dir = word;
	return MAIN_DONE;
}

enum main_exit
main_args(int argc, char **argv, struct main_asked *ret_asked)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	enum main_exit status = MAIN_DONE;

	ret_asked->public.today = DAY_NONE;
	ret_asked->public.lanes = processors < 1 ? 1
				  : processors > VERIFY_LANES
					  ? VERIFY_LANES
					  : (unsigned)processors;
	for (int at = 1; status == MAIN_DONE && at < argc; at++)
		status = span_starts(span_text(argv[at]), SPAN("--"))
				 ? take_option(argc, argv, &at, ret_asked)
				 : take_word(ret_asked, argv[at]);
	if (status != MAIN_DONE || ret_asked->only_help)
		return status;
	if (ret_asked->dir == NULL || !ret_asked->has_vkey) {
		main_error("%s; weir-verify --help says more",
			ret_asked->dir == NULL
				? "which folder?"
				: "by whose key? --vkey KEY, which you have "
				  "from elsewhere than the folder");
		return MAIN_USAGE;
	}
	return MAIN_DONE;
}

void
main_asked_fini(struct main_asked *asked)
{
	for (size_t i = 0; i < asked->n_files; i++)
		buf_fini(&asked->file[i]);
	asked->policy = ledger_policy_free(asked->policy);
}
