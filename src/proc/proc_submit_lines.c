/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second pass over a batch: every line is judged with the facts of all.
 *
 * Lines come in rounds, each one transaction.  Threads make the rows, entries
 * and replies of a round, each of its own lines; then all is written, by one.
 * The entries of a round stand in a drawn order (ledger/order.h), so that no
 * place in the ledger says whose line it is.
 */
#include <stdio.h>

#include "base/mem.h"
#include "proc/proc_share.h"
#include "proc/proc_submit_int.h"

enum {
	ROUND_LINES = 4000, /* rows and entries of one transaction */
	ROUND_BYTES = 1 << 24,
	PIECES_MOST = ROUND_LINES, /* of at least a line each */
	LINES_MOST = ROUND_LINES + FRONT_CHUNK,
	ENCODED_MAX = 1 << 17,
};

struct piece {
	size_t at; /* in bytes */
	size_t n;
};

struct round {
	struct judge *j;
	struct buf bytes; /* of the spool, piece by piece */
	struct piece *piece;
	size_t n_pieces;
	struct submit_line *line;
	uint64_t first_line; /* of the file, whose place in `line` is 0 */
	size_t n;            /* lines, those before `begin` made already */
	size_t begin;
	uint32_t *order; /* the k-th entry is that of line begin + order[k] */
};

/* ---- one line ---- */

/* As its evidence says; the first fault is told. */
static void
add_fault(struct request *request, const char *member, const char *says)
{
	if (!request->unreadable)
		request->malformed = true;
	if (request->says[0] != '\0')
		return;
	(void)snprintf(request->member, sizeof(request->member), "%s", member);
	(void)snprintf(request->says, sizeof(request->says), "%s", says);
}

static void
add_faults(
	const struct judge *j, const struct fact *fact, struct request *request)
{
	if (fact->same_id)
		add_fault(request, "weir:requestID",
			j->alone ? "an earlier request of this day's book has "
				   "the same id"
				 : "an earlier line of this file has the same "
				   "id");
	if (fact->bad_link)
		add_fault(request, "weir:supersedes",
			"no request of this agreement with that id was "
			"received before");
}

static void
make_row(const struct judge *j, const struct front_line *line,
	const struct evidence *ev, struct store_request *row)
{
	const struct fact *fact = &j->fact[line->line - 1];
	struct case_request c = case_received();
	bool met[LAW_RULES_MAX];

	*row = (struct store_request){
		.batch = j->s->batch.n,
		.line = j->from + line->line,
		.answer = (uint8_t)law_decide(j->law, ev, EV_REQUEST, met),
		.state = c.state,
		.answered = c.answered,
		.unmet = proc_batch_unmet(met, law_n_rules(j->law)),
		.person_key = fact->person,
		.duplicate_key = fact->duplicate,
		.reason_key = fact->reason,
		.matched = STORE_NO_ENTRY,
		.sealed = STORE_NO_ENTRY,
		.delivered = STORE_NO_ENTRY,
		.authority = (uint8_t)ev->value[EV_AUTHORITY],
	};
	proc_batch_move(row,
		case_event_of((enum law_answer)row->answer, EV_REQUEST),
		&proc_by_judge);
	if (!span_copy(line->request.field[RQ_ID], row->id, sizeof(row->id)) ||
		!span_copy(line->request.field[RQ_OFFICER_ID], row->officer,
			sizeof(row->officer)))
		must(line->request.unreadable || line->request.malformed);
}

static enum err
make_entry(const struct judge *j, const struct front_line *line,
	const struct evidence *ev, struct submit_line *to)
{
	OWNED_BUF(encoded, ENCODED_MAX);
	struct batch_judged judged = {.manifest = j->manifest,
		.private = j->private,
		.law = j->law,
		.law_hash = j->s->batch.law,
		.registers = j->s->registers,
		.evidence = ev};
	enum err e;

	request_encode(&line->request, &encoded);
	if (buf_error(&encoded) != ERR_OK)
		return buf_error(&encoded);
	judged.encoded = buf_span(&encoded);
	e = proc_batch_make(j->s->in, &judged, &to->row, &to->entry);
	if (e == ERR_OK && to->row.state == CASE_ACCEPTED && !j->alone)
		proc_kept_encode(&to->row, ev, judged.encoded, &to->kept);
	return e == ERR_OK ? buf_error(&to->kept) : e;
}

static void
note_faults(
	const struct judge *j, struct front_line *line, struct submit_line *to)
{
	add_faults(j, &j->fact[line->line - 1], &line->request);
	buf_clear(&to->member);
	buf_clear(&to->says);
	buf_clear(&to->reply);
	buf_clear(&to->kept);
	buf_text(&to->member, line->request.member);
	buf_text(&to->says, line->request.says);
}

enum err
submit_line_make(
	const struct judge *j, struct front_line *line, struct submit_line *to)
{
	struct evidence ev;
	enum err e;

	note_faults(j, line, to);
	submit_evidence(j, line, &j->fact[line->line - 1], &ev);
	make_row(j, line, &ev, &to->row);
	e = make_entry(j, line, &ev, to);
	if (e == ERR_OK && j->reply.in != NULL)
		e = reply_make(
			&j->reply, &to->row, &line->request, &ev, &to->reply);
	return e == ERR_OK ? buf_error(&to->says) : e;
}

static enum err
make_line(const struct round *round, struct front_line *line)
{
	size_t place = (size_t)(line->line - round->first_line);
	struct submit_line *to = &round->line[place];

	if (place >= round->begin)
		return submit_line_make(round->j, line, to);
	note_faults(round->j, line, to); /* before the crash */
	return buf_error(&to->says);
}

static enum err
make_pieces(void *context, size_t from, size_t to)
{
	const struct round *round = context;
	enum err e = ERR_OK;

	for (size_t i = from; e == ERR_OK && i < to; i++) {
		struct span rest = span_of(round->bytes.at + round->piece[i].at,
			round->piece[i].n);

		while (e == ERR_OK && rest.n > 0) {
			struct front_line line;

			e = front_line_read(&rest, &line);
			if (e == ERR_OK)
				e = make_line(round, &line);
		}
	}
	return e;
}

/* ---- one round ---- */

/* Pieces up to a round's lines or bytes; none: the end.  How many lines there
 * are is told by the number of the first of each piece. */
static enum err
read_round(struct round *round)
{
	struct judge *j = round->j;
	struct span piece;
	enum err e = ERR_OK;

	buf_clear(&round->bytes);
	round->n_pieces = 0;
	round->first_line += round->n;
	round->n = 0;
	while (round->n < ROUND_LINES && round->bytes.n < ROUND_BYTES &&
		(e = proc_spool_next(&j->spool, &piece)) == ERR_OK) {
		uint64_t left = j->n - (round->first_line + round->n - 1);

		round->piece[round->n_pieces++] =
			(struct piece){round->bytes.n, piece.n};
		buf_bytes(&round->bytes, piece);
		if (buf_error(&round->bytes) != ERR_OK)
			return buf_error(&round->bytes);
		round->n += left < FRONT_CHUNK ? (size_t)left : FRONT_CHUNK;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Every line gets the place of its entry. */
static enum err
place_entries(struct round *round)
{
	size_t n = round->n - round->begin;
	uint64_t first = 0;
	enum err e =
		account_reserve_drawn(round->j->s->in, n, round->order, &first);

	for (size_t k = 0; e == ERR_OK && k < n; k++)
		round->line[round->begin + round->order[k]].entry.index =
			first + k;
	return e;
}

static void
note_fault(struct proc_submit_result *result, uint64_t line,
	const struct submit_line *made)
{
	struct span member = buf_span(&made->member);
	struct span says = buf_span(&made->says);

	if (member.n == 0 && says.n == 0)
		return;
	if (result->n_faults < SUBMIT_FAULTS) {
		size_t i = result->n_faults;

		result->fault[i].line = line;
		must(span_copy(member, result->fault[i].member,
			sizeof(result->fault[i].member)));
		must(span_copy(says, result->fault[i].says,
			sizeof(result->fault[i].says)));
	}
	result->n_faults++;
}

/* Entries in the ledger's order, all else in the file's. */
static enum err
write_round(struct round *round)
{
	struct judge *j = round->j;
	struct instance *in = j->s->in;
	enum err e = ERR_OK;

	for (size_t k = 0; e == ERR_OK && k < round->n - round->begin; k++)
		e = account_put(
			in, &round->line[round->begin + round->order[k]].entry);
	for (size_t i = round->begin; e == ERR_OK && i < round->n; i++) {
		const struct submit_line *made = &round->line[i];

		e = store_request_add(in->store, &made->row);
		if (e == ERR_OK && made->kept.n > 0)
			e = proc_kept_add(&j->s->kept, buf_span(&made->kept));
		if (e == ERR_OK && j->reply.fd >= 0)
			e = reply_add(&j->reply, buf_span(&made->reply));
	}
	return e;
}

static enum err
judge_round(struct round *round)
{
	struct submit *s = round->j->s;
	uint64_t done = s->result->lines;
	enum err e = account_begin(s->in);

	if (e != ERR_OK)
		return e;
	round->begin = done < round->first_line
			       ? 0
			       : (size_t)(done - round->first_line + 1);
	if (round->begin > round->n)
		round->begin = round->n;
	e = place_entries(round);
	if (e == ERR_OK)
		e = proc_share(round->n_pieces, make_pieces, round);
	for (size_t i = 0; e == ERR_OK && i < round->n; i++)
		note_fault(s->result, round->first_line + i, &round->line[i]);
	if (e == ERR_OK)
		e = write_round(round);
	if (e == ERR_OK)
		return account_commit(s->in);
	account_abandon(s->in);
	return e;
}

/* ---- all ---- */

void
submit_line_init(struct submit_line *line)
{
	buf_init(&line->entry.sealed, ACCOUNT_SEALED_MAX);
	buf_init(&line->reply, REPLY_LINE_MAX);
	buf_init(&line->kept, 2 * ENCODED_MAX);
	buf_init(&line->member, sizeof(((struct request *)0)->member));
	buf_init(&line->says, sizeof(((struct request *)0)->says));
}

void
submit_line_fini(struct submit_line *line)
{
	buf_fini(&line->entry.sealed);
	buf_fini(&line->reply);
	buf_fini(&line->kept);
	buf_fini(&line->member);
	buf_fini(&line->says);
}

static enum err
open_round(struct round *round)
{
	buf_init(&round->bytes, ROUND_BYTES + PROC_SPOOL_PIECE);
	round->piece = mem_zeroed(PIECES_MOST * sizeof(*round->piece));
	round->order = mem_zeroed(LINES_MOST * sizeof(*round->order));
	round->line = mem_zeroed(LINES_MOST * sizeof(*round->line));
	if (round->piece == NULL || round->order == NULL || round->line == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < LINES_MOST; i++)
		submit_line_init(&round->line[i]);
	return ERR_OK;
}

static void
close_round(struct round *round)
{
	for (size_t i = 0; round->line != NULL && i < LINES_MOST; i++)
		submit_line_fini(&round->line[i]);
	mem_free(round->line);
	mem_free(round->order);
	mem_free(round->piece);
	buf_fini(&round->bytes);
}

enum err
submit_lines(struct judge *j)
{
	struct round round = {.j = j, .first_line = 1};
	enum err e = open_round(&round);

	if (e == ERR_OK)
		e = proc_spool_rewind(&j->spool);
	while (e == ERR_OK) {
		e = read_round(&round);
		if (e != ERR_OK || round.n == 0)
			break;
		e = judge_round(&round);
		submit_progress(j->s, "judging", round.first_line + round.n - 1,
			j->s->batch.n_lines);
	}
	close_round(&round);
	return e;
}
