/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's public files, as they lie in its folder, for weir-verify and for
 * its page in the browser: checkpoint, ledger.vkey, tile/LEVEL/..., and that
 * page itself where the office keeps it.
 */
#include <fcntl.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
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

static void
put_key(struct page *p)
{
	OWNED_BUF(key, 4096);

	if (os_read(p->desk->in.dir, "ledger/ledger.vkey", &key) != ERR_OK)
		return;
	page_list(p);
	page_item(p, "The ledger's address here", "/ledger/");
	page_item_begin(p, "Its key, as this office shows it");
	buf_text(p->to, "<code class=\"console-hash\">");
	html_text(p->to, span_trim(buf_span(&key)));
	buf_text(p->to, "</code>");
	page_item_end(p);
	page_list_end(p);
}

enum err
console_ledger_check(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_ACCOUNTS);

	(void)ask;
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Verify the ledger",
			.lead = "A program of its own computes every hash again "
				"and follows them to the signed root. Nothing "
				"is sent anywhere.",
			.here = "/ledger/entries",
			.crumb = {{"/ledger/entries", "The ledger"}}});
	put_key(&p);
	buf_text(p.to,
		"<ol><li>Take the verifier: a page that runs in your browser, "
		"from a file on your disk. Better than this office's copy is "
		"the one that you have from elsewhere.</li><li>Give it the "
		"folder of the ledger: its checkpoint, its key and its tiles "
		"as they are at the address above, or as the office handed "
		"them over.</li><li>Give it the key that you have from "
		"elsewhere: a register, a letter, a notice. The key above only "
		"shows that the ledger agrees with itself.</li></ol>\n");
	if (os_exists(desk->in.dir, "service/weir-verify.html"))
		show_button(
			&p, "/ledger/weir-verify.html", "Open the verifier");
	else
		page_empty(&p, "This office keeps no copy of the verifier "
			       "(weir-verify.html in its folder service).");
	return page_end(&p);
}
