/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_coverage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "case/case.h"
#include "os/file.h"
#include "proc/proc_batch.h"
#include "release/release.h"
#include "store/log.h"

enum { PAGE = 256, NAME_BYTES = STORE_ID_MAX + 8 };

struct compare {
	struct instance *in;
	struct proc_report_read read;
	struct report_coverage coverage;
	uint8_t *seen;    /* of each request: the store has it */
	uint8_t *staged;  /* of each request: a package lies in sealed/ */
	uint8_t *there;   /* of each delivery: its package lies in outbox/ */
	uint8_t *cut;     /* of each delivery: it lies in sealed/ */
	uint64_t *newest; /* of each request: its newest entry S */
};

static enum err
add(struct compare *c, enum report_compared compared,
	enum report_outcome outcome, uint64_t entry, uint32_t batch,
	struct span subject, const char *what)
{
	struct report_finding f = {.compared = compared,
		.outcome = outcome,
		.entry = entry,
		.batch = batch};

	if (!span_copy(subject, f.subject, sizeof(f.subject)))
		(void)span_copy(span_of(subject.at, sizeof(f.subject) - 1),
			f.subject, sizeof(f.subject));
	(void)snprintf(f.what, sizeof(f.what), "%s", what);
	return report_coverage_add(&c->coverage, &f);
}

static enum err
matched(struct compare *c, enum report_compared compared)
{
	c->coverage.n[compared][REPORT_MATCHED]++;
	return ERR_OK;
}

static enum err
excluded(struct compare *c, enum report_compared compared)
{
	c->coverage.n[compared][REPORT_EXCLUDED]++;
	return ERR_OK;
}

static struct span
id_of(const struct compare *c, uint32_t request)
{
	const struct report_ledger *l = c->read.ledger;

	return report_name_span(l, l->request[request].id);
}

static uint32_t
batch_of(const struct compare *c, uint32_t request)
{
	const struct report_ledger *l = c->read.ledger;

	return l->batch[l->request[request].batch].n;
}

/* ---- entries ---- */

static enum err
fault(void *context, uint64_t entry, const char *what)
{
	struct compare *c = context;

	return add(c, REPORT_ENTRIES, REPORT_UNDETERMINED, entry, 0,
		span_of(NULL, 0), what);
}

static enum err
compare_entry(struct compare *c, const struct store_log_dir *from, uint64_t i)
{
	OWNED_BUF(public, LEDGER_ENTRY);
	OWNED_BUF(mine, LEDGER_ENTRY);
	enum err e = store_log_read_entry(from, i, &public);

	if (err_is_refusal(e))
		return add(c, REPORT_ENTRIES, REPORT_UNDETERMINED, i, 0,
			span_of(NULL, 0),
			"the public ledger cannot be read there");
	if (e == ERR_OK)
		e = store_journal_get(c->in->store, i, &mine, NULL);
	if (e == ERR_NOT_FOUND)
		return add(c, REPORT_ENTRIES, REPORT_ENTRY_WITHOUT_RELEASE, i,
			0, span_of(NULL, 0),
			"the public ledger has it and the store does not");
	if (e != ERR_OK)
		return e;
	return span_eq(buf_span(&public), buf_span(&mine))
		       ? matched(c, REPORT_ENTRIES)
		       : add(c, REPORT_ENTRIES, REPORT_UNDETERMINED, i, 0,
				 span_of(NULL, 0),
				 "the public ledger has other bytes than the "
				 "store");
}

/* Where both lead to the root that is signed, each is the same: one by one only
 * where they do not. */
static enum err
compare_entries(struct compare *c)
{
	OWNED_FD ledger = -1;
	struct store_log_dir from = {.size = c->read.size};
	enum err e;

	if (!c->read.other_root) {
		c->coverage.n[REPORT_ENTRIES][REPORT_MATCHED] +=
			c->read.size -
			c->coverage.n[REPORT_ENTRIES][REPORT_UNDETERMINED];
		return ERR_OK;
	}
	e = os_folder(c->in->dir, "ledger", false, &ledger);
	from.dir = ledger;
	for (uint64_t i = 0; e == ERR_OK && i < c->read.size; i++)
		e = compare_entry(c, &from, i);
	return e;
}

/* ---- rows ---- */

static enum err
other_state(struct compare *c, const struct store_request *row,
	const struct report_request *q)
{
	enum report_state mine = proc_report_state(row);
	enum report_state ledger = (enum report_state)q->state;
	bool left_here = mine >= REPORT_DELIVERED;
	bool left_there = ledger >= REPORT_DELIVERED;
	enum report_outcome outcome =
		left_here == left_there ? REPORT_UNDETERMINED
		: left_here             ? REPORT_RELEASED_WITHOUT_ENTRY
					: REPORT_ENTRY_WITHOUT_RELEASE;
	char what[160];

	(void)snprintf(what, sizeof(what),
		"the store says %s, the entries say %s",
		report_state_text(mine), report_state_text(ledger));
	return add(c, REPORT_REQUESTS_KEPT, outcome, q->judged, row->batch,
		span_text(row->id), what);
}

/* Do row and entries name the same entries and the same package? */
static bool
same_places(const struct compare *c, const struct store_request *row,
	const struct report_request *q)
{
	const struct report_delivery *last =
		q->last == 0 ? NULL : &c->read.ledger->delivery[q->last - 1];

	if (row->judged != q->judged ||
		!span_eq(span_text(row->id),
			report_name_span(c->read.ledger, q->id)))
		return false;
	if (last == NULL)
		return row->delivered == STORE_NO_ENTRY;
	return row->delivered == last->entry &&
	       memcmp(row->package, last->package, STORE_HASH) == 0;
}

/* The entry that judged it says nothing any more, by an act that there is. */
static enum err
is_erased(struct compare *c, const struct store_request *row, bool *ret_is)
{
	struct account_erased erased;
	enum err e = account_erased(c->in, row->judged, &erased);

	*ret_is = e == ERR_OK;
	return err_is_refusal(e) ? ERR_OK : e;
}

static enum err
compare_row(struct compare *c, const struct store_request *row)
{
	const struct report_ledger *l = c->read.ledger;
	size_t at = report_ledger_line(l, row->batch, row->line);
	bool erased = false;
	enum err e;

	if (at == SIZE_MAX) {
		e = is_erased(c, row, &erased);
		if (e != ERR_OK)
			return e;
	}
	if (erased)
		return excluded(c, REPORT_REQUESTS_KEPT);
	if (at == SIZE_MAX)
		return add(c, REPORT_REQUESTS_KEPT,
			REPORT_RELEASED_WITHOUT_ENTRY, REPORT_NO_INDEX,
			row->batch, span_text(row->id),
			"the store has a request that no entry judged");
	c->seen[at] = 1;
	if (proc_report_state(row) != (enum report_state)l->request[at].state)
		return other_state(c, row, &l->request[at]);
	if (!same_places(c, row, &l->request[at]))
		return add(c, REPORT_REQUESTS_KEPT, REPORT_UNDETERMINED,
			l->request[at].judged, row->batch, span_text(row->id),
			"the store names other entries, or another package");
	return matched(c, REPORT_REQUESTS_KEPT);
}

static enum err
compare_batch_rows(struct compare *c, uint32_t batch)
{
	static struct store_request row[PAGE];
	uint64_t after = 0;
	size_t n = PAGE;
	enum err e = ERR_OK;

	while (e == ERR_OK && n == PAGE) {
		e = store_request_page(
			c->in->store, batch, after, row, PAGE, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++)
			e = compare_row(c, &row[i]);
		after = n > 0 ? row[n - 1].line : after;
	}
	return e;
}

static enum err
compare_rows(struct compare *c)
{
	const struct report_ledger *l = c->read.ledger;
	uint32_t last = 0;
	enum err e = store_batch_last(c->in->store, &last);

	for (uint32_t n = 1; e == ERR_OK && n <= last; n++)
		e = compare_batch_rows(c, n);
	for (size_t i = 0; e == ERR_OK && i < l->n_requests; i++)
		if (!c->seen[i])
			e = add(c, REPORT_REQUESTS_KEPT,
				REPORT_ENTRY_WITHOUT_RELEASE,
				l->request[i].judged, batch_of(c, (uint32_t)i),
				id_of(c, (uint32_t)i),
				"an entry judged it and the store has no such "
				"request");
	return e;
}

/* ---- files ---- */

static bool
ends(struct span name, struct span end)
{
	return name.n > end.n &&
	       span_eq(span_of(name.at + name.n - end.n, end.n), end);
}

static enum err
hash_file(int folder, const char *name, uint8_t hash[32])
{
	OWNED_BUF(bytes, RELEASE_FILE_SIZE);
	enum err e = os_read(folder, name, &bytes);

	crypto_sha256(buf_span(&bytes), hash);
	return e;
}

/* A file in the outbox: some entry D must have its hash, of that request. */
static enum err
outbox_file(struct compare *c, uint32_t batch, int folder, const char *name)
{
	const struct report_ledger *l = c->read.ledger;
	struct span text = span_text(name);
	uint8_t hash[32];
	size_t at;
	enum err e = hash_file(folder, name, hash);

	if (err_is_failure(e))
		return e;
	at = e == ERR_OK ? report_ledger_package(l, span_of(hash, sizeof(hash)))
			 : SIZE_MAX;
	if (at == SIZE_MAX)
		return add(c, REPORT_FILES, REPORT_RELEASED_WITHOUT_ENTRY,
			REPORT_NO_INDEX, batch, text,
			"it lies in the outbox and no entry accounts for it");
	c->there[at] = 1;
	if (batch_of(c, l->delivery[at].request) != batch ||
		!ends(text, SPAN(".cms")) ||
		!span_eq(span_of(text.at, text.n - 4),
			id_of(c, l->delivery[at].request)))
		return add(c, REPORT_FILES, REPORT_RELEASED_WITHOUT_ENTRY,
			l->delivery[at].entry, batch, text,
			"it lies in the outbox as another request's");
	if (l->delivery[at].pulled)
		return add(c, REPORT_FILES, REPORT_RELEASED_WITHOUT_ENTRY,
			l->delivery[at].entry, batch, text,
			"it was pulled back, and lies in the outbox");
	return matched(c, REPORT_FILES);
}

/* One that waits for its hand-over, or that a hold pulled back or preserves. */
static enum err
sealed_file(struct compare *c, uint32_t batch, int folder, const char *name)
{
	const struct report_ledger *l = c->read.ledger;
	struct span text = span_text(name);
	struct span id = text;
	uint8_t hash[32];
	size_t at;
	enum err e = hash_file(folder, name, hash);

	if (err_is_failure(e))
		return e;
	at = e == ERR_OK ? report_ledger_package(l, span_of(hash, sizeof(hash)))
			 : SIZE_MAX;
	if (at != SIZE_MAX) {
		c->cut[at] = 1;
		return l->delivery[at].pulled ? excluded(c, REPORT_FILES)
					      : matched(c, REPORT_FILES);
	}
	if (!ends(text, SPAN(".cms")))
		return add(c, REPORT_FILES, REPORT_UNDETERMINED,
			REPORT_NO_INDEX, batch, text,
			"it lies in sealed/ and is no package of ours");
	id.n -= 4;
	at = report_ledger_find(l, batch, id);
	if (at == SIZE_MAX)
		return add(c, REPORT_FILES, REPORT_RELEASED_WITHOUT_ENTRY,
			REPORT_NO_INDEX, batch, text,
			"it is staged for a request that no entry judged");
	c->staged[at] = 1;
	return excluded(c, REPORT_FILES);
}

static enum err
each_file(struct compare *c, uint32_t batch, const char *kind,
	enum err (*one)(struct compare *c, uint32_t batch, int folder,
		const char *name))
{
	OWNED_FD folder = -1;
	const struct dirent *entry;
	DIR *dir;
	enum err e = instance_folder(c->in, kind, batch, false, &folder);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	dir = fdopendir(dup(folder));
	if (dir == NULL)
		return err_origin(ERR_IO);
	rewinddir(dir);
	while (e == ERR_OK && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
			strcmp(entry->d_name, "..") != 0)
			e = one(c, batch, folder, entry->d_name);
	(void)closedir(dir);
	return e;
}

static enum err
compare_files(struct compare *c)
{
	const struct report_ledger *l = c->read.ledger;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->n_batches; i++) {
		e = each_file(c, l->batch[i].n, "outbox", outbox_file);
		if (e == ERR_OK)
			e = each_file(c, l->batch[i].n, "sealed", sealed_file);
	}
	return e;
}

/* ---- hand-overs and seals ---- */

static bool
is_accounted(const struct report_delivery *d)
{
	return d->fetched || d->place != REPORT_HANDED_OVER || d->holder.n > 0;
}

static enum err
compare_release(struct compare *c, size_t i)
{
	const struct report_ledger *l = c->read.ledger;
	const struct report_delivery *d = &l->delivery[i];
	bool last = l->request[d->request].last == i + 1;
	uint32_t batch = batch_of(c, d->request);

	if (c->there[i] && !d->pulled)
		return matched(c, REPORT_RELEASES);
	if (!last || is_accounted(d))
		return excluded(c, REPORT_RELEASES);
	if (c->cut[i])
		return add(c, REPORT_RELEASES, REPORT_ENTRY_WITHOUT_RELEASE,
			d->entry, batch, id_of(c, d->request),
			"its package still lies in sealed/: weir release "
			"finishes it");
	return add(c, REPORT_RELEASES, REPORT_UNDETERMINED, d->entry, batch,
		id_of(c, d->request),
		"it is not in the outbox, nobody fetched it through the service "
		"and no letter says that it arrived: taken otherwise, or never "
		"released");
}

static enum err
compare_seal(struct compare *c, size_t i)
{
	const struct report_ledger *l = c->read.ledger;
	const struct report_seal *s = &l->seal[i];
	const struct report_request *q = &l->request[s->request];
	bool newer = c->newest[s->request] > s->entry;

	if (s->handed_over)
		return matched(c, REPORT_STAGED);
	if (newer || c->staged[s->request] || q->state == REPORT_WITHDRAWN)
		return excluded(c, REPORT_STAGED);
	return add(c, REPORT_STAGED, REPORT_UNDETERMINED, s->entry,
		batch_of(c, s->request), id_of(c, s->request),
		"it was sealed, is staged nowhere and was not handed over");
}

static enum err
compare_releases(struct compare *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < c->read.ledger->n_deliveries; i++)
		e = compare_release(c, i);
	for (size_t i = 0; e == ERR_OK && i < c->read.ledger->n_seals; i++)
		e = compare_seal(c, i);
	return e;
}

/* ---- all of it ---- */

static enum err
compare_all(struct compare *c)
{
	const struct report_ledger *l = c->read.ledger;
	struct why why = {""};
	enum err e;

	c->seen = mem_zeroed(l->n_requests + 1);
	c->staged = mem_zeroed(l->n_requests + 1);
	c->there = mem_zeroed(l->n_deliveries + 1);
	c->cut = mem_zeroed(l->n_deliveries + 1);
	c->newest = mem_zeroed((l->n_requests + 1) * sizeof(*c->newest));
	if (c->seen == NULL || c->staged == NULL || c->there == NULL ||
		c->cut == NULL || c->newest == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < l->n_seals; i++)
		c->newest[l->seal[i].request] = l->seal[i].entry;
	e = compare_entries(c);
	if (e == ERR_OK)
		e = report_ledger_tie(l, &why);
	if (e == ERR_MISMATCH)
		e = add(c, REPORT_REQUESTS_KEPT, REPORT_UNDETERMINED,
			REPORT_NO_INDEX, 0, span_of(NULL, 0), why.text);
	if (e == ERR_OK)
		e = compare_rows(c);
	if (e == ERR_OK)
		e = compare_files(c);
	return e == ERR_OK ? compare_releases(c) : e;
}

enum err
proc_coverage(
	struct instance *in, struct report_doc *doc, uint64_t *ret_findings)
{
	static struct compare c;
	struct report_about about;
	enum err e;

	c = (struct compare){.in = in};
	c.read.fault = fault;
	c.read.context = &c;
	e = proc_report_read(in, PERMIT_REPORTS, "report-coverage",
		span_of(NULL, 0), &c.read);
	if (e == ERR_OK)
		e = compare_all(&c);
	about = proc_report_about(&c.read);
	if (e == ERR_OK)
		e = report_coverage_doc(&c.coverage, &about, doc);
	*ret_findings = c.coverage.n_findings;
	report_coverage_fini(&c.coverage);
	mem_free(c.seen);
	mem_free(c.staged);
	mem_free(c.there);
	mem_free(c.cut);
	mem_free(c.newest);
	proc_report_read_fini(&c.read);
	return e;
}
