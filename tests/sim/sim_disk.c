/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a crash keeps and what it takes: the store with its journal, the
 * keeper's ledger, the two folders of packages.
 *
 *	begin ... enter, act ... commit    durable in the store
 *	publish                            durable in the ledger, signed
 */
#include "sim/sim.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/read.h"

/* ---- words ---- */

void
sim_say(struct sim *s, const char *fmt, ...)
{
	size_t n = strlen(s->now);
	va_list args;

	if (n + 3 >= SIM_SAY)
		return;
	if (n > 0)
		n += (size_t)snprintf(s->now + n, SIM_SAY - n, "; ");
	va_start(args, fmt);
	(void)vsnprintf(s->now + n, SIM_SAY - n, fmt, args);
	va_end(args);
}

void
sim_violate(struct sim *s, int invariant, const char *fmt, ...)
{
	va_list args;

	if (s->violated != 0)
		return;
	s->violated = invariant;
	va_start(args, fmt);
	(void)vsnprintf(s->says, sizeof(s->says), fmt, args);
	va_end(args);
}

void
sim_view(struct sim *s, const char *fmt, ...)
{
	char line[SIM_SAY];
	char day[DAY_TEXT];
	va_list args;

	if (s->view == NULL)
		return;
	day_text(s->today, day);
	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	buf_printf(s->view, "step %llu, %s: %s\n", (unsigned long long)s->step,
		day, line);
}

bool
sim_point(struct sim *s, const char *where)
{
	if (s->crash_in == 0 || --s->crash_in > 0)
		return true;
	sim_say(s, "the machine stops %s", where);
	sim_crash(s);
	return false;
}

/* ---- rows ---- */

static void
mark(uint32_t *list, size_t *n, size_t most, uint32_t what)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == what)
			return;
	must(*n < most);
	list[(*n)++] = what;
}

struct sim_row *
sim_row(struct sim *s, uint32_t row)
{
	must(s->open && row < s->mem.n_rows);
	mark(s->dirty_row, &s->n_dirty_rows, 64, row);
	return &s->mem.row[row];
}

struct sim_batch *
sim_batch(struct sim *s, uint32_t batch)
{
	must(s->open && batch > 0 && batch <= s->mem.n_batches);
	mark(s->dirty_batch, &s->n_dirty_batches, 8, batch);
	return &s->mem.batch[batch];
}

struct matter *
sim_matter(struct sim *s, uint32_t n)
{
	must(s->open && n > 0 && n <= s->mem.n_matters);
	mark(s->dirty_matter, &s->n_dirty_matters, 8, n);
	return &s->mem.matter[n];
}

uint32_t
sim_row_add(struct sim *s)
{
	uint32_t row = s->mem.n_rows++;

	memset(&s->mem.row[row], 0, sizeof(s->mem.row[row]));
	(void)sim_row(s, row);
	return row;
}

uint32_t
sim_batch_add(struct sim *s)
{
	uint32_t batch = ++s->mem.n_batches;

	memset(&s->mem.batch[batch], 0, sizeof(s->mem.batch[batch]));
	(void)sim_batch(s, batch);
	return batch;
}

uint32_t
sim_matter_add(struct sim *s)
{
	uint32_t n = ++s->mem.n_matters;

	memset(&s->mem.matter[n], 0, sizeof(s->mem.matter[n]));
	(void)sim_matter(s, n);
	return n;
}

/* ---- the transaction ---- */

void
sim_begin(struct sim *s)
{
	must(s->up && !s->open);
	s->open = true;
	s->n_dirty_rows = s->n_dirty_batches = s->n_dirty_matters = 0;
	s->n_items = 0;
	s->dirty_holds = s->acted = s->by_person = false;
	s->entered = 0;
}

void
sim_tell(struct sim *s, enum sim_news news, int64_t a, int64_t b, int64_t c)
{
	must(s->open && s->n_items < sizeof(s->item) / sizeof(s->item[0]));
	s->item[s->n_items++] =
		(struct sim_item){.news = news, .a = a, .b = b, .c = c};
}

void
sim_entry_key(const struct sim *s, uint64_t index, uint8_t key[32])
{
	uint64_t both[2] = {s->seed, index};

	crypto_sha256_2(SPAN("key"), span_of(both, sizeof(both)), key);
}

struct ledger_head
sim_head(const struct sim *s, enum ledger_type type, uint32_t batch)
{
	static const uint8_t engine[32];

	return ledger_head_of(type,
		batch == 0 ? NULL : s->world.law_hash[s->mem.batch[batch].law],
		engine);
}

/* What is shown alone later has the tree of its fields; the rest commits to
 * them in one hash. */
static void
commit_fields(const struct sim *s, const struct ledger_head *head,
	uint64_t index, const struct ledger_field *fields, size_t n,
	struct ledger_hash *ret)
{
	uint8_t key[32];
	OWNED_BUF(all, 1 << 16);

	sim_entry_key(s, index, key);
	if (head->type == LEDGER_SEAL || head->type == LEDGER_DELIVER) {
		must(ledger_commit(head, key, fields, n, ret) == ERR_OK);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		buf_text(&all, fields[i].name);
		buf_sized(&all, fields[i].value);
	}
	must(buf_error(&all) == ERR_OK);
	crypto_sha256_2(span_of(key, sizeof(key)), buf_span(&all), ret->at);
}

uint64_t
sim_enter(struct sim *s, enum ledger_type type, uint32_t batch,
	const struct ledger_field *fields, size_t n)
{
	uint64_t index = s->mem.n_journal++;
	struct sim_entry *to = &s->journal[index];
	struct ledger_entry e = {.index = index, .day = day_at(s->at)};
	struct ledger_head head = sim_head(s, type, batch);
	uint64_t tag[4] = {sim_mix(s->seed, index)};

	must(s->open);
	memcpy(e.tag, tag, sizeof(e.tag));
	commit_fields(s, &head, index, fields, n, &e.root);
	ledger_entry_write(&e, to->bytes);
	to->type = type;
	to->batch = batch;
	s->entered++;
	for (size_t i = 0; i < n; i++)
		s->acted |= strcmp(fields[i].name, "actor") == 0 &&
			    fields[i].value.n == 32;
	return index;
}

void
sim_act(struct sim *s, int staff, int cert, const char *act, uint32_t batch,
	struct span object)
{
	struct ledger_field fields[] = {
		{"actor", span_of(s->staff[staff].print[cert], 32)},
		{"act", span_text(act)},
		{"object", object},
	};

	s->by_person = true;
	(void)sim_enter(s, LEDGER_ACT, batch, fields, 3);
}

static void
copy_dirty(struct sim *s, struct sim_store *to, const struct sim_store *from)
{
	for (size_t i = 0; i < s->n_dirty_rows; i++)
		to->row[s->dirty_row[i]] = from->row[s->dirty_row[i]];
	for (size_t i = 0; i < s->n_dirty_batches; i++)
		to->batch[s->dirty_batch[i]] = from->batch[s->dirty_batch[i]];
	for (size_t i = 0; i < s->n_dirty_matters; i++)
		to->matter[s->dirty_matter[i]] =
			from->matter[s->dirty_matter[i]];
	to->n_rows = from->n_rows;
	to->n_batches = from->n_batches;
	to->n_matters = from->n_matters;
	to->n_approvals = from->n_approvals;
	to->n_journal = from->n_journal;
	to->roll = from->roll;
	to->law = from->law;
	to->n_acts = from->n_acts;
}

/* ---- the ledger: appending ---- */

static void
append_leaf(struct sim *s, const struct ledger_hash *leaf)
{
	s->log.leaf[s->log.n++] = *leaf;
	ledger_tree_append(&s->log.tree, leaf);
	if (s->log.n % LEDGER_TILE == 0)
		s->log.tile[s->log.n / LEDGER_TILE - 1] = ledger_tree_over(
			s->log.leaf + s->log.n - LEDGER_TILE, LEDGER_TILE);
}

static struct ledger_hash
journal_leaf(const struct sim *s, uint64_t index)
{
	return ledger_hash_leaf(span_of(s->journal[index].bytes, LEDGER_ENTRY));
}

static bool
append_all(struct sim *s, uint64_t end)
{
	while (s->log.n < end) {
		struct ledger_hash leaf = journal_leaf(s, s->log.n);

		append_leaf(s, &leaf);
		if (!sim_point(s, "in the middle of the ledger"))
			return false;
	}
	return true;
}

/* ---- the end of a transaction ---- */

bool
sim_commit(struct sim *s)
{
	must(s->open);
	if (s->fault == SIM_FAULT_LEDGER_FIRST) {
		if (!append_all(s, s->mem.n_journal))
			return false;
		s->log.durable = s->log.n;
	}
	if (!sim_point(s, "before the store is synced"))
		return false;
	if (s->by_person && !s->acted)
		sim_violate(s, 6, "an act of a person's has no entry");
	copy_dirty(s, &s->disk, &s->mem);
	if (s->dirty_holds) {
		buf_clear(&s->disk.holds);
		hold_set_encode(s->holds, &s->disk.holds);
		must(buf_error(&s->disk.holds) == ERR_OK);
	}
	s->open = false;
	for (size_t i = 0; i < s->n_items; i++)
		clerk_write(s, &s->item[i]);
	s->n_items = 0;
	return sim_point(s, "with the store ahead of the ledger");
}

/* What was begun and not synced never was. */
void
sim_abandon(struct sim *s)
{
	if (!s->open)
		return;
	s->open = false;
	s->n_items = 0;
	copy_dirty(s, &s->mem, &s->disk);
}

/* ---- the ledger: signing and showing ---- */

/* The planted fault: as if somebody wrote over an old entry. */
static void
rewrite(struct sim *s)
{
	s->log.leaf[s->log.n - 20].at[0] ^= 1;
	s->log.tree = (struct ledger_tree){.size = 0};
	for (uint64_t i = 0; i < s->log.n; i++)
		ledger_tree_append(&s->log.tree, &s->log.leaf[i]);
}

bool
sim_publish(struct sim *s)
{
	if (!append_all(s, s->disk.n_journal))
		return false;
	if (s->fault == SIM_FAULT_REWRITE && s->log.n > 40 && s->step % 97 == 0)
		rewrite(s);
	if (s->fault != SIM_FAULT_NO_SYNC)
		s->log.durable = s->log.n;
	if (!sim_point(s, "before the checkpoint is signed"))
		return false;
	s->log.signed_size = s->log.n;
	s->log.signed_root = ledger_tree_root(&s->log.tree);
	return sim_point(s, "after the checkpoint is signed");
}

/* Hash `i` of a level: over 256^level entries. */
static struct ledger_hash
level_hash(const struct sim *s, unsigned level, uint64_t i)
{
	if (level == 0)
		return s->log.leaf[i];
	if (level == 1)
		return s->log.tile[i];
	must(level == 2); /* 16 million entries */
	return ledger_tree_over(s->log.tile + i * LEDGER_TILE, LEDGER_TILE);
}

static enum err
read_tile(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	const struct sim *s = arg;

	for (unsigned i = 0; i < width; i++) {
		struct ledger_hash h =
			level_hash(s, level, n * LEDGER_TILE + i);

		memcpy(to + i * LEDGER_HASH, h.at, LEDGER_HASH);
	}
	return ERR_OK;
}

static struct ledger_tiles
tiles_of(struct sim *s, uint64_t size)
{
	return (struct ledger_tiles){read_tile, s, size};
}

bool
sim_is_durable(const struct sim *s, uint64_t index, enum ledger_type type)
{
	return index < s->log.durable && index < s->log.signed_size &&
	       s->journal[index].type == type;
}

bool
sim_prove(struct sim *s, uint64_t index)
{
	struct ledger_tiles tiles = tiles_of(s, s->log.signed_size);
	struct ledger_hash leaf = journal_leaf(s, index);
	struct ledger_proof proof;

	return index < s->log.signed_size &&
	       ledger_inclusion_make(&tiles, index, &proof) == ERR_OK &&
	       ledger_inclusion_check(&proof, index, s->log.signed_size, &leaf,
		       &s->log.signed_root) == ERR_OK;
}

bool
sim_audit(struct sim *s)
{
	struct ledger_tiles tiles = tiles_of(s, s->log.signed_size);
	struct ledger_proof proof;
	bool grew = true;

	if (s->log.signed_size == s->seen_size)
		return s->seen_size == 0 ||
		       ledger_hash_same(&s->log.signed_root, &s->seen_root);
	if (s->log.signed_size < s->seen_size)
		return false;
	if (s->seen_size > 0)
		grew = ledger_consistency_make(&tiles, s->seen_size, &proof) ==
			       ERR_OK &&
		       ledger_consistency_check(&proof, s->seen_size,
			       s->log.signed_size, &s->seen_root,
			       &s->log.signed_root) == ERR_OK;
	s->seen_size = s->log.signed_size;
	s->seen_root = s->log.signed_root;
	return grew;
}

/* ---- packages ---- */

void
sim_file_drop(struct sim_file *file)
{
	mem_free(file->json);
	*file = (struct sim_file){.there = false};
}

bool
sim_sealed_sync(struct sim *s, uint32_t row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->files[row + i].sealed.synced = true;
	return sim_point(s, "with packages in sealed/");
}

/* The moment of hand-over: a recipient may read it from here on. */
bool
sim_rename(struct sim *s, uint32_t row)
{
	struct sim_files *f = &s->files[row];
	struct sim_seen *seen = &s->seen[s->n_seen];

	must(f->sealed.there && s->n_seen < sizeof(s->seen) / sizeof(*seen));
	*seen = (struct sim_seen){.row = row};
	clerk_look_at(s, row, &f->sealed, seen);
	s->n_seen++;
	if (!f->renamed) {
		sim_file_drop(&f->before);
		f->before = f->outbox;
	} else {
		sim_file_drop(&f->outbox);
	}
	f->outbox = f->sealed;
	f->sealed = (struct sim_file){.there = false};
	f->renamed = true;
	sim_view(s, "package %s in outbox, %d bytes", s->given[row].id,
		(int)RELEASE_FILE_SIZE);
	return sim_point(s, "after a rename");
}

bool
sim_outbox_sync(struct sim *s, uint32_t row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sim_files *f = &s->files[row + i];

		if (!f->renamed)
			continue;
		f->renamed = false;
		sim_file_drop(&f->before);
		mem_free(f->outbox.json);
		f->outbox.json = NULL;
	}
	return sim_point(s, "with packages in outbox/");
}

void
sim_unlink(struct sim *s, uint32_t row)
{
	if (s->files[row].outbox.there)
		sim_view(s, "package %s gone from outbox", s->given[row].id);
	sim_file_drop(&s->files[row].outbox);
}

/* ---- a crash ---- */

static void
crash_files(struct sim *s, struct sim_files *f)
{
	if (f->renamed && sim_draw(&s->rng, 2) == 0) {
		/* the rename was not on disk yet */
		f->sealed = f->outbox;
		f->outbox = f->before;
	} else if (f->renamed) {
		mem_free(f->outbox.json);
		f->outbox.json = NULL;
		sim_file_drop(&f->before);
	}
	f->before = (struct sim_file){.there = false};
	f->renamed = false;
	if (f->sealed.there && !f->sealed.synced) {
		if (sim_draw(&s->rng, 3) == 0)
			f->sealed.torn = true;
		else
			sim_file_drop(&f->sealed);
	}
}

static uint32_t
window_row(const struct sim *s)
{
	uint32_t n = s->disk.n_batches;

	return n <= SIM_WINDOW ? 0 : s->disk.batch[n - SIM_WINDOW].first;
}

void
sim_crash(struct sim *s)
{
	uint64_t lost = s->log.n - s->log.durable;
	uint64_t kept = lost == 0 ? 0 : sim_draw(&s->rng, (uint32_t)lost + 1);

	s->crash_in = 0;
	s->door = false;
	sim_abandon(s);
	s->log.n = s->log.durable + kept;
	for (uint32_t i = window_row(s); i < s->disk.n_rows; i++)
		crash_files(s, &s->files[i]);
	s->up = false;
}

/* ---- a restart ---- */

static void
load_registers(struct sim *s)
{
	struct register_set *set = NULL;
	struct reader r = read_from(buf_span(&s->snapshot));
	OWNED_BUF(again, 1 << 26);

	must(register_set_new(&set) == ERR_OK);
	for (int id = 0; s->snapshot.n > 0 && id < REG_N; id++)
		must(register_decode(set, read_sized(&r, 1 << 24)) == ERR_OK);
	must(s->snapshot.n == 0 || read_end(&r));
	s->acts.n = s->disk.n_acts;
	r = read_from(buf_span(&s->acts));
	while (r.left.n > 0) {
		struct register_act act;
		struct why why;

		must(register_act_decode(read_sized(&r, 1 << 20), &act) ==
			ERR_OK);
		must(register_apply(set, &act, &why) == ERR_OK);
	}
	s->registers = register_set_free(s->registers);
	s->registers = set;
	for (int id = 0; id < REG_N; id++) {
		OWNED_BUF(one, 1 << 24);

		register_encode(set, (enum register_id)id, &one);
		must(buf_error(&one) == ERR_OK);
		buf_sized(&again, buf_span(&one));
	}
	must(buf_error(&again) == ERR_OK);
	buf_clear(&s->snapshot);
	buf_bytes(&s->snapshot, buf_span(&again));
	must(buf_error(&s->snapshot) == ERR_OK);
	buf_clear(&s->acts);
	s->disk.n_acts = s->mem.n_acts = 0;
	s->same_n = 0;
}

static void
load_holds(struct sim *s)
{
	struct hold_set *holds = NULL;
	OWNED_BUF(again, 1 << 24);

	if (s->disk.holds.n == 0)
		must(hold_set_new(&holds) == ERR_OK);
	else
		must(hold_set_decode(buf_span(&s->disk.holds), &holds) ==
			ERR_OK);
	s->holds = hold_set_free(s->holds);
	s->holds = holds;
	if (s->disk.holds.n == 0)
		return;
	hold_set_encode(holds, &again);
	if (!span_eq(buf_span(&again), buf_span(&s->disk.holds)))
		sim_violate(s, 2, "the holds are not what was written");
}

static void
load_rows(struct sim *s)
{
	for (uint32_t i = window_row(s); i < s->disk.n_rows; i++) {
		struct case_request c;

		if (s->fault == SIM_FAULT_LOST_ROW &&
			s->disk.row[i].c.state == CASE_DELIVERED &&
			sim_draw(&s->rng, 4) == 0)
			s->disk.row[i].c = (struct case_request){
				CASE_APPROVED, CASE_ANSWERED_NONE};
		s->mem.row[i] = s->disk.row[i];
		must(case_load(s->disk.row[i].c.state,
			     s->disk.row[i].c.answered, &c) == ERR_OK);
	}
	for (uint32_t i = s->first_open_matter; i <= s->disk.n_matters; i++)
		must(i == 0 || matter_check(&s->disk.matter[i]) == ERR_OK);
}

/* The ledger may lack what the journal has, never the other way round. */
static void
reconcile(struct sim *s)
{
	struct ledger_tiles tiles;
	uint64_t from;

	if (s->log.n > s->disk.n_journal) {
		sim_violate(s, 1,
			"the ledger has an entry that the store does not know");
		s->log.n = s->disk.n_journal;
	}
	tiles = tiles_of(s, s->log.n);
	must(ledger_tree_load(&tiles, &s->log.tree) == ERR_OK);
	if (s->log.n < s->log.signed_size) {
		sim_violate(s, 9, "the ledger is shorter than its checkpoint");
		return;
	}
	from = s->log.n > 64 ? s->log.n - 64 : 0;
	for (uint64_t i = from; i < s->log.n; i++) {
		struct ledger_hash leaf = journal_leaf(s, i);

		if (!ledger_hash_same(&leaf, &s->log.leaf[i]))
			sim_violate(s, 9,
				"entry %llu is another than was "
				"written",
				(unsigned long long)i);
	}
	s->log.durable = s->log.n;
	(void)sim_publish(s);
}

/* What a hold pulled back, and the crash left lying. */
static void
finish_pulls(struct sim *s)
{
	for (uint32_t i = window_row(s); i < s->disk.n_rows; i++)
		if (s->mem.row[i].pulled && s->files[i].outbox.there &&
			memcmp(s->mem.row[i].package, s->files[i].outbox.hash,
				32) == 0)
			sim_unlink(s, i);
}

void
sim_restart(struct sim *s)
{
	must(!s->up && !s->open);
	s->crash_in = 0;
	/* What lost nothing need not be read back every time. */
	if (s->acts.n != s->disk.n_acts || s->restarts++ % 16 == 0)
		load_registers(s);
	load_holds(s);
	load_rows(s);
	reconcile(s);
	finish_pulls(s);
	s->up = true;
}
