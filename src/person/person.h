/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * person - names, dates, TINs and addresses: standardise and compare.
 *
 * Standard forms are upper-case ASCII, for comparison only; nothing here ever
 * replaces what a requester or a record wrote.  The same functions serve the
 * requester's text (grading) and the roll's (matching), so that both sides are
 * folded alike.  The tables are constants of the program; only ICU, for text
 * that is not Latin, allocates, inside itself.
 */

#include "base/span.h"

/*
 * Opens the transliterator and folds the tables that need it.  Everything
 * works without it, at the cost of the first call; a process that locks itself
 * in (seccomp, Landlock) calls it before.  Any thread, any number of times.
 */
void person_init(void);

/* ---- text folding ---- */

enum { PERSON_FOLD_MAX = 256 };

/*
 * Upper-case ASCII: letters of any script are transliterated (ASCII fast path;
 * a static table for Latin-1 and Latin Extended-A; ICU for the rest), runs of
 * anything but letters and digits become one space.  Returns the length; `to`
 * is terminated.  Too long is cut at PERSON_FOLD_MAX - 1.
 */
size_t person_fold(struct span text, char to[PERSON_FOLD_MAX]);

/* ---- names ---- */

enum person_name_grade { NAME_NONE, NAME_PARTIAL, NAME_FULL };

/*
 * How far given and surname are a person's name (R4): initials only, one part
 * missing: PARTIAL or NONE; placeholders (UNKNOWN, DOE without..., X, TEST,
 * in any script, case or language), company words, digits: NONE.
 */
enum person_name_grade person_name_grade(
	struct span given, struct span middle, struct span surname);

enum { NAME_TOKENS_MAX = 6, NAME_TOKEN_MAX = 24 };

/* A standardised name; unused bytes are zero, so that it compares as bytes. */
struct person_name {
	char given
		[NAME_TOKEN_MAX]; /* first given token(s) joined: "ANAMARIA" */
	char middle[NAME_TOKEN_MAX]; /* joined too */
	char surname[NAME_TOKENS_MAX]
		    [NAME_TOKEN_MAX];    /* particles kept apart */
	char joined[2 * NAME_TOKEN_MAX]; /* surname tokens without spaces */
	uint8_t n_surname;
	uint8_t n_first;    /* letters of the first given token; 0: only one */
	bool middle_letter; /* the middle name holds an initial: "C", "F A" */
	uint8_t suffix;     /* 0 none, 1 SR, 2 JR, 2.. II=2, 3 III, 4 IV, ... */
};

/*
 * A single letter is an initial wherever it stands: "GABRIEL A" is GABRIEL with
 * the middle initial A, and never GABRIELA; "J CARLOS" is J with the middle
 * name CARLOS.
 */
void person_name(struct span given, struct span middle, struct span surname,
	struct span suffix, struct person_name *ret_name);

enum person_level {     /* worst first, so that levels compare */
	LEVEL_CONFLICT, /* a veto */
	LEVEL_MISSING,  /* one side has nothing to say */
	LEVEL_INITIAL,
	LEVEL_EDIT,    /* one edit (OSA distance 1) */
	LEVEL_VARIANT, /* nickname; a given name that takes in the middle one;
			* surname compound in another order or part */
	LEVEL_EQUAL,
};

/*
 * `EDIT` on a given name only where the request's written form is not itself
 * a known name (MARIO is not MARIA): see person_known_given().  EQUAL is the
 * same letters and nothing else; an initial is INITIAL even of an initial, and
 * CONFLICT where the middle names, both written out, contradict each other.
 */
enum person_level person_given_compare(
	const struct person_name *asked, const struct person_name *record);

/*
 * Middle names decide nothing by themselves; of two people of one name in a
 * house they tell which was meant.
 */
enum person_level person_middle_compare(
	const struct person_name *asked, const struct person_name *record);
enum person_level person_surname_compare(
	const struct person_name *asked, const struct person_name *record);

/* CONFLICT when both stated and different. */
enum person_level person_suffix_compare(
	const struct person_name *asked, const struct person_name *record);
bool person_known_given(const char *folded_given);

/* Optimal string alignment distance <= 1; both terminated. */
bool person_osa1(const char *a, const char *b);

/* ---- birth dates ---- */

/* EQUAL; VARIANT swapped day and month; EDIT one digit differs, and the years by
 * less than ten (a father may be one digit from his son); else CONFLICT.
 * DAY_NONE on either side: MISSING. */
enum person_level person_birth_compare(int32_t asked, int32_t record);

/* ---- addresses ---- */

enum address_grade {
	ADDRESS_NONE,
	ADDRESS_ZIP_LIKE,
	ADDRESS_LOCALITY,
	ADDRESS_DELIVERABLE,
};

/* Forms of Publication 28 (October 2023). */
enum address_form {
	FORM_NONE,   /* no known delivery line */
	FORM_STREET, /* 123 N MAIN ST; 12-34 56TH AVE; N6W23001 BLUEMOUND RD */
	FORM_PO_BOX,
	FORM_RURAL,       /* RR 2 BOX 15 */
	FORM_HIGHWAY,     /* HC 68 BOX 23A */
	FORM_MILITARY,    /* PSC/CMR/UNIT n BOX n, APO/FPO/DPO AA/AE/AP */
	FORM_GENERAL,     /* GENERAL DELIVERY: not deliverable here */
	FORM_PUERTO_RICO, /* CALLE AMAPOLA 123 under an urbanization */
};

enum { ADDRESS_PART_MAX = 48 };

/* A parsed and standardised address; zero-padded, so that parts compare. */
struct person_address {
	enum address_form form;
	char number[16]; /* primary number or box number */
	char predir[4];
	char street
		[ADDRESS_PART_MAX]; /* standard words; route number for RR/HC */
	char suffix[8];             /* Pub 28 appendix C1 abbreviation */
	char postdir[4];
	char unit[16];      /* the identifier: "24A"; designator dropped */
	char designator[8]; /* "APT", "STE", "#"; "" */
	char urbanization[ADDRESS_PART_MAX];
	char city[ADDRESS_PART_MAX]; /* standard words: "SAINT PAUL" */
	char state[3];
	char zip[6];
	bool placeholder; /* a line, city or ZIP that stands for "not known" */
	bool facility;    /* detention or agency premises */
};

struct address_text { /* as written */
	struct span line;
	struct span unit;
	struct span urbanization;
	struct span city;
	struct span state;
	struct span zip;
};

void person_address(
	const struct address_text *text, struct person_address *ret_address);

/* The parts alone, in less time: all that person_address_compare() asks for.
 * `placeholder` and `facility` stay false, so it cannot be graded. */
void person_address_parts(
	const struct address_text *text, struct person_address *ret_address);

enum address_grade person_address_grade(const struct person_address *address);

/* One plain sentence why it is not deliverable; "" when it is. */
const char *person_address_why(const struct person_address *address);

/*
 * What DESIGN.md's "when a person is confirmed" asks of two addresses.
 * Number, street with suffix and directionals, ZIP, and city (a name the
 * postal service accepts for that ZIP) agree; units as told in `unit`.
 */
struct address_match {
	bool line_equal;        /* all of it but the unit */
	enum person_level unit; /* EQUAL (or neither has one), MISSING (the
				 * request has none), VARIANT (the record has
				 * none), CONFLICT */
};
struct address_match person_address_compare(const struct person_address *asked,
	const struct person_address *record);

/* ---- the ZIP table ---- */

/* Is `city` (standard words) a name used for this ZIP in this state? */
bool person_zip_agrees(const char *zip, const char *city, const char *state);
bool person_zip_known(const char *zip);

/* The n-th ZIP of the table, for synth; false past the end. */
bool person_zip_at(
	size_t n, char zip[6], char city[ADDRESS_PART_MAX], char state[3]);
