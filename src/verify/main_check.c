/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/main.h"

enum { FINDINGS_MAX = 1 << 26 };

static void
put_text(const struct main_asked *a, const struct verify_result *r)
{
	OWNED_BUF(root, 64);
	char day[2][DAY_TEXT] = {"", ""};
	char at[DAY_TIME_TEXT];

	code_base64(&root, span_of(r->cp.root.at, LEDGER_HASH));
	printf("origin   %s\nsize     %" PRIu64 "\nroot     %.*s\n",
		r->cp.origin, r->cp.size, (int)root.n, (const char *)root.at);
	if (r->first_day != DAY_NONE) {
		day_text(r->first_day, day[0]);
		day_text(r->last_day, day[1]);
		printf("days     %s to %s\n", day[0], day[1]);
	}
	if (r->gap > 0)
		printf("cadence  %d days at the most without a publication, "
		       "before entry %" PRIu64 "%s\n",
			(int)r->gap, r->gap_at,
			r->cadence > 0 ? ", as promised" : "");
	printf("files    %" PRIu64 ", each to its last byte\n", r->files);
	if (r->passed > 0)
		printf("beside   %" PRIu64 " files that the ledger does not "
		       "sign, and that were not checked\n",
			r->passed);
	for (size_t i = 0; i < a->public.n_old; i++)
		printf("old      %" PRIu64 " entries, unchanged: %s\n",
			r->old_size[i], a->public.old[i].name);
	for (size_t i = 0; i < a->public.n_witnesses; i++)
		printf("witness  %s\n", a->public.witness[i].name);
	if (a->public.policy != NULL) {
		day_time_text(r->cosigned_at, at);
		printf("policy   kept: %zu witnesses signed %" PRIu64
		       " entries, enough of them at %s\n",
			r->cosigned, r->cosigned_size, at);
	}
	if (r->told.batches > 0)
		printf("told     %" PRIu64 " batches of %" PRIu64
		       " requests; of the replies given: %" PRIu64
		       " refused, %" PRIu64 " accepted, %" PRIu64
		       " withdrawn\n",
			r->told.batches, r->told.requests, r->told.refused,
			r->told.accepted, r->told.withdrawn);
	for (size_t i = 0; i < r->n_accounts; i++) {
		day_text(r->account[i].as_of, day[0]);
		printf("account  of %s up to %s: %zu disclosures, and no more "
		       "in this ledger: %s\n",
			r->account[i].person, day[0], r->account[i].disclosures,
			a->public.account[i].name);
	}
}

/* What was found in the openings. */
struct findings {
	bool json;
	bool any; /* openings were asked for, and could be judged */
	struct verify_totals totals;
	struct buf list; /* JSON */
};

static void
found(void *arg, uint64_t index, enum verify_rule rule, const char *text)
{
	struct findings *f = arg;

	if (f->json)
		verify_answer_finding(index, rule, text, &f->list);
	else
		printf("entry %" PRIu64 ": %s: %s; the rule (%s): %s\n", index,
			verify_rule_word(rule), text, verify_rule_said(rule),
			verify_rule_text(rule));
}

static void
put_totals(const struct verify_totals *t)
{
	printf("received %" PRIu64 " in %" PRIu64 " batches = %" PRIu64
	       " refused + %" PRIu64 " accepted + %" PRIu64 " withdrawn\n",
		t->received, t->batches, t->refused, t->accepted, t->withdrawn);
	printf("accepted %" PRIu64 " = %" PRIu64 " open + %" PRIu64
	       " answered neutrally + %" PRIu64 " delivered\n",
		t->accepted, t->open, t->neutral, t->delivered);
	printf("holds    %" PRIu64 " stand\n", t->holds);
	if (t->delays > 0)
		printf("delays   %" PRIu64 " stand\n", t->delays);
	if (t->erased > 0)
		printf("erased   %" PRIu64 " entries say nothing any more\n",
			t->erased);
	printf("findings %" PRIu64 "\n", t->findings);
}

static void
put_json(const struct main_asked *a, enum err e, const struct verify_result *r,
	const struct verify_fault *fault, const struct findings *f)
{
	OWNED_BUF(b, FINDINGS_MAX + (1 << 20));

	verify_answer(e, &a->public, r, fault, f->any ? &f->totals : NULL,
		buf_span(&f->list), &b);
	if (buf_error(&b) == ERR_OK)
		(void)fwrite(b.at, 1, b.n, stdout);
}

static enum main_exit
answer(const struct main_asked *a, enum err e, const struct verify_result *r,
	const struct verify_fault *fault, const struct findings *f)
{
	if (e == ERR_OK)
		e = buf_error(&f->list);
	if (err_is_failure(e)) {
		main_error("%s: no answer: %s", a->dir, err_text(e));
		return MAIN_FAILURE;
	}
	if (a->json)
		put_json(a, e, r, fault, f);
	else if (e == ERR_OK)
		put_text(a, r);
	if (e == ERR_OK && f->any && !a->json)
		put_totals(&f->totals);
	if (e == ERR_OK && f->totals.findings > 0)
		return MAIN_NO;
	if (e == ERR_OK) {
		if (!a->json)
			printf("ok\n");
		return MAIN_DONE;
	}
	main_error("%s: at byte %" PRIu64 ": %s", fault->file, fault->offset,
		fault->text);
	return MAIN_NO;
}

static enum err
check(const struct main_asked *asked, const struct verify_source *source,
	struct verify_result *result, struct findings *f,
	struct verify_fault *fault)
{
	enum err e = verify_public(source, &asked->public, result, fault);

	if (e != ERR_OK || asked->openings.name == NULL)
		return e;
	f->any = true;
	return verify_openings(source, &asked->public, &asked->openings,
		asked->public.today, result, found, f, &f->totals, fault);
}

enum main_exit
main_check(const struct main_asked *asked)
{
	struct verify_dir dir = VERIFY_DIR_NONE;
	struct findings f = {.json = asked->json};
	struct verify_result result;
	struct verify_fault fault = {.offset = 0};
	struct verify_source source;
	enum main_exit status;
	enum err e = verify_dir_open(asked->dir, &dir);

	if (e != ERR_OK) {
		main_error("%s: %s", asked->dir, err_text(e));
		return MAIN_FAILURE;
	}
	buf_init(&f.list, FINDINGS_MAX);
	source = verify_dir_source(&dir);
	e = check(asked, &source, &result, &f, &fault);
	status = answer(asked, e, &result, &fault, &f);
	buf_fini(&f.list);
	verify_dir_close(&dir);
	return status;
}
