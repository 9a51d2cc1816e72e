/* SPDX-License-Identifier: Apache-2.0 */
/* The public ledger: the files as they are, and the proof of one entry. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "api/api_int.h"
#include "os/file.h"
#include "proc/proc_ledger.h"

static enum err
send_file(struct desk *desk, const char *name, enum answer_type type,
	struct answer *answer)
{
	char path[INSTANCE_FILE_MAX];
	OWNED_FD file = -1;
	struct stat st;

	(void)snprintf(path, sizeof(path), "ledger/%s", name);
	file = openat(desk->in.dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0 || fstat(file, &st) != 0 || !S_ISREG(st.st_mode))
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"the ledger has no such file");
	answer->type = type;
	answer->file = file;
	file = -1;
	return ERR_OK;
}

enum err
api_ledger_checkpoint(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)ask;
	return send_file(desk, "checkpoint", ANSWER_TEXT_PLAIN, answer);
}

enum err
api_ledger_vkey(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)ask;
	return send_file(desk, "ledger.vkey", ANSWER_TEXT_PLAIN, answer);
}

/* "0", "x001", "067", "067.p", "entries": nothing that leads elsewhere. */
static bool
is_step(struct span s)
{
	if (s.n == 0 || s.n > 16 || s.at[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.at[i] >= '0' && s.at[i] <= '9') &&
			!(s.at[i] >= 'a' && s.at[i] <= 'z') && s.at[i] != '.')
			return false;
	return true;
}

enum err
api_ledger_tile(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	OWNED_BUF(path, 128);

	buf_text(&path, "tile");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span step = ask_get(ask, ASK_PATH, names[i]);

		if (step.n == 0)
			break;
		if (!is_step(step))
			return instance_says(&desk->in, ERR_NOT_FOUND,
				"the ledger has no such tile");
		buf_text(&path, "/");
		buf_bytes(&path, step);
	}
	buf_u8(&path, 0);
	if (buf_error(&path) != ERR_OK)
		return buf_error(&path);
	return send_file(desk, (const char *)path.at, ANSWER_BYTES, answer);
}

enum err
api_ledger_proof(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_ledger ledger = PROC_LEDGER_NONE;
	OWNED_BUF(entry, LEDGER_ENTRY);
	uint64_t n = 0;
	enum err e =
		ask_number(ask, ASK_PATH, "entry", UINT64_MAX, &n)
			? proc_ledger_in(desk->in.path, &ledger, &desk->in.why)
			: instance_says(&desk->in, ERR_NOT_FOUND,
				  "there is no such entry");

	if (e == ERR_OK)
		e = proc_ledger_head(&ledger, &desk->in.why);
	if (e == ERR_OK)
		e = proc_ledger_prove(
			&ledger, n, &entry, &answer->body, &desk->in.why);
	proc_ledger_close(&ledger);
	answer->type = ANSWER_TEXT_PLAIN;
	return e;
}
