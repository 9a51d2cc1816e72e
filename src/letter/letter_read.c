/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a letter.  Jansson gives the members, none twice, no NUL, well-formed
 * UTF-8; that there is no other member is shown by counting those we know.
 */
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "base/code.h"
#include "letter/letter_int.h"

struct from {
	struct arena *arena;
	struct letter *out;
	struct why *why;
};

void
letter_init(void)
{
	/* Keys are few and bounded: the seed need not be secret. */
	json_object_seed(1);
}

static struct span
text_of(const json_t *v)
{
	return span_of(json_string_value(v), json_string_length(v));
}

/* A name from outside, for a sentence: printable ASCII, cut. */
static void
printable(const char *name, char to[40])
{
	size_t i = 0;

	for (; i < 39 && name[i] != '\0'; i++)
		to[i] = name[i] >= 0x20 && name[i] < 0x7f ? name[i] : '?';
	to[i] = '\0';
}

static enum err
get_member(struct from *f, enum letter_member m, const json_t *v)
{
	const struct letter_member_row *row = letter_member_row(m);
	char digits[24];

	if (row->type == LETTER_NUMBER && json_is_integer(v)) {
		int n = snprintf(digits, sizeof(digits), "%" PRId64,
			(int64_t)json_integer_value(v));

		f->out->member[m] =
			arena_copy(f->arena, span_of(digits, (size_t)n));
		return ERR_OK;
	}
	if (row->type == LETTER_NUMBER || !json_is_string(v) ||
		json_string_length(v) == 0)
		return why_set(f->why, ERR_MALFORMED, "letter: %s: must be %s",
			row->name,
			row->type == LETTER_NUMBER ? "a whole number"
						   : "a text that says it");
	f->out->member[m] = arena_copy(f->arena, text_of(v));
	return ERR_OK;
}

static enum err
get_item(struct from *f, const json_t *v, struct letter_item *item)
{
	bool officer = letter_kind_signer(f->out->kind) == LETTER_BY_OFFICER;
	const json_t *id = json_object_get(v, "weir:requestID");
	const json_t *hash = json_object_get(v, "weir:packageHash");

	if (!json_is_string(id) || json_object_size(v) != (officer ? 2U : 1U))
		return why_set(f->why, ERR_MALFORMED,
			"letter: weir:requests: each must be an object with "
			"weir:requestID%s alone",
			officer ? " and weir:packageHash" : "");
	if (officer &&
		(!json_is_string(hash) || !code_hex_parse(text_of(hash),
						  item->package, LETTER_HASH)))
		return why_set(f->why, ERR_MALFORMED,
			"letter: weir:packageHash: must be 64 lower-case hex "
			"digits");
	item->request = arena_copy(f->arena, text_of(id));
	return ERR_OK;
}

static enum err
get_items(struct from *f, const json_t *list)
{
	size_t n = json_array_size(list);
	enum err e = ERR_OK;

	if (!json_is_array(list) || n > LETTER_ITEMS_MAX)
		return why_set(f->why, ERR_MALFORMED,
			"letter: weir:requests: must be a list of up to %d",
			LETTER_ITEMS_MAX);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = get_item(f, json_array_get(list, i), &f->out->item[i]);
	f->out->n_items = n;
	return e;
}

/* The first member that a letter does not have. */
static enum err
unknown(struct from *f, json_t *root)
{
	const char *name;
	json_t *v;

	json_object_foreach(root, name, v)
	{
		char shown[40];
		unsigned m = 0;

		while (m < LETTER_N_MEMBERS &&
			strcmp(name,
				letter_member_name((enum letter_member)m)) != 0)
			m++;
		if (m < LETTER_N_MEMBERS || strcmp(name, "weir:letter") == 0 ||
			strcmp(name, "weir:requests") == 0)
			continue;
		printable(name, shown);
		return why_set(f->why, ERR_MALFORMED,
			"letter: %s: not a member of a letter", shown);
	}
	return ERR_OK;
}

static enum err
get_letter(struct from *f, json_t *root)
{
	const json_t *kind = json_object_get(root, "weir:letter");
	enum err e;

	if (!json_is_object(root))
		return why_set(f->why, ERR_MALFORMED,
			"letter: must be one JSON object");
	if (!json_is_string(kind) ||
		!letter_kind_parse(text_of(kind), &f->out->kind))
		return why_set(f->why, ERR_MALFORMED,
			"letter: weir:letter: no kind of letter");
	e = unknown(f, root);
	for (unsigned m = 0; e == ERR_OK && m < LETTER_N_MEMBERS; m++) {
		const json_t *v = json_object_get(
			root, letter_member_name((enum letter_member)m));

		if (v != NULL)
			e = get_member(f, (enum letter_member)m, v);
	}
	return e == ERR_OK
		       ? get_items(f, json_object_get(root, "weir:requests"))
		       : e;
}

enum err
letter_parse(struct span json, struct arena *arena, struct letter *ret_letter,
	struct why *reterr_why)
{
	struct from f = {arena, ret_letter, reterr_why};
	json_error_t error;
	json_t *root;
	enum err e;

	*ret_letter = (struct letter){.n_items = 0};
	if (json.n > LETTER_BYTES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"letter: longer than %d bytes", LETTER_BYTES_MAX);
	root = json_loadb(
		(const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return json_error_code(&error) == json_error_out_of_memory
			       ? err_origin(ERR_NOMEM)
			       : why_set(reterr_why, ERR_MALFORMED,
					 "letter: not one JSON object with "
					 "each member once: line %d, column %d",
					 error.line, error.column);
	e = get_letter(&f, root);
	json_decref(root);
	if (e != ERR_OK)
		return e;
	return arena->overflow ? err_origin(ERR_NOMEM)
			       : letter_check(ret_letter, reterr_why);
}
