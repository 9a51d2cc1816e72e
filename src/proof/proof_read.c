/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt's text, read line by line; only what proof_write() writes. */
#include "proof/proof.h"

#include <string.h>

#include "base/code.h"
#include "base/read.h"

struct reading {
	struct reader from;
	struct span line; /* what is left of it */
	unsigned n;       /* its number */
	struct proof_receipt *receipt;
};

static void
next(struct reading *r)
{
	r->line = read_line(&r->from);
	r->n++;
}

/* The rest of the line, where it begins with this word. */
static bool
word_is(struct reading *r, const char *word)
{
	struct span rest = r->line;

	if (!span_eq(span_cut(&rest, ' '), span_text(word)))
		return false;
	r->line = rest;
	return true;
}

static bool
printable(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return text.n > 0;
}

static bool
take_text(struct reading *r, const char *word, char *to, size_t size)
{
	bool is = word_is(r, word) && printable(r->line) &&
		  span_copy(r->line, to, size);

	next(r);
	return is;
}

static bool
take_hash(struct reading *r, const char *word, uint8_t hash[32], char *name)
{
	struct span hex;
	bool is = word_is(r, word);

	hex = span_cut(&r->line, ' ');
	is = is && code_hex_parse(hex, hash, 32);
	if (name != NULL)
		is = is && printable(r->line) &&
		     span_copy(r->line, name, PROOF_NAME_MAX);
	next(r);
	return is;
}

static bool
take_files(struct reading *r)
{
	struct proof_receipt *to = r->receipt;
	struct proof_file agreement = {.name = ""};
	bool is = take_hash(r, "file", agreement.hash, agreement.name);

	to->n_files = 0;
	while (is && r->line.n > 8 && memcmp(r->line.at, "statute ", 8) == 0) {
		struct proof_file *file = &to->file[to->n_files++];

		if (to->n_files == PROOF_FILES_MAX)
			return false;
		is = take_hash(r, "statute", file->hash, file->name);
	}
	if (is)
		to->file[to->n_files++] = agreement;
	return is;
}

static bool
take_day(struct reading *r)
{
	char text[DAY_TEXT] = "";

	return take_text(r, "day", text, sizeof(text)) &&
	       day_parse(span_text(text), &r->receipt->day);
}

static bool
find_property(struct span word, enum proof_property *ret_property)
{
	for (int i = 0; i < PROOF_N; i++)
		if (span_eq(word, span_text(proof_property_word(
					  (enum proof_property)i)))) {
			*ret_property = (enum proof_property)i;
			return true;
		}
	return false;
}

static bool
find_answer(struct span word, enum proof_answer *ret_answer)
{
	for (int i = 0; i < PROOF_ANSWERS; i++)
		if (span_eq(word, span_text(proof_answer_word(
					  (enum proof_answer)i)))) {
			*ret_answer = (enum proof_answer)i;
			return true;
		}
	return false;
}

static bool
take_property(struct reading *r)
{
	struct proof_receipt *to = r->receipt;
	struct proof_line *line = &to->line[to->n_lines];

	if (to->n_lines == PROOF_LINES_MAX || !word_is(r, "property") ||
		!find_property(span_cut(&r->line, ' '), &line->property) ||
		!find_answer(span_cut(&r->line, ' '), &line->answer) ||
		(r->line.n > 0 && !printable(r->line)) ||
		!span_copy(r->line, line->about, sizeof(line->about)))
		return false;
	to->n_lines++;
	next(r);
	return true;
}

static bool
read_lines(struct reading *r)
{
	struct proof_receipt *to = r->receipt;

	next(r);
	if (!span_eq(r->line, SPAN("weir/law-receipt/v1")))
		return false;
	next(r);
	if (!take_text(r, "agreement", to->agreement, sizeof(to->agreement)) ||
		!take_files(r) || !take_hash(r, "world", to->world, NULL) ||
		!take_text(r, "program", to->program, sizeof(to->program)) ||
		!take_text(r, "solver", to->solver, sizeof(to->solver)) ||
		!take_day(r))
		return false;
	while (!span_eq(r->line, SPAN("end")))
		if (!take_property(r))
			return false;
	return read_end(&r->from);
}

enum err
proof_read(struct span text, struct proof_receipt *ret_receipt,
	struct why *reterr_why)
{
	struct reading r = {.from = read_from(text), .receipt = ret_receipt};
	OWNED_BUF(again, PROOF_BYTES_MAX);

	*ret_receipt = (struct proof_receipt){.n_lines = 0};
	if (text.n > PROOF_BYTES_MAX || !read_lines(&r))
		return why_set(reterr_why, ERR_MALFORMED,
			"line %u is not that of a receipt that weir agreement "
			"prove writes",
			r.n);
	/* One text for one meaning. */
	proof_write(ret_receipt, &again);
	if (!span_eq(buf_span(&again), text))
		return why_set(reterr_why, ERR_MALFORMED,
			"it is not written as weir agreement prove writes one");
	return ERR_OK;
}
