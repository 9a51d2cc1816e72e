/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_shadow.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/report_suppress.h"

enum { CODE_BYTES = 64, LINES_MAX = 1 << 24, TEXT_MAX = 1 << 30 };

/* The columns of the one table that is a sum: lines are those below. */
enum column { LINES, LEFT, NOT_LEFT, NOT_KNOWN, COLUMNS };
static const int parent[COLUMNS] = {-1, LINES, LINES, LINES};

static const char *const outcome_word[] = {
#define OUTCOME(name, word, text) word,
#include "report/report_shadow.def"
};
static const char *const outcome_text[] = {
#define OUTCOME(name, word, text) text,
#include "report/report_shadow.def"
};
static const char *const then_text[THEN_N] = {
	[THEN_UNKNOWN] = "not known",
	[THEN_NOTHING] = "nothing left",
	[THEN_LEFT] = "address left",
	[THEN_ELSEWHERE] = "address left, to somebody else",
};

/* Lines of one outcome whose reasons hold this code. */
struct code {
	uint8_t outcome;
	char text[CODE_BYTES];
	uint64_t lines;
	uint64_t alone; /* of them, for this reason and no other */
	uint64_t left;
};

struct batch {
	uint64_t n;
	uint64_t lines[SHADOW_N_OUTCOMES];
	uint64_t left;     /* then */
	uint64_t unlawful; /* of them, what would not have left */
};

struct line {
	uint64_t batch;
	uint64_t line;
	uint8_t outcome;
	uint8_t then;
	uint32_t n_id;
	uint32_t n_codes;
	size_t at; /* of the id in `text`; its codes follow */
};

struct report_shadow {
	uint64_t threshold;
	bool list;
	uint64_t sum[SHADOW_N_OUTCOMES + 1][COLUMNS];
	uint64_t elsewhere;
	uint64_t unknown;
	uint64_t empty;
	struct code code[REPORT_SHADOW_CODES];
	size_t n_codes;
	struct batch batch[REPORT_SHADOW_BATCHES];
	size_t n_batches;
	struct line *line;
	size_t n_lines;
	size_t size_lines;
	struct buf text;
};

enum report_shadow_outcome
report_shadow_outcome(enum case_state state)
{
	switch (state) {
	case CASE_REFUSED:
	case CASE_RETURNED:
	case CASE_SUPERSEDED: /* refused, and a mended line took its place */
		return SHADOW_REFUSED;
	case CASE_REQUEST_REVIEW:
		return SHADOW_READ;
	case CASE_RECEIVED:
	case CASE_ACCEPTED:
		return SHADOW_WAITS;
	case CASE_WITHDRAWN:
	case CASE_LAPSED:
		return SHADOW_WITHDRAWN;
	case CASE_UNRESOLVED:
		return SHADOW_UNRESOLVED;
	case CASE_WITHHELD:
	case CASE_STOPPED:
		return SHADOW_WITHHELD;
	case CASE_REVIEW:
	case CASE_APPROVED_ONCE:
	case CASE_APPROVED:
	case CASE_SEALED:
	case CASE_DELIVERED:
	case CASE_RECALLED:
	case CASE_DESTROYED:
	case CASE_NO_STATE:
	case CASE_N_STATES:
		break;
	}
	return SHADOW_LAWFUL;
}

enum err
report_shadow_new(
	uint64_t threshold, bool lines, struct report_shadow **ret_shadow)
{
	struct report_shadow *s = mem_zeroed(sizeof(*s));

	must(!lines || threshold == 0);
	if (s == NULL)
		return err_origin(ERR_NOMEM);
	s->threshold = threshold;
	s->list = lines;
	buf_init(&s->text, TEXT_MAX);
	*ret_shadow = s;
	return ERR_OK;
}

struct report_shadow *
report_shadow_free(struct report_shadow *s)
{
	if (s == NULL)
		return NULL;
	buf_fini(&s->text);
	mem_free(s->line);
	mem_free(s);
	return NULL;
}

void
report_shadow_strays(struct report_shadow *s, uint64_t unknown, uint64_t empty)
{
	s->unknown += unknown;
	s->empty += empty;
}

/* ---- counting ---- */

static bool
left(enum report_then then)
{
	return then == THEN_LEFT || then == THEN_ELSEWHERE;
}

static enum err
count_code(struct report_shadow *s, enum report_shadow_outcome outcome,
	struct span text, bool alone, bool went)
{
	struct code *c = s->code;

	while (c < s->code + s->n_codes &&
		(c->outcome != outcome || !span_eq(span_text(c->text), text)))
		c++;
	if (c == s->code + s->n_codes) {
		if (s->n_codes == REPORT_SHADOW_CODES ||
			!span_copy(text, c->text, sizeof(c->text)))
			return ERR_TOO_LARGE;
		c->outcome = (uint8_t)outcome;
		s->n_codes++;
	}
	c->lines++;
	c->alone += alone;
	c->left += went;
	return ERR_OK;
}

static enum err
count_codes(struct report_shadow *s, const struct report_shadow_line *l,
	enum report_shadow_outcome outcome)
{
	struct span rest = l->codes;
	bool alone = memchr(rest.at, ' ', rest.n) == NULL;
	enum err e = ERR_OK;

	while (e == ERR_OK && rest.n > 0)
		e = count_code(
			s, outcome, span_cut(&rest, ' '), alone, left(l->then));
	return e;
}

static enum err
count_batch(struct report_shadow *s, const struct report_shadow_line *l,
	enum report_shadow_outcome outcome)
{
	struct batch *b = &s->batch[s->n_batches == 0 ? 0 : s->n_batches - 1];

	if (s->n_batches == 0 || b->n != l->batch) {
		if (s->n_batches == REPORT_SHADOW_BATCHES)
			return ERR_TOO_LARGE;
		b = &s->batch[s->n_batches++];
		b->n = l->batch;
	}
	b->lines[outcome]++;
	b->left += left(l->then);
	b->unlawful += left(l->then) && outcome != SHADOW_LAWFUL;
	return ERR_OK;
}

static enum err
keep_line(struct report_shadow *s, const struct report_shadow_line *l,
	enum report_shadow_outcome outcome)
{
	size_t size = s->size_lines == 0 ? 1024 : 2 * s->size_lines;
	struct line *grown;

	if (s->n_lines == s->size_lines) {
		if (size > LINES_MAX)
			return ERR_TOO_LARGE;
		grown = mem_resize(s->line, size, sizeof(*grown));
		if (grown == NULL)
			return err_origin(ERR_NOMEM);
		s->line = grown;
		s->size_lines = size;
	}
	s->line[s->n_lines++] = (struct line){.batch = l->batch,
		.line = l->line,
		.outcome = (uint8_t)outcome,
		.then = (uint8_t)l->then,
		.n_id = (uint32_t)l->request_id.n,
		.n_codes = (uint32_t)l->codes.n,
		.at = s->text.n};
	buf_bytes(&s->text, l->request_id);
	buf_bytes(&s->text, l->codes);
	return buf_error(&s->text);
}

enum err
report_shadow_add(struct report_shadow *s, const struct report_shadow_line *l)
{
	enum report_shadow_outcome outcome = report_shadow_outcome(l->state);
	enum column then = left(l->then)             ? LEFT
			   : l->then == THEN_NOTHING ? NOT_LEFT
						     : NOT_KNOWN;
	enum err e = count_codes(s, l, outcome);

	s->sum[outcome][LINES]++;
	s->sum[outcome][then]++;
	s->sum[SHADOW_N_OUTCOMES][LINES]++;
	s->sum[SHADOW_N_OUTCOMES][then]++;
	s->elsewhere += l->then == THEN_ELSEWHERE;
	if (e == ERR_OK)
		e = count_batch(s, l, outcome);
	return e == ERR_OK && s->list ? keep_line(s, l, outcome) : e;
}

/* ---- what is kept back ---- */

struct hidden {
	bool at[SHADOW_N_OUTCOMES + 1][COLUMNS];
	bool all;
};

/* A number from 1 to the threshold; and of those that were looked up also a
 * nought, which would tell of each of the others (report_transparency.c). */
static enum err
hide(const struct report_shadow *s, struct hidden *ret)
{
	bool sensitive[SHADOW_N_OUTCOMES + 1][COLUMNS];
	uint64_t looked[COLUMNS] = {0};
	const struct report_sums sums = {.n_rows = SHADOW_N_OUTCOMES,
		.n_columns = COLUMNS,
		.parent = parent,
		.value = s->sum[0],
		.sensitive = sensitive[0],
		.threshold = s->threshold};

	*ret = (struct hidden){.all = false};
	if (s->threshold == 0)
		return ERR_OK;
	for (int o = SHADOW_UNRESOLVED; o < SHADOW_N_OUTCOMES; o++)
		for (int c = 0; c < COLUMNS; c++)
			looked[c] += s->sum[o][c];
	for (int o = 0; o <= SHADOW_N_OUTCOMES; o++)
		for (int c = 0; c < COLUMNS; c++)
			sensitive[o][c] =
				s->sum[o][c] < s->threshold &&
				(s->sum[o][c] > 0 ||
					(looked[c] > 0 &&
						o >= SHADOW_UNRESOLVED &&
						o < SHADOW_N_OUTCOMES));
	return report_suppress(&sums, ret->at[0], &ret->all);
}

static void
put(struct report_doc *doc, uint64_t n, bool hidden)
{
	if (hidden)
		report_cell_hidden(doc);
	else
		report_cell_count(doc, n);
}

/* ---- the tables ---- */

#define N(list) (sizeof(list) / sizeof((list)[0]))

static const struct report_column of_outcomes[] = {
	{"outcome", "would be", REPORT_TEXT},
	{"meaning", "that is", REPORT_TEXT},
	{"lines", "lines", REPORT_COUNT},
	{"left", "address left then", REPORT_COUNT},
	{"not_left", "nothing left then", REPORT_COUNT},
	{"not_known", "not known then", REPORT_COUNT},
};

static void
put_outcomes(const struct report_shadow *s, const struct hidden *h,
	struct report_doc *doc)
{
	report_table_begin(doc, "outcomes",
		"What would become of the lines, and what left then",
		of_outcomes, N(of_outcomes));
	for (int o = 0; o <= SHADOW_N_OUTCOMES; o++) {
		bool all = o == SHADOW_N_OUTCOMES;

		report_cell_text(
			doc, all ? SPAN("all") : span_text(outcome_word[o]));
		report_cell_text_or_none(
			doc, all ? SPAN("") : span_text(outcome_text[o]));
		for (int c = 0; c < COLUMNS; c++)
			put(doc, s->sum[o][c], h->at[o][c]);
	}
	report_table_totals(doc, 1);
}

static void
put_flows(const struct report_shadow *s, const struct hidden *h,
	struct report_doc *doc)
{
	struct report_link link[SHADOW_N_OUTCOMES + 1] = {
		{.to = "address left then",
			.n = s->sum[SHADOW_N_OUTCOMES][LEFT],
			.hidden = h->at[SHADOW_N_OUTCOMES][LEFT]}};

	if (s->sum[SHADOW_N_OUTCOMES][LEFT] == 0)
		return;
	for (int o = 0; o < SHADOW_N_OUTCOMES; o++)
		link[o + 1] = (struct report_link){.from = "address left then",
			.to = outcome_word[o],
			.n = h->at[o][LEFT] ? 0 : s->sum[o][LEFT],
			.hidden = h->at[o][LEFT]};
	report_chart_of_flows(doc,
		"What left then, and what would become of it",
		"From left to right: the lines whose address left then; and "
		"what each of them would come to now, of which only those that "
		"are lawful could leave.",
		link, N(link));
}

static const struct report_column of_codes[] = {
	{"outcome", "would be", REPORT_TEXT},
	{"code", "for the reason", REPORT_TEXT},
	{"lines", "lines", REPORT_COUNT},
	{"alone", "no other reason", REPORT_COUNT},
	{"left", "address left then", REPORT_COUNT},
};

/* Small, or what is left of its outcome is; or that number is kept back. */
static bool
code_hidden(const struct report_shadow *s, const struct hidden *h,
	const struct code *c, uint64_t n, enum column column)
{
	uint64_t of = s->sum[c->outcome][column];

	if (s->threshold == 0)
		return false;
	return h->at[c->outcome][column] || n < s->threshold ||
	       (of > n && of - n < s->threshold);
}

static void
put_codes(const struct report_shadow *s, const struct hidden *h,
	struct report_doc *doc)
{
	report_table_begin(doc, "codes",
		"Why not: every reason of every line (a line may have several)",
		of_codes, N(of_codes));
	for (int o = 0; o < SHADOW_N_OUTCOMES; o++)
		for (size_t i = 0; i < s->n_codes; i++) {
			const struct code *c = &s->code[i];

			if (c->outcome != o)
				continue;
			report_cell_text(doc, span_text(outcome_word[o]));
			report_cell_text(doc, span_text(c->text));
			put(doc, c->lines,
				code_hidden(s, h, c, c->lines, LINES));
			put(doc, c->alone,
				code_hidden(s, h, c, c->alone, LINES));
			put(doc, c->left, code_hidden(s, h, c, c->left, LEFT));
		}
}

static const struct report_column of_batches[] = {
	{"batch", "batch", REPORT_COUNT},
#define OUTCOME(name, word, text) {word, word, REPORT_COUNT},
#include "report/report_shadow.def"
	{"left", "left then", REPORT_COUNT},
	{"unlawful", "of them, would not", REPORT_COUNT},
};

static void
put_batches(const struct report_shadow *s, struct report_doc *doc)
{
	report_table_begin(
		doc, "batches", "The same by batch", of_batches, N(of_batches));
	for (size_t i = 0; i < s->n_batches; i++) {
		const struct batch *b = &s->batch[i];

		report_cell_count(doc, b->n);
		for (int o = 0; o < SHADOW_N_OUTCOMES; o++)
			report_cell_count(doc, b->lines[o]);
		report_cell_count(doc, b->left);
		report_cell_count(doc, b->unlawful);
	}
}

static const struct report_column of_lines[] = {
	{"batch", "batch", REPORT_COUNT},
	{"line", "line", REPORT_COUNT},
	{"request", "request", REPORT_TEXT},
	{"then", "then", REPORT_TEXT},
	{"now", "would be", REPORT_TEXT},
	{"codes", "reasons", REPORT_TEXT},
};

static void
put_lines(const struct report_shadow *s, struct report_doc *doc)
{
	report_table_begin(doc, "lines", "Each line", of_lines, N(of_lines));
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct line *l = &s->line[i];
		const uint8_t *at = s->text.at + l->at;

		report_cell_count(doc, l->batch);
		report_cell_count(doc, l->line);
		report_cell_text_or_none(doc, span_of(at, l->n_id));
		report_cell_text(doc, span_text(then_text[l->then]));
		report_cell_text(doc, span_text(outcome_word[l->outcome]));
		report_cell_text_or_none(
			doc, span_of(at + l->n_id, l->n_codes));
	}
}

/* ---- the whole ---- */

static void
put_facts(const struct report_shadow *s, struct report_doc *doc)
{
	const uint64_t *all = s->sum[SHADOW_N_OUTCOMES];
	const uint64_t *lawful = s->sum[SHADOW_LAWFUL];

	report_doc_fact_count(doc, "batches", "Batches tried", s->n_batches);
	report_doc_fact_count(doc, "lines", "Lines tried", all[LINES]);
	report_doc_fact_count(
		doc, "left", "Addresses that left then", all[LEFT]);
	report_doc_fact_count(doc, "unlawful",
		"Of them, that would not have left", all[LEFT] - lawful[LEFT]);
	report_doc_fact_count(doc, "elsewhere",
		"Of them, that went to somebody else than the officer named",
		s->elsewhere);
	report_doc_fact_count(doc, "denied",
		"Lines that got nothing then and are lawful", lawful[NOT_LEFT]);
	report_doc_fact_count(doc, "unknown",
		"Rows sent then that are of no line", s->unknown);
	report_doc_fact_count(
		doc, "empty", "Rows sent then without an address", s->empty);
}

static void
put_notes(const struct report_shadow *s, struct report_doc *doc)
{
	OWNED_BUF(text, 1024);

	report_doc_note(doc,
		SPAN("This is a shadow: what was tried is old, nothing left, and "
		     "nothing here is an account of a disclosure.  Each line "
		     "went the way that a request goes, by the law in this "
		     "instance, on the day that was played."));
	report_doc_note(doc,
		SPAN("Taken as given: that the batch was certified by who may, "
		     "that the recipient's safeguards were in order, and that "
		     "each officer named was on the register.  Lawful means "
		     "that two people would be asked."));
	if (s->threshold == 0)
		return;
	buf_printf(&text,
		"A number from 1 to %" PRIu64 " is kept back and printed as *, "
		"and so is a nought where people were looked up; with it as "
		"many others as are needed that it cannot be had by "
		"subtracting.  Of a reason nothing is printed that is small, or "
		"leaves little of its outcome.",
		s->threshold - 1);
	report_doc_note(doc, buf_span(&text));
}

enum err
report_shadow_doc(const struct report_shadow *s,
	const struct report_about *about, struct report_doc *doc)
{
	struct hidden h;
	enum err e = hide(s, &h);

	if (e != ERR_OK)
		return e;
	report_doc_head(doc, "shadow",
		"What would have left of old batches, and what did",
		"26 USC 6103(i)(2), tried on what was sent before");
	report_about_facts(about, doc);
	if (s->threshold == 0)
		put_facts(s, doc);
	else
		report_doc_fact_count(doc, "threshold",
			"Smallest number printed", s->threshold);
	put_outcomes(s, &h, doc);
	put_flows(s, &h, doc);
	put_codes(s, &h, doc);
	if (s->threshold == 0)
		put_batches(s, doc);
	if (s->list)
		put_lines(s, doc);
	put_notes(s, doc);
	return report_doc_error(doc);
}
