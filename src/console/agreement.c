/* SPDX-License-Identifier: Apache-2.0 */
/* The agreement in use with its proofs, and earlier ones. */
#include "console/agreement.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/show.h"
#include "law/law.h"
#include "proc/proc_law.h"
#include "proc/proc_proof.h"
#include "proc/proc_registrar.h"
#include "proof/proof.h"
#include "proof/proof_html.h"

enum { PATH_BYTES = 128 };

/* Whoever reads requests, accounts, or changes the law; it is no secret. */
enum err
agreement_may_see(struct instance *in)
{
	return proc_permit(in, PERMIT_REGISTERS);
}

/* ---- the files of one set ---- */

void
agreement_texts_fini(struct agreement_texts *t)
{
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&t->text[i]);
	t->law = law_free(t->law);
}

enum err
agreement_texts_read(
	struct instance *in, const uint8_t hash[32], struct agreement_texts *t)
{
	enum err e;

	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&t->text[i], LAW_FILE_MAX);
	e = proc_law_read(in, hash, &t->law);
	if (e == ERR_OK)
		e = proc_law_files(in, hash, t->file, t->text, &t->n);
	return e;
}

void
agreement_hex(const uint8_t hash[32], char to[AGREEMENT_HEX])
{
	OWNED_BUF(b, AGREEMENT_HEX);

	code_hex(&b, span_of(hash, 32));
	must(span_copy(buf_span(&b), to, AGREEMENT_HEX));
}

/* ---- the list: sets that the register names, and those of batches ---- */

static void
put_agreement(struct page *p, const struct register_entry *entry)
{
	struct register_row row;
	struct span file;
	char hex[AGREEMENT_HEX];

	register_entry_row(entry, &row);
	file = register_get(&row, REG_AGREEMENT_FILE);
	if (file.n != 32)
		return;
	agreement_hex(file.at, hex);
	page_cell(p, 0);
	html_put(p->to, "<a href=\"/agreements/%s\">", hex);
	html_text(p->to, register_get(&row, REG_AGREEMENT_ID));
	buf_text(p->to, "</a>");
	page_cell_end(p, 0);
	show_cell_span(p, 1, register_get(&row, REG_AGREEMENT_STATUS));
	page_cell(p, 2);
	show_hex(p, file);
	page_cell_end(p, 2);
	show_cell_time(p, 3, entry->added_at);
	page_cell(p, 4);
	if (entry->revoked_at == REGISTER_AT_NEVER)
		buf_text(p->to, "in force");
	else
		page_time(p, entry->revoked_at);
	page_cell_end(p, 4);
}

static void
put_choice(struct page *p, const char *name, const char *label)
{
	const struct register_set *set = p->desk->in.registers;

	page_select_begin(
		p, &(struct page_field){
			   .name = name, .label = label, .must = true});
	for (size_t i = register_n(set, REG_AGREEMENT); i-- > 0;) {
		const struct register_entry *entry =
			register_at(set, REG_AGREEMENT, i);
		struct register_row row;
		struct span file;
		char hex[AGREEMENT_HEX];
		char day[DAY_TEXT];
		char text[96];

		register_entry_row(entry, &row);
		file = register_get(&row, REG_AGREEMENT_FILE);
		if (file.n != 32)
			continue;
		agreement_hex(file.at, hex);
		day_text(register_day_at(set, entry->added_at), day);
		(void)snprintf(text, sizeof(text), "%s, %.8s", day, hex);
		page_option(p, hex, text, false);
	}
	page_select_end(p);
}

static void
put_compare(struct page *p)
{
	if (register_n(p->desk->in.registers, REG_AGREEMENT) < 2)
		return;
	page_h2(p, "Compare two");
	page_form_get(p, "/agreements/diff");
	put_choice(p, "a", "The earlier one");
	put_choice(p, "b", "The later one");
	page_button(p, PAGE_SECOND, "Show what differs", NULL, NULL);
	page_form_end(p);
}

enum err
console_agreements(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	size_t n = register_n(in->registers, REG_AGREEMENT);
	struct page p;
	enum err e = agreement_may_see(in);

	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Agreements",
			.lead = "A decision is made by the files that its entry "
				"names; those stay.",
			.here = "/agreements",
			.wide = true});
	page_done(&p, ask);
	if (in->law != NULL) {
		char hex[AGREEMENT_HEX];
		char path[PATH_BYTES];

		agreement_hex(in->law_hash, hex);
		(void)snprintf(path, sizeof(path), "/agreements/%s", hex);
		show_button(&p, path, "The one in use, with its proofs");
	}
	if (proc_permitted(in, PERMIT_AGREEMENTS))
		show_button(&p, "/agreements/load", "Load an agreement");
	if (n == 0)
		page_empty(&p, "No agreement was ever loaded: nothing is "
			       "accepted.");
	else
		page_table(&p, "Agreements, the newest first",
			"Agreement|Status|Its files, SHA-256|Loaded|Until");
	for (size_t i = n; i-- > 0;)
		put_agreement(&p, register_at(in->registers, REG_AGREEMENT, i));
	if (n > 0)
		page_table_end(&p);
	put_compare(&p);
	return page_end(&p);
}

/* ---- what it stands on ---- */

void
agreement_put_term(struct page *p, const struct law *law)
{
	page_item(p, "Agreement", law_agreement_id(law));
	page_item(p, "Custodian", law_custodian(law));
	page_item(p, "Requester", law_requester(law));
	page_item_day(p, "In force from", law_effective(law));
	page_item_day(p, "Until the day before", law_expires(law));
	page_item_number(
		p, "Days from receipt to answer", law_answer_days(law));
	page_item_number(
		p, "Days until what waits lapses", law_lapse_days(law));
	page_item_number(p, "Days a package may be used", law_expiry_days(law));
}

static void
put_party(struct page *p, const struct proc_proof *proof, size_t i,
	const char *who, const char *name, const struct why *why)
{
	page_item_begin(p, who);
	if (proof->party[i].n == 0)
		buf_text(p->to,
			p->desk->in.sandbox
				? "not signed; a sandbox asks for no signature"
				: "not signed");
	else if (name[0] == '\0')
		html_put(p->to, "a signature that does not hold now: %s",
			why->text);
	else
		html_put(p->to, "signed by %s", name);
	page_item_end(p);
}

/* Each property with its sentence and the answer. */
static void
put_properties(struct page *p, const struct proof_receipt *r)
{
	page_table(p, "What was proved, of every request that there can be",
		"Property|What it says|Of|Answer");
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct proof_line *line = &r->line[i];

		page_cell(p, 0);
		html_put(p->to, "<code>%s</code>",
			proof_property_word(line->property));
		page_cell_end(p, 0);
		page_cell_text(p, 1, proof_property_text(line->property));
		page_cell_text(p, 2,
			line->about[0] == '\0' ? "the whole" : line->about);
		page_cell(p, 3);
		html_put(p->to,
			line->answer == PROOF_HOLDS
				? "%s"
				: "<strong class=\"console-overdue\">%s"
				  "</strong>: weir agreement prove writes the "
				  "counterexample",
			proof_answer_word(line->answer));
		page_cell_end(p, 3);
	}
	page_table_end(p);
}

void
agreement_put_receipt(struct page *p, const struct proc_proof *proof)
{
	static struct proof_receipt r;
	struct why why = {""};
	uint8_t hash[CRYPTO_SHA256];

	page_h2(p, "Its proofs");
	if (proof->receipt.n == 0) {
		page_alert(p, PAGE_ERROR, NULL,
			"There is no receipt: nothing is proved of these "
			"files.");
		return;
	}
	if (proof_read(buf_span(&proof->receipt), &r, &why) != ERR_OK) {
		page_alert(
			p, PAGE_ERROR, "The receipt cannot be read", why.text);
		return;
	}
	crypto_sha256(buf_span(&proof->receipt), hash);
	page_list(p);
	page_item_day(p, "Proved on", r.day);
	page_item(p, "By", r.program);
	page_item(p, "Solver", r.solver);
	page_item_begin(p, "Receipt, SHA-256");
	show_hex(p, span_of(hash, sizeof(hash)));
	page_item_end(p);
	page_list_end(p);
	put_properties(p, &r);
}

static enum err
put_standing(
	struct page *p, const uint8_t hash[32], const struct agreement_texts *t)
{
	struct instance *in = &p->desk->in;
	char name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME] = {"", ""};
	struct why why = {""};
	bool here = in->law != NULL && memcmp(in->law_hash, hash, 32) == 0;
	OWNED_PROOF(proof);
	enum err e = proc_proof_kept(in->dir, hash, &proof);

	if (e == ERR_OK)
		e = proc_proof_parties(in->registers, in->at,
			law_agreement_id(t->law), t->file[t->n - 1].text,
			&proof, name, &why);
	if (err_is_failure(e))
		return e;
	if (here && !in->proved)
		page_alert(p, PAGE_ERROR,
			"Its receipt does not hold: nothing is "
			"accepted and nothing leaves",
			in->unproved.text);
	else if (here)
		page_alert(p, PAGE_SUCCESS, NULL,
			"It is in use, and its receipt holds for exactly these "
			"bytes.");
	page_list(p);
	agreement_put_term(p, t->law);
	page_item_begin(p, "Its files, SHA-256");
	show_hex(p, span_of(hash, 32));
	page_item_end(p);
	put_party(p, &proof, 0, "Custodian", name[0], &why);
	put_party(p, &proof, 1, "Requester", name[1], &why);
	page_list_end(p);
	agreement_put_receipt(p, &proof);
	return ERR_OK;
}

/* Suspended or ended, by whoever may: nothing is accepted and nothing leaves. */
static void
put_end(struct page *p, const uint8_t hash[32])
{
	const struct instance *in = &p->desk->in;

	if (in->law == NULL || memcmp(in->law_hash, hash, 32) != 0 ||
		!proc_permitted(in, PERMIT_AGREEMENTS))
		return;
	page_h2(p, "Suspend or end it");
	buf_text(p->to, "<p>From then on nothing is accepted and nothing "
			"leaves, until <a href=\"/agreements/load\">an "
			"agreement is loaded</a>.</p>\n");
	page_form(p, "/agreements/end", false);
	page_hidden(p, "agreement", span_text(law_agreement_id(in->law)));
	buf_text(p->to, "<p class=\"console-buttons\">");
	page_button(p, PAGE_SECOND, "Suspend it", "status", "suspended");
	page_button(p, PAGE_DANGER, "End it", "status", "terminated");
	buf_text(p->to, "</p>");
	page_form_end(p);
}

enum err
agreement_hash(struct desk *desk, struct span hex, uint8_t hash[32])
{
	if (code_hex_parse(hex, hash, 32))
		return ERR_OK;
	return instance_says(&desk->in, ERR_NOT_FOUND,
		"there is no such agreement: its address has the SHA-256 of its "
		"files");
}

static enum err
put_text(struct page *p, const struct agreement_texts *t)
{
	struct span text[PROC_LAW_FILES];

	for (size_t i = 0; i < t->n; i++)
		text[i] = t->file[i].text;
	page_h2(p, "How a request is decided");
	buf_text(p->to, "<div class=\"console-law\">\n");
	proof_html_diagram(t->law, p->to);
	if (!proof_html_law(t->law, text, p->to))
		return instance_says(&p->desk->in, ERR_DAMAGED,
			"these files are not those of the law");
	buf_text(p->to, "</div>\n");
	return ERR_OK;
}

enum err
console_agreement(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	uint8_t hash[32];
	struct agreement_texts t;
	struct page p;
	enum err e = agreement_may_see(in);

	if (e == ERR_OK)
		e = agreement_hash(
			desk, ask_get(ask, ASK_PATH, "agreement"), hash);
	if (e != ERR_OK)
		return e;
	e = agreement_texts_read(in, hash, &t);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){.title = law_agreement_title(t.law),
				.here = "/agreements",
				.crumb = {{"/agreements", "Agreements"}},
				.wide = true});
		page_done(&p, ask);
		e = put_standing(&p, hash, &t);
	}
	if (e == ERR_OK) {
		put_end(&p, hash);
		e = put_text(&p, &t);
	}
	agreement_texts_fini(&t);
	return e == ERR_OK ? page_end(&p) : e;
}

enum err
console_agreement_end(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char agreement[LAW_NAME_MAX];
	char status[16];
	char says[160];
	const struct page_act act = {.title = "Suspend or end the agreement",
		.says = says,
		.action = "/agreements/end",
		.button = "Sign it",
		.back = "/agreements",
		.here = "/agreements"};
	enum err e;

	if (!ask_text(
		    ask, ASK_FORM, "agreement", agreement, sizeof(agreement)) ||
		!ask_text(ask, ASK_FORM, "status", status, sizeof(status)))
		return instance_says(&desk->in, ERR_MALFORMED,
			"which agreement, and suspended or terminated?");
	(void)snprintf(says, sizeof(says),
		"%s is %s: nothing is accepted and nothing leaves.", agreement,
		status);
	e = proc_registrar_end(&desk->in, agreement, status);
	return e == ERR_OK ? page_see(answer, "/agreements", "agreement-ended")
			   : page_signed(desk, ask, answer, &act, e);
}
