/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two agreements. */
#include "console/agreement.h"

#include "base/mem.h"
#include "console/show.h"

enum {
	DIFF_LINES = 4000,
	CONTEXT = 3, /* lines shown around a difference */
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

/* By name; one that only one set has is against nothing. */
static struct span
text_of(const struct agreement_texts *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].name, name) == 0)
			return t->file[i].text;
	return span_of(NULL, 0);
}

static enum err
put_diffs(struct page *p, const struct agreement_texts *a,
	const struct agreement_texts *b)
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
	struct agreement_texts a;
	struct agreement_texts b;
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
		e = put_diffs(&p, &a, &b);
	}
	agreement_texts_fini(&a);
	agreement_texts_fini(&b);
	return e == ERR_OK ? page_end(&p) : e;
}
