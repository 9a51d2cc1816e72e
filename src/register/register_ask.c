/* SPDX-License-Identifier: Apache-2.0 */
/* What the rest of the program asks of the registers. */
#include "base/day.h"
#include "register/register.h"

/* ---- people ---- */

struct apart {
	const char *one;
	const char *other;
	bool in_sandbox;
	const char *why;
};

enum { ALWAYS = 1, CUSTODIAN = 0 };

static const struct apart apart[] = {
#define APART(one, other, where, why) {#one, #other, (where) == ALWAYS, (why)},
#include "register/register.def"
};

static bool
is_pair(const struct apart *pair, struct span a, struct span b)
{
	struct span one = span_text(pair->one);
	struct span other = span_text(pair->other);

	return (span_eq(a, one) && span_eq(b, other)) ||
	       (span_eq(a, other) && span_eq(b, one));
}

static const struct apart *
find_pair(struct span a, struct span b, bool sandbox)
{
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (is_pair(&apart[i], a, b) &&
			(apart[i].in_sandbox || !sandbox))
			return &apart[i];
	return NULL;
}

/* Of one person, by certificate or by a name it has or had? */
static bool
is_same(const struct register_set *set, const struct register_row *a,
	const struct register_row *b)
{
	return span_eq_nocase(register_get(a, REG_ROLE_NAME),
		       register_get(b, REG_ROLE_NAME)) ||
	       register_same_person(set, register_get(a, REG_ROLE_PRINT).at,
		       register_get(b, REG_ROLE_PRINT).at);
}

enum err
register_apart(const struct register_set *set, const struct register_row *row,
	int64_t at, bool sandbox, struct why *reterr_why)
{
	struct span role = register_get(row, REG_ROLE_ROLE);

	for (size_t i = 0; i < register_n(set, REG_ROLE); i++) {
		const struct register_entry *entry =
			register_at(set, REG_ROLE, i);
		const struct apart *pair;
		struct register_row other;

		if (!register_in_force(set, entry, at))
			continue;
		register_entry_row(entry, &other);
		pair = find_pair(
			role, register_get(&other, REG_ROLE_ROLE), sandbox);
		if (pair != NULL && is_same(set, row, &other))
			return why_set(reterr_why, ERR_NOT_ALLOWED,
				"one person is not both %s and %s: %s",
				pair->one, pair->other, pair->why);
	}
	return ERR_OK;
}

/* Equal but for upper and lower case and blanks. */
static bool
same_number(struct span a, struct span b)
{
	size_t i = 0;
	size_t k = 0;

	for (;;) {
		while (i < a.n && a.at[i] == ' ')
			i++;
		while (k < b.n && b.at[k] == ' ')
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (!span_eq_nocase(
			    span_of(a.at + i++, 1), span_of(b.at + k++, 1)))
			return false;
	}
}

bool
register_engaged(const struct register_row *officer, struct span case_id)
{
	struct span left = register_get(officer, REG_OFFICER_MATTERS);

	if (left.n == 0)
		return true;
	case_id = span_trim(case_id);
	while (case_id.n > 0 && left.n > 0)
		if (same_number(span_cut(&left, ','), case_id))
			return true;
	return false;
}

/* ---- parties ---- */

bool
register_certifies(const struct register_set *set, struct span certifier,
	struct span agreement, int64_t at)
{
	const struct register_entry *entry =
		register_find(set, REG_CERTIFIER, certifier, at);
	struct register_row row;

	if (entry == NULL)
		return false;
	register_entry_row(entry, &row);
	return span_eq(register_get(&row, REG_CERTIFIER_AGREEMENT), agreement);
}

/* What stands against the agency on that day; ERR_OK: nothing. */
static enum err
safeguards_fault(
	const struct register_row *row, int32_t day, struct why *reterr_why)
{
	int32_t plan = register_day(row, REG_RECIPIENT_PLAN);
	int32_t review = register_day(row, REG_RECIPIENT_REVIEW);
	char text[DAY_TEXT] = "";

	if (plan != DAY_NONE)
		day_text(plan, text);
	if (!register_is(row, REG_RECIPIENT_SAFEGUARDS, "in-order"))
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"the agency has an open safeguard finding%s%s",
			plan == DAY_NONE
				? ", and no corrective plan with a date"
				: "; its corrective plan is due on ",
			text);
	if (plan != DAY_NONE && plan < day)
		return why_set(reterr_why, ERR_TOO_LATE,
			"the agency's corrective plan was due on %s, and the "
			"register does not say what became of it",
			text);
	if (review != DAY_NONE && review < day)
		return why_set(reterr_why, ERR_TOO_LATE,
			"the agency's safeguard review is overdue");
	return ERR_OK;
}

bool
register_safeguards(const struct register_set *set, struct span recipient,
	int64_t at, struct why *reterr_why)
{
	const struct register_entry *entry =
		register_find(set, REG_RECIPIENT, recipient, at);
	struct register_row row;

	if (entry == NULL) {
		(void)why_set(reterr_why, ERR_NOT_FOUND,
			"the agency is not on the recipient register");
		return false;
	}
	register_entry_row(entry, &row);
	return safeguards_fault(&row, register_day_at(set, at), reterr_why) ==
	       ERR_OK;
}

bool
register_agreement_loaded(const struct register_set *set, struct span agreement,
	const uint8_t file[REGISTER_PRINT], int64_t at)
{
	const struct register_entry *entry =
		register_find(set, REG_AGREEMENT, agreement, at);
	struct register_row row;

	if (entry == NULL)
		return false;
	register_entry_row(entry, &row);
	return register_is(&row, REG_AGREEMENT_STATUS, "loaded") &&
	       span_eq(register_get(&row, REG_AGREEMENT_FILE),
		       span_of(file, REGISTER_PRINT));
}

/* ---- screens ---- */

unsigned
register_ground(struct span word)
{
	struct span words =
		span_text(register_column(REG_SCREEN_GROUND)->words);

	for (unsigned bit = 1; words.n > 0; bit <<= 1)
		if (span_eq(word, span_cut(&words, '|')))
			return bit;
	return 0;
}

/* Grounds of a person's rows in force: those cleared, and those that are not;
 * one ground may be both, by two sources. */
static void
screen_grounds(const struct register_set *set, struct span person, int64_t at,
	unsigned *ret_cleared, unsigned *ret_stop)
{
	const struct register_entry *entry = NULL;

	*ret_cleared = *ret_stop = 0;
	while ((entry = register_next(set, REG_SCREEN, person, at, entry)) !=
		NULL) {
		struct register_row row;
		unsigned ground;

		register_entry_row(entry, &row);
		ground = register_ground(register_get(&row, REG_SCREEN_GROUND));
		if (register_is(&row, REG_SCREEN_FINDING, "clear"))
			*ret_cleared |= ground;
		else
			*ret_stop |= ground;
	}
}

bool
register_screened(const struct register_set *set, struct span person,
	unsigned flagged, int64_t at)
{
	unsigned cleared;
	unsigned stop;

	screen_grounds(set, person, at, &cleared, &stop);
	return (stop | (flagged & ~cleared)) != 0;
}

bool
register_cleared(const struct register_set *set, struct span person, int64_t at)
{
	unsigned cleared;
	unsigned stop;

	screen_grounds(set, person, at, &cleared, &stop);
	return cleared != 0;
}

static bool
screening_day(const struct register_set *set, const char *source, int64_t at,
	int32_t *ret_day)
{
	const struct register_entry *entry =
		register_find(set, REG_SCREENING, span_text(source), at);
	struct register_row row;

	if (entry == NULL)
		return false;
	register_entry_row(entry, &row);
	*ret_day = register_day(&row, REG_SCREENING_AS_OF);
	return true;
}

int32_t
register_screens_day(
	const struct register_set *set, int32_t roll_day, int64_t at)
{
	static const char *const sources[] = {"ci", "exam"};
	int32_t oldest = INT32_MAX;
	int32_t roll = 0;
	bool by_roll = screening_day(set, "roll", at, &roll);

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		int32_t day = 0;

		if (!screening_day(set, sources[i], at, &day))
			day = by_roll ? roll : roll_day;
		else if (by_roll && roll > day)
			day = roll;
		if (day < oldest)
			oldest = day;
	}
	return oldest;
}
