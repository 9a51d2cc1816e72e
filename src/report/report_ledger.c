/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_ledger.h"

#include <inttypes.h>

#include "base/mem.h"

/*
 * Three tables of places, each open addressing and half full at most: requests
 * by batch and id, requests by batch and line, deliveries by package.  A slot
 * is a place + 1; what it is the place of has the key.
 */
enum which { BY_ID, BY_LINE, BY_PACKAGE, BY_ENTRY, N_INDICES };

struct report_index {
	struct table {
		uint32_t *slot;
		size_t size;
		size_t n;
	} table[N_INDICES];
	size_t size_batches;
	size_t size_requests;
	size_t size_deliveries;
	size_t size_holds;
	size_t size_seals;
	uint32_t *name; /* texts already in the pool: places in named[] + 1 */
	size_t size_names;
	struct report_name *named;
	size_t n_named;
	size_t size_named;
};

/* What is looked for. */
struct key {
	uint32_t batch;
	uint64_t line; /* or an entry */
	struct span text;
};

enum err
report_ledger_new(struct report_ledger **ret_ledger)
{
	struct report_ledger *l = mem_zeroed(sizeof(*l));

	if (l == NULL)
		return err_origin(ERR_NOMEM);
	l->index = mem_zeroed(sizeof(*l->index));
	if (l->index == NULL) {
		mem_free(l);
		return err_origin(ERR_NOMEM);
	}
	buf_init(&l->pool, REPORT_POOL_MAX);
	*ret_ledger = l;
	return ERR_OK;
}

struct report_ledger *
report_ledger_free(struct report_ledger *l)
{
	if (l == NULL)
		return NULL;
	for (size_t i = 0; i < N_INDICES; i++)
		mem_free(l->index->table[i].slot);
	mem_free(l->index->name);
	mem_free(l->index->named);
	mem_free(l->index);
	if (l->pool.at != NULL)
		explicit_bzero(l->pool.at, l->pool.n);
	buf_fini(&l->pool);
	mem_free(l->batch);
	mem_free(l->request);
	mem_free(l->delivery);
	mem_free(l->hold);
	mem_free(l->seal);
	mem_free(l);
	return NULL;
}

struct span
report_name_span(const struct report_ledger *l, struct report_name name)
{
	return name.n == 0 ? span_of(NULL, 0)
			   : span_of(l->pool.at + name.at, name.n);
}

/* ---- lists that grow ---- */

static enum err
room(void **at, size_t n, size_t *size, size_t each)
{
	size_t more = *size == 0 ? 64 : *size * 2;
	void *grown;

	if (n < *size)
		return ERR_OK;
	if (more > REPORT_REQUESTS_MAX)
		return ERR_TOO_LARGE;
	grown = mem_resize(*at, more, each);
	if (grown == NULL)
		return err_origin(ERR_NOMEM);
	*at = grown;
	*size = more;
	return ERR_OK;
}

static uint64_t
mix(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.at[i]) * 0x100000001b3u;
	return h;
}

static size_t
hash_of(const struct key *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	h = mix(h, span_of(&key->batch, sizeof(key->batch)));
	h = mix(h, span_of(&key->line, sizeof(key->line)));
	h = mix(h, key->text);
	return (size_t)(h ^ h >> 29);
}

/* ---- texts, each once ---- */

static size_t
name_slot(const struct report_ledger *l, const uint32_t *slots, size_t size,
	struct span text)
{
	struct key key = {.text = text};
	size_t i = hash_of(&key) & (size - 1);

	while (slots[i] != 0 &&
		!span_eq(text,
			report_name_span(l, l->index->named[slots[i] - 1])))
		i = (i + 1) & (size - 1);
	return i;
}

static enum err
names_grow(struct report_ledger *l)
{
	struct report_index *x = l->index;
	size_t size = x->size_names == 0 ? 256 : x->size_names * 2;
	uint32_t *slots;
	enum err e = room((void **)&x->named, x->n_named, &x->size_named,
		sizeof(*x->named));

	if (e != ERR_OK || x->n_named * 2 < x->size_names)
		return e;
	slots = mem_zeroed(size * sizeof(*slots));
	if (slots == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < x->n_named; i++)
		slots[name_slot(l, slots, size,
			report_name_span(l, x->named[i]))] = (uint32_t)i + 1;
	mem_free(x->name);
	x->name = slots;
	x->size_names = size;
	return ERR_OK;
}

static enum err
put_name(struct report_ledger *l, struct span text, struct report_name *ret)
{
	struct report_index *x = l->index;
	size_t slot;
	enum err e;

	*ret = (struct report_name){0, 0};
	if (text.n == 0)
		return ERR_OK;
	e = names_grow(l);
	if (e != ERR_OK)
		return e;
	slot = name_slot(l, x->name, x->size_names, text);
	if (x->name[slot] != 0) {
		*ret = x->named[x->name[slot] - 1];
		return ERR_OK;
	}
	ret->at = (uint32_t)l->pool.n;
	ret->n = (uint32_t)text.n;
	buf_bytes(&l->pool, text);
	if (buf_error(&l->pool) != ERR_OK)
		return buf_error(&l->pool);
	x->named[x->n_named++] = *ret;
	x->name[slot] = (uint32_t)x->n_named;
	return ERR_OK;
}

/* ---- tables of places ---- */

static struct key
key_at(const struct report_ledger *l, enum which which, size_t place)
{
	const struct report_request *q = &l->request[place];
	const struct report_delivery *d = &l->delivery[place];

	switch (which) {
	case BY_ID:
		return (struct key){.batch = l->batch[q->batch].n,
			.text = report_name_span(l, q->id)};
	case BY_LINE:
		return (struct key){
			.batch = l->batch[q->batch].n, .line = q->line};
	case BY_PACKAGE:
		return (struct key){.text = span_of(d->package, REPORT_HASH)};
	case BY_ENTRY:
		return (struct key){.line = d->entry};
	case N_INDICES:
		break;
	}
	must(false);
	return (struct key){0};
}

static size_t
slot_of(const struct report_ledger *l, enum which which, const uint32_t *slots,
	size_t size, const struct key *key)
{
	size_t i = hash_of(key) & (size - 1);

	for (; slots[i] != 0; i = (i + 1) & (size - 1)) {
		struct key there = key_at(l, which, slots[i] - 1);

		if (there.batch == key->batch && there.line == key->line &&
			span_eq(there.text, key->text))
			break;
	}
	return i;
}

static size_t
find(const struct report_ledger *l, enum which which, const struct key *key)
{
	const struct table *t = &l->index->table[which];

	if (t->size == 0)
		return SIZE_MAX;
	return (size_t)t->slot[slot_of(l, which, t->slot, t->size, key)] - 1;
}

/* The newest with a key takes the place of the one before. */
static enum err
put_place(struct report_ledger *l, enum which which, size_t place)
{
	struct table *t = &l->index->table[which];
	struct key key;
	uint32_t *slot;

	if (t->n * 2 >= t->size) {
		size_t size = t->size == 0 ? 256 : t->size * 2;
		uint32_t *slots = mem_zeroed(size * sizeof(*slots));

		if (slots == NULL)
			return err_origin(ERR_NOMEM);
		for (size_t i = 0; i < t->size; i++) {
			if (t->slot[i] == 0)
				continue;
			key = key_at(l, which, t->slot[i] - 1);
			slots[slot_of(l, which, slots, size, &key)] =
				t->slot[i];
		}
		mem_free(t->slot);
		t->slot = slots;
		t->size = size;
	}
	key = key_at(l, which, place);
	slot = &t->slot[slot_of(l, which, t->slot, t->size, &key)];
	t->n += *slot == 0;
	*slot = (uint32_t)place + 1;
	return ERR_OK;
}

size_t
report_ledger_find(
	const struct report_ledger *l, uint32_t batch, struct span id)
{
	struct key key = {.batch = batch, .text = id};

	return id.n == 0 ? SIZE_MAX : find(l, BY_ID, &key);
}

size_t
report_ledger_line(const struct report_ledger *l, uint32_t batch, uint64_t line)
{
	struct key key = {.batch = batch, .line = line};

	return find(l, BY_LINE, &key);
}

size_t
report_ledger_package(const struct report_ledger *l, struct span package)
{
	struct key key = {.text = package};

	return find(l, BY_PACKAGE, &key);
}

/* ---- batches and requests ---- */

static enum err
says(struct why *why, uint64_t entry, const char *what)
{
	return why_set(why, ERR_MISMATCH,
		"entry %" PRIu64 " %s: the ledger is not one that this program "
		"wrote, and no report is made of it",
		entry, what);
}

enum err
report_ledger_batch(struct report_ledger *l, const struct report_says_batch *b,
	struct why *reterr_why)
{
	struct report_batch new = {
		.n = b->n, .entry = b->entry, .at = b->at, .count = b->count};
	enum err e = room((void **)&l->batch, l->n_batches,
		&l->index->size_batches, sizeof(*l->batch));

	if (l->n_batches > 0 && l->batch[l->n_batches - 1].n >= b->n)
		return says(reterr_why, b->entry,
			"begins a batch whose number is not the next");
	if (e == ERR_OK)
		e = put_name(l, b->agreement, &new.agreement);
	if (e == ERR_OK)
		e = put_name(l, b->agency, &new.agency);
	if (e == ERR_OK)
		e = put_name(l, b->provision, &new.provision);
	if (e == ERR_OK)
		l->batch[l->n_batches++] = new;
	return e;
}

static size_t
batch_place(const struct report_ledger *l, uint32_t n)
{
	size_t low = 0;
	size_t high = l->n_batches;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->batch[mid].n < n)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n_batches && l->batch[low].n == n ? low : SIZE_MAX;
}

static void
move(struct report_ledger *l, struct report_request *q, enum report_state to)
{
	must(l->n[q->state] > 0);
	l->n[q->state]--;
	l->n[to]++;
	q->state = to;
}

static enum err
put_words(struct report_ledger *l, const struct report_says_request *says_,
	struct report_request *q)
{
	enum err e = put_name(l, says_->id, &q->id);

	if (e == ERR_OK)
		e = put_name(l, says_->authority, &q->authority);
	if (e == ERR_OK)
		e = put_name(l, says_->purpose, &q->purpose);
	return e == ERR_OK ? put_name(l, says_->officer, &q->officer) : e;
}

/* Of two lines with one id in a batch, entries M and D name the one that was
 * not refused; of two such, nobody could say which. */
static enum err
put_by_id(struct report_ledger *l, size_t place, struct why *why)
{
	struct report_request *q = &l->request[place];
	size_t known;

	if (q->id.n == 0)
		return ERR_OK;
	known = report_ledger_find(
		l, l->batch[q->batch].n, report_name_span(l, q->id));
	if (known == SIZE_MAX || known == place)
		return put_place(l, BY_ID, place);
	if (q->state == REPORT_REFUSED)
		return ERR_OK;
	if (l->request[known].state != REPORT_REFUSED)
		return says(why, q->judged,
			"accepts a second request of one id in a batch");
	return put_place(l, BY_ID, place);
}

/* What took the place of an open request withdrew it. */
static void
supersede(struct report_ledger *l, const struct report_request *by,
	struct span id)
{
	struct span agreement =
		report_name_span(l, l->batch[by->batch].agreement);

	for (size_t b = by->batch; b < l->n_batches; b--) {
		size_t at;

		if (!span_eq(agreement,
			    report_name_span(l, l->batch[b].agreement)))
			continue;
		at = report_ledger_find(l, l->batch[b].n, id);
		if (at == SIZE_MAX || &l->request[at] == by)
			continue;
		if (l->request[at].state == REPORT_OPEN)
			move(l, &l->request[at], REPORT_WITHDRAWN);
		return;
	}
}

static enum err
judged_anew(struct report_ledger *l, struct report_request *q,
	const struct report_says_request *r, struct why *why)
{
	if (q->state != REPORT_REFUSED)
		return says(why, r->entry,
			"judges a request again that was not refused");
	q->judged = r->entry;
	q->matched = REPORT_NO_INDEX;
	if (!r->refused)
		move(l, q, REPORT_OPEN);
	return put_by_id(l, (size_t)(q - l->request), why);
}

static enum err
add_request(struct report_ledger *l, const struct report_says_request *r,
	size_t batch, struct why *why)
{
	struct report_request *q;
	enum err e = room((void **)&l->request, l->n_requests,
		&l->index->size_requests, sizeof(*l->request));

	if (e != ERR_OK)
		return e;
	q = &l->request[l->n_requests];
	*q = (struct report_request){.batch = (uint32_t)batch,
		.state = r->refused ? REPORT_REFUSED : REPORT_OPEN,
		.line = r->line,
		.at = l->batch[batch].at,
		.judged = r->entry,
		.matched = REPORT_NO_INDEX};
	e = put_words(l, r, q);
	if (e != ERR_OK)
		return e;
	l->n_requests++;
	l->n[q->state]++;
	e = put_place(l, BY_LINE, l->n_requests - 1);
	return e == ERR_OK ? put_by_id(l, l->n_requests - 1, why) : e;
}

enum err
report_ledger_request(struct report_ledger *l,
	const struct report_says_request *r, struct why *reterr_why)
{
	size_t batch = batch_place(l, r->batch);
	size_t known;
	enum err e;

	if (batch == SIZE_MAX)
		return says(reterr_why, r->entry,
			"judges a request of a batch that never came in");
	known = report_ledger_line(l, r->batch, r->line);
	e = known == SIZE_MAX
		    ? add_request(l, r, batch, reterr_why)
		    : judged_anew(l, &l->request[known], r, reterr_why);
	if (e == ERR_OK && !r->refused && r->supersedes.n > 0)
		supersede(l,
			&l->request[report_ledger_line(l, r->batch, r->line)],
			r->supersedes);
	return e;
}

/* The request that an entry names; NULL: it was never judged. */
static struct report_request *
named(struct report_ledger *l, uint32_t batch, struct span id)
{
	size_t at = report_ledger_find(l, batch, id);

	return at == SIZE_MAX ? NULL : &l->request[at];
}

static enum err
unknown(struct why *why, uint64_t entry)
{
	return says(why, entry, "is about a request that was never judged");
}

enum err
report_ledger_match(struct report_ledger *l, uint64_t entry, uint32_t batch,
	struct span id, struct span person, struct why *reterr_why)
{
	struct report_request *q = named(l, batch, id);

	if (q == NULL)
		return unknown(reterr_why, entry);
	if (q->state == REPORT_REFUSED)
		return says(reterr_why, entry,
			"looks somebody up for a request that was refused");
	q->matched = entry;
	return put_name(l, person, &q->person);
}

void
report_ledger_erased(struct report_ledger *l)
{
	l->erased++;
}

static enum err
end_open(struct report_ledger *l, uint64_t entry, struct report_request *q,
	enum report_state to, struct why *why)
{
	if (q == NULL)
		return l->erased > 0 ? ERR_OK : unknown(why, entry);
	if (q->state != REPORT_OPEN)
		return says(why, entry,
			to == REPORT_REFUSED
				? "gives back a request that was not open"
				: "takes back a request that was not open");
	move(l, q, to);
	return ERR_OK;
}

enum err
report_ledger_returned(struct report_ledger *l, uint64_t entry, uint32_t batch,
	struct span id, struct why *reterr_why)
{
	return end_open(
		l, entry, named(l, batch, id), REPORT_REFUSED, reterr_why);
}

enum err
report_ledger_withdrawn(struct report_ledger *l, uint64_t entry, uint32_t batch,
	struct span id, struct why *reterr_why)
{
	return end_open(
		l, entry, named(l, batch, id), REPORT_WITHDRAWN, reterr_why);
}

/* ---- deliveries, and what became of them ---- */

enum err
report_ledger_seal(struct report_ledger *l, uint64_t entry, uint32_t batch,
	struct span id, struct why *reterr_why)
{
	struct report_request *q = named(l, batch, id);
	enum err e;

	if (q == NULL)
		return unknown(reterr_why, entry);
	e = room((void **)&l->seal, l->n_seals, &l->index->size_seals,
		sizeof(*l->seal));
	if (e == ERR_OK)
		l->seal[l->n_seals++] = (struct report_seal){
			.entry = entry, .request = (uint32_t)(q - l->request)};
	return e;
}

/* By its entry, which rises: NULL: there is none. */
static struct report_seal *
seal_at(struct report_ledger *l, uint64_t entry)
{
	size_t low = 0;
	size_t high = l->n_seals;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->seal[mid].entry < entry)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n_seals && l->seal[low].entry == entry ? &l->seal[low]
							       : NULL;
}

static enum err
check_delivery(const struct report_request *q,
	const struct report_says_delivery *d, struct why *why)
{
	if (q->state == REPORT_REFUSED || q->state == REPORT_WITHDRAWN)
		return says(why, d->entry,
			"hands over a package for a request that was refused "
			"or withdrawn");
	if (q->state == REPORT_DESTROYED)
		return says(why, d->entry,
			"hands over again what was certified destroyed");
	if (d->package.n != REPORT_HASH || d->recipient.n != REPORT_HASH)
		return says(why, d->entry,
			"names no package or nobody to whom it went");
	if (d->address && q->person.n == 0)
		return says(why, d->entry, "hands over an address of nobody");
	return ERR_OK;
}

enum err
report_ledger_delivery(struct report_ledger *l,
	const struct report_says_delivery *d, struct why *reterr_why)
{
	struct report_request *q = named(l, d->batch, d->id);
	struct report_delivery new = {.address = d->address,
		.entry = d->entry,
		.seal = d->seal,
		.at = d->at,
		.place_entry = REPORT_NO_INDEX};
	struct report_seal *seal = seal_at(l, d->seal);
	enum err e = q == NULL ? unknown(reterr_why, d->entry)
			       : check_delivery(q, d, reterr_why);

	if (e == ERR_OK && (seal == NULL || &l->request[seal->request] != q))
		return says(
			reterr_why, d->entry, "hands over what was not sealed");

	if (e == ERR_OK)
		e = room((void **)&l->delivery, l->n_deliveries,
			&l->index->size_deliveries, sizeof(*l->delivery));
	if (e != ERR_OK)
		return e;
	new.request = (uint32_t)(q - l->request);
	seal->handed_over = true;
	memcpy(new.package, d->package.at, REPORT_HASH);
	memcpy(new.recipient, d->recipient.at, REPORT_HASH);
	l->delivery[l->n_deliveries++] = new;
	q->last = (uint32_t)l->n_deliveries;
	if (d->address && q->first == 0)
		q->first = (uint32_t)l->n_deliveries;
	if (d->address)
		move(l, q, REPORT_DELIVERED);
	else if (q->state == REPORT_OPEN)
		move(l, q, REPORT_NEUTRAL);
	e = put_place(l, BY_PACKAGE, l->n_deliveries - 1);
	return e == ERR_OK ? put_place(l, BY_ENTRY, l->n_deliveries - 1) : e;
}

static void
place(struct report_delivery *d, enum report_place to, uint64_t entry,
	int64_t at)
{
	d->place = (uint8_t)to;
	d->place_entry = entry;
	d->place_at = at;
}

enum err
report_ledger_pulled(struct report_ledger *l, uint64_t entry, int64_t at,
	uint64_t delivered, struct why *reterr_why)
{
	struct key key = {.line = delivered};
	size_t i = find(l, BY_ENTRY, &key);
	struct report_request *q;

	if (i == SIZE_MAX && l->erased > 0)
		return ERR_OK;
	if (i == SIZE_MAX)
		return says(reterr_why, entry,
			"pulls back what was never handed over");
	q = &l->request[l->delivery[i].request];
	l->delivery[i].pulled = true;
	if (l->delivery[i].place == REPORT_HANDED_OVER)
		place(&l->delivery[i], REPORT_PULLED_BACK, entry, at);
	if (q->state == REPORT_DELIVERED)
		move(l, q, REPORT_RECALLED);
	return ERR_OK;
}

enum err
report_ledger_demanded(struct report_ledger *l, uint64_t entry, int64_t at,
	uint32_t batch, uint64_t line, struct why *reterr_why)
{
	size_t i = report_ledger_line(l, batch, line);
	struct report_request *q;

	if (i == SIZE_MAX && l->erased > 0)
		return ERR_OK;
	if (i == SIZE_MAX || l->request[i].last == 0)
		return says(reterr_why, entry,
			"demands back what was never handed over");
	q = &l->request[i];
	if (l->delivery[q->last - 1].place < REPORT_PULLED_BACK)
		place(&l->delivery[q->last - 1], REPORT_DEMANDED, entry, at);
	if (q->state == REPORT_DELIVERED)
		move(l, q, REPORT_RECALLED);
	return ERR_OK;
}

enum err
report_ledger_fetched(struct report_ledger *l, uint64_t entry,
	struct span package, struct why *reterr_why)
{
	size_t i = report_ledger_package(l, package);

	if (i == SIZE_MAX && l->erased > 0)
		return ERR_OK;
	if (i == SIZE_MAX)
		return says(reterr_why, entry,
			"gives out a package that was never handed over");
	l->delivery[i].fetched = true;
	return ERR_OK;
}

/* Nothing of an address is destroyed where the package is a neutral one. */
static void
destroyed(struct report_ledger *l, struct report_delivery *d)
{
	struct report_request *q = &l->request[d->request];

	if (d->address && &l->delivery[q->last - 1] == d &&
		(q->state == REPORT_DELIVERED || q->state == REPORT_RECALLED))
		move(l, q, REPORT_DESTROYED);
}

enum err
report_ledger_letter(struct report_ledger *l,
	const struct report_says_letter *letter, struct why *reterr_why)
{
	size_t i = report_ledger_package(l, letter->package);
	struct report_delivery *d;

	if (i == SIZE_MAX && l->erased > 0)
		return ERR_OK;
	if (i == SIZE_MAX)
		return says(reterr_why, letter->entry,
			"is a letter about a package that never left");
	d = &l->delivery[i];
	switch (letter->kind) {
	case REPORT_LETTER_ACKNOWLEDGE:
		if (d->place == REPORT_HANDED_OVER)
			place(d, REPORT_ACKNOWLEDGED, letter->entry,
				letter->at);
		break;
	case REPORT_LETTER_CUSTODY:
		return put_name(l, letter->holder, &d->holder);
	case REPORT_LETTER_DESTROYED:
		place(d, REPORT_GONE, letter->entry, letter->at);
		destroyed(l, d);
		break;
	}
	return ERR_OK;
}

/* ---- holds ---- */

enum err
report_ledger_hold(struct report_ledger *l, const struct report_says_hold *h,
	struct why *reterr_why)
{
	struct report_hold new = {
		.number = h->number, .entry = h->entry, .at = h->at};
	const struct {
		struct span from;
		struct report_name *to;
	} words[] = {{h->change, &new.change}, {h->ground, &new.ground},
		{h->docket, &new.docket}, {h->scope, &new.scope},
		{h->effect, &new.effect}, {h->effective, &new.effective},
		{h->served, &new.served}};
	enum err e = room((void **)&l->hold, l->n_holds, &l->index->size_holds,
		sizeof(*l->hold));

	if (h->order.n != 0 && h->order.n != REPORT_HASH)
		return says(reterr_why, h->entry, "names no file of an order");
	new.has_order = h->order.n == REPORT_HASH;
	if (new.has_order)
		memcpy(new.order, h->order.at, REPORT_HASH);
	for (size_t i = 0; e == ERR_OK && i < sizeof(words) / sizeof(words[0]);
		i++)
		e = put_name(l, words[i].from, words[i].to);
	if (e == ERR_OK)
		l->hold[l->n_holds++] = new;
	return e;
}

/* ---- counted again ---- */

static enum err
tie_requests(const struct report_ledger *l, struct why *why)
{
	uint64_t n[REPORT_N_STATES] = {0};

	for (size_t i = 0; i < l->n_requests; i++) {
		const struct report_request *q = &l->request[i];
		bool left = q->state >= REPORT_DELIVERED;

		n[q->state]++;
		if (left != (q->first != 0))
			return why_set(why, ERR_MISMATCH,
				"the totals do not tie: the request of entry "
				"%" PRIu64
				" is counted as delivered and no address "
				"left, or the other way round",
				q->judged);
	}
	if (memcmp(n, l->n, sizeof(n)) != 0)
		return why_set(why, ERR_MISMATCH,
			"the totals do not tie: the requests, counted one by "
			"one, are not as many in each state as were moved "
			"there");
	return ERR_OK;
}

enum err
report_ledger_tie(const struct report_ledger *l, struct why *reterr_why)
{
	uint64_t left = 0;
	uint64_t sum = 0;
	enum err e = tie_requests(l, reterr_why);

	for (size_t i = 0; i < REPORT_N_STATES; i++)
		sum += l->n[i];
	for (size_t i = 0; i < l->n_deliveries; i++)
		left += l->request[l->delivery[i].request].first == i + 1;
	if (e != ERR_OK)
		return e;
	if (sum != l->n_requests || left != l->n[REPORT_DELIVERED] +
						    l->n[REPORT_RECALLED] +
						    l->n[REPORT_DESTROYED])
		return why_set(reterr_why, ERR_MISMATCH,
			"the totals do not tie: %" PRIu64 " requests are in "
			"some state of %zu, and %" PRIu64 " addresses left",
			sum, l->n_requests, left);
	return ERR_OK;
}

const char *
report_state_text(enum report_state state)
{
	static const char *const text[REPORT_N_STATES] = {
		[REPORT_REFUSED] = "refused",
		[REPORT_WITHDRAWN] = "withdrawn",
		[REPORT_OPEN] = "open",
		[REPORT_NEUTRAL] = "neutral",
		[REPORT_DELIVERED] = "delivered",
		[REPORT_RECALLED] = "recalled",
		[REPORT_DESTROYED] = "destroyed",
	};

	return text[state];
}

const char *
report_place_text(enum report_place p)
{
	static const char *const text[REPORT_N_PLACES] = {
		[REPORT_HANDED_OVER] = "handed over",
		[REPORT_ACKNOWLEDGED] = "acknowledged",
		[REPORT_PULLED_BACK] = "pulled back",
		[REPORT_DEMANDED] = "demanded back",
		[REPORT_GONE] = "destroyed",
	};

	return text[p];
}
