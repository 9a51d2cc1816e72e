/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/proof_html.h"

#include "base/day.h"
#include "law/law_int.h"

static void
put(const char *text, struct buf *to)
{
	proof_html_text(span_text(text), false, to);
}

struct body {
	const struct law *law;
	size_t file;
	size_t seen; /* rules that were written */
};

static void
put_days(const struct law_rule *rule, struct buf *to)
{
	char day[DAY_TEXT];

	if (rule->from != DAY_NONE) {
		day_text(rule->from, day);
		buf_printf(to, " from %s", day);
	}
	if (rule->until != DAY_NONE) {
		day_text(rule->until, day);
		buf_printf(to, " until the day before %s", day);
	}
}

/* The rule as written; its sentence and citation stand beside it. */
static void
put_source(const struct law_rule *rule, struct buf *to)
{
	buf_text(to, "<div><span class=\"b\">Rule ");
	put(rule->id, to);
	put_days(rule, to);
	if (rule->first)
		buf_text(to, ", before all others");
	if (rule->excepts != NULL) {
		buf_text(to, ", in the place of ");
		put(rule->excepts, to);
	}
	buf_text(to, "</span><pre><code>");
	if (rule->docket != NULL) {
		buf_text(to, "hold, docket ");
		put(rule->docket, to);
		buf_text(to, "\n");
	}
	if (rule->when[0] != '\0') {
		buf_text(to, "when    ");
		put(rule->when, to);
		buf_text(to, "\n");
	}
	if (rule->require[0] != '\0') {
		buf_text(to, "require ");
		put(rule->require, to);
	}
	buf_text(to, "</code></pre></div>\n");
}

static void
put_plain(const struct law_rule *rule, struct buf *to)
{
	bool lifts = rule->require[0] == '\0';

	buf_text(to, "<div><span class=\"b\">Where it is not met</span><span "
		     "class=\"code\">");
	put(rule->code, to);
	buf_printf(to,
		"</span><span class=\"word\">%s</span>\n<p "
		"class=\"plain\">",
		lifts ? "lifted" : law_answer_text(rule->answer));
	put(lifts ? "where this applies, nothing is required in its rule's "
		    "place"
		  : rule->sentence,
		to);
	buf_text(to, "</p>\n<p class=\"cite\">");
	put(rule->citation, to);
	buf_text(to, "</p></div>\n");
}

static void
put_rule(const struct law_rule *rule, bool again, struct buf *to)
{
	bool quoted = rule->quote[0] != '\0';

	buf_printf(to, "<section class=\"rule%s\">\n", quoted ? "" : " two");
	if (quoted) {
		buf_text(to, "<div><span class=\"b\">The statute's "
			     "words</span>");
		buf_text(to, again ? "as above" : "<blockquote>");
		if (!again)
			put(rule->quote, to);
		buf_text(to, again ? "</div>\n" : "</blockquote></div>\n");
	}
	put_source(rule, to);
	put_plain(rule, to);
	buf_text(to, "</section>\n");
}

static size_t
lines_of(struct span block)
{
	size_t n = 1;

	for (size_t i = 0; i < block.n; i++)
		n += block.at[i] == '\n';
	return n;
}

/* Is rule `i` of the file at hand, and begins in this block? */
static bool
is_in(const struct body *b, size_t i, size_t line, struct span block)
{
	const struct law_tree *rule = &b->law->rule[i];

	return rule->file == b->file && rule->shown.line >= line &&
	       rule->shown.line < line + lines_of(block);
}

static bool
has_rules(void *context, size_t line, struct span block)
{
	const struct body *b = context;

	for (size_t i = 0; i < b->law->n_rules; i++)
		if (is_in(b, i, line, block))
			return b->law->rule[i].shown.quote[0] != '\0';
	return false;
}

static bool
begins_rule(struct span line)
{
	return span_starts(line, SPAN("rule ")) ||
	       span_starts(line, SPAN("exception ")) ||
	       span_starts(line, SPAN("hold "));
}

/* What else the block says: entries, as they are written. */
static void
put_entries(struct span block, struct buf *to)
{
	OWNED_BUF(said, LAW_FILE_MAX);
	bool inside = false;

	while (block.n > 0) {
		struct span line = span_cut(&block, '\n');
		struct span bare = span_trim(line);
		bool indented = line.n > 0 && line.at[0] == '\t';

		if (begins_rule(line))
			inside = true;
		else if (!indented && bare.n > 0 &&
			 !span_starts(bare, SPAN("cite")))
			inside = false;
		if (inside || bare.n == 0 || span_eq(bare, SPAN("end")))
			continue;
		proof_html_text(line, false, &said);
		buf_text(&said, "\n");
	}
	if (said.n == 0)
		return;
	buf_text(to, "<pre class=\"said\"><code>");
	buf_bytes(to, buf_span(&said));
	buf_text(to, "</code></pre>\n");
}

static void
put_block(void *context, size_t line, struct span block, struct buf *to)
{
	struct body *b = context;
	bool again = false;

	put_entries(block, to);
	for (size_t i = 0; i < b->law->n_rules; i++) {
		if (!is_in(b, i, line, block))
			continue;
		put_rule(&b->law->rule[i].shown, again, to);
		again = true;
		b->seen++;
	}
}

bool
proof_html_law(const struct law *law, const struct span *text, struct buf *to)
{
	struct body b = {.law = law};
	const struct proof_html_blocks blocks = {&b, put_block, has_rules};

	must(law->sealed);
	/* the agreement first, then what it stands on */
	for (size_t i = law->n_files; i-- > 0;) {
		b.file = i;
		buf_text(to, "<article>\n");
		proof_html_markdown(text[i], &blocks, to);
		buf_text(to, "</article>\n");
	}
	return b.seen == law->n_rules;
}
