/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proof - the receipt that a law was proved: of which bytes, property by
 * property, by which prover, on which day.
 *
 *	weir-prove ── proof_write() ──> text, signed ── proof_read(),
 *	proof_check() ──> may this law be loaded, and serve?
 *
 * The prover stands apart (src/prove, the only part with a solver in it); the
 * service reads its receipt and knows from proof.def what must have been asked.
 * docs/formats/receipt.md is the format.  No signature is checked here.
 */

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "law/law.h"

enum proof_property {
#define PROPERTY(ID, word, text) PROOF_##ID,
#include "proof/proof.def"
	PROOF_N
};
const char *proof_property_word(enum proof_property property);
const char *proof_property_text(enum proof_property property);

enum proof_answer {
	PROOF_HOLDS,
	PROOF_FAILS,
	PROOF_UNKNOWN, /* the solver gave up: not proved */
	PROOF_DIFFERS, /* solver and evaluator disagree: neither is believed */
	PROOF_ANSWERS
};
const char *proof_answer_word(enum proof_answer answer); /* "proved" */

enum {
	PROOF_FILES_MAX = 8,
	PROOF_LINES_MAX = 256,
	PROOF_NAME_MAX = 96, /* of a file without its folders, of a prover */
	PROOF_BYTES_MAX = 1 << 16,
	PROOF_DAYS = 366, /* an older one is stale when it is loaded */
};

/* One of the files that make a law, the agreement last. */
struct proof_file {
	char name[PROOF_NAME_MAX]; /* for people: what counts is the hash */
	uint8_t hash[32];          /* SHA-256 of its bytes */
};

struct proof_line {
	enum proof_property property;
	enum proof_answer answer;
	char about[LAW_NAME_MAX]; /* a rule or a `prove` of the law; "" */
};

struct proof_receipt {
	char agreement[LAW_NAME_MAX];
	size_t n_files;
	struct proof_file file[PROOF_FILES_MAX];
	uint8_t world[32];            /* proof_world() of the prover */
	char program[PROOF_NAME_MAX]; /* "weir-prove 0.1.0" */
	char solver[PROOF_NAME_MAX];  /* "Z3 4.8.12.0" */
	int32_t day;
	size_t n_lines;
	struct proof_line line[PROOF_LINES_MAX];
};

/*
 * What a proof is about besides a law's own bytes: every evidence that there
 * can be, with its words, and every property that is asked.  Another one, and
 * the proof is of another question.
 */
void proof_world(uint8_t ret_hash[32]);

/* What this program's own prover is called. */
const char *proof_program(void);

/* Name without its folders, cut to fit, and SHA-256 of the text. */
void proof_file_of(
	const char *path, struct span text, struct proof_file *ret_file);

/* The canonical text; what is read back is what was written. */
void proof_write(const struct proof_receipt *receipt, struct buf *to);

/* Refuses MALFORMED what proof_write() cannot have written, with the line. */
MUST_USE enum err proof_read(struct span text,
	struct proof_receipt *ret_receipt, struct why *reterr_why);

/*
 * Is this law proved by it: for exactly these files (the agreement last),
 * with every property that this program knows and every `prove` of the law,
 * each of them proved?  Refuses MISMATCH (other files), TOO_LATE (another
 * program or another world: prove it again) and NOT_ALLOWED (something is not
 * proved, or was not asked).
 */
MUST_USE enum err proof_check(const struct proof_receipt *receipt,
	const struct law *law, const struct proof_file *files, size_t n_files,
	struct why *reterr_why);

/* Is it new enough to be loaded on this day?  Refuses TOO_LATE, TOO_EARLY. */
MUST_USE enum err proof_check_day(const struct proof_receipt *receipt,
	int32_t today, struct why *reterr_why);
