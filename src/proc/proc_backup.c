/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_backup_int.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"

enum { TILES_MAX = 1 << 28, MODES = 0777 };

enum part { PART_ALL, PART_DATA, PART_KEYS };
static const char *const part_names[] = {"all", "data", "keys"};

/* One archive in the making. */
struct making {
	int dir; /* of the instance */
	enum part part;
	int out;
	char folder[INSTANCE_FILE_MAX]; /* where it is made */
	char name[NAME_MAX + 1];
	struct os_pack *pack;
	struct backup_list list;
	struct why *why;
	uint64_t bytes;
};

struct backup {
	const struct proc_backup_options *options;
	struct proc_backup_result *result;
	struct why *why;
	struct making data;
	struct making keys;
	struct instance_actor own; /* the instance's key: signs */
	char origin[INSTANCE_ORIGIN_MAX];
	char roll[NAME_MAX + 1];
	int64_t at;
	uint64_t journal;
	int redo; /* open, so long */
	uint64_t redo_size;
	struct buf tiles; /* names of full ones, each with its NUL */
	uint8_t summary[CRYPTO_SHA384];
};

static enum err
failed(struct making *m, enum err e, const char *name)
{
	int cause = errno;

	if (e == ERR_IO)
		(void)why_set(m->why, e, "%s, at %s: %s", m->name, name,
			strerror(cause));
	errno = cause;
	return e;
}

/* ---- one thing ---- */

static enum err
put_bytes(struct making *m, int fd, struct os_pack_item *item,
	uint8_t hash[CRYPTO_SHA384])
{
	OWNED(crypto_sha384) h = NULL;
	uint8_t piece[BACKUP_PIECE];
	uint64_t left = item->size;
	enum err e = crypto_sha384_new(&h);

	while (e == ERR_OK && left > 0) {
		size_t most =
			left < sizeof(piece) ? (size_t)left : sizeof(piece);
		size_t n = 0;

		e = os_read_some(fd, piece, most, &n);
		if (e == ERR_OK && n == 0) { /* it was cut off meanwhile */
			errno = EIO;
			e = err_origin(ERR_IO);
		}
		if (e != ERR_OK)
			break;
		crypto_sha384_add(h, span_of(piece, n));
		e = os_pack_bytes(m->pack, span_of(piece, n));
		left -= n;
	}
	explicit_bzero(piece, sizeof(piece));
	if (e == ERR_OK)
		crypto_sha384_end(h, hash);
	return e;
}

/* An open file, as long as `size`; UINT64_MAX: as it is. */
static enum err
put_fd(struct making *m, int fd, const char *name, uint64_t size, bool listed)
{
	struct os_pack_item item = {.kind = OS_PACK_FILE};
	uint8_t hash[CRYPTO_SHA384];
	struct stat st;
	enum err e;

	if (fstat(fd, &st) != 0)
		return failed(m, err_origin(ERR_IO), name);
	(void)snprintf(item.name, sizeof(item.name), "%s", name);
	item.size = size == UINT64_MAX ? (uint64_t)st.st_size : size;
	item.mode = st.st_mode & MODES;
	item.at = st.st_mtime;
	e = os_pack_next(m->pack, &item);
	if (e == ERR_OK)
		e = put_bytes(m, fd, &item, hash);
	if (e == ERR_OK && listed)
		e = backup_list_add(&m->list, &item, hash);
	m->bytes += item.size;
	return failed(m, e, name);
}

static enum err
put_link(struct making *m, const char *name)
{
	struct os_pack_item item = {.kind = OS_PACK_LINK, .mode = MODES};
	ssize_t n =
		readlinkat(m->dir, name, item.target, sizeof(item.target) - 1);
	enum err e;

	if (n < 0)
		return failed(m, err_origin(ERR_IO), name);
	(void)snprintf(item.name, sizeof(item.name), "%s", name);
	e = os_pack_next(m->pack, &item);
	if (e == ERR_OK)
		e = backup_list_add(&m->list, &item, NULL);
	return failed(m, e, name);
}

/* What is gone meanwhile (a package that was fetched) is left out. */
static enum err
put_file(struct making *m, const char *name)
{
	OWNED_FD fd = openat(m->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && errno == ELOOP)
		return put_link(m, name);
	if (fd < 0)
		return errno == ENOENT ? ERR_OK
				       : failed(m, err_origin(ERR_IO), name);
	return put_fd(m, fd, name, UINT64_MAX, true);
}

static enum err
put_folder(struct making *m, const char *name)
{
	struct os_pack_item item = {.kind = OS_PACK_FOLDER};
	struct stat st;
	enum err e;

	if (fstatat(m->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? ERR_OK
				       : failed(m, err_origin(ERR_IO), name);
	(void)snprintf(item.name, sizeof(item.name), "%s", name);
	item.mode = st.st_mode & MODES;
	item.at = st.st_mtime;
	e = os_pack_next(m->pack, &item);
	if (e == ERR_OK)
		e = backup_list_add(&m->list, &item, NULL);
	return failed(m, e, name);
}

/* ---- folders ---- */

static bool
ends(const char *name, const char *end)
{
	size_t n = strlen(name);
	size_t k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

static bool
begins(const char *name, const char *beginning)
{
	return strncmp(name, beginning, strlen(beginning)) == 0;
}

/* Of the keeper all is a key but what says where its log is. */
static bool
is_key(const char *name)
{
	return (begins(name, "secret/") && !ends(name, ".crt")) ||
	       (begins(name, "keeper/") && strcmp(name, "keeper/cas") != 0 &&
		       strcmp(name, "keeper/wal") != 0 &&
		       strcmp(name, "keeper/heads") != 0);
}

static bool
is_wanted(const struct making *m, const char *name)
{
	if (ends(name, ".new") || ends(name, "/lock"))
		return false;
	return m->part == PART_ALL || is_key(name) == (m->part == PART_KEYS);
}

/* Never changed once it is there. */
static bool
is_full_tile(const char *name)
{
	return begins(name, "ledger/tile/") && strstr(name, ".p/") == NULL;
}

typedef enum err each_name(void *context, const char *name);

/* Every name below a folder that is no folder; folders are put as they come
 * where `m` is given. */
static enum err
walk(struct making *m, const char *folder, each_name *each, void *context)
{
	int fd = openat(m->dir, folder,
		O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	enum err e = ERR_OK;

	if (dir == NULL && (errno == ENOENT || errno == ENOTDIR))
		return ERR_OK;
	if (dir == NULL)
		return failed(m, err_origin(ERR_IO), folder);
	while (e == ERR_OK && (entry = readdir(dir)) != NULL) {
		char name[OS_PACK_NAME];

		if (strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(name, sizeof(name), "%s/%s", folder,
			    entry->d_name) >= (int)sizeof(name))
			e = ERR_TOO_LARGE;
		else if (entry->d_type != DT_DIR)
			e = each(context, name);
		else {
			if (m->part != PART_KEYS)
				e = put_folder(m, name);
			if (e == ERR_OK)
				e = walk(m, name, each, context);
		}
	}
	(void)closedir(dir);
	return e;
}

static enum err
put_wanted(void *context, const char *name)
{
	struct making *m = context;

	return is_wanted(m, name) ? put_file(m, name) : ERR_OK;
}

static enum err
put_tree(struct making *m, const char *folder)
{
	enum err e = put_folder(m, folder);

	return e == ERR_OK ? walk(m, folder, put_wanted, m) : e;
}

/* ---- under the lock ---- */

static enum err
put_ledger_file(void *context, const char *name)
{
	struct backup *b = context;

	if (!is_full_tile(name))
		return put_wanted(&b->data, name);
	buf_text(&b->tiles, name);
	buf_u8(&b->tiles, 0);
	return buf_error(&b->tiles);
}

/* A copy beside the archive that has no name once it is open. */
static enum err
put_store(struct backup *b, struct instance *in)
{
	struct making *m = &b->data;
	char path[PROC_BACKUP_PATH];
	OWNED_FD fd = -1;
	enum err e;

	(void)snprintf(path, sizeof(path), "%s/%s.store", m->folder, m->name);
	e = store_copy(in->store, path);
	if (e == ERR_OK) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fchmod(fd, 0600) != 0)
			e = err_origin(ERR_IO);
	} else {
		(void)why_set(b->why, e, "%s: the store cannot be copied: %s",
			path, store_error(in->store));
	}
	(void)unlink(path);
	return e == ERR_OK ? put_fd(m, fd, "store.db", UINT64_MAX, true) : e;
}

static enum err
note_redo(struct backup *b)
{
	struct stat st;

	b->redo = openat(b->data.dir, "redo", O_RDONLY | O_CLOEXEC);
	if (b->redo < 0 || fstat(b->redo, &st) != 0)
		return failed(&b->data, err_origin(ERR_IO), "redo");
	b->redo_size = (uint64_t)st.st_size;
	return ERR_OK;
}

/* The keeper's log is closed, and nobody can open it: we have the lock. */
static enum err
take_locked(struct backup *b, struct instance *in)
{
	struct making *m = &b->data;
	enum err e = keeper_close(&in->keeper);

	in->open = false;
	if (e == ERR_OK)
		e = store_journal_count(in->store, &b->journal);
	if (e == ERR_OK)
		e = put_file(m, "instance");
	if (e == ERR_OK)
		e = put_link(m, "ledger.vkey");
	if (e == ERR_OK)
		e = put_tree(m, "keeper");
	if (e == ERR_OK)
		e = put_folder(m, "ledger");
	if (e == ERR_OK)
		e = walk(m, "ledger", put_ledger_file, b);
	if (e == ERR_OK)
		e = put_store(b, in);
	return e == ERR_OK ? note_redo(b) : e;
}

/* ---- after it ---- */

static enum err
take_rest(struct backup *b)
{
	static const char *const folders[] = {"secret", "law", "batches",
		"sealed", "outbox", "log", "drop", "service", "sandbox"};
	struct making *m = &b->data;
	struct span left = buf_span(&b->tiles);
	enum err e = put_fd(m, b->redo, "redo", b->redo_size, true);

	while (e == ERR_OK && left.n > 0) {
		e = put_file(m, (const char *)left.at);
		(void)span_cut(&left, 0);
	}
	for (size_t i = 0;
		e == ERR_OK && i < sizeof(folders) / sizeof(*folders); i++)
		e = put_tree(m, folders[i]);
	if (e == ERR_OK)
		e = b->options->with_roll ? put_tree(m, "roll")
					  : put_folder(m, "roll");
	return e;
}

/* ---- the archive's own files ---- */

static enum err
put_text(struct making *m, const char *name, struct span text)
{
	struct os_pack_item item = {
		.kind = OS_PACK_FILE, .size = text.n, .mode = 0600};
	enum err e;

	(void)snprintf(item.name, sizeof(item.name), "%s", name);
	e = os_pack_next(m->pack, &item);
	if (e == ERR_OK)
		e = os_pack_bytes(m->pack, text);
	return failed(m, e, name);
}

static enum err
finish(struct backup *b, struct making *m)
{
	OWNED_BUF(summary, BACKUP_SUMMARY_MAX);
	OWNED_BUF(cms, BACKUP_SUMMARY_MAX * 4);
	uint8_t hash[CRYPTO_SHA384];
	char at[DAY_TIME_TEXT];
	enum err e = backup_list_end(&m->list, hash);

	day_time_text(b->at, at);
	buf_printf(&summary,
		"weir backup/v1\norigin %s\npart %s\nmade %s\n"
		"journal %" PRIu64 "\nroll %s\nfiles %" PRIu64 "\nmanifest ",
		b->origin, part_names[m->part], at, b->journal,
		b->roll[0] == '\0' ? "none" : b->roll, m->list.n);
	code_hex(&summary, span_of(hash, sizeof(hash)));
	buf_u8(&summary, '\n');
	if (e == ERR_OK)
		e = buf_error(&summary);
	if (e == ERR_OK)
		e = put_fd(m, m->list.fd, BACKUP_MANIFEST, UINT64_MAX, false);
	if (e == ERR_OK)
		e = crypto_cms_sign(
			b->own.key, b->own.cert, buf_span(&summary), &cms);
	if (e == ERR_OK)
		e = put_text(m, BACKUP_SUMMARY, buf_span(&summary));
	if (e == ERR_OK)
		e = put_text(m, BACKUP_SIGNATURE, buf_span(&cms));
	if (e == ERR_OK)
		e = failed(m, os_pack_end(m->pack), "its end");
	if (e == ERR_OK)
		e = failed(m, os_sync(m->out), "its end");
	if (m->part != PART_KEYS)
		crypto_sha384(buf_span(&summary), b->summary);
	return e;
}

/* ---- its name ---- */

/* A folder that is there: with a name of ours; else the file's own. */
static enum err
name_it(struct backup *b, struct making *m, const char *file)
{
	char copy[INSTANCE_FILE_MAX];
	char at[DAY_TIME_TEXT];
	struct stat st;

	if (strlen(file) >= sizeof(copy))
		return why_set(b->why, ERR_TOO_LARGE, "the path is too long");
	if (stat(file, &st) == 0 && S_ISDIR(st.st_mode)) {
		day_time_text(b->at, at);
		/* tar takes a colon in a name for a host's end. */
		at[13] = at[16] = '-';
		(void)snprintf(m->folder, sizeof(m->folder), "%s", file);
		(void)snprintf(m->name, sizeof(m->name), "weir-%s.tar.zst", at);
	} else {
		(void)snprintf(copy, sizeof(copy), "%s", file);
		(void)snprintf(m->name, sizeof(m->name), "%s", basename(copy));
		(void)snprintf(copy, sizeof(copy), "%s", file);
		(void)snprintf(
			m->folder, sizeof(m->folder), "%s", dirname(copy));
	}
	return ERR_OK;
}

static void
path_of(const struct making *m, const char *end, char *to, size_t size)
{
	(void)snprintf(to, size, "%s/%s%s", m->folder, m->name, end);
}

static enum err
begin(struct backup *b, struct making *m, const char *file, enum part part)
{
	char path[PROC_BACKUP_PATH];
	OWNED_FD folder = -1;
	enum err e = name_it(b, m, file);

	m->part = part;
	m->why = b->why;
	if (e != ERR_OK)
		return e;
	path_of(m, "", path, sizeof(path));
	if (os_exists(AT_FDCWD, path))
		return why_set(b->why, ERR_EXISTS,
			"%s is there: a back-up overwrites nothing", path);
	e = os_folder(AT_FDCWD, m->folder, false, &folder);
	if (e != ERR_OK)
		return why_set(b->why, e, "%s: %s", m->folder, err_text(e));
	path_of(m, ".new", path, sizeof(path));
	m->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (m->out < 0)
		return failed(m, err_origin(ERR_IO), "its beginning");
	(void)snprintf(path, sizeof(path), "%s.list", m->name);
	e = backup_list_new(folder, path, &m->list);
	return failed(m, e == ERR_OK ? os_pack_new(m->out, &m->pack) : e,
		"its beginning");
}

static enum err
name_new(struct making *m)
{
	char from[PROC_BACKUP_PATH];
	char to[PROC_BACKUP_PATH];
	OWNED_FD folder = -1;
	enum err e = os_folder(AT_FDCWD, m->folder, false, &folder);

	path_of(m, ".new", from, sizeof(from));
	path_of(m, "", to, sizeof(to));
	if (e == ERR_OK && rename(from, to) != 0)
		e = err_origin(ERR_IO);
	return failed(m, e == ERR_OK ? os_sync(folder) : e, "its name");
}

/* What has no name of its own goes. */
static void
end_making(struct making *m)
{
	char path[PROC_BACKUP_PATH];

	m->pack = os_pack_free(m->pack);
	backup_list_free(&m->list);
	if (m->out < 0)
		return;
	os_close(&m->out);
	path_of(m, ".new", path, sizeof(path));
	(void)unlink(path);
}

/* ---- all of it ---- */

static enum err
read_own(struct backup *b, struct instance *in)
{
	char path[INSTANCE_FILE_MAX];
	ssize_t n = readlinkat(
		in->dir, "roll/current", b->roll, sizeof(b->roll) - 1);

	b->result->without_roll = n > 0 && !b->options->with_roll;
	if (snprintf(path, sizeof(path), "%s/secret/signing.key", in->path) >=
		(int)sizeof(path))
		return ERR_TOO_LARGE;
	(void)snprintf(b->origin, sizeof(b->origin), "%s", in->origin);
	return instance_actor_read(path, &b->own, b->why);
}

static enum err
make_data(struct backup *b)
{
	const struct proc_backup_options *o = b->options;
	static struct instance in;
	enum err e =
		instance_open(o->path, INSTANCE_LEDGER, o->key, DAY_NONE, &in);

	if (e == ERR_OK)
		e = proc_permit(&in, PERMIT_BACKUP);
	if (e != ERR_OK)
		(void)why_set(b->why, e, "%s", in.why.text);
	if (e == ERR_OK)
		e = read_own(b, &in);
	if (e == ERR_OK) {
		b->data.dir = b->keys.dir = in.dir;
		e = begin(b, &b->data, o->file,
			o->without_keys || o->keys != NULL ? PART_DATA
							   : PART_ALL);
	}
	if (e == ERR_OK)
		e = take_locked(b, &in);
	/* Verbs may go on: what is left to take stays as it is. */
	os_close(&in.lock);
	if (e == ERR_OK)
		e = take_rest(b);
	if (e == ERR_OK)
		e = finish(b, &b->data);
	if (e == ERR_OK && o->keys != NULL) {
		e = begin(b, &b->keys, o->keys, PART_KEYS);
		if (e == ERR_OK)
			e = walk(&b->keys, "secret", put_wanted, &b->keys);
		if (e == ERR_OK)
			e = walk(&b->keys, "keeper", put_wanted, &b->keys);
		if (e == ERR_OK)
			e = finish(b, &b->keys);
	}
	instance_close(&in);
	return e;
}

/* An act before it has its name: none is without. */
static enum err
enter(struct backup *b)
{
	static struct instance in;
	enum err e = instance_open(b->options->path, INSTANCE_LEDGER,
		b->options->key, DAY_NONE, &in);

	if (e == ERR_OK)
		e = account_begin(&in);
	if (e == ERR_OK) {
		e = account_act(&in, "backup", 0, "",
			span_of(b->summary, sizeof(b->summary)), NULL);
		if (e == ERR_OK)
			e = account_commit(&in);
		else
			account_abandon(&in);
	}
	if (e != ERR_OK)
		(void)why_set(b->why, e, "%s",
			in.why.text[0] != '\0' ? in.why.text : err_text(e));
	instance_close(&in);
	return e;
}

enum err
proc_backup(const struct proc_backup_options *options,
	struct proc_backup_result *ret_result, struct why *reterr_why)
{
	struct backup b = {.options = options,
		.result = ret_result,
		.why = reterr_why,
		.data = {.out = -1, .list = BACKUP_LIST_NONE},
		.keys = {.out = -1, .list = BACKUP_LIST_NONE},
		.at = os_now(),
		.redo = -1};
	enum err e;

	*ret_result = (struct proc_backup_result){.files = 0};
	buf_init(&b.tiles, TILES_MAX);
	e = make_data(&b);
	if (e == ERR_OK)
		e = enter(&b);
	if (e == ERR_OK && options->keys != NULL)
		e = name_new(&b.keys);
	if (e == ERR_OK)
		e = name_new(&b.data);
	ret_result->files = b.data.list.n + b.keys.list.n;
	ret_result->bytes = b.data.bytes + b.keys.bytes;
	ret_result->entries = b.journal;
	path_of(&b.data, "", ret_result->file, sizeof(ret_result->file));
	end_making(&b.data);
	end_making(&b.keys);
	os_close(&b.redo);
	instance_actor_fini(&b.own);
	buf_fini(&b.tiles);
	return e;
}
