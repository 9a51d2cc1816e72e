/* SPDX-License-Identifier: Apache-2.0 */
#include "register/register.h"

#include "base/day.h"
#include "base/mem.h"
#include "base/read.h"

/*
 * Entries of one register lie in the order in which they were added.  Two
 * chained hash tables find them: by the first KEY column, and by certificate.
 * A chain goes from the newest entry to the oldest; links are 1 + place.
 */
struct list {
	struct register_entry *at;
	uint32_t *by_key;
	uint32_t *by_print;
	size_t n;
	size_t size; /* of `at`, and of both tables: a power of two, or 0 */
};

struct register_set {
	struct list list[REG_N];
	int64_t last_at;  /* of the act applied last */
	struct zone zone; /* whose days FROM and UNTIL are */
};

static const uint8_t nobody[REGISTER_PRINT];

enum err
register_set_new(struct register_set **ret_set)
{
	struct register_set *set = mem_zeroed(sizeof(*set));

	if (set == NULL)
		return err_origin(ERR_NOMEM);
	*ret_set = set;
	return ERR_OK;
}

void
register_set_zone(struct register_set *set, const struct zone *zone)
{
	set->zone = *zone;
}

int32_t
register_day_at(const struct register_set *set, int64_t at)
{
	return zone_day(&set->zone, at);
}

static void
list_fini(struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct span bytes = list->at[i].bytes;

		/* ours since row_copy() */
		mem_wipe((void *)(uintptr_t)bytes.at, bytes.n);
	}
	mem_free(list->at);
	mem_free(list->by_key);
	mem_free(list->by_print);
}

struct register_set *
register_set_free(struct register_set *set)
{
	if (set != NULL)
		for (size_t i = 0; i < REG_N; i++)
			list_fini(&set->list[i]);
	mem_free(set);
	return NULL;
}

/* FNV-1a: spread is all that is asked of it; rows come from signed acts. */
static size_t
bucket_of(const struct list *list, struct span s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.at[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29) & (list->size - 1);
}

/* The column that holds a fingerprint; false where the register has none. */
static bool
print_column(enum register_id id, enum register_column *ret_c)
{
	switch (id) {
	case REG_OFFICER:
		*ret_c = REG_OFFICER_PRINT;
		return true;
	case REG_CERTIFIER:
		*ret_c = REG_CERTIFIER_PRINT;
		return true;
	case REG_ROLE:
		*ret_c = REG_ROLE_PRINT;
		return true;
	case REG_RECIPIENT:
	case REG_SCREEN:
	case REG_AGREEMENT:
	case REG_SCREENING:
	case REG_N:
		break;
	}
	return false;
}

static struct span
key_of(const struct register_row *row)
{
	return row->value[0];
}

/* Puts entry `i` at the head of its chains. */
static void
list_link(struct list *list, size_t i)
{
	struct register_entry *entry = &list->at[i];
	struct register_row row;
	enum register_column c;
	size_t b;

	register_entry_row(entry, &row);
	b = bucket_of(list, key_of(&row));
	entry->next_key = list->by_key[b];
	list->by_key[b] = (uint32_t)(i + 1);
	if (!print_column(row.id, &c))
		return;
	b = bucket_of(list, register_get(&row, c));
	entry->next_print = list->by_print[b];
	list->by_print[b] = (uint32_t)(i + 1);
}

/* Room for one more; on failure the list is as it was. */
static enum err
list_grow(struct list *list)
{
	size_t size = list->size == 0 ? 16 : list->size * 2;
	struct register_entry *at;
	uint32_t *by_key;
	uint32_t *by_print;

	if (list->n < list->size)
		return ERR_OK;
	if (size > UINT32_MAX / 2)
		return ERR_TOO_LARGE;
	by_key = mem_zeroed(size * sizeof(*by_key));
	by_print = mem_zeroed(size * sizeof(*by_print));
	at = by_key == NULL || by_print == NULL
		     ? NULL
		     : mem_resize(list->at, size, sizeof(*at));
	if (at == NULL) {
		mem_free(by_key);
		mem_free(by_print);
		return err_origin(ERR_NOMEM);
	}
	mem_free(list->by_key);
	mem_free(list->by_print);
	list->at = at;
	list->by_key = by_key;
	list->by_print = by_print;
	list->size = size;
	for (size_t i = 0; i < list->n; i++)
		list_link(list, i);
	return ERR_OK;
}

size_t
register_n(const struct register_set *set, enum register_id id)
{
	must((unsigned)id < REG_N);
	return set->list[id].n;
}

const struct register_entry *
register_at(const struct register_set *set, enum register_id id, size_t i)
{
	must((unsigned)id < REG_N && i < set->list[id].n);
	return &set->list[id].at[i];
}

/* ---- looking up ---- */

/* Do the row's FROM and UNTIL days hold on that day? */
static bool
days_hold(const struct register_row *row, int32_t day)
{
	unsigned first = register_first(row->id);

	for (size_t i = 0; i < register_n_columns(row->id); i++) {
		enum register_column c = (enum register_column)(first + i);
		enum register_type type = register_column(c)->type;

		if (row->value[i].n == 0)
			continue;
		if (type == REG_FROM && day < register_day(row, c))
			return false;
		if (type == REG_UNTIL && day >= register_day(row, c))
			return false;
	}
	return true;
}

/* Cheap, and nearly all rows of a long history are over: asked first. */
static bool
is_over_or_to_come(const struct register_entry *entry, int64_t at)
{
	return at < entry->added_at || at >= entry->revoked_at;
}

bool
register_in_force(const struct register_set *set,
	const struct register_entry *entry, int64_t at)
{
	struct register_row row;

	if (is_over_or_to_come(entry, at))
		return false;
	register_entry_row(entry, &row);
	return days_hold(&row, register_day_at(set, at));
}

const struct register_entry *
register_next(const struct register_set *set, enum register_id id,
	struct span key, int64_t at, const struct register_entry *after)
{
	const struct list *list = &set->list[id];
	uint32_t i = 0;

	must((unsigned)id < REG_N);
	if (after != NULL)
		i = after->next_key;
	else if (list->n > 0)
		i = list->by_key[bucket_of(list, key)];
	for (; i != 0; i = list->at[i - 1].next_key) {
		const struct register_entry *entry = &list->at[i - 1];
		struct register_row row;

		if (is_over_or_to_come(entry, at))
			continue;
		register_entry_row(entry, &row);
		if (span_eq(key_of(&row), key) &&
			register_in_force(set, entry, at))
			return entry;
	}
	return NULL;
}

const struct register_entry *
register_find(const struct register_set *set, enum register_id id,
	struct span key, int64_t at)
{
	const struct register_entry *found = NULL;
	const struct register_entry *next = NULL;

	while ((next = register_next(set, id, key, at, next)) != NULL)
		found = next; /* the oldest: ends the chain */
	return found;
}

const struct register_entry *
register_find_print(const struct register_set *set, enum register_id id,
	const uint8_t print[REGISTER_PRINT], int64_t at)
{
	const struct list *list = &set->list[id];
	struct span key = span_of(print, REGISTER_PRINT);
	const struct register_entry *found = NULL;
	enum register_column c = REG_OFFICER_PRINT;
	uint32_t i = list->n == 0 ? 0 : list->by_print[bucket_of(list, key)];

	must(print_column(id, &c));
	for (; i != 0; i = list->at[i - 1].next_print) {
		const struct register_entry *entry = &list->at[i - 1];
		struct register_row row;

		if (is_over_or_to_come(entry, at))
			continue;
		register_entry_row(entry, &row);
		if (span_eq(register_get(&row, c), key) &&
			register_in_force(set, entry, at))
			found = entry;
	}
	return found;
}

/* The name of the n-th role row, where it is of this certificate. */
static struct span
role_name(const struct register_set *set, size_t i,
	const uint8_t print[REGISTER_PRINT])
{
	struct register_row row;

	register_entry_row(register_at(set, REG_ROLE, i), &row);
	return span_eq(register_get(&row, REG_ROLE_PRINT),
		       span_of(print, REGISTER_PRINT))
		       ? register_get(&row, REG_ROLE_NAME)
		       : span_of(NULL, 0);
}

bool
register_same_person(const struct register_set *set,
	const uint8_t one[REGISTER_PRINT], const uint8_t other[REGISTER_PRINT])
{
	size_t n = register_n(set, REG_ROLE);

	if (memcmp(one, other, REGISTER_PRINT) == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		struct span name = role_name(set, i, one);

		for (size_t k = 0; name.n > 0 && k < n; k++)
			if (span_eq_nocase(name, role_name(set, k, other)))
				return true;
	}
	return false;
}

bool
register_has_role(const struct register_set *set,
	const uint8_t print[REGISTER_PRINT], const char *role, int64_t at)
{
	const struct list *list = &set->list[REG_ROLE];
	struct span key = span_of(print, REGISTER_PRINT);
	uint32_t i = list->n == 0 ? 0 : list->by_key[bucket_of(list, key)];

	for (; i != 0; i = list->at[i - 1].next_key) {
		struct register_row row;

		if (is_over_or_to_come(&list->at[i - 1], at))
			continue;
		register_entry_row(&list->at[i - 1], &row);
		if (span_eq(key_of(&row), key) &&
			register_is(&row, REG_ROLE_ROLE, role) &&
			register_in_force(set, &list->at[i - 1], at))
			return true;
	}
	return false;
}

/* ---- changing ---- */

/* Have both rows the same values in every KEY column? */
static bool
same_keys(const struct register_row *a, const struct register_row *b)
{
	unsigned first = register_first(a->id);

	for (size_t i = 0; i < register_n_columns(a->id); i++) {
		enum register_column c = (enum register_column)(first + i);

		if (register_is_key(c) && !span_eq(a->value[i], b->value[i]))
			return false;
	}
	return true;
}

/* The entry with these keys that nobody has revoked. */
static struct register_entry *
standing(struct list *list, const struct register_row *keys)
{
	uint32_t i =
		list->n == 0 ? 0 : list->by_key[bucket_of(list, key_of(keys))];

	for (; i != 0; i = list->at[i - 1].next_key) {
		struct register_row row;

		if (list->at[i - 1].revoked_at != REGISTER_AT_NEVER)
			continue;
		register_entry_row(&list->at[i - 1], &row);
		if (same_keys(&row, keys))
			return &list->at[i - 1];
	}
	return NULL;
}

/* The row's own bytes, to be freed by list_fini(). */
static enum err
row_copy(const struct register_row *row, struct span *ret_bytes)
{
	OWNED_BUF(b, REGISTER_ROW_MAX);
	uint8_t *own;

	register_row_encode(row, &b);
	if (buf_error(&b) != ERR_OK)
		return buf_error(&b);
	own = mem_zeroed(b.n);
	if (own == NULL)
		return err_origin(ERR_NOMEM);
	memcpy(own, b.at, b.n);
	*ret_bytes = span_of(own, b.n);
	return ERR_OK;
}

static enum err
list_add(struct list *list, const struct register_act *act)
{
	struct register_entry entry = {
		.added_at = act->at,
		.revoked_at = REGISTER_AT_NEVER,
	};
	enum err e = list_grow(list);

	if (e == ERR_OK)
		e = row_copy(&act->row, &entry.bytes);
	if (e != ERR_OK)
		return e;
	memcpy(entry.added_by, act->actor, sizeof(entry.added_by));
	list->at[list->n] = entry;
	list_link(list, list->n);
	list->n++;
	return ERR_OK;
}

static void
entry_revoke(struct register_entry *entry, const struct register_act *act)
{
	entry->revoked_at = act->at;
	memcpy(entry->revoked_by, act->actor, sizeof(entry->revoked_by));
}

enum err
register_apply(struct register_set *set, const struct register_act *act,
	struct why *reterr_why)
{
	struct list *list;
	struct register_entry *entry;
	const char *name;
	enum err e;

	must(act->verb == REG_ADD || act->verb == REG_REVOKE);
	must(act->at >= 0 && act->at <= REGISTER_AT_MAX);
	name = register_name(act->row.id);
	list = &set->list[act->row.id];
	if (memcmp(act->actor, nobody, sizeof(nobody)) == 0)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"an act on a register names its actor");
	e = register_check(&act->row, act->verb == REG_REVOKE, reterr_why);
	if (e != ERR_OK)
		return e;
	if (act->at < set->last_at)
		return why_set(reterr_why, ERR_TOO_EARLY,
			"the registers already hold a later act");
	entry = standing(list, &act->row);
	if (act->verb == REG_ADD && entry != NULL)
		return why_set(reterr_why, ERR_EXISTS,
			"the %s register has this one in force: revoke it first",
			name);
	if (act->verb == REG_REVOKE && entry == NULL)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"the %s register has none such in force", name);
	if (act->verb == REG_ADD)
		e = list_add(list, act);
	else
		entry_revoke(entry, act);
	if (e == ERR_OK)
		set->last_at = act->at;
	return e;
}

/* ---- the whole register ---- */

enum { REGISTER_VERSION = 1 };

void
register_encode(
	const struct register_set *set, enum register_id id, struct buf *to)
{
	const struct list *list = &set->list[id];

	must((unsigned)id < REG_N && list->n <= UINT32_MAX);
	buf_u8(to, REGISTER_VERSION);
	buf_u8(to, (uint8_t)id);
	buf_u32be(to, (uint32_t)list->n);
	for (size_t i = 0; i < list->n; i++) {
		const struct register_entry *entry = &list->at[i];

		buf_sized(to, entry->bytes);
		buf_u64be(to, (uint64_t)entry->added_at);
		buf_u64be(to, (uint64_t)entry->revoked_at);
		buf_bytes(to, span_of(entry->added_by, REGISTER_PRINT));
		buf_bytes(to, span_of(entry->revoked_by, REGISTER_PRINT));
	}
}

struct stored {
	struct register_act add;
	struct register_act revoke; /* its row is not used */
};

/* One stored entry; false where it breaks G3 or has no form. */
static bool
stored_read(struct reader *r, enum register_id id, struct stored *to)
{
	struct span row = read_sized(r, REGISTER_ROW_MAX);
	uint64_t added = read_u64be(r);
	uint64_t revoked = read_u64be(r);
	struct span by = read_bytes(r, REGISTER_PRINT);
	struct span revoked_by = read_bytes(r, REGISTER_PRINT);
	bool is_revoked = revoked != (uint64_t)REGISTER_AT_NEVER;

	if (!read_ok(r) || added > REGISTER_AT_MAX || added > revoked ||
		(is_revoked && revoked > REGISTER_AT_MAX) ||
		register_row_decode(row, false, &to->add.row) != ERR_OK ||
		to->add.row.id != id)
		return false;
	to->add.verb = REG_ADD;
	to->add.at = (int64_t)added;
	to->revoke.at = (int64_t)revoked;
	memcpy(to->add.actor, by.at, REGISTER_PRINT);
	memcpy(to->revoke.actor, revoked_by.at, REGISTER_PRINT);
	return is_revoked ==
	       (memcmp(revoked_by.at, nobody, sizeof(nobody)) != 0);
}

/*
 * Adds in the stored order and revokes at once: the next row with that key
 * must then not be earlier than the revocation (G2), which is looked for here,
 * since acts of other keys lie between.
 */
static enum err
stored_apply(struct register_set *set, const struct stored *stored)
{
	struct list *list = &set->list[stored->add.row.id];
	size_t n = list->n;
	uint32_t i;
	enum err e;

	if (n > 0 && stored->add.at < list->at[n - 1].added_at)
		return ERR_MALFORMED;
	if (memcmp(stored->add.actor, nobody, sizeof(nobody)) == 0)
		return ERR_MALFORMED;
	e = list_add(list, &stored->add);
	if (e != ERR_OK)
		return e;
	for (i = list->at[n].next_key; i != 0; i = list->at[i - 1].next_key) {
		struct register_row row;

		if (list->at[i - 1].revoked_at <= stored->add.at)
			continue;
		register_entry_row(&list->at[i - 1], &row);
		if (same_keys(&row, &stored->add.row))
			return ERR_MALFORMED;
	}
	if (stored->revoke.at != REGISTER_AT_NEVER)
		entry_revoke(&list->at[n], &stored->revoke);
	if (stored->add.at > set->last_at)
		set->last_at = stored->add.at;
	if (stored->revoke.at != REGISTER_AT_NEVER &&
		stored->revoke.at > set->last_at)
		set->last_at = stored->revoke.at;
	return ERR_OK;
}

enum err
register_decode(struct register_set *set, struct span bytes)
{
	struct reader r = read_from(bytes);
	unsigned version = read_u8(&r);
	unsigned id = read_u8(&r);
	uint32_t n = read_u32be(&r);

	if (!read_ok(&r) || version != REGISTER_VERSION || id >= REG_N)
		return ERR_MALFORMED;
	if (set->list[id].n != 0)
		return ERR_EXISTS;
	for (uint32_t i = 0; i < n; i++) {
		struct stored stored = {0};
		enum err e;

		if (!stored_read(&r, (enum register_id)id, &stored))
			return ERR_MALFORMED;
		e = stored_apply(set, &stored);
		if (e != ERR_OK)
			return e;
	}
	return read_end(&r) ? ERR_OK : ERR_MALFORMED;
}

void
register_entry_json(const struct register_entry *entry, struct buf *to)
{
	struct register_row row;
	char text[DAY_TIME_TEXT];

	register_entry_row(entry, &row);
	register_row_json(&row, to);
	must(buf_error(to) != ERR_OK || to->n > 0);
	if (buf_error(to) == ERR_OK)
		to->n--; /* the closing brace: more members follow */
	day_time_text(entry->added_at, text);
	buf_printf(to, ",\"added\":\"%s\",\"added_by\":\"", text);
	for (size_t i = 0; i < REGISTER_PRINT; i++)
		buf_printf(to, "%02x", (unsigned)entry->added_by[i]);
	if (entry->revoked_at != REGISTER_AT_NEVER) {
		day_time_text(entry->revoked_at, text);
		buf_printf(to, "\",\"revoked\":\"%s\",\"revoked_by\":\"", text);
		for (size_t i = 0; i < REGISTER_PRINT; i++)
			buf_printf(to, "%02x", (unsigned)entry->revoked_by[i]);
	}
	buf_text(to, "\"}");
}
