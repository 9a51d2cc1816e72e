/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a transaction changes, as SQLite writes it down: a changeset, which
 * sqlite3changeset_apply() makes again in a store that lacks it.
 *
 * SQLite's own session would do; but each begins with nothing, parses a
 * statement or three for every table that is touched, and asks for every row
 * again at the end, which was a fifth of what a single request cost.  Here the
 * tables are read once, and rows are taken as they change.
 *
 *	table:  'T', varint columns, their places in the primary key (0: none),
 *	        name NUL, then its changes
 *	change: u8 SQLITE_INSERT, _UPDATE or _DELETE, u8 0, a record or two
 *	record: for each column u8 type, and what it is: i64be, a double's bits,
 *	        or varint length and bytes; type 0 is "says nothing"
 *
 * An INSERT has the new row, a DELETE the old one; an UPDATE of both the
 * columns that differ, and of the old one its key.  A table's changes stand in
 * the order in which they were made.  Those of one row that come close together
 * are one: a name that is written ten times is logged once.
 *
 * Source: the comments of sqlite3session.c on the format of changesets.
 */
#include <stdio.h>

#include "base/mem.h"
#include "store/store_int.h"

enum {
	RECENT = 8, /* changes of a table that another may become one with */
	COLUMNS = 32,
	NAME = 32,
	ROW_MAX =
		(1 << 28) + 4096, /* a register at its largest, and its name */
	SMALL = 1 << 16,          /* memory that is kept for the next */
	UNDEFINED = 0,
};

struct change {
	int op; /* 0: none */
	struct buf before;
	struct buf after;
};

struct table {
	char name[NAME];
	size_t n; /* columns */
	uint8_t key[COLUMNS];
	bool later[COLUMNS];      /* may be of a later version than a row is */
	int64_t missing[COLUMNS]; /* and what it is to such a row */
	struct change recent[RECENT]; /* a ring, the oldest at `first` */
	size_t first;
	size_t n_recent;
	struct buf done; /* what came before those, whole */
};

struct changes {
	struct table *table;
	size_t n;
	struct change now;
	bool records;
	enum err error; /* of what is being recorded */
};

static void
init_change(struct change *c)
{
	c->op = 0;
	buf_init(&c->before, ROW_MAX);
	buf_init(&c->after, ROW_MAX);
}

static void
fini_change(struct change *c)
{
	buf_fini(&c->before);
	buf_fini(&c->after);
}

/* ---- values ---- */

/* SQLite's: seven bits a byte, the last has none above them. */
static void
put_varint(struct buf *to, size_t v)
{
	int shift = 0;

	while (shift < 28 && v >> (shift + 7) != 0)
		shift += 7;
	for (; shift > 0; shift -= 7)
		buf_u8(to, (uint8_t)(0x80 | (v >> shift & 0x7f)));
	buf_u8(to, (uint8_t)(v & 0x7f));
}

static void
put_integer(struct buf *to, int64_t v)
{
	buf_u8(to, SQLITE_INTEGER);
	buf_u64be(to, (uint64_t)v);
}

static void
put_value(struct buf *to, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);
	double real;
	uint64_t bits;

	if (type == SQLITE_INTEGER) {
		put_integer(to, sqlite3_value_int64(value));
		return;
	}
	buf_u8(to, (uint8_t)type);
	switch (type) {
	case SQLITE_FLOAT:
		real = sqlite3_value_double(value);
		memcpy(&bits, &real, sizeof(bits));
		buf_u64be(to, bits);
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB: {
		const void *at = type == SQLITE_TEXT
					 ? sqlite3_value_text(value)
					 : sqlite3_value_blob(value);
		size_t n = (size_t)sqlite3_value_bytes(value);

		put_varint(to, n);
		if (n > 0)
			buf_bytes(to, span_of(at, n));
		break;
	}
	default: /* SQLITE_NULL */
		break;
	}
}

/* The next value of a record of ours, taken off its front. */
static struct span
next_value(struct span *record)
{
	size_t n = 1;
	size_t length = 0;
	struct span value;

	must(record->n > 0);
	switch (record->at[0]) {
	case SQLITE_INTEGER:
	case SQLITE_FLOAT:
		n = 9;
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		do {
			must(n < record->n);
			length = length << 7 | (record->at[n] & 0x7f);
		} while ((record->at[n++] & 0x80) != 0);
		n += length;
		break;
	default:
		break;
	}
	must(n <= record->n);
	value = span_of(record->at, n);
	*record = span_of(record->at + n, record->n - n);
	return value;
}

/* ---- changes that are settled ---- */

static bool
says_anything(const struct change *c)
{
	return c->op != 0 &&
	       (c->op != SQLITE_UPDATE ||
		       !span_eq(buf_span(&c->before), buf_span(&c->after)));
}

/* Of the old row its key and what the new one has otherwise; of the new row
 * that alone. */
static void
put_side(struct buf *to, const struct table *t, struct span row,
	struct span other, bool key)
{
	for (size_t i = 0; i < t->n; i++) {
		struct span value = next_value(&row);
		struct span its = next_value(&other);

		if ((key && t->key[i] != 0) || !span_eq(value, its))
			buf_bytes(to, value);
		else
			buf_u8(to, UNDEFINED);
	}
}

static void
put_change(struct table *t, const struct change *c)
{
	struct span before = buf_span(&c->before);
	struct span after = buf_span(&c->after);
	struct buf *to = &t->done;

	if (!says_anything(c))
		return;
	if (to->n == 0) {
		buf_u8(to, 'T');
		put_varint(to, t->n);
		buf_bytes(to, span_of(t->key, t->n));
		buf_bytes(to, span_of(t->name, strlen(t->name) + 1));
	}
	buf_u8(to, (uint8_t)c->op);
	buf_u8(to, 0);
	switch (c->op) {
	case SQLITE_INSERT:
		buf_bytes(to, after);
		break;
	case SQLITE_DELETE:
		buf_bytes(to, before);
		break;
	default:
		put_side(to, t, before, after, true);
		put_side(to, t, after, before, false);
		break;
	}
}

static void
forget_row(struct buf *row)
{
	if (row->size > SMALL)
		buf_fini(row);
	else
		buf_clear(row);
}

static void
forget_change(struct change *c)
{
	c->op = 0;
	forget_row(&c->before);
	forget_row(&c->after);
}

static struct change *
recent(struct table *t, size_t i)
{
	return &t->recent[(t->first + i) % RECENT];
}

static enum err
settle_oldest(struct table *t)
{
	struct change *c = recent(t, 0);

	put_change(t, c);
	forget_change(c);
	t->first = (t->first + 1) % RECENT;
	t->n_recent--;
	return buf_error(&t->done);
}

/* ---- changes as they are made ---- */

static bool
same_key(const struct table *t, struct span a, struct span b)
{
	for (size_t i = 0; i < t->n; i++) {
		struct span of_a = next_value(&a);
		struct span of_b = next_value(&b);

		if (t->key[i] != 0 && !span_eq(of_a, of_b))
			return false;
	}
	return true;
}

static void
swap(struct buf *a, struct buf *b)
{
	struct buf kept = *a;

	*a = *b;
	*b = kept;
}

/* `c` came after `last`, on the row that it left: both become one in `last`, or
 * nothing at all.  False: they cannot. */
static bool
become_one(struct change *last, struct change *c)
{
	if (last->op == SQLITE_DELETE && c->op == SQLITE_INSERT) {
		last->op = SQLITE_UPDATE;
	} else if (last->op == SQLITE_INSERT && c->op == SQLITE_DELETE) {
		forget_change(last);
		return true;
	} else if (last->op == SQLITE_UPDATE && c->op == SQLITE_DELETE) {
		last->op = SQLITE_DELETE;
	} else if (last->op == SQLITE_DELETE || c->op != SQLITE_UPDATE) {
		return false;
	}
	swap(&last->after, &c->after);
	return true;
}

/* The newest of the recent ones that is of the row before `c`. */
static bool
is_one_with_another(struct table *t, struct change *c)
{
	struct span row =
		buf_span(c->op == SQLITE_INSERT ? &c->after : &c->before);
	bool is = false;

	for (size_t i = t->n_recent; i-- > 0;) {
		struct change *r = recent(t, i);
		struct span its = buf_span(
			r->op == SQLITE_DELETE ? &r->before : &r->after);

		if (r->op != 0 && same_key(t, its, row)) {
			is = become_one(r, c);
			break;
		}
	}
	while (t->n_recent > 0 && recent(t, t->n_recent - 1)->op == 0)
		t->n_recent--;
	return is;
}

static enum err
add_change(struct table *t, struct change *c)
{
	enum err e = ERR_OK;
	struct change *to;

	if (is_one_with_another(t, c))
		return ERR_OK;
	if (t->n_recent == RECENT)
		e = settle_oldest(t);
	to = recent(t, t->n_recent++);
	to->op = c->op;
	swap(&to->before, &c->before);
	swap(&to->after, &c->after);
	return e;
}

/* A row whose key changes is another row. */
static enum err
add_update(struct table *t, struct change *c)
{
	struct change other;
	enum err e;

	if (same_key(t, buf_span(&c->before), buf_span(&c->after)))
		return add_change(t, c);
	init_change(&other);
	other.op = SQLITE_INSERT;
	swap(&other.after, &c->after);
	c->op = SQLITE_DELETE;
	e = add_change(t, c);
	if (e == ERR_OK)
		e = add_change(t, &other);
	fini_change(&other);
	return e;
}

typedef int value_of(sqlite3 *db, int column, sqlite3_value **ret_value);

/* Of a row that was written before the table had a column SQLite (to 3.46) says
 * NULL here, and everywhere else the column's default. */
static enum err
read_row(sqlite3 *db, const struct table *t, value_of *of, struct buf *to)
{
	for (size_t i = 0; i < t->n; i++) {
		sqlite3_value *value = NULL;

		if (of(db, (int)i, &value) != SQLITE_OK || value == NULL)
			return err_origin(ERR_NOMEM);
		if (t->later[i] && sqlite3_value_type(value) == SQLITE_NULL)
			put_integer(to, t->missing[i]);
		else
			put_value(to, value);
	}
	return buf_error(to);
}

static enum err
take_change(sqlite3 *db, int op, struct table *t, struct change *c)
{
	enum err e = ERR_OK;

	forget_change(c);
	c->op = op;
	if ((size_t)sqlite3_preupdate_count(db) != t->n)
		return err_origin(ERR_STORE);
	if (op != SQLITE_INSERT)
		e = read_row(db, t, sqlite3_preupdate_old, &c->before);
	if (e == ERR_OK && op != SQLITE_DELETE)
		e = read_row(db, t, sqlite3_preupdate_new, &c->after);
	if (e != ERR_OK)
		return e;
	return op == SQLITE_UPDATE ? add_update(t, c) : add_change(t, c);
}

static struct table *
find_table(struct changes *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->table[i].name, name) == 0)
			return &all->table[i];
	return NULL;
}

static void
changed(void *context, sqlite3 *db, int op, const char *schema,
	const char *table, sqlite3_int64 from, sqlite3_int64 to)
{
	struct changes *all = context;
	struct table *t;

	(void)from;
	(void)to;
	if (!all->records || all->error != ERR_OK ||
		strcmp(schema, "main") != 0 || store_keys_table(table))
		return;
	t = find_table(all, table);
	all->error = t == NULL ? err_origin(ERR_STORE)
			       : take_change(db, op, t, &all->now);
}

/* ---- the tables ---- */

static enum err
add_table(struct changes *all, struct span name)
{
	struct table *more =
		mem_resize(all->table, all->n + 1, sizeof(all->table[0]));
	struct table *t;

	if (more == NULL)
		return err_origin(ERR_NOMEM);
	all->table = more;
	t = &all->table[all->n++];
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < RECENT; i++)
		init_change(&t->recent[i]);
	buf_init(&t->done, STORE_CHANGES_MAX);
	return span_copy(name, t->name, sizeof(t->name))
		       ? ERR_OK
		       : err_origin(ERR_STORE);
}

/* A row is a column of a table: the table's name, the column's place in the key,
 * whether it is never NULL but has a default, and that. */
static enum err
add_column(struct changes *all, sqlite3_stmt *q)
{
	struct span name = store_column_bytes(q, 0);
	struct table *t = all->n == 0 ? NULL : &all->table[all->n - 1];

	if (t == NULL || !span_eq(span_text(t->name), name)) {
		enum err e = add_table(all, name);

		if (e != ERR_OK)
			return e;
		t = &all->table[all->n - 1];
	}
	if (t->n == COLUMNS)
		return err_origin(ERR_STORE);
	t->key[t->n] = (uint8_t)store_column_u64(q, 1);
	t->later[t->n] = store_column_u64(q, 2) != 0;
	t->missing[t->n++] = (int64_t)store_column_u64(q, 3);
	return ERR_OK;
}

static enum err
read_tables(struct store *store)
{
	sqlite3_stmt *q = store_statement(store, SQL_TABLES);
	enum err e;

	while ((e = store_row(store, q)) == ERR_OK) {
		e = add_column(store->changes, q);
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_changes_watch(struct store *store)
{
	store->changes = mem_zeroed(sizeof(*store->changes));
	if (store->changes == NULL)
		return err_origin(ERR_NOMEM);
	init_change(&store->changes->now);
	(void)sqlite3_preupdate_hook(store->db, changed, store->changes);
	return ERR_OK;
}

static void
forget_tables(struct changes *all)
{
	for (size_t i = 0; i < all->n; i++) {
		for (size_t k = 0; k < RECENT; k++)
			fini_change(&all->table[i].recent[k]);
		buf_fini(&all->table[i].done);
	}
	mem_free(all->table);
	all->table = NULL;
	all->n = 0;
}

void
store_changes_free(struct store *store)
{
	struct changes *all = store->changes;

	if (all == NULL)
		return;
	forget_tables(all);
	fini_change(&all->now);
	mem_free(all);
	store->changes = NULL;
}

/* ---- a transaction ---- */

enum err
store_changes_begin(struct store *store)
{
	enum err e = ERR_OK;

	must(!store->changes->records);
	if (store->changes->n == 0)
		e = read_tables(store);
	if (e != ERR_OK)
		forget_tables(store->changes);
	store->changes->error = e;
	store->changes->records = e == ERR_OK;
	return e;
}

enum err
store_changes_take(struct store *store, struct buf *to)
{
	struct changes *all = store->changes;
	enum err e = all->error;

	for (size_t i = 0; e == ERR_OK && i < all->n; i++) {
		struct table *t = &all->table[i];

		while (e == ERR_OK && t->n_recent > 0)
			e = settle_oldest(t);
		buf_bytes(to, buf_span(&t->done));
		forget_row(&t->done);
	}
	if (e == ERR_OK)
		e = buf_error(to);
	if (e != ERR_OK)
		(void)snprintf(store->error, sizeof(store->error),
			"what it changes cannot be logged: %s", err_text(e));
	return e;
}

bool
store_changes_any(const struct store *store)
{
	const struct changes *all = store->changes;

	if (!all->records)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		const struct table *t = &all->table[i];

		if (t->done.n > 0)
			return true;
		for (size_t k = 0; k < RECENT; k++)
			if (says_anything(&t->recent[k]))
				return true;
	}
	return all->error != ERR_OK;
}

void
store_changes_end(struct store *store)
{
	struct changes *all = store->changes;

	if (all == NULL || !all->records)
		return;
	all->records = false;
	for (size_t i = 0; i < all->n; i++) {
		struct table *t = &all->table[i];

		for (size_t k = 0; k < RECENT; k++)
			forget_change(&t->recent[k]);
		t->n_recent = 0;
		forget_row(&t->done);
	}
}
