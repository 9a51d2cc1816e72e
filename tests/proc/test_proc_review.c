/* SPDX-License-Identifier: Apache-2.0 */
/* What people decide: the sample, what is signed together and what is not, what
 * goes back to the requester, and a store that says otherwise. */
#include "proc_world.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_batch.h"
#include "proc/proc_hold.h"
#include "proc/proc_queue.h"
#include "proc/proc_reply.h"
#include "proc/proc_review.h"
#include "proc/proc_sample.h"
#include "release/release.h"

static const char *path;
static struct instance in;
static struct proc_review_result result;
static struct proc_sample sample;

static void
open_as(const char *who)
{
	world_open(path, INSTANCE_LEDGER | INSTANCE_VAULT, who, &in);
}

static int
enter(void **state)
{
	(void)state;
	path = world_copy();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	instance_close(&in);
	return 0;
}

#define DONE(e)                                                                \
	do {                                                                   \
		if ((e) != ERR_OK)                                             \
			fail_msg("%s", in.why.text);                           \
	} while (0)

#define REFUSED(e, want, says)                                                 \
	do {                                                                   \
		assert_int_equal(e, want);                                     \
		if (strstr(in.why.text, says) == NULL)                         \
			fail_msg("says '%s', not '%s'", in.why.text, says);    \
	} while (0)

/* Everything below a buffer that a test looks into. */
static char text[1 << 20];

static void
keep(const struct buf *b)
{
	assert_int_equal(buf_error(b), ERR_OK);
	assert_true(b->n < sizeof(text));
	memcpy(text, b->at, b->n);
	text[b->n] = '\0';
}

/* The n-th request in a state; its id in row.id. */
struct nth {
	uint8_t state;
	unsigned n;
	struct store_request row;
};

static enum err
count_down(void *context, struct store_request *row)
{
	struct nth *f = context;

	if (row->state == f->state && f->n > 0 && --f->n == 0)
		f->row = *row;
	return ERR_OK;
}

static struct store_request
nth(enum case_state state, unsigned n)
{
	struct nth f = {.state = (uint8_t)state, .n = n};

	DONE(proc_batch_each(&in, 1, count_down, &f));
	assert_int_equal(f.n, 0);
	return f.row;
}

static enum err
count_state(void *context, struct store_request *row)
{
	unsigned *n = context;

	n[row->state]++;
	return ERR_OK;
}

static unsigned
how_many(enum case_state state)
{
	unsigned n[CASE_N_STATES] = {0};

	DONE(proc_batch_each(&in, 1, count_state, n));
	return n[state];
}

/* ---- the sample, drawn a second time ---- */

struct ranked {
	uint64_t line;
	bool refused;
	uint8_t rank[32];
};
static struct ranked all[WORLD_REQUESTS];
static size_t n_all;

static enum err
rank_line(void *context, struct store_request *row)
{
	uint8_t message[40] = {0};

	memcpy(message, context, 32);
	message[38] = (uint8_t)(row->line >> 8);
	message[39] = (uint8_t)row->line;
	all[n_all].line = row->line;
	all[n_all].refused = row->answer == LAW_REFUSED;
	crypto_sha256(span_of(message, sizeof(message)), all[n_all++].rank);
	return ERR_OK;
}

static int
by_rank(const void *a, const void *b)
{
	return memcmp(((const struct ranked *)a)->rank,
		((const struct ranked *)b)->rank, 32);
}

static bool
is_drawn(uint64_t line)
{
	for (size_t i = 0; i < sample.n; i++)
		if (sample.item[i].line == line)
			return true;
	return false;
}

static void
whoever_has_the_seed_draws_the_sample_again(void **state)
{
	size_t n[2] = {0};
	size_t seen[2] = {0};
	uint8_t seed[32];

	(void)state;
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
	memcpy(seed, sample.seed, sizeof(seed));
	n_all = 0;
	DONE(proc_batch_each(&in, 1, rank_line, seed));
	qsort(all, n_all, sizeof(all[0]), by_rank);
	for (size_t i = 0; i < n_all; i++)
		n[all[i].refused]++;
	assert_true(n[0] > 0 && n[1] > 0);
	for (size_t i = 0; i < n_all; i++) {
		size_t size = review_sample_size(n[all[i].refused]);
		bool in_it = seen[all[i].refused]++ < size;

		assert_int_equal(is_drawn(all[i].line), in_it);
	}
	assert_int_equal(
		sample.n, review_sample_size(n[0]) + review_sample_size(n[1]));
	assert_true(sample.n < n_all);
}

/* The seed is entered before a line is read. */
static void
the_seed_is_older_than_the_lines(void **state)
{
	struct store_request row;
	struct store_batch batch;

	(void)state;
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
	DONE(proc_batch_get(&in, 1, &batch));
	DONE(store_request_get(in.store, 1, 1, &row));
	assert_true(sample.row.opened > batch.entry);
	assert_true(sample.row.opened < row.judged);
}

/* ---- deciding the sample ---- */

static enum err
decide(uint64_t line, bool wrong, const char *ground)
{
	return proc_sample_decide(&in,
		&(struct proc_sample_decision){1, line, wrong, ground},
		&sample);
}

static void
each_of_the_sample_is_decided_once_by_a_reviewer(void **state)
{
	uint64_t line;
	uint64_t spared = 1;

	(void)state;
	open_as("operator"); /* who submitted */
	DONE(proc_sample_read(&in, 1, &sample));
	line = sample.item[0].line;
	REFUSED(decide(line, false, ""), ERR_NOT_ALLOWED, "reviewer");
	instance_close(&in);
	open_as("counsel");
	REFUSED(decide(line, false, ""), ERR_NOT_ALLOWED, "reviewer");
	instance_close(&in);
	open_as("reviewer-1");
	while (is_drawn(spared))
		spared++;
	REFUSED(decide(spared, false, ""), ERR_NOT_FOUND, "was not drawn");
	REFUSED(decide(line, true, " "), ERR_MALFORMED, "--ground");
	DONE(decide(line, false, ""));
	REFUSED(decide(line, false, ""), ERR_EXISTS, "before");
	REFUSED(decide(line, true, "no"), ERR_EXISTS, "before");
	REFUSED(proc_sample_allows(&in, 1), ERR_TOO_EARLY, "still to be");
	REFUSED(proc_matter_answer(&in, sample.matter.n, "sound",
			SPAN("all of them are right")),
		ERR_NOT_ALLOWED, "review sample");
	DONE(proc_sample_read(&in, 1, &sample));
	assert_int_equal(sample.n_decided, 1);
	assert_true(matter_is_open(&sample.matter));
}

/* A reviewer, and of this batch the submitter all the same. */
static void
who_submitted_decides_nothing_and_is_given_nothing(void **state)
{
	uint64_t n = 0;
	char sql[160];
	OWNED_BUF(hex, 64);

	(void)state;
	open_as("reviewer-1");
	code_hex(&hex, span_of(in.actor.print, sizeof(in.actor.print)));
	(void)snprintf(sql, sizeof(sql),
		"UPDATE batch SET submitter = X'%.64s'", (const char *)hex.at);
	instance_close(&in);
	world_sql(path, sql);
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
	REFUSED(decide(sample.item[0].line, false, ""), ERR_NOT_ALLOWED,
		"submitted");
	REFUSED(proc_review_sign(&in,
			&(struct proc_review_options){.batch = 1, .ground = ""},
			&result),
		ERR_NOT_ALLOWED, "submitted");
	REFUSED(proc_queue_assign(&in,
			&(struct proc_queue_assign){
				.batch = 1, .to = "Reviewer One"},
			&n),
		ERR_NOT_FOUND, "no reviewer who may");
	DONE(proc_queue_assign(
		&in, &(struct proc_queue_assign){.batch = 1}, &n));
	assert_true(n > 0);
}

static void
decide_all_as_right(void)
{
	DONE(proc_sample_read(&in, 1, &sample));
	for (size_t i = 0; i < sample.n; i++)
		if (sample.item[i].decided == STORE_NO_ENTRY)
			DONE(decide(sample.item[i].line, false, ""));
}

static const struct proc_review_options all_plain = {
	.batch = 1, .ground = "", .plain = true};

static void
one_wrong_ends_approving_together(void **state)
{
	(void)state;
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
	DONE(decide(sample.item[1].line, false, ""));
	DONE(decide(sample.item[0].line, true, "the address is a jail"));
	assert_int_equal(sample.n_wrong, 1);
	DONE(proc_sample_read(&in, 1, &sample));
	assert_int_equal(sample.matter.decision, MATTER_SAMPLE_WRONG);
	REFUSED(decide(sample.item[2].line, false, ""), ERR_BAD_MOVE, "closed");
	REFUSED(proc_review_approve(&in, &all_plain, &result), ERR_NOT_ALLOWED,
		"has a wrong one");
	assert_int_equal(how_many(CASE_APPROVED_ONCE), 0);
}

/* What is plain, by its words in the store. */
struct plain {
	unsigned plain;
	unsigned borderline;
};

static enum err
count_plain(void *context, const struct proc_review_item *item)
{
	struct plain *n = context;

	if (item->request->match.n > 0) {
		n->plain += item->borderline == NULL;
		n->borderline += item->borderline != NULL;
	}
	return ERR_OK;
}

static void
after_a_sound_sample_what_is_plain_is_signed_together(void **state)
{
	struct plain n = {0};
	struct proc_matter_words words;
	uint64_t before;

	(void)state;
	open_as("reviewer-1");
	in.sandbox = false;
	DONE(proc_review_list(&in, 1, count_plain, &n));
	assert_true(n.plain > 0 && n.borderline > 0);
	REFUSED(proc_review_approve(&in,
			&(struct proc_review_options){.batch = 1, .ground = ""},
			&result),
		ERR_TOO_EARLY, "still to be decided");
	decide_all_as_right();
	DONE(proc_sample_read(&in, 1, &sample));
	assert_int_equal(sample.matter.decision, MATTER_SAMPLE_SOUND);
	DONE(proc_matter_words(&in, &sample.row, &words));
	assert_true(span_copy(words.ground, text, sizeof(text)));
	proc_matter_words_fini(&words);
	assert_non_null(strstr(text, "None wrong, with 95 % confidence"));
	before = in.next;
	DONE(proc_review_approve(&in,
		&(struct proc_review_options){.batch = 1, .ground = ""},
		&result));
	assert_int_equal(in.next, before + 1);
	assert_int_equal(result.decided, n.plain);
	assert_int_equal(result.borderline, n.borderline);
	instance_close(&in);
	open_as("reviewer-2");
	DONE(proc_review_approve(&in, &all_plain, &result));
	assert_int_equal(result.approved, n.plain);
	assert_int_equal(how_many(CASE_REVIEW), n.borderline);
	/* a sandbox that plays its own way signs them too */
	DONE(proc_review_approve(&in,
		&(struct proc_review_options){.batch = 1, .ground = ""},
		&result));
	assert_int_equal(result.decided, n.borderline);
	assert_int_equal(result.borderline, 0);
}

/* ---- a sample that somebody edited in the store ---- */

static void
refuses_sample(const char *sql)
{
	instance_close(&in);
	world_sql(path, sql);
	open_as("reviewer-1");
	REFUSED(proc_sample_read(&in, 1, &sample), ERR_DAMAGED, "sample");
	instance_close(&in);
}

static void
an_edited_sample_is_noticed(void **state)
{
	static const char *const edits[] = {
		"DELETE FROM sampled WHERE decided = -1 AND line ="
		" (SELECT max(line) FROM sampled)",
		"UPDATE sampled SET part = 1 - part WHERE line ="
		" (SELECT min(line) FROM sampled)",
		"UPDATE sampled SET wrong = 0 WHERE wrong = 1",
		"UPDATE sampled SET decided = (SELECT max(decided) FROM"
		" sampled) WHERE decided = -1",
	};

	(void)state;
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
	DONE(decide(sample.item[3].line, true, "no"));
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		world_sql(path, "UPDATE batch SET clock = clock");
		world_sql(path, "CREATE TABLE kept AS SELECT * FROM sampled;"
				"UPDATE batch SET clock = clock");
		refuses_sample(edits[i]);
		world_sql(path,
			"DELETE FROM sampled; INSERT INTO sampled SELECT *"
			" FROM kept; DROP TABLE kept;"
			"UPDATE batch SET clock = clock");
	}
	open_as("reviewer-1");
	DONE(proc_sample_read(&in, 1, &sample));
}

/* ---- by list ---- */

static enum err
sign(const char *list)
{
	return proc_review_sign(&in,
		&(struct proc_review_options){
			.batch = 1, .ground = "", .list = span_text(list)},
		&result);
}

static void
a_list_is_two_entries_whatever_it_names(void **state)
{
	struct store_request a;
	struct store_request b;
	struct store_request c;
	char list[512];
	uint64_t before;

	(void)state;
	open_as("reviewer-1");
	in.sandbox = false;
	a = nth(CASE_REVIEW, 1);
	b = nth(CASE_REVIEW, 2);
	c = nth(CASE_REVIEW, 3);
	REFUSED(proc_review_approve(&in,
			&(struct proc_review_options){
				.batch = 1, .request = a.id, .ground = ""},
			&result),
		ERR_NOT_ALLOWED, "review sign");
	before = in.next;
	DONE(sign("# nothing today\n"));
	assert_int_equal(in.next, before + 2);
	(void)snprintf(list, sizeof(list),
		"approve %s\nwithhold %s the date is wrong\napprove %s\n", c.id,
		b.id, a.id);
	DONE(sign(list));
	assert_int_equal(in.next, before + 4);
	assert_int_equal(result.decided, 3);
	assert_int_equal(result.withheld, 1);
	assert_int_equal(how_many(CASE_APPROVED_ONCE), 2);
	DONE(store_request_get(in.store, 1, b.line, &b));
	assert_int_equal(b.state, CASE_WITHHELD);
	(void)snprintf(list, sizeof(list), "approve %s", a.id);
	DONE(sign(list)); /* signed before */
	assert_int_equal(in.next, before + 6);
	assert_int_equal(result.skipped, 1);
	DONE(proc_review_audit(&in, 1));
}

static void
a_list_that_cannot_be_meant_changes_nothing(void **state)
{
	struct store_request a;
	struct store_request r;
	char list[512];
	uint64_t before;

	(void)state;
	open_as("reviewer-1");
	a = nth(CASE_REVIEW, 1);
	r = nth(CASE_REFUSED, 1);
	before = in.next;
	(void)snprintf(
		list, sizeof(list), "approve %s\napprove %s", a.id, a.id);
	REFUSED(sign(list), ERR_MALFORMED, "twice");
	(void)snprintf(
		list, sizeof(list), "approve %s\nwithhold %s no", a.id, a.id);
	REFUSED(sign(list), ERR_MALFORMED, "approves and withholds");
	(void)snprintf(
		list, sizeof(list), "approve %s\napprove %s", a.id, r.id);
	REFUSED(sign(list), ERR_BAD_MOVE, "nothing waits");
	REFUSED(sign("approve NOBODY"), ERR_NOT_FOUND, "no request NOBODY");
	(void)snprintf(list, sizeof(list), "approve %s\nNOBODY", a.id);
	REFUSED(sign(list), ERR_MALFORMED, "line 2");
	(void)snprintf(list, sizeof(list), "approve %s",
		nth(CASE_REQUEST_REVIEW, 1).id);
	REFUSED(sign(list), ERR_BAD_MOVE, "in request review");
	assert_int_equal(in.next, before);
	assert_int_equal(how_many(CASE_APPROVED_ONCE), 0);
}

/* ---- request review ---- */

/* Even where somebody was looked up before the request came back to it. */
static void
request_review_is_shown_nothing_of_the_roll(void **state)
{
	struct store_request row;
	struct plain none = {0};
	char sql[256];
	OWNED_BUF(shown, 1 << 20);
	OWNED_BUF(blind, 1 << 20);

	(void)state;
	open_as("reviewer-1");
	row = nth(CASE_REVIEW, 1);
	DONE(proc_review_show(&in, 1, row.id, &shown));
	keep(&shown);
	assert_non_null(strstr(text, "The record, graded"));
	assert_non_null(strstr(text, "record.person"));
	instance_close(&in);
	(void)snprintf(sql, sizeof(sql),
		"UPDATE request SET state = %d WHERE line <> %d AND state = %d;"
		"UPDATE request SET state = %d WHERE line = %d",
		CASE_STOPPED, (int)row.line, CASE_REQUEST_REVIEW,
		CASE_REQUEST_REVIEW, (int)row.line);
	world_sql(path, sql);
	open_as("reviewer-1");
	DONE(proc_review_show(&in, 1, row.id, &blind));
	keep(&blind);
	assert_null(strstr(text, "record"));
	DONE(proc_review_list(&in, 1, count_plain, &none));
	assert_int_equal(none.plain + none.borderline, how_many(CASE_REVIEW));
	/* and what was looked up is not given back */
	REFUSED(proc_review_return(&in,
			&(struct proc_review_options){
				.batch = 1, .request = row.id, .ground = "no"},
			&result),
		ERR_BAD_MOVE, "only what waits in request review");
}

static enum err
join(void *context, struct span piece)
{
	buf_bytes(context, piece);
	return buf_error(context);
}

static void
what_is_given_back_is_told_to_the_requester(void **state)
{
	struct store_request row;
	struct proc_review_options o = {
		.batch = 1, .ground = "name the \"prosecutor\""};
	char line[1024];
	const char *at;
	OWNED_BUF(reply, 1 << 20);
	OWNED_BUF(first, 1 << 20);

	(void)state;
	open_as("reviewer-1");
	row = nth(CASE_REQUEST_REVIEW, 1);
	o.request = row.id;
	DONE(proc_reply_print(&in, 1, join, &first));
	REFUSED(proc_review_withhold(&in, &o, &result), ERR_BAD_MOVE,
		"review return");
	DONE(proc_review_return(&in, &o, &result));
	DONE(store_request_get(in.store, 1, row.line, &row));
	assert_int_equal(row.state, CASE_RETURNED);
	assert_int_equal(row.matched, STORE_NO_ENTRY);
	DONE(proc_reply_print(&in, 1, join, &reply));
	keep(&reply);
	(void)snprintf(line, sizeof(line),
		"{\"request_id\":\"%s\",\"status\":\"returned\"", row.id);
	at = strstr(text, line);
	assert_non_null(at);
	assert_true(
		span_copy(span_of(at, strcspn(at, "\n")), line, sizeof(line)));
	assert_non_null(strstr(line, ": name the \\\"prosecutor\\\"\""));
	assert_non_null(strstr(line, "26 USC 6103"));
	/* the others are as they were, one line each */
	(void)snprintf(line, sizeof(line), "{\"request_id\":\"%s\"", row.id);
	assert_null(strstr(at + 1, line));
	assert_ptr_equal(strstr(text, line), at);
	assert_memory_equal(text, first.at, (size_t)(at - text));
	for (size_t i = 0, n = 0; i < reply.n; i++) {
		n += text[i] == '\n';
		assert_true(i + 1 < reply.n || n == WORLD_REQUESTS);
	}
	at = strchr(at, '\n');
	assert_memory_equal(at, first.at + first.n - strlen(at), strlen(at));
	REFUSED(proc_review_return(&in, &o, &result), ERR_BAD_MOVE, "returned");
	DONE(proc_review_audit(&in, 1));
}

/* ---- withholding late ---- */

static bool
staged(const char *id)
{
	char name[WORLD_PATH * 2];

	(void)snprintf(name, sizeof(name), "%s/sealed/1/%s.cms", path, id);
	return access(name, F_OK) == 0;
}

static void
stage(const char *id)
{
	char name[96];
	OWNED_FD sealed = -1;

	DONE(instance_folder(&in, "sealed", 1, true, &sealed));
	(void)snprintf(name, sizeof(name), "%s.cms", id);
	DONE(os_write(sealed, name, SPAN("a package"), 0600));
}

static void
what_is_sealed_or_stopped_is_withheld_and_its_package_destroyed(void **state)
{
	struct store_request row[3];
	struct proc_review_options o = {.batch = 1, .ground = "doubt"};
	uint8_t hash[32];

	(void)state;
	open_as("reviewer-1");
	crypto_sha256(SPAN("a package"), hash);
	for (unsigned i = 0; i < 3; i++) {
		row[i] = nth(CASE_REVIEW, i + 1);
		stage(row[i].id);
	}
	row[0].state = CASE_SEALED;
	row[1].state = CASE_STOPPED;
	/* accounted as handed over: a crash before the rename left it */
	row[2].state = CASE_STOPPED;
	row[2].answered = CASE_ANSWERED_NEUTRAL;
	row[2].delivered = 7;
	memcpy(row[2].package, hash, sizeof(hash));
	for (unsigned i = 0; i < 3; i++)
		DONE(store_request_update(in.store, &row[i]));
	for (unsigned i = 0; i < 3; i++) {
		o.request = row[i].id;
		DONE(proc_review_withhold(&in, &o, &result));
		DONE(store_request_get(in.store, 1, row[i].line, &row[i]));
		assert_int_equal(row[i].state, CASE_WITHHELD);
		assert_int_equal(staged(row[i].id), i == 2);
	}
	row[0] = nth(CASE_UNRESOLVED, 1);
	o.request = row[0].id;
	REFUSED(proc_review_withhold(&in, &o, &result), ERR_BAD_MOVE,
		"nothing waits");
}

static void
what_a_hold_preserves_is_set_aside(void **state)
{
	struct store_request row;
	struct proc_review_options o = {.batch = 1, .ground = "doubt"};
	struct span scope = SPAN("batch=1");
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_PRESERVE,
		.review_day = DAY_NONE,
		.scopes = &scope,
		.n_scopes = 1,
	};
	struct proc_hold_placed placed;
	char pattern[WORLD_PATH * 2];
	glob_t found = {0};

	(void)state;
	open_as("counsel");
	DONE(proc_hold_place(&in, &order, &placed));
	instance_close(&in);
	open_as("reviewer-1");
	row = nth(CASE_REVIEW, 1);
	stage(row.id);
	o.request = row.id;
	DONE(proc_review_withhold(&in, &o, &result));
	assert_false(staged(row.id));
	(void)snprintf(pattern, sizeof(pattern), "%s/sealed/1/%s.cms.*.kept",
		path, row.id);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	globfree(&found);
}

/* ---- the store against the journal ---- */

static void
signs_something(void)
{
	struct store_request a;
	struct store_request b;
	char list[256];

	open_as("reviewer-1");
	a = nth(CASE_REVIEW, 1);
	b = nth(CASE_REVIEW, 2);
	(void)snprintf(
		list, sizeof(list), "approve %s\nwithhold %s no", a.id, b.id);
	DONE(sign(list));
	DONE(proc_review_audit(&in, 1));
	instance_close(&in);
}

static void
an_approval_added_deleted_or_changed_is_noticed(void **state)
{
	static const char *const edits[] = {
		"DELETE FROM approval WHERE withhold = 1",
		"DELETE FROM approval WHERE withhold = 0",
		"UPDATE approval SET withhold = 0 WHERE withhold = 1",
		"UPDATE approval SET signer = zeroblob(32) WHERE withhold = 0",
		"UPDATE approval SET entry = entry - 1 WHERE withhold = 0",
		"UPDATE approval SET text = (SELECT text FROM approval WHERE"
		" withhold = 0) WHERE withhold = 1",
		"INSERT INTO approval(batch, withhold, signer, entry, text,"
		" signature) SELECT batch, withhold, signer, entry + 9, text,"
		" signature FROM approval WHERE withhold = 0",
		"UPDATE approval SET text = CAST(substr(text, 1,"
		" length(text) - 1) || x'00' AS BLOB) WHERE withhold = 0",
		"DELETE FROM matter WHERE batch = 1",
		"UPDATE matter SET line = 5 WHERE batch = 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		path = world_copy();
		signs_something();
		world_sql(path, edits[i]);
		open_as("reviewer-1");
		if (proc_review_audit(&in, 1) != ERR_DAMAGED)
			fail_msg("not noticed: %s", edits[i]);
		instance_close(&in);
	}
}

/* ---- objections of law ---- */

static enum err
answer(uint64_t n, const char *who, const char *word, const char *ground)
{
	instance_close(&in);
	open_as(who);
	return proc_matter_answer(&in, n, word, span_text(ground));
}

static uint64_t
stopped_by(uint64_t line)
{
	uint64_t n = 0;

	DONE(proc_matter_stops(&in, MATTER_STOPS_RELEASE, 1, line, &n));
	return n;
}

static void
counsel_alone_answers_an_objection_and_by_a_rule(void **state)
{
	struct store_request row;
	uint64_t n = 0;

	(void)state;
	open_as("reviewer-1");
	row = nth(CASE_REFUSED, 1);
	REFUSED(proc_review_object(&in, 1, row.id, "no case", &n), ERR_BAD_MOVE,
		"is refused");
	REFUSED(proc_review_object(&in, 1, "NOBODY", "no case", &n),
		ERR_NOT_FOUND, "no request NOBODY");
	row = nth(CASE_REVIEW, 2);
	REFUSED(proc_review_object(&in, 1, row.id, "", &n), ERR_MALFORMED, "");
	DONE(proc_review_object(&in, 1, row.id, "the use is civil", &n));
	assert_int_equal(stopped_by(row.line), n);
	assert_int_equal(stopped_by(row.line + 1), 0);
	/* who objects cannot take it back, nor can who releases */
	REFUSED(answer(n, "reviewer-1", "overrule", "I2-A-USE: it is not"),
		ERR_NOT_ALLOWED, "");
	REFUSED(answer(n, "operator", "overrule", "I2-A-USE: it is not"),
		ERR_NOT_ALLOWED, "");
	REFUSED(answer(n, "counsel", "overrule", "it is not"), ERR_MALFORMED,
		"rule");
	assert_int_equal(stopped_by(row.line), n);
	DONE(answer(n, "counsel", "overrule", "I2-A-USE: the code is one"));
	assert_int_equal(stopped_by(row.line), 0);
	REFUSED(answer(n, "counsel", "sustain", "I2-A-USE: it is civil"),
		ERR_BAD_MOVE, "");
	DONE(store_request_get(in.store, 1, row.line, &row));
	assert_int_equal(row.state, CASE_REVIEW);
}

/* Of one request, and then of the batch: what is not withheld yet stays stopped
 * too. */
static void
what_is_sustained_is_withheld_for_good(void **state)
{
	struct store_request row;
	struct store_request asked;
	uint64_t n = 0;

	(void)state;
	open_as("counsel");
	row = nth(CASE_REVIEW, 1);
	asked = nth(CASE_REQUEST_REVIEW, 1);
	row.state = CASE_SEALED;
	stage(row.id);
	DONE(store_request_update(in.store, &row));
	DONE(proc_review_object(&in, 1, row.id, "the use is civil", &n));
	DONE(answer(n, "counsel", "sustain", "I2-A-USE: it is civil"));
	DONE(store_request_get(in.store, 1, row.line, &row));
	assert_int_equal(row.state, CASE_WITHHELD);
	assert_false(staged(row.id));
	assert_int_equal(stopped_by(row.line), n);
	assert_int_equal(stopped_by(asked.line), 0);
	assert_true(how_many(CASE_REVIEW) > 0);
	DONE(proc_review_object(&in, 1, NULL, "no assurance was given", &n));
	DONE(answer(n, "counsel", "sustain", "I2-A-CASE: it was not"));
	assert_int_equal(how_many(CASE_REVIEW), 0);
	assert_int_equal(how_many(CASE_REQUEST_REVIEW), 1);
	assert_int_equal(stopped_by(asked.line), n);
	DONE(proc_review_audit(&in, 1));
}

static void
an_objection_deleted_or_answered_in_the_store_is_noticed(void **state)
{
	static const char *const edits[] = {
		"DELETE FROM matter WHERE line > 0",
		"UPDATE matter SET line = line + 1 WHERE line > 0",
		"UPDATE matter SET state = 3, decision = 5,"
		" changed = opened WHERE line > 0",
		"UPDATE matter SET opened = opened - 1 WHERE line > 0",
	};
	uint64_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		path = world_copy();
		open_as("reviewer-2");
		DONE(proc_review_object(
			&in, 1, nth(CASE_REVIEW, 1).id, "civil use", &n));
		DONE(proc_review_audit(&in, 1));
		instance_close(&in);
		world_sql(path, edits[i]);
		open_as("reviewer-2");
		if (proc_review_audit(&in, 1) != ERR_DAMAGED)
			fail_msg("not noticed: %s", edits[i]);
		instance_close(&in);
	}
}

/* ---- the queue ---- */

struct seen {
	unsigned n[5]; /* request review, first, second, sample, assigned */
	uint64_t before;
	int32_t due;
};

static enum err
see(void *context, const struct proc_queue_item *item)
{
	struct seen *s = context;

	if (item->matter == 0) {
		assert_true(item->line > s->before);
		s->before = item->line;
		assert_int_equal(item->due, s->due);
		assert_true(item->age >= 0);
	}
	s->n[0] += strcmp(item->awaits, "request review") == 0;
	s->n[1] += strcmp(item->awaits, "first signature") == 0;
	s->n[2] += strcmp(item->awaits, "second signature") == 0;
	s->n[3] += strcmp(item->awaits, "sample") == 0;
	s->n[4] += strcmp(item->assigned, "Reviewer Two") == 0;
	return ERR_OK;
}

static void
look(bool mine, struct seen *ret)
{
	struct store_batch batch;
	uint64_t before = in.next;

	*ret = (struct seen){.before = 0};
	DONE(proc_batch_get(&in, 1, &batch));
	/* the shipped agreement answers after 30 days */
	ret->due = batch.today + 30;
	DONE(proc_queue(&in, mine, see, ret));
	assert_int_equal(in.next, before + 1); /* one reading, whatever waits */
}

static enum err
assign(const char *request, uint64_t from, uint64_t until, const char *to,
	uint64_t *ret_n)
{
	return proc_queue_assign(&in,
		&(struct proc_queue_assign){1, request, from, until, to},
		ret_n);
}

static void
the_queue_says_what_is_awaited_and_by_when(void **state)
{
	struct seen s;
	char list[256];

	(void)state;
	open_as("reviewer-1");
	(void)snprintf(list, sizeof(list), "approve %s\nwithhold %s no",
		nth(CASE_REVIEW, 3).id, nth(CASE_REVIEW, 4).id);
	DONE(sign(list));
	look(false, &s);
	assert_int_equal(s.n[0], how_many(CASE_REQUEST_REVIEW));
	assert_int_equal(s.n[1], how_many(CASE_REVIEW));
	assert_int_equal(s.n[2], 1);
	assert_int_equal(s.n[3], 1);
	assert_true(s.n[0] > 0 && s.n[1] > 0);
	look(true, &s);
	assert_int_equal(s.n[0] + s.n[1] + s.n[2] + s.n[3], 0);
}

static void
work_is_assigned_by_one_entry_and_binds_nobody(void **state)
{
	struct store_request row;
	struct seen s;
	uint64_t n = 0;
	uint64_t before;
	unsigned all_that_wait;

	(void)state;
	open_as("reviewer-1");
	all_that_wait = how_many(CASE_REVIEW) + how_many(CASE_REQUEST_REVIEW);
	row = nth(CASE_REVIEW, 5);
	before = in.next;
	DONE(assign(row.id, 0, 0, "reviewer two", &n));
	assert_int_equal(n, 1);
	DONE(assign(NULL, row.line, row.line, "Reviewer One", &n));
	assert_int_equal(n, 1);
	DONE(assign(NULL, 0, 0, NULL, &n)); /* what is nobody's */
	assert_int_equal(n, all_that_wait - 1);
	assert_int_equal(in.next, before + 3);
	look(false, &s);
	assert_in_range(s.n[4], (all_that_wait - 2) / 2, all_that_wait / 2);
	look(true, &s);
	assert_int_equal(s.n[4], 0);
	assert_in_range(
		s.n[0] + s.n[1], all_that_wait / 2, (all_that_wait + 2) / 2);
	/* counsel reviews nothing, and who is not a reviewer neither */
	REFUSED(assign(NULL, 0, 0, "Counsel", &n), ERR_NOT_FOUND,
		"no reviewer who may");
	REFUSED(assign(nth(CASE_REFUSED, 1).id, 0, 0, "Reviewer One", &n),
		ERR_BAD_MOVE, "does not wait");
	/* assigned to the other one, and signed all the same */
	DONE(proc_review_approve(&in,
		&(struct proc_review_options){.batch = 1, .ground = ""},
		&result));
	assert_int_equal(result.decided, how_many(CASE_APPROVED_ONCE));
	assert_int_equal(how_many(CASE_REVIEW), 0);
	instance_close(&in);
	open_as("counsel");
	REFUSED(assign(NULL, 0, 0, NULL, &n), ERR_NOT_ALLOWED, "reviewer");
}

#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(whoever_has_the_seed_draws_the_sample_again),
		PROMISE(the_seed_is_older_than_the_lines),
		PROMISE(each_of_the_sample_is_decided_once_by_a_reviewer),
		PROMISE(who_submitted_decides_nothing_and_is_given_nothing),
		PROMISE(one_wrong_ends_approving_together),
		PROMISE(after_a_sound_sample_what_is_plain_is_signed_together),
		PROMISE(an_edited_sample_is_noticed),
		PROMISE(a_list_is_two_entries_whatever_it_names),
		PROMISE(a_list_that_cannot_be_meant_changes_nothing),
		PROMISE(request_review_is_shown_nothing_of_the_roll),
		PROMISE(what_is_given_back_is_told_to_the_requester),
		PROMISE(what_is_sealed_or_stopped_is_withheld_and_its_package_destroyed),
		PROMISE(counsel_alone_answers_an_objection_and_by_a_rule),
		PROMISE(what_is_sustained_is_withheld_for_good),
		PROMISE(an_objection_deleted_or_answered_in_the_store_is_noticed),
		PROMISE(the_queue_says_what_is_awaited_and_by_when),
		PROMISE(work_is_assigned_by_one_entry_and_binds_nobody),
		PROMISE(what_a_hold_preserves_is_set_aside),
		PROMISE(an_approval_added_deleted_or_changed_is_noticed),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
