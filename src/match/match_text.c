/* SPDX-License-Identifier: Apache-2.0 */
/* A result as words, JSON, lines for a reviewer, and canonical bytes. */
#include "match/match.h"

#include <stdio.h>

#include "base/read.h"

struct words {
	const char *word;
	const char *text;
};

static const struct words causes[MATCH_N_CAUSES] = {
#define CAUSE(ID, word, text) [MATCH_C_##ID] = {(word), (text)},
#include "match/match.def"
};

static const struct words fields[MATCH_N_FIELDS] = {
#define FIELD(ID, word, text) [MATCH_F_##ID] = {(word), (text)},
#include "match/match.def"
};

static const char *const kinds[MATCH_N_WEIGHTS] = {
#define WEIGHT(ID, word) [MATCH_W_##ID] = (word),
#include "match/match.def"
};

static const struct words levels[] = {
	[LEVEL_CONFLICT] = {"conflict", "differs"},
	[LEVEL_MISSING] = {"missing", "one side says nothing"},
	[LEVEL_INITIAL] = {"initial", "initial only"},
	[LEVEL_EDIT] = {"edit", "one letter or digit apart"},
	[LEVEL_VARIANT] = {"variant", "another form of the same"},
	[LEVEL_EQUAL] = {"equal", "equal"},
};
enum { N_LEVELS = sizeof(levels) / sizeof(levels[0]) };

const char *
match_person_text(enum match_person person)
{
	static const char *const text[] = {
		[MATCH_NONE] = "none",
		[MATCH_RIVAL] = "rival",
		[MATCH_CONFIRMED] = "confirmed",
	};

	must(person <= MATCH_CONFIRMED);
	return text[person];
}

const char *
match_years_text(enum match_years years)
{
	static const char *const text[] = {
		[MATCH_YEARS_NONE] = "none",
		[MATCH_YEARS_SOME] = "some",
		[MATCH_YEARS_ALL] = "all",
	};

	must(years <= MATCH_YEARS_ALL);
	return text[years];
}

const char *
match_cause_word(enum match_cause cause)
{
	must(cause < MATCH_N_CAUSES);
	return causes[cause].word;
}

const char *
match_cause_text(enum match_cause cause)
{
	must(cause < MATCH_N_CAUSES);
	return causes[cause].text;
}

const char *
match_field_word(enum match_field field)
{
	must(field < MATCH_N_FIELDS);
	return fields[field].word;
}

const char *
match_field_text(enum match_field field)
{
	must(field < MATCH_N_FIELDS);
	return fields[field].text;
}

const char *
match_kind_word(enum match_kind kind)
{
	must(kind < MATCH_N_WEIGHTS);
	return kinds[kind];
}

const char *
match_level_word(enum person_level level)
{
	must((unsigned)level < N_LEVELS);
	return levels[level].word;
}

void
match_json(const struct match_result *result, struct buf *to)
{
	buf_printf(to, "{\"person\":\"%s\",\"cause\":\"%s\",\"levels\":{",
		match_person_text(result->person),
		match_cause_word(result->cause));
	for (unsigned i = 0; i < MATCH_N_FIELDS; i++)
		buf_printf(to, "%s\"%s\":\"%s\"", i == 0 ? "" : ",",
			fields[i].word,
			match_level_word((enum person_level)result->level[i]));
	buf_text(to, "}");
	if (result->person == MATCH_CONFIRMED &&
		result->years != MATCH_YEARS_UNTOLD)
		buf_printf(to,
			",\"own_row\":%s,\"years\":\"%s\",\"screen_clear\":%s",
			result->own_row ? "true" : "false",
			match_years_text(result->years),
			result->screen_clear ? "true" : "false");
	buf_printf(to, ",\"compared\":%u}", (unsigned)result->n_compared);
}

/* The kind of evidence that a field is weighed in. */
static enum match_kind
kind_of(enum match_field field)
{
	switch (field) {
	case MATCH_F_TIN:
		return MATCH_W_TIN;
	case MATCH_F_BIRTH:
		return MATCH_W_BIRTH;
	case MATCH_F_GIVEN:
		return MATCH_W_GIVEN;
	case MATCH_F_SUFFIX:
		return MATCH_W_SUFFIX;
	case MATCH_F_SURNAME:
	case MATCH_F_NUMBER:
	case MATCH_F_STREET:
	case MATCH_F_ZIP:
	case MATCH_F_CITY:
	case MATCH_F_UNIT:
	case MATCH_N_FIELDS:
		break;
	}
	return MATCH_W_HOUSEHOLD;
}

static void
explain_field(const struct match_result *result,
	const struct match_weights *weights, enum match_field field,
	struct buf *to)
{
	enum match_kind kind = kind_of(field);
	char text[MATCH_WEIGHT_TEXT] = "";

	must(result->level[field] < N_LEVELS);
	if (weights != NULL && kind == MATCH_W_HOUSEHOLD)
		(void)snprintf(text, sizeof(text), "*");
	else if (weights != NULL)
		match_weight_text(weights->of[kind], text);
	buf_printf(to, "  %-36s %-26s%s%7s\n", fields[field].text,
		levels[result->level[field]].text, weights == NULL ? "" : " ",
		text);
}

void
match_explain(const struct match_result *result,
	const struct match_weights *weights, struct buf *to)
{
	char text[MATCH_WEIGHT_TEXT];

	buf_printf(to, "person: %s (%s)\n", match_person_text(result->person),
		match_cause_text(result->cause));
	if (result->n_compared == 0)
		return;
	buf_printf(to, "%u record(s) compared; the nearest stands so:\n",
		(unsigned)result->n_compared);
	if (weights != NULL && !weights->known)
		weights = NULL;
	if (weights != NULL)
		buf_printf(to, "  %-63s %7s\n", "", "bits");
	for (unsigned i = 0; i < MATCH_N_FIELDS; i++)
		explain_field(result, weights, (enum match_field)i, to);
	if (weights == NULL)
		return;
	match_weight_text(weights->of[MATCH_W_HOUSEHOLD], text);
	buf_printf(to, "  %-63s %7s\n", "* surname and address, as one", text);
	match_weight_text(match_weights_sum(weights), text);
	buf_printf(to, "  %-63s %7s\n", "all; shown only: no weight decides",
		text);
}

/* ---- canonical bytes ---- */

enum { MATCH_BYTES_VERSION = 1 };

void
match_encode_placed(const struct match_result *result, struct buf *to)
{
	buf_u8(to, MATCH_BYTES_VERSION);
	buf_u8(to, (uint8_t)result->person);
	buf_u8(to, (uint8_t)result->cause);
	buf_u32be(to, result->index);
	buf_u8(to, result->own_row);
	buf_u8(to, result->screen_clear);
	buf_u8(to, (uint8_t)result->years);
	buf_u32be(to, result->years_found);
	buf_u32be(to, result->n_compared);
	buf_u8(to, MATCH_N_FIELDS);
	buf_bytes(to, span_of(result->level, sizeof(result->level)));
}

void
match_encode(const struct match_result *result, struct buf *to)
{
	struct match_result anywhere = *result;

	if (result->person == MATCH_CONFIRMED)
		anywhere.index = 0;
	match_encode_placed(&anywhere, to);
}

static bool
levels_sound(struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if (bytes.at[i] >= N_LEVELS)
			return false;
	return true;
}

/* A person is named when confirmed, and only then. */
static bool
result_sound(const struct match_result *result)
{
	bool confirmed = result->person == MATCH_CONFIRMED;

	if (confirmed != (result->index != ROLL_NOBODY) ||
		confirmed != (result->cause == MATCH_C_MET))
		return false;
	return confirmed || (!result->own_row && !result->screen_clear &&
				    result->years == MATCH_YEARS_NONE &&
				    result->years_found == 0);
}

bool
match_decode(struct span bytes, struct match_result *ret_result)
{
	struct reader r = read_from(bytes);
	uint8_t version = read_u8(&r);
	uint8_t person = read_u8(&r);
	uint8_t cause = read_u8(&r);
	struct match_result result = {.index = read_u32be(&r)};
	uint8_t own_row = read_u8(&r);
	uint8_t screen_clear = read_u8(&r);
	uint8_t years = read_u8(&r);
	struct span at;

	result.years_found = read_u32be(&r);
	result.n_compared = read_u32be(&r);
	if (read_u8(&r) != MATCH_N_FIELDS)
		return false;
	at = read_bytes(&r, MATCH_N_FIELDS);
	if (!read_end(&r) || version != MATCH_BYTES_VERSION ||
		person > MATCH_CONFIRMED || cause >= MATCH_N_CAUSES ||
		own_row > 1 || screen_clear > 1 || years > MATCH_YEARS_ALL ||
		!levels_sound(at))
		return false;
	result.person = (enum match_person)person;
	result.cause = (enum match_cause)cause;
	result.own_row = own_row != 0;
	result.screen_clear = screen_clear != 0;
	result.years = (enum match_years)years;
	memcpy(result.level, at.at, sizeof(result.level));
	if (!result_sound(&result))
		return false;
	*ret_result = result;
	return true;
}
