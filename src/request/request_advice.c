/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request_advice.h"

#include <stdio.h>

#include "person/person.h"

enum { LINE_BYTES = 256 };

static const struct {
	const char *code;
	const char *text;
} advices[ADVICE_N] = {
#define ADVICE(id, code, sentence) [ADVICE_##id] = {(code), (sentence)},
#include "request/advice.def"
};

const char *
request_advice_code(enum request_advice advice)
{
	must(advice < ADVICE_N);
	return advices[advice].code;
}

const char *
request_advice_text(enum request_advice advice)
{
	must(advice < ADVICE_N);
	return advices[advice].text;
}

/* ---- the delivery line ---- */

/* Without case, and with one blank where there are several. */
static bool
same_words(struct span a, struct span b)
{
	a = span_trim(a);
	b = span_trim(b);
	while (a.n > 0 && b.n > 0) {
		if (!span_eq_nocase(span_cut(&a, ' '), span_cut(&b, ' ')))
			return false;
		while (a.n > 0 && a.at[0] == ' ')
			(void)span_cut(&a, ' ');
		while (b.n > 0 && b.at[0] == ' ')
			(void)span_cut(&b, ' ');
	}
	return a.n == b.n;
}

static void
put_part(char line[LINE_BYTES], size_t *n, const char *part)
{
	int put = part[0] == '\0' ? 0
				  : snprintf(line + *n, LINE_BYTES - *n, "%s%s",
					    *n == 0 ? "" : " ", part);

	*n += put > 0 ? (size_t)put : 0;
	must(*n < LINE_BYTES);
}

/* Is a street line written as it is compared, with its unit or without? */
static bool
is_standard(const struct person_address *a, struct span written)
{
	char line[LINE_BYTES] = "";
	size_t n = 0;
	const char *parts[] = {
		a->number, a->predir, a->street, a->suffix, a->postdir};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		put_part(line, &n, parts[i]);
	if (same_words(written, span_of(line, n)))
		return true;
	put_part(line, &n, a->designator);
	put_part(line, &n, a->unit);
	return same_words(written, span_of(line, n));
}

static bool
names_building(struct span line)
{
	static const char *const words[] = {"APARTMENTS", "APTS", "BLDG",
		"BUILDING", "CONDOMINIUM", "CONDOMINIUMS", "CONDOS", "LOFTS",
		"TOWER", "TOWERS"};

	while (line.n > 0) {
		struct span word = span_cut(&line, ' ');

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (span_eq_nocase(word, span_text(words[i])))
				return true;
	}
	return false;
}

static unsigned
advise_address(const struct request *q)
{
	const struct address_text text = {
		.line = q->field[RQ_STREET],
		.unit = q->field[RQ_ADDR_UNIT],
		.urbanization = q->field[RQ_URBANIZATION],
		.city = q->field[RQ_CITY],
		.state = q->field[RQ_STATE],
		.zip = q->field[RQ_ZIP],
	};
	struct person_address a;
	unsigned said = 0;

	person_address(&text, &a);
	if (names_building(text.line) &&
		(a.unit[0] == '\0' || strcmp(a.designator, "BLDG") == 0))
		said |= 1U << ADVICE_UNIT;
	if (a.form == FORM_STREET && !is_standard(&a, text.line))
		said |= 1U << ADVICE_FORM;
	return said;
}

/* ---- all ---- */

unsigned
request_advise(const struct request *request, const struct evidence *ev)
{
	bool tin = evidence_is(ev, EV_TIN, "given");
	bool birth = evidence_is(ev, EV_BIRTH, "given");
	unsigned said = advise_address(request);

	if (birth && !tin)
		said |= 1U << ADVICE_TIN;
	if (tin && !birth)
		said |= 1U << ADVICE_BIRTH;
	if (evidence_is(ev, EV_REASON, "borderline"))
		said |= 1U << ADVICE_REASON;
	if (evidence_is(ev, EV_OFFICER, "supervisor"))
		said |= 1U << ADVICE_OFFICER;
	return said;
}
