/* SPDX-License-Identifier: Apache-2.0 */
/* store_sqlite: what the custodian remembers, and what a bad file does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/day.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "store/store.h"

/* States that are no duplicates: none of these tests' own. */
static bool
duplicate_known(struct store *store, uint32_t batch, uint64_t key,
	uint32_t but_batch, uint64_t but_line)
{
	struct store_duplicate_of of = {
		batch, key, but_batch, but_line, {5, 16, 18}};
	bool known = false;

	assert_int_equal(store_duplicate_known(store, &of, &known), ERR_OK);
	return known;
}

struct place {
	char root[64];
	char path[96];
	struct store *store;
};

static int
enter(void **state)
{
	static struct place p;

	(void)snprintf(p.root, sizeof(p.root), "/tmp/weir-store-XXXXXX");
	if (mkdtemp(p.root) == NULL)
		return -1;
	(void)snprintf(p.path, sizeof(p.path), "%s/store.db", p.root);
	*state = &p;
	return crypto_init() == ERR_OK &&
			       store_open(p.path, true, &p.store) == ERR_OK
		       ? 0
		       : -1;
}

static int
leave(void **state)
{
	struct place *p = *state;

	mem_fail_after(-1);
	p->store = store_free(p->store);
	return os_remove_tree(AT_FDCWD, p->root) == ERR_OK ? 0 : -1;
}

static void
reopen(struct place *p)
{
	p->store = store_free(p->store);
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
}

static void
holds(struct store *store, const char *name, const char *want)
{
	OWNED_BUF(b, 1 << 20);
	enum err e = store_get(store, name, &b);

	if (want == NULL) {
		assert_int_equal(e, ERR_NOT_FOUND);
		return;
	}
	assert_int_equal(e, ERR_OK);
	assert_true(span_eq(buf_span(&b), span_text(want)));
}

/* ---- named bytes, transactions ---- */

static void
named_bytes_are_replaced_and_appended_to_the_buffer(void **state)
{
	struct place *p = *state;
	OWNED_BUF(b, 8);

	holds(p->store, "a", NULL);
	assert_int_equal(store_put(p->store, "a", SPAN("one")), ERR_OK);
	assert_int_equal(store_put(p->store, "b", span_of(NULL, 0)), ERR_OK);
	assert_int_equal(store_put(p->store, "a", SPAN("tw\0")), ERR_OK);
	holds(p->store, "b", "");
	buf_text(&b, "x");
	assert_int_equal(store_get(p->store, "a", &b), ERR_OK);
	assert_true(span_eq(buf_span(&b), SPAN("xtw\0")));
	assert_int_equal(store_put(p->store, "a", SPAN("123456789")), ERR_OK);
	assert_int_equal(store_get(p->store, "a", &b), ERR_TOO_LARGE);
	reopen(p);
	holds(p->store, "a", "123456789");
}

static void
a_group_is_kept_whole_or_not_at_all(void **state)
{
	struct place *p = *state;

	assert_int_equal(store_put(p->store, "a", SPAN("before")), ERR_OK);
	store_rollback(p->store); /* nothing to undo is fine */
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_put(p->store, "a", SPAN("x")), ERR_OK);
	assert_int_equal(store_put(p->store, "b", SPAN("y")), ERR_OK);
	store_rollback(p->store);
	holds(p->store, "a", "before");
	holds(p->store, "b", NULL);
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_put(p->store, "a", SPAN("x")), ERR_OK);
	assert_int_equal(store_put(p->store, "b", SPAN("y")), ERR_OK);
	assert_int_equal(store_commit(p->store), ERR_OK);
	reopen(p);
	holds(p->store, "a", "x");
	holds(p->store, "b", "y");
	/* no transaction to end: a failure with a sentence */
	assert_int_equal(store_commit(p->store), ERR_STORE);
	assert_true(strlen(store_error(p->store)) > 0);
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_begin(p->store), ERR_STORE);
	store_rollback(p->store);
}

/* A process that dies between begin and commit changed nothing; what was
 * committed before it died is there. */
static void
a_killed_process_loses_only_what_it_did_not_commit(void **state)
{
	struct place *p = *state;
	pid_t pid;
	int status;

	p->store = store_free(p->store);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct store *s = NULL;
		bool ok = store_open(p->path, false, &s) == ERR_OK &&
			  store_begin(s) == ERR_OK &&
			  store_put(s, "a", SPAN("kept")) == ERR_OK &&
			  store_commit(s) == ERR_OK &&
			  store_begin(s) == ERR_OK &&
			  store_put(s, "a", SPAN("lost")) == ERR_OK;

		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
	holds(p->store, "a", "kept");
}

/* ---- journal ---- */

static void
the_journal_keeps_each_index_once(void **state)
{
	struct place *p = *state;
	uint8_t entry[STORE_ENTRY];
	uint64_t n = 9;
	OWNED_BUF(e, 1024);
	OWNED_BUF(s, 1024);
	OWNED_BUF(tiny, 3);

	assert_int_equal(store_journal_count(p->store, &n), ERR_OK);
	assert_int_equal(n, 0);
	for (uint64_t i = 0; i < 5; i++) {
		memset(entry, (int)i, sizeof(entry));
		assert_int_equal(
			store_journal_add(p->store, i,
				span_of(entry, sizeof(entry)), SPAN("sealed")),
			ERR_OK);
	}
	assert_int_equal(store_journal_add(p->store, 3, SPAN("e"), SPAN("s")),
		ERR_STORE);
	assert_int_equal(store_journal_count(p->store, &n), ERR_OK);
	assert_int_equal(n, 5);
	assert_int_equal(store_journal_get(p->store, 3, &e, &s), ERR_OK);
	memset(entry, 3, sizeof(entry));
	assert_true(span_eq(buf_span(&e), span_of(entry, sizeof(entry))));
	assert_true(span_eq(buf_span(&s), SPAN("sealed")));
	assert_int_equal(store_journal_get(p->store, 3, NULL, NULL), ERR_OK);
	assert_int_equal(
		store_journal_get(p->store, 5, &e, NULL), ERR_NOT_FOUND);
	assert_int_equal(
		store_journal_get(p->store, 3, NULL, &tiny), ERR_TOO_LARGE);
	assert_int_equal(store_journal_get(p->store, UINT64_MAX, &e, NULL),
		ERR_NOT_FOUND);
}

/* ---- batches ---- */

static struct store_batch
a_batch(uint32_t n, uint64_t sequence)
{
	struct store_batch b = {
		.n = n,
		.sequence = sequence,
		.agreement = "AG-1",
		.n_lines = 77,
		.today = -5,
		.received_at = -6000000000,
		.entry = UINT64_MAX - 1,
		.stage = STAGE_RECEIVED,
		.rounds = 2,
		.clock = INT32_MIN,
	};

	memset(b.sha384, 1, sizeof(b.sha384));
	memset(b.manifest, 2, sizeof(b.manifest));
	memset(b.law, 3, sizeof(b.law));
	memset(b.submitter, 4, sizeof(b.submitter));
	return b;
}

static void
same_batch(const struct store_batch *a, const struct store_batch *b)
{
	assert_int_equal(a->n, b->n);
	assert_true(a->sequence == b->sequence);
	assert_string_equal(a->agreement, b->agreement);
	assert_memory_equal(a->sha384, b->sha384, 48);
	assert_memory_equal(a->manifest, b->manifest, 32);
	assert_memory_equal(a->law, b->law, 32);
	assert_memory_equal(a->submitter, b->submitter, 32);
	assert_true(a->n_lines == b->n_lines);
	assert_int_equal(a->today, b->today);
	assert_true(a->received_at == b->received_at);
	assert_true(a->entry == b->entry);
	assert_int_equal(a->stage, b->stage);
	assert_int_equal(a->rounds, b->rounds);
	assert_int_equal(a->clock, b->clock);
}

static void
batches_are_found_by_number_and_by_sequence(void **state)
{
	struct place *p = *state;
	struct store_batch b = a_batch(1, 10);
	struct store_batch other = a_batch(2, 11);
	struct store_batch got;
	uint32_t last = 9;
	uint64_t sequence = 9;

	assert_int_equal(store_batch_last(p->store, &last), ERR_OK);
	assert_int_equal(last, 0);
	assert_int_equal(
		store_sequence_last(p->store, "AG-1", &sequence), ERR_OK);
	assert_int_equal(sequence, 0);
	assert_int_equal(store_batch_add(p->store, &b), ERR_OK);
	assert_int_equal(store_batch_add(p->store, &other), ERR_OK);
	assert_int_equal(store_batch_get(p->store, 1, &got), ERR_OK);
	same_batch(&got, &b);
	assert_int_equal(store_batch_find(p->store, "AG-1", 11, &got), ERR_OK);
	same_batch(&got, &other);
	assert_int_equal(
		store_batch_find(p->store, "AG-2", 11, &got), ERR_NOT_FOUND);
	assert_int_equal(store_batch_get(p->store, 3, &got), ERR_NOT_FOUND);
	assert_int_equal(store_batch_last(p->store, &last), ERR_OK);
	assert_int_equal(last, 2);
	assert_int_equal(
		store_sequence_last(p->store, "AG-1", &sequence), ERR_OK);
	assert_int_equal(sequence, 11);
	/* neither a number nor a sequence twice */
	other.n = 3;
	assert_int_equal(store_batch_add(p->store, &other), ERR_STORE);
	other.n = 2;
	other.sequence = 12;
	assert_int_equal(store_batch_add(p->store, &other), ERR_STORE);
	/* update changes its four columns and nothing else */
	b.stage = STAGE_ANSWERED;
	b.rounds = 5;
	b.entry = 1234;
	b.n_lines = 78;
	assert_int_equal(store_batch_update(p->store, &b), ERR_OK);
	reopen(p);
	assert_int_equal(store_batch_get(p->store, 1, &got), ERR_OK);
	same_batch(&got, &b);
}

/* ---- requests ---- */

static struct store_request
a_request(uint32_t batch, uint64_t line, const char *id)
{
	struct store_request r = {
		.batch = batch,
		.line = line,
		.answer = 1,
		.state = 3,
		.answered = 1,
		.held = true,
		.unmet = UINT64_MAX,
		.person_key = UINT64_MAX - 2,
		.duplicate_key = line * 1000,
		.reason_key = line * 2000,
		.officer = "OFF-1",
		.judged = 1,
		.matched = STORE_NO_ENTRY,
		.sealed = STORE_NO_ENTRY,
		.delivered = 4,
	};

	(void)snprintf(r.id, sizeof(r.id), "%s", id);
	memset(r.verdict, 7, sizeof(r.verdict));
	memset(r.package, 8, sizeof(r.package));
	return r;
}

static void
same_request(const struct store_request *a, const struct store_request *b)
{
	assert_int_equal(a->batch, b->batch);
	assert_true(a->line == b->line);
	assert_string_equal(a->id, b->id);
	assert_int_equal(a->answer, b->answer);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->answered, b->answered);
	assert_int_equal(a->held, b->held);
	assert_true(a->unmet == b->unmet && a->person_key == b->person_key);
	assert_true(a->duplicate_key == b->duplicate_key &&
		    a->reason_key == b->reason_key);
	assert_string_equal(a->officer, b->officer);
	assert_true(a->judged == b->judged && a->matched == b->matched);
	assert_true(a->sealed == b->sealed && a->delivered == b->delivered);
	assert_memory_equal(a->verdict, b->verdict, 32);
	assert_memory_equal(a->package, b->package, 32);
}

static void
requests_come_back_as_they_were_put(void **state)
{
	struct place *p = *state;
	struct store_request r = a_request(1, 1, "R1");
	struct store_request longest = a_request(1, 2, "");
	struct store_request got;

	memset(longest.id, 'i', STORE_ID_MAX - 1);
	memset(longest.officer, 'o', STORE_ID_MAX - 1);
	longest.held = false;
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_int_equal(store_request_add(p->store, &longest), ERR_OK);
	assert_int_equal(store_request_add(p->store, &r), ERR_STORE);
	assert_int_equal(store_request_get(p->store, 1, 1, &got), ERR_OK);
	same_request(&got, &r);
	assert_int_equal(store_request_get(p->store, 1, 2, &got), ERR_OK);
	same_request(&got, &longest);
	assert_int_equal(
		store_request_get(p->store, 1, 3, &got), ERR_NOT_FOUND);
	assert_int_equal(
		store_request_get(p->store, 2, 1, &got), ERR_NOT_FOUND);
	r.state = 9;
	r.sealed = 55;
	r.held = false;
	r.verdict[0] = 0;
	assert_int_equal(store_request_update(p->store, &r), ERR_OK);
	reopen(p);
	assert_int_equal(store_request_get(p->store, 1, 1, &got), ERR_OK);
	same_request(&got, &r);
}

static void
an_id_is_found_in_its_batch_and_in_the_last(void **state)
{
	struct place *p = *state;
	struct store_request got;

	for (uint32_t batch = 1; batch <= 3; batch++)
		for (uint64_t line = 1; line <= 2; line++) {
			struct store_request r = a_request(batch, line, "R1");

			assert_int_equal(
				store_request_add(p->store, &r), ERR_OK);
		}
	assert_int_equal(store_request_find(p->store, "R1", &got), ERR_OK);
	assert_int_equal(got.batch, 3);
	assert_int_equal(got.line, 1);
	assert_int_equal(store_request_in(p->store, 2, "R1", &got), ERR_OK);
	assert_int_equal(got.batch, 2);
	assert_int_equal(got.line, 1);
	assert_int_equal(
		store_request_in(p->store, 4, "R1", &got), ERR_NOT_FOUND);
	assert_int_equal(
		store_request_find(p->store, "r1", &got), ERR_NOT_FOUND);
	assert_int_equal(store_request_find(p->store, "R1' OR 1=1 --", &got),
		ERR_NOT_FOUND);
}

static void
pages_give_every_row_once_in_order(void **state)
{
	struct place *p = *state;
	struct store_request page[7];
	uint64_t last = 0;
	uint64_t done = 9;
	size_t seen = 0;
	size_t n = 9;

	assert_int_equal(store_lines_done(p->store, 1, &done), ERR_OK);
	assert_int_equal(done, 0);
	for (uint64_t line = 50; line >= 1; line--) {
		struct store_request r = a_request(1, line, "R");
		struct store_request other = a_request(2, line, "R");

		assert_int_equal(store_request_add(p->store, &r), ERR_OK);
		assert_int_equal(store_request_add(p->store, &other), ERR_OK);
	}
	do {
		assert_int_equal(
			store_request_page(p->store, 1, last, page, 7, &n),
			ERR_OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(page[i].batch, 1);
			assert_true(page[i].line == last + 1);
			last = page[i].line;
		}
		seen += n;
	} while (n > 0);
	assert_int_equal(seen, 50);
	assert_int_equal(
		store_request_page(p->store, 1, 0, page, 0, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_lines_done(p->store, 1, &done), ERR_OK);
	assert_int_equal(done, 50);
}

/* ---- what earlier batches know ---- */

enum { REFUSED = 4 }; /* LAW_REFUSED, as the statements have it */

static void
add_batch(struct store *store, uint32_t n, int32_t today)
{
	struct store_batch b = a_batch(n, n);

	b.today = today;
	assert_int_equal(store_batch_add(store, &b), ERR_OK);
}

static enum err
collect(void *context, uint64_t person)
{
	uint64_t *sum = context;

	sum[0]++;
	sum[1] += person;
	return ERR_OK;
}

static enum err
stop_at_once(void *context, uint64_t person)
{
	(void)person;
	(*(unsigned *)context)++;
	return ERR_BUSY;
}

/* What weir:supersedes names: of the agreement, before, the last, its first. */
static void
a_request_is_named_within_its_agreement(void **state)
{
	struct place *p = *state;
	struct store_request got;

	for (uint32_t batch = 1; batch <= 4; batch++) {
		struct store_batch b = a_batch(batch, batch);

		if (batch == 3)
			(void)snprintf(b.agreement, sizeof(b.agreement), "B");
		assert_int_equal(store_batch_add(p->store, &b), ERR_OK);
		for (uint64_t line = 7; line >= 6; line--) {
			struct store_request r = a_request(batch, line, "R1");

			assert_int_equal(
				store_request_add(p->store, &r), ERR_OK);
		}
	}
	assert_int_equal(
		store_request_named(p->store, "AG-1", 4, "R1", &got), ERR_OK);
	assert_int_equal(got.batch, 2);
	assert_int_equal(got.line, 6);
	assert_int_equal(
		store_request_named(p->store, "B", 4, "R1", &got), ERR_OK);
	assert_int_equal(got.batch, 3);
	assert_int_equal(store_request_named(p->store, "B", 3, "R1", &got),
		ERR_NOT_FOUND);
	assert_int_equal(store_request_named(p->store, "AG-1", 1, "R1", &got),
		ERR_NOT_FOUND);
	assert_int_equal(store_request_named(p->store, "AG-1", 4, "R2", &got),
		ERR_NOT_FOUND);
}

static void
counters_look_at_accepted_lines_of_other_batches_since_a_day(void **state)
{
	struct place *p = *state;
	uint64_t line = 0;
	uint64_t n = 0;
	uint64_t sum[2] = {0};
	unsigned stopped = 0;
	bool known;

	for (uint32_t batch = 1; batch <= 3; batch++) {
		add_batch(p->store, batch, (int32_t)batch * 10);
		for (uint64_t i = 0; i < 4; i++) {
			struct store_request r = a_request(batch, ++line, "R");

			r.person_key = 100 + i / 2; /* two persons each */
			r.duplicate_key = batch * 10 + i;
			r.reason_key = batch * 10 + i;
			r.answer = i == 3 ? REFUSED : 1;
			assert_int_equal(
				store_request_add(p->store, &r), ERR_OK);
		}
	}
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_int_equal(store_volume(p->store, 0, 0, &n), ERR_OK);
	assert_int_equal(n, 9);
	assert_int_equal(store_volume(p->store, 20, 0, &n), ERR_OK);
	assert_int_equal(n, 6);
	assert_int_equal(store_volume(p->store, 20, 3, &n), ERR_OK);
	assert_int_equal(n, 3);
	assert_int_equal(
		store_officer_persons(p->store, "OFF-1", 0, 3, collect, sum),
		ERR_OK);
	assert_int_equal(sum[0], 2);
	assert_int_equal(sum[1], 201);
	assert_int_equal(
		store_officer_persons(p->store, "OFF-2", 0, 3, collect, sum),
		ERR_OK);
	assert_int_equal(sum[0], 2);
	assert_int_equal(store_officer_persons(p->store, "OFF-1", 0, 3,
				 stop_at_once, &stopped),
		ERR_BUSY);
	assert_int_equal(stopped, 1);
	/* a key of this batch, of another, of a refused line, of none */
	assert_false(duplicate_known(p->store, 1, 10, 0, 0));
	assert_true(duplicate_known(p->store, 2, 10, 0, 0));
	assert_false(duplicate_known(p->store, 2, 13, 0, 0));
	assert_false(duplicate_known(p->store, 2, 99, 0, 0));
	/* the line that is amended; one of its number, one of its batch */
	assert_false(duplicate_known(p->store, 2, 10, 1, 1));
	assert_true(duplicate_known(p->store, 2, 10, 2, 1));
	assert_true(duplicate_known(p->store, 2, 10, 1, 2));
	/* and what was given back, withdrawn or superseded since */
	for (uint8_t in = 4; in < 20; in++) {
		struct store_request r;

		assert_int_equal(store_request_get(p->store, 1, 1, &r), ERR_OK);
		r.state = in;
		assert_int_equal(store_request_update(p->store, &r), ERR_OK);
		assert_int_equal(duplicate_known(p->store, 2, 10, 0, 0),
			in != 5 && in != 16 && in != 18);
	}
	/* a reason: the same person may bring it again */
	assert_int_equal(
		store_reason_known(p->store, 2, 10, 100, &known), ERR_OK);
	assert_false(known);
	assert_int_equal(
		store_reason_known(p->store, 2, 10, 101, &known), ERR_OK);
	assert_true(known);
	assert_int_equal(
		store_reason_known(p->store, 1, 10, 101, &known), ERR_OK);
	assert_false(known);
	assert_int_equal(
		store_reason_known(p->store, 2, 13, 100, &known), ERR_OK);
	assert_false(known);
}

static void
counts_add_up_to_the_lines(void **state)
{
	struct place *p = *state;
	struct store_count counts[16];
	size_t n = 0;
	uint64_t sum = 0;

	for (uint64_t line = 1; line <= 30; line++) {
		struct store_request r = a_request(1, line, "R");

		r.state = (uint8_t)(line % 3);
		r.answered = (uint8_t)(line % 2);
		r.answer = 1;
		assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	}
	assert_int_equal(store_counts(p->store, 1, counts, 16, &n), ERR_OK);
	assert_int_equal(n, 6);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(counts[i].n, 5);
		sum += counts[i].n;
	}
	assert_int_equal(sum, 30);
	assert_int_equal(store_counts(p->store, 2, counts, 16, &n), ERR_OK);
	assert_int_equal(n, 0);
	/* more kinds than there are in a sound store: an answer, no crash */
	assert_int_equal(store_counts(p->store, 1, counts, 5, &n), ERR_STORE);
	assert_true(strlen(store_error(p->store)) > 0);
	assert_int_equal(store_counts(p->store, 1, counts, 6, &n), ERR_OK);
	assert_int_equal(n, 6);
}

/* ---- approvals ---- */

struct seen {
	unsigned n;
	uint64_t last;
};

static enum err
look(void *context, const struct store_approval *a)
{
	struct seen *seen = context;

	assert_true(a->id > seen->last);
	seen->last = a->id;
	assert_int_equal(a->batch, 1);
	assert_int_equal(a->withhold, seen->n == 1);
	assert_int_equal(a->signer[0], seen->n);
	assert_int_equal(a->entry, 100 + seen->n);
	assert_true(span_eq(a->text, SPAN("text")));
	assert_true(span_eq(a->signature, SPAN("")));
	seen->n++;
	return seen->n == 3 ? ERR_BUSY : ERR_OK;
}

static void
approvals_come_in_the_order_they_were_made(void **state)
{
	struct place *p = *state;
	struct seen seen = {0};

	for (unsigned i = 0; i < 3; i++) {
		struct store_approval a = {.batch = 1,
			.withhold = i == 1,
			.entry = 100 + i,
			.text = SPAN("text")};

		memset(a.signer, (int)i, sizeof(a.signer));
		assert_int_equal(store_approval_add(p->store, &a), ERR_OK);
		a.batch = 2;
		assert_int_equal(store_approval_add(p->store, &a), ERR_OK);
		if (i == 1) {
			assert_int_equal(
				store_approval_each(p->store, 1, look, &seen),
				ERR_OK);
			assert_int_equal(seen.n, 2);
			seen = (struct seen){0};
		}
	}
	assert_int_equal(
		store_approval_each(p->store, 1, look, &seen), ERR_BUSY);
	assert_int_equal(seen.n, 3);
	assert_int_equal(store_approval_each(p->store, 3, look, &seen), ERR_OK);
}

/* ---- bad files ---- */

static void
sql(const char *path, const char *text)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Lines of one batch: of `n`, the last `refused`; under one officer. */
static void
add_asked(struct store *store, uint32_t batch, uint64_t from, uint64_t n,
	uint64_t refused, uint8_t authority, const char *officer)
{
	for (uint64_t i = 0; i < n; i++) {
		struct store_request r = a_request(batch, from + i, "R");

		r.authority = authority;
		r.answer = i + refused < n ? 1 : REFUSED;
		(void)snprintf(r.officer, sizeof(r.officer), "%s", officer);
		assert_int_equal(store_request_add(store, &r), ERR_OK);
	}
}

static void
add_batch_of(
	struct store *store, uint32_t n, const char *agreement, int32_t today)
{
	struct store_batch b = a_batch(n, n);

	b.today = today;
	b.stage = STAGE_JUDGED;
	(void)snprintf(b.agreement, sizeof(b.agreement), "%s", agreement);
	assert_int_equal(store_batch_add(store, &b), ERR_OK);
}

/* Batches 1 and 2 on day 20, 3 on day 10; 4 under another agreement. */
static void
add_three_days(struct store *store)
{
	add_batch_of(store, 1, "AG-1", 20);
	add_asked(store, 1, 1, 5, 2, 4, "A");
	add_asked(store, 1, 6, 2, 0, 5, "B");
	add_asked(store, 1, 8, 3, 3, 4, "C");
	add_batch_of(store, 2, "AG-1", 20);
	add_asked(store, 2, 1, 4, 0, 4, "B");
	add_asked(store, 2, 5, 1, 0, STORE_NO_AUTHORITY, "D");
	add_batch_of(store, 3, "AG-1", 10);
	add_asked(store, 3, 1, 9, 1, 4, "B");
	add_batch_of(store, 4, "AG-2", 20);
	add_asked(store, 4, 1, 7, 0, 4, "A");
	for (uint32_t batch = 1; batch <= 4; batch++)
		assert_int_equal(store_tally(store, batch), ERR_OK);
}

static void
tallies_count_by_agreement_day_and_statute(void **state)
{
	struct place *p = *state;
	uint64_t n = 0;
	uint64_t accepted = 0;

	add_three_days(p->store);
	assert_int_equal(store_tally_batch(p->store, 1, &n), ERR_OK);
	assert_int_equal(n, 5);
	assert_int_equal(store_tally_batch(p->store, 9, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_tally_day(p->store, "AG-1", 20, &n), ERR_OK);
	assert_int_equal(n, 10);
	assert_int_equal(store_tally_day(p->store, "AG-2", 20, &n), ERR_OK);
	assert_int_equal(n, 7);
	assert_int_equal(store_tally_day(p->store, "AG-1", 19, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
		store_tally_since(p->store, "AG-1", 4, 10, &n, &accepted),
		ERR_OK);
	assert_int_equal(n, 22); /* with one of an older store */
	assert_int_equal(accepted, 16);
	assert_int_equal(
		store_tally_since(p->store, "AG-1", 4, 11, &n, &accepted),
		ERR_OK);
	assert_int_equal(n, 13);
	assert_int_equal(accepted, 8);
	assert_int_equal(
		store_tally_since(p->store, "AG-1", 5, 0, &n, &accepted),
		ERR_OK);
	assert_int_equal(n, 3);
	/* counted again, after one was judged anew */
	{
		struct store_request r;

		assert_int_equal(store_request_get(p->store, 1, 8, &r), ERR_OK);
		r.answer = 1;
		assert_int_equal(store_request_update(p->store, &r), ERR_OK);
	}
	assert_int_equal(store_tally(p->store, 1), ERR_OK);
	assert_int_equal(store_tally_batch(p->store, 1, &n), ERR_OK);
	assert_int_equal(n, 6);
}

static void
most_of_a_day_are_of_an_officer_whom_the_batch_names(void **state)
{
	struct place *p = *state;
	struct store_officer_day most;

	add_three_days(p->store);
	assert_int_equal(
		store_officer_day(p->store, 1, "AG-1", 20, 5, &most), ERR_OK);
	assert_string_equal(most.officer, "B"); /* 2, and 4 in batch 2 */
	assert_int_equal(most.n, 6);
	assert_int_equal(most.over, 1);
	assert_int_equal(
		store_officer_day(p->store, 1, "AG-1", 20, 2, &most), ERR_OK);
	assert_int_equal(most.over, 2);
	assert_int_equal(
		store_officer_day(p->store, 1, "AG-1", 20, 6, &most), ERR_OK);
	assert_int_equal(most.over, 0);
	assert_int_equal(
		store_officer_day(p->store, 4, "AG-2", 20, 1, &most), ERR_OK);
	assert_string_equal(most.officer, "A");
	assert_int_equal(most.n, 7);
	add_batch_of(p->store, 5, "AG-1", 30);
	add_asked(p->store, 5, 1, 3, 3, 4, "B");
	assert_int_equal(
		store_officer_day(p->store, 5, "AG-1", 30, 0, &most), ERR_OK);
	assert_string_equal(most.officer, "");
	assert_int_equal(most.n, 0);
}

/* ---- review ---- */

static enum err
join_answer(void *context, uint64_t line, uint8_t answer)
{
	uint64_t *sum = context;

	*sum = *sum * 100 + line * 10 + answer;
	return ERR_OK;
}

static enum err
join_sampled(void *context, const struct store_sampled *s)
{
	uint64_t *sum = context;

	assert_int_equal(s->batch, 1);
	assert_true(s->drawn == 77);
	*sum = *sum * 1000 + s->line * 100 + s->part * 10U + s->wrong;
	assert_true((s->decided == STORE_NO_ENTRY) == !s->wrong);
	return ERR_OK;
}

static void
a_sample_is_kept_with_what_was_decided(void **state)
{
	struct place *p = *state;
	uint64_t sum = 0;

	for (uint64_t line = 1; line <= 3; line++) {
		struct store_request r = a_request(1, line, "R");
		struct store_sampled s = {
			1, line, line == 2 ? 0 : 1, false, 77, STORE_NO_ENTRY};

		r.answer = line == 2 ? 4 : 0;
		assert_int_equal(store_request_add(p->store, &r), ERR_OK);
		assert_int_equal(store_sampled_add(p->store, &s), ERR_OK);
		assert_int_equal(store_sampled_add(p->store, &s), ERR_STORE);
	}
	assert_int_equal(store_answers(p->store, 1, join_answer, &sum), ERR_OK);
	assert_int_equal(sum, 102430);
	assert_int_equal(store_sampled_update(p->store,
				 &(struct store_sampled){1, 3, 0, true, 0, 78}),
		ERR_OK);
	sum = 0;
	assert_int_equal(
		store_sampled_each(p->store, 1, join_sampled, &sum), ERR_OK);
	assert_int_equal(sum, 200110311); /* the refused one first */
	sum = 0;
	assert_int_equal(
		store_sampled_each(p->store, 2, join_sampled, &sum), ERR_OK);
	assert_int_equal(sum, 0);
}

static void
what_waits_comes_in_the_order_of_batches_and_lines(void **state)
{
	struct place *p = *state;
	static const uint8_t waits[] = {4, 8, 9};
	struct store_request got = {.batch = 0};
	uint8_t person[STORE_HASH] = {7};
	uint8_t who[STORE_HASH];
	unsigned n = 0;

	for (uint32_t batch = 1; batch <= 2; batch++)
		for (uint64_t line = 1; line <= 18; line++) {
			struct store_request r = a_request(batch, line, "R");

			r.state = (uint8_t)line;
			assert_int_equal(
				store_request_add(p->store, &r), ERR_OK);
		}
	while (store_waiting_next(p->store, got.batch, got.line, &got) ==
		ERR_OK) {
		assert_int_equal(got.batch, 1 + n / 3);
		assert_int_equal(got.line, waits[n % 3]);
		n++;
	}
	assert_int_equal(n, 6);
	assert_int_equal(store_assigned(p->store, 1, 8, who), ERR_NOT_FOUND);
	assert_int_equal(store_assign(p->store, 1, 8, who), ERR_OK);
	assert_int_equal(store_assign(p->store, 1, 8, person), ERR_OK);
	assert_int_equal(store_assigned(p->store, 1, 8, who), ERR_OK);
	assert_memory_equal(who, person, sizeof(who));
	assert_int_equal(store_assigned(p->store, 2, 8, who), ERR_NOT_FOUND);
}

static void
acts_are_found_among_the_entries(void **state)
{
	struct place *p = *state;
	uint64_t idx = 0;

	for (uint64_t i = 0; i < 6; i++)
		assert_int_equal(store_journal_add(p->store, i,
					 i % 3 == 1 ? SPAN("WLE1\x09")
						    : SPAN("WLE1\x08"),
					 SPAN("s")),
			ERR_OK);
	assert_int_equal(store_journal_act(p->store, 6, &idx), ERR_OK);
	assert_int_equal(idx, 4);
	assert_int_equal(store_journal_act(p->store, 4, &idx), ERR_OK);
	assert_int_equal(idx, 1);
	assert_int_equal(store_journal_act(p->store, 1, &idx), ERR_NOT_FOUND);
}

static void
a_counter_of_tags_is_kept_by_its_hash(void **state)
{
	struct place *p = *state;
	struct store_subject s = {
		.row = {1}, .salt = {2}, .period = 24310, .n = 3};
	struct store_subject got;

	assert_int_equal(
		store_subject_get(p->store, s.row, &got), ERR_NOT_FOUND);
	assert_int_equal(store_subject_put(p->store, &s), ERR_OK);
	s.n = 4;
	assert_int_equal(store_subject_put(p->store, &s), ERR_OK);
	assert_int_equal(store_subject_get(p->store, s.row, &got), ERR_OK);
	assert_memory_equal(got.row, s.row, STORE_HASH);
	assert_memory_equal(got.salt, s.salt, STORE_HASH);
	assert_int_equal(got.period, s.period);
	assert_int_equal(got.n, s.n);
}

static void
erasures_are_kept_with_what_they_take(void **state)
{
	struct place *p = *state;
	struct store_erasure e = {
		.n = 1, .state = 1, .asked = 40, .answered = STORE_NO_ENTRY};
	const struct store_doomed d = {
		.idx = 7, .act = 41, .batch = 2, .line = 3, .subject = {5}};
	struct store_doomed got_doomed;
	struct store_erasure got;
	uint64_t act = 0;

	assert_int_equal(store_erasure_next(p->store, 0, &got), ERR_NOT_FOUND);
	assert_int_equal(store_erasure_put(p->store, &e), ERR_OK);
	e.state = 2;
	e.answered = 41;
	assert_int_equal(store_erasure_put(p->store, &e), ERR_OK);
	assert_int_equal(store_erasure_next(p->store, 0, &got), ERR_OK);
	assert_int_equal(got.state, 2);
	assert_int_equal(got.asked, 40);
	assert_int_equal(got.answered, 41);
	assert_int_equal(store_erasure_next(p->store, 1, &got), ERR_NOT_FOUND);
	assert_int_equal(store_erased_get(p->store, 2, 3, &act), ERR_NOT_FOUND);
	assert_int_equal(store_erased_add(p->store, 2, 3, 41), ERR_OK);
	assert_int_equal(store_erased_get(p->store, 2, 3, &act), ERR_OK);
	assert_int_equal(act, 41);
	assert_int_equal(store_doomed_add(p->store, &d), ERR_OK);
	assert_int_equal(
		store_doomed_next(p->store, STORE_NO_ENTRY, &got_doomed),
		ERR_OK);
	assert_int_equal(got_doomed.idx, 7);
	assert_int_equal(got_doomed.act, 41);
	assert_int_equal(got_doomed.line, 3);
	assert_memory_equal(got_doomed.subject, d.subject, STORE_HASH);
	assert_int_equal(
		store_doomed_next(p->store, 7, &got_doomed), ERR_NOT_FOUND);
	assert_int_equal(store_doomed_done(p->store), ERR_OK);
	assert_int_equal(
		store_doomed_next(p->store, STORE_NO_ENTRY, &got_doomed),
		ERR_NOT_FOUND);
}

static void
a_shredded_row_says_nothing_of_the_person(void **state)
{
	struct place *p = *state;
	struct store_request r = {.batch = 1,
		.line = 1,
		.id = "R1",
		.state = 10,
		.unmet = 5,
		.person_key = 6,
		.duplicate_key = 7,
		.reason_key = 8,
		.verdict = {9},
		.package = {10}};

	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_int_equal(store_request_shred(p->store, 1, 1), ERR_OK);
	assert_int_equal(store_request_get(p->store, 1, 1, &r), ERR_OK);
	assert_int_equal(r.unmet | r.person_key | r.duplicate_key |
				 r.reason_key | r.verdict[0],
		0);
	assert_string_equal(r.id, "R1");
	assert_int_equal(r.state, 10);
	assert_int_equal(r.package[0], 10);
}

static void
roots_over_tags_are_found_by_their_time(void **state)
{
	struct place *p = *state;
	const struct store_map maps[] = {{10, 1000, 12}, {30, 2000, 33}};
	struct store_map got;

	assert_int_equal(store_map_last(p->store, &got), ERR_NOT_FOUND);
	assert_int_equal(store_map_add(p->store, &maps[1]), ERR_OK);
	assert_int_equal(store_map_add(p->store, &maps[0]), ERR_OK);
	assert_int_equal(store_map_after(p->store, 1000, &got), ERR_OK);
	assert_memory_equal(&got, &maps[0], sizeof(got));
	assert_int_equal(store_map_after(p->store, 1001, &got), ERR_OK);
	assert_memory_equal(&got, &maps[1], sizeof(got));
	assert_int_equal(store_map_after(p->store, 2001, &got), ERR_NOT_FOUND);
	assert_int_equal(store_map_last(p->store, &got), ERR_OK);
	assert_memory_equal(&got, &maps[1], sizeof(got));
}

static void
delays_are_found_in_order_and_what_they_keep_back(void **state)
{
	struct place *p = *state;
	struct store_delay d = {.n = 1,
		.batch = 2,
		.line = 7,
		.until = 20000,
		.placed = 40,
		.lifted = STORE_NO_ENTRY,
		.told = STORE_NO_ENTRY};
	struct store_delay got;
	bool stands = false;
	uint64_t n = 0;

	assert_int_equal(store_delay_next(p->store, 0, &got), ERR_NOT_FOUND);
	assert_int_equal(store_delay_put(p->store, &d), ERR_OK);
	assert_int_equal(
		store_delay_stands(p->store, 2, 7, 19999, &stands), ERR_OK);
	assert_true(stands);
	assert_int_equal(
		store_delay_stands(p->store, 2, 7, 20000, &stands), ERR_OK);
	assert_false(stands);
	assert_int_equal(
		store_delay_stands(p->store, 2, 8, 19999, &stands), ERR_OK);
	assert_false(stands);
	d.lifted = 41;
	assert_int_equal(store_delay_put(p->store, &d), ERR_OK);
	assert_int_equal(
		store_delay_stands(p->store, 2, 7, 19999, &stands), ERR_OK);
	assert_false(stands);
	assert_int_equal(store_delay_next(p->store, 0, &got), ERR_OK);
	assert_int_equal(got.n, d.n);
	assert_int_equal(got.batch, d.batch);
	assert_int_equal(got.line, d.line);
	assert_int_equal(got.until, d.until);
	assert_int_equal(got.placed, d.placed);
	assert_int_equal(got.lifted, d.lifted);
	assert_true(got.told == STORE_NO_ENTRY);
	assert_int_equal(store_delay_next(p->store, 1, &got), ERR_NOT_FOUND);

	assert_int_equal(store_delayed_add(p->store, 2, 7, 60), ERR_OK);
	assert_int_equal(store_delayed_add(p->store, 2, 7, 50), ERR_OK);
	assert_int_equal(store_delayed_add(p->store, 2, 8, 55), ERR_OK);
	assert_int_equal(
		store_delayed_next(p->store, 2, 7, STORE_NO_ENTRY, &n), ERR_OK);
	assert_int_equal(n, 50);
	assert_int_equal(store_delayed_next(p->store, 2, 7, 50, &n), ERR_OK);
	assert_int_equal(n, 60);
	assert_int_equal(store_delayed_told(p->store, 2, 7, 70), ERR_OK);
	assert_int_equal(store_delayed_next(p->store, 2, 7, STORE_NO_ENTRY, &n),
		ERR_NOT_FOUND);
	assert_int_equal(
		store_delayed_next(p->store, 2, 8, STORE_NO_ENTRY, &n), ERR_OK);
}

/* Back to what version 1 was, with what is in it. */
static const char to_version_1[] =
	"CREATE TABLE old(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)"
	" WITHOUT ROWID; INSERT INTO old SELECT * FROM named;"
	"DROP TABLE named; ALTER TABLE old RENAME TO named;"
	"DROP TABLE request_key; DROP TABLE keyed; DROP INDEX batch_day;"
	"CREATE INDEX request_duplicate ON request(duplicate_key);"
	"CREATE INDEX request_reason ON request(reason_key);"
	"CREATE INDEX request_officer ON request(officer);"
	"DROP INDEX journal_act; DROP INDEX request_waits; DROP TABLE sampled; DROP TABLE assigned;"
	"DROP TABLE tally; DROP TABLE matter; DROP TABLE letter;"
	"DROP TABLE erasure; DROP TABLE erased; DROP TABLE doomed;"
	"DROP TABLE subject; DROP TABLE map; DROP TABLE delay; DROP TABLE delayed;"
	"DROP TABLE book; DROP TABLE single;"
	"ALTER TABLE batch DROP COLUMN counted;"
	"ALTER TABLE request DROP COLUMN authority;"
	"ALTER TABLE request DROP COLUMN since;"
	"UPDATE batch SET stage = 1 WHERE n = 3;"
	"PRAGMA user_version = 1;";

static void
an_older_store_is_brought_to_this_version(void **state)
{
	struct place *p = *state;
	struct store_batch batch;
	struct store_request r;
	uint64_t n = 0;
	uint64_t accepted = 0;
	uint64_t sum[2] = {0};

	add_three_days(p->store);
	p->store = store_free(p->store);
	sql(p->path, to_version_1);
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
	assert_int_equal(store_batch_get(p->store, 1, &batch), ERR_OK);
	assert_true(batch.counted == STORE_NO_ENTRY);
	assert_int_equal(store_request_get(p->store, 1, 1, &r), ERR_OK);
	assert_int_equal(r.authority, STORE_NO_AUTHORITY);
	/* what was accepted counts; a batch not judged whole will be counted */
	assert_int_equal(
		store_tally_since(p->store, "AG-1", 4, 0, &n, &accepted),
		ERR_OK);
	assert_int_equal(n, 10);
	assert_int_equal(accepted, 10);
	/* its requests have no keys yet: they are made when asked for */
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_int_equal(
		store_officer_persons(p->store, "B", 0, 9, collect, sum),
		ERR_OK);
	assert_int_equal(sum[0], 1);
}

/* A batch that a crash left half judged is among those that others are weighed
 * against, and gets its other keys when it has its other lines. */
static void
lines_of_a_batch_that_is_being_judged_are_known(void **state)
{
	struct place *p = *state;
	struct store_batch batch = a_batch(1, 1);
	struct store_request r = a_request(1, 1, "R1");
	struct store_request later = a_request(1, 2, "R2");

	batch.stage = STAGE_RECEIVED;
	r.duplicate_key = 10;
	later.duplicate_key = 11;
	assert_int_equal(store_batch_add(p->store, &batch), ERR_OK);
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_false(duplicate_known(p->store, 2, 10, 0, 0));
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_true(duplicate_known(p->store, 2, 10, 0, 0));

	batch.stage = STAGE_JUDGED;
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_request_add(p->store, &later), ERR_OK);
	assert_int_equal(store_batch_update(p->store, &batch), ERR_OK);
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_int_equal(store_commit(p->store), ERR_OK);
	assert_true(duplicate_known(p->store, 2, 10, 0, 0));
	assert_true(duplicate_known(p->store, 2, 11, 0, 0));

	/* Judged whole, it is not gone over again. */
	later.line = 3;
	later.duplicate_key = 12;
	assert_int_equal(store_request_add(p->store, &later), ERR_OK);
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_false(duplicate_known(p->store, 2, 12, 0, 0));
}

/* A book's keys are there line by line, its envelopes are known, and it is found
 * by what it is of until it is closed. */
static void
a_book_is_found_and_its_lines_have_keys(void **state)
{
	struct place *p = *state;
	struct store_batch batch = a_batch(1, STORE_BOOK_SEQUENCE + 1);
	struct store_batch other = batch;
	struct store_request r = a_request(1, 1, "R1");
	struct store_single single = {.manifest = {7}, 1, 1, 40};
	struct store_single found;
	uint8_t hash[STORE_HASH] = {9};
	uint64_t last = 7;
	uint32_t n = 0;
	bool open = false;

	batch.stage = STAGE_RECEIVED;
	r.duplicate_key = 10;
	assert_true(store_is_book(&batch));
	assert_int_equal(store_batch_add(p->store, &batch), ERR_OK);
	assert_int_equal(store_book_add(p->store, 1, "C-1"), ERR_OK);
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_int_equal(store_keys_add(p->store, &r), ERR_OK);
	assert_int_equal(store_single_add(p->store, &single), ERR_OK);
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_true(duplicate_known(p->store, 2, 10, 0, 0));
	/* no batch's number */
	assert_int_equal(
		store_sequence_last(p->store, batch.agreement, &last), ERR_OK);
	assert_int_equal(last, 0);
	assert_int_equal(store_book_find(p->store, &batch, "C-1", &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(
		store_book_find(p->store, &batch, "C-2", &n), ERR_NOT_FOUND);
	other.today++;
	assert_int_equal(
		store_book_find(p->store, &other, "C-1", &n), ERR_NOT_FOUND);
	assert_int_equal(
		store_single_find(p->store, single.manifest, &found), ERR_OK);
	assert_int_equal(found.judged, 40);
	assert_int_equal(
		store_single_find(p->store, hash, &found), ERR_NOT_FOUND);
	assert_int_equal(store_book_hash(p->store, 1, hash), ERR_OK);
	assert_int_equal(store_book_close(p->store, 1), ERR_OK);
	memset(hash, 0, sizeof(hash));
	assert_int_equal(store_book_get(p->store, 1, &open, hash), ERR_OK);
	assert_false(open);
	assert_int_equal(hash[0], 9);
	assert_int_equal(
		store_book_find(p->store, &batch, "C-1", &n), ERR_NOT_FOUND);
}

/* What the redo log brings to an open book comes without keys: they are made
 * before they are asked for. */
static void
a_book_that_the_redo_log_brings_gets_its_keys(void **state)
{
	struct place *p = *state;
	struct store_batch batch = a_batch(1, STORE_BOOK_SEQUENCE + 1);
	struct store_request r = a_request(1, 1, "R1");
	struct store_request more = a_request(1, 2, "R2");
	OWNED_FD dir = -1;
	uint64_t behind = 0;
	uint64_t n = 0;

	batch.stage = STAGE_RECEIVED;
	r.duplicate_key = 10;
	more.duplicate_key = 11;
	assert_int_equal(os_folder(AT_FDCWD, p->root, false, &dir), ERR_OK);
	assert_int_equal(store_redo_attach(p->store, dir, &behind), ERR_OK);
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_batch_add(p->store, &batch), ERR_OK);
	assert_int_equal(store_book_add(p->store, 1, "C-1"), ERR_OK);
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_int_equal(store_keys_add(p->store, &r), ERR_OK);
	assert_int_equal(store_commit(p->store), ERR_OK);
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_request_add(p->store, &more), ERR_OK);
	assert_int_equal(store_keys_add(p->store, &more), ERR_OK);
	assert_int_equal(store_commit(p->store), ERR_OK);
	p->store = store_free(p->store);
	/* as a crash leaves it between the log and the store */
	sql(p->path, "DELETE FROM request WHERE line = 2;"
		     "DELETE FROM request_key WHERE line = 2;"
		     "UPDATE named SET bytes = x'0000000000000001' WHERE"
		     " name = 'redo'");
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
	assert_int_equal(store_redo_attach(p->store, dir, &behind), ERR_OK);
	assert_int_equal(behind, 1);
	assert_int_equal(store_redo_apply(p->store, &n), ERR_OK);
	assert_int_equal(store_keys_settle(p->store), ERR_OK);
	assert_true(duplicate_known(p->store, 2, 11, 0, 0));
}

static void
another_schema_is_refused_and_left_alone(void **state)
{
	struct place *p = *state;
	static const char *const versions[] = {"0", "12", "-1", "2147483647"};
	struct store *none = NULL;

	p->store = store_free(p->store);
	for (size_t i = 0; i < 4; i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "PRAGMA user_version = %s",
			versions[i]);
		sql(p->path, text);
		assert_int_equal(store_open(p->path, false, &none), ERR_STORE);
		assert_null(none);
	}
	sql(p->path, "PRAGMA user_version = 11");
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
	p->store = store_free(p->store);
	sql(p->path, "ALTER TABLE request DROP COLUMN held");
	assert_int_equal(store_open(p->path, false, &none), ERR_STORE);
	assert_null(none);
}

static void
no_store_is_made_unasked_and_none_made_over_another(void **state)
{
	struct place *p = *state;
	char path[128];
	struct store *none = NULL;
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/none.db", p->root);
	assert_int_equal(store_open(path, false, &none), ERR_STORE);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(store_put(p->store, "a", SPAN("kept")), ERR_OK);
	assert_int_equal(store_open(p->path, true, &none), ERR_STORE);
	assert_null(none);
	reopen(p);
	holds(p->store, "a", "kept");
	(void)snprintf(path, sizeof(path), "%s/no/such/folder.db", p->root);
	assert_int_equal(store_open(path, true, &none), ERR_STORE);
}

/* Uses everything; whatever is wrong with the file is an answer. */
static void
use_all(const char *path)
{
	OWNED(store) s = NULL;
	OWNED_BUF(b, 1 << 20);
	struct store_request r[8];
	struct store_batch batch;
	struct store_count counts[256];
	uint64_t n;
	uint64_t sum[2] = {0};
	size_t got;
	bool known;
	const struct store_duplicate_of of = {.batch = 2, .key = 10};
	struct store_officer_day most;
	enum err e = store_open(path, false, &s);
	bool failed = false;

	if (e != ERR_OK) {
		assert_true(e == ERR_STORE);
		return;
	}
#define TRY(call)                                                              \
	do {                                                                   \
		e = (call);                                                    \
		assert_true(e == ERR_OK || e == ERR_STORE ||                   \
			    e == ERR_NOT_FOUND || e == ERR_TOO_LARGE);         \
		failed = failed || e == ERR_STORE;                             \
	} while (0)
	TRY(store_get(s, "a", &b));
	TRY(store_journal_count(s, &n));
	TRY(store_journal_get(s, 3, &b, NULL));
	TRY(store_batch_get(s, 1, &batch));
	TRY(store_batch_find(s, "AG-1", 1, &batch));
	TRY(store_request_page(s, 1, 0, r, 8, &got));
	TRY(store_request_find(s, "R7", r));
	TRY(store_request_in(s, 1, "R7", r));
	TRY(store_request_named(s, "AG-1", 2, "R7", r));
	TRY(store_keys_settle(s));
	TRY(store_duplicate_known(s, &of, &known));
	TRY(store_reason_known(s, 2, 10, 1, &known));
	TRY(store_officer_persons(s, "OFF-1", 0, 2, collect, sum));
	TRY(store_volume(s, 0, 0, &n));
	TRY(store_tally(s, 1));
	TRY(store_tally_batch(s, 1, &n));
	TRY(store_tally_day(s, "AG-1", 0, &n));
	TRY(store_tally_since(s, "AG-1", 4, 0, &n, &n));
	TRY(store_officer_day(s, 1, "AG-1", 0, 0, &most));
	TRY(store_counts(s, 1, counts, 256, &got));
	TRY(store_begin(s));
	TRY(store_put(s, "a", SPAN("new")));
	store_rollback(s);
	if (failed)
		assert_true(strlen(store_error(s)) > 0);
}

static void
a_damaged_file_is_a_failure_with_a_sentence_never_a_crash(void **state)
{
	struct place *p = *state;
	static uint8_t good[1 << 20];
	uint32_t seed = 99;
	size_t n = 0;
	OWNED_FD fd = -1;

	add_batch(p->store, 1, 10);
	assert_int_equal(store_put(p->store, "a", SPAN("value")), ERR_OK);
	for (uint64_t i = 1; i < 40; i++) {
		char id[8];
		struct store_request r;

		(void)snprintf(id, sizeof(id), "R%u", (unsigned)i);
		r = a_request(1, i, id);
		assert_int_equal(store_request_add(p->store, &r), ERR_OK);
		assert_int_equal(
			store_journal_add(p->store, i, SPAN("e"), SPAN("s")),
			ERR_OK);
	}
	p->store = store_free(p->store);
	fd = open(p->path, O_RDWR | O_CLOEXEC);
	assert_int_equal(os_read_exact(fd, good, sizeof(good), &n), ERR_OK);
	assert_true(n > 8192 && n < sizeof(good));
	use_all(p->path);
	for (unsigned round = 0; round < 400; round++) {
		static uint8_t bad[1 << 20];
		size_t size = n;
		OWNED_FD out = -1;

		memcpy(bad, good, n);
		for (unsigned i = 0; i <= round % 20; i++) {
			seed = seed * 1664525U + 1013904223U;
			bad[(seed >> 4) % n] = (uint8_t)seed;
		}
		if (round % 10 == 9)
			size = (seed >> 4) % n;
		out = open(p->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
		assert_int_equal(os_write_all(out, span_of(bad, size)), ERR_OK);
		os_close(&out);
		use_all(p->path);
	}
}

static void
a_column_of_another_size_is_told(void **state)
{
	struct place *p = *state;
	struct store_request r = a_request(1, 1, "R1");
	struct store_request got;
	struct store_batch batch;
	static const char *const damage[] = {
		"UPDATE request SET verdict = x'00'",
		"UPDATE request SET package = zeroblob(33)",
		"UPDATE request SET id = printf('%.*c', 65, 'x')",
		"UPDATE request SET officer = 'a' || char(0) || 'b'",
	};

	add_batch(p->store, 1, 10);
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		p->store = store_free(p->store);
		sql(p->path, damage[i]);
		assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
		assert_int_equal(
			store_request_get(p->store, 1, 1, &got), ERR_STORE);
		assert_true(strlen(store_error(p->store)) > 0);
		p->store = store_free(p->store);
		sql(p->path, "DELETE FROM request");
		assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
		assert_int_equal(store_request_add(p->store, &r), ERR_OK);
		assert_int_equal(
			store_request_get(p->store, 1, 1, &got), ERR_OK);
	}
	p->store = store_free(p->store);
	sql(p->path, "UPDATE batch SET sha384 = x'0102'");
	assert_int_equal(store_open(p->path, false, &p->store), ERR_OK);
	assert_int_equal(store_batch_get(p->store, 1, &batch), ERR_STORE);
}

/* A look-up changes five columns of one row, and no index by a key. */
static void
what_was_found_is_written_and_nothing_else(void **state)
{
	struct place *p = *state;
	struct store_request r = a_request(1, 1, "R1");
	struct store_request other = a_request(1, 2, "R2");
	struct store_request got;
	struct store_request want = r;

	add_batch(p->store, 1, 10);
	assert_int_equal(store_request_add(p->store, &r), ERR_OK);
	assert_int_equal(store_request_add(p->store, &other), ERR_OK);
	want.state = (uint8_t)(r.state + 1);
	want.answered = (uint8_t)(r.answered + 1);
	want.unmet = 0x8001;
	want.matched = 77;
	memset(want.verdict, 0x5a, sizeof(want.verdict));
	r = want;
	r.answer++;
	r.person_key++;
	r.judged++;
	r.since++;
	assert_int_equal(store_read_begin(p->store), ERR_OK);
	assert_int_equal(store_request_get(p->store, 1, 2, &got), ERR_OK);
	store_read_end(p->store);
	assert_int_equal(store_begin(p->store), ERR_OK);
	assert_int_equal(store_request_found(p->store, &r), ERR_OK);
	assert_int_equal(store_commit(p->store), ERR_OK);
	assert_int_equal(store_request_get(p->store, 1, 1, &got), ERR_OK);
	assert_int_equal(got.state, want.state);
	assert_int_equal(got.answered, want.answered);
	assert_int_equal(got.unmet, want.unmet);
	assert_int_equal(got.matched, want.matched);
	assert_memory_equal(got.verdict, want.verdict, STORE_HASH);
	assert_int_equal(got.answer, want.answer);
	assert_int_equal(got.person_key, want.person_key);
	assert_int_equal(got.judged, want.judged);
	assert_int_equal(got.since, want.since);
	assert_int_equal(store_request_get(p->store, 1, 2, &got), ERR_OK);
	assert_int_equal(got.state, other.state);
	assert_int_equal(got.matched, other.matched);
}

static void
opening_survives_the_failure_of_any_allocation(void **state)
{
	struct place *p = *state;
	struct store *none = NULL;
	int n = 0;
	enum err e;

	p->store = store_free(p->store);
	do {
		mem_fail_after(n++);
		e = store_open(p->path, false, &none);
		mem_fail_after(-1);
		assert_true(e == ERR_OK || (e == ERR_NOMEM && none == NULL));
	} while (e != ERR_OK);
	assert_true(n > 1);
	none = store_free(none);
	assert_null(store_free(NULL));
	/* SQLite's own memory: no room at all, and a little more each time */
	for (sqlite3_int64 limit = 4096; limit < 1 << 20; limit *= 2) {
		sqlite3_int64 old = sqlite3_hard_heap_limit64(limit);

		e = store_open(p->path, false, &none);
		(void)sqlite3_hard_heap_limit64(old);
		assert_true(e == ERR_OK || e == ERR_STORE || e == ERR_NOMEM);
		none = store_free(none);
	}
}

#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

/* ---- checkpoints beside the writer ---- */

enum { LARGE = 1 << 20, COMMITS = 48, NAMES = 7 };

/* The log is copied once it has 8,192 pages: here some 256 a commit. */
static void
put_large(struct store *store, unsigned i)
{
	OWNED_BUF(large, LARGE);
	char name[16];

	(void)snprintf(name, sizeof(name), "large %u", i % NAMES);
	memset(buf_space(&large, LARGE), (int)(i & 0xff), LARGE);
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_put(store, name, buf_span(&large)), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
}

static void
has_large(struct store *store, unsigned i)
{
	OWNED_BUF(large, LARGE);
	char name[16];

	(void)snprintf(name, sizeof(name), "large %u", i % NAMES);
	assert_int_equal(store_get(store, name, &large), ERR_OK);
	assert_int_equal(large.n, LARGE);
	for (size_t k = 0; k < LARGE; k++)
		if (large.at[k] != (i & 0xff))
			fail_msg("%s: byte %zu", name, k);
}

static void
a_log_that_is_copied_aside_loses_nothing(void **state)
{
	struct place *p = *state;
	OWNED_BUF(words, 1 << 12);
	char log[112];

	assert_int_equal(store_checkpoint_aside(p->store), ERR_OK);
	assert_int_equal(store_checkpoint_aside(p->store), ERR_OK);
	for (unsigned i = 0; i < COMMITS; i++) {
		put_large(p->store, i);
		has_large(p->store, i);
	}
	for (unsigned i = COMMITS - NAMES; i < COMMITS; i++)
		has_large(p->store, i);
	assert_int_equal(store_quick_check(p->store, &words), ERR_OK);
	/* Its other connection is closed too: who is last empties the log. */
	reopen(p);
	(void)snprintf(log, sizeof(log), "%s-wal", p->path);
	for (unsigned i = COMMITS - NAMES; i < COMMITS; i++)
		has_large(p->store, i);
	p->store = store_free(p->store);
	assert_int_not_equal(access(log, F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(named_bytes_are_replaced_and_appended_to_the_buffer),
		PROMISE(a_group_is_kept_whole_or_not_at_all),
		PROMISE(a_killed_process_loses_only_what_it_did_not_commit),
		PROMISE(the_journal_keeps_each_index_once),
		PROMISE(batches_are_found_by_number_and_by_sequence),
		PROMISE(requests_come_back_as_they_were_put),
		PROMISE(an_id_is_found_in_its_batch_and_in_the_last),
		PROMISE(pages_give_every_row_once_in_order),
		PROMISE(a_request_is_named_within_its_agreement),
		PROMISE(counters_look_at_accepted_lines_of_other_batches_since_a_day),
		PROMISE(lines_of_a_batch_that_is_being_judged_are_known),
		PROMISE(a_book_is_found_and_its_lines_have_keys),
		PROMISE(a_book_that_the_redo_log_brings_gets_its_keys),
		PROMISE(counts_add_up_to_the_lines),
		PROMISE(approvals_come_in_the_order_they_were_made),
		PROMISE(tallies_count_by_agreement_day_and_statute),
		PROMISE(most_of_a_day_are_of_an_officer_whom_the_batch_names),
		PROMISE(a_sample_is_kept_with_what_was_decided),
		PROMISE(what_waits_comes_in_the_order_of_batches_and_lines),
		PROMISE(acts_are_found_among_the_entries),
		PROMISE(a_counter_of_tags_is_kept_by_its_hash),
		PROMISE(erasures_are_kept_with_what_they_take),
		PROMISE(a_shredded_row_says_nothing_of_the_person),
		PROMISE(roots_over_tags_are_found_by_their_time),
		PROMISE(delays_are_found_in_order_and_what_they_keep_back),
		PROMISE(an_older_store_is_brought_to_this_version),
		PROMISE(another_schema_is_refused_and_left_alone),
		PROMISE(no_store_is_made_unasked_and_none_made_over_another),
		PROMISE(a_damaged_file_is_a_failure_with_a_sentence_never_a_crash),
		PROMISE(a_column_of_another_size_is_told),
		PROMISE(what_was_found_is_written_and_nothing_else),
		PROMISE(opening_survives_the_failure_of_any_allocation),
		PROMISE(a_log_that_is_copied_aside_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
