/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading an agreement: the files; what they would change and what they stand
 * on, before anything is changed; the signature.  Every question is asked by
 * the function that loads (proc_registrar_weigh()).
 */
#include "console/agreement.h"

#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "console/show.h"
#include "crypto/crypto.h"
#include "proc/proc_registrar.h"
#include "proof/proof.h"

enum {
	TOGETHER_MAX = 512 << 10, /* bytes of all files: they come three times,
				   * twice of them in base64 */
	WRONG_MAX = 1 << 16,
};

enum field {
	AGREEMENT,
	STATUTE,
	RECEIPT,
	RECEIPT_SIGNATURE,
	CUSTODIAN,
	REQUESTER,
	FIELDS
};

static const struct page_field fields[] = {
	[AGREEMENT] = {.name = "agreement",
		.label = "The agreement",
		.hint = "The file that was proved and signed, byte for byte. "
			"Without it, the one in use is loaded again with "
			"another receipt.",
		.accept = ".md"},
	[STATUTE] = {.name = "statute",
		.label = "Statutes that are new or changed",
		.hint = "Others that it names come from the set in use, then "
			"from the program.",
		.accept = ".md",
		.several = true},
	[RECEIPT] = {.name = "receipt",
		.label = "The receipt that it is proved",
		.hint = "weir agreement prove writes it (.receipt).",
		.must = true},
	[RECEIPT_SIGNATURE] = {.name = "receipt-signature",
		.label = "The prover's signature over the receipt",
		.hint = "Beside it (.receipt.p7s).",
		.must = true},
	[CUSTODIAN] = {.name = "custodian",
		.label = "The custodian's signature",
		.hint = "Over the agreement (.custodian.p7s)."},
	[REQUESTER] = {.name = "requester",
		.label = "The requester's signature",
		.hint = "Over the agreement (.requester.p7s)."},
};

/* What a form brings, and what is wrong with it. */
struct loading {
	struct page_field field[FIELDS];
	struct proc_registrar_given given;
	struct proof_receipt receipt;
	struct why no_receipt; /* why it cannot be read */
	bool wrong;
	const char *refused; /* the whole, and why; NULL: it was not */
	struct span where;   /* of that, the line */
};

/* Files that come back from our own page are in base64: a form's values lose
 * their line ends. */
static struct {
	uint8_t at[TOGETHER_MAX];
	size_t n;
} room;

/* ---- reading ---- */

static void
set_wrong(struct loading *l, enum field field, const char *error)
{
	l->field[field].error = error;
	l->wrong = true;
}

/* The i-th file of a field; empty: none. */
static struct span
take_file(struct loading *l, const struct ask *ask, enum field field, size_t i)
{
	struct span value = ask_again(ask, ASK_FORM, fields[field].name, i);
	uint8_t *to = room.at + room.n;
	size_t left = sizeof(room.at) - room.n;
	size_t n = value.n;
	bool fits = value.n <= left;

	if (value.n == 0)
		return value;
	if (ask_get(ask, ASK_FORM, "encoded").n > 0)
		fits = code_base64_parse(value, to, left, &n);
	else if (fits)
		memcpy(to, value.at, value.n);
	if (!fits) {
		set_wrong(l, field,
			"all files together are longer than 512 KiB: load them "
			"with weir agreement load");
		return span_of(NULL, 0);
	}
	room.n += n;
	return span_of(to, n);
}

/* The receipt says what a file is called, by its bytes: a form does not. */
static bool
name_file(const struct loading *l, struct proc_law_file *file)
{
	struct proof_file of;

	proof_file_of("", file->text, &of);
	for (size_t i = 0; i < l->receipt.n_files; i++)
		if (memcmp(l->receipt.file[i].hash, of.hash, sizeof(of.hash)) ==
			0) {
			(void)snprintf(file->name, sizeof(file->name), "%s",
				l->receipt.file[i].name);
			return true;
		}
	return false;
}

/* One that the receipt does not name is called as the agreement that it does:
 * what is wrong with it is told by the checks. */
static void
take_agreement(struct loading *l, const struct ask *ask)
{
	struct proc_law_file *file = &l->given.file[l->given.n];

	file->text = take_file(l, ask, AGREEMENT, 0);
	if (file->text.n == 0) {
		if (l->given.n > 0)
			set_wrong(l, AGREEMENT,
				"choose the agreement that names these "
				"statutes");
		return;
	}
	if (!name_file(l, file))
		(void)snprintf(file->name, sizeof(file->name), "%s",
			l->receipt.n_files == 0
				? "agreement.md"
				: l->receipt.file[l->receipt.n_files - 1].name);
	l->given.n++;
}

static void
take_statutes(struct loading *l, const struct ask *ask)
{
	for (size_t i = 0;; i++) {
		struct span text = take_file(l, ask, STATUTE, i);
		struct proc_law_file *file = &l->given.file[l->given.n];

		if (text.n == 0)
			return;
		if (l->given.n + 1 == REGISTRAR_FILES) {
			set_wrong(l, STATUTE, "a law has 8 files at most");
			return;
		}
		file->text = text;
		if (!name_file(l, file)) {
			set_wrong(l, STATUTE,
				"the receipt names no file of these bytes: "
				"another one was proved");
			return;
		}
		l->given.n++;
	}
}

static void
take_receipt(struct loading *l, const struct ask *ask)
{
	struct span receipt = take_file(l, ask, RECEIPT, 0);

	l->given.receipt = receipt;
	l->given.receipt_signature = take_file(l, ask, RECEIPT_SIGNATURE, 0);
	if (receipt.n == 0 && !l->wrong)
		set_wrong(l, RECEIPT, "choose the receipt");
	else if (receipt.n > 0 &&
		 proof_read(receipt, &l->receipt, &l->no_receipt) != ERR_OK) {
		l->receipt.n_files = 0;
		set_wrong(l, RECEIPT, l->no_receipt.text);
	}
	if (l->given.receipt_signature.n == 0 &&
		l->field[RECEIPT_SIGNATURE].error == NULL)
		set_wrong(l, RECEIPT_SIGNATURE, "choose the file");
}

static void
take_form(struct loading *l, const struct ask *ask)
{
	memset(l, 0, sizeof(*l));
	memcpy(l->field, fields, sizeof(fields));
	room.n = 0;
	take_receipt(l, ask);
	take_statutes(l, ask);
	take_agreement(l, ask);
	for (size_t i = 0; i < PROC_PROOF_PARTIES; i++)
		l->given.party[i] =
			take_file(l, ask, (enum field)(CUSTODIAN + i), 0);
}

/* ---- the form ---- */

static void
put_help(struct page *p)
{
	buf_text(p->to,
		"<details class=\"console-help\"><summary>How its receipt and "
		"signatures are made</summary>\n"
		"<p>The solver that proves an agreement is no part of this "
		"service. Whoever has the role prover runs it where the key "
		"is; its receipt says of which bytes what is proved, and is "
		"checked here as the command checks it.</p>\n"
		"<pre tabindex=\"0\">weir agreement prove agreement.md "
		"--receipt agreement.md.receipt --key prover.key\n"
		"weir agreement sign agreement.md --as custodian --key "
		"commissioner.key\n"
		"weir agreement sign agreement.md --as requester --key "
		"director.key</pre>\n"
		"<p>A signatory signs for the custodian, and for the requester "
		"a head of agency who is on the register of certifiers.");
	if (p->desk->in.sandbox)
		buf_text(p->to, " A sandbox asks for neither.");
	buf_text(p->to, "</p></details>\n");
}

static enum err
put_form(struct desk *desk, struct answer *answer, const struct loading *l)
{
	const struct page_field *all[FIELDS];
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Load an agreement",
			.lead = "Before you sign it you see what it would "
				"change, and what it stands on.",
			.here = "/agreements",
			.crumb = {{"/agreements", "Agreements"}}});

	for (size_t i = 0; i < FIELDS; i++)
		all[i] = &l->field[i];
	if (l->refused != NULL)
		page_alert(&p, PAGE_ERROR, "It was refused", l->refused);
	if (l->where.n > 0) {
		buf_text(p.to, "<pre tabindex=\"0\" class=\"console-letter\">");
		html_lines(p.to, l->where);
		buf_text(p.to, "</pre>\n");
	}
	page_errors(&p, all, FIELDS);
	page_form(&p, "/agreements/load", true);
	for (size_t i = 0; i < FIELDS; i++)
		page_file(&p, all[i]);
	put_help(&p);
	buf_text(p.to, "<p class=\"console-buttons\">");
	page_button(&p, PAGE_MAIN, "See what it would change", NULL, NULL);
	buf_text(p.to, "</p>");
	page_form_end(&p);
	if (l->wrong || l->refused != NULL)
		answer->status = 400;
	return page_end(&p);
}

enum err
console_agreement_load(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct loading l;
	enum err e = proc_permit(&desk->in, PERMIT_AGREEMENTS);

	(void)ask;
	if (e != ERR_OK)
		return e;
	memset(&l, 0, sizeof(l));
	memcpy(l.field, fields, sizeof(fields));
	return put_form(desk, answer, &l);
}

/* ---- what it stands on ---- */

/* Did a prover write it, and of these files? */
static bool
is_of_these(const struct instance *in, const struct loading *l,
	const struct proc_registrar_law *law)
{
	struct proof_file of[PROC_LAW_FILES];
	struct why why = {""};

	if (law->n > PROC_LAW_FILES)
		return false;
	for (size_t i = 0; i < law->n; i++)
		proof_file_of(law->file[i].name, law->file[i].text, &of[i]);
	return proc_signer_check(in->registers, SIGNER_PROVER,
		       span_text(law_agreement_id(law->law)), in->at,
		       l->given.receipt, l->given.receipt_signature, NULL,
		       &why) == ERR_OK &&
	       proof_check(&l->receipt, law->law, of, law->n, &why) !=
		       ERR_MISMATCH;
}

static void
put_party(struct page *p, const struct proc_registrar_law *law, size_t i,
	const char *who, const char *name)
{
	page_item(p, who,
		law->proof.party[i].n == 0 ? "not signed"
		: name[0] == '\0'          ? "a signature that does not hold"
					   : name);
}

static void
put_standing(struct page *p, const struct proc_registrar_law *law)
{
	struct instance *in = &p->desk->in;
	char name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME] = {"", ""};
	struct why why = {""};

	/* What is wrong with one of them was told above. */
	if (proc_proof_parties(in->registers, in->at,
		    law_agreement_id(law->law), law->file[law->n - 1].text,
		    &law->proof, name, &why) != ERR_OK)
		why.text[0] = '\0';
	page_list(p);
	agreement_put_term(p, law->law);
	page_item_begin(p, "Its files, SHA-256");
	show_hex(p, span_of(law->hash, sizeof(law->hash)));
	page_item_end(p);
	put_party(p, law, 0, "Signed for the custodian", name[0]);
	put_party(p, law, 1, "Signed for the requester", name[1]);
	page_list_end(p);
}

/* ---- what it would change ---- */

/* When these very files were loaded before; 0: never. */
static int64_t
loaded_before(const struct instance *in, const uint8_t hash[32])
{
	for (size_t i = register_n(in->registers, REG_AGREEMENT); i-- > 0;) {
		const struct register_entry *entry =
			register_at(in->registers, REG_AGREEMENT, i);
		struct register_row row;

		register_entry_row(entry, &row);
		if (span_eq(register_get(&row, REG_AGREEMENT_FILE),
			    span_of(hash, 32)))
			return entry->added_at;
	}
	return 0;
}

/* What no check refuses, and somebody should know. */
static void
put_warnings(struct page *p, const struct proc_registrar_law *law)
{
	struct instance *in = &p->desk->in;
	int32_t today = in->clock;
	int64_t before = loaded_before(in, law->hash);

	if (in->law != NULL && strcmp(law_agreement_id(in->law),
				       law_agreement_id(law->law)) != 0)
		page_alert(p, PAGE_WARNING, "Another agreement is in use",
			"This one takes its place: nothing more is accepted "
			"under the other.");
	if (before != 0 && in->law != NULL &&
		memcmp(in->law_hash, law->hash, sizeof(law->hash)) != 0)
		page_alert(p, PAGE_WARNING, "These very files are older",
			"They were loaded before, and others since: what came "
			"since would be undone.");
	if (today < law_effective(law->law) || today >= law_expires(law->law))
		page_alert(p, PAGE_WARNING, "It is not in force today",
			"While it is in use nothing is accepted outside its "
			"term.");
}

static enum err
put_changes(struct page *p, const struct proc_registrar_law *law)
{
	struct instance *in = &p->desk->in;
	const struct agreement_side after = {law->file, law->n, law->law};
	struct agreement_side before;
	struct agreement_texts t;
	enum err e;

	if (in->law == NULL) {
		page_empty(p, "No agreement is in use: all of it is new.");
		return ERR_OK;
	}
	e = agreement_texts_read(in, in->law_hash, &t);
	if (e == ERR_OK) {
		before = agreement_side_of(&t);
		e = agreement_put_diffs(p, &before, &after);
	}
	agreement_texts_fini(&t);
	buf_text(p->to,
		"<p>Whether it lets out more than the one in use, less, or "
		"neither, is a question for the solver: <code>weir agreement "
		"diff</code> answers it.</p>\n");
	return e;
}

/* ---- before it is signed ---- */

static enum err
put_again(struct page *p, const struct ask *ask, const char *name)
{
	OWNED_BUF(base64, 2 * TOGETHER_MAX);
	bool encoded = ask_get(ask, ASK_FORM, "encoded").n > 0;

	for (size_t i = 0;; i++) {
		struct span value = ask_again(ask, ASK_FORM, name, i);

		if (value.n == 0)
			return ERR_OK;
		buf_clear(&base64);
		if (!encoded)
			code_base64(&base64, value);
		if (buf_error(&base64) != ERR_OK)
			return buf_error(&base64);
		page_hidden(p, name, encoded ? value : buf_span(&base64));
	}
}

static enum err
put_go_on(struct page *p, const struct ask *ask)
{
	enum err e = ERR_OK;

	page_form(p, "/agreements/load", false);
	for (size_t i = 0; e == ERR_OK && i < FIELDS; i++)
		e = put_again(p, ask, fields[i].name);
	page_hidden(p, "encoded", SPAN("yes"));
	page_hidden(p, "confirm", SPAN("yes"));
	buf_text(p->to, "<p class=\"console-buttons\">");
	page_button(p, PAGE_MAIN, "Go on and sign it", NULL, NULL);
	buf_text(p->to, "<a class=\"usa-button usa-button--outline\" "
			"href=\"/agreements/load\">No, choose other files</a>"
			"</p>");
	page_form_end(p);
	return e;
}

static enum err
put_weighed(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct loading *l, const struct proc_registrar_law *law)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "What this agreement would change",
			.lead = "Nothing is loaded yet.",
			.here = "/agreements",
			.crumb = {{"/agreements", "Agreements"},
				{"/agreements/load", "Load an agreement"}},
			.wide = true});
	enum err e = ERR_OK;

	if (l->refused != NULL) {
		answer->status = 422;
		page_alert(&p, PAGE_ERROR, "It is refused", l->refused);
		show_button(&p, "/agreements/load", "Choose other files");
	} else {
		page_alert(&p, PAGE_SUCCESS, NULL,
			"It may be loaded: all is proved of exactly these "
			"bytes, and the signatures that are asked for are "
			"there.");
		put_warnings(&p, law);
		e = put_go_on(&p, ask);
	}
	put_standing(&p, law);
	if (e == ERR_OK)
		e = put_changes(&p, law);
	if (e == ERR_OK && is_of_these(&desk->in, l, law))
		agreement_put_receipt(&p, &law->proof);
	return e == ERR_OK ? page_end(&p) : e;
}

static enum err
weigh(struct desk *desk, const struct ask *ask, struct answer *answer,
	struct loading *l)
{
	OWNED_BUF(wrong, WRONG_MAX);
	struct proc_registrar_law law;
	struct why why;
	enum err e;

	proc_registrar_law_init(&law);
	e = proc_registrar_weigh(&desk->in, &l->given, &law, &wrong);
	why = desk->in.why;
	if (err_is_refusal(e)) {
		l->refused = why.text;
		l->where = buf_span(&wrong);
	}
	if (!err_is_failure(e))
		e = law.law == NULL ? put_form(desk, answer, l)
				    : put_weighed(desk, ask, answer, l, &law);
	proc_registrar_law_fini(&law);
	return e;
}

static enum err
load(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct loading *l)
{
	static const struct page_act act = {.title = "Load this agreement",
		.says = "You put this agreement in force, in place of the one "
			"in use. What you sign names it and the SHA-256 of its "
			"files.",
		.action = "/agreements/load",
		.button = "Load it",
		.back = "/agreements",
		.here = "/agreements"};
	OWNED_BUF(wrong, WRONG_MAX);
	enum err e = proc_registrar_load_given(&desk->in, &l->given, &wrong);

	return e == ERR_OK ? page_see(answer, "/agreements", "agreement-loaded")
			   : page_signed(desk, ask, answer, &act, e);
}

enum err
console_agreement_loaded(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct loading l;
	enum err e = proc_permit(&desk->in, PERMIT_AGREEMENTS);

	if (e != ERR_OK)
		return e;
	take_form(&l, ask);
	if (l.wrong)
		return put_form(desk, answer, &l);
	return page_confirmed(ask) ? load(desk, ask, answer, &l)
				   : weigh(desk, ask, answer, &l);
}
