/* SPDX-License-Identifier: Apache-2.0 */
/* An opening as text: written, and read from whoever brings one. */
#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/entry.h"

#define OPENING_LINE "weir/opening@v2"
#define OPENING_LINE_1 "weir/opening@v1"

static void
put_line(struct buf *to, const char *word, struct span bytes)
{
	buf_text(to, word);
	code_base64(to, bytes);
	buf_u8(to, '\n');
}

static void
put_head(const struct ledger_opening *o, struct buf *to)
{
	buf_printf(to, OPENING_LINE "\nkind %s\nfields %u\n",
		ledger_type_text(o->head.type), o->head.n_fields);
	put_line(to, "law ", span_of(o->head.law, 32));
	put_line(to, "engine ", span_of(o->head.engine, 32));
	put_line(to, "head ", span_of(o->head_salt, 32));
}

void
ledger_opening_write(const struct ledger_opening *o, struct buf *to)
{
	if (o->head.type == LEDGER_NO_TYPE)
		buf_text(to, OPENING_LINE_1 "\n");
	else
		put_head(o, to);
	buf_printf(to, "field %s\n", o->field);
	put_line(to, "salt ", span_of(o->salt, sizeof(o->salt)));
	put_line(to, "value ", o->value);
	for (size_t i = 0; i < o->proof.n; i++)
		put_line(to, "", span_of(o->proof.at[i].at, LEDGER_HASH));
}

/* The line's rest after `word`; the reader fails where it is not there. */
static struct span
word_line(struct reader *r, struct span word)
{
	struct span line = read_line(r);

	if (!span_starts(line, word)) {
		r->failed = true;
		return span_of(NULL, 0);
	}
	return span_of(line.at + word.n, line.n - word.n);
}

static bool
hash_parse(struct span text, uint8_t to[32])
{
	size_t n;

	return code_base64_parse(text, to, 32, &n) && n == 32;
}

static enum err
value_parse(struct span text, struct buf *value)
{
	size_t n;
	size_t room = text.n / 4 * 3;
	uint8_t *at;

	if (room > LEDGER_OPENING_MAX + 2)
		return ERR_TOO_LARGE;
	buf_clear(value);
	at = buf_space(value, room);
	if (buf_error(value) != ERR_OK)
		return buf_error(value);
	if (!code_base64_parse(text, at, room, &n))
		return ERR_MALFORMED;
	value->n = n;
	return n <= LEDGER_OPENING_MAX ? ERR_OK : ERR_TOO_LARGE;
}

static bool
head_parse(struct reader *r, struct ledger_opening *o)
{
	struct span kind = word_line(r, SPAN("kind "));
	struct span fields = word_line(r, SPAN("fields "));
	struct span law = word_line(r, SPAN("law "));
	struct span engine = word_line(r, SPAN("engine "));
	struct span salt = word_line(r, SPAN("head "));
	uint64_t n = 0;

	if (!read_ok(r) || !num_parse(fields, LEDGER_FIELDS, &n))
		return false;
	o->head.type = ledger_type_of(kind);
	o->head.n_fields = (uint8_t)n;
	return o->head.type != LEDGER_NO_TYPE && n > 0 &&
	       hash_parse(law, o->head.law) &&
	       hash_parse(engine, o->head.engine) &&
	       hash_parse(salt, o->head_salt);
}

static bool
field_parse(struct reader *r, struct ledger_opening *o, struct span *ret_value)
{
	struct span field = word_line(r, SPAN("field "));
	struct span salt = word_line(r, SPAN("salt "));

	*ret_value = word_line(r, SPAN("value "));
	return read_ok(r) && field.n > 0 &&
	       span_copy(field, o->field, sizeof(o->field)) &&
	       hash_parse(salt, o->salt);
}

enum err
ledger_opening_parse(struct span bytes, struct buf *value,
	struct ledger_opening *ret_opening)
{
	struct reader r = read_from(bytes);
	struct ledger_opening o = {.value = {NULL, 0}};
	struct span first = read_line(&r);
	struct span text;
	enum err e;

	if (!span_eq(first, SPAN(OPENING_LINE_1)) &&
		(!span_eq(first, SPAN(OPENING_LINE)) || !head_parse(&r, &o)))
		return ERR_MALFORMED;
	if (!field_parse(&r, &o, &text))
		return ERR_MALFORMED;
	while (!read_end(&r)) {
		if (o.proof.n == LEDGER_PROOF_MAX ||
			!hash_parse(read_line(&r), o.proof.at[o.proof.n].at))
			return ERR_MALFORMED;
		o.proof.n++;
	}
	e = value_parse(text, value);
	if (e != ERR_OK)
		return e;
	o.value = buf_span(value);
	*ret_opening = o;
	return ERR_OK;
}
