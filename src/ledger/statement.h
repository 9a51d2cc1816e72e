/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * statement - a person's account of disclosures as one file: words that a
 * person reads, and what proves them.
 *
 *	weir/account@v1\n
 *	origin <of the ledger>\n
 *	person <as the roll has it>\n
 *	as-of <day>\n			the last day of a month
 *	from <month>\n			the first one told
 *	query <index>\n			the entry of this very question
 *	part <name> <bytes>\n<bytes>\n	again and again:
 *
 *	words				what is printed
 *	map, entry, proof		the root over all tags: its public file
 *					and its entry's proof
 *	for each month, from `from` to `as-of`:
 *	  period			"2026-11 <base64 key>\n"
 *	  for the month's tag 0, 1, ...:
 *	    delivered | late | erased
 *	  absent			that there is no next tag
 *
 *	delivered = entry D, proof, openings batch outcome seal recipient at;
 *		    entry S, proof, openings fields purpose;
 *		    entry of the batch, proof, openings batch agreement
 *	late      = entry, proof, openings act object; then delivered
 *		    or erased for each D that the object names
 *	erased    = entry D, proof; the act of its erasure, proof, openings
 *		    act object at
 *
 * Entries are base64, proofs tlog-proof files, openings as ledger/entry.h has
 * them, `absent` as ledger/map.h.  docs/ACCOUNT.md says what it proves.
 */

#include "base/buf.h"
#include "base/day.h"
#include "ledger/map_root.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "ledger/subject.h"

enum {
	LEDGER_STATEMENT_MAX = 1 << 26,
	LEDGER_STATEMENT_LIST = 10000, /* disclosures */
	LEDGER_STATEMENT_TEXT = 256,   /* bytes of any text of one */
	LEDGER_PERSON_MAX = 65,
};

/* The object of an act "account-late": this line, then u64 indices of D. */
#define LEDGER_LATE "weir/account-late/v1\n"

/* The object of an act "erase": this line, then u64 indices of the entries that
 * say nothing any more. */
#define LEDGER_ERASE "weir/erase/v1\n"

struct ledger_disclosure {
	uint64_t entry;
	bool late;          /* told after a delay */
	bool erased;        /* what it said is not kept: */
	uint64_t erased_by; /* that act's entry; `at` is its time, and nothing
			     * below is known */
	uint8_t recipient[32];
	char at[DAY_TIME_TEXT];
	char agreement[LEDGER_STATEMENT_TEXT];
	char purpose[LEDGER_STATEMENT_TEXT];
	char fields[LEDGER_STATEMENT_TEXT];
};

struct ledger_statement {
	char origin[LEDGER_NAME_MAX];
	char person[LEDGER_PERSON_MAX];
	int32_t as_of;
	uint32_t from;
	uint64_t query;
	uint64_t map_size; /* entries under the root */
	struct ledger_hash map_root;
	int64_t map_at;
	uint64_t map_entry;
	uint64_t size; /* of the checkpoint that the proofs are under */
	struct ledger_hash root;
	struct ledger_disclosure *list;
	size_t n;
};
void ledger_statement_fini(struct ledger_statement *s);

/* One more, as the checker and the maker collect them; fails NOMEM, refuses
 * TOO_LARGE. */
MUST_USE enum err ledger_statement_add(
	struct ledger_statement *s, const struct ledger_disclosure *d);

/* The words: of the statement, and nothing else. */
void ledger_statement_words(const struct ledger_statement *s, struct buf *to);

/* The lines before the parts, and one part. */
void ledger_statement_head(const struct ledger_statement *s, struct buf *to);
void ledger_statement_part(const char *name, struct span bytes, struct buf *to);

/* As the check below, but for the words: who makes one reads it so, and then
 * knows what they are. */
MUST_USE enum err ledger_statement_read(struct span bytes,
	const struct ledger_vkey *key, struct ledger_statement *ret_statement,
	struct why *reterr_why);

/*
 * All that can be checked without the ledger's folder: that each entry told is
 * under one checkpoint that `key` signed, says what is said of it and has its
 * tag; that after them there is no further tag under the root that the ledger
 * has; that no month is left out; and that the words are these.  Refuses
 * MALFORMED, TOO_LARGE, BAD_SIGNATURE, MISMATCH, with a sentence.
 */
MUST_USE enum err ledger_statement_check(struct span bytes,
	const struct ledger_vkey *key, struct ledger_statement *ret_statement,
	struct why *reterr_why);

/* The checkpoint's bytes, as the first proof has them: after a check. */
MUST_USE enum err ledger_statement_checkpoint(
	struct span bytes, struct span *ret_checkpoint);

/* The names of the openings of one entry, in order, NULL at the end; and the
 * type that it must have. */
struct ledger_statement_entry {
	enum ledger_type type;
	const char *field[6];
};
extern const struct ledger_statement_entry ledger_statement_delivered;
extern const struct ledger_statement_entry ledger_statement_sealed;
extern const struct ledger_statement_entry ledger_statement_batch;
extern const struct ledger_statement_entry ledger_statement_late;
extern const struct ledger_statement_entry ledger_statement_erase;

/* Does the object of an act "erase" name that entry?  False for what is no such
 * object. */
bool ledger_erase_names(struct span object, uint64_t entry);
