/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's public files, as they lie in its folder, for weir-verify and for
 * the pages that verify in the browser: checkpoint, ledger.vkey, keys, map/SIZE,
 * tile/LEVEL/...; and the verifier as one file, where the office keeps it.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "console/verify.h"
#include "ledger/note.h"
#include "os/file.h"

enum { PATH_BYTES = 192, PART_BYTES = 24, PARTS = 5 };

static enum err
send_file(struct desk *desk, struct answer *answer, const char *path,
	enum answer_type type)
{
	int fd = openat(desk->in.dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"the ledger has no such file");
	answer->file = fd;
	answer->type = type;
	return ERR_OK;
}

enum err
console_checkpoint(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)ask;
	return send_file(desk, answer, "ledger/checkpoint", ANSWER_TEXT_PLAIN);
}

enum err
console_ledger_key(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)ask;
	return send_file(desk, answer, "ledger/ledger.vkey", ANSWER_TEXT_PLAIN);
}

/* Where the key was changed: all that there were, and what led to each. */
enum err
console_ledger_keys(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)ask;
	return send_file(desk, answer, "ledger/keys", ANSWER_TEXT_PLAIN);
}

/* The root over all tags of so many entries, and where it is entered. */
enum err
console_ledger_map(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char path[PATH_BYTES];
	uint64_t n = 0;

	if (!ask_number(ask, ASK_PATH, "size", LEDGER_SIZE_MAX, &n))
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"the ledger has no such file");
	(void)snprintf(path, sizeof(path), "ledger/map/%" PRIu64, n);
	return send_file(desk, answer, path, ANSWER_TEXT_PLAIN);
}

/* Digits, an x before three of them, or `entries`; `.p` behind.  So no part
 * leads anywhere else. */
static bool
is_part(const char *part)
{
	const char *at = part + (*part == 'x');

	if (strcmp(part, "entries") == 0)
		return true;
	if (*at < '0' || *at > '9')
		return false;
	while (*at >= '0' && *at <= '9')
		at++;
	return *at == '\0' || strcmp(at, ".p") == 0;
}

enum err
console_tile(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const char *const name[PARTS] = {"level", "a", "b", "c", "d"};
	char path[PATH_BYTES] = "ledger/tile";
	size_t n = strlen(path);

	for (size_t i = 0; i < PARTS; i++) {
		char part[PART_BYTES];

		if (ask_get(ask, ASK_PATH, name[i]).n == 0)
			break;
		if (!ask_text(ask, ASK_PATH, name[i], part, sizeof(part)) ||
			!is_part(part))
			return instance_says(&desk->in, ERR_NOT_FOUND,
				"the ledger has no such file");
		n += (size_t)snprintf(path + n, sizeof(path) - n, "/%s", part);
	}
	return send_file(desk, answer, path, ANSWER_BYTES);
}

/* ---- verifying in the browser ---- */

enum err
console_verifier(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	enum err e = send_file(
		desk, answer, "service/weir-verify.html", ANSWER_BYTES);

	(void)ask;
	(void)snprintf(
		answer->filename, sizeof(answer->filename), "weir-verify.html");
	return e == ERR_OK ? e
			   : instance_says(&desk->in, e,
				     "this office keeps no weir-verify.html: "
				     "put the one that make page builds into "
				     "its folder service");
}

enum err
console_ledger_check(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool reader = proc_permitted(&desk->in, PERMIT_ACCOUNTS);
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Verify the ledger",
			.lead = "A program of its own computes every hash again "
				"and follows them to the signed root. What you "
				"choose here is sent nowhere.",
			.here = reader ? "/ledger/entries" : NULL,
			.crumb = {
				reader ? (struct page_crumb){"/ledger/entries",
						 "The ledger"}
				       : (struct page_crumb){"/", "Start"}}});

	(void)ask;
	verify_put(&p, VERIFY_LEDGER, NULL);
	page_h2(&p, "Whom this page does not bind");
	buf_text(p.to,
		"<p>Who serves you a ledger and the page that checks it could "
		"serve a page that believes anything. Better than this one is a "
		"verifier that you have from elsewhere, on your own disk, with "
		"a copy of the ledger.</p>\n");
	if (os_exists(desk->in.dir, "service/weir-verify.html"))
		show_button(&p, "/ledger/weir-verify.html",
			"Save the verifier as one file");
	return page_end(&p);
}
