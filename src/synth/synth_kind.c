/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/*
 * Which kind request i is of.  Kinds that take two requests (a matter shared
 * by two people with one sentence, a refused request and the mended one) fall
 * on an even number and the next; everything else is drawn for each number.
 */

enum {
	GOOD_WEIGHT = 4300,
	GOOD_HARD_WEIGHT = 1500,
	DUPLICATE_WEIGHT = 200,
	SHARED_WEIGHT = 60,
	MENDED_WEIGHT = 60
};

static struct synth_rng
pair_rng(const struct synth_maker *m, uint64_t i)
{
	return synth_rng(m->options->requests_seed, 'p', i / 2);
}

/* Is request i one of those under the one officer with too many matters? */
static bool
is_overload(const struct synth_maker *m, uint64_t i)
{
	uint64_t every;

	if (m->options->overload == 0 || m->options->overload > m->options->n ||
		m->world->options.persons < 8 * m->options->overload)
		return false;
	every = m->options->n / m->options->overload;
	return i % every == 0 && i / every < m->options->overload;
}

enum pair { PAIR_NONE, PAIR_SHARED, PAIR_MENDED };

static enum pair
pair_of(const struct synth_maker *m, uint64_t i)
{
	struct synth_rng rng = pair_rng(m, i);
	uint32_t at = synth_below(&rng, 10000);

	if ((i | 1) >= m->options->n || m->world->options.persons < 500 ||
		is_overload(m, i) || is_overload(m, i ^ 1))
		return PAIR_NONE;
	if (at < SHARED_WEIGHT)
		return PAIR_SHARED;
	return at < SHARED_WEIGHT + MENDED_WEIGHT ? PAIR_MENDED : PAIR_NONE;
}

static void
write_id(const struct synth_maker *m, uint64_t i, char to[32])
{
	synth_format(to, 32, "%.20s%07llu",
		m->options->id_prefix == NULL ? "R" : m->options->id_prefix,
		(unsigned long long)i);
}

static void
label(struct synth_maker *m, const char *kind, const char *want,
	const char *code)
{
	m->d->kind = kind;
	m->d->want = want;
	m->d->code = code;
	if (strcmp(want, "refused") == 0)
		m->d->person = -1;
}

/* ---- kinds that look at another request ---- */

static bool
make_shared(struct synth_maker *m)
{
	struct synth_rng pair = pair_rng(m, m->i);
	struct synth_rng mine = m->rng;
	struct synth_draft *d = m->d;
	char day[DAY_TEXT];
	int32_t order;

	if (!synth_make_good(m))
		return false;
	/* the matter of the pair, drawn alike for both */
	m->rng = pair;
	synth_next(&m->rng);
	order = m->options->today - synth_between(&m->rng, 400, 2000);
	SYNTH_FORMAT(d->case_id, "HSI-KCM-%02d-%06u", day_year(order) % 100,
		synth_below(&m->rng, 1000000));
	day_text(order, day);
	SYNTH_SET(d->order_date, day);
	day_text(order + 100, day);
	SYNTH_SET(d->opened, day);
	pair = m->rng;
	m->rng = mine;
	synth_reason_shared(m, &pair);
	label(m, "shared-reason", "refused", "I2-B4-REASON");
	return true;
}

static bool
make_mended(struct synth_maker *m)
{
	m->rng = pair_rng(m, m->i);
	synth_next(&m->rng);
	if (!synth_make_good(m))
		return false;
	if (m->i % 2 == 0) {
		m->d->n_years = 0;
		label(m, "mended-first", "refused", "I2-B2-PERIOD");
	} else {
		write_id(m, m->i - 1, m->d->supersedes);
		m->d->kind = "mended";
	}
	return true;
}

static void
strip_dashes(char *tin)
{
	char *to = tin;

	for (const char *c = tin; *c != '\0'; c++)
		if (*c != '-')
			*to++ = *c;
	*to = '\0';
}

static void draft_by_kind(struct synth_maker *m, bool copies);

/* An earlier good request again, perhaps with the number written apart. */
static bool
make_duplicate(struct synth_maker *m)
{
	uint64_t i = m->i;
	struct synth_rng mine = m->rng;

	for (uint64_t j = i; j-- > 0 && i - j < 60;) {
		if (is_overload(m, j) || pair_of(m, j) != PAIR_NONE)
			continue;
		m->i = j;
		m->rng = synth_rng(m->options->requests_seed, 'q', j);
		draft_by_kind(m, false);
		m->i = i;
		if (strcmp(m->d->kind, "good") != 0 ||
			strcmp(m->d->want, "review") != 0)
			continue;
		if (!m->reasoned)
			synth_reason_specific(m);
		write_id(m, i, m->d->id);
		if (synth_chance(&mine, 500))
			strip_dashes(m->d->tin);
		label(m, "duplicate", "refused", "AG-DUPLICATE");
		return true;
	}
	m->rng = mine;
	write_id(m, i, m->d->id); /* not that of the last one tried */
	return false;
}

static bool
make_overload(struct synth_maker *m)
{
	uint64_t every = m->options->n / m->options->overload;
	uint64_t step = m->world->n_blocks / m->options->overload;
	uint64_t number = m->i / every * (step == 0 ? 1 : step);

	m->n = synth_block(m->world, number % m->world->n_blocks, m->block);
	for (size_t i = 0; i < m->n; i++) {
		/* another place in the block each time round */
		m->p = &m->block[(i + number / m->world->n_blocks * 7) % m->n];
		if (!synth_is_filer(m, m->p) || m->p->same_as >= 0)
			continue;
		synth_sound(m, BY_BOTH);
		synth_give_officer(m, "HSI-", 99999);
		if (m->options->overload > 100)
			label(m, "officer-load", "refused", "AG-OFFICER-LOAD");
		else {
			label(m, "good", "review", "");
			m->d->person = (int64_t)m->p->id;
		}
		return true;
	}
	return false;
}

/* ---- the draw ---- */

static uint32_t
sum_of(const struct synth_kind *kinds, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += kinds[i].weight;
	return sum;
}

static bool
make_from(struct synth_maker *m, const struct synth_kind *kinds, size_t n,
	uint32_t at)
{
	while (n > 1 && at >= kinds->weight) {
		at -= kinds->weight;
		kinds++;
		n--;
	}
	if (!kinds->make(m))
		return false;
	m->d->kind = kinds->name;
	m->d->want = kinds->want;
	m->d->code = kinds->code;
	return true;
}

static bool
make_drawn(struct synth_maker *m, bool copies)
{
	uint32_t wrong = sum_of(synth_wrong_kinds, synth_n_wrong_kinds);
	uint32_t refuse = sum_of(synth_refuse_kinds, synth_n_refuse_kinds);
	uint32_t at =
		synth_below(&m->rng, GOOD_WEIGHT + GOOD_HARD_WEIGHT +
					     DUPLICATE_WEIGHT + wrong + refuse);

	if (at < wrong)
		return make_from(m, synth_wrong_kinds, synth_n_wrong_kinds, at);
	at -= wrong;
	if (at < refuse)
		return make_from(
			m, synth_refuse_kinds, synth_n_refuse_kinds, at);
	at -= refuse;
	if (at < DUPLICATE_WEIGHT && !copies) {
		label(m, "duplicate", "refused", "AG-DUPLICATE");
		return true; /* nothing to copy, and nothing written */
	}
	if (at < DUPLICATE_WEIGHT)
		return make_duplicate(m);
	if (at < DUPLICATE_WEIGHT + GOOD_HARD_WEIGHT)
		return synth_make_good_hard(m);
	return synth_make_good(m);
}

static void
draft_by_kind(struct synth_maker *m, bool copies)
{
	bool made = false;

	write_id(m, m->i, m->d->id);
	if (is_overload(m, m->i))
		made = make_overload(m);
	else if (pair_of(m, m->i) == PAIR_SHARED)
		made = make_shared(m);
	else if (pair_of(m, m->i) == PAIR_MENDED)
		made = make_mended(m);
	else
		made = make_drawn(m, copies);
	if (!made && !synth_make_good(m))
		(void)synth_make_not_on_roll(m);
}

void
synth_draft(struct synth_maker *m, uint64_t i)
{
	m->i = i;
	m->rng = synth_rng(m->options->requests_seed, 'q', i);
	draft_by_kind(m, true);
	if (!m->reasoned)
		synth_reason_specific(m);
	if (m->d->code == NULL)
		m->d->code = "";
}
