/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cli_args - one table a verb: its options, its help, its function.
 *
 *	weir [-C DIR] VERB [SUBVERB] [options] [words]
 *
 * Options read like git's: --name VALUE or --name=VALUE; --help everywhere.
 */

#include <stddef.h>

#include "base/err.h"

enum {
	CLI_OPTIONS = 14,
	CLI_WORDS = 64,
	CLI_AGAIN = 510, /* values of options that are given again */
};

/* Of an option: false, true (it is needed), CLI_MORE (it may be given several
 * times), or both. */
enum { CLI_NEEDED = true, CLI_MORE = 2 };

/* What a program that calls us reads. */
enum cli_exit { CLI_DONE = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_FAILURE = 3 };

struct cli_option {
	const char *name;  /* "manifest"; NULL ends the list */
	const char *value; /* "FILE"; NULL: a switch */
	const char *text;  /* for --help */
	unsigned must;     /* bits: CLI_NEEDED, CLI_MORE */
};

/* A value after the first of an option that may repeat. */
struct cli_again {
	size_t option; /* its place in the verb's list */
	const char *value;
};

struct cli_args {
	const struct cli_verb *verb;
	const char *instance;           /* -C; NULL */
	const char *value[CLI_OPTIONS]; /* by place in the verb's list; a
					 * switch that is on points to "" */
	const char *word[CLI_WORDS];
	size_t n_words;
	struct cli_again again[CLI_AGAIN];
	size_t n_again;
};

struct cli_verb {
	const char *name;    /* "batch submit" */
	const char *words;   /* "FILE", "N", "FILE...", "" */
	const char *summary; /* one line, for the list */
	const char *text;    /* more, for --help; may be "" */
	struct cli_option option[CLI_OPTIONS];
	unsigned words_min;
	unsigned words_max;
	bool needs_instance;
	enum cli_exit (*run)(const struct cli_args *args);
};

/* The option's value; NULL where it was not given.  must() that the verb has
 * such an option. */
const char *cli_value(const struct cli_args *args, const char *name);
bool cli_on(const struct cli_args *args, const char *name);

/* All values of an option that may repeat, in their order, into `to`; how many
 * there are, of which no more than `most` are written. */
size_t cli_values(const struct cli_args *args, const char *name,
	const char **to, size_t most);

/* Finds the verb and reads the rest.  On CLI_DONE *ret_args is ready; else
 * help or an error was printed and that is the exit status (`*ret_help`). */
enum cli_exit cli_args_read(int argc, char **argv,
	const struct cli_verb *const *verbs, struct cli_args *ret_args,
	bool *ret_help);

/* The lists that the files of verbs give; each ends with a NULL name. */
extern const struct cli_verb cli_verbs_instance[];
extern const struct cli_verb cli_verbs_law[];
extern const struct cli_verb cli_verbs_agreement[];
extern const struct cli_verb cli_verbs_register[];
extern const struct cli_verb cli_verbs_screen[];
extern const struct cli_verb cli_verbs_batch[];
extern const struct cli_verb cli_verbs_single[];
extern const struct cli_verb cli_verbs_drop[];
extern const struct cli_verb cli_verbs_read[];
extern const struct cli_verb cli_verbs_report[];
extern const struct cli_verb cli_verbs_review[];
extern const struct cli_verb cli_verbs_queue[];
extern const struct cli_verb cli_verbs_hold[];
extern const struct cli_verb cli_verbs_matter[];
extern const struct cli_verb cli_verbs_incident[];
extern const struct cli_verb cli_verbs_look[];
extern const struct cli_verb cli_verbs_custody[];
extern const struct cli_verb cli_verbs_notice[];
extern const struct cli_verb cli_verbs_redecide[];
extern const struct cli_verb cli_verbs_tend[];
extern const struct cli_verb cli_verbs_doctor[];
extern const struct cli_verb cli_verbs_backup[];
extern const struct cli_verb cli_verbs_ledger[];
extern const struct cli_verb cli_verbs_ledger_key[];
extern const struct cli_verb cli_verbs_policy[];
extern const struct cli_verb cli_verbs_openings[];
extern const struct cli_verb cli_verbs_serve[];
extern const struct cli_verb cli_verbs_witness[];
extern const struct cli_verb cli_verbs_entry[];
extern const struct cli_verb cli_verbs_account[];
extern const struct cli_verb cli_verbs_erase[];
extern const struct cli_verb cli_verbs_package[];
extern const struct cli_verb cli_verbs_request[];
extern const struct cli_verb cli_verbs_letter[];
extern const struct cli_verb cli_verbs_shadow[];
extern const struct cli_verb cli_verbs_synth[];
