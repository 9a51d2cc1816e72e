/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_screen.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"
#include "proc/proc_sandbox.h"
#include "proc/proc_vault.h"
#include "register/register_list.h"
#include "wire/wire.h"

enum { RECORD_MAX = 4096, MESSAGE_MAX = (1 << 24) + 64 };

/* ---- how old ---- */

enum err
proc_screen_fresh(struct instance *in, const struct law *law)
{
	int32_t day = in->clock;
	int64_t age;
	enum err e = in->sandbox ? ERR_OK
				 : vault_roll_day(&in->vault, &day, &in->why);

	if (e != ERR_OK)
		return e;
	day = register_screens_day(in->registers, day, in->at);
	age = (int64_t)in->clock - day;
	if (age <= (int64_t)law_screen_days(law))
		return ERR_OK;
	return instance_says(in, ERR_TOO_LATE,
		"the screens are %d days old, and over %u nothing leaves: "
		"`weir screen load`",
		(int)age, law_screen_days(law));
}

/* ---- the process that parses: it holds the file, and nothing else ---- */

static enum err
parse_file(int file, struct buf *answer, struct why *why)
{
	OWNED_BUF(text, REGISTER_LIST_FILE);
	OWNED_BUF(rows, REGISTER_LIST_BYTES);
	uint8_t hash[CRYPTO_SHA256];
	uint32_t n = 0;
	enum err e = os_read_fd(file, &text);

	if (e == ERR_TOO_LARGE)
		return why_set(
			why, e, "more than %d bytes", REGISTER_LIST_FILE);
	if (e == ERR_OK)
		e = register_list_parse(buf_span(&text), &rows, &n, why);
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&text), hash);
	buf_bytes(answer, span_of(hash, sizeof(hash)));
	buf_u32be(answer, n);
	buf_bytes(answer, buf_span(&rows));
	return buf_error(answer);
}

static enum err
parser(int fd, void *context)
{
	OWNED_BUF(answer, MESSAGE_MAX);
	struct why why = {""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_FRONT, NULL, 0);
	if (e == ERR_OK)
		e = parse_file(*(int *)context, &answer, &why);
	if (e == ERR_OK)
		return wire_send(fd, WIRE_SCREENS_ARE, buf_span(&answer));
	if (why.text[0] == '\0')
		(void)why_set(&why, e, "%s", err_text(e));
	return wire_refuse(fd, WIRE_SCREENS_REFUSE, e, &why);
}

/* ---- the list, as the judge has it ---- */

struct load {
	struct instance *in;
	const struct proc_screen_load *of;
	struct proc_screen_result *result;
	struct buf answer; /* what the rows point into */
	uint8_t hash[32];
	struct register_list_row *row; /* sorted, each once */
	size_t n;
	size_t had; /* rows in force of this source before */
};

static int
compare_rows(const void *a, const void *b)
{
	const struct register_list_row *x = a;
	const struct register_list_row *y = b;
	int order = span_cmp(x->person, y->person);

	return order != 0 ? order : span_cmp(x->ground, y->ground);
}

static enum err
sort_rows(struct load *l, struct span rest, uint32_t n)
{
	size_t unique = 0;

	if (n > REGISTER_LIST_MOST)
		return err_origin(ERR_PEER);
	l->row = mem_zeroed(((size_t)n + 1) * sizeof(*l->row));
	if (l->row == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < n; i++)
		if (!register_list_next(&rest, &l->row[i]))
			return err_origin(ERR_PEER);
	if (rest.n > 0)
		return err_origin(ERR_PEER);
	if (n > 0)
		qsort(l->row, n, sizeof(*l->row), compare_rows);
	for (size_t i = 0; i < n; i++)
		if (unique == 0 ||
			compare_rows(&l->row[unique - 1], &l->row[i]) != 0)
			l->row[unique++] = l->row[i];
	l->n = unique;
	l->result->rows = unique;
	return ERR_OK;
}

static enum err
hear_parser(struct load *l, struct proc_peer *peer)
{
	struct why why = {""};
	struct reader r;
	struct span hash;
	uint32_t n;
	enum err e = wire_expect(peer->fd, WIRE_SCREENS_ARE,
		WIRE_SCREENS_REFUSE, &l->answer, &why);

	if (err_is_refusal(e))
		return instance_says(l->in, e, "%s: %s", l->of->file, why.text);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&l->answer));
	hash = read_bytes(&r, sizeof(l->hash));
	n = read_u32be(&r);
	if (!read_ok(&r))
		return err_origin(ERR_PEER);
	memcpy(l->hash, hash.at, sizeof(l->hash));
	return sort_rows(l, r.left, n);
}

static bool
is_listed(const struct load *l, const struct register_row *row)
{
	struct register_list_row key = {register_get(row, REG_SCREEN_PERSON),
		register_get(row, REG_SCREEN_GROUND)};

	return bsearch(&key, l->row, l->n, sizeof(key), compare_rows) != NULL;
}

/* ---- what changes ---- */

/* Is this the n-th row, in force and of this list's source? */
static bool
is_of_source(const struct load *l, size_t i, struct register_row *ret_row)
{
	const struct register_entry *entry =
		register_at(l->in->registers, REG_SCREEN, i);

	register_entry_row(entry, ret_row);
	return entry->revoked_at == REGISTER_AT_NEVER &&
	       register_is(ret_row, REG_SCREEN_SOURCE, l->of->source);
}

static bool
is_determined_to_stop(const struct register_row *row)
{
	return register_is(row, REG_SCREEN_FINDING, "identify") ||
	       register_is(row, REG_SCREEN_FINDING, "impair");
}

/* A list that was lost on the way would end what it does not name. */
static enum err
check_rows(struct load *l)
{
	size_t n = register_n(l->in->registers, REG_SCREEN);
	size_t gone = 0;

	for (size_t i = 0; i < n; i++) {
		struct register_row row;

		if (!is_of_source(l, i, &row))
			continue;
		l->had++;
		gone += !is_listed(l, &row);
	}
	if (l->of->states_rows && l->of->rows != l->n)
		return instance_says(l->in, ERR_MISMATCH,
			"%s: %zu rows, not the %" PRIu64 " that are stated",
			l->of->file, l->n, l->of->rows);
	if (!l->of->states_rows && 2 * gone > l->had)
		return instance_says(l->in, ERR_MISMATCH,
			"%s: %zu of the %zu rows of %s are not in it: say how "
			"many the source states, --rows N",
			l->of->file, gone, l->had, l->of->source);
	return ERR_OK;
}

static enum err
end_rows(struct load *l)
{
	size_t n = register_n(l->in->registers, REG_SCREEN);
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct register_row row;

		if (!is_of_source(l, i, &row) || is_listed(l, &row))
			continue;
		if (is_determined_to_stop(&row)) {
			l->result->kept++;
			continue;
		}
		e = proc_registers_apply(l->in, REG_REVOKE, &row);
		l->result->ended++;
	}
	return e;
}

static enum err
add_rows(struct load *l)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->n; i++) {
		struct register_row row = {.id = REG_SCREEN};
		struct why why = l->in->why;

		register_put(&row, REG_SCREEN_PERSON, l->row[i].person);
		register_put(&row, REG_SCREEN_GROUND, l->row[i].ground);
		register_put(&row, REG_SCREEN_SOURCE, span_text(l->of->source));
		e = proc_registers_apply(l->in, REG_ADD, &row);
		l->result->added += e == ERR_OK;
		if (e != ERR_EXISTS)
			continue;
		e = ERR_OK; /* it is on, with its finding */
		l->in->why = why;
	}
	return e;
}

/* ---- the row that says how new the screens are ---- */

static enum err
set_screening(struct instance *in, const char *source, const uint8_t file[32],
	int32_t as_of, uint64_t rows)
{
	const struct register_entry *entry = register_find(
		in->registers, REG_SCREENING, span_text(source), in->at);
	struct register_row row = {.id = REG_SCREENING};
	struct register_row old;
	char day[DAY_TEXT] = "";
	char number[24] = "";
	enum err e = ERR_OK;

	day_text(as_of, day);
	(void)snprintf(number, sizeof(number), "%" PRIu64, rows);
	register_put(&row, REG_SCREENING_SOURCE, span_text(source));
	register_put(&row, REG_SCREENING_FILE, span_of(file, 32));
	register_put(&row, REG_SCREENING_AS_OF, span_text(day));
	register_put(&row, REG_SCREENING_ROWS, span_text(number));
	if (entry != NULL) {
		register_entry_row(entry, &old);
		e = proc_registers_change(in, REG_REVOKE, &old, in->at);
	}
	return e == ERR_OK ? proc_registers_change(in, REG_ADD, &row, in->at)
			   : e;
}

static enum err
check_day(struct load *l)
{
	struct instance *in = l->in;
	const struct register_entry *entry = register_find(
		in->registers, REG_SCREENING, span_text(l->of->source), in->at);
	struct register_row row;

	/* A sandbox plays days that are to come. */
	if (!instance_plays(in) && l->of->as_of > in->clock)
		return instance_says(in, ERR_TOO_EARLY,
			"--as-of is a day that is still to come");
	if (entry == NULL)
		return ERR_OK;
	register_entry_row(entry, &row);
	if (l->of->as_of < register_day(&row, REG_SCREENING_AS_OF))
		return instance_says(in, ERR_TOO_EARLY,
			"the list of %s in force is newer than this one",
			l->of->source);
	return ERR_OK;
}

/*
 * What the actor signs of a list, and its entry keeps:
 *
 *	weir screens/v1
 *	ORIGIN
 *	ci 2026-11-01
 *	SHA-256 of the file, in hex
 *	rows 120 added 3 ended 1 kept 0
 *	2026-11-02T12:00:00Z
 */
static enum err
enter_list(struct load *l)
{
	const struct proc_screen_result *r = l->result;
	char day[DAY_TEXT] = "";
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(text, RECORD_MAX);

	day_text(l->of->as_of, day);
	day_time_text(l->in->at, at);
	buf_printf(&text, "weir screens/v1\n%s\n%s %s\n", l->in->origin,
		l->of->source, day);
	code_hex(&text, span_of(l->hash, sizeof(l->hash)));
	buf_printf(&text,
		"\nrows %" PRIu64 " added %" PRIu64 " ended %" PRIu64
		" kept %" PRIu64 "\n%s\n",
		r->rows, r->added, r->ended, r->kept, at);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return proc_registers_list(
		l->in, REG_SCREEN, span_text(l->of->source), buf_span(&text));
}

/* Stores, or undoes. */
static enum err
finish(struct instance *in, enum err e)
{
	if (e == ERR_OK)
		return proc_registers_finish(in);
	account_abandon(in);
	return e;
}

static enum err
take_list(struct load *l)
{
	enum err e = check_day(l);

	if (e == ERR_OK)
		e = check_rows(l);
	if (e == ERR_OK)
		e = account_begin(l->in);
	if (e != ERR_OK)
		return e;
	e = end_rows(l);
	if (e == ERR_OK)
		e = add_rows(l);
	if (e == ERR_OK)
		e = enter_list(l);
	if (e == ERR_OK)
		e = set_screening(l->in, l->of->source, l->hash, l->of->as_of,
			l->result->rows);
	e = finish(l->in, e);
	return e == ERR_OK ? proc_screen_wake(l->in, &l->result->woken) : e;
}

enum err
proc_screen_load(const char *path, const struct proc_screen_load *load,
	const char *key, struct proc_screen_result *ret_result,
	struct why *reterr_why)
{
	static struct instance in;
	OWNED_FD file = open(load->file, O_RDONLY | O_CLOEXEC);
	struct proc_peer peer = PROC_PEER_NONE;
	struct load l = {.in = &in, .of = load, .result = ret_result};
	enum err e;

	*ret_result = (struct proc_screen_result){0};
	if (file < 0)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"%s: there is no such file", load->file);
	in = INSTANCE_NONE;
	buf_init(&l.answer, MESSAGE_MAX);
	e = proc_start("weir-screens", parser, &file, file, &peer);
	if (e == ERR_OK)
		e = instance_open(path, INSTANCE_LEDGER, key, DAY_NONE, &in);
	if (e == ERR_OK)
		e = proc_permit(&in, PERMIT_SCREENS);
	if (e == ERR_OK)
		e = hear_parser(&l, &peer);
	if (e == ERR_OK)
		e = take_list(&l);
	if (e != ERR_OK)
		*reterr_why = in.why;
	mem_free(l.row);
	buf_fini(&l.answer);
	instance_close(&in);
	proc_drop(&peer);
	return e;
}

enum err
proc_screen_of_roll(struct instance *in, const uint8_t roll[32], uint64_t rows)
{
	enum err e;

	if (instance_plays(in))
		return ERR_OK;
	e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = set_screening(in, "roll", roll, in->clock, rows);
	if (e == ERR_OK)
		return proc_registers_finish(in);
	account_abandon(in);
	return e;
}

/* ---- determinations ---- */

/* One row in force of the person and ground whose finding is another. */
static bool
find_other(const struct instance *in, const struct register_row *want,
	struct register_row *ret_row, size_t *ret_n)
{
	const struct register_entry *entry = NULL;
	struct span person = register_get(want, REG_SCREEN_PERSON);

	*ret_n = 0;
	while ((entry = register_next(in->registers, REG_SCREEN, person, in->at,
			entry)) != NULL) {
		register_entry_row(entry, ret_row);
		if (!span_eq(register_get(ret_row, REG_SCREEN_GROUND),
			    register_get(want, REG_SCREEN_GROUND)))
			continue;
		(*ret_n)++;
		if (!span_eq(register_get(ret_row, REG_SCREEN_FINDING),
			    register_get(want, REG_SCREEN_FINDING)))
			return true;
	}
	return false;
}

static enum err
set_finding(struct instance *in, const struct register_row *want)
{
	struct register_row row;
	size_t n = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && find_other(in, want, &row, &n)) {
		struct register_row next = row;

		e = proc_registers_change(in, REG_REVOKE, &row, in->at);
		if (e != ERR_OK)
			return e;
		register_put(&next, REG_SCREEN_FINDING,
			register_get(want, REG_SCREEN_FINDING));
		e = proc_registers_change(in, REG_ADD, &next, in->at);
	}
	return e == ERR_OK && n == 0
		       ? proc_registers_change(in, REG_ADD, want, in->at)
		       : e;
}

enum err
proc_screen_determine(struct instance *in, const char *person,
	const char *ground, const char *finding, uint64_t *ret_woken)
{
	struct register_row want = {.id = REG_SCREEN};
	enum err e = proc_permit(in, PERMIT_SCREENS);

	*ret_woken = 0;
	register_put(&want, REG_SCREEN_PERSON, span_text(person));
	register_put(&want, REG_SCREEN_GROUND, span_text(ground));
	register_put(&want, REG_SCREEN_FINDING, span_text(finding));
	if (e == ERR_OK && finding[0] == '\0')
		e = instance_says(in, ERR_MALFORMED,
			"a determination is identify, impair or clear");
	if (e == ERR_OK)
		e = register_check(&want, false, &in->why);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = finish(in, set_finding(in, &want));
	return e == ERR_OK ? proc_screen_wake(in, ret_woken) : e;
}

/* ---- what is shown ---- */

/* A screen that has ended since, and the row stands as without it. */
static bool
is_over(const struct law *law, struct batch_request *b)
{
	bool met[LAW_RULES_MAX];
	struct evidence clear = b->evidence;

	evidence_set_flag(&clear, EV_SCREEN, true);
	(void)proc_batch_decide(law, &clear, met);
	if (clear.value[EV_SCREEN] == b->evidence.value[EV_SCREEN] ||
		b->row.unmet != proc_batch_unmet(met, law_n_rules(law)))
		return false;
	b->evidence = clear;
	b->result.screen_clear = true;
	return true;
}

static bool
has_nothing_to_give(const struct batch_request *b)
{
	struct evidence ev = b->evidence;

	evidence_set_flag(&ev, EV_SCREEN, true);
	evidence_set_flag(&ev, EV_OWN_ROW, true);
	if (evidence_is(&ev, EV_YEARS, "none"))
		return true;
	return memcmp(&ev, &b->evidence, sizeof(ev)) != 0;
}

bool
proc_screen_veil(
	struct instance *in, const struct law *law, struct batch_request *b)
{
	bool met[LAW_RULES_MAX];

	if (b->match.n == 0 || b->result.person != MATCH_CONFIRMED ||
		proc_permitted(in, PERMIT_SCREEN_SEEN) ||
		!has_nothing_to_give(b))
		return false;
	if (is_over(law, b))
		return true;
	b->evidence.value[EV_SCREEN] = 0;
	b->evidence.value[EV_OWN_ROW] = 0;
	b->evidence.value[EV_YEARS] = 0;
	b->result.years = MATCH_YEARS_UNTOLD;
	(void)proc_batch_decide(law, &b->evidence, met);
	b->row.unmet = proc_batch_unmet(met, law_n_rules(law));
	return true;
}

/* ---- what a screen or a hold had withheld ---- */

struct wake {
	struct instance *in;
	struct store_batch batch;
	struct law *law;
	uint64_t n;
};

/* The verdict that the vault computes when it seals. */
static void
set_verdict(const struct wake *w, struct batch_request *b)
{
	vault_verdict_hash(
		&(struct vault_verdict){
			.batch = b->row.batch,
			.line = b->row.line,
			.request = b->encoded,
			.law = w->batch.law,
			.answer = LAW_REVIEW,
			.match = b->match,
			.person = b->person,
		},
		b->row.verdict);
}

/* Screens and holds as they are now. */
static void
set_now(const struct wake *w, struct batch_request *b)
{
	struct batch_target target;

	proc_batch_screen(w->in, &b->result, b->person, &b->evidence);
	proc_batch_target(w->in, &w->batch, &b->request, b->person, &target);
	evidence_set_flag(&b->evidence, EV_NO_HOLD,
		hold_set_covers(w->in->holds, HOLD_TO_STOP, &target.target) ==
			NULL);
}

/* Was it withheld by the law when it was looked up, and would it not be now that
 * the screen or the hold has ended?  What a reviewer withheld since was not
 * withheld by the law. */
static bool
is_free(const struct wake *w, struct batch_request *b, uint64_t *ret_unmet)
{
	size_t n = law_n_rules(w->law);
	bool met[LAW_RULES_MAX];
	enum law_answer then = proc_batch_decide(w->law, &b->evidence, met);
	uint64_t unmet = proc_batch_unmet(met, n);

	set_now(w, b);
	*ret_unmet = 0;
	if (then != LAW_WITHHELD || b->row.unmet != unmet ||
		proc_batch_decide(w->law, &b->evidence, met) != LAW_REVIEW)
		return false;
	*ret_unmet = proc_batch_unmet(met, n);
	return true;
}

static enum err
wake_row(void *context, struct store_request *row)
{
	struct wake *w = context;
	struct batch_request b;
	uint64_t unmet;
	enum err e;

	if (row->state != CASE_WITHHELD || row->matched == STORE_NO_ENTRY)
		return ERR_OK;
	e = proc_batch_open(w->in, row, &b);
	if (e != ERR_OK)
		return e;
	if (is_free(w, &b, &unmet)) {
		b.row.unmet = unmet;
		set_verdict(w, &b);
		proc_batch_move(&b.row, CASE_TO_ANEW, &proc_by_judge);
		proc_batch_move(&b.row, CASE_TO_CONFIRM, &proc_by_vault);
		e = store_request_update(w->in->store, &b.row);
		w->n++;
	}
	proc_batch_fini(&b);
	return e;
}

enum err
proc_screen_wake_batch(struct instance *in, uint32_t n, uint64_t *woken)
{
	struct wake w = {.in = in};
	enum err e = store_batch_get(in->store, n, &w.batch);

	if (e != ERR_OK || w.batch.stage != STAGE_LOCATED)
		return e;
	e = instance_law(in, w.batch.law, &w.law);
	if (e == ERR_OK)
		e = proc_batch_each(in, n, wake_row, &w);
	w.law = law_free(w.law);
	*woken += w.n;
	return e;
}

enum err
proc_screen_wake(struct instance *in, uint64_t *ret_woken)
{
	uint32_t last = 0;
	enum err e = account_begin(in);

	*ret_woken = 0;
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	for (uint32_t n = 1; e == ERR_OK && n <= last; n++)
		e = proc_screen_wake_batch(in, n, ret_woken);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}
