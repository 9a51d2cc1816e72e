/* SPDX-License-Identifier: Apache-2.0 */
#include "base/code.h"
#include "base/day.h"
#include "base/num.h"
#include "base/read.h"
#include "letter/letter_int.h"
#include "request/request.h"

enum { NUMBER_MAX = INT32_MAX };

static const char magic[] = "weir/letter/v1";

/* ---- what a letter must be ---- */

static bool
sound(const struct letter_member_row *row, struct span value)
{
	uint64_t number = 0;
	int32_t day;

	if (value.n > row->most)
		return false;
	switch (row->type) {
	case LETTER_ID:
		return request_id_ok(value);
	case LETTER_DAY:
		return day_parse(value, &day);
	case LETTER_NUMBER:
		return num_parse(value, NUMBER_MAX, &number) && number > 0;
	case LETTER_TEXT:
		break;
	}
	return span_is_plain(value) && span_trim(value).n > 0;
}

static const char *
form(enum letter_type type)
{
	switch (type) {
	case LETTER_ID:
		return "an id: up to 64 of A-Z a-z 0-9 . _ : -";
	case LETTER_DAY:
		return "a day, YYYY-MM-DD";
	case LETTER_NUMBER:
		return "a whole number from 1 to 2147483647";
	case LETTER_TEXT:
		break;
	}
	return "one line of plain text";
}

/* T1 */
static enum err
check_members(const struct letter *letter, struct why *reterr_why)
{
	for (unsigned m = 0; m < LETTER_N_MEMBERS; m++) {
		enum letter_member member = (enum letter_member)m;
		const struct letter_member_row *row = letter_member_row(member);
		enum letter_need need = letter_need(letter->kind, member);
		struct span value = letter->member[m];

		if (value.n == 0 && need == LETTER_MUST)
			return why_set(reterr_why, ERR_MALFORMED,
				"letter: %s: is missing: %s", row->name,
				row->meaning);
		if (value.n > 0 && need == LETTER_NOT)
			return why_set(reterr_why, ERR_MALFORMED,
				"letter: %s: not a member of the letter %s",
				row->name, letter_kind_text(letter->kind));
		if (value.n > 0 && !sound(row, value))
			return why_set(reterr_why, ERR_MALFORMED,
				"letter: %s: must be %s, up to %zu bytes",
				row->name, form(row->type), row->most);
	}
	return ERR_OK;
}

/* T2 */
static enum err
check_items(const struct letter *letter, struct why *reterr_why)
{
	if (letter->n_items == 0 || letter->n_items > LETTER_ITEMS_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"letter: weir:requests: must name 1 to %d requests",
			LETTER_ITEMS_MAX);
	for (size_t i = 0; i < letter->n_items; i++) {
		struct span id = letter->item[i].request;

		if (!request_id_ok(id))
			return why_set(reterr_why, ERR_MALFORMED,
				"letter: weir:requestID: the %zu. is no id",
				i + 1);
		for (size_t k = 0; k < i; k++)
			if (span_eq(id, letter->item[k].request))
				return why_set(reterr_why, ERR_MALFORMED,
					"letter: weir:requests: %.*s is named "
					"twice",
					(int)id.n, (const char *)id.at);
	}
	return ERR_OK;
}

enum err
letter_check(const struct letter *letter, struct why *reterr_why)
{
	enum err e;

	if (letter->kind <= LETTER_NO_KIND || letter->kind >= LETTER_N_KINDS)
		return why_set(reterr_why, ERR_MALFORMED,
			"letter: weir:letter: no kind of letter");
	e = check_members(letter, reterr_why);
	return e == ERR_OK ? check_items(letter, reterr_why) : e;
}

int32_t
letter_day(const struct letter *letter, enum letter_member member)
{
	int32_t day = DAY_NONE;

	must(letter_member_row(member)->type == LETTER_DAY);
	return day_parse(letter->member[member], &day) ? day : DAY_NONE;
}

uint32_t
letter_sequence(const struct letter *letter)
{
	uint64_t n = 0;

	return num_parse(letter->member[LETTER_M_SEQUENCE], NUMBER_MAX, &n)
		       ? (uint32_t)n
		       : 0;
}

/* ---- the document ---- */

static void
put_name(const char *name, struct buf *to)
{
	buf_json(to, span_text(name));
	buf_text(to, ":");
}

void
letter_json(const struct letter *letter, struct buf *to)
{
	bool officer = letter_kind_signer(letter->kind) == LETTER_BY_OFFICER;
	struct why why;

	must(letter_check(letter, &why) == ERR_OK);
	buf_text(to, "{\"weir:letter\":");
	buf_json(to, span_text(letter_kind_text(letter->kind)));
	for (unsigned m = 0; m < LETTER_N_MEMBERS; m++) {
		const struct letter_member_row *row =
			letter_member_row((enum letter_member)m);

		if (letter->member[m].n == 0)
			continue;
		buf_text(to, ",");
		put_name(row->name, to);
		if (row->type == LETTER_NUMBER)
			buf_bytes(to, letter->member[m]);
		else
			buf_json(to, letter->member[m]);
	}
	buf_text(to, ",\"weir:requests\":[");
	for (size_t i = 0; i < letter->n_items; i++) {
		buf_text(to, i == 0 ? "{" : ",{");
		put_name("weir:requestID", to);
		buf_json(to, letter->item[i].request);
		if (officer) {
			buf_text(to, ",");
			put_name("weir:packageHash", to);
			buf_text(to, "\"");
			code_hex(to,
				span_of(letter->item[i].package, LETTER_HASH));
			buf_text(to, "\"");
		}
		buf_text(to, "}");
	}
	buf_text(to, "]}\n");
}

/* ---- canonical bytes ---- */

void
letter_encode(const struct letter *letter, struct buf *to)
{
	bool officer = letter_kind_signer(letter->kind) == LETTER_BY_OFFICER;

	buf_printf(to, "%s\n", magic);
	buf_u8(to, (uint8_t)letter->kind);
	buf_u8(to, LETTER_N_MEMBERS);
	for (unsigned m = 0; m < LETTER_N_MEMBERS; m++)
		buf_sized(to, letter->member[m]);
	buf_u32be(to, (uint32_t)letter->n_items);
	for (size_t i = 0; i < letter->n_items; i++) {
		buf_sized(to, letter->item[i].request);
		if (officer)
			buf_bytes(to,
				span_of(letter->item[i].package, LETTER_HASH));
	}
}

static void
decode_item(struct reader *r, bool officer, struct letter_item *item)
{
	struct span hash;

	item->request = read_sized(r, LETTER_BYTES_MAX);
	if (!officer)
		return;
	hash = read_bytes(r, LETTER_HASH);
	if (read_ok(r))
		memcpy(item->package, hash.at, LETTER_HASH);
}

enum err
letter_decode(struct span bytes, struct letter *ret_letter)
{
	struct reader r = read_from(bytes);
	bool right = span_eq(read_line(&r), span_text(magic));
	uint8_t kind = read_u8(&r);
	size_t n = read_u8(&r);
	struct why why;

	*ret_letter = (struct letter){.n_items = 0};
	if (!right || kind <= LETTER_NO_KIND || kind >= LETTER_N_KINDS ||
		n > LETTER_N_MEMBERS)
		return ERR_MALFORMED;
	ret_letter->kind = (enum letter_kind)kind;
	for (size_t m = 0; m < n; m++)
		ret_letter->member[m] = read_sized(&r, LETTER_BYTES_MAX);
	ret_letter->n_items = read_u32be(&r);
	if (ret_letter->n_items > LETTER_ITEMS_MAX)
		return ERR_MALFORMED;
	for (size_t i = 0; i < ret_letter->n_items; i++)
		decode_item(&r,
			letter_kind_signer(ret_letter->kind) ==
				LETTER_BY_OFFICER,
			&ret_letter->item[i]);
	return read_end(&r) ? letter_check(ret_letter, &why) : ERR_MALFORMED;
}
