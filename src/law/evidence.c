/* SPDX-License-Identifier: Apache-2.0 */
#include "law/evidence.h"

#include "base/day.h"
#include "base/err.h"
#include "base/read.h"

enum {
	WORDS_MAX = 16,
	DATE_FIRST = -25567, /* 1900-01-01 */
	DATE_MOST = 182620,  /* 2399-12-31 */
};

struct kind {
	const char *name;
	enum evidence_half half;
	enum evidence_type type;
	uint32_t most;
	uint32_t n_words;
	const char *word[WORDS_MAX];
};

#define N_WORDS(...)                                                           \
	(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static const struct kind kinds[EV_N] = {
#define GRADE(half, ID, name, ...)                                             \
	[EV_##ID] = {name, EV_##half, EV_GRADE, 0, N_WORDS(__VA_ARGS__),       \
		{__VA_ARGS__}},
#define ONEOF(half, ID, name, ...)                                             \
	[EV_##ID] = {name, EV_##half, EV_ONEOF, 0, N_WORDS(__VA_ARGS__),       \
		{__VA_ARGS__}},
#define FLAG(half, ID, name) [EV_##ID] = {name, EV_##half, EV_FLAG, 0, 0, {0}},
#define COUNT(half, ID, name, most)                                            \
	[EV_##ID] = {name, EV_##half, EV_COUNT, most, 0, {0}},
#define DAYS(half, ID, name)                                                   \
	[EV_##ID] = {name, EV_##half, EV_DAYS, 100000, 0, {0}},
#define DATE(half, ID, name)                                                   \
	[EV_##ID] = {name, EV_##half, EV_DATE, DATE_MOST, 0, {0}},
#include "law/evidence.def"
};

static const struct kind *
kind_of(enum evidence_id id)
{
	must((unsigned)id < EV_N);
	return &kinds[id];
}

const char *
evidence_name(enum evidence_id id)
{
	return kind_of(id)->name;
}

enum evidence_half
evidence_half(enum evidence_id id)
{
	return kind_of(id)->half;
}

enum evidence_type
evidence_type(enum evidence_id id)
{
	return kind_of(id)->type;
}

uint32_t
evidence_n_words(enum evidence_id id)
{
	return kind_of(id)->n_words;
}

const char *
evidence_word(enum evidence_id id, uint32_t word)
{
	must(word < kind_of(id)->n_words);
	return kinds[id].word[word];
}

uint32_t
evidence_most(enum evidence_id id)
{
	return kind_of(id)->most;
}

uint32_t
evidence_greatest(enum evidence_id id)
{
	const struct kind *k = kind_of(id);

	switch (k->type) {
	case EV_GRADE:
	case EV_ONEOF:
		return k->n_words;
	case EV_FLAG:
		return 2;
	case EV_COUNT:
	case EV_DAYS:
	case EV_DATE:
		return k->most + 1;
	}
	must(!"an evidence type that is not listed");
}

bool
evidence_find(struct span name, enum evidence_id *ret_id)
{
	for (unsigned id = 0; id < EV_N; id++) {
		if (span_eq(name, span_text(kinds[id].name))) {
			*ret_id = (enum evidence_id)id;
			return true;
		}
	}
	return false;
}

bool
evidence_find_word(enum evidence_id id, struct span word, uint32_t *ret_value)
{
	const struct kind *k = kind_of(id);

	for (uint32_t i = 0; i < k->n_words; i++) {
		if (span_eq(word, span_text(k->word[i]))) {
			*ret_value = i + 1;
			return true;
		}
	}
	return false;
}

void
evidence_set_word(struct evidence *ev, enum evidence_id id, const char *word)
{
	uint32_t value = 0;

	must(evidence_find_word(id, span_text(word), &value));
	ev->value[id] = value;
}

void
evidence_set_flag(struct evidence *ev, enum evidence_id id, bool yes)
{
	must(kind_of(id)->type == EV_FLAG);
	ev->value[id] = yes ? 2 : 1;
}

void
evidence_set_number(struct evidence *ev, enum evidence_id id, uint64_t number)
{
	const struct kind *k = kind_of(id);

	must(k->type == EV_COUNT || k->type == EV_DAYS);
	ev->value[id] = number > k->most ? k->most + 1 : (uint32_t)number + 1;
}

uint32_t
evidence_of_day(int32_t day)
{
	int64_t n = (int64_t)day - DATE_FIRST;

	if (n < 0)
		return 1;
	return n > DATE_MOST ? DATE_MOST + 1 : (uint32_t)n + 1;
}

int32_t
evidence_day(uint32_t value)
{
	must(value > 0 && value <= DATE_MOST + 1);
	return (int32_t)value - 1 + DATE_FIRST;
}

void
evidence_set_day(struct evidence *ev, enum evidence_id id, int32_t day)
{
	must(kind_of(id)->type == EV_DATE);
	ev->value[id] = evidence_of_day(day);
}

bool
evidence_is(const struct evidence *ev, enum evidence_id id, const char *word)
{
	uint32_t value = 0;

	must(evidence_find_word(id, span_text(word), &value));
	return ev->value[id] == value;
}

void
evidence_show(const struct evidence *ev, enum evidence_id id, struct buf *to)
{
	const struct kind *k = kind_of(id);
	uint32_t value = ev->value[id];
	char day[DAY_TEXT];

	must(value <= evidence_greatest(id));
	if (value == 0) {
		buf_text(to, "not known");
	} else if (k->type == EV_DATE) {
		day_text(evidence_day(value), day);
		buf_text(to, day);
	} else if (k->n_words > 0) {
		buf_text(to, k->word[value - 1]);
	} else if (k->type == EV_FLAG) {
		buf_text(to, value == 2 ? "true" : "false");
	} else {
		buf_printf(to, "%u", (unsigned)(value - 1));
	}
}

void
evidence_value_json(
	const struct evidence *ev, enum evidence_id id, struct buf *to)
{
	const struct kind *k = kind_of(id);
	bool text = k->n_words > 0 || k->type == EV_DATE;

	if (ev->value[id] == 0) {
		buf_text(to, "null");
		return;
	}
	buf_text(to, text ? "\"" : "");
	evidence_show(ev, id, to);
	buf_text(to, text ? "\"" : "");
}

void
evidence_json(const struct evidence *ev, struct buf *to)
{
	const char *before = "{";

	for (unsigned i = 0; i < EV_N; i++) {
		if (ev->value[i] == 0)
			continue;
		buf_printf(to, "%s\"%s\":", before, kinds[i].name);
		evidence_value_json(ev, (enum evidence_id)i, to);
		before = ",";
	}
	buf_text(to, *before == '{' ? "{}" : "}");
}

void
evidence_encode(const struct evidence *ev, struct buf *to)
{
	buf_u16be(to, EV_N);
	for (unsigned i = 0; i < EV_N; i++)
		buf_u32be(to, ev->value[i]);
}

bool
evidence_decode(struct span bytes, struct evidence *ret_ev)
{
	struct reader r = read_from(bytes);
	struct evidence ev = {0};
	unsigned n = read_u16be(&r);

	if (n > EV_N)
		return false;
	for (unsigned i = 0; i < n; i++) {
		ev.value[i] = read_u32be(&r);
		if (ev.value[i] > evidence_greatest((enum evidence_id)i))
			return false;
	}
	if (!read_end(&r))
		return false;
	*ret_ev = ev;
	return true;
}
