/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placing a hold: the form; what the order would stop and what has left, before
 * anything is signed; the signature; and the same of the hold that stands.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/holds.h"
#include "crypto/crypto.h"
#include "proc/proc_hold.h"

enum { PATH_BYTES = 96, SIGNED_MAX = 200 };

enum field {
	GROUND,
	DOCKET,
	ORDER,
	SCOPE,
	EXCEPT,
	EFFECT,
	EFFECTIVE,
	SERVED,
	REVIEW,
	NOTE,
};

/* What a form says, and what is wrong with it. */
struct placing {
	struct page_field field[NOTE + 1];
	const struct zone *zone;
	struct hold_order order;
	struct span scope[HOLD_SCOPES_MAX];
	struct span except[HOLD_SCOPES_MAX];
	uint8_t hash[CRYPTO_SHA256];
	bool wrong;
};

static const struct page_field fields[] = {
	[GROUND] = {.name = "ground", .label = "Ground", .must = true},
	[DOCKET] = {.name = "docket",
		.label = "Docket",
		.hint = "As the order names it, for example 1:25-cv-12822 "
			"(D. Mass.)",
		.must = true},
	[ORDER] = {.name = "order",
		.label = "The order's file",
		.hint = "Its SHA-256 is kept, not the file"},
	[SCOPE] = {.name = "scope",
		.label = "What it covers",
		.hint = "One scope a line; a request that any line covers is "
			"covered. On one line, commas join what must all hold.",
		.must = true,
		.rows = 4},
	[EXCEPT] = {.name = "except",
		.label = "What the order excepts",
		.hint = "One scope a line, written the same way",
		.rows = 2},
	[EFFECT] = {.name = "effect", .label = "Effect", .must = true},
	[EFFECTIVE] = {.name = "effective",
		.label = "Effective time, UTC",
		.hint = "2026-11-01 or 2026-11-01T12:00:00Z; empty: when it is "
			"placed"},
	[SERVED] = {.name = "served",
		.label = "Served time, UTC",
		.hint = "Written the same way; empty: when it is placed"},
	[REVIEW] = {.name = "review",
		.label = "Review date",
		.hint = "On that day it is listed as due. It never lifts by "
			"itself.",
		.type = "date"},
	[NOTE] = {.name = "note", .label = "Note"},
};

static const char ground_words[] =
	"court=Court: an order of a court|counsel=Counsel|"
	"safeguards=Safeguards: a finding about the recipient|"
	"parties=Parties: the agencies agreed|incident=Incident";
static const char effect_words[] =
	"stop=Stop: what it covers does not leave|"
	"preserve=Preserve: nothing it covers is destroyed";

/* ---- reading ---- */

static void
set_wrong(struct placing *g, enum field field, const char *error)
{
	g->field[field].error = error;
	g->wrong = true;
}

static size_t
take_scopes(struct placing *g, enum field field, struct span *to)
{
	struct span rest = g->field[field].value;
	size_t n = 0;

	while (rest.n > 0) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.n == 0)
			continue;
		if (n == HOLD_SCOPES_MAX) {
			set_wrong(g, field, "at most 255 lines");
			break;
		}
		to[n++] = line;
	}
	return n;
}

/* The file itself, or, once it was hashed, its hash. */
static void
take_order(struct placing *g, const struct ask *ask)
{
	if (!holds_read_order(ask, g->hash, &g->order.order))
		set_wrong(g, ORDER, "choose the file again");
}

static void
take_times(struct placing *g)
{
	static const char error[] = "write a day or a time in UTC, such as "
				    "2026-11-01T12:00:00Z";

	if (!show_read_time(
		    g->zone, g->field[EFFECTIVE].value, &g->order.effective_at))
		set_wrong(g, EFFECTIVE, error);
	if (!show_read_time(
		    g->zone, g->field[SERVED].value, &g->order.served_at))
		set_wrong(g, SERVED, error);
	if (!show_read_day(g->field[REVIEW].value, &g->order.review_day))
		set_wrong(g, REVIEW, "write a day, such as 2026-11-01");
}

static void
take_form(struct placing *g, const struct ask *ask)
{
	for (size_t i = 0; i <= NOTE; i++) {
		g->field[i] = fields[i];
		if (i != ORDER)
			g->field[i].value =
				ask_get(ask, ASK_FORM, fields[i].name);
	}
	if (!hold_ground_parse(g->field[GROUND].value, &g->order.ground))
		set_wrong(g, GROUND, "choose one");
	if (!hold_effect_parse(g->field[EFFECT].value, &g->order.effect))
		set_wrong(g, EFFECT, "choose one");
	g->order.docket = span_trim(g->field[DOCKET].value);
	g->order.note = span_trim(g->field[NOTE].value);
	g->order.sealed = ask_get(ask, ASK_FORM, "sealed").n > 0;
	g->order.n_scopes = take_scopes(g, SCOPE, g->scope);
	g->order.n_exceptions = take_scopes(g, EXCEPT, g->except);
	g->order.scopes = g->scope;
	g->order.exceptions = g->except;
	if (g->order.docket.n == 0)
		set_wrong(g, DOCKET, "name the order");
	if (g->order.n_scopes == 0)
		set_wrong(g, SCOPE, "say what it covers: all, for everything");
	take_order(g, ask);
	take_times(g);
}

/* ---- the form ---- */

static void
put_scope_help(struct page *p)
{
	static const char *const term[][2] = {
		{"all", "everything"},
		{"agreement=AG-IRS-ICE-2025", "under that agreement"},
		{"recipient=ICE", "to that agency, or that officer"},
		{"statute=8 USC 1253", "citing that statute, or below it"},
		{"batch=12", "of that batch"},
		{"case=HSI-HOU-25-325567", "of that case"},
		{"request=R0000017", "that request"},
		{"person=123-45-6789",
			"about that number, name or person's id"},
		{"from=2026-01-01,until=2026-06-30",
			"received from that day to that day"},
	};

	buf_text(p->to, "<details class=\"console-help\"><summary>How a scope "
			"is written</summary>\n");
	page_table(p, "Terms of a scope", "Term|Covers requests");
	for (size_t i = 0; i < sizeof(term) / sizeof(*term); i++) {
		page_cell(p, 0);
		html_put(p->to, "<code>%s</code>", term[i][0]);
		page_cell_end(p, 0);
		page_cell_text(p, 1, term[i][1]);
	}
	page_table_end(p);
	buf_text(p->to,
		"<p><code>recipient=ICE,statute=8 USC 1253</code> covers what "
		"is for ICE and cites 8 USC 1253.</p></details>\n");
}

static void
put_sealed(struct page *p, const struct placing *g)
{
	page_check(p, "sealed", "yes", "Sealed: shown to counsel only",
		g->order.sealed);
}

static enum err
put_form(struct desk *desk, struct answer *answer, struct placing *g)
{
	const struct page_field *field[NOTE + 1];
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Place a hold",
			.lead = "Before you sign it you see what it stops and "
				"what has already left.",
			.here = "/holds",
			.crumb = {{"/holds", "Holds"}}});

	for (size_t i = 0; i <= NOTE; i++)
		field[i] = &g->field[i];
	page_errors(&p, field, NOTE + 1);
	page_form(&p, "/holds/new", true);
	page_select(&p, field[GROUND], ground_words);
	page_input(&p, field[DOCKET]);
	page_file(&p, field[ORDER]);
	page_area(&p, field[SCOPE]);
	put_scope_help(&p);
	page_area(&p, field[EXCEPT]);
	page_radios(&p, field[EFFECT], effect_words);
	page_input(&p, field[EFFECTIVE]);
	page_input(&p, field[SERVED]);
	page_input(&p, field[REVIEW]);
	put_sealed(&p, g);
	page_input(&p, field[NOTE]);
	buf_text(p.to, "<p class=\"console-buttons\">");
	page_button(&p, PAGE_MAIN, "See what it would stop", NULL, NULL);
	buf_text(p.to, "</p>");
	page_form_end(&p);
	return page_end(&p);
}

enum err
console_hold_new(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct placing g = {.wrong = false};
	enum err e = proc_permit(&desk->in, PERMIT_HOLD);

	(void)ask;
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i <= NOTE; i++)
		g.field[i] = fields[i];
	g.field[EFFECT].value = SPAN("stop");
	return put_form(desk, answer, &g);
}

/* ---- before it is signed ---- */

static void
put_again(struct page *p, const struct placing *g)
{
	OWNED_BUF(hex, 2 * CRYPTO_SHA256);

	for (size_t i = 0; i <= NOTE; i++)
		if (i != ORDER)
			page_hidden(p, g->field[i].name, g->field[i].value);
	if (g->order.sealed)
		page_hidden(p, "sealed", SPAN("yes"));
	if (g->order.order != NULL) {
		code_hex(&hex, span_of(g->order.order, CRYPTO_SHA256));
		page_hidden(p, "order-hash", buf_span(&hex));
	}
	page_hidden(p, "confirm", SPAN("yes"));
}

static enum err
put_draft(struct desk *desk, struct answer *answer, struct placing *g)
{
	OWNED(hold) draft = NULL;
	struct page p;
	enum err e = proc_hold_draft(&desk->in, &g->order, &draft);

	if (e == ERR_MALFORMED) {
		set_wrong(g, SCOPE, desk->in.why.text);
		return put_form(desk, answer, g);
	}
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "What this hold would do",
			.lead = "Nothing is placed yet.",
			.here = "/holds",
			.crumb = {{"/holds", "Holds"},
				{"/holds/new", "Place a hold"}},
			.wide = true});
	page_list(&p);
	holds_order(&p, draft);
	page_list_end(&p);
	page_form(&p, "/holds/new", false);
	put_again(&p, g);
	buf_text(p.to, "<p class=\"console-buttons\">");
	page_button(&p, PAGE_MAIN, "Go on and sign it", NULL, NULL);
	html_put(p.to, "<a class=\"usa-button usa-button--outline\" "
		       "href=\"/holds/new\">No, write it anew</a></p>");
	page_form_end(&p);
	e = console_holds_reach(&p, draft, true);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- placing ---- */

static enum err
place(struct desk *desk, const struct ask *ask, struct answer *answer,
	struct placing *g)
{
	struct proc_hold_placed placed = {0};
	char says[SIGNED_MAX];
	char path[PATH_BYTES];
	const struct page_act act = {.title = "Place this hold",
		.says = says,
		.action = "/holds/new",
		.button = "Place the hold",
		.back = "/holds/new",
		.here = "/holds"};
	enum err e = proc_hold_place(&desk->in, &g->order, &placed);

	(void)snprintf(says, sizeof(says),
		"You place a hold, ground %s, docket %.*s. What it covers %s.",
		hold_ground_text(g->order.ground),
		(int)(g->order.docket.n < 80 ? g->order.docket.n : 80),
		(const char *)g->order.docket.at,
		g->order.effect == HOLD_TO_STOP
			? "does not leave from then on"
			: "is not destroyed from then on");
	/* It stands once it has an entry, also where pulling back failed. */
	if (e != ERR_OK && placed.entry == 0)
		return page_signed(desk, ask, answer, &act, e);
	(void)snprintf(
		path, sizeof(path), "/holds/%" PRIu64 "/left", placed.number);
	return page_see(answer, path,
		e != ERR_OK         ? "hold-half"
		: placed.pulled > 0 ? "hold-pulled"
				    : "hold-placed");
}

enum err
console_hold_place(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct placing g = {.zone = &desk->in.zone};
	enum err e = proc_permit(&desk->in, PERMIT_HOLD);

	if (e != ERR_OK)
		return e;
	take_form(&g, ask);
	if (g.wrong)
		return put_form(desk, answer, &g);
	return page_confirmed(ask) ? place(desk, ask, answer, &g)
				   : put_draft(desk, answer, &g);
}
