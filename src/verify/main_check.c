/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/main.h"

static void
put_text(const struct main_asked *a, const struct verify_result *r)
{
	OWNED_BUF(root, 64);
	char day[2][DAY_TEXT] = {"", ""};

	code_base64(&root, span_of(r->cp.root.at, LEDGER_HASH));
	printf("origin   %s\nsize     %" PRIu64 "\nroot     %.*s\n",
		r->cp.origin, r->cp.size, (int)root.n, (const char *)root.at);
	if (r->first_day != DAY_NONE) {
		day_text(r->first_day, day[0]);
		day_text(r->last_day, day[1]);
		printf("days     %s to %s\n", day[0], day[1]);
	}
	printf("files    %" PRIu64 ", each to its last byte\n", r->files);
	for (size_t i = 0; i < a->public.n_old; i++)
		printf("old      %" PRIu64 " entries, unchanged: %s\n",
			r->old_size[i], a->public.old[i].name);
	for (size_t i = 0; i < a->public.n_witnesses; i++)
		printf("witness  %s\n", a->public.witness[i].name);
	if (r->told.batches > 0)
		printf("told     %" PRIu64 " batches of %" PRIu64
		       " requests; of the replies given: %" PRIu64
		       " refused, %" PRIu64 " accepted, %" PRIu64
		       " withdrawn\n",
			r->told.batches, r->told.requests, r->told.refused,
			r->told.accepted, r->told.withdrawn);
	printf("ok\n");
}

static void
put_json(const struct main_asked *a, enum err e, const struct verify_result *r,
	const struct verify_fault *fault)
{
	OWNED_BUF(b, 1 << 20);

	verify_answer(e, &a->public, r, fault, &b);
	if (buf_error(&b) == ERR_OK)
		(void)fwrite(b.at, 1, b.n, stdout);
}

static enum main_exit
answer(const struct main_asked *a, enum err e, const struct verify_result *r,
	const struct verify_fault *fault)
{
	if (err_is_failure(e)) {
		main_error("%s: no answer: %s", a->dir, err_text(e));
		return MAIN_FAILURE;
	}
	if (a->json)
		put_json(a, e, r, fault);
	else if (e == ERR_OK)
		put_text(a, r);
	if (e == ERR_OK)
		return MAIN_DONE;
	main_error("%s: at byte %" PRIu64 ": %s", fault->file, fault->offset,
		fault->text);
	return MAIN_NO;
}

enum main_exit
main_check(const struct main_asked *asked)
{
	struct verify_dir dir = VERIFY_DIR_NONE;
	struct verify_result result;
	struct verify_fault fault = {.offset = 0};
	struct verify_source source;
	enum main_exit status;
	enum err e = verify_dir_open(asked->dir, &dir);

	if (e != ERR_OK) {
		main_error("%s: %s", asked->dir, err_text(e));
		return MAIN_FAILURE;
	}
	source = verify_dir_source(&dir);
	e = verify_public(&source, &asked->public, &result, &fault);
	status = answer(asked, e, &result, &fault);
	verify_dir_close(&dir);
	return status;
}
