/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a request is decided, from top to bottom: what is asked at each stage by
 * its codes, and to the right what it comes to where one is not met.
 */
#include "proof/proof_html.h"

#include <stdio.h>

enum {
	WIDTH = 440,
	LEFT = 8,
	BOX = 272, /* width of a stage */
	OUT = 316, /* where outcomes begin */
	OUT_BOX = 116,
	LINE = 17,    /* of text */
	LETTERS = 36, /* in a line of a stage */
	LINES_MAX = 2 * LAW_RULES_MAX,
	GAP = 26,
};

/* In the order in which a request meets them. */
static const struct stage {
	const char *title;
	const char *outcome;
	bool first;
	enum law_answer answer;
} stages[] = {
	{"Can it be read?", "refused", true, LAW_REFUSED},
	{"What is asked, and by whom", "refused", false, LAW_REFUSED},
	{"Read by a person first?", "request review", false, LAW_ASK},
	{"One and only one person?", "unresolved", false, LAW_UNRESOLVED},
	{"May it be given?", "withheld", false, LAW_WITHHELD},
};

enum { N_STAGES = sizeof(stages) / sizeof(stages[0]) };

struct lines {
	char text[LINES_MAX][LETTERS + LAW_CODE_MAX + 2];
	size_t n;
};

static bool
told_before(const struct law *law, const struct stage *stage, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const struct law_rule *other = law_rule(law, k);

		if (other->answer == stage->answer &&
			other->first == stage->first &&
			strcmp(other->code, law_rule(law, i)->code) == 0)
			return true;
	}
	return false;
}

/* The codes of a stage, each once, as many in a line as fit. */
static void
codes_of(const struct law *law, const struct stage *stage, struct lines *l)
{
	l->n = 0;
	for (size_t i = 0; i < law_n_rules(law); i++) {
		const struct law_rule *rule = law_rule(law, i);
		char *line = l->n == 0 ? NULL : l->text[l->n - 1];
		size_t n = line == NULL ? 0 : strlen(line);

		if (rule->answer != stage->answer ||
			rule->first != stage->first ||
			told_before(law, stage, i))
			continue;
		if (line == NULL || n + 2 + strlen(rule->code) > LETTERS) {
			must(l->n < LINES_MAX);
			line = l->text[l->n++];
			n = 0;
		}
		(void)snprintf(line + n, sizeof(l->text[0]) - n, "%s%s",
			n == 0 ? "" : ", ", rule->code);
	}
}

static void
put_box(unsigned x, unsigned y, unsigned w, unsigned h, const char *class,
	struct buf *to)
{
	buf_printf(to,
		"<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"5\" "
		"class=\"%s\"/>\n",
		x, y, w, h, class);
}

static void
put_text(unsigned x, unsigned y, const char *class, const char *text,
	struct buf *to)
{
	buf_printf(to, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
	proof_html_text(span_text(text), false, to);
	buf_text(to, "</text>\n");
}

static void
put_arrow(unsigned x1, unsigned y1, unsigned x2, unsigned y2, struct buf *to)
{
	buf_printf(to,
		"<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" class=\"a\" "
		"marker-end=\"url(#tip)\"/>\n",
		x1, y1, x2, y2);
}

/* Returns where the next one begins. */
static unsigned
put_stage(const struct stage *stage, const struct lines *l, unsigned y,
	struct buf *to)
{
	unsigned h = 14 + LINE * (unsigned)(l->n + 1);

	put_box(LEFT, y, BOX, h, "s", to);
	put_text(LEFT + 10, y + 19, "t", stage->title, to);
	for (size_t i = 0; i < l->n; i++)
		put_text(LEFT + 10, y + 19 + LINE * (unsigned)(i + 1), "c",
			l->text[i], to);
	put_arrow(LEFT + BOX, y + h / 2, OUT - 2, y + h / 2, to);
	put_box(OUT, y + h / 2 - 15, OUT_BOX, 30, "o", to);
	put_text(OUT + OUT_BOX / 2, y + h / 2 + 5, "m", stage->outcome, to);
	put_arrow(LEFT + BOX / 2, y + h, LEFT + BOX / 2, y + h + GAP - 2, to);
	put_text(LEFT + BOX / 2 + 8, y + h + 17, "n", "all met", to);
	return y + h + GAP;
}

static void
put_open(unsigned height, struct buf *to)
{
	buf_printf(to,
		"<svg viewBox=\"0 0 %d %u\" role=\"img\" "
		"aria-labelledby=\"dt dd\">\n<title id=\"dt\">How a request is "
		"decided</title>\n<desc id=\"dd\">Stages from top to bottom, "
		"each with the codes of its rules; a rule that is not met "
		"leads to the outcome at its right.</desc>\n<defs><marker "
		"id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
		"markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path "
		"d=\"M0 0 8 4 0 8z\"/></marker></defs>\n",
		WIDTH, height);
}

void
proof_html_diagram(const struct law *law, struct buf *to)
{
	OWNED_BUF(body, 1 << 18);
	struct lines l;
	unsigned y = 6;

	put_box(LEFT, y, BOX, 30, "o", &body);
	put_text(LEFT + BOX / 2, y + 20, "m", "a request", &body);
	put_arrow(LEFT + BOX / 2, y + 30, LEFT + BOX / 2, y + 30 + GAP - 2,
		&body);
	y += 30 + GAP;
	for (size_t i = 0; i < N_STAGES; i++) {
		codes_of(law, &stages[i], &l);
		if (l.n > 0)
			y = put_stage(&stages[i], &l, y, &body);
	}
	put_box(LEFT, y, BOX, 48, "y", &body);
	put_text(LEFT + BOX / 2, y + 20, "m", "two people approve;", &body);
	put_text(
		LEFT + BOX / 2, y + 38, "m", "then all is decided anew", &body);
	put_open(y + 56, to);
	buf_bytes(to, buf_span(&body));
	buf_text(to, "</svg>\n");
}
