/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/keys.h"

#include <inttypes.h>

#include "base/code.h"
#include "base/day.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/primitive.h"

#define FIRST_LINE SPAN("weir/ledger-keys/v1")
#define COMMIT_LINE SPAN("weir/key-commit/v1")
#define ROTATE_LINE SPAN("weir/key-rotate/v1")
#define NEXT_LINE "weir/next-key/v1\n"

/* ---- the chain ---- */

void
ledger_keys_one(const struct ledger_vkey *key, struct ledger_keys *ret)
{
	ret->n = 1;
	ret->n_records = 0;
	ret->has_next = false;
	ret->term[0] = (struct ledger_keys_term){
		*key, 0, LEDGER_SIZE_MAX, LEDGER_SIZE_MAX};
	ret->term[0].vkey.keys = NULL;
}

const struct ledger_vkey *
ledger_keys_last(const struct ledger_keys *keys)
{
	return &keys->term[keys->n - 1].vkey;
}

static bool
same_key(const struct ledger_vkey *a, const struct ledger_vkey *b)
{
	return a->type == b->type && strcmp(a->name, b->name) == 0 &&
	       memcmp(a->public, b->public, sizeof(a->public)) == 0;
}

const struct ledger_keys_term *
ledger_keys_find(const struct ledger_keys *keys, const struct ledger_vkey *key)
{
	for (size_t i = 0; i < keys->n; i++)
		if (same_key(&keys->term[i].vkey, key))
			return &keys->term[i];
	return NULL;
}

void
ledger_keys_hash(const struct ledger_vkey *key, uint8_t ret_hash[32])
{
	OWNED_BUF(text, 2 * LEDGER_NAME_MAX);

	buf_text(&text, NEXT_LINE);
	ledger_vkey_text(key, &text);
	buf_u8(&text, '\n');
	/* A name of 255 bytes fits; where there is no memory no hash is right. */
	memset(ret_hash, 0, 32);
	if (buf_error(&text) == ERR_OK)
		ledger_sha256(buf_span(&text), ret_hash);
}

/* ---- reading ---- */

struct reading {
	struct ledger_keys *keys;
	struct why *why;
};

static enum err
says(struct reading *g, enum err e, const char *what)
{
	return why_set(g->why, e, "record %zu: %s", g->keys->n_records, what);
}

/* A line that names a key of this ledger. */
static void
read_key(struct reader *r, const char *word, const char *name,
	struct ledger_vkey *ret)
{
	struct span text = read_line_after(r, word);

	if (!read_ok(r) || ledger_vkey_parse(text, ret) != ERR_OK ||
		ret->type != LEDGER_VKEY_ED25519 ||
		strcmp(ret->name, name) != 0)
		r->failed = true;
}

static void
read_time(struct reader *r)
{
	int64_t at;

	if (!day_time_parse(read_line_after(r, "at"), &at))
		r->failed = true;
}

static enum err
take_commit(struct reading *g, const struct ledger_note *note)
{
	struct ledger_keys *keys = g->keys;
	const struct ledger_vkey *now = ledger_keys_last(keys);
	struct reader r = read_from(note->text);
	struct span first = read_line(&r);
	struct span origin = read_line(&r);
	struct ledger_vkey key = {.type = 0};

	read_key(&r, "key", now->name, &key);
	if (!code_hex_parse(read_line_after(&r, "next"), keys->next,
		    sizeof(keys->next)))
		r.failed = true;
	read_time(&r);
	if (!read_end(&r) || !span_eq(first, COMMIT_LINE) ||
		!span_eq(origin, span_text(now->name)))
		return says(g, ERR_MALFORMED, "not a commitment");
	if (!same_key(&key, now))
		return says(g, ERR_MISMATCH,
			"a commitment of a key that is not in force");
	if (note->n_sigs != 1 ||
		ledger_note_verify(note, now, 1, NULL) != ERR_OK)
		return says(g, ERR_BAD_SIGNATURE,
			"a commitment that the key in force did not sign");
	keys->has_next = true;
	return ERR_OK;
}

struct change {
	struct ledger_vkey key[2]; /* old, new */
	uint64_t worth;
};

static bool
read_change(struct span text, const char *name, struct change *c,
	struct ledger_keys_record *record)
{
	struct reader r = read_from(text);
	struct span first = read_line(&r);
	struct span origin = read_line(&r);
	size_t n = 0;

	read_key(&r, "old", name, &c->key[0]);
	read_key(&r, "new", name, &c->key[1]);
	c->worth = LEDGER_SIZE_MAX;
	if (span_starts(r.left, SPAN("compromised-after ")) &&
		!num_parse(read_line_after(&r, "compromised-after"),
			LEDGER_SIZE_MAX - 1, &c->worth))
		return false;
	read_time(&r);
	/* What the entry has ends here. */
	record->text.n = read_ok(&r) ? (size_t)(r.left.at - text.at) : 0;
	if (!num_parse(read_line_after(&r, "size"), LEDGER_SIZE_MAX - 1,
		    &record->size) ||
		!code_base64_parse(read_line_after(&r, "root"), record->root.at,
			LEDGER_HASH, &n) ||
		n != LEDGER_HASH)
		return false;
	return read_end(&r) && span_eq(first, ROTATE_LINE) &&
	       span_eq(origin, span_text(name));
}

static enum err
check_change(struct reading *g, const struct change *c,
	const struct ledger_keys_record *record)
{
	struct ledger_keys *keys = g->keys;
	uint8_t hash[32];

	ledger_keys_hash(&c->key[1], hash);
	if (!same_key(&c->key[0], ledger_keys_last(keys)))
		return says(g, ERR_MISMATCH, "the old key is not in force");
	if (!keys->has_next || memcmp(hash, keys->next, sizeof(hash)) != 0)
		return says(g, ERR_MISMATCH,
			"the new key is not the one that was committed to "
			"before");
	if (ledger_keys_find(keys, &c->key[1]) != NULL)
		return says(g, ERR_MISMATCH, "a key comes back");
	if (record->size < keys->term[keys->n - 1].from ||
		record->index >= record->size ||
		(c->worth != LEDGER_SIZE_MAX && c->worth > record->size))
		return says(g, ERR_MISMATCH, "a size that cannot be");
	return ERR_OK;
}

static enum err
take_rotate(struct reading *g, const struct ledger_note *note,
	struct ledger_keys_record *record)
{
	struct ledger_keys *keys = g->keys;
	struct change c = {.worth = 0};
	uint64_t who = 0;
	enum err e;

	if (!read_change(note->text, ledger_keys_last(keys)->name, &c, record))
		return says(g, ERR_MALFORMED, "not a change of keys");
	e = check_change(g, &c, record);
	if (e != ERR_OK)
		return e;
	if (note->n_sigs != 2 ||
		ledger_note_verify(note, c.key, 2, &who) != ERR_OK || who != 3)
		return says(g, ERR_BAD_SIGNATURE,
			"a change of keys that not both of them signed");
	if (keys->n == LEDGER_KEYS_MAX)
		return says(g, ERR_TOO_LARGE, "too many keys");
	keys->term[keys->n - 1].until = record->size;
	keys->term[keys->n - 1].worth =
		c.worth == LEDGER_SIZE_MAX ? record->size : c.worth;
	keys->term[keys->n++] = (struct ledger_keys_term){
		c.key[1], record->size, LEDGER_SIZE_MAX, LEDGER_SIZE_MAX};
	keys->has_next = false;
	return ERR_OK;
}

/* One record; entries come one after the other. */
static enum err
take_record(struct reading *g, struct reader *r)
{
	struct ledger_keys *keys = g->keys;
	struct ledger_keys_record record = {.size = 0};
	struct ledger_note note;
	struct span line = read_line(r);
	struct span word = span_cut(&line, ' ');
	struct span index = span_cut(&line, ' ');
	struct span first = span_cut(&line, ' ');
	uint64_t n[2] = {0, 0};
	struct span bytes;
	enum err e;

	record.rotate = span_eq(word, SPAN("rotate"));
	if (!(record.rotate || span_eq(word, SPAN("commit"))) ||
		!num_parse(index, LEDGER_SIZE_MAX, &record.index) ||
		!num_parse(first, LEDGER_KEYS_FILE_MAX, &n[0]) ||
		!num_parse(line, LEDGER_KEYS_FILE_MAX, &n[1]))
		return says(g, ERR_MALFORMED, "not the head of a record");
	bytes = read_bytes(r, (size_t)n[0]);
	record.opening = read_bytes(r, (size_t)n[1]);
	if (!read_ok(r) || ledger_note_parse(bytes, &note) != ERR_OK)
		return says(g, ERR_MALFORMED, "not a signed note");
	if (keys->n_records == LEDGER_KEYS_RECORDS)
		return says(g, ERR_TOO_LARGE, "too many records");
	if (keys->n_records > 0 &&
		record.index <= keys->record[keys->n_records - 1].index)
		return says(g, ERR_MISMATCH, "an entry that is no later one");
	record.text = note.text;
	e = record.rotate ? take_rotate(g, &note, &record)
			  : take_commit(g, &note);
	if (e == ERR_OK)
		keys->record[keys->n_records++] = record;
	return e;
}

enum err
ledger_keys_parse(
	struct span bytes, struct ledger_keys *ret, struct why *reterr_why)
{
	struct reading g = {ret, reterr_why};
	struct reader r = read_from(bytes);
	struct span first = read_line(&r);
	struct span text = read_line_after(&r, "first");
	struct ledger_vkey key;
	enum err e = ERR_OK;

	if (bytes.n > LEDGER_KEYS_FILE_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE, "too large");
	if (!read_ok(&r) || !span_eq(first, FIRST_LINE) ||
		ledger_vkey_parse(text, &key) != ERR_OK ||
		key.type != LEDGER_VKEY_ED25519)
		return why_set(
			reterr_why, ERR_MALFORMED, "not the keys of a ledger");
	ledger_keys_one(&key, ret);
	while (e == ERR_OK && r.left.n > 0)
		e = take_record(&g, &r);
	return e;
}

enum err
ledger_keys_check(const struct ledger_keys *keys, size_t i,
	const struct ledger_entry *entry)
{
	const struct ledger_keys_record *record = &keys->record[i];
	OWNED_BUF(value, LEDGER_OPENING_MAX);
	struct ledger_opening o;
	enum err e = ledger_opening_parse(record->opening, &value, &o);

	if (e == ERR_OK && (entry->index != record->index ||
				   strcmp(o.field, "object") != 0 ||
				   !span_eq(o.value, record->text)))
		e = ERR_MISMATCH;
	if (e == ERR_OK)
		e = ledger_opening_of(entry, LEDGER_ACT, &o);
	return err_is_refusal(e) ? ERR_MISMATCH : e;
}

/* ---- writing ---- */

static void
put_key(struct buf *to, const char *word, const struct ledger_vkey *key)
{
	buf_printf(to, "%s ", word);
	ledger_vkey_text(key, to);
	buf_u8(to, '\n');
}

static void
put_time(struct buf *to, int64_t at)
{
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	buf_printf(to, "at %s\n", text);
}

void
ledger_keys_commit_text(const struct ledger_vkey *key, const uint8_t next[32],
	int64_t at, struct buf *to)
{
	buf_bytes(to, COMMIT_LINE);
	buf_printf(to, "\n%s\n", key->name);
	put_key(to, "key", key);
	buf_text(to, "next ");
	code_hex(to, span_of(next, 32));
	buf_u8(to, '\n');
	put_time(to, at);
}

void
ledger_keys_rotate_text(const struct ledger_vkey *old,
	const struct ledger_vkey *new, uint64_t compromised_after, int64_t at,
	struct buf *to)
{
	buf_bytes(to, ROTATE_LINE);
	buf_printf(to, "\n%s\n", old->name);
	put_key(to, "old", old);
	put_key(to, "new", new);
	if (compromised_after != LEDGER_SIZE_MAX)
		buf_printf(to, "compromised-after %" PRIu64 "\n",
			compromised_after);
	put_time(to, at);
}

void
ledger_keys_rotate_tail(
	uint64_t size, const struct ledger_hash *root, struct buf *to)
{
	buf_printf(to, "size %" PRIu64 "\nroot ", size);
	code_base64(to, span_of(root->at, LEDGER_HASH));
	buf_u8(to, '\n');
}

void
ledger_keys_head(const struct ledger_vkey *first, struct buf *to)
{
	buf_bytes(to, FIRST_LINE);
	buf_u8(to, '\n');
	put_key(to, "first", first);
}

void
ledger_keys_record_write(bool rotate, uint64_t index, struct span note,
	struct span opening, struct buf *to)
{
	buf_printf(to, "%s %" PRIu64 " %zu %zu\n", rotate ? "rotate" : "commit",
		index, note.n, opening.n);
	buf_bytes(to, note);
	buf_bytes(to, opening);
}
