/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/map_root.h"

#include <inttypes.h>

#include "base/code.h"
#include "base/day.h"
#include "base/num.h"
#include "base/read.h"

#define ROOT_LINE "weir/map@v1"

enum { VALUE_MAX = 64, OPENING_MAX = 4096 };

const char *const ledger_map_root_fields[LEDGER_MAP_OPENINGS] = {
	"size", "root", "at"};

void
ledger_map_root_field(
	const struct ledger_map_root *root, size_t i, struct buf *to)
{
	char at[DAY_TIME_TEXT];

	must(i < LEDGER_MAP_OPENINGS);
	switch (i) {
	case 0:
		buf_printf(to, "%" PRIu64, root->size);
		break;
	case 1:
		buf_bytes(to, span_of(root->root.at, LEDGER_HASH));
		break;
	default:
		day_time_text(root->at, at);
		buf_text(to, at);
	}
}

void
ledger_map_root_write(const struct ledger_map_root *root, struct buf *to)
{
	char at[DAY_TIME_TEXT];

	day_time_text(root->at, at);
	buf_printf(to, ROOT_LINE "\nsize %" PRIu64 "\nroot ", root->size);
	code_base64(to, span_of(root->root.at, LEDGER_HASH));
	buf_printf(to, "\nat %s\nindex %" PRIu64 "\n", at, root->index);
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		buf_text(to, "opening ");
		buf_bytes(to, root->opening[i]);
		buf_u8(to, '\n');
	}
}

static enum err
decode(struct span text, struct buf *to)
{
	size_t room = text.n / 4 * 3;
	uint8_t *at = buf_space(to, room);
	size_t n = 0;

	if (at == NULL)
		return buf_error(to);
	if (!code_base64_parse(text, at, room, &n))
		return ERR_MALFORMED;
	to->n = n;
	return ERR_OK;
}

static bool
is_opening(struct span text)
{
	OWNED_BUF(bytes, OPENING_MAX);

	return text.n > 0 && decode(text, &bytes) == ERR_OK;
}

enum err
ledger_map_root_parse(struct span bytes, struct ledger_map_root *ret_root)
{
	struct ledger_map_root m = {.size = 0};
	struct reader r = read_from(bytes);
	struct span first = read_line(&r);
	struct span size = read_line_after(&r, "size");
	struct span root = read_line_after(&r, "root");
	struct span at = read_line_after(&r, "at");
	struct span index = read_line_after(&r, "index");
	size_t n = 0;

	if (bytes.n > LEDGER_MAP_ROOT_MAX)
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++)
		m.opening[i] = read_line_after(&r, "opening");
	if (!read_end(&r) || !span_eq(first, SPAN(ROOT_LINE)) ||
		!num_parse(size, LEDGER_SIZE_MAX, &m.size) ||
		!code_base64_parse(root, m.root.at, LEDGER_HASH, &n) ||
		n != LEDGER_HASH || !day_time_parse(at, &m.at) ||
		!num_parse(index, LEDGER_SIZE_MAX, &m.index))
		return ERR_MALFORMED;
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++)
		if (!is_opening(m.opening[i]))
			return ERR_MALFORMED;
	*ret_root = m;
	return ERR_OK;
}

/* ---- what it shows ---- */

static enum err
opening_shows(const struct ledger_map_root *m, size_t i,
	const struct ledger_entry *entry)
{
	OWNED_BUF(text, OPENING_MAX);
	OWNED_BUF(value, OPENING_MAX);
	OWNED_BUF(want, VALUE_MAX);
	struct ledger_opening o;
	enum err e = decode(m->opening[i], &text);

	ledger_map_root_field(m, i, &want);
	if (e == ERR_OK)
		e = buf_error(&want);
	if (e == ERR_OK)
		e = ledger_opening_parse(buf_span(&text), &value, &o);
	if (e == ERR_OK)
		e = ledger_opening_of(entry, LEDGER_MAP, &o);
	if (err_is_failure(e))
		return e;
	return e == ERR_OK && strcmp(o.field, ledger_map_root_fields[i]) == 0 &&
			       span_eq(o.value, buf_span(&want))
		       ? ERR_OK
		       : ERR_MISMATCH;
}

enum err
ledger_map_root_check(
	const struct ledger_map_root *root, const struct ledger_entry *entry)
{
	enum err e = entry->index == root->index && root->size <= root->index
			     ? ERR_OK
			     : ERR_MISMATCH;

	for (size_t i = 0; e == ERR_OK && i < LEDGER_MAP_OPENINGS; i++)
		e = opening_shows(root, i, entry);
	return e;
}
