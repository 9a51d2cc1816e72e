/* SPDX-License-Identifier: Apache-2.0 */
#include "prove/prove_html.h"

#include "base/day.h"
#include "law/law_int.h"

static const char style[] =
	":root{color-scheme:light}\n"
	"*{box-sizing:border-box}\n"
	"body{font:16px/1.5 Georgia,'Times New Roman',serif;color:#1b1b1b;"
	"background:#fff;margin:0 auto;max-width:74rem;padding:1rem;"
	"overflow-wrap:break-word}\n"
	"h1,h2,h3,h4,th,dt,.code,.word,.b,svg{font-family:system-ui,"
	"'Segoe UI',Helvetica,Arial,sans-serif}\n"
	"h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}\n"
	"h2{font-size:1.35rem;margin:2.2rem 0 .5rem;border-bottom:2px solid "
	"#1b1b1b}\n"
	"h3{font-size:1.1rem;margin:1.6rem 0 .4rem}h4{margin:1rem 0 .3rem}\n"
	"p,ul,blockquote{max-width:44rem}\n"
	"blockquote{margin:.6rem 0;padding:0 0 0 1rem;border-left:3px solid "
	"#767676;font-style:italic}blockquote p{margin:.3rem 0}\n"
	"code,pre{font:.84rem/1.45 ui-monospace,'DejaVu Sans Mono',Consolas,"
	"monospace}pre{white-space:pre-wrap;margin:.4rem 0}\n"
	"table{border-collapse:collapse;width:100%}th,td{text-align:left;"
	"vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px "
	"solid #bbb}th{font-size:.85rem}.wide{overflow-x:auto}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem "
	"1.2rem;margin:.8rem 0}dt{font-weight:600;font-size:.9rem}dd{margin:0}"
	"\n"
	".rule{display:grid;grid-template-columns:1fr 1.15fr 1fr;gap:0 1.4rem;"
	"border-top:1px solid #767676;padding:.7rem 0;break-inside:avoid}\n"
	".two{grid-template-columns:1.15fr 1fr}.rule>div{min-width:0}.b{display:block;font-size:.72rem;"
	"font-weight:600;color:#555}\n"
	".rule blockquote{font-size:.92rem;margin:0;border:0;padding:0}\n"
	".code{font-weight:700}.word{font-size:.85rem;border:1px solid;"
	"border-radius:3px;padding:0 .35rem;margin-left:.4rem}\n"
	".plain{margin:.2rem 0}.cite{font-size:.85rem;color:#444;margin:0}\n"
	".said{background:#f4f4f1;padding:.5rem .8rem}\n"
	".yes{color:#0b5d1e}.no{color:#9b1c1c;font-weight:700}\n"
	"svg{display:block;width:100%;max-width:34rem;height:auto}\n"
	"svg text{font-size:12.5px;fill:#1b1b1b}svg .t{font-weight:600}svg "
	".c{font-size:11px}svg .m{text-anchor:middle}svg .n{font-size:11px;"
	"fill:#555}\n"
	"svg rect{fill:#fff;stroke:#1b1b1b}svg .o{fill:#f4f4f1}svg .y{"
	"fill:#e3f1e5}svg .a{stroke:#1b1b1b}\n"
	"@media (max-width:50rem){.rule,.two{grid-template-columns:1fr;"
	"gap:.5rem}"
	"dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .4rem}body{"
	"font-size:15px;padding:.75rem}}\n"
	"@media print{@page{margin:18mm 15mm}html{font-size:9.5pt}body{"
	"font-size:1rem;"
	"max-width:none;padding:0}.rule{grid-template-columns:1fr 1.15fr 1fr;"
	"gap:0 4mm}.two{grid-template-columns:1.15fr 1fr}dl{grid-template-columns:"
	"max-content 1fr;gap:.2rem 1.2rem}h2,h3{break-after:avoid}tr,svg{"
	"break-inside:avoid}svg{max-width:100mm}.said,svg .o,svg .y{"
	"background:none}}\n";

static void
put(const char *text, struct buf *to)
{
	proof_html_text(span_text(text), false, to);
}

/* ---- the head ---- */

static void
put_pair(const char *name, const char *value, struct buf *to)
{
	buf_printf(to, "<dt>%s</dt><dd>", name);
	put(value, to);
	buf_text(to, "</dd>\n");
}

static void
put_term(const struct law *law, struct buf *to)
{
	char from[DAY_TEXT];
	char until[DAY_TEXT];

	day_text(law_effective(law), from);
	day_text(law_expires(law), until);
	buf_printf(to,
		"<dt>in force</dt><dd>from %s until the day before %s</dd>\n"
		"<dt>answered</dt><dd>%u days after receipt; what still waits "
		"lapses after %u days; a package may be used for %u "
		"days</dd>\n",
		from, until, law_answer_days(law), law_lapse_days(law),
		law_expiry_days(law));
}

static void
put_fields(const struct law *law, struct buf *to)
{
	const char *between = "";

	buf_text(to, "<dt>discloses</dt><dd>");
	for (unsigned bit = 1; bit <= LAW_FIELD_TIN; bit <<= 1) {
		if ((law_fields(law) & bit) == 0)
			continue;
		buf_printf(to, "%s%s", between,
			law_field_text((enum law_field)bit));
		between = ", ";
	}
	buf_text(to, "</dd>\n");
}

static void
put_head(const struct prove_html *page, struct buf *to)
{
	const struct law *law = page->law;
	bool all = page->summary->n_held == page->summary->n_asked;

	buf_text(to, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta "
		     "charset=\"utf-8\">\n<meta name=\"viewport\" "
		     "content=\"width=device-width,initial-scale=1\">\n<meta "
		     "http-equiv=\"Content-Security-Policy\" "
		     "content=\"default-src 'none'; style-src "
		     "'unsafe-inline'\">\n<title>");
	put(law_agreement_id(law), to);
	buf_text(to, "</title>\n<style>\n");
	buf_text(to, style);
	buf_text(to, "</style>\n</head>\n<body>\n<h1>");
	put(law_agreement_title(law), to);
	buf_text(to, "</h1>\n<dl>\n");
	put_pair("agreement", law_agreement_id(law), to);
	put_pair("custodian", law_custodian(law), to);
	put_pair("requester", law_requester(law), to);
	put_term(law, to);
	put_fields(law, to);
	buf_printf(to,
		"<dt>proved</dt><dd class=\"%s\">%zu of %zu questions</dd>\n"
		"</dl>\n",
		all ? "yes" : "no", page->summary->n_held,
		page->summary->n_asked);
}

/* ---- what is proved ---- */

static void
put_result(const struct law *law, const struct prove_result *r, struct buf *to)
{
	OWNED_BUF(example, 1 << 16);

	buf_text(to, "<tr><td><code>");
	put(prove_property_word(r->property), to);
	buf_text(to, "</code>");
	if (r->about != NULL) {
		buf_text(to, " ");
		put(r->about, to);
	}
	buf_printf(to, "</td><td class=\"%s\">%s</td><td>",
		r->answer == PROVE_HOLDS ? "yes" : "no",
		prove_answer_text(r->answer));
	put(r->text, to);
	for (unsigned k = 0; r->answer != PROVE_HOLDS && k < r->n_shown; k++) {
		buf_clear(&example);
		prove_example(law, NULL, &r->shown[k], &example);
		buf_text(to, "<pre><code>counterexample\n");
		proof_html_text(buf_span(&example), false, to);
		buf_text(to, "</code></pre>");
	}
	buf_text(to, "</td></tr>\n");
}

static bool
duty_before(const struct prove_html *page, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (page->summary->duty[k] &&
			strcmp(law_rule(page->law, k)->code,
				law_rule(page->law, i)->code) == 0)
			return true;
	return false;
}

static void
put_duties(const struct prove_html *page, struct buf *to)
{
	buf_text(to,
		"<h2>The duty list</h2>\n<p>What the statutes would grant, "
		"and the agreement keeps back, by exactly these "
		"codes.</p>\n<table>\n");
	for (size_t i = 0; i < law_n_rules(page->law); i++) {
		const struct law_rule *rule = law_rule(page->law, i);

		if (!page->summary->duty[i] || duty_before(page, i))
			continue;
		buf_text(to, "<tr><td class=\"code\">");
		put(rule->code, to);
		buf_text(to, "</td><td>");
		put(rule->sentence, to);
		buf_text(to, "</td></tr>\n");
	}
	buf_text(to, "</table>\n");
}

static void
put_proofs(const struct prove_html *page, struct buf *to)
{
	buf_text(to,
		"<h2>What is proved</h2>\n<p>By a solver, of every request "
		"that there can be.</p>\n<table>\n<tr><th>property</th>"
		"<th>verdict</th><th>what it says</th></tr>\n");
	for (size_t i = 0; i < page->n_results; i++)
		put_result(page->law, &page->result[i], to);
	buf_text(to, "</table>\n");
}

/* ---- the page ---- */

bool
prove_html_page(const struct prove_html *page, struct buf *to)
{
	const struct law *law = page->law;
	bool whole;

	must(law->sealed);
	put_head(page, to);
	buf_text(to, "<h2>How a request is decided</h2>\n");
	proof_html_diagram(law, to);
	whole = proof_html_law(law, page->text, to);
	put_duties(page, to);
	put_proofs(page, to);
	buf_text(to, "</body>\n</html>\n");
	return whole;
}
