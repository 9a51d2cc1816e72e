/* SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_int.h"

enum { HOUR = 3600 };

/* M4 */
static enum err
check_words(enum matter_kind kind, const struct matter_words *words,
	struct why *reterr_why)
{
	size_t n = matter_n_fields(kind);

	for (size_t i = 0; i < n; i++) {
		const struct matter_field_row *row = matter_field_row(kind, i);
		struct span value = words->field[i];

		if (row->must && value.n == 0)
			return why_set(reterr_why, ERR_MALFORMED,
				"%s: needed: %s", row->name, row->meaning);
		if (value.n > row->most)
			return why_set(reterr_why, ERR_MALFORMED,
				"%s: longer than %zu bytes", row->name,
				row->most);
		if (!span_is_plain(value))
			return why_set(reterr_why, ERR_MALFORMED,
				"%s: not one line of plain text", row->name);
	}
	for (size_t i = n; i < MATTER_FIELDS_MAX; i++)
		must(words->field[i].n == 0);
	return ERR_OK;
}

enum err
matter_open(struct matter *matter, enum matter_kind kind, unsigned who,
	const struct matter_words *words, int64_t at, struct why *reterr_why)
{
	const struct matter_kind_row *row = matter_kind_row(kind);
	enum err e;

	if ((who & row->who) == 0)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"this role opens no matter of the kind %s", row->text);
	e = check_words(kind, words, reterr_why);
	if (e != ERR_OK)
		return e;
	matter->kind = (uint8_t)kind;
	matter->state = MATTER_OPEN;
	matter->decision = MATTER_NO_DECISION;
	matter->opened_at = matter->changed_at = at;
	matter->due_at = row->hours == 0 ? 0 : at + (int64_t)row->hours * HOUR;
	return ERR_OK;
}

/* M3 */
static enum err
check_ground(const struct matter_decision_row *row, struct span ground,
	struct why *reterr_why)
{
	if (row->needs != MATTER_NEEDS_EITHER && span_trim(ground).n == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			row->needs == MATTER_NEEDS_RULE
				? "'%s' cites a rule of the law as its ground"
				: "'%s' needs a ground",
			row->text);
	if (ground.n > MATTER_GROUND_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"the ground is longer than %d bytes",
			MATTER_GROUND_MAX);
	if (!span_is_plain(ground))
		return why_set(reterr_why, ERR_MALFORMED,
			"the ground is not one line of plain text");
	return ERR_OK;
}

enum err
matter_decide(struct matter *matter, enum matter_decision decision,
	unsigned who, struct span ground, int64_t at, struct why *reterr_why)
{
	const struct matter_decision_row *row = matter_decision_row(decision);
	enum err e;

	must(matter_check(matter) == ERR_OK);
	if (row->kind != matter->kind || row->from != matter->state)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"a matter of the kind %s that is %s cannot take '%s'",
			matter_kind_text((enum matter_kind)matter->kind),
			matter_state_text((enum matter_state)matter->state),
			row->text);
	if ((who & row->who) == 0)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"this role may not decide '%s'", row->text);
	if (at < matter->changed_at)
		return why_set(reterr_why, ERR_TOO_EARLY,
			"it is earlier than the act before it");
	e = check_ground(row, ground, reterr_why);
	if (e != ERR_OK)
		return e;
	matter->state = (uint8_t)row->to;
	matter->decision = (uint8_t)decision;
	matter->changed_at = at;
	return ERR_OK;
}

enum err
matter_check(const struct matter *m)
{
	if (m->kind <= MATTER_NO_KIND || m->kind >= MATTER_N_KINDS ||
		m->state <= MATTER_NO_STATE || m->state >= MATTER_N_STATES ||
		m->decision >= MATTER_N_DECISIONS ||
		m->changed_at < m->opened_at ||
		(m->due_at != 0 && m->due_at < m->opened_at))
		return ERR_DAMAGED;
	if (m->decision == MATTER_NO_DECISION)
		return m->state == MATTER_OPEN ? ERR_OK : ERR_DAMAGED;
	{
		const struct matter_decision_row *row =
			matter_decision_row((enum matter_decision)m->decision);

		return row->kind == m->kind && row->to == m->state
			       ? ERR_OK
			       : ERR_DAMAGED;
	}
}

bool
matter_is_open(const struct matter *matter)
{
	return matter->state != MATTER_CLOSED;
}

bool
matter_overdue(const struct matter *matter, int64_t now)
{
	/* An incident's clock is the report's. */
	return matter->state == MATTER_OPEN && matter->due_at != 0 &&
	       now > matter->due_at;
}
