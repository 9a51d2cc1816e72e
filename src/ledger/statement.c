/* SPDX-License-Identifier: Apache-2.0 */
/* A person's account, checked part by part. */
#include "ledger/statement.h"

#include <inttypes.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/read.h"

#define FIRST_LINE "weir/account@v1"

enum { OPENINGS = 6, WORDS_MAX = 1 << 24, FIRST_LIST = 16 };

const struct ledger_statement_entry ledger_statement_delivered = {
	LEDGER_DELIVER, {"batch", "outcome", "seal", "recipient", "at", NULL}};
const struct ledger_statement_entry ledger_statement_sealed = {
	LEDGER_SEAL, {"fields", "purpose", NULL}};
const struct ledger_statement_entry ledger_statement_batch = {
	LEDGER_BATCH, {"batch", "agreement", NULL}};
const struct ledger_statement_entry ledger_statement_late = {
	LEDGER_ACT, {"act", "object", NULL}};
const struct ledger_statement_entry ledger_statement_erase = {
	LEDGER_ACT, {"act", "object", "at", NULL}};

/* ---- what it is made of ---- */

void
ledger_statement_fini(struct ledger_statement *s)
{
	mem_free(s->list);
	s->list = NULL;
	s->n = 0;
}

enum err
ledger_statement_add(
	struct ledger_statement *s, const struct ledger_disclosure *d)
{
	if (s->n == LEDGER_STATEMENT_LIST)
		return ERR_TOO_LARGE;
	if (s->n == 0 || (s->n >= FIRST_LIST && (s->n & (s->n - 1)) == 0)) {
		size_t room = s->n == 0 ? FIRST_LIST : 2 * s->n;
		struct ledger_disclosure *more =
			mem_resize(s->list, room, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		s->list = more;
	}
	s->list[s->n++] = *d;
	return ERR_OK;
}

void
ledger_statement_head(const struct ledger_statement *s, struct buf *to)
{
	char as_of[DAY_TEXT];
	char from[LEDGER_PERIOD_TEXT];

	day_text(s->as_of, as_of);
	ledger_period_text(s->from, from);
	buf_printf(to,
		FIRST_LINE "\norigin %s\nperson %s\nas-of %s\nfrom %s\n"
			   "query %" PRIu64 "\n",
		s->origin, s->person, as_of, from, s->query);
}

void
ledger_statement_part(const char *name, struct span bytes, struct buf *to)
{
	buf_printf(to, "part %s %zu\n", name, bytes.n);
	buf_bytes(to, bytes);
	buf_u8(to, '\n');
}

/* ---- reading it ---- */

struct checker {
	struct reader r;
	const struct ledger_vkey *key;
	struct ledger_statement *s;
	struct why *why;
	bool pinned; /* the checkpoint is known: */
	struct span checkpoint;
	struct ledger_checkpoint cp;

	/* The entry read last, and the values of its openings. */
	struct ledger_entry entry;
	struct buf value[OPENINGS];
	struct ledger_opening opening[OPENINGS];
};

static enum err
malformed(struct checker *c, const char *what)
{
	return why_set(c->why, ERR_MALFORMED,
		"not in the form of an account: %s", what);
}

static bool
read_head(struct checker *c)
{
	struct reader *r = &c->r;
	struct ledger_statement *s = c->s;
	struct span first = read_line(r);
	struct span origin = read_line_after(r, "origin");
	struct span person = read_line_after(r, "person");
	struct span as_of = read_line_after(r, "as-of");
	struct span from = read_line_after(r, "from");
	struct span query = read_line_after(r, "query");

	return read_ok(r) && span_eq(first, SPAN(FIRST_LINE)) &&
	       span_copy(origin, s->origin, sizeof(s->origin)) &&
	       person.n > 0 && span_is_plain(person) &&
	       span_copy(person, s->person, sizeof(s->person)) &&
	       day_parse(as_of, &s->as_of) &&
	       ledger_period_parse(from, &s->from) &&
	       num_parse(query, LEDGER_SIZE_MAX, &s->query) &&
	       s->from <= ledger_period_of(s->as_of) &&
	       s->as_of == ledger_period_last(ledger_period_of(s->as_of));
}

/* The name of the next part; empty at the end. */
static struct span
peek(const struct checker *c)
{
	struct reader r = c->r;
	struct span line = read_line_after(&r, "part");

	return read_ok(&r) ? span_cut(&line, ' ') : span_of(NULL, 0);
}

static bool
is_next(const struct checker *c, const char *name)
{
	return span_eq(peek(c), span_text(name));
}

/* The bytes of the next part, which must have that name. */
static enum err
take(struct checker *c, const char *name, struct span *ret_bytes)
{
	struct span line = read_line_after(&c->r, "part");
	struct span got = span_cut(&line, ' ');
	uint64_t n = 0;

	if (!read_ok(&c->r) || !span_eq(got, span_text(name)) ||
		!num_parse(line, LEDGER_STATEMENT_MAX, &n))
		return why_set(c->why, ERR_MALFORMED,
			"not in the form of an account: no part '%s' where "
			"one belongs",
			name);
	*ret_bytes = read_bytes(&c->r, (size_t)n);
	if (read_u8(&c->r) != '\n' || !read_ok(&c->r))
		return malformed(c, "a part is not as long as it says");
	return ERR_OK;
}

/* ---- an entry, with its proof ---- */

/* All proofs are under one checkpoint. */
static enum err
pin(struct checker *c, struct span checkpoint,
	const struct ledger_checkpoint *cp)
{
	struct ledger_statement *s = c->s;

	if (!c->pinned) {
		if (strcmp(cp->origin, s->origin) != 0)
			return why_set(c->why, ERR_MISMATCH,
				"the checkpoint is of another ledger");
		c->pinned = true;
		c->checkpoint = checkpoint;
		c->cp = *cp;
		s->size = cp->size;
		s->root = cp->root;
	}
	return cp->size == s->size && ledger_hash_same(&cp->root, &s->root)
		       ? ERR_OK
		       : why_set(c->why, ERR_MISMATCH,
				 "its proofs are under two checkpoints");
}

/* As ledger_proof_check(); a checkpoint with the very bytes of one that was
 * opened before is not opened again. */
static enum err
check_inclusion(struct checker *c, struct span bytes,
	const struct ledger_proof_file *file, struct ledger_checkpoint *ret_cp)
{
	struct ledger_hash leaf = ledger_hash_leaf(bytes);
	enum err e = ERR_OK;

	if (c->pinned && span_eq(file->checkpoint, c->checkpoint))
		*ret_cp = c->cp;
	else
		e = ledger_checkpoint_open(file->checkpoint, c->key, ret_cp);
	return e == ERR_OK ? ledger_inclusion_check(&file->proof, file->index,
				     ret_cp->size, &leaf, &ret_cp->root)
			   : e;
}

static enum err
check_proof(struct checker *c, struct span bytes, struct span proof)
{
	struct ledger_proof_file file;
	struct ledger_checkpoint cp;
	enum err e = ledger_proof_parse(proof, &file);

	if (e == ERR_OK)
		e = check_inclusion(c, bytes, &file, &cp);

	if (e == ERR_OK && ledger_entry_parse(bytes, &c->entry) != ERR_OK)
		return malformed(c, "an entry");
	if (e == ERR_OK && c->entry.index != file.index)
		e = ERR_MISMATCH;
	return e == ERR_OK ? pin(c, file.checkpoint, &cp)
			   : why_set(c->why, e,
				     "the proof of an entry, by the key of "
				     "%s: %s",
				     c->key->name, err_text(e));
}

static enum err
take_entry(struct checker *c, const char *name)
{
	uint8_t bytes[LEDGER_ENTRY];
	struct span text;
	struct span proof;
	size_t n = 0;
	enum err e = take(c, name, &text);

	if (e == ERR_OK)
		e = take(c, "proof", &proof);
	if (e != ERR_OK)
		return e;
	if (!code_base64_parse(text, bytes, sizeof(bytes), &n) ||
		n != sizeof(bytes))
		return malformed(c, "an entry");
	return check_proof(c, span_of(bytes, sizeof(bytes)), proof);
}

static enum err
take_opening(
	struct checker *c, enum ledger_type type, const char *field, size_t i)
{
	struct span bytes;
	struct ledger_opening *o = &c->opening[i];
	enum err e = take(c, "opening", &bytes);

	if (e != ERR_OK)
		return e;
	e = ledger_opening_parse(bytes, &c->value[i], o);
	if (e == ERR_OK && strcmp(o->field, field) != 0)
		e = ERR_MISMATCH;
	if (e == ERR_OK)
		e = ledger_opening_of(&c->entry, type, o);
	return e == ERR_OK
		       ? ERR_OK
		       : why_set(c->why, e == ERR_NOT_FOUND ? ERR_MISMATCH : e,
				 "what entry %" PRIu64
				 " is said to say (%s): %s",
				 c->entry.index, field, err_text(e));
}

/* The entry itself was read; its openings follow. */
static enum err
take_openings(struct checker *c, const struct ledger_statement_entry *want)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && want->field[i] != NULL; i++)
		e = take_opening(c, want->type, want->field[i], i);
	return e;
}

static bool
copy_text(const struct checker *c, size_t i, char *to, size_t size)
{
	struct span value = c->opening[i].value;

	return span_is_plain(value) && span_copy(value, to, size);
}

/* ---- a disclosure ---- */

static enum err
contradicts(struct checker *c, const char *what)
{
	return why_set(c->why, ERR_MISMATCH, "entry %" PRIu64 ": %s",
		c->entry.index, what);
}

/* After the entry D itself. */
static enum err
take_delivered(struct checker *c, struct ledger_disclosure *d,
	uint64_t *ret_seal, char batch[LEDGER_STATEMENT_TEXT])
{
	enum err e = take_openings(c, &ledger_statement_delivered);

	if (e != ERR_OK)
		return e;
	if (!span_eq(c->opening[1].value, SPAN("address")))
		return contradicts(c, "handed over no address");
	if (!copy_text(c, 0, batch, LEDGER_STATEMENT_TEXT) ||
		!num_parse(c->opening[2].value, LEDGER_SIZE_MAX, ret_seal) ||
		c->opening[3].value.n != sizeof(d->recipient) ||
		!copy_text(c, 4, d->at, sizeof(d->at)))
		return contradicts(c, "not as entries of its kind are");
	memcpy(d->recipient, c->opening[3].value.at, sizeof(d->recipient));
	return ERR_OK;
}

static enum err
take_sealed(struct checker *c, struct ledger_disclosure *d, uint64_t seal)
{
	enum err e = take_entry(c, "entry");

	if (e == ERR_OK && c->entry.index != seal)
		e = contradicts(c, "not the one that was sealed for it");
	if (e == ERR_OK)
		e = take_openings(c, &ledger_statement_sealed);
	if (e != ERR_OK)
		return e;
	return copy_text(c, 0, d->fields, sizeof(d->fields)) &&
			       copy_text(c, 1, d->purpose, sizeof(d->purpose))
		       ? ERR_OK
		       : contradicts(c, "not as entries of its kind are");
}

static enum err
take_batch(struct checker *c, struct ledger_disclosure *d, const char *batch)
{
	enum err e = take_entry(c, "entry");

	if (e == ERR_OK)
		e = take_openings(c, &ledger_statement_batch);
	if (e != ERR_OK)
		return e;
	if (!span_eq(c->opening[0].value, span_text(batch)))
		return contradicts(c, "of another batch");
	return copy_text(c, 1, d->agreement, sizeof(d->agreement))
		       ? ERR_OK
		       : contradicts(c, "not as entries of its kind are");
}

bool
ledger_erase_names(struct span object, uint64_t entry)
{
	struct reader r = read_from(object);
	bool named = false;

	if (!span_eq(read_bytes(&r, sizeof(LEDGER_ERASE) - 1),
		    SPAN(LEDGER_ERASE)) ||
		r.left.n % 8 != 0)
		return false;
	while (read_ok(&r) && r.left.n > 0)
		named = read_u64be(&r) == entry || named;
	return named;
}

/* "erased" and the act that says so; *ret_entry is D. */
static enum err
take_erased(struct checker *c, bool late, struct ledger_entry *ret_entry)
{
	struct ledger_disclosure d = {.late = late, .erased = true};
	enum err e = take_entry(c, "erased");

	*ret_entry = c->entry;
	d.entry = c->entry.index;
	if (e == ERR_OK)
		e = take_entry(c, "entry");
	d.erased_by = c->entry.index;
	if (e == ERR_OK)
		e = take_openings(c, &ledger_statement_erase);
	if (e != ERR_OK)
		return e;
	if (!span_eq(c->opening[0].value, SPAN("erase")) ||
		!ledger_erase_names(c->opening[1].value, d.entry) ||
		d.erased_by <= d.entry)
		return contradicts(c, "does not erase what is said to be");
	if (!copy_text(c, 2, d.at, sizeof(d.at)))
		return contradicts(c, "not as entries of its kind are");
	return ledger_statement_add(c->s, &d);
}

/* "delivered" and what follows it; *ret_entry is D. */
static enum err
take_disclosure(struct checker *c, bool late, struct ledger_entry *ret_entry)
{
	struct ledger_disclosure d = {.late = late};
	char batch[LEDGER_STATEMENT_TEXT] = "";
	uint64_t seal = 0;
	enum err e = take_entry(c, "delivered");

	*ret_entry = c->entry;
	d.entry = c->entry.index;
	if (e == ERR_OK)
		e = take_delivered(c, &d, &seal, batch);
	if (e == ERR_OK)
		e = take_sealed(c, &d, seal);
	if (e == ERR_OK)
		e = take_batch(c, &d, batch);
	return e == ERR_OK ? ledger_statement_add(c->s, &d) : e;
}

static enum err
take_told(struct checker *c, bool late, struct ledger_entry *ret_entry)
{
	return is_next(c, "erased") ? take_erased(c, late, ret_entry)
				    : take_disclosure(c, late, ret_entry);
}

/* The entries that the act "account-late" at `act` names, in its order. */
static enum err
take_kept_back(struct checker *c, uint64_t act, struct span object)
{
	struct reader r = read_from(object);
	enum err e = ERR_OK;

	if (!span_eq(read_bytes(&r, sizeof(LEDGER_LATE) - 1),
		    SPAN(LEDGER_LATE)) ||
		r.left.n == 0 || r.left.n % 8 != 0)
		return malformed(c, "what was delayed");
	while (e == ERR_OK && r.left.n > 0) {
		uint64_t index = read_u64be(&r);
		struct ledger_entry entry;

		e = take_told(c, true, &entry);
		if (e == ERR_OK && (entry.index != index || index >= act))
			e = why_set(c->why, ERR_MISMATCH,
				"entry %" PRIu64 " is told late, and %" PRIu64
				" was",
				entry.index, index);
	}
	return e;
}

static enum err
take_late(struct checker *c, struct ledger_entry *ret_entry)
{
	OWNED_BUF(object, 1 << 16);
	enum err e = take_entry(c, "late");

	*ret_entry = c->entry;
	if (e == ERR_OK)
		e = take_openings(c, &ledger_statement_late);
	if (e != ERR_OK)
		return e;
	if (!span_eq(c->opening[0].value, SPAN("account-late")))
		return contradicts(c, "another act");
	/* What follows is read into the same buffers. */
	buf_bytes(&object, c->opening[1].value);
	e = buf_error(&object);
	return e == ERR_OK
		       ? take_kept_back(c, ret_entry->index, buf_span(&object))
		       : e;
}

/* ---- a month ---- */

static enum err
check_member(struct checker *c, const struct ledger_entry *entry,
	const uint8_t tag[LEDGER_TAG])
{
	if (memcmp(entry->tag, tag, LEDGER_TAG) != 0)
		return why_set(c->why, ERR_MISMATCH,
			"entry %" PRIu64
			" has not the next tag of its month: one before it is "
			"left out, or it is not this person's",
			entry->index);
	if (entry->index >= c->s->map_size)
		return why_set(c->why, ERR_MISMATCH,
			"entry %" PRIu64 " is not under the root",
			entry->index);
	return ERR_OK;
}

static enum err
check_absent(
	struct checker *c, const char *month, const uint8_t tag[LEDGER_TAG])
{
	struct ledger_map_proof proof;
	struct span bytes;
	uint64_t index = 0;
	enum err e = take(c, "absent", &bytes);

	if (e != ERR_OK)
		return e;
	if (ledger_map_proof_parse(bytes, &proof) != ERR_OK)
		return malformed(c, "a proof of absence");
	e = memcmp(proof.tag, tag, LEDGER_TAG) == 0
		    ? ledger_map_check(
			      &proof, c->s->map_size, &c->s->map_root, &index)
		    : ERR_MISMATCH;
	if (e == ERR_OK && index == LEDGER_MAP_ABSENT)
		return ERR_OK;
	return why_set(c->why, ERR_MISMATCH,
		"%s: it is not shown that nothing more was entered", month);
}

static enum err
check_month(struct checker *c, uint32_t period)
{
	char month[LEDGER_PERIOD_TEXT];
	uint8_t key[32];
	uint8_t tag[LEDGER_TAG];
	struct span line;
	uint64_t i = 0;
	size_t n = 0;
	enum err e = take(c, "period", &line);

	ledger_period_text(period, month);
	if (e != ERR_OK)
		return e;
	line = span_trim(line);
	if (!span_eq(span_cut(&line, ' '), span_text(month)))
		return why_set(c->why, ERR_MISMATCH, "the month %s is left out",
			month);
	if (!code_base64_parse(line, key, sizeof(key), &n) || n != sizeof(key))
		return malformed(c, "the key of a month");
	for (; e == ERR_OK && !is_next(c, "absent"); i++) {
		struct ledger_entry entry;

		ledger_subject_tag(key, i, tag);
		e = is_next(c, "late") ? take_late(c, &entry)
				       : take_told(c, false, &entry);
		if (e == ERR_OK)
			e = check_member(c, &entry, tag);
	}
	ledger_subject_tag(key, i, tag);
	return e == ERR_OK ? check_absent(c, month, tag) : e;
}

/* ---- the root ---- */

static enum err
check_root(struct checker *c)
{
	struct ledger_map_root root;
	struct ledger_statement *s = c->s;
	struct span file;
	enum err e = take(c, "map", &file);

	if (e != ERR_OK)
		return e;
	if (ledger_map_root_parse(file, &root) != ERR_OK)
		return malformed(c, "the root over all tags");
	e = take_entry(c, "entry");
	if (e == ERR_OK && ledger_map_root_check(&root, &c->entry) != ERR_OK)
		e = contradicts(c, "does not say this root");
	if (e != ERR_OK)
		return e;
	s->map_size = root.size;
	s->map_root = root.root;
	s->map_at = root.at;
	s->map_entry = root.index;
	return day_at(root.at) > s->as_of
		       ? ERR_OK
		       : why_set(c->why, ERR_MISMATCH,
				 "the root over all tags is older than the day "
				 "up to which this account goes");
}

/* ---- all of it ---- */

static enum err
check_words(struct checker *c, struct span words)
{
	OWNED_BUF(want, WORDS_MAX);

	ledger_statement_words(c->s, &want);
	if (buf_error(&want) != ERR_OK)
		return buf_error(&want);
	return span_eq(words, buf_span(&want))
		       ? ERR_OK
		       : why_set(c->why, ERR_MISMATCH,
				 "the words are not what the entries say");
}

static enum err
check_all(struct checker *c, struct span *words)
{
	uint32_t last;
	enum err e = ERR_OK;

	if (!read_head(c))
		return malformed(c, "its first lines");
	last = ledger_period_of(c->s->as_of);
	e = take(c, "words", words);
	if (e == ERR_OK)
		e = check_root(c);
	for (uint32_t p = c->s->from; e == ERR_OK && p <= last; p++)
		e = check_month(c, p);
	if (e == ERR_OK && !read_end(&c->r))
		e = malformed(c, "something comes after its end");
	return e;
}

static enum err
check(struct span bytes, const struct ledger_vkey *key, bool with_words,
	struct ledger_statement *ret_statement, struct why *reterr_why)
{
	struct span words;
	struct ledger_statement s = {.n = 0};
	struct checker c = {
		.r = read_from(bytes), .key = key, .s = &s, .why = reterr_why};
	enum err e;

	if (bytes.n > LEDGER_STATEMENT_MAX)
		return why_set(
			reterr_why, ERR_TOO_LARGE, "larger than any account");
	for (size_t i = 0; i < OPENINGS; i++)
		buf_init(&c.value[i], LEDGER_OPENING_MAX + 8);
	e = check_all(&c, &words);
	if (e == ERR_OK && with_words)
		e = check_words(&c, words);
	for (size_t i = 0; i < OPENINGS; i++)
		buf_fini(&c.value[i]);
	if (e == ERR_OK)
		*ret_statement = s;
	else
		ledger_statement_fini(&s);
	return e;
}

enum err
ledger_statement_read(struct span bytes, const struct ledger_vkey *key,
	struct ledger_statement *ret_statement, struct why *reterr_why)
{
	return check(bytes, key, false, ret_statement, reterr_why);
}

enum err
ledger_statement_check(struct span bytes, const struct ledger_vkey *key,
	struct ledger_statement *ret_statement, struct why *reterr_why)
{
	return check(bytes, key, true, ret_statement, reterr_why);
}

enum err
ledger_statement_checkpoint(struct span bytes, struct span *ret_checkpoint)
{
	struct ledger_statement s = {.n = 0};
	struct checker c = {.r = read_from(bytes), .s = &s};
	struct ledger_proof_file proof;
	struct span part;
	enum err e = read_head(&c) ? ERR_OK : ERR_MALFORMED;

	if (e == ERR_OK)
		e = take(&c, "words", &part);
	if (e == ERR_OK)
		e = take(&c, "map", &part);
	if (e == ERR_OK)
		e = take(&c, "entry", &part);
	if (e == ERR_OK)
		e = take(&c, "proof", &part);
	if (e == ERR_OK)
		e = ledger_proof_parse(part, &proof);
	if (e == ERR_OK)
		*ret_checkpoint = proof.checkpoint;
	return e;
}
