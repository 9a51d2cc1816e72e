/* SPDX-License-Identifier: Apache-2.0 */
/* Holds: the list, one of them, and what it stops and what left under it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/holds.h"
#include "crypto/crypto.h"
#include "proc/proc_hold.h"

enum { TEXT_BYTES = 1 << 18, PATH_BYTES = 96 };

/* ---- the list ---- */

static bool
is_listed(const struct desk *desk, struct span show, const struct hold *hold)
{
	bool lifted = hold_state(hold) == HOLD_LIFTED;

	if (!proc_hold_seen(&desk->in, hold))
		return false;
	if (span_eq(show, SPAN("all")))
		return true;
	if (span_eq(show, SPAN("lifted")))
		return lifted;
	if (span_eq(show, SPAN("due")))
		return hold_review_due(hold, desk->in.clock);
	return !lifted;
}

static void
put_state(struct page *p, const struct hold *hold)
{
	if (hold_state(hold) == HOLD_LIFT_ASKED)
		buf_text(p->to, "in force, a lift is asked");
	else if (hold_state(hold) == HOLD_LIFTED)
		buf_text(p->to, "lifted");
	else
		buf_text(p->to, "in force");
	if (hold_sealed(hold))
		buf_text(p->to, ", sealed");
}

static void
put_review(struct page *p, const struct hold *hold)
{
	page_day(p, hold_review_day(hold));
	if (hold_review_due(hold, p->desk->in.clock))
		buf_text(p->to,
			" <strong class=\"console-overdue\">has come</strong>");
}

static void
put_row(struct page *p, const struct hold *hold)
{
	OWNED_BUF(scope, TEXT_BYTES);

	hold_scope_text(hold, proc_hold_show(&p->desk->in, hold), &scope);
	show_cell_link(p, 0, "/holds", hold_number(hold));
	page_cell(p, 1);
	put_state(p, hold);
	page_cell_end(p, 1);
	page_cell_text(p, 2, hold_ground_text(hold_ground(hold)));
	page_cell_text(p, 3, hold_docket(hold));
	page_cell_text(p, 4, hold_effect_text(hold_effect(hold)));
	show_cell_span(p, 5, buf_span(&scope));
	show_cell_time(p, 6, hold_placed_at(hold));
	page_cell(p, 7);
	put_review(p, hold);
	page_cell_end(p, 7);
}

static void
put_tabs(struct page *p, struct span show)
{
	static const char *const tab[][2] = {{"standing", "In force"},
		{"due", "Review day has come"}, {"lifted", "Lifted"},
		{"all", "All"}};

	buf_text(p->to, "<nav class=\"console-tabs\" aria-label=\"Which "
			"holds\"><ul>");
	for (size_t i = 0; i < sizeof(tab) / sizeof(*tab); i++) {
		bool here = span_eq(show, span_text(tab[i][0])) ||
			    (i == 0 && show.n == 0);

		html_put(p->to,
			here ? "<li><a href=\"/holds?show=%s\" "
			       "aria-current=\"true\">%s</a></li>"
			     : "<li><a href=\"/holds?show=%s\">%s</a></li>",
			tab[i][0], tab[i][1]);
	}
	buf_text(p->to, "</ul></nav>\n");
}

enum err
console_holds(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct span show = ask_get(ask, ASK_QUERY, "show");
	size_t n = 0;
	struct page p;
	enum err e = proc_hold_reading(in, "list-holds", 0);

	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Holds",
			.lead = "An order stops what it covers until two "
				"people lift it, one of them counsel.",
			.here = "/holds",
			.wide = true});
	page_done(&p, ask);
	show_button(&p, "/holds/new", "Place a hold");
	put_tabs(&p, show);
	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);

		if (!is_listed(desk, show, hold))
			continue;
		if (n++ == 0)
			page_table(&p, "Holds, the oldest first",
				"#Number|State|Ground|Docket|Effect|"
				"What it covers|Placed|Review");
		put_row(&p, hold);
	}
	if (n > 0)
		page_table_end(&p);
	else
		page_empty(&p, "No hold here. A hold that somebody places is "
			       "listed at once.");
	return page_end(&p);
}

/* ---- one hold ---- */

void
holds_order(struct page *p, const struct hold *hold)
{
	OWNED_BUF(scope, TEXT_BYTES);
	enum hold_show show = proc_hold_show(&p->desk->in, hold);

	hold_scope_text(hold, show, &scope);
	page_item(p, "Ground", hold_ground_text(hold_ground(hold)));
	page_item(p, "Docket",
		*hold_docket(hold) == '\0' ? "none" : hold_docket(hold));
	page_item(p, "Effect",
		hold_effect(hold) == HOLD_TO_STOP
			? "stop: what it covers does not leave"
			: "preserve: nothing it covers is destroyed");
	show_item_lines(p, "What it covers", buf_span(&scope));
	page_item_begin(p, "Order's file, SHA-256");
	if (hold_order(hold) == NULL)
		buf_text(p->to, "no file");
	else
		show_hex(p, span_of(hold_order(hold), HOLD_PRINT));
	page_item_end(p);
	page_item_time(p, "Effective", hold_effective_at(hold));
	page_item_time(p, "Served", hold_served_at(hold));
	page_item_begin(p, "Review");
	put_review(p, hold);
	page_item_end(p);
	if (hold_sealed(hold))
		page_item(p, "Sealed", "yes: counsel alone sees it");
	if (*hold_note(hold) != '\0' && show == HOLD_SHOW_ALL)
		page_item(p, "Note", hold_note(hold));
}

static void
put_exception(struct page *p, const struct hold *hold, uint32_t n)
{
	struct hold_exception_says says;
	OWNED_BUF(scope, TEXT_BYTES);

	must(hold_exception(hold, n, &says));
	hold_exception_text(
		hold, n, proc_hold_show(&p->desk->in, hold), &scope);
	page_cell_number(p, 0, n);
	page_cell_text(p, 1, hold_exception_state_text(says.state));
	page_cell_text(p, 2, says.docket);
	show_cell_span(p, 3, buf_span(&scope));
	page_cell(p, 4);
	show_person(p, says.asked.by);
	page_cell_end(p, 4);
	page_cell(p, 5);
	if (says.state != HOLD_EXCEPTION_ASKED) {
		show_person(p, says.answered.by);
	} else if (proc_permitted(&p->desk->in, PERMIT_LIFT)) {
		char path[PATH_BYTES];

		(void)snprintf(path, sizeof(path),
			"/holds/%" PRIu64 "/exceptions/%" PRIu32,
			hold_number(hold), n);
		page_form(p, path, false);
		page_button(p, PAGE_SECOND, "Grant", "answer", "grant");
		page_button(p, PAGE_SECOND, "Deny", "answer", "deny");
		page_form_end(p);
	}
	page_cell_end(p, 5);
}

static void
put_exceptions(struct page *p, const struct hold *hold)
{
	page_h2(p, "Exceptions by later orders");
	if (hold_n_exceptions(hold) == 0) {
		page_empty(p, "None. A later order may let something through "
			      "while the hold stands.");
		return;
	}
	page_table(p, "Exceptions",
		"#Number|State|Docket|Lets through|Asked by|Answer");
	for (uint32_t n = 1; n <= hold_n_exceptions(hold); n++)
		put_exception(p, hold, n);
	page_table_end(p);
}

/* What may be done with it now. */
static void
put_acts(struct page *p, const struct hold *hold)
{
	char path[PATH_BYTES];
	bool asked = hold_state(hold) == HOLD_LIFT_ASKED;

	if (hold_state(hold) == HOLD_LIFTED ||
		!proc_permitted(&p->desk->in, PERMIT_LIFT))
		return;
	page_h2(p, "Lift it");
	buf_text(p->to,
		asked ? "<p>One person asked for it. Another lifts it; one of "
			"the two is counsel.</p>\n"
		      : "<p>You ask for it, and a second person lifts it; one "
			"of the two is counsel. Until then it stands.</p>\n");
	(void)snprintf(path, sizeof(path), "/holds/%" PRIu64 "/lift",
		hold_number(hold));
	page_form(p, path, false);
	buf_text(p->to, "<p class=\"console-buttons\">");
	page_button(p, PAGE_DANGER,
		asked ? "Lift the hold" : "Ask for the lift", "answer", "lift");
	if (asked)
		page_button(p, PAGE_SECOND, "It is not to be lifted", "answer",
			"deny");
	buf_text(p->to, "</p>");
	page_form_end(p);
	(void)snprintf(path, sizeof(path), "/holds/%" PRIu64 "/except",
		hold_number(hold));
	show_button(p, path, "Let something through by a later order");
}

bool
holds_read_order(
	const struct ask *ask, uint8_t hash[32], const uint8_t **ret_order)
{
	struct span file = ask_get(ask, ASK_FORM, "order");
	struct span hex = ask_get(ask, ASK_FORM, "order-hash");

	*ret_order = NULL;
	if (file.n == 0 && hex.n == 0)
		return true;
	if (file.n > 0)
		crypto_sha256(file, hash);
	else if (!code_hex_parse(hex, hash, CRYPTO_SHA256))
		return false;
	*ret_order = hash;
	return true;
}

enum err
holds_find(struct desk *desk, const struct ask *ask, const char *reading,
	const struct hold **ret_hold)
{
	struct instance *in = &desk->in;
	uint64_t number = 0;
	enum err e;

	if (!ask_number(ask, ASK_PATH, "hold", UINT64_MAX, &number))
		return instance_says(in, ERR_NOT_FOUND,
			"a hold has a number, such as /holds/1");
	e = reading == NULL ? proc_permit(in, PERMIT_HOLD)
			    : proc_hold_reading(in, reading, number);
	return e == ERR_OK ? proc_hold_get(in, number, ret_hold) : e;
}

enum err
console_hold(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const struct hold *hold = NULL;
	char title[48];
	char path[PATH_BYTES];
	struct page p;
	enum err e = holds_find(desk, ask, "show-hold", &hold);

	if (e != ERR_OK)
		return e;
	(void)snprintf(
		title, sizeof(title), "Hold %" PRIu64, hold_number(hold));
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/holds",
			.crumb = {{"/holds", "Holds"}}});
	page_done(&p, ask);
	(void)snprintf(path, sizeof(path), "/holds/%" PRIu64 "/left",
		hold_number(hold));
	show_button(&p, path, "What it stops, and what has left");
	page_list(&p);
	page_item_begin(&p, "State");
	put_state(&p, hold);
	page_item_end(&p);
	holds_order(&p, hold);
	show_item_person(
		&p, "Placed by", hold_placer(hold), hold_placed_at(hold));
	if (hold_asker(hold) != NULL)
		show_item_person(&p, "Lift asked by", hold_asker(hold),
			hold_asked_at(hold));
	page_list_end(&p);
	put_exceptions(&p, hold);
	put_acts(&p, hold);
	return page_end(&p);
}
