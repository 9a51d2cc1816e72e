/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of letter.def, their words, and the tables printed from them. */
#include "letter/letter_int.h"

struct kind_row {
	const char *text;
	enum letter_signer signer;
	const char *meaning;
	const char *effect;
};

static const struct kind_row kinds[LETTER_N_KINDS] = {
#define KIND(NAME, text, signer, meaning, effect)                              \
	[LETTER_##NAME] = {(text), LETTER_BY_##signer, (meaning), (effect)},
#include "letter/letter.def"
};

static const struct letter_member_row members[LETTER_N_MEMBERS] = {
#define MEMBER(NAME, name, type, most, meaning)                                \
	[LETTER_M_##NAME] = {(name), LETTER_##type, (most), (meaning)},
#include "letter/letter.def"
};

static const uint8_t needs[LETTER_N_KINDS][LETTER_N_MEMBERS] = {
#define HAS(KIND, MEMBER, need)                                                \
	[LETTER_##KIND][LETTER_M_##MEMBER] = LETTER_##need,
#include "letter/letter.def"
};

static const struct kind_row *
kind_row(enum letter_kind kind)
{
	must(kind > LETTER_NO_KIND && kind < LETTER_N_KINDS);
	return &kinds[kind];
}

const struct letter_member_row *
letter_member_row(enum letter_member member)
{
	must(member < LETTER_N_MEMBERS);
	return &members[member];
}

enum letter_need
letter_need(enum letter_kind kind, enum letter_member member)
{
	must(kind < LETTER_N_KINDS && member < LETTER_N_MEMBERS);
	return (enum letter_need)needs[kind][member];
}

const char *
letter_kind_text(enum letter_kind kind)
{
	return kind_row(kind)->text;
}

const char *
letter_kind_meaning(enum letter_kind kind)
{
	return kind_row(kind)->meaning;
}

const char *
letter_kind_effect(enum letter_kind kind)
{
	return kind_row(kind)->effect;
}

enum letter_signer
letter_kind_signer(enum letter_kind kind)
{
	return kind_row(kind)->signer;
}

bool
letter_kind_parse(struct span text, enum letter_kind *ret_kind)
{
	for (unsigned k = LETTER_NO_KIND + 1; k < LETTER_N_KINDS; k++)
		if (span_eq(text, span_text(kinds[k].text))) {
			*ret_kind = (enum letter_kind)k;
			return true;
		}
	return false;
}

bool
letter_kind_has(enum letter_kind kind, enum letter_member member)
{
	return letter_need(kind, member) != LETTER_NOT;
}

const char *
letter_member_name(enum letter_member member)
{
	return letter_member_row(member)->name;
}

/* ---- docs/formats/letters.md ---- */

static void
print_kinds(struct buf *to)
{
	buf_text(to, "| letter | says | signed by | what follows |\n"
		     "|---|---|---|---|\n");
	for (unsigned k = LETTER_NO_KIND + 1; k < LETTER_N_KINDS; k++)
		buf_printf(to, "| `%s` | %s | %s | %s |\n", kinds[k].text,
			kinds[k].meaning,
			kinds[k].signer == LETTER_BY_CERTIFIER
				? "a certifier of the agreement"
				: "the officer whom the request names",
			kinds[k].effect);
}

static void
print_members(struct buf *to)
{
	static const char *const types[] = {[LETTER_ID] = "an id",
		[LETTER_DAY] = "`YYYY-MM-DD`",
		[LETTER_NUMBER] = "a number",
		[LETTER_TEXT] = "one line"};
	static const char *const marks[] = {[LETTER_NOT] = "",
		[LETTER_MAY] = "may",
		[LETTER_MUST] = "must"};

	buf_text(to, "| member | form | most bytes | what it is |");
	for (unsigned k = LETTER_NO_KIND + 1; k < LETTER_N_KINDS; k++)
		buf_printf(to, " %s |", kinds[k].text);
	buf_text(to, "\n|---|---|---|---|");
	for (unsigned k = LETTER_NO_KIND + 1; k < LETTER_N_KINDS; k++)
		buf_text(to, "---|");
	for (unsigned m = 0; m < LETTER_N_MEMBERS; m++) {
		buf_printf(to, "\n| `%s` | %s | %zu | %s |", members[m].name,
			types[members[m].type], members[m].most,
			members[m].meaning);
		for (unsigned k = LETTER_NO_KIND + 1; k < LETTER_N_KINDS; k++)
			buf_printf(to, " %s |", marks[needs[k][m]]);
	}
	buf_text(to, "\n");
}

void
letter_print(struct buf *to)
{
	print_kinds(to);
	buf_text(to, "\n");
	print_members(to);
}
