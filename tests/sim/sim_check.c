/* SPDX-License-Identifier: Apache-2.0 */
/* What must always hold (DESIGN.md), asked after every step. */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
window_batch(const struct sim *s)
{
	uint32_t n = s->mem.n_batches;

	return n > SIM_WINDOW ? n - SIM_WINDOW + 1 : 1;
}

static uint32_t
window_row(const struct sim *s)
{
	return s->mem.n_batches == 0 ? 0 : s->mem.batch[window_batch(s)].first;
}

/* Of every address that left in this step. */
#define EACH_ADDRESS(s, x)                                                     \
	for (const struct sim_seen *x = (s)->seen;                             \
		x < (s)->seen + (s)->n_seen; x++)                              \
		if (x->address)

static void
i1_accounted_first(struct sim *s)
{
	for (size_t i = 0; i < s->n_seen; i++) {
		const struct sim_seen *x = &s->seen[i];

		if (!x->s_durable)
			sim_violate(s, 1, "%s left without a durable entry S",
				s->given[x->row].id);
		if (!x->d_durable)
			sim_violate(s, 1, "%s left without a durable entry D",
				s->given[x->row].id);
	}
	for (uint32_t i = window_row(s); i < s->mem.n_rows; i++) {
		const struct sim_files *f = &s->files[i];

		if (f->sealed.there &&
			!sim_is_durable(s, f->sealed.seal, LEDGER_SEAL))
			sim_violate(s, 1, "%s is sealed without entry S",
				s->given[i].id);
		if (f->outbox.there &&
			(!sim_is_durable(s, f->outbox.seal, LEDGER_SEAL) ||
				!sim_is_durable(
					s, f->outbox.deliver, LEDGER_DELIVER)))
			sim_violate(s, 1, "%s is in outbox/ without S or D",
				s->given[i].id);
	}
}

static void
i2_verdict_of_the_moment(struct sim *s)
{
	EACH_ADDRESS(s, x)
	if (!x->moment)
		sim_violate(s, 2,
			"%s left, and a hold, a screen, an objection or a "
			"register forbade it then",
			s->given[x->row].id);
}

static void
i3_fields(struct sim *s)
{
	for (size_t i = 0; i < s->n_seen; i++)
		if (!s->seen[i].fields)
			sim_violate(s, 3,
				"the package of %s holds what the agreement "
				"does not name or nobody asked",
				s->given[s->seen[i].row].id);
}

static void
i4_one_person(struct sim *s)
{
	EACH_ADDRESS(s, x)
	if (!x->person)
		sim_violate(s, 4, "%s: not the one and only person it is about",
			s->given[x->row].id);
}

static void
i5_one_gate(struct sim *s)
{
	EACH_ADDRESS(s, x)
	if (!x->gate)
		sim_violate(s, 5, "%s left and did not pass the gate",
			s->given[x->row].id);
	for (uint32_t i = window_row(s); i < s->mem.n_rows; i++) {
		const struct clerk_card *card = &s->clerk.card[i];
		bool address =
			s->mem.row[i].c.answered == CASE_ANSWERED_ADDRESS;

		case_check(&s->mem.row[i].c);
		if (address != (card->answered == 2))
			sim_violate(s, 5,
				"%s: the store and the clerk differ "
				"on whether an address left",
				s->given[i].id);
	}
}

static void
i6_two_people(struct sim *s)
{
	EACH_ADDRESS(s, x)
	if (!x->people)
		sim_violate(s, 6,
			"%s left without two reviewers in force, "
			"neither the submitter",
			s->given[x->row].id);
	for (uint32_t i = window_row(s); i < s->mem.n_rows; i++) {
		uint8_t state = s->mem.row[i].c.state;

		if ((state == CASE_APPROVED || state == CASE_SEALED) &&
			!clerk_two_people(&s->clerk, i, false))
			sim_violate(s, 6, "%s is %s, and not by two people",
				s->given[i].id,
				case_state_text((enum case_state)state));
	}
	for (int i = 0; i < SIM_STAFF; i++)
		if ((s->clerk.reviewer[i][0] || s->clerk.reviewer[i][1]) &&
			(s->clerk.operator_[i][0] || s->clerk.operator_[i][1]))
			sim_violate(s, 6, "%s is operator and reviewer",
				s->staff[i].name);
}

static void
i7_no_third_person(struct sim *s)
{
	EACH_ADDRESS(s, x)
	if (!x->third)
		sim_violate(s, 7,
			"%s: an address of a preparer, in care of "
			"somebody, or on another's return",
			s->given[x->row].id);
}

static void
i8_in_force(struct sim *s)
{
	for (size_t i = 0; i < s->n_seen; i++)
		if (!s->seen[i].force)
			sim_violate(s, 8,
				"%s left, and agreement, certifier, safeguards "
				"or screens were not in order",
				s->given[s->seen[i].row].id);
}

static void
i9_public_bytes(struct sim *s)
{
	/* The auditor keeps the last size seen, so that none is passed over. */
	if (s->step % 8 == 0 && !sim_audit(s))
		sim_violate(s, 9, "the ledger is not the one it was");
	for (size_t i = 0; i < s->n_seen; i++)
		if (!s->seen[i].turn)
			sim_violate(s, 9, "%s left before the answer day",
				s->given[s->seen[i].row].id);
	for (uint32_t b = window_batch(s); b <= s->mem.n_batches; b++)
		if (s->mem.batch[b].n_looks != s->clerk.batch[b].lookups)
			sim_violate(s, 9,
				"batch %u has %u entries M for %u "
				"requests looked up",
				b, s->mem.batch[b].n_looks,
				s->clerk.batch[b].lookups);
}

/* The window moves on: what is behind it changes no more. */
static void
add_old(struct sim *s)
{
	uint32_t first = window_row(s);

	for (; s->totals.until < first; s->totals.until++)
		case_totals_add(
			&s->totals.old, &s->disk.row[s->totals.until].c, 1);
}

static void
i10_totals_tie(struct sim *s)
{
	struct case_totals totals;
	struct case_sums sums;
	const uint64_t *mine = s->clerk.sum;

	add_old(s);
	totals = s->totals.old;
	for (uint32_t i = s->totals.until; i < s->mem.n_rows; i++)
		case_totals_add(&totals, &s->mem.row[i].c, 1);
	if (!case_totals_tie(&totals))
		sim_violate(s, 10, "the totals do not tie");
	sums = case_totals_sums(&totals);
	if (sums.received != s->clerk.n_cards ||
		sums.refused != mine[CLERK_SUM_REFUSED] ||
		sums.withdrawn != mine[CLERK_SUM_WITHDRAWN] ||
		sums.open != mine[CLERK_SUM_OPEN] ||
		sums.neutral != mine[CLERK_SUM_NEUTRAL] ||
		sums.with_recipient != mine[CLERK_SUM_RECIPIENT] ||
		sums.recalled != mine[CLERK_SUM_RECALLED] ||
		sums.destroyed != mine[CLERK_SUM_DESTROYED])
		sim_violate(s, 10, "the store counts otherwise than the clerk");
}

/* More than the public sees of the ledger, since no byte tells a kind: but a
 * person's acts, which are hidden among as many others as it takes. */
static void
view_entries(struct sim *s)
{
	for (; s->viewed < s->log.signed_size; s->viewed++) {
		const struct sim_entry *e = &s->journal[s->viewed];

		if (s->view == NULL || e->type == LEDGER_ACT)
			continue;
		sim_view(s, "entry %s of batch %u", ledger_type_text(e->type),
			e->batch);
	}
}

bool
sim_check(struct sim *s)
{
	i1_accounted_first(s);
	i2_verdict_of_the_moment(s);
	i3_fields(s);
	i4_one_person(s);
	i5_one_gate(s);
	i6_two_people(s);
	i7_no_third_person(s);
	i8_in_force(s);
	i9_public_bytes(s);
	i10_totals_tie(s);
	view_entries(s);
	s->n_seen = 0;
	return s->violated == 0;
}
