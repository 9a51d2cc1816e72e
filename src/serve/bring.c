/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/bring.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "os/file.h"

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
	if (buf_error(to) == ERR_TOO_LARGE)
		return instance_says(&desk->in, ERR_TOO_LARGE,
			"%s: at most %d bytes", part, BRING_PART_MAX);
	if (to->n > 0)
		return buf_error(to);
	space = buf_space(to, BRING_PART_MAX);
	if (space == NULL)
		return buf_error(to);
	if (!code_base64_parse(text, space, BRING_PART_MAX, &n))
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

enum err
bring_read(struct desk *desk, const struct ask *ask, struct bring_sent *sent)
{
	enum err e = ERR_OK;

	buf_init(&sent->manifest, BRING_PART_MAX);
	buf_init(&sent->signature, BRING_PART_MAX);
	sent->given = (struct proc_submit_given){.requests = ask->file,
		.csv = is_csv(ask),
		.asker = &desk->asker};
	if (ask->file < 0)
		e = instance_says(&desk->in, ERR_MALFORMED,
			"the file of requests is not given: a part `requests`, "
			"or the body");
	if (e == ERR_OK)
		e = read_part(desk, ask, "manifest", "weir-manifest",
			&sent->manifest);
	if (e == ERR_OK)
		e = read_part(desk, ask, "signature", "weir-manifest-signature",
			&sent->signature);
	sent->given.manifest = buf_span(&sent->manifest);
	sent->given.signature = buf_span(&sent->signature);
	return e;
}

void
bring_fini(struct bring_sent *sent)
{
	buf_fini(&sent->manifest);
	buf_fini(&sent->signature);
}

/* ---- the whole ---- */

static enum err
say_refused(struct desk *desk, const struct told *told)
{
	if (told->code[0] != '\0')
		return instance_says(&desk->in, (enum err)told->e, "%s: %s",
			told->code, told->why.text);
	desk->in.why = told->why;
	return (enum err)told->e;
}

enum err
bring_batch(struct desk *desk, const struct proc_submit_given *given,
	struct bring_taken *ret_taken)
{
	struct told told = {.stage = 0};
	struct stat st;
	bool whole;
	enum err e;

	if (fstat(given->requests, &st) != 0)
		return err_origin(ERR_IO);
	whole = st.st_size <= BRING_AT_ONCE;
	e = start(desk, given, whole ? STAGE_ANSWERED : STAGE_RECEIVED, &told);
	if (e != ERR_OK)
		return e;
	if (told.stage == 0 && told.e != ERR_OK)
		return say_refused(desk, &told);
	*ret_taken = (struct bring_taken){.batch = told.batch,
		.done = told.stage == 0 || told.stage >= STAGE_ANSWERED,
		.again = told.again};
	return ERR_OK;
}
