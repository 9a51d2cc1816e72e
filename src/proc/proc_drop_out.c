/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out by a folder: later replies, and packages. */
#include "proc/proc_drop_int.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "proc/proc_batch.h"

enum { PAGE = 256, FILE_NAME = 128 };

/* One batch that came by the folder. */
struct going {
	const struct drop *drop;
	struct instance *in;
	uint32_t batch;
	char name[PROC_DROP_NAME]; /* under which it came */
	int folder;                /* batches/N */
	int outbox;                /* outbox/N */
	int packages;              /* out/NAME.packages; -1: none yet */
	uint64_t n;
};

static void
package_name(const struct store_request *row, char to[FILE_NAME])
{
	(void)snprintf(to, FILE_NAME, "%s.cms", row->id);
}

/* Under which name the batch came, if it came by this folder at all. */
static enum err
read_name(struct going *g, bool *ret_dropped)
{
	OWNED_BUF(name, PROC_DROP_NAME);
	enum err e = os_read(g->folder, "dropped", &name);

	*ret_dropped = e == ERR_OK &&
		       proc_drop_name_is_sound(buf_span(&name)) &&
		       span_copy(buf_span(&name), g->name, sizeof(g->name));
	return err_is_failure(e) ? e : ERR_OK;
}

static bool
is_newer(int folder, const char *name, int out, const char *as)
{
	struct stat here;
	struct stat there;

	if (fstatat(folder, name, &here, 0) != 0)
		return false;
	return fstatat(out, as, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
	       here.st_size != there.st_size ||
	       here.st_mtim.tv_sec >= there.st_mtim.tv_sec;
}

static enum err
put_later(const struct going *g)
{
	static const char *const files[] = {
		"reply-later.jsonl", "reply-later.jsonl.p7s"};
	char as[FILE_NAME];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < 2; i++) {
		(void)snprintf(as, sizeof(as), "%s.%s", g->name, files[i]);
		if (is_newer(g->folder, files[i], g->drop->out, as))
			e = drop_copy(g->folder, files[i], g->drop->out, as);
	}
	return e;
}

/* ---- packages ---- */

static enum err
enter_page(struct going *g, const struct store_request *rows, size_t n)
{
	enum err e = account_begin(g->in);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = account_act(g->in, "fetch-package", g->batch, rows[i].id,
			span_of(rows[i].package, sizeof(rows[i].package)),
			NULL);
	if (e == ERR_OK)
		return account_commit(g->in);
	account_abandon(g->in);
	return e;
}

static enum err
open_packages(struct going *g)
{
	char name[FILE_NAME];

	(void)snprintf(name, sizeof(name), "%s.packages", g->name);
	return g->packages >= 0
		       ? ERR_OK
		       : os_folder(g->drop->out, name, true, &g->packages);
}

/* Entered, then moved out of where a hold pulls back. */
static enum err
move_page(struct going *g, const struct store_request *rows, size_t n)
{
	char name[FILE_NAME];
	enum err e = n == 0 ? ERR_OK : open_packages(g);

	if (e == ERR_OK && n > 0)
		e = enter_page(g, rows, n);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		package_name(&rows[i], name);
		if (renameat(g->outbox, name, g->packages, name) != 0)
			e = err_origin(ERR_IO);
	}
	if (e == ERR_OK && n > 0)
		e = os_sync(g->packages);
	if (e == ERR_OK && n > 0)
		e = os_sync(g->outbox);
	g->n += n;
	return e;
}

static enum err
put_packages(struct going *g)
{
	static struct store_request rows[PAGE];
	uint64_t after = 0;
	size_t got = 0;
	enum err e;

	do {
		size_t n = 0;

		e = store_request_page(
			g->in->store, g->batch, after, rows, PAGE, &got);
		for (size_t i = 0; e == ERR_OK && i < got; i++) {
			char name[FILE_NAME];

			after = rows[i].line;
			package_name(&rows[i], name);
			if (rows[i].id[0] != '\0' && os_exists(g->outbox, name))
				rows[n++] = rows[i];
		}
		if (e == ERR_OK)
			e = move_page(g, rows, n);
	} while (e == ERR_OK && got == PAGE);
	return e;
}

static enum err
put_batch(struct going *g)
{
	bool dropped = false;
	enum err e =
		instance_folder(g->in, "batches", g->batch, false, &g->folder);

	if (e == ERR_OK)
		e = read_name(g, &dropped);
	if (e != ERR_OK || !dropped)
		return e;
	e = put_later(g);
	if (e == ERR_OK)
		e = instance_folder(
			g->in, "outbox", g->batch, false, &g->outbox);
	if (e == ERR_NOT_FOUND) /* nothing was handed over yet */
		return ERR_OK;
	return e == ERR_OK ? put_packages(g) : e;
}

/* Is the batch this agency's? */
static enum err
is_its(const struct drop *d, struct instance *in,
	const struct store_batch *batch, bool *ret_its)
{
	struct law *law = NULL;
	enum err e = instance_law(in, batch->law, &law);

	*ret_its = e == ERR_OK && strcmp(law_requester(law), d->agency) == 0;
	law = law_free(law);
	return e;
}

enum err
drop_put_out(const struct drop *d, struct instance *in)
{
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	for (uint32_t n = 1; e == ERR_OK && n <= last; n++) {
		struct going g = {.drop = d,
			.in = in,
			.batch = n,
			.folder = -1,
			.outbox = -1,
			.packages = -1};
		struct store_batch batch;
		bool its = false;

		e = store_batch_get(in->store, n, &batch);
		if (e == ERR_OK)
			e = is_its(d, in, &batch, &its);
		if (e == ERR_OK && its && batch.stage >= STAGE_ANSWERED)
			e = put_batch(&g);
		if (e == ERR_OK && g.n > 0)
			drop_tell(d, DROP_PACKAGES, g.name, n, g.n, "");
		os_close(&g.folder);
		os_close(&g.outbox);
		os_close(&g.packages);
	}
	return e;
}
