/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of the log: a short account that keeps it, told by a writer that
 * says whatever it is told to, and the same with one thing wrong for each rule
 * of verify/rule.def.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include <cmocka.h>

#include "base/code.h"
#include "base/day.h"
#include "crypto/crypto.h"
#include "ledger/openings.h"
#include "maker.h"
#include "memory.h"
#include "verify/verify.h"
#include "verify/verify_dir.h"

#define ORIGIN "ledger.example.org/law"

static char work[64] = "/tmp/weir-law-XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(work) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", work);
	return system(command);
}

/* ---- a writer of entries and openings ---- */

struct writer {
	struct maker m;
	struct buf records;  /* of the openings */
	struct memory files; /* of so many entries: */
	size_t loaded;
	uint64_t last;      /* entry */
	uint64_t delivered; /* A's */
	uint64_t again;     /* the same, another time */
	uint64_t account;   /* the act that gave one */
};

/* The field "at" of what is said. */
static const char *now;
#define MORNING "2026-02-16T09:00:00Z"
#define NOON "2026-02-16T12:00:00Z"
#define NEXT_DAY "2026-02-17T12:00:00Z"
#define JULY "2026-07-01T12:00:00Z"

static uint8_t law_1[32] = {1};
static uint8_t law_2[32] = {2};

static void
begin(struct writer *w)
{
	*w = (struct writer){.last = 0};
	maker_begin(&w->m, ORIGIN);
	buf_init(&w->records, 1 << 20);
}

static void
say_fields(struct writer *w, enum ledger_type type, const uint8_t *law,
	const struct ledger_field *fields, size_t n)
{
	static const uint8_t engine[32] = {9};
	struct ledger_openings_entry opened = {.index = w->m.n};
	struct ledger_entry entry = {.day = 20500};

	opened.head = ledger_head_of(type, law, engine);
	opened.key[0] = (uint8_t)w->m.n;
	for (size_t i = 0; i < n; i++)
		if (fields[i].value.n > 0)
			opened.field[opened.n_fields++] = fields[i];
	opened.field[opened.n_fields++] =
		(struct ledger_field){"at", span_text(now)};
	assert_int_equal(ledger_commit(&opened.head, opened.key, opened.field,
				 opened.n_fields, &entry.root),
		ERR_OK);
	w->last = w->m.n;
	maker_add(&w->m, &entry);
	ledger_openings_add(&opened, &w->records);
}

#define SAY(w, type, law, ...)                                                 \
	say_fields((w), LEDGER_##type, (law),                                  \
		(const struct ledger_field[]){__VA_ARGS__},                    \
		sizeof((const struct ledger_field[]){__VA_ARGS__}) /           \
			sizeof(struct ledger_field))
#define T(name, text)                                                          \
	{                                                                      \
		(name), span_text(text)                                        \
	}

static char *
number(uint64_t n)
{
	static char text[8][24];
	static unsigned at;

	at = (at + 1) % 8;
	(void)snprintf(
		text[at], sizeof(text[at]), "%llu", (unsigned long long)n);
	return text[at];
}

/* The SHA-256 of a certificate would be as long. */
static struct span
print_of(char who)
{
	static uint8_t prints[26][32];

	memset(prints[who - 'a'], who, 32);
	return span_of(prints[who - 'a'], 32);
}

enum { OPERATOR = 'o', FIRST = 'f', SECOND = 's', THIRD = 't', COUNSEL = 'c' };

/* As register/ has it: who, which role. */
static void
role(struct writer *w, char who, const char *which, const char *change)
{
	OWNED_BUF(record, 1000);

	buf_text(&record, "weir/register-act/v1\n");
	buf_u8(&record, 1);
	buf_u32be(&record, 0);
	buf_u8(&record, 2);
	buf_u8(&record, 4);
	buf_sized(&record, print_of(who));
	buf_sized(&record, span_text(which));
	SAY(w, REGISTER, NULL, T("register", "role"), T("change", change),
		{"subject", print_of(who)}, {"record", buf_span(&record)});
}

static void
batch(struct writer *w, unsigned n, unsigned sequence, unsigned count)
{
	SAY(w, BATCH, law_1, T("batch", number(n)), T("agreement", "AG"),
		T("sequence", number(sequence)), T("count", number(count)),
		{"actor", print_of(OPERATOR)});
}

static void
judged_by(struct writer *w, unsigned b, const char *id, unsigned line,
	const char *outcome, struct span manifest)
{
	OWNED_BUF(as_written, 10000);

	/* id, given, middle, surname, suffix, TIN ... case ... officer */
	buf_u16be(&as_written, 24);
	for (unsigned i = 0; i < 24; i++)
		buf_sized(&as_written, span_text(i == 0    ? id
						 : i == 1  ? "Maria"
						 : i == 3  ? "Lopez Garcia"
						 : i == 5  ? "123-45-6789"
						 : i == 17 ? "HSI-1"
						 : i == 23 ? "OFF-1"
							   : ""));
	SAY(w, REQUEST, law_1, T("batch", number(b)), T("request", id),
		T("line", number(line)), T("outcome", outcome),
		{"as_written", buf_span(&as_written)}, {"manifest", manifest});
}

static void
judged(struct writer *w, unsigned b, const char *id, unsigned line,
	const char *outcome)
{
	judged_by(w, b, id, line, outcome, span_of(NULL, 0));
}

static void
lookup(struct writer *w, unsigned b, char roll)
{
	SAY(w, LOOKUP, law_1, T("batch", number(b)), {"roll", print_of(roll)});
}

static void
match(struct writer *w, unsigned b, const char *id, const char *outcome,
	const char *codes)
{
	SAY(w, MATCH, law_1, T("batch", number(b)), T("request", id),
		T("outcome", outcome), T("codes", codes), T("person", "P7"),
		{"roll", print_of('r')});
}

static void
act(struct writer *w, char who, const char *word, unsigned b, const char *id)
{
	SAY(w, ACT, NULL, {"actor", print_of(who)}, T("act", word),
		T("batch", number(b)), T("request", id));
}

static uint64_t
seal_by(struct writer *w, unsigned b, const char *id, const char *outcome,
	const uint8_t *law, struct span approvals, const char *codes,
	const char *fields)
{
	SAY(w, SEAL, law, T("batch", number(b)), T("request", id),
		T("outcome", outcome), T("codes", codes),
		{"approvals", approvals}, {"recipient", print_of('x')},
		T("fields", fields));
	return w->last;
}

static uint64_t
seal(struct writer *w, unsigned b, const char *id, bool address)
{
	static uint8_t both[64];

	memset(both, FIRST, 32);
	memset(both + 32, SECOND, 32);
	return seal_by(w, b, id, address ? "address" : "neutral", law_1,
		address ? span_of(both, 64) : span_of(NULL, 0), "",
		address ? "name,mailing-address" : "");
}

static void
deliver(struct writer *w, unsigned b, const char *id, bool address, uint64_t s,
	char to)
{
	SAY(w, DELIVER, law_1, T("batch", number(b)), T("request", id),
		T("outcome", address ? "address" : "neutral"),
		T("seal", number(s)), {"recipient", print_of(to)});
}

static void
hold(struct writer *w, const char *n, const char *change, const char *scope,
	char who, const char *review)
{
	SAY(w, HOLD, NULL, T("hold", n), T("change", change), T("scope", scope),
		T("effect", "stop"), T("review", review),
		{"actor", print_of(who)});
}

/* ---- the account, with one thing wrong ---- */

static int broken; /* a rule; -1: none */

static bool
breaks(enum verify_rule rule)
{
	return broken == (int)rule;
}

static void
tell_beginning(struct writer *w)
{
	now = MORNING;
	SAY(w, OPEN, NULL,
		T("origin", breaks(VERIFY_RULE_OPEN) ? "another" : ORIGIN));
	role(w, FIRST, "reviewer", "add");
	role(w, SECOND, "reviewer", "add");
	role(w, OPERATOR, "operator", "add");
	if (breaks(VERIFY_RULE_REVIEWER))
		role(w, SECOND, "reviewer", "revoke");
	now = NOON;
}

static void
tell_submit(struct writer *w)
{
	batch(w, breaks(VERIFY_RULE_NUMBER) ? 2 : 1, 1,
		breaks(VERIFY_RULE_COUNT) ? 4 : 3);
}

static void
tell_judgment(struct writer *w, unsigned b)
{
	if (!breaks(VERIFY_RULE_OF_BATCH))
		judged(w, b, "A", 1, "review");
	judged(w, b, "B", 2, "refused");
	judged(w, b, "C", 3, "request-review");
	if (breaks(VERIFY_RULE_AGAIN))
		judged(w, b, "A", 1, "review");
	if (breaks(VERIFY_RULE_LOOK_FIRST))
		match(w, b, "A", "review", "");
	if (!breaks(VERIFY_RULE_LOOKED))
		act(w, FIRST, "approve", b, "C");
}

static void
tell_finding(struct writer *w, unsigned b)
{
	lookup(w, b, 'r');
	match(w, b, "A", "review", "");
	match(w, b, "C", "unresolved", "AG-CONFIRM");
	act(w, FIRST, "approve", b, "");
	if (!breaks(VERIFY_RULE_APPROVED))
		act(w, SECOND, "approve", b, "");
	if (breaks(VERIFY_RULE_WITHHELD))
		act(w, FIRST, "withhold", b, "A");
	if (breaks(VERIFY_RULE_CONFIRMED)) {
		match(w, b, "A", "review", "I6");
		act(w, FIRST, "approve", b, "");
		act(w, SECOND, "approve", b, "");
	}
}

static void
tell_holds(struct writer *w)
{
	hold(w, "1", "place", "case=HSI-2\nperson=tin:987654321", THIRD,
		breaks(VERIFY_RULE_OVERDUE) ? "2026-01-01" : "");
	hold(w, "2", "place", "all\nexcept case=HSI-1", THIRD, "");
	hold(w, "3", "place", "all", THIRD, "");
	if (!breaks(VERIFY_RULE_HOLD_MOVE))
		hold(w, "3", "ask", "all", THIRD, "");
	hold(w, "3", "grant", "all",
		breaks(VERIFY_RULE_HOLD_TWO) ? THIRD : FIRST, "");
	if (breaks(VERIFY_RULE_HELD))
		hold(w, "4", "place",
			"person=name:LOPEZ MARIA,agreement=AG,from=2025-01-01",
			THIRD, "");
}

static uint64_t
tell_seal(struct writer *w, unsigned b)
{
	static uint8_t two[64];

	memset(two, FIRST, 32);
	memset(two + 32, SECOND, 32);
	if (breaks(VERIFY_RULE_FIELDS))
		return seal_by(
			w, b, "A", "address", law_1, span_of(two, 64), "", "");
	if (breaks(VERIFY_RULE_LAW))
		return seal_by(w, b, "A", "address", law_2, span_of(two, 64),
			"", "name");
	return seal(w, b, "A", true);
}

static void
tell_release(struct writer *w, unsigned b)
{
	uint64_t a;
	uint64_t c;

	act(w, OPERATOR, "release", b, "");
	a = tell_seal(w, b);
	if (breaks(VERIFY_RULE_SEALED))
		(void)seal(w, b, "B", false);
	c = seal(w, b, "C", false);
	deliver(w, b, "A", true, a, breaks(VERIFY_RULE_SEAL_FIRST) ? 'y' : 'x');
	w->delivered = w->last;
	deliver(w, b, "C", false, c, 'x');
	if (breaks(VERIFY_RULE_ONCE)) {
		act(w, OPERATOR, "release", b, "");
		deliver(w, b, "A", true, a, 'x');
		w->again = w->last;
	}
	if (breaks(VERIFY_RULE_ROUND))
		deliver(w, b, "C", false, seal(w, b, "C", false), 'x');
	if (breaks(VERIFY_RULE_SEQUENCE))
		batch(w, 2, 1, 0);
	if (breaks(VERIFY_RULE_GIVEN_BACK))
		act(w, FIRST, "return", b, "C");
	if (breaks(VERIFY_RULE_WITHDRAWN))
		act(w, THIRD, "letter-withdraw", b, "C");
}

/* ---- delays ---- */

static void
delay(struct writer *w, char who, const char *word, unsigned b,
	const char *object, const char *ground)
{
	SAY(w, ACT, NULL, {"actor", print_of(who)}, T("act", word),
		T("batch", number(b)), T("request", "A"), T("object", object),
		T("ground", ground));
}

static void
tell_delay(struct writer *w, unsigned b)
{
	now = MORNING;
	role(w, COUNSEL, "counsel", "add");
	now = NOON;
	delay(w, COUNSEL, "delay", b, "weir/delay/v1\n1 until 2026-07-01\n",
		breaks(VERIFY_RULE_DELAY) ? "" : "an investigation");
}

/* Names `entry`, or nothing for VERIFY_NO_ENTRY. */
static void
account_late(struct writer *w, uint64_t entry)
{
	OWNED_BUF(object, 200);

	buf_text(&object, "weir/account-late/v1\n");
	if (entry != UINT64_MAX)
		buf_u64be(&object, entry);
	if (w->again > 0)
		buf_u64be(&object, w->again);
	SAY(w, ACT, NULL, {"actor", print_of(OPERATOR)},
		T("act", "account-late"), {"object", buf_span(&object)});
}

static void
tell_delay_ended(struct writer *w, unsigned b)
{
	now = JULY;
	if (!breaks(VERIFY_RULE_DELAY_OVER))
		account_late(w, breaks(VERIFY_RULE_TOLD_LATE) ? UINT64_MAX
							      : w->delivered);
	if (breaks(VERIFY_RULE_DELAY_LIFT))
		delay(w, COUNSEL, "delay-lift", b, "weir/delay/v1\n1\n", "");
}

/* ---- a book of singles ---- */

static void
close_book(struct writer *w, unsigned n)
{
	uint8_t hash[32] = {0};
	OWNED_BUF(object, 200);

	for (char line = 'a'; line <= 'b'; line++) {
		char said = breaks(VERIFY_RULE_BOOK_CLOSED) ? 'z' : line;
		uint8_t next[32];

		crypto_sha256_2(span_of(hash, 32), print_of(said), next);
		memcpy(hash, next, 32);
	}
	buf_text(&object, "weir/book/v1\n");
	buf_u64be(&object, 2);
	buf_bytes(&object, span_of(hash, 32));
	SAY(w, ACT, NULL, {"actor", print_of(OPERATOR)}, T("act", "close-book"),
		T("batch", number(n)), {"object", buf_span(&object)});
}

/* Its lines come in a drawn order. */
static void
tell_book(struct writer *w, unsigned n)
{
	now = NOON;
	batch(w, n, (1U << 30) + n, 0);
	judged_by(w, n, "S2", 2, "refused", print_of('b'));
	now = breaks(VERIFY_RULE_BOOK) ? NEXT_DAY : NOON;
	judged_by(w, n, "S1", 1, "review", print_of('a'));
	now = NEXT_DAY;
	if (breaks(VERIFY_RULE_BOOK_FIRST))
		lookup(w, n, 'r');
	if (breaks(VERIFY_RULE_BOOK_WAITS))
		return;
	close_book(w, n);
	lookup(w, n, 'r');
	match(w, n, "S1", "unresolved", "AG-CONFIRM");
	act(w, OPERATOR, "release", n, "");
	deliver(w, n, "S1", false, seal(w, n, "S1", false), 'x');
}

/* ---- an account that was given ---- */

static struct verify_account given_account = {
	.person = "P7", .as_of = 20512, .disclosures = 1, .hash = {7, 8, 9}};

static void
tell_account(struct writer *w)
{
	OWNED_BUF(object, 400);

	buf_text(&object, "weir/account-query/v1\nperson P7\nfor self\n"
			  "identified-by A. Clerk\nhow passport\n"
			  "as-of 2026-02-28\nstatement ");
	code_hex(&object, span_of(given_account.hash, 32));
	buf_u8(&object, '\n');
	if (breaks(VERIFY_RULE_ACCOUNT))
		object.at[object.n - 2] ^= 1;
	SAY(w, ACT, NULL, {"actor", print_of(COUNSEL)}, T("act", "account"),
		{"object", buf_span(&object)});
	w->account = w->last;
}

/* ---- erasures ---- */

static void
erase_order(struct writer *w, char who, const char *word, const char *first)
{
	OWNED_BUF(object, 200);

	buf_printf(&object, "%s\nerasure 1\n", first);
	SAY(w, ACT, NULL, {"actor", print_of(who)}, T("act", word),
		{"object", buf_span(&object)});
}

/* An act that names `entry`, or one that says nothing. */
static void
erase_entry(struct writer *w, uint64_t entry)
{
	OWNED_BUF(object, 200);

	buf_text(&object, "weir/erase/v1\n");
	buf_u64be(&object, entry);
	SAY(w, ACT, NULL, {"actor", print_of(SECOND)}, T("act", "erase"),
		{"object", buf_span(&object)}, T("ground", "erasure 1"));
}

/* The entry was another; all that is left of it is its place. */
static uint64_t
erased_entry(struct writer *w)
{
	struct ledger_openings_entry gone = {.index = w->m.n, .erased = true};
	struct ledger_entry entry = {.day = 20500};

	maker_add(&w->m, &entry);
	ledger_openings_add(&gone, &w->records);
	return gone.index;
}

static void
tell_erasure(struct writer *w)
{
	erase_order(w, FIRST, "erase-ask", "weir/erase-order/v1");
	erase_order(w, breaks(VERIFY_RULE_ERASE_TWO) ? FIRST : SECOND,
		"erase-grant", "weir/erase-answer/v1");
	if (breaks(VERIFY_RULE_ERASED))
		(void)erased_entry(w);
}

static void
tell(struct writer *w)
{
	unsigned b = breaks(VERIFY_RULE_NUMBER) ? 2 : 1;

	begin(w);
	tell_beginning(w);
	tell_submit(w);
	tell_judgment(w, b);
	tell_finding(w, b);
	tell_delay(w, b);
	tell_holds(w);
	tell_release(w, b);
	tell_delay_ended(w, b);
	tell_book(w, breaks(VERIFY_RULE_SEQUENCE) ? 3 : b + 1);
	tell_account(w);
	tell_erasure(w);
}

/* ---- what is found ---- */

struct seen {
	unsigned n[VERIFY_N_RULES];
	uint64_t entry[VERIFY_N_RULES]; /* newest */
	unsigned all;
};

static void
see(void *arg, uint64_t index, enum verify_rule rule, const char *text)
{
	struct seen *s = arg;

	s->n[rule]++;
	s->entry[rule] = index;
	s->all++;
	assert_true(text[0] != '\0');
}

static struct verify_fault fault;
static struct verify_result result;
static struct verify_totals totals;

/* The openings' bytes, as `openings` changes them: NULL, as they are. */
static enum err
inspect(struct writer *w, struct span openings, struct seen *seen)
{
	static int count;
	char dir[128];
	OWNED_BUF(head, 1 << 20);
	struct verify_asked asked = {.vkey = w->m.vkey, .lanes = 1};
	struct verify_given given = {"openings", openings};
	struct verify_source source;
	enum err e;

	*seen = (struct seen){.all = 0};
	if (w->loaded != w->m.n) {
		(void)snprintf(dir, sizeof(dir), "%s/%d", work, count++);
		memory_fini(&w->files);
		maker_publish(&w->m, dir);
		memory_load(&w->files, dir);
		w->loaded = w->m.n;
	}
	source = memory_source(&w->files);
	assert_int_equal(
		verify_public(&source, &asked, &result, &fault), ERR_OK);
	ledger_openings_begin(ORIGIN, w->m.n, &head);
	buf_bytes(&head, buf_span(&w->records));
	if (openings.at == NULL)
		given.bytes = buf_span(&head);
	if (breaks(VERIFY_RULE_TOLD)) {
		result.told_batch[0] = (struct verify_told_batch){
			.batch = 1, .entry = 4, .count = 3, .replied = true};
		result.n_told = 1;
	}
	if (w->account > 0) {
		result.account[0] = given_account;
		result.account[0].query = w->account;
		result.n_accounts = 1;
	}
	e = verify_openings(&source, &asked, &given,
		breaks(VERIFY_RULE_DELAY_OVER) || breaks(VERIFY_RULE_BOOK_WAITS)
			? day_of(2026, 7, 2)
			: DAY_NONE,
		&result, see, seen, &totals, &fault);
	return e;
}

static void
writer_end(struct writer *w)
{
	memory_fini(&w->files);
	buf_fini(&w->records);
	maker_end(&w->m);
}

static void
an_account_that_keeps_the_law_is_believed(void **state)
{
	struct writer w;
	struct seen seen;

	(void)state;
	broken = -1;
	tell(&w);
	assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
	assert_int_equal(seen.all, 0);
	assert_int_equal(totals.received, 5);
	assert_int_equal(totals.refused, 2);
	assert_int_equal(totals.accepted, 3);
	assert_int_equal(totals.delivered, 1);
	assert_int_equal(totals.neutral, 2);
	assert_int_equal(totals.open, 0);
	assert_int_equal(totals.holds, 2);
	writer_end(&w);
}

static void
each_rule_broken_is_found(void **state)
{
	(void)state;
	for (broken = 0; broken < VERIFY_N_RULES; broken++) {
		struct writer w;
		struct seen seen;

		tell(&w);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		if (seen.n[broken] == 0)
			fail_msg("%s was broken and not found",
				verify_rule_word(broken));
		writer_end(&w);
	}
	broken = -1;
}

/* Where one thing is wrong, nothing else is said to be. */
static void
nothing_is_found_that_is_not_broken(void **state)
{
	static const enum verify_rule alone[] = {VERIFY_RULE_OPEN,
		VERIFY_RULE_COUNT, VERIFY_RULE_SEQUENCE, VERIFY_RULE_LOOKED,
		VERIFY_RULE_APPROVED, VERIFY_RULE_WITHHELD,
		VERIFY_RULE_CONFIRMED, VERIFY_RULE_FIELDS, VERIFY_RULE_HELD,
		VERIFY_RULE_HOLD_TWO, VERIFY_RULE_OVERDUE, VERIFY_RULE_ONCE,
		VERIFY_RULE_ROUND, VERIFY_RULE_SEAL_FIRST, VERIFY_RULE_SEALED,
		VERIFY_RULE_TOLD, VERIFY_RULE_AGAIN, VERIFY_RULE_ERASED,
		VERIFY_RULE_ERASE_TWO, VERIFY_RULE_GIVEN_BACK,
		VERIFY_RULE_WITHDRAWN, VERIFY_RULE_BOOK, VERIFY_RULE_BOOK_FIRST,
		VERIFY_RULE_BOOK_CLOSED, VERIFY_RULE_BOOK_WAITS,
		VERIFY_RULE_DELAY, VERIFY_RULE_DELAY_LIFT,
		VERIFY_RULE_TOLD_LATE, VERIFY_RULE_DELAY_OVER,
		VERIFY_RULE_ACCOUNT};

	(void)state;
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		struct writer w;
		struct seen seen;

		broken = (int)alone[i];
		tell(&w);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		for (int rule = 0; rule < VERIFY_N_RULES; rule++)
			if (seen.n[rule] > 0 && rule != broken)
				fail_msg("%s was broken, and %s found",
					verify_rule_word(broken),
					verify_rule_word(rule));
		writer_end(&w);
	}
	broken = -1;
}

/* ---- holds cover what they name ---- */

static void
holds_cover_what_they_name(void **state)
{
	static const struct {
		const char *scope;
		bool covers;
	} scopes[] = {{"all", true}, {"agreement=AG", true},
		{"agreement=OTHER", false}, {"batch=1", true},
		{"batch=2", false}, {"request=A", true}, {"request=C", false},
		{"case=HSI-1", true}, {"case=HSI-2,case=HSI-1", true},
		{"person=tin:123456789", true}, {"person=tin:123456780", false},
		{"person=id:P7", true}, {"person=id:P8", false},
		{"person=name:MARIA GARCIA", true},
		{"person=name:MARIA RUIZ", false}, {"from=2026-03-01", false},
		{"until=2030-01-01", true}, {"recipient=OFF-1", true},
		{"case=HSI-1,from=2000-01-01", true},
		{"case=HSI-1,from=2030-01-01", false},
		{"all\nexcept case=HSI-1", false},
		{"all\nexcept case=HSI-9", true},
		{"all\nexcept statute=8-usc-1253", false},
		{"case=HSI-9\ncase=HSI-1", true}};

	(void)state;
	broken = -1;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		tell_judgment(&w, 1);
		tell_finding(&w, 1);
		hold(&w, "1", "place", scopes[i].scope, THIRD, "");
		tell_release(&w, 1);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		if ((seen.n[VERIFY_RULE_HELD] == 1) != scopes[i].covers ||
			seen.all != scopes[i].covers)
			fail_msg("%s", scopes[i].scope);
		writer_end(&w);
	}
}

static void
a_lift_or_an_exception_of_two_lets_through(void **state)
{
	(void)state;
	broken = -1;
	for (int kind = 0; kind < 4; kind++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		tell_judgment(&w, 1);
		tell_finding(&w, 1);
		hold(&w, "1", "place", "all", THIRD, "");
		hold(&w, "1", kind < 2 ? "ask" : "ask-exception",
			kind < 2 ? "all" : "case=HSI-1", THIRD, "");
		hold(&w, "1",
			kind == 0   ? "grant"
			: kind == 1 ? "deny"
			: kind == 2 ? "grant-exception"
				    : "deny-exception",
			kind < 2 ? "all" : "case=HSI-1", FIRST, "");
		tell_release(&w, 1);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.n[VERIFY_RULE_HELD], kind % 2);
		assert_int_equal(seen.all, kind % 2);
		writer_end(&w);
	}
}

/* ---- delays ---- */

static void
tell_one_delay(struct writer *w, unsigned kind)
{
	static const char *const objects[] = {
		"weir/delay/v1\n1 until 2026-02-17\n",
		"weir/delay/v1\n1 until 2027-02-18\n",
		"weir/delay/v1\n1 until 2026-02-16\n",
		"weir/delay/v1\n2 until 2026-02-17\n", "nothing"};

	now = MORNING;
	role(w, COUNSEL, "counsel", "add");
	now = NOON;
	if (kind < 5)
		delay(w, COUNSEL, "delay", 1, objects[kind], "a ground");
	else if (kind == 5)
		delay(w, FIRST, "delay", 1, objects[0], "a ground");
	else if (kind == 6)
		delay(w, COUNSEL, "delay-lift", 1, "weir/delay/v1\n1\n", "");
	else
		delay(w, COUNSEL, "delay", 1, objects[0], " \n");
}

static void
a_delay_is_counsels_with_ground_and_end(void **state)
{
	static const enum verify_rule found[] = {VERIFY_N_RULES,
		VERIFY_RULE_DELAY, VERIFY_RULE_DELAY, VERIFY_RULE_DELAY,
		VERIFY_RULE_DELAY, VERIFY_RULE_DELAY, VERIFY_RULE_DELAY_LIFT,
		VERIFY_RULE_DELAY};

	(void)state;
	broken = -1;
	for (unsigned kind = 0; kind < 8; kind++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		tell_judgment(&w, 1);
		tell_one_delay(&w, kind);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.all, kind > 0);
		if (kind > 0)
			assert_int_equal(seen.n[found[kind]], 1);
		if (kind == 0)
			assert_int_equal(totals.delays, 1);
		writer_end(&w);
	}
}

/* What another delay keeps back waits for it; nothing is told twice. */
static void
what_is_told_late_is_what_was_kept_back(void **state)
{
	(void)state;
	broken = -1;
	for (int kind = 0; kind < 5; kind++) {
		struct writer w;
		struct seen seen;
		uint64_t d;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		tell_judgment(&w, 1);
		tell_finding(&w, 1);
		tell_delay(&w, 1);
		delay(&w, COUNSEL, "delay", 1,
			"weir/delay/v1\n2 until 2026-08-01\n", "another");
		tell_release(&w, 1);
		d = w.delivered;
		now = JULY;
		account_late(&w, kind == 1 ? d : UINT64_MAX);
		if (kind == 2)
			account_late(&w, UINT64_MAX);
		now = "2026-08-01T12:00:00Z";
		if (kind != 1)
			account_late(&w, kind == 3 ? d + 1 : d);
		if (kind == 4)
			account_late(&w, d);
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.n[VERIFY_RULE_TOLD_LATE], kind > 0);
		assert_int_equal(seen.all, kind > 0);
		writer_end(&w);
	}
}

/* A time up to a change of a register does not say which day it was. */
static void
where_the_day_is_not_sure_nothing_is_found(void **state)
{
	(void)state;
	broken = -1;
	for (int late = 0; late < 2; late++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		now = late ? JULY : MORNING;
		role(&w, COUNSEL, "counsel", "add");
		now = NOON;
		batch(&w, 1, (1U << 30) + 1, 0);
		now = late ? JULY : NEXT_DAY;
		judged_by(&w, 1, "S", 1, "refused", print_of('a'));
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.n[VERIFY_RULE_BOOK], !late);
		writer_end(&w);
	}
}

/* ---- books ---- */

static void
a_book_is_closed_once_and_over(void **state)
{
	(void)state;
	broken = -1;
	for (int kind = 0; kind < 5; kind++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		tell_judgment(&w, 1);
		tell_book(&w, 2);
		if (kind == 1)
			close_book(&w, 2);
		now = NOON;
		if (kind == 2)
			judged_by(&w, 2, "S3", 3, "refused", print_of('c'));
		if (kind == 3)
			close_book(&w, 1); /* which came as a file */
		if (kind == 4)             /* judged anew, as STATES has it */
			judged_by(&w, 2, "S2", 2, "refused", print_of('b'));
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.n[VERIFY_RULE_BOOK_CLOSED],
			kind == 1 || kind == 3);
		assert_int_equal(seen.n[VERIFY_RULE_BOOK], kind == 2);
		assert_int_equal(seen.all, kind > 0 && kind < 4);
		writer_end(&w);
	}
}

/* The first line of an id stands; each is counted. */
static void
an_id_used_twice_is_refused(void **state)
{
	(void)state;
	broken = -1;
	for (int kind = 0; kind < 3; kind++) {
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		batch(&w, 1, 1, 3);
		judged(&w, 1, "A", 1, "review");
		judged(&w, 1, "A", 2, kind == 1 ? "review" : "refused");
		judged(&w, 1, "C", 3, "refused");
		if (kind == 2) /* judged anew */
			judged(&w, 1, "A", 2, "refused");
		act(&w, THIRD, "letter-withdraw", 1, "A");
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(seen.n[VERIFY_RULE_AGAIN], kind == 1);
		assert_int_equal(seen.all, kind == 1);
		assert_int_equal(totals.received, 3);
		assert_int_equal(totals.withdrawn, 1);
		assert_int_equal(totals.refused, kind == 1 ? 1 : 2);
		writer_end(&w);
	}
}

/* ---- given back, taken back ---- */

static void
letters_and_returns_move_what_they_may(void **state)
{
	(void)state;
	broken = -1;
	for (int kind = 0; kind < 4; kind++) {
		static const char *const act_of[] = {
			"return", "return", "return", "letter-withdraw"};
		struct writer w;
		struct seen seen;

		begin(&w);
		tell_beginning(&w);
		tell_submit(&w);
		judged(&w, 1, "A", 1, "review");
		judged(&w, 1, "B", 2, "refused");
		judged(&w, 1, "C", 3, "request-review");
		act(&w, kind == 2 ? THIRD : FIRST, act_of[kind], 1,
			kind == 1 || kind == 3 ? "A" : "C");
		assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
		assert_int_equal(
			seen.n[VERIFY_RULE_GIVEN_BACK], kind == 1 || kind == 2);
		assert_int_equal(seen.all, kind == 1 || kind == 2);
		assert_int_equal(totals.withdrawn, kind == 3);
		assert_int_equal(totals.refused, kind == 3 ? 1 : 2);
		writer_end(&w);
	}
}

/* ---- the file of openings ---- */

static void
every_byte_of_the_openings_counts(void **state)
{
	struct writer w;
	struct seen seen;
	OWNED_BUF(all, 1 << 20);

	(void)state;
	broken = -1;
	tell(&w);
	ledger_openings_begin(ORIGIN, w.m.n, &all);
	buf_bytes(&all, buf_span(&w.records));
	assert_int_equal(inspect(&w, buf_span(&all), &seen), ERR_OK);
	for (size_t at = 0; at < all.n; at += 3) {
		all.at[at] ^= (uint8_t)(1U << at % 8);
		if (inspect(&w, buf_span(&all), &seen) != ERR_DAMAGED)
			fail_msg("byte %zu changed unnoticed", at);
		assert_string_equal(fault.file, "openings");
		all.at[at] ^= (uint8_t)(1U << at % 8);
	}
	for (size_t cut = 1; cut < 200; cut += 11)
		assert_int_equal(
			inspect(&w, span_of(all.at, all.n - cut), &seen),
			ERR_DAMAGED);
	buf_u8(&all, 0);
	assert_int_equal(inspect(&w, buf_span(&all), &seen), ERR_DAMAGED);
	writer_end(&w);
}

static void
an_erased_entry_says_nothing_and_is_counted(void **state)
{
	struct writer w;
	struct seen seen;
	OWNED_BUF(all, 1 << 20);
	struct reader r;
	struct ledger_openings_entry e;
	struct span origin;
	uint64_t size;

	(void)state;
	broken = -1;
	tell(&w);
	erase_entry(&w, 6);
	ledger_openings_begin(ORIGIN, w.m.n, &all);
	buf_bytes(&all, buf_span(&w.records));
	r = read_from(buf_span(&all));
	assert_int_equal(ledger_openings_open(&r, &origin, &size), ERR_OK);
	{
		OWNED_BUF(erased, 1 << 20);

		ledger_openings_begin(ORIGIN, w.m.n, &erased);
		for (uint64_t i = 0; i < size; i++) {
			assert_int_equal(ledger_openings_next(&r, &e), ERR_OK);
			e.erased = i == 6; /* the refusal of B */
			ledger_openings_add(&e, &erased);
		}
		assert_int_equal(inspect(&w, buf_span(&erased), &seen), ERR_OK);
	}
	assert_int_equal(seen.all, 0);
	assert_int_equal(totals.erased, 1);
	assert_int_equal(totals.received, 4);
	writer_end(&w);
}

/* Each by an act of an erasure that two people gave. */
static void
what_nobody_granted_is_not_erased(void **state)
{
	struct writer w;
	struct seen seen;
	uint64_t gone;

	(void)state;
	broken = -1;
	tell(&w);
	gone = erased_entry(&w);
	(void)erased_entry(&w);
	erase_entry(&w, gone);
	assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
	assert_int_equal(seen.all, 1);
	assert_int_equal(seen.n[VERIFY_RULE_ERASED], 1);
	writer_end(&w);

	begin(&w);
	tell_beginning(&w);
	gone = erased_entry(&w);
	erase_entry(&w, gone);
	erase_order(&w, FIRST, "erase-grant", "weir/erase-answer/v1");
	assert_int_equal(inspect(&w, span_of(NULL, 0), &seen), ERR_OK);
	assert_int_equal(seen.all, 2);
	assert_int_equal(seen.n[VERIFY_RULE_ERASE_TWO], 2);
	writer_end(&w);
}

/* ---- what people read of the rules ---- */

static void
the_page_lists_every_rule(void **state)
{
	OWNED_BUF(page, 1 << 20);
	OWNED_BUF(row, 1000);

	(void)state;
	assert_int_equal(
		verify_dir_file(WEIR_SOURCE "/docs/VERIFYING.md", &page),
		ERR_OK);
	for (int rule = 0; rule < VERIFY_N_RULES; rule++) {
		buf_clear(&row);
		buf_printf(&row, "| `%s` | %s | %s |\n", verify_rule_word(rule),
			verify_rule_text(rule), verify_rule_said(rule));
		if (memmem(page.at, page.n, row.at, row.n) == NULL)
			fail_msg("%s", verify_rule_word(rule));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_that_keeps_the_law_is_believed),
		cmocka_unit_test(each_rule_broken_is_found),
		cmocka_unit_test(nothing_is_found_that_is_not_broken),
		cmocka_unit_test(holds_cover_what_they_name),
		cmocka_unit_test(a_lift_or_an_exception_of_two_lets_through),
		cmocka_unit_test(a_delay_is_counsels_with_ground_and_end),
		cmocka_unit_test(what_is_told_late_is_what_was_kept_back),
		cmocka_unit_test(where_the_day_is_not_sure_nothing_is_found),
		cmocka_unit_test(a_book_is_closed_once_and_over),
		cmocka_unit_test(an_id_used_twice_is_refused),
		cmocka_unit_test(letters_and_returns_move_what_they_may),
		cmocka_unit_test(every_byte_of_the_openings_counts),
		cmocka_unit_test(the_page_lists_every_rule),
		cmocka_unit_test(an_erased_entry_says_nothing_and_is_counted),
		cmocka_unit_test(what_nobody_granted_is_not_erased),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
