/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"
#include "ledger/primitive.h"

#define FIELD_PREFIX "weir/field/v1"
#define SALT_PREFIX "salt/"
#define OPENING_LINE "weir/opening@v1"

enum { NAME_MAX_BYTES = 31 };

struct field_row {
	enum ledger_type type;
	const char *name;
};

static const struct field_row field_rows[] = {
#define FIELD(type, name) {LEDGER_##type, name},
#include "ledger/entry.def"
};

enum { N_ROWS = sizeof(field_rows) / sizeof(field_rows[0]) };

/* The rows of a type lie side by side. */
static const struct field_row *
rows_of(enum ledger_type type, size_t *ret_n)
{
	size_t first = 0;
	size_t n = 0;

	while (first < N_ROWS && field_rows[first].type != type)
		first++;
	while (first + n < N_ROWS && field_rows[first + n].type == type)
		n++;
	must(n <= LEDGER_FIELDS);
	*ret_n = n;
	return &field_rows[n > 0 ? first : 0];
}

const char *
ledger_field_name(enum ledger_type type, size_t i)
{
	size_t n;
	const struct field_row *rows = rows_of(type, &n);

	return i < n ? rows[i].name : NULL;
}

const char *
ledger_field_known(enum ledger_type type, struct span name)
{
	size_t n;
	const struct field_row *rows = rows_of(type, &n);

	for (size_t i = 0; i < n; i++)
		if (span_eq(span_text(rows[i].name), name))
			return rows[i].name;
	return NULL;
}

static size_t
row_find(const struct field_row *rows, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(rows[i].name, name) != 0)
		i++;
	return i;
}

/* Under the key of ledger_hmac_key(). */
static void
salt_make(const char *name, uint8_t salt[32])
{
	uint8_t text[sizeof(SALT_PREFIX) + NAME_MAX_BYTES] = SALT_PREFIX;
	size_t n = strlen(name);

	must(n <= NAME_MAX_BYTES);
	memcpy(text + sizeof(SALT_PREFIX) - 1, name, n);
	ledger_hmac_next(span_of(text, sizeof(SALT_PREFIX) - 1 + n), salt);
}

/* The leaf of one field: what stands before the value, then the value. */
static struct ledger_hash
field_leaf(const char *name, const uint8_t salt[32], struct span value)
{
	uint8_t head[sizeof(FIELD_PREFIX) - 1 + 1 + NAME_MAX_BYTES + 32 + 4] =
		FIELD_PREFIX;
	size_t n = sizeof(FIELD_PREFIX) - 1;
	size_t name_n = strlen(name);
	uint8_t commitment[LEDGER_HASH];

	must(name_n <= NAME_MAX_BYTES && value.n <= LEDGER_OPENING_MAX);
	head[n++] = (uint8_t)name_n;
	memcpy(head + n, name, name_n);
	n += name_n;
	memcpy(head + n, salt, 32);
	n += 32;
	for (unsigned shift = 32; shift > 0; shift -= 8)
		head[n++] = (uint8_t)(value.n >> (shift - 8));
	ledger_sha256_2(span_of(head, n), value, commitment);
	return ledger_hash_leaf(span_of(commitment, sizeof(commitment)));
}

/* ---- the small tree of an entry ---- */

struct small_tree {
	size_t n;
	struct ledger_hash leaves[LEDGER_FIELDS];
};

static enum err
values_place(const struct field_row *rows, size_t n,
	const struct ledger_field *fields, size_t n_fields,
	struct span values[LEDGER_FIELDS])
{
	bool given[LEDGER_FIELDS] = {false};

	for (size_t i = 0; i < n_fields; i++) {
		size_t at = row_find(rows, n, fields[i].name);

		if (at == n)
			return ERR_NOT_FOUND;
		if (given[at])
			return ERR_EXISTS;
		if (fields[i].value.n > LEDGER_OPENING_MAX)
			return ERR_TOO_LARGE;
		given[at] = true;
		values[at] = fields[i].value;
	}
	return ERR_OK;
}

static enum err
small_tree_make(enum ledger_type type, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields,
	struct small_tree *t)
{
	const struct field_row *rows = rows_of(type, &t->n);
	struct span values[LEDGER_FIELDS] = {{NULL, 0}};
	uint8_t salt[32];
	enum err e = values_place(rows, t->n, fields, n_fields, values);

	if (e != ERR_OK)
		return e;
	ledger_hmac_key(span_of(key, LEDGER_KEY));
	for (size_t i = 0; i < t->n; i++) {
		salt_make(rows[i].name, salt);
		t->leaves[i] = field_leaf(rows[i].name, salt, values[i]);
	}
	explicit_bzero(salt, sizeof(salt));
	return ERR_OK;
}

enum err
ledger_commit(enum ledger_type type, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields,
	struct ledger_hash *ret_root)
{
	struct small_tree t;
	enum err e = small_tree_make(type, key, fields, n_fields, &t);

	if (e == ERR_OK)
		*ret_root = ledger_tree_over(t.leaves, t.n);
	return e;
}

/* The small tree as the one tile that it would be. */
static enum err
small_tree_read(
	void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	const struct small_tree *t = arg;

	must(level == 0 && n == 0 && width == t->n);
	memcpy(to, t->leaves, width * sizeof(t->leaves[0]));
	return ERR_OK;
}

enum err
ledger_opening_make(enum ledger_type type, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields, const char *name,
	struct ledger_opening *ret_opening)
{
	struct ledger_opening o = {.value = {NULL, 0}};
	struct small_tree t;
	struct ledger_tiles tiles = {.read = small_tree_read, .arg = &t};
	size_t at;
	enum err e = small_tree_make(type, key, fields, n_fields, &t);

	if (e != ERR_OK)
		return e;
	at = row_find(rows_of(type, &t.n), t.n, name);
	if (at == t.n || !span_copy(span_text(name), o.field, sizeof(o.field)))
		return ERR_NOT_FOUND;
	tiles.size = t.n;
	e = ledger_inclusion_make(&tiles, at, &o.proof);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n_fields; i++)
		if (strcmp(fields[i].name, name) == 0)
			o.value = fields[i].value;
	ledger_hmac_key(span_of(key, LEDGER_KEY));
	salt_make(name, o.salt);
	*ret_opening = o;
	return ERR_OK;
}

enum err
ledger_opening_check(
	const struct ledger_entry *entry, const struct ledger_opening *o)
{
	size_t n;
	const struct field_row *rows = rows_of(entry->type, &n);
	size_t at = row_find(rows, n, o->field);
	struct ledger_hash leaf;

	if (at == n)
		return ERR_NOT_FOUND;
	if (o->value.n > LEDGER_OPENING_MAX)
		return ERR_MALFORMED;
	leaf = field_leaf(o->field, o->salt, o->value);
	return ledger_inclusion_check(&o->proof, at, n, &leaf, &entry->root);
}

/* ---- as text ---- */

void
ledger_opening_write(const struct ledger_opening *o, struct buf *to)
{
	buf_printf(to, OPENING_LINE "\nfield %s\nsalt ", o->field);
	code_base64(to, span_of(o->salt, sizeof(o->salt)));
	buf_text(to, "\nvalue ");
	code_base64(to, o->value);
	buf_u8(to, '\n');
	for (size_t i = 0; i < o->proof.n; i++) {
		code_base64(to, span_of(o->proof.at[i].at, LEDGER_HASH));
		buf_u8(to, '\n');
	}
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

enum err
ledger_opening_parse(struct span bytes, struct buf *value,
	struct ledger_opening *ret_opening)
{
	struct reader r = read_from(bytes);
	struct ledger_opening o = {.value = {NULL, 0}};
	struct span first = read_line(&r);
	struct span field = word_line(&r, SPAN("field "));
	struct span salt = word_line(&r, SPAN("salt "));
	struct span text = word_line(&r, SPAN("value "));
	enum err e;

	if (!read_ok(&r) || !span_eq(first, SPAN(OPENING_LINE)) ||
		field.n == 0 || !span_copy(field, o.field, sizeof(o.field)) ||
		!hash_parse(salt, o.salt))
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
