/* SPDX-License-Identifier: Apache-2.0 */
/* The agreement in use with its proofs, earlier ones, and what differs between
 * two. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "console/console_int.h"
#include "console/show.h"
#include "law/law.h"
#include "proc/proc_law.h"
#include "proc/proc_proof.h"
#include "proc/proc_registrar.h"
#include "proof/proof.h"
#include "proof/proof_html.h"

enum {
	PATH_BYTES = 128,
	HEX_BYTES = 65,
	DIFF_LINES = 4000,
	CONTEXT = 3, /* lines shown around a difference */
};

/* Whoever reads requests, accounts, or changes the law; it is no secret. */
static enum err
may_see(struct instance *in)
{
	return proc_permit(in, PERMIT_REGISTERS);
}

/* ---- the files of one set ---- */

struct texts {
	struct proc_law_file file[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	size_t n;
	struct law *law;
};

static void
texts_fini(struct texts *t)
{
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&t->text[i]);
	t->law = law_free(t->law);
}

static enum err
texts_read(struct instance *in, const uint8_t hash[32], struct texts *t)
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

static void
hex_of(const uint8_t hash[32], char to[HEX_BYTES])
{
	OWNED_BUF(b, HEX_BYTES);

	code_hex(&b, span_of(hash, 32));
	must(span_copy(buf_span(&b), to, HEX_BYTES));
}

/* ---- the list: sets that the register names, and those of batches ---- */

static void
put_agreement(struct page *p, const struct register_entry *entry)
{
	struct register_row row;
	struct span file;
	char hex[HEX_BYTES];

	register_entry_row(entry, &row);
	file = register_get(&row, REG_AGREEMENT_FILE);
	if (file.n != 32)
		return;
	hex_of(file.at, hex);
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
		char hex[HEX_BYTES];
		char day[DAY_TEXT];
		char text[96];

		register_entry_row(entry, &row);
		file = register_get(&row, REG_AGREEMENT_FILE);
		if (file.n != 32)
			continue;
		hex_of(file.at, hex);
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
	enum err e = may_see(in);

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
		char hex[HEX_BYTES];
		char path[PATH_BYTES];

		hex_of(in->law_hash, hex);
		(void)snprintf(path, sizeof(path), "/agreements/%s", hex);
		show_button(&p, path, "The one in use, with its proofs");
	}
	if (n == 0)
		page_empty(&p, "No agreement was ever loaded: nothing is "
			       "accepted. weir agreement load loads one.");
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

static void
put_term(struct page *p, const struct law *law)
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

static void
put_receipt(struct page *p, const struct proc_proof *proof)
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
put_standing(struct page *p, const uint8_t hash[32], const struct texts *t)
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
	put_term(p, t->law);
	page_item_begin(p, "Its files, SHA-256");
	show_hex(p, span_of(hash, 32));
	page_item_end(p);
	put_party(p, &proof, 0, "Custodian", name[0], &why);
	put_party(p, &proof, 1, "Requester", name[1], &why);
	page_list_end(p);
	put_receipt(p, &proof);
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
			"leaves. Another agreement is loaded with <code>weir "
			"agreement load</code>.</p>\n");
	page_form(p, "/agreements/end", false);
	page_hidden(p, "agreement", span_text(law_agreement_id(in->law)));
	buf_text(p->to, "<p class=\"console-buttons\">");
	page_button(p, PAGE_SECOND, "Suspend it", "status", "suspended");
	page_button(p, PAGE_DANGER, "End it", "status", "terminated");
	buf_text(p->to, "</p>");
	page_form_end(p);
}

static enum err
hash_of(struct desk *desk, struct span hex, uint8_t hash[32])
{
	if (code_hex_parse(hex, hash, 32))
		return ERR_OK;
	return instance_says(&desk->in, ERR_NOT_FOUND,
		"there is no such agreement: its address has the SHA-256 of its "
		"files");
}

static enum err
put_text(struct page *p, const struct texts *t)
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
	struct texts t;
	struct page p;
	enum err e = may_see(in);

	if (e == ERR_OK)
		e = hash_of(desk, ask_get(ask, ASK_PATH, "agreement"), hash);
	if (e != ERR_OK)
		return e;
	e = texts_read(in, hash, &t);
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
	texts_fini(&t);
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

/* ---- what differs between two ---- */

struct lines {
	struct span *at;
	size_t n;
};

static enum err
cut_lines(struct span text, struct lines *lines)
{
	lines->at = mem_zeroed(DIFF_LINES * sizeof(*lines->at));
	if (lines->at == NULL)
		return err_origin(ERR_NOMEM);
	while (text.n > 0 && lines->n < DIFF_LINES)
		lines->at[lines->n++] = span_cut(&text, '\n');
	return text.n > 0 ? ERR_TOO_LARGE : ERR_OK;
}

/* The longest run of lines that both have, for every pair of rests. */
static uint16_t *
common(const struct lines *a, const struct lines *b)
{
	size_t wide = b->n + 1;
	uint16_t *at = mem_zeroed((a->n + 1) * wide * sizeof(*at));

	if (at == NULL)
		return NULL;
	for (size_t i = a->n; i-- > 0;)
		for (size_t k = b->n; k-- > 0;) {
			uint16_t down = at[(i + 1) * wide + k];
			uint16_t right = at[i * wide + k + 1];

			if (span_eq(a->at[i], b->at[k]))
				at[i * wide + k] =
					(uint16_t)(at[(i + 1) * wide + k + 1] +
						   1);
			else
				at[i * wide + k] = down > right ? down : right;
		}
	return at;
}

struct diff {
	struct page *p;
	size_t same; /* lines since the last difference */
	bool skipped;
	size_t removed;
	size_t added;
};

/* Told by a sign and a word, not by colour alone. */
static void
put_line(struct diff *d, char sign, struct span line)
{
	struct buf *to = d->p->to;

	if (sign == ' ' && d->same++ >= CONTEXT) {
		if (!d->skipped)
			buf_text(to,
				"<span class=\"console-same\">...</span>\n");
		d->skipped = true;
		return;
	}
	if (sign != ' ') {
		d->same = 0;
		d->skipped = false;
	}
	d->removed += sign == '-';
	d->added += sign == '+';
	buf_text(to, sign == '+'   ? "<ins>+ "
		     : sign == '-' ? "<del>- "
				   : "<span class=\"console-same\">  ");
	html_lines(to, line);
	buf_text(to, sign == '+'   ? "</ins>\n"
		     : sign == '-' ? "</del>\n"
				   : "</span>\n");
}

static void
walk(struct diff *d, const struct lines *a, const struct lines *b,
	const uint16_t *at)
{
	size_t wide = b->n + 1;
	size_t i = 0;
	size_t k = 0;

	while (i < a->n || k < b->n) {
		if (i < a->n && k < b->n && span_eq(a->at[i], b->at[k])) {
			put_line(d, ' ', a->at[i]);
			i++;
			k++;
		} else if (k == b->n ||
			   (i < a->n && at[(i + 1) * wide + k] >=
						at[i * wide + k + 1])) {
			put_line(d, '-', a->at[i++]);
		} else {
			put_line(d, '+', b->at[k++]);
		}
	}
}

static enum err
put_diff(struct page *p, const char *name, struct span a, struct span b)
{
	struct diff d = {.p = p};
	struct lines one = {NULL, 0};
	struct lines other = {NULL, 0};
	uint16_t *at = NULL;
	enum err e = cut_lines(a, &one);

	if (e == ERR_OK)
		e = cut_lines(b, &other);
	if (e == ERR_OK) {
		at = common(&one, &other);
		e = at == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
	}
	if (e == ERR_OK) {
		page_h2(p, name);
		if (span_eq(a, b)) {
			page_empty(p, "The same in both, byte for byte.");
		} else {
			buf_text(p->to, "<pre tabindex=\"0\" "
					"class=\"console-diff\">");
			walk(&d, &one, &other, at);
			html_put(p->to,
				"</pre>\n<p>%zu lines only in the earlier one "
				"(-), %zu only in the later one (+).</p>\n",
				d.removed, d.added);
		}
	}
	mem_free(at);
	mem_free(one.at);
	mem_free(other.at);
	return e;
}

/* By name; one that only one set has is against nothing. */
static struct span
text_of(const struct texts *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].name, name) == 0)
			return t->file[i].text;
	return span_of(NULL, 0);
}

static enum err
put_diffs(struct page *p, const struct texts *a, const struct texts *b)
{
	enum err e = put_diff(p, "The agreement", a->file[a->n - 1].text,
		b->file[b->n - 1].text);

	for (size_t i = 0; e == ERR_OK && i + 1 < b->n; i++)
		e = put_diff(p, b->file[i].name, text_of(a, b->file[i].name),
			b->file[i].text);
	for (size_t i = 0; e == ERR_OK && i + 1 < a->n; i++)
		if (text_of(b, a->file[i].name).n == 0)
			e = put_diff(p, a->file[i].name, a->file[i].text,
				span_of(NULL, 0));
	return e == ERR_TOO_LARGE ? instance_says(&p->desk->in, e,
					    "a file of over %d lines is not "
					    "compared here",
					    (int)DIFF_LINES)
				  : e;
}

enum err
console_agreement_diff(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	uint8_t one[32];
	uint8_t other[32];
	struct texts a;
	struct texts b;
	struct page p;
	enum err e = may_see(in);

	if (e == ERR_OK)
		e = hash_of(desk, ask_get(ask, ASK_QUERY, "a"), one);
	if (e == ERR_OK)
		e = hash_of(desk, ask_get(ask, ASK_QUERY, "b"), other);
	if (e != ERR_OK)
		return e;
	e = texts_read(in, one, &a);
	if (e != ERR_OK) {
		texts_fini(&a);
		return e;
	}
	e = texts_read(in, other, &b);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){
				.title = "What differs between two agreements",
				.here = "/agreements",
				.crumb = {{"/agreements", "Agreements"}},
				.wide = true});
		e = put_diffs(&p, &a, &b);
	}
	texts_fini(&a);
	texts_fini(&b);
	return e == ERR_OK ? page_end(&p) : e;
}
