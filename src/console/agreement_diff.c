/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two agreements. */
#include "console/agreement.h"

#include "base/mem.h"
#include "console/show.h"

enum {
	DIFF_LINES = 4000,
	CONTEXT = 3, /* lines shown around a difference */
	PRINT_MAX = 1 << 20,
};

/* ---- line by line ---- */

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

/* ---- clause by clause ---- */

/* The rule of this label, and of this day's version, in another law. */
static const struct law_rule *
same_rule(const struct law *law, const struct law_rule *rule)
{
	for (size_t i = 0; i < law_n_rules(law); i++) {
		const struct law_rule *r = law_rule(law, i);

		if (strcmp(r->id, rule->id) == 0 && r->from == rule->from)
			return r;
	}
	return NULL;
}

static void
put_words(struct page *p, unsigned i, const char *text)
{
	page_cell(p, i);
	html_put(p->to, text[0] == '\0' ? "none%s" : "<code>%s</code>", text);
	page_cell_end(p, i);
}

struct clauses {
	struct page *p;
	size_t n; /* told so far */
};

static void
put_clause(struct clauses *c, const struct law_rule *rule, const char *what,
	const char *before, const char *after)
{
	if (c->n++ == 0)
		page_table(c->p, "Clauses that differ",
			"Clause|Change|Before|After");
	page_cell(c->p, 0);
	html_put(c->p->to, "<code>%s</code>", rule->id);
	page_cell_end(c->p, 0);
	page_cell_text(c->p, 1, what);
	put_words(c->p, 2, before);
	put_words(c->p, 3, after);
}

/* Of each rule of the later law, and then those that are there no more. */
static void
put_clauses(struct page *p, const struct law *a, const struct law *b)
{
	struct clauses c = {.p = p};

	page_h2(p, "What differs clause by clause");
	for (size_t i = 0; i < law_n_rules(b); i++) {
		const struct law_rule *now = law_rule(b, i);
		const struct law_rule *was = same_rule(a, now);

		if (was == NULL)
			put_clause(&c, now, "added", "", now->source);
		else if (strcmp(was->source, now->source) != 0)
			put_clause(
				&c, now, "changed", was->source, now->source);
		else if (strcmp(was->quote, now->quote) != 0)
			put_clause(&c, now, "its quotation changed", was->quote,
				now->quote);
	}
	for (size_t i = 0; i < law_n_rules(a); i++) {
		const struct law_rule *was = law_rule(a, i);

		if (same_rule(b, was) == NULL)
			put_clause(&c, was, "removed", was->source, "");
	}
	if (c.n == 0)
		page_empty(p, "No clause differs.");
	else
		page_table_end(p);
}

/* Parties, term, fields, settings and caps, as `agreement show` prints them:
 * all that stands above the rules. */
static struct span
head_of(const struct law *law, struct buf *to)
{
	struct span all;
	uint8_t *end;

	law_print(law, to);
	all = buf_span(to);
	end = memmem(all.at, all.n, "\n\n", 2);
	return end == NULL ? all : span_of(all.at, (size_t)(end + 1 - all.at));
}

static enum err
put_heads(struct page *p, const struct law *a, const struct law *b)
{
	OWNED_BUF(one, PRINT_MAX);
	OWNED_BUF(other, PRINT_MAX);
	struct span head = head_of(a, &one);
	struct span head_b = head_of(b, &other);
	enum err e =
		buf_error(&one) == ERR_OK ? buf_error(&other) : buf_error(&one);

	return e == ERR_OK ? put_diff(p, "Parties, term, fields and caps", head,
				     head_b)
			   : e;
}

/* ---- file by file ---- */

/* By name; one that only one set has is against nothing. */
static struct span
text_of(const struct agreement_side *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->file[i].name, name) == 0)
			return s->file[i].text;
	return span_of(NULL, 0);
}

static enum err
put_files(struct page *p, const struct agreement_side *a,
	const struct agreement_side *b)
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
agreement_put_diffs(struct page *p, const struct agreement_side *a,
	const struct agreement_side *b)
{
	enum err e;

	put_clauses(p, a->law, b->law);
	e = put_heads(p, a->law, b->law);
	return e == ERR_OK ? put_files(p, a, b) : e;
}

struct agreement_side
agreement_side_of(const struct agreement_texts *t)
{
	return (struct agreement_side){t->file, t->n, t->law};
}

enum err
console_agreement_diff(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	uint8_t one[32];
	uint8_t other[32];
	struct agreement_texts a;
	struct agreement_texts b;
	struct agreement_side one_side;
	struct agreement_side other_side;
	struct page p;
	enum err e = agreement_may_see(in);

	if (e == ERR_OK)
		e = agreement_hash(desk, ask_get(ask, ASK_QUERY, "a"), one);
	if (e == ERR_OK)
		e = agreement_hash(desk, ask_get(ask, ASK_QUERY, "b"), other);
	if (e != ERR_OK)
		return e;
	e = agreement_texts_read(in, one, &a);
	if (e != ERR_OK) {
		agreement_texts_fini(&a);
		return e;
	}
	e = agreement_texts_read(in, other, &b);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){
				.title = "What differs between two agreements",
				.here = "/agreements",
				.crumb = {{"/agreements", "Agreements"}},
				.wide = true});
		one_side = agreement_side_of(&a);
		other_side = agreement_side_of(&b);
		e = agreement_put_diffs(&p, &one_side, &other_side);
	}
	agreement_texts_fini(&a);
	agreement_texts_fini(&b);
	return e == ERR_OK ? page_end(&p) : e;
}
