/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_law - the sets of law files an instance has had in use.
 *
 * A set is a folder law/HEX/ with the files in order ("0-26-usc-6103-i-2.md");
 * HEX is SHA-256 over each name and text, sized.  law/current holds one HEX.
 * Old sets stay: decisions name theirs.
 */

#include <limits.h>

#include "proc/proc_instance.h"

enum {
	PROC_LAW_FILES = 8,
	PROC_LAW_NAME = 93, /* bytes of a name that a set keeps: "0-" goes
			     * before it */
};

struct proc_law_file {
	char name[96]; /* without folders */
	struct span text;
};

/* Hash of a set; parses it too.  Refuses MALFORMED (`reterr`). */
MUST_USE enum err proc_law_parse(const struct proc_law_file *files, size_t n,
	struct law **ret_law, uint8_t ret_hash[32], struct law_error *reterr,
	const char **reterr_file);

/* Writes the set below DIR/law; proc_law_write() also makes it the current one,
 * in a new instance. */
MUST_USE enum err proc_law_write_set(int dir, const struct proc_law_file *files,
	size_t n, const uint8_t hash[32]);
MUST_USE enum err proc_law_write(int dir, const struct proc_law_file *files,
	size_t n, const uint8_t hash[32]);

/*
 * Makes a written set the current one within a store transaction: what the
 * store says counts; law/current is brought up to it when it is next read.
 */
MUST_USE enum err proc_law_choose(struct instance *in, const uint8_t hash[32]);

/* The files of a set, in order, the agreement last; the texts are in `text`
 * (PROC_LAW_FILES of them, which the caller has set up and frees). */
MUST_USE enum err proc_law_files(struct instance *in, const uint8_t hash[32],
	struct proc_law_file files[PROC_LAW_FILES],
	struct buf text[PROC_LAW_FILES], size_t *ret_n);

/* Where the files of the set in use stand, in order, the agreement last; an
 * instance is opened.  Refuses NOT_FOUND: no agreement is loaded. */
MUST_USE enum err proc_law_paths(struct instance *in,
	char (*ret_path)[PATH_MAX], size_t *ret_n, struct why *reterr_why);

/* The set of a hash; the caller frees it.  Refuses NOT_FOUND, DAMAGED. */
MUST_USE enum err proc_law_read(
	struct instance *in, const uint8_t hash[32], struct law **ret_law);

/*
 * Is the agreement that is in use proved, by its receipt and the registers of
 * this moment (I8)?  Nothing is accepted, looked up or given out where it is
 * not: NOT_ALLOWED.
 */
MUST_USE enum err proc_law_proved(
	const struct instance *in, struct why *reterr_why);

/* Sets in->law, in->law_hash and in->proved; empty where none is loaded. */
MUST_USE enum err proc_law_current(struct instance *in);
