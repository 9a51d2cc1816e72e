/* SPDX-License-Identifier: Apache-2.0 */
/* One row: its columns, its forms and its bytes. */
#include "base/code.h"
#include "base/day.h"
#include "base/read.h"
#include "register/register.h"

static const struct {
	const char *name;
	const char *text;
} registers[REG_N] = {
#define REGISTER(ID, name, text) [REG_##ID] = {(name), (text)},
#include "register/register.def"
};

static const struct register_column_info columns[REG_N_COLUMNS] = {
#define COLUMN(REG, ID, name, type, need, most, words, text)                   \
	[REG_##REG##_##ID] = {REG_##REG, (name), REG_##type, REG_##need,       \
		(most), (words), (text)},
#include "register/register.def"
};

/* In the order of the table each register stands before its columns: so its
 * place, less the registers up to it, is that of its first column. */
enum {
#define REGISTER(ID, name, text) PLACE_##ID,
#define COLUMN(REG, ID, name, type, need, most, words, text) PLACE_##REG##_##ID,
#include "register/register.def"
};
static const uint8_t first_column[REG_N + 1] = {
#define REGISTER(ID, name, text) [REG_##ID] = PLACE_##ID - REG_##ID,
#include "register/register.def"
	[REG_N] = REG_N_COLUMNS,
};

const char *
register_name(enum register_id id)
{
	must((unsigned)id < REG_N);
	return registers[id].name;
}

const char *
register_text(enum register_id id)
{
	must((unsigned)id < REG_N);
	return registers[id].text;
}

bool
register_parse(struct span name, enum register_id *ret_id)
{
	for (unsigned i = 0; i < REG_N; i++) {
		if (span_eq(name, span_text(registers[i].name))) {
			*ret_id = (enum register_id)i;
			return true;
		}
	}
	return false;
}

const struct register_column_info *
register_column(enum register_column c)
{
	must((unsigned)c < REG_N_COLUMNS);
	return &columns[c];
}

bool
register_is_key(enum register_column c)
{
	enum register_need need = register_column(c)->need;

	return need == REG_KEY || need == REG_LATER_KEY;
}

enum register_column
register_first(enum register_id id)
{
	must((unsigned)id < REG_N);
	return (enum register_column)first_column[id];
}

size_t
register_n_columns(enum register_id id)
{
	must((unsigned)id < REG_N);
	must(first_column[id + 1] - first_column[id] <= REGISTER_COLUMNS_MAX);
	return (size_t)(first_column[id + 1] - first_column[id]);
}

static size_t
place_of(const struct register_row *row, enum register_column c)
{
	must((unsigned)c < REG_N_COLUMNS && columns[c].id == row->id);
	return (size_t)(c - register_first(row->id));
}

struct span
register_get(const struct register_row *row, enum register_column c)
{
	return row->value[place_of(row, c)];
}

void
register_put(
	struct register_row *row, enum register_column c, struct span value)
{
	row->value[place_of(row, c)] = value;
}

int32_t
register_day(const struct register_row *row, enum register_column c)
{
	int32_t day;

	must(columns[c].type == REG_DAY || columns[c].type == REG_FROM ||
		columns[c].type == REG_UNTIL);
	return day_parse(register_get(row, c), &day) ? day : DAY_NONE;
}

bool
register_is(const struct register_row *row, enum register_column c,
	const char *word)
{
	must(columns[c].type == REG_WORD);
	return span_eq(register_get(row, c), span_text(word));
}

static bool
is_one_of(struct span text, const char *words)
{
	struct span left = span_text(words);

	while (left.n > 0)
		if (span_eq(text, span_cut(&left, '|')))
			return true;
	return false;
}

/* "" where the value has the column's form, else what it ought to be. */
static const char *
form_fault(const struct register_column_info *info, struct span value)
{
	int32_t day;

	switch (info->type) {
	case REG_HASH:
		return value.n == REGISTER_PRINT ? "" : "must be 32 bytes";
	case REG_BYTES:
		return "";
	case REG_DAY:
	case REG_FROM:
	case REG_UNTIL:
		return day_parse(value, &day) ? "" : "must be YYYY-MM-DD";
	case REG_WORD:
		return is_one_of(value, info->words) ? "" : "is not one of ";
	case REG_TEXT:
		break;
	}
	if (!span_is_plain(value))
		return "must be one line of printable text";
	return span_eq(value, span_trim(value)) ? "" : "has a blank at an end";
}

static enum err
value_check(const struct register_column_info *info, struct span value,
	bool keys_only, struct why *reterr_why)
{
	const char *fault;

	if (value.n == 0) {
		if (info->need >= REG_MAY ||
			(keys_only && info->need != REG_KEY))
			return ERR_OK;
		return why_set(reterr_why, ERR_MALFORMED, "%s %s is missing",
			register_name(info->id), info->name);
	}
	if (value.n > info->most)
		return why_set(reterr_why, ERR_MALFORMED,
			"%s %s is longer than %zu bytes",
			register_name(info->id), info->name, info->most);
	fault = form_fault(info, value);
	if (fault[0] != '\0')
		return why_set(reterr_why, ERR_MALFORMED, "%s %s %s%s",
			register_name(info->id), info->name, fault,
			info->words);
	return ERR_OK;
}

enum err
register_check(
	const struct register_row *row, bool keys_only, struct why *reterr_why)
{
	size_t n = register_n_columns(row->id);
	size_t first = register_first(row->id);

	for (size_t i = 0; i < REGISTER_COLUMNS_MAX; i++) {
		enum err e;

		if (i >= n) {
			must(row->value[i].n == 0);
			continue;
		}
		e = value_check(&columns[first + i], row->value[i], keys_only,
			reterr_why);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* ---- from the command line and to JSON ---- */

static bool
column_find(enum register_id id, struct span name, enum register_column *ret_c)
{
	size_t first = register_first(id);

	for (size_t i = 0; i < register_n_columns(id); i++) {
		if (span_eq(name, span_text(columns[first + i].name))) {
			*ret_c = (enum register_column)(first + i);
			return true;
		}
	}
	return false;
}

/* Hex or base64 into the arena; *ret_value empty where it is neither. */
static enum err
value_decode(const struct register_column_info *info, struct span text,
	struct arena *arena, struct span *ret_value)
{
	size_t n = info->type == REG_HASH ? REGISTER_PRINT : text.n / 4 * 3 + 1;
	uint8_t *to = arena_take(arena, n);
	bool sound;

	*ret_value = span_of(NULL, 0);
	if (to == NULL)
		return err_origin(ERR_NOMEM);
	if (info->type == REG_HASH)
		sound = code_hex_parse(text, to, n);
	else
		sound = code_base64_parse(text, to, n, &n);
	if (sound)
		*ret_value = span_of(to, n);
	return ERR_OK;
}

enum err
register_put_text(struct register_row *row, struct span name, struct span text,
	struct arena *arena, struct why *reterr_why)
{
	const struct register_column_info *info;
	enum register_column c;
	struct span value = text;
	enum err e;

	if (!column_find(row->id, name, &c))
		return why_set(reterr_why, ERR_MALFORMED,
			"the %s register has no such column",
			register_name(row->id));
	info = &columns[c];
	if (text.n > 0 && (info->type == REG_HASH || info->type == REG_BYTES)) {
		if (text.n / 4 * 3 > info->most + 2 && info->type == REG_BYTES)
			return why_set(reterr_why, ERR_TOO_LARGE,
				"%s %s is longer than %zu bytes",
				register_name(info->id), info->name,
				info->most);
		e = value_decode(info, text, arena, &value);
		if (e != ERR_OK)
			return e;
		if (value.n == 0)
			return why_set(reterr_why, ERR_MALFORMED,
				"%s %s must be %s", register_name(info->id),
				info->name,
				info->type == REG_HASH
					? "64 lower-case hex digits"
					: "padded base64");
	}
	if (value.n > 0) {
		e = value_check(info, value, false, reterr_why);
		if (e != ERR_OK)
			return e;
	}
	register_put(row, c, value);
	return ERR_OK;
}

static void
value_json(enum register_type type, struct span value, struct buf *to)
{
	if (type == REG_HASH || type == REG_BYTES) {
		buf_u8(to, '"');
		if (type == REG_HASH)
			code_hex(to, value);
		else
			code_base64(to, value);
		buf_u8(to, '"');
	} else {
		buf_json(to, value);
	}
}

void
register_row_json(const struct register_row *row, struct buf *to)
{
	size_t first = register_first(row->id);

	buf_printf(to, "{\"register\":\"%s\"", register_name(row->id));
	for (size_t i = 0; i < register_n_columns(row->id); i++) {
		if (row->value[i].n == 0)
			continue;
		buf_printf(to, ",\"%s\":", columns[first + i].name);
		value_json(columns[first + i].type, row->value[i], to);
	}
	buf_u8(to, '}');
}

/* ---- bytes ---- */

/* Columns up to the last that is not left out. */
static size_t
n_encoded(const struct register_row *row)
{
	size_t first = register_first(row->id);
	size_t n = register_n_columns(row->id);

	while (columns[first + n - 1].need >= REG_LATER &&
		row->value[n - 1].n == 0)
		n--;
	return n;
}

void
register_row_encode(const struct register_row *row, struct buf *to)
{
	size_t n = n_encoded(row);

	buf_u8(to, (uint8_t)row->id);
	buf_u8(to, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		buf_sized(to, row->value[i]);
}

/* The values as they lie; whether they may be so is not asked. */
static bool
row_read(struct span bytes, struct register_row *ret_row)
{
	struct reader r = read_from(bytes);
	unsigned id = read_u8(&r);
	size_t n = read_u8(&r);
	struct register_row row = {.id = REG_OFFICER};

	if (!read_ok(&r) || id >= REG_N)
		return false;
	row.id = (enum register_id)id;
	if (n > register_n_columns(row.id))
		return false;
	for (size_t i = 0; i < n; i++)
		row.value[i] = read_sized(&r, REGISTER_ROW_MAX);
	if (!read_end(&r) || n > n_encoded(&row))
		return false;
	*ret_row = row;
	return true;
}

enum err
register_row_decode(
	struct span bytes, bool keys_only, struct register_row *ret_row)
{
	struct register_row row;

	if (!row_read(bytes, &row) ||
		register_check(&row, keys_only, NULL) != ERR_OK)
		return ERR_MALFORMED;
	*ret_row = row;
	return ERR_OK;
}

void
register_entry_row(
	const struct register_entry *entry, struct register_row *ret_row)
{
	must(row_read(entry->bytes, ret_row)); /* checked when it was added */
}

static const char act_begins[] = "weir/register-act/v1\n";

void
register_act_encode(const struct register_act *act, struct buf *to)
{
	OWNED_BUF(row, REGISTER_ROW_MAX);

	register_row_encode(&act->row, &row);
	if (buf_error(&row) != ERR_OK && buf_error(to) == ERR_OK)
		to->error = buf_error(&row);
	buf_text(to, act_begins);
	buf_u8(to, (uint8_t)act->verb);
	buf_sized(to, buf_span(&row));
	buf_bytes(to, span_of(act->actor, sizeof(act->actor)));
	buf_u64be(to, (uint64_t)act->at);
}

enum err
register_act_decode(struct span bytes, struct register_act *ret_act)
{
	struct reader r = read_from(bytes);
	struct span begins = read_bytes(&r, sizeof(act_begins) - 1);
	unsigned verb = read_u8(&r);
	struct span row = read_sized(&r, REGISTER_ROW_MAX);
	struct span actor = read_bytes(&r, REGISTER_PRINT);
	uint64_t at = read_u64be(&r);
	struct register_act act = {.at = (int64_t)at};

	if (!read_end(&r) || !span_eq(begins, span_text(act_begins)) ||
		(verb != REG_ADD && verb != REG_REVOKE) || at > REGISTER_AT_MAX)
		return ERR_MALFORMED;
	act.verb = (enum register_verb)verb;
	memcpy(act.actor, actor.at, sizeof(act.actor));
	if (register_row_decode(row, act.verb == REG_REVOKE, &act.row) !=
		ERR_OK)
		return ERR_MALFORMED;
	*ret_act = act;
	return ERR_OK;
}
