/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bench_link - what `weir-bench match` is made of: two files of people, linked
 * one to one by the product's comparison functions.
 *
 *	two files ── link_read() ──> records (standard forms, numbered texts)
 *	records ── link_block() ──> candidate pairs, by exact keys
 *	pairs ── link_weigh() ──> a score each, in bits
 *	scores ── link_assign() ──> links, one to one, ties dropped
 *
 * docs/BENCH.md tells the method.  Scores are whole thousandths of a bit, so
 * that a tie is a tie.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "person/person.h"

enum link_field {
	LINK_GIVEN,
	LINK_SURNAME,
	LINK_BIRTH,
	LINK_ID,
	LINK_NUMBER,
	LINK_STREET,
	LINK_UNIT,
	LINK_CITY,
	LINK_ZIP,
	LINK_STATE,
	LINK_FIELDS,
};
const char *link_field_word(enum link_field field);

enum link_level { /* worst first */
	LINK_MISSING,
	LINK_CONFLICT,
	LINK_FAR,     /* something in common: a word, a beginning, a year */
	LINK_NEAR,    /* alike */
	LINK_EDIT,    /* one slip */
	LINK_VARIANT, /* nickname, compound, day and month swapped */
	LINK_EQUAL,
	LINK_LEVELS,
};

struct link_record {
	uint32_t key;               /* a text, as written */
	uint32_t text[LINK_FIELDS]; /* numbers of standard forms; 0: none */
	struct person_name name;
};

struct link_side {
	struct link_record *record;
	size_t n;
	size_t room;
};

struct link_pair {
	uint32_t a;
	uint32_t b;
	int32_t score;    /* thousandths of a bit */
	int32_t personal; /* the part of it that is not the household's */
	uint8_t level[LINK_FIELDS];
	bool names_turned;   /* compared given with surname */
	bool address_turned; /* compared street with unit */
};

struct link {
	struct link_side side[2];

	char *texts; /* each terminated; text 0 is "" */
	size_t n_texts;
	size_t texts_room;
	uint32_t *text_at; /* by number */
	size_t n_text;
	size_t text_room;
	uint32_t *slot; /* hash table of numbers */
	size_t slots;
	uint32_t *count[LINK_FIELDS]; /* how many records say text i there */
	double said[LINK_FIELDS];     /* how many say anything */

	struct link_pair *pair;
	size_t n_pairs;
	size_t pairs_room;
	size_t big_blocks; /* left out */

	double m[LINK_FIELDS][LINK_LEVELS];
	double u[LINK_FIELDS][LINK_LEVELS];
	int32_t threshold;

	uint32_t *linked; /* by record of the first file: the pair; or NONE */
	size_t n_links;
	size_t n_ties; /* pairs that a tie dropped */
};

enum { LINK_NONE = UINT32_MAX };

/* `column[f]` names field f's column, or is empty.  Refuses MALFORMED with
 * file and line. */
MUST_USE enum err link_read(struct link *link, unsigned side, const char *name,
	struct span bytes, struct span key, const struct span *column,
	struct why *reterr_why);
MUST_USE enum err link_count(struct link *link); /* after both are read */
MUST_USE enum err link_block(struct link *link);
void link_compare(const struct link *link, struct link_pair *pair);
void link_estimate(struct link *link); /* u, and m to begin with */
void link_score(struct link *link);    /* all pairs */
void link_learn(struct link *link);    /* m anew, from the links */
MUST_USE enum err link_assign(struct link *link);
void link_fini(struct link *link);

static inline const char *
link_text(const struct link *link, uint32_t text)
{
	return link->texts + link->text_at[text];
}

/* `least` room for elements of `size` bytes. */
MUST_USE enum err link_room(void **at, size_t *room, size_t least, size_t size);
