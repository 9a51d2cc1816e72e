/* SPDX-License-Identifier: Apache-2.0 */
#include "console/verify.h"

#include "console/console_int.h"
#include "os/file.h"

enum { KEY_MAX = 4096 };

static void
put_key(struct page *p)
{
	OWNED_BUF(key, KEY_MAX);

	if (os_read(p->desk->in.dir, "ledger/ledger.vkey", &key) != ERR_OK)
		buf_clear(&key);
	page_area(
		p, &(struct page_field){.name = "key",
			   .label = "The ledger's key, which you believe",
			   .hint = "This is the one that this office shows: "
				   "with it you see whether all agrees with "
				   "itself. Put in the one that you have from "
				   "elsewhere: a register, a letter, a notice.",
			   .value = span_trim(buf_span(&key)),
			   .rows = 2,
			   .must = true});
}

static void
put_more(struct page *p)
{
	buf_text(p->to,
		"<details class=\"console-exact\"><summary>What else you "
		"have</summary>\n");
	page_file(p, &(struct page_field){.name = "old",
			     .label = "Checkpoints that you kept from before",
			     .hint = "They show that nothing was changed or "
				     "taken away since.",
			     .several = true});
	page_area(p, &(struct page_field){.name = "witness",
			     .label = "Keys of witnesses, one on a line",
			     .hint = "Each must have signed the checkpoint.",
			     .rows = 2});
	page_file(p, &(struct page_field){.name = "receipt",
			     .label = "A receipt that you were given",
			     .accept = ".json"});
	page_file(p, &(struct page_field){.name = "reply",
			     .label = "And the reply that came with it",
			     .accept = ".jsonl"});
	page_file(p, &(struct page_field){.name = "account",
			     .label = "A person's account",
			     .accept = ".weir"});
	buf_text(p->to, "</details>\n");
}

/* Its ids are what web/verify/page.js looks for. */
static void
put_form(struct page *p, enum verify_what what, const char *of)
{
	html_put(p->to,
		"<form id=\"form\" class=\"console-form console-script\" "
		"novalidate data-worker=\"%s\" data-module=\"%s\"",
		page_verify_worker_path, page_verify_module_path);
	if (what == VERIFY_ENTRY)
		html_put(p->to, " data-entry=\"%s\"", of);
	if (what == VERIFY_ACCOUNT)
		html_put(p->to, " data-account=\"%s\"", of);
	buf_text(p->to, ">\n<input type=\"hidden\" id=\"address\" value="
			"\"/ledger/\">\n");
	put_key(p);
	if (what == VERIFY_LEDGER)
		put_more(p);
	html_put(p->to,
		"<button type=\"submit\" class=\"usa-button\" id=\"check\">"
		"Verify in this browser</button>\n</form>\n"
		"<section id=\"result\" class=\"console-script\" aria-live="
		"\"polite\" aria-busy=\"false\">\n<h3 id=\"verdict\" tabindex="
		"\"-1\">Nothing was checked yet</h3>\n<progress class="
		"\"console-progress\" id=\"progress\" hidden aria-label="
		"\"files read\"></progress>\n<div id=\"words\"></div>\n"
		"</section>\n<script src=\"%s\" defer></script>\n",
		page_verify_script_path);
}

static const char *
command(enum verify_what what)
{
	switch (what) {
	case VERIFY_ENTRY:
		return "docs/verify-proof.sh KEY N.tlog-proof N.entry";
	case VERIFY_ACCOUNT:
		return "weir ledger check-account account.weir --ledger LEDGER "
		       "--vkey KEY";
	case VERIFY_LEDGER:
		break;
	}
	return "weir-verify LEDGER --vkey KEY";
}

static void
put_by_hand(struct page *p, enum verify_what what)
{
	page_h2(p, "By command line");
	html_put(p->to,
		"<pre tabindex=\"0\">%s</pre>\n<p>KEY is the ledger's key as you "
		"have it from elsewhere",
		command(what));
	buf_text(p->to,
		what == VERIFY_ENTRY
			? ", N the entry's number: both files are downloads "
			  "above.</p>\n"
			: "; LEDGER is a copy of the public folder, as the office "
			  "hands it over: its <a href=\"/ledger/checkpoint\">"
			  "checkpoint</a>, its <a href=\"/ledger/ledger.vkey\">"
			  "key</a> and its tiles. Keep the checkpoint: with it "
			  "you see later that nothing before it was changed."
			  "</p>\n");
}

void
verify_put(struct page *p, enum verify_what what, const char *of)
{
	buf_text(p->to, "<div class=\"console-screen\">\n");
	page_h2(p, "In this browser");
	if (page_verify_module_path[0] == '\0') {
		page_empty(p, "This office's program was built without the "
			      "verifier for browsers.");
	} else {
		buf_text(p->to,
			"<p class=\"console-noscript\">With script this page "
			"verifies by itself. Without, use the command below."
			"</p>\n");
		put_form(p, what, of);
	}
	put_by_hand(p, what);
	buf_text(p->to, "</div>\n");
}
