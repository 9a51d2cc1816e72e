/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger, entry by entry: what the public sees, what the custodian's sealed
 * record says it is, its fields where the reader may open them, and its proof.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/show.h"
#include "console/verify.h"
#include "proc/proc_account.h"
#include "proc/proc_ledger.h"

enum { PAGE_ROWS = 50, PATH_BYTES = 96, VALUE_SHOWN = 4096 };

static enum err
open_head(struct desk *desk, struct proc_ledger *ledger)
{
	enum err e = proc_ledger_in(desk->in.path, ledger, &desk->in.why);

	return e == ERR_OK ? proc_ledger_head(ledger, &desk->in.why) : e;
}

static void
put_head(struct page *p, const struct proc_ledger *l)
{
	page_list(p);
	page_item(p, "Ledger", l->cp.origin);
	page_item_number(p, "Entries that are public", l->cp.size);
	page_item_begin(p, "Root");
	buf_text(p->to, "<code class=\"console-hash\">");
	code_base64(p->to, span_of(l->cp.root.at, LEDGER_HASH));
	buf_text(p->to, "</code>");
	page_item_end(p);
	page_list_end(p);
}

/* ---- the list ---- */

/* What the sealed record says of it; its kind is no public byte. */
static enum err
put_kind(struct page *p, unsigned i, uint64_t index)
{
	enum ledger_type type = LEDGER_NO_TYPE;
	enum err e = account_kind(&p->desk->in, index, &type);

	if (e != ERR_OK)
		return e;
	page_cell(p, i);
	html_put(p->to, "%s: %s", ledger_type_text(type),
		ledger_type_meaning(type));
	page_cell_end(p, i);
	return ERR_OK;
}

static enum err
put_row(struct page *p, const struct proc_ledger *l, uint64_t index, bool kinds)
{
	struct ledger_entry entry;
	enum err e = proc_ledger_entry(l, index, &entry, &p->desk->in.why);
	unsigned i = 0;

	if (e != ERR_OK)
		return e;
	show_cell_link(p, i++, "/ledger/entries", index);
	page_cell_day(p, i++, entry.day);
	if (kinds)
		e = put_kind(p, i++, index);
	page_cell(p, i);
	show_hex(p, span_of(entry.root.at, LEDGER_HASH));
	page_cell_end(p, i);
	return e;
}

/* From the newest on; `from` counts back. */
static enum err
put_rows(struct page *p, const struct proc_ledger *l, uint64_t from)
{
	bool kinds = proc_permitted(&p->desk->in, PERMIT_ACCOUNTS);
	uint64_t left = l->cp.size > from ? l->cp.size - from : 0;
	uint64_t n = left < PAGE_ROWS ? left : PAGE_ROWS;
	enum err e = ERR_OK;

	if (n == 0) {
		page_empty(p, "There are no entries here.");
		return ERR_OK;
	}
	page_table(p, "Entries, the newest first",
		kinds ? "#Entry|Day|What the sealed record says it is|"
			"Commitment"
		      : "#Entry|Day|Commitment");
	for (uint64_t i = 0; e == ERR_OK && i < n; i++)
		e = put_row(p, l, left - 1 - i, kinds);
	page_table_end(p);
	page_pages(p, "/ledger/entries",
		&(struct page_range){
			.first = from, .step = PAGE_ROWS, .of = l->cp.size});
	return e;
}

static void
put_find(struct page *p)
{
	page_form_get(p, "/ledger/find");
	page_input(p, &(struct page_field){.name = "entry",
			      .label = "Entry by its number",
			      .type = "number",
			      .must = true});
	page_button(p, PAGE_SECOND, "Show", NULL, NULL);
	page_form_end(p);
}

enum err
console_ledger_find(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char path[PATH_BYTES];
	uint64_t n = 0;

	if (!ask_number(ask, ASK_QUERY, "entry", LEDGER_SIZE_MAX, &n))
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"an entry has a number, from 0");
	(void)snprintf(path, sizeof(path), "/ledger/entries/%" PRIu64, n);
	answer_see(answer, path);
	return ERR_OK;
}

enum err
console_ledger(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct proc_ledger l = PROC_LEDGER_NONE;
	uint64_t from = 0;
	struct page p;
	enum err e = proc_permit(in, PERMIT_ACCOUNTS);

	(void)ask_number(ask, ASK_QUERY, "from", LEDGER_SIZE_MAX, &from);
	if (e == ERR_OK)
		e = account_reading(in, "list-entries", 0, "");
	if (e == ERR_OK)
		e = open_head(desk, &l);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){.title = "The ledger",
				.lead = "Entries are only ever added. No public "
					"byte tells what one is about.",
				.here = "/ledger/entries",
				.wide = true});
		put_head(&p, &l);
		buf_text(p.to, "<p>");
		show_button(&p, "/ledger/check", "Verify in this browser");
		show_button(&p, "/ledger/checkpoint",
			"Download the signed checkpoint");
		buf_text(p.to, "</p>\n");
		put_find(&p);
		e = put_rows(&p, &l, from);
	}
	proc_ledger_close(&l);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one entry ---- */

/* Text as text, all else in hexadecimal. */
static void
put_value(struct page *p, struct span value)
{
	struct span some = span_of(
		value.at, value.n < VALUE_SHOWN ? value.n : VALUE_SHOWN);

	if (value.n == 0)
		buf_text(p->to, "empty");
	else if (span_is_plain(some))
		html_text(p->to, some);
	else
		show_hex(p, some);
	if (some.n < value.n)
		html_put(p->to, " (the first %zu of %zu bytes)", some.n,
			value.n);
}

/* Every field, for whom they may be opened to (PERMIT_OPENINGS). */
static enum err
put_fields(struct page *p, uint64_t index)
{
	struct account_opened opened;
	enum err e = account_open(&p->desk->in, index, &opened);

	if (e != ERR_OK)
		return e;
	page_h2(p, "What its sealed record says");
	page_table(p, "Fields that the entry commits to", "Field|Value");
	for (size_t i = 0; i < opened.n_fields; i++) {
		page_cell_text(p, 0, opened.field[i].name);
		page_cell(p, 1);
		put_value(p, opened.field[i].value);
		page_cell_end(p, 1);
	}
	page_table_end(p);
	account_opened_fini(&opened);
	return ERR_OK;
}

static enum err
put_public(struct page *p, const struct proc_ledger *l, uint64_t index)
{
	struct instance *in = &p->desk->in;
	struct ledger_entry entry;
	enum ledger_type type = LEDGER_NO_TYPE;
	enum err e = proc_ledger_entry(l, index, &entry, &in->why);

	if (e == ERR_OK)
		e = account_kind(in, index, &type);
	if (e != ERR_OK)
		return e;
	page_list(p);
	page_item_begin(p, "Kind, by the sealed record");
	html_put(p->to, "%s: %s", ledger_type_text(type),
		ledger_type_meaning(type));
	page_item_end(p);
	page_item_day(p, "Day", entry.day);
	page_item_begin(p, "Tag");
	show_hex(p, span_of(entry.tag, 32));
	page_item_end(p);
	page_item_begin(p, "Commitment to its fields");
	show_hex(p, span_of(entry.root.at, LEDGER_HASH));
	page_item_end(p);
	page_list_end(p);
	return ERR_OK;
}

static enum err
put_proof(struct page *p, const struct proc_ledger *l, uint64_t index)
{
	OWNED_BUF(entry, LEDGER_ENTRY_MAX);
	OWNED_BUF(proof, LEDGER_NOTE_MAX);
	char path[PATH_BYTES];
	enum err e =
		proc_ledger_prove(l, index, &entry, &proof, &p->desk->in.why);

	if (e != ERR_OK)
		return e;
	page_h2(p, "Its proof");
	page_alert(p, PAGE_SUCCESS, NULL,
		"The entry is in the ledger: its path leads to the root that "
		"the ledger's key signed. This was checked for this page.");
	html_put(p->to,
		"<p><a href=\"/ledger/entries/%" PRIu64 "/proof\">Download the "
		"proof</a> and <a href=\"/ledger/entries/%" PRIu64 "/bytes\">"
		"the entry's bytes</a>; anybody checks them with the ledger's "
		"key, here or elsewhere. <a href=\"/ledger/check\">Verify the "
		"whole ledger</a>.</p>\n",
		index, index);
	buf_text(p->to, "<details class=\"console-help\"><summary>The proof's "
			"text</summary><pre tabindex=\"0\">");
	html_lines(p->to, buf_span(&proof));
	buf_text(p->to, "</pre></details>\n");
	(void)snprintf(path, sizeof(path), "/ledger/entries/%" PRIu64, index);
	verify_put(p, VERIFY_ENTRY, path);
	return ERR_OK;
}

/* Of a permit to read the accounts; fields are an inspector's, and showing them
 * is an act that names the entry. */
static enum err
enter_reading(struct instance *in, uint64_t index, bool fields)
{
	char object[24];
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	(void)snprintf(object, sizeof(object), "%" PRIu64, index);
	e = account_act(in, fields ? "open-entry" : "show-entry", 0, "",
		span_text(object), NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
entry_of(struct desk *desk, const struct ask *ask, struct proc_ledger *l,
	uint64_t *ret_index)
{
	struct instance *in = &desk->in;
	enum err e = proc_permit(in, PERMIT_ACCOUNTS);

	if (e != ERR_OK)
		return e;
	if (!ask_number(ask, ASK_PATH, "entry", LEDGER_SIZE_MAX, ret_index))
		return instance_says(
			in, ERR_NOT_FOUND, "an entry has a number, from 0");
	e = open_head(desk, l);
	if (e == ERR_OK && *ret_index >= l->cp.size)
		return instance_says(in, ERR_NOT_FOUND,
			"entry %" PRIu64 " is not public yet: %" PRIu64
			" entries are",
			*ret_index, l->cp.size);
	return e;
}

enum err
console_entry(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	bool fields = proc_permitted(&desk->in, PERMIT_OPENINGS);
	char title[48];
	uint64_t index = 0;
	struct page p;
	enum err e = entry_of(desk, ask, &l, &index);

	if (e == ERR_OK)
		e = enter_reading(&desk->in, index, fields);
	if (e == ERR_OK) {
		(void)snprintf(title, sizeof(title), "Entry %" PRIu64, index);
		p = page_begin(desk, answer,
			&(struct page_head){.title = title,
				.here = "/ledger/entries",
				.crumb = {{"/ledger/entries", "The ledger"}}});
		e = put_public(&p, &l, index);
	}
	if (e == ERR_OK && fields)
		e = put_fields(&p, index);
	else if (e == ERR_OK)
		page_alert(&p, PAGE_INFO, NULL,
			"Its fields are shown to inspectors; counsel opens one "
			"of them to a court or a person.");
	if (e == ERR_OK)
		e = put_proof(&p, &l, index);
	proc_ledger_close(&l);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- downloads ---- */

static enum err
download(struct desk *desk, const struct ask *ask, struct answer *answer,
	bool want_proof)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	OWNED_BUF(entry, LEDGER_ENTRY_MAX);
	OWNED_BUF(proof, LEDGER_NOTE_MAX);
	uint64_t index = 0;
	enum err e = entry_of(desk, ask, &l, &index);

	if (e == ERR_OK)
		e = proc_ledger_prove(&l, index, &entry, &proof, &desk->in.why);
	proc_ledger_close(&l);
	if (e != ERR_OK)
		return e;
	answer->type = want_proof ? ANSWER_TEXT_PLAIN : ANSWER_BYTES;
	buf_bytes(&answer->body, buf_span(want_proof ? &proof : &entry));
	(void)snprintf(answer->filename, sizeof(answer->filename),
		"%" PRIu64 ".%s", index, want_proof ? "tlog-proof" : "entry");
	return buf_error(&answer->body);
}

enum err
console_entry_proof(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return download(desk, ask, answer, true);
}

enum err
console_entry_bytes(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return download(desk, ask, answer, false);
}
