/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bench_relatives - worlds of people whom a careless rule would take for each
 * other, some of them not on the roll, asked for as people write: whoever is
 * confirmed must be the one who was meant.  A world is a function of its seed,
 * its kinds and how many families it has.
 */

#include "base/buf.h"
#include "base/err.h"
#include "match/match.h"

enum { RELATIVES_FAMILY = 4 };

enum relatives_kind {
	RELATIVES_FATHER_SON,
	RELATIVES_TWINS,
	RELATIVES_SIBLINGS,  /* TINs in a row */
	RELATIVES_BUILDING,  /* one name, one building, two units */
	RELATIVES_ONE_TIN,   /* of two people */
	RELATIVES_COUPLE,    /* a letter apart */
	RELATIVES_STRANGERS, /* of one name */
	RELATIVES_RECORDS,   /* two of one person */
	RELATIVES_HOUSEHOLD, /* a couple and two children, nothing odd */
	RELATIVES_KINDS,
};

struct relatives_one {
	char id[32];
	uint32_t tin;
	int year;
	int month;
	int day;
	const char *given;
	const char *surname;
	const char *suffix;
	unsigned house;
	unsigned unit; /* 0: none */
	bool absent;   /* not on the roll */
	bool shared;   /* its TIN is another's too */
	bool twice;    /* on the roll as another record too */
};

struct relatives_family {
	struct relatives_one one[RELATIVES_FAMILY];
	unsigned n;
	enum relatives_kind kind;
	bool common; /* the surname is one of the most usual */
};

struct relatives {
	uint64_t state; /* of what is drawn */
	uint32_t next_tin;
	struct relatives_family *family;
	unsigned n;
};

enum relatives_slip {
	SLIP_NONE,
	SLIP_GIVEN,   /* one letter */
	SLIP_SURNAME, /* one letter */
	SLIP_INITIAL,
	SLIP_DAY_MONTH,
	SLIP_DATE_DIGIT,
	SLIP_UNIT,   /* left out */
	SLIP_SUFFIX, /* left out */
	SLIP_TIN_DIGIT,
	SLIP_TIN_SWAP,
	SLIP_TIN_OTHER,  /* a relative's */
	SLIP_HOME_OTHER, /* a relative's */
	SLIPS,
};

/* What people do by themselves; those after it take somebody else's. */
enum { SLIPS_ORDINARY = SLIP_TIN_OTHER };

struct relatives_ask {
	struct match_query query;
	enum relatives_slip slip; /* NONE where it changed nothing */
};

/* Families of the kinds that bits of `kinds` name, in turn.  Fails NOMEM. */
MUST_USE enum err relatives_draw(struct relatives *world, uint64_t seed,
	unsigned families, unsigned kinds);
void relatives_fini(struct relatives *world);

/* The roll's CSV, its header first. */
void relatives_csv(const struct relatives *world, struct buf *csv);

/*
 * A request about `one`: half of them with one slip, one of ten in an ordinary
 * household (and no slips there but ordinary ones).  False where the slip
 * makes it a request about a relative: no rule can tell.
 */
bool relatives_ask(struct relatives *world,
	const struct relatives_family *family, const struct relatives_one *one,
	struct relatives_ask *ret_ask);

/* Would confirming `id` be wrong?  "" is nobody, and never wrong. */
bool relatives_wrong(const struct relatives_one *meant,
	const struct match_query *query, const char *id);

/* One who can and should be found: on the roll, once, with a TIN that is
 * nobody else's. */
bool relatives_findable(const struct relatives_one *one);

const char *relatives_kind_word(enum relatives_kind kind);
const char *relatives_kind_text(enum relatives_kind kind);
const char *relatives_slip_text(enum relatives_slip slip);
