/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch comes in.  The worker forks: its child does what `batch submit` does,
 * to the end, and tells through a pipe how far it is; the worker answers
 *
 *	201  once the reply is signed, of a file up to ANSWER_AT_ONCE
 *	202  once the batch has its number, of a longer one
 *	4xx  where the whole batch was refused before that
 *
 * and never waits for anybody to be looked up.  What a crash leaves over goes
 * on when the same batch is sent again.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/api_int.h"
#include "api/api_once.h"
#include "base/code.h"
#include "os/file.h"
#include "proc/proc_submit.h"

enum { ANSWER_AT_ONCE = 8 << 20, PART_MAX = 1 << 16, CODE_AT = 64 };

/* What the child says, in one write each: smaller than a pipe's atom. */
struct told {
	uint32_t batch;
	uint32_t stage; /* 0: it is over; `e` says how */
	int32_t e;
	bool again;
	char code[LAW_CODE_MAX];
	struct why why;
};

struct bringing {
	int pipe;
};

static void
tell(const struct bringing *b, const struct told *told)
{
	/* Who asked may be gone: the batch goes on. */
	(void)!write(b->pipe, told, sizeof(*told));
}

static void
reached(void *context, uint32_t batch, enum store_stage stage)
{
	tell(context, &(struct told){.batch = batch, .stage = stage});
}

/* The child; never returns. */
static _Noreturn void
bring(const struct desk *desk, const struct proc_submit_given *given, int pipe)
{
	static struct proc_submit_result result;
	struct bringing b = {pipe};
	struct proc_submit_options o = {
		.path = desk->path,
		.requests = "requests",
		.manifest = "manifest",
		.today = DAY_NONE,
		.given = given,
		.reached = reached,
		.context = &b,
	};
	struct told told = {.stage = 0};
	enum err e = proc_submit(&o, &result);

	told.batch = result.batch;
	told.e = e;
	told.again = result.again;
	memcpy(told.code, result.code, sizeof(told.code));
	told.why = result.why;
	tell(&b, &told);
	buf_fini(&result.told);
	_exit(0);
}

/* Reads what is told until the answer is known. */
static enum err
wait_for(int pipe, enum store_stage enough, struct told *ret_told)
{
	struct told told = {.stage = 0};
	bool first = true;
	size_t n = 0;

	do {
		enum err e =
			os_read_exact(pipe, (uint8_t *)&told, sizeof(told), &n);

		if (e != ERR_OK || n < sizeof(told))
			return err_origin(ERR_PEER);
		/* A batch that is answered when it gets its number was. */
		told.again |= first && told.stage >= STAGE_ANSWERED;
		first = false;
	} while (told.stage != 0 && told.stage < (uint32_t)enough);
	*ret_told = told;
	return ERR_OK;
}

static enum err
start(struct desk *desk, const struct proc_submit_given *given,
	enum store_stage enough, struct told *ret_told)
{
	int ends[2];
	pid_t child;
	enum err e;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_origin(ERR_IO);
	child = fork();
	if (child == 0) {
		os_close(&ends[0]);
		bring(desk, given, ends[1]);
	}
	os_close(&ends[1]);
	e = child < 0 ? err_origin(ERR_IO)
		      : wait_for(ends[0], enough, ret_told);
	os_close(&ends[0]);
	return e;
}

/* ---- what came ---- */

/* A part of the form, or base64 in a header. */
static enum err
read_part(struct desk *desk, const struct ask *ask, const char *part,
	const char *header, struct buf *to)
{
	struct span text = ask_get(ask, ASK_FORM, part);
	uint8_t *space;
	size_t n = 0;

	if (text.n == 0)
		text = ask_get(ask, ASK_HEADER, header);
	else
		buf_bytes(to, text);
	if (text.n == 0)
		return instance_says(&desk->in, ERR_MALFORMED,
			"%s is not given: a part of the form of that name, or "
			"the header %s in base64",
			part, header);
	if (to->n > 0)
		return buf_error(to);
	space = buf_space(to, PART_MAX);
	if (space == NULL)
		return buf_error(to);
	if (!code_base64_parse(text, space, PART_MAX, &n))
		return instance_says(&desk->in, ERR_MALFORMED,
			"the header %s is no base64", header);
	to->n = n;
	return ERR_OK;
}

static bool
is_csv(const struct ask *ask)
{
	struct span form = ask_get(ask, ASK_FORM, "format");
	struct span type = ask_get(ask, ASK_HEADER, "content-type");

	if (form.n == 0)
		form = ask_get(ask, ASK_QUERY, "format");
	return span_eq(form, SPAN("csv")) ||
	       span_starts(type, SPAN("text/csv"));
}

/* ---- the answer ---- */

static enum err
say_refused(struct desk *desk, const struct told *told)
{
	if (told->code[0] != '\0')
		return instance_says(&desk->in, (enum err)told->e, "%s: %s",
			told->code, told->why.text);
	desk->in.why = told->why;
	return (enum err)told->e;
}

static void
say_taken(const struct told *told, bool done, struct answer *answer)
{
	struct buf *to = &answer->body;

	answer->status = !done ? 202 : told->again ? 200 : 201;
	(void)snprintf(answer->location, sizeof(answer->location),
		"/api/v1/batches/%" PRIu32, told->batch);
	buf_text(to, "{");
	api_count(to, "batch", told->batch);
	api_word(to, "state", done ? "answered" : "judging");
	api_word(to, "location", answer->location);
	buf_text(to, "}\n");
}

static enum err
submit(struct desk *desk, const struct proc_submit_given *given,
	struct answer *answer)
{
	struct told told = {.stage = 0};
	struct stat st;
	bool whole;
	enum err e;

	if (fstat(given->requests, &st) != 0)
		return err_origin(ERR_IO);
	whole = st.st_size <= ANSWER_AT_ONCE;
	e = start(desk, given, whole ? STAGE_ANSWERED : STAGE_RECEIVED, &told);
	if (e != ERR_OK)
		return e;
	if (told.stage == 0 && told.e != ERR_OK)
		return say_refused(desk, &told);
	say_taken(
		&told, told.stage == 0 || told.stage >= STAGE_ANSWERED, answer);
	return buf_error(&answer->body);
}

enum err
api_submit(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	OWNED_BUF(manifest, PART_MAX);
	OWNED_BUF(signature, PART_MAX);
	struct proc_submit_given given = {.requests = ask->file,
		.csv = is_csv(ask),
		.asker = &desk->asker};
	struct api_once once = API_ONCE_NONE;
	enum err e = ask->file < 0 ? instance_says(&desk->in, ERR_MALFORMED,
					     "the file of requests is not "
					     "given: a part `requests`, or the "
					     "body")
				   : ERR_OK;

	if (e == ERR_OK)
		e = read_part(
			desk, ask, "manifest", "weir-manifest", &manifest);
	if (e == ERR_OK)
		e = read_part(desk, ask, "signature", "weir-manifest-signature",
			&signature);
	if (e != ERR_OK)
		return e;
	given.manifest = buf_span(&manifest);
	given.signature = buf_span(&signature);
	e = api_once_begin(desk, ask,
		(const struct span[]){given.manifest, given.signature}, 2,
		answer, &once);
	if (e == ERR_OK && !once.again)
		e = submit(desk, &given, answer);
	return api_once_end(&once, e, answer);
}
