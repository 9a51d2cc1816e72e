/* SPDX-License-Identifier: Apache-2.0 */
/* A person asks what was given out about them (docs/ACCOUNT.md). */
#include <inttypes.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/verify.h"
#include "proc/proc_statement.h"

/* Of a file that goes along in the page; as base64 it must fit an answer. */
enum { FILE_IN_PAGE = 8 << 20 };

/* ---- asking ---- */

struct asked {
	struct page_field person;
	struct page_field whom;
	struct page_field by;
	struct page_field how;
	struct page_field until;
};

static void
init(const struct ask *ask, struct asked *a)
{
	*a = (struct asked){
		.person = {.name = "person",
			.label = "The person, as the roll has it",
			.hint = "Their person_id. Who identifies them answers "
				"for it.",
			.must = true},
		.whom = {.name = "whom", .label = "Who asks", .must = true},
		.by = {.name = "by",
			.label = "Identified by",
			.hint = "Who looked.",
			.must = true},
		.how = {.name = "how",
			.label = "How",
			.hint = "At what: a passport shown, a notarised "
				"letter, a power of attorney.",
			.must = true},
		.until = {.name = "until",
			.label = "No later than the month of",
			.type = "date"},
	};
	a->person.value = ask_get(ask, ASK_FORM, "person");
	a->whom.value = ask_get(ask, ASK_FORM, "whom");
	a->by.value = ask_get(ask, ASK_FORM, "by");
	a->how.value = ask_get(ask, ASK_FORM, "how");
	a->until.value = ask_get(ask, ASK_FORM, "until");
}

static void
put_form(struct page *p, struct asked *a)
{
	const struct page_field *const all[] = {
		&a->person, &a->whom, &a->by, &a->how, &a->until};

	page_errors(p, all, sizeof(all) / sizeof(all[0]));
	page_form(p, "/person", false);
	page_input(p, &a->person);
	page_radios(p, &a->whom,
		"self=The person|representative=Somebody who acts for them");
	page_input(p, &a->by);
	page_input(p, &a->how);
	page_input(p, &a->until);
	page_button(p, PAGE_MAIN, "Make the account", NULL, NULL);
	page_form_end(p);
}

static enum err
put_page(struct desk *desk, struct answer *answer, struct asked *a)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "A person's account",
			.here = "/person",
			.lead = "What was given out about one person, or that "
				"nothing was, with its proof. The question is "
				"an entry of the ledger."});

	put_form(&p, a);
	return page_end(&p);
}

enum err
console_person_ask(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct asked a;
	enum err e = proc_permit(&desk->in, PERMIT_ACCOUNT);

	init(ask, &a);
	return e == ERR_OK ? put_page(desk, answer, &a) : e;
}

/* ---- the account ---- */

static void
put_disclosure(struct page *p, const struct ledger_disclosure *d, size_t i)
{
	page_cell_number(p, 0, i + 1);
	page_cell(p, 1);
	html_put(p->to, "%.*s%s", 10, d->at,
		d->late ? " (told after a delay)" : "");
	page_cell_end(p, 1);
	page_cell_text(p, 2, d->fields);
	page_cell_text(p, 3, d->purpose);
	page_cell_text(p, 4, d->agreement);
	page_cell(p, 5);
	buf_text(p->to, "<code>");
	code_hex(p->to, span_of(d->recipient, sizeof(d->recipient)));
	buf_text(p->to, "</code>");
	page_cell_end(p, 5);
	page_cell_number(p, 6, d->entry);
}

static void
put_told(struct page *p, const struct ledger_statement *s)
{
	if (s->n == 0) {
		page_alert(p, PAGE_INFO, "Nothing was disclosed",
			"No entry of the months below is a disclosure about "
			"this person. The file proves it.");
		return;
	}
	page_table(p, "What was given out about this person",
		"Number|Day|What|Purpose|Agreement|"
		"Officer's certificate|#Entry");
	for (size_t i = 0; i < s->n; i++)
		put_disclosure(p, &s->list[i], i);
	page_table_end(p);
}

static void
put_head(struct page *p, const struct ledger_statement *s,
	const struct proc_statement_options *o)
{
	char from[LEDGER_PERIOD_TEXT];

	ledger_period_text(s->from, from);
	page_list(p);
	page_item(p, "Person", s->person);
	page_item(p, "Asked by",
		o->representative ? "somebody who acts for them"
				  : "the person");
	page_item(p, "Identified by", o->identified_by);
	page_item(p, "How", o->how);
	page_item(p, "From the beginning of", from);
	page_item_day(p, "To the end of", s->as_of);
	page_item_number(p, "This question is entry", s->query);
	page_item(p, "Ledger", s->origin);
	page_list_end(p);
}

static void
put_file(struct page *p, struct span file)
{
	OWNED_BUF(base64, ANSWER_MAX);

	page_h2(p, "The file that proves it");
	if (file.n > FILE_IN_PAGE) {
		page_empty(p, "It is too long for a page: weir ledger account "
			      "writes it to a file.");
		return;
	}
	code_base64(&base64, file);
	buf_text(p->to,
		"<p class=\"console-screen\"><a class=\"usa-button\" "
		"id=\"account-file\" download=\"account.weir\" href=\"data:application/"
		"octet-stream;base64,");
	buf_bytes(p->to, buf_span(&base64));
	buf_text(p->to, "\">Save the file for the person</a> <button type="
			"\"button\" class=\"usa-button usa-button--outline "
			"console-script\" data-print=\"1\">Print this page"
			"</button></p>\n");
	verify_put(p, VERIFY_ACCOUNT, "account-file");
}

static enum err
put_words(struct page *p, const struct ledger_statement *s)
{
	OWNED_BUF(words, LEDGER_STATEMENT_MAX);

	ledger_statement_words(s, &words);
	page_h2(p, "In words, as the file has them");
	buf_text(p->to, "<pre tabindex=\"0\">");
	html_lines(p->to, buf_span(&words));
	buf_text(p->to, "</pre>\n");
	return buf_error(&words);
}

static enum err
put_account(struct desk *desk, struct answer *answer,
	const struct proc_statement_options *o, struct span file,
	const struct ledger_statement *s)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Account of disclosures",
			.here = "/person",
			.plain = true,
			.crumb = {{"/person", "A person's account"}}});
	enum err e;

	put_head(&p, s, o);
	put_told(&p, s);
	put_file(&p, file);
	e = put_words(&p, s);
	return e == ERR_OK ? page_end(&p) : e;
}

static enum err
take(struct desk *desk, const struct ask *ask, struct asked *a,
	struct proc_statement_options *o, char text[3][128])
{
	enum err e = console_text(
		desk, ask, "person", "the person", text[0], sizeof(text[0]));

	if (e == ERR_OK)
		e = console_text(desk, ask, "by", "who identified them",
			text[1], sizeof(text[1]));
	if (e == ERR_OK)
		e = console_text(
			desk, ask, "how", "how", text[2], sizeof(text[2]));
	o->person = text[0];
	o->identified_by = text[1];
	o->how = text[2];
	o->representative = span_eq(a->whom.value, SPAN("representative"));
	a->person.error = *text[0] == '\0' ? "say who it is about" : NULL;
	a->by.error = *text[1] == '\0' ? "say who looked" : NULL;
	a->how.error = *text[2] == '\0' ? "say at what" : NULL;
	a->whom.error = a->whom.value.n == 0 ? "say who asks" : NULL;
	if (a->until.value.n > 0 && !day_parse(a->until.value, &o->until))
		a->until.error = "a date, as 2026-11-30";
	return e;
}

enum err
console_person_account(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_statement_options o = {.until = DAY_NONE};
	struct ledger_statement s;
	struct asked a;
	char text[3][128];
	OWNED_BUF(file, LEDGER_STATEMENT_MAX);
	enum err e = proc_permit(&desk->in, PERMIT_ACCOUNT);

	init(ask, &a);
	if (e == ERR_OK)
		e = take(desk, ask, &a, &o, text);
	if (e != ERR_OK)
		return e;
	if (a.person.error != NULL || a.whom.error != NULL ||
		a.by.error != NULL || a.how.error != NULL ||
		a.until.error != NULL) {
		answer->status = 400;
		return put_page(desk, answer, &a);
	}
	e = proc_statement_make(&desk->in, &o, &file, &s);
	if (e != ERR_OK)
		return e;
	e = put_account(desk, answer, &o, buf_span(&file), &s);
	ledger_statement_fini(&s);
	return e;
}
