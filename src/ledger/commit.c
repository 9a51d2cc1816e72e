/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "ledger/entry_int.h"
#include "ledger/primitive.h"

#define ENTRY_PREFIX "weir/entry/v2"
#define HEAD_PREFIX "weir/head/v2"
#define FIELD_PREFIX "weir/field/v2"
#define FIELD_PREFIX_1 "weir/field/v1"
#define SALT_PREFIX "salt/"
#define HEAD_SALT "head"

enum { NAME_MAX_BYTES = 31, FIELD_PREFIX_MAX = 1 + sizeof(FIELD_PREFIX) + 1 };

struct field_row {
	enum ledger_type type;
	bool later; /* no entry "WLE1" has it */
	const char *name;
};

static const struct field_row field_rows[] = {
#define FIELD(type, name) {LEDGER_##type, false, name},
#define LATER(type, name) {LEDGER_##type, true, name},
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

uint8_t
ledger_fields_1(enum ledger_type type)
{
	size_t n;
	const struct field_row *rows = rows_of(type, &n);

	while (n > 0 && rows[n - 1].later)
		n--;
	return (uint8_t)n;
}

struct ledger_head
ledger_head_of(enum ledger_type type, const uint8_t *law, const uint8_t *engine)
{
	struct ledger_head head = {.type = type};
	size_t n;

	(void)rows_of(type, &n);
	head.n_fields = (uint8_t)n;
	if (law != NULL)
		memcpy(head.law, law, sizeof(head.law));
	memcpy(head.engine, engine, sizeof(head.engine));
	return head;
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

static size_t
put_text(uint8_t *to, size_t at, const char *text)
{
	size_t n = strlen(text);

	memcpy(to + at, text, n);
	return at + n;
}

/* What is hashed before the value, behind `n` bytes that are there. */
static size_t
put_field(uint8_t *to, size_t n, const char *name, const uint8_t salt[32],
	size_t value_n)
{
	size_t name_n = strlen(name);

	must(name_n <= NAME_MAX_BYTES && value_n <= LEDGER_OPENING_MAX);
	to[n++] = (uint8_t)name_n;
	n = put_text(to, n, name);
	memcpy(to + n, salt, 32);
	n += 32;
	for (unsigned shift = 32; shift > 0; shift -= 8)
		to[n++] = (uint8_t)(value_n >> (shift - 8));
	return n;
}

enum { FIELD_BYTES = FIELD_PREFIX_MAX + 1 + NAME_MAX_BYTES + 32 + 4 };

/* The leaf of one field; `kind` 0: in an entry "WLE1". */
static struct ledger_hash
field_leaf(uint8_t kind, const char *name, const uint8_t salt[32],
	struct span value)
{
	uint8_t bytes[FIELD_BYTES] = {0};
	struct ledger_hash leaf;
	size_t n;

	if (kind == LEDGER_NO_TYPE) {
		n = put_text(bytes, 0, FIELD_PREFIX_1);
		n = put_field(bytes, n, name, salt, value.n);
		ledger_sha256_2(span_of(bytes, n), value, leaf.at);
		return ledger_hash_leaf(span_of(leaf.at, sizeof(leaf.at)));
	}
	n = put_text(bytes, 1, FIELD_PREFIX); /* behind 00: a leaf */
	bytes[n++] = kind;
	n = put_field(bytes, n, name, salt, value.n);
	ledger_sha256_2(span_of(bytes, n), value, leaf.at);
	return leaf;
}

/* The root of an entry from the root over its fields. */
static struct ledger_hash
entry_root(const struct ledger_head *head, const uint8_t salt[32],
	const struct ledger_hash *fields)
{
	uint8_t bytes[sizeof(HEAD_PREFIX) + 2 + 3 * 32];
	uint8_t both[sizeof(ENTRY_PREFIX) + 2 * 32];
	struct ledger_hash hash;
	size_t n = put_text(bytes, 0, HEAD_PREFIX);

	bytes[n++] = (uint8_t)head->type;
	bytes[n++] = head->n_fields;
	memcpy(bytes + n, head->law, 32);
	memcpy(bytes + n + 32, head->engine, 32);
	memcpy(bytes + n + 64, salt, 32);
	ledger_sha256(span_of(bytes, n + 96), hash.at);
	n = put_text(both, 0, ENTRY_PREFIX);
	memcpy(both + n, hash.at, 32);
	memcpy(both + n + 32, fields->at, 32);
	ledger_sha256(span_of(both, n + 64), hash.at);
	return hash;
}

/* ---- the small tree of an entry ---- */

struct small_tree {
	const struct field_row *rows;
	size_t n;
	bool first_form;
	struct ledger_hash leaves[LEDGER_FIELDS];
	uint8_t salt[LEDGER_FIELDS][32];
	uint8_t head_salt[32];
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

static void
small_tree_fini(struct small_tree *t)
{
	explicit_bzero(t->salt, sizeof(t->salt));
	explicit_bzero(t->head_salt, sizeof(t->head_salt));
}

static enum err
small_tree_make(const struct ledger_head *head, bool first_form,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields, struct small_tree *t)
{
	struct span values[LEDGER_FIELDS] = {{NULL, 0}};
	uint8_t kind = first_form ? LEDGER_NO_TYPE : (uint8_t)head->type;
	size_t known;
	enum err e;

	t->rows = rows_of(head->type, &known);
	t->n = head->n_fields;
	t->first_form = first_form;
	if (t->n == 0 || t->n > known)
		return ERR_MALFORMED;
	e = values_place(t->rows, t->n, fields, n_fields, values);
	if (e != ERR_OK)
		return e;
	ledger_hmac_key(span_of(key, LEDGER_KEY));
	for (size_t i = 0; i < t->n; i++) {
		salt_make(t->rows[i].name, t->salt[i]);
		t->leaves[i] = field_leaf(
			kind, t->rows[i].name, t->salt[i], values[i]);
	}
	if (!first_form)
		ledger_hmac_next(SPAN(HEAD_SALT), t->head_salt);
	return ERR_OK;
}

static struct ledger_hash
small_tree_root(const struct small_tree *t, const struct ledger_head *head)
{
	struct ledger_hash root = ledger_tree_over(t->leaves, t->n);

	return t->first_form ? root : entry_root(head, t->head_salt, &root);
}

enum err
ledger_commit(const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields,
	struct ledger_hash *ret_root)
{
	struct small_tree t;
	enum err e = small_tree_make(head, false, key, fields, n_fields, &t);

	if (e == ERR_OK)
		*ret_root = small_tree_root(&t, head);
	small_tree_fini(&t);
	return e;
}

static bool
is_first_form(const struct ledger_entry *entry)
{
	return entry->told.type != LEDGER_NO_TYPE;
}

/* What the entry itself says of its head, this one says too. */
static bool
same_head(const struct ledger_entry *entry, const struct ledger_head *head)
{
	const struct ledger_head *told = &entry->told;

	return !is_first_form(entry) ||
	       (told->type == head->type && told->n_fields == head->n_fields &&
		       memcmp(told->law, head->law, 32) == 0 &&
		       memcmp(told->engine, head->engine, 32) == 0);
}

static enum err
small_tree_of(const struct ledger_entry *entry, const struct ledger_head *head,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields, struct small_tree *t)
{
	struct ledger_hash root;
	enum err e = same_head(entry, head) ? ERR_OK : ERR_MISMATCH;

	if (e == ERR_OK)
		e = small_tree_make(
			head, is_first_form(entry), key, fields, n_fields, t);
	if (e != ERR_OK)
		return e;
	root = small_tree_root(t, head);
	return ledger_hash_same(&root, &entry->root) ? ERR_OK : ERR_MISMATCH;
}

enum err
ledger_commits(const struct ledger_entry *entry, const struct ledger_head *head,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields)
{
	struct small_tree t;
	enum err e = small_tree_of(entry, head, key, fields, n_fields, &t);

	small_tree_fini(&t);
	return e;
}

/* ---- one field alone ---- */

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

static enum err
show_field(struct small_tree *t, const char *name, struct ledger_opening *o)
{
	struct ledger_tiles tiles = {
		.read = small_tree_read, .arg = t, .size = t->n};
	size_t at = row_find(t->rows, t->n, name);

	if (at == t->n ||
		!span_copy(span_text(name), o->field, sizeof(o->field)))
		return ERR_NOT_FOUND;
	memcpy(o->salt, t->salt[at], sizeof(o->salt));
	return ledger_inclusion_make(&tiles, at, &o->proof);
}

enum err
ledger_opening_make(const struct ledger_entry *entry,
	const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields, const char *name,
	struct ledger_opening *ret_opening)
{
	struct ledger_opening o = {.value = {NULL, 0}};
	struct small_tree t;
	enum err e = small_tree_of(entry, head, key, fields, n_fields, &t);

	if (e == ERR_OK)
		e = show_field(&t, name, &o);
	if (e == ERR_OK && !t.first_form) {
		o.head = *head;
		memcpy(o.head_salt, t.head_salt, sizeof(o.head_salt));
	}
	small_tree_fini(&t);
	for (size_t i = 0; i < n_fields; i++)
		if (strcmp(fields[i].name, name) == 0)
			o.value = fields[i].value;
	if (e == ERR_OK)
		*ret_opening = o;
	return e;
}

enum err
ledger_opening_check(const struct ledger_entry *entry,
	const struct ledger_opening *o, struct ledger_head *ret_head)
{
	bool first_form = is_first_form(entry);
	const struct ledger_head *head = first_form ? &entry->told : &o->head;
	size_t known;
	const struct field_row *rows = rows_of(head->type, &known);
	size_t n = head->n_fields;
	size_t at;
	struct ledger_hash hash;
	enum err e;

	if (first_form != (o->head.type == LEDGER_NO_TYPE) ||
		o->value.n > LEDGER_OPENING_MAX)
		return ERR_MALFORMED;
	at = row_find(rows, n < known ? n : known, o->field);
	if (at == n || at == known)
		return ERR_NOT_FOUND;
	hash = field_leaf(first_form ? LEDGER_NO_TYPE : (uint8_t)head->type,
		o->field, o->salt, o->value);
	e = ledger_inclusion_root(&o->proof, at, n, &hash, &hash);
	if (e != ERR_OK)
		return e;
	if (!first_form)
		hash = entry_root(head, o->head_salt, &hash);
	if (!ledger_hash_same(&hash, &entry->root))
		return ERR_MISMATCH;
	if (ret_head != NULL)
		*ret_head = *head;
	return ERR_OK;
}

enum err
ledger_opening_of(const struct ledger_entry *entry, enum ledger_type type,
	const struct ledger_opening *o)
{
	struct ledger_head head;
	enum err e = ledger_opening_check(entry, o, &head);

	return e == ERR_OK && head.type != type ? ERR_MISMATCH : e;
}
