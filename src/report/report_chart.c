/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts.  All lengths are whole units of the drawing; a number is scaled by
 * the greatest, and one that is not zero is never drawn as nothing.
 */
#include <inttypes.h>

#include "report/report_html.h"

enum {
	WIDE = 720,
	BAR = 22,
	STEP = 32,
	LABEL = 200,    /* where bars begin */
	ROOM = 110,     /* for the number behind a bar */
	LETTER = 7,     /* about as wide as one is */
	LABEL_MAX = 26, /* letters */
	BARS_MAX = 60,

	NODE = 16, /* of a flow: as wide as a post is */
	NODES = 24,
	HIGH = 260,
	SPACE = 34, /* between two posts: their labels stand in it */
	TOP = 30,
	LEVELS = 8,
};

static void
begin(const struct report_chart *chart, size_t n, unsigned high, struct buf *to)
{
	buf_text(to, "<figure>\n<figcaption>");
	report_html_text(span_text(chart->title), to);
	buf_printf(to,
		"</figcaption>\n<svg role=\"img\" viewBox=\"0 0 %d %u\" "
		"aria-labelledby=\"chart-%zu-title chart-%zu-text\" "
		"xmlns=\"http://www.w3.org/2000/svg\" font-size=\"13\">\n"
		"<title id=\"chart-%zu-title\">",
		(int)WIDE, high, n, n, n);
	report_html_text(span_text(chart->title), to);
	buf_printf(to, "</title>\n<desc id=\"chart-%zu-text\">", n);
	report_html_text(span_text(chart->description), to);
	buf_text(to, " The table below has the same numbers.</desc>\n");
}

static void
end(struct buf *to)
{
	buf_text(to, "</svg>\n</figure>\n");
}

/* `n` of `most` in units of `size`. */
static unsigned
scaled(uint64_t n, uint64_t most, unsigned size)
{
	double part = most == 0 ? 0 : (double)n / (double)most;
	unsigned length = (unsigned)(part * size);

	return n > 0 && length == 0 ? 1 : length;
}

/* At most `max` characters, an ellipsis for the rest. */
static void
short_text(struct span text, size_t max, struct buf *to)
{
	OWNED_BUF(plain, 1 << 16);
	struct span s;
	size_t n = 0;
	size_t at = 0;

	report_plain(text, &plain);
	s = buf_span(&plain);
	while (at < s.n) {
		n += (s.at[at] & 0xc0) != 0x80;
		if (n > max)
			break;
		at++;
	}
	report_html_text(span_of(s.at, at), to);
	if (at < s.n)
		buf_text(to, "\xe2\x80\xa6");
}

/* ---- bars ---- */

static void
bar(const struct report_doc *doc, const struct report_cell *label,
	const struct report_cell *value, unsigned y, uint64_t most,
	struct buf *to)
{
	unsigned length = value->is == REPORT_CELL_COUNT
				  ? scaled(value->n, most, WIDE - LABEL - ROOM)
				  : 0;
	OWNED_BUF(text, 1 << 16);

	report_cell_plain(doc, label, &text);
	buf_printf(to, "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">",
		LABEL - 10, y + BAR - 6);
	short_text(buf_span(&text), LABEL_MAX, to);
	buf_text(to, "</text>\n");
	if (length > 0)
		buf_printf(to,
			"<rect x=\"%d\" y=\"%u\" width=\"%u\" height=\"%d\" "
			"fill=\"#1a4480\"/>\n",
			(int)LABEL, y, length, (int)BAR);
	buf_clear(&text);
	report_cell_plain(doc, value, &text);
	buf_printf(to, "<text x=\"%u\" y=\"%u\">", LABEL + length + 8,
		y + BAR - 6);
	report_html_text(value->is == REPORT_CELL_HIDDEN ? SPAN("* kept back")
							 : buf_span(&text),
		to);
	buf_text(to, "</text>\n");
}

static void
bars(const struct report_doc *doc, const struct report_chart *chart, size_t n,
	struct buf *to)
{
	const struct report_table *table = &doc->table[chart->table];
	size_t rows = report_table_rows(table) - table->n_totals;
	size_t shown = rows < BARS_MAX ? rows : BARS_MAX;
	uint64_t most = 0;

	for (size_t r = 0; r < rows; r++) {
		const struct report_cell *v =
			report_table_cell(doc, table, r, chart->value);

		if (v->is == REPORT_CELL_COUNT && v->n > most)
			most = v->n;
	}
	begin(chart, n, (unsigned)(shown + (shown < rows)) * STEP + 10, to);
	buf_printf(to,
		"<line x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%u\" "
		"stroke=\"#1b1b1b\"/>\n",
		(int)LABEL, (int)LABEL, (unsigned)shown * STEP + 4);
	for (size_t r = 0; r < shown; r++)
		bar(doc, report_table_cell(doc, table, r, chart->label),
			report_table_cell(doc, table, r, chart->value),
			(unsigned)r * STEP + 6, most, to);
	if (shown < rows)
		buf_printf(to,
			"<text x=\"%d\" y=\"%u\">and %zu more, in the "
			"table</text>\n",
			(int)LABEL, (unsigned)shown * STEP + 20, rows - shown);
	end(to);
}

/* ---- flows ---- */

struct node {
	const char *name;
	unsigned level;
	uint64_t in;
	uint64_t out;
	bool hidden;
	unsigned y;
	unsigned high;
	unsigned used_in; /* of its height, by bands */
	unsigned used_out;
};

struct flow {
	struct node node[NODES];
	size_t n;
	unsigned levels;
	uint64_t most;
};

static struct node *
node_of(struct flow *f, const char *name, unsigned level)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->node[i].name, name) == 0)
			return &f->node[i];
	must(f->n < NODES && level < LEVELS);
	f->node[f->n] = (struct node){.name = name, .level = level};
	return &f->node[f->n++];
}

static uint64_t
size_of_node(const struct node *node)
{
	return node->in > node->out ? node->in : node->out;
}

/* What stands above what, and how high each is. */
static unsigned
place_nodes(struct flow *f)
{
	unsigned y[LEVELS] = {0};
	unsigned most = 0;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t n = size_of_node(&f->node[i]);

		f->most = n > f->most ? n : f->most;
		f->levels = f->node[i].level > f->levels ? f->node[i].level
							 : f->levels;
	}
	for (size_t i = 0; i < f->n; i++) {
		struct node *node = &f->node[i];

		node->high = scaled(size_of_node(node), f->most, HIGH);
		node->y = TOP + y[node->level];
		y[node->level] += node->high + SPACE;
		most = y[node->level] > most ? y[node->level] : most;
	}
	return TOP + most;
}

static unsigned
x_of(const struct flow *f, unsigned level)
{
	return level * (WIDE - 130) / (f->levels == 0 ? 1 : f->levels);
}

static void
band(struct flow *f, const struct report_link *link, struct buf *to)
{
	struct node *from = node_of(f, link->from, link->level);
	struct node *dest = node_of(f, link->to, link->level + 1U);
	unsigned high = scaled(link->n, f->most, HIGH);
	unsigned x1 = x_of(f, from->level) + NODE;
	unsigned x2 = x_of(f, dest->level);
	unsigned y1 = from->y + from->used_out;
	unsigned y2 = dest->y + dest->used_in;
	unsigned mid = (x1 + x2) / 2;

	if (high == 0)
		return;
	from->used_out += high;
	dest->used_in += high;
	buf_printf(to,
		"<path d=\"M%u %uC%u %u %u %u %u %uV%uC%u %u %u %u %u %uZ\" "
		"fill=\"#8fb2de\" fill-opacity=\"0.6\"/>\n",
		x1, y1, mid, y1, mid, y2, x2, y2, y2 + high, mid, y2 + high,
		mid, y1 + high, x1, y1 + high);
}

static void
post(const struct flow *f, const struct node *node, struct buf *to)
{
	unsigned x = x_of(f, node->level);

	if (node->high > 0)
		buf_printf(to,
			"<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%u\" "
			"fill=\"#1a4480\"/>\n",
			x, node->y, (int)NODE, node->high);
	buf_printf(to, "<text x=\"%u\" y=\"%u\">", x, node->y - 6);
	report_html_text(span_text(node->name), to);
	if (node->hidden)
		buf_text(to, ": * kept back</text>\n");
	else
		buf_printf(to, ": %" PRIu64 "</text>\n", size_of_node(node));
}

/* A number that is kept back is as high as what is printed of its parts. */
static void
weigh(struct flow *f, const struct report_link *link)
{
	struct node *to = node_of(f, link->to,
		link->from == NULL ? link->level : link->level + 1U);

	to->in += link->hidden ? 0 : link->n;
	to->hidden = link->hidden;
	if (link->from != NULL)
		node_of(f, link->from, link->level)->out +=
			link->hidden ? 0 : link->n;
}

static void
flows(const struct report_chart *chart, size_t n, struct buf *to)
{
	struct flow f = {.n = 0};
	unsigned high;

	for (size_t i = 0; i < chart->n_links; i++)
		weigh(&f, &chart->link[i]);
	high = place_nodes(&f);
	begin(chart, n, high, to);
	for (size_t i = 0; i < chart->n_links; i++)
		if (!chart->link[i].hidden && chart->link[i].from != NULL)
			band(&f, &chart->link[i], to);
	for (size_t i = 0; i < f.n; i++)
		post(&f, &f.node[i], to);
	end(to);
}

void
report_chart_svg(const struct report_doc *doc, const struct report_chart *chart,
	size_t n, struct buf *to)
{
	if (chart->n_links > 0)
		flows(chart, n, to);
	else if (report_table_rows(&doc->table[chart->table]) >
		 doc->table[chart->table].n_totals)
		bars(doc, chart, n, to);
}
