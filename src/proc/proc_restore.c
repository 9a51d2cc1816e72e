/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restoring: into DIR.restoring, compared with the signed manifest, and only
 * then DIR.  Nothing in the archive is believed before: names are checked,
 * nothing is written over, no link is followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_backup_int.h"
#include "proc/proc_log.h"

enum { CMS_MAX = 1 << 15, CERT_MAX = 1 << 15, MODES = 0777 };

struct restore {
	const struct proc_restore_options *options;
	struct proc_restore_result *result;
	struct why *why;
	int dir; /* DIR.restoring */
	char origin[INSTANCE_ORIGIN_MAX];
};

/* One archive on its way out. */
struct unpacking {
	struct restore *r;
	const char *file;
	struct os_packed *packed;
	struct backup_list list;
	int manifest; /* as it is in the archive */
	struct buf summary;
	struct buf signature;
};

/* ---- one item ---- */

static enum err
refuse(struct unpacking *u, enum err e, const char *name)
{
	int cause = errno;

	if (e == ERR_DAMAGED)
		(void)why_set(u->r->why, e,
			"%s is damaged, at or after %s: nothing was restored",
			u->file, name);
	else if (e == ERR_MALFORMED)
		(void)why_set(u->r->why, e,
			"%s holds what no back-up of ours does, after %s",
			u->file, name);
	else if (e == ERR_IO)
		(void)why_set(u->r->why, e, "%s: %s", name, strerror(cause));
	errno = cause;
	return e;
}

static enum err
copy_bytes(struct unpacking *u, int fd, uint64_t size,
	uint8_t ret_hash[CRYPTO_SHA384])
{
	OWNED(crypto_sha384) h = NULL;
	uint8_t piece[BACKUP_PIECE];
	uint64_t got = 0;
	enum err e = crypto_sha384_new(&h);

	while (e == ERR_OK) {
		size_t n = 0;

		e = os_packed_read(u->packed, piece, sizeof(piece), &n);
		if (e != ERR_OK || n == 0)
			break;
		crypto_sha384_add(h, span_of(piece, n));
		e = os_write_all(fd, span_of(piece, n));
		got += n;
	}
	explicit_bzero(piece, sizeof(piece));
	if (e == ERR_OK && got != size)
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		crypto_sha384_end(h, ret_hash);
	return e;
}

static enum err
make_file(struct unpacking *u, const struct os_pack_item *item,
	uint8_t hash[CRYPTO_SHA384])
{
	OWNED_FD fd = openat(u->r->dir, item->name,
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT}, {.tv_sec = item->at}};
	enum err e;

	if (fd < 0)
		return errno == EEXIST || errno == ENOTDIR || errno == ELOOP ||
				       errno == ENOENT
			       ? ERR_MALFORMED
			       : err_origin(ERR_IO);
	e = copy_bytes(u, fd, item->size, hash);
	if (e == ERR_OK && (fchmod(fd, (mode_t)(item->mode & MODES)) != 0 ||
				   futimens(fd, times) != 0))
		e = err_origin(ERR_IO);
	return e;
}

static enum err
make_item(struct unpacking *u, const struct os_pack_item *item)
{
	uint8_t hash[CRYPTO_SHA384] = {0};
	int dir = u->r->dir;
	enum err e = ERR_OK;

	if (item->kind == OS_PACK_FILE)
		e = make_file(u, item, hash);
	else if (item->kind == OS_PACK_LINK &&
		 symlinkat(item->target, dir, item->name) != 0)
		e = ERR_MALFORMED;
	else if (item->kind == OS_PACK_FOLDER &&
		 (mkdirat(dir, item->name, 0700) != 0 ||
			 fchmodat(dir, item->name, (mode_t)(item->mode & MODES),
				 0) != 0))
		e = ERR_MALFORMED;
	return e == ERR_OK ? backup_list_add(&u->list, item, hash) : e;
}

/* ---- the archive's own files ---- */

static enum err
read_text(struct unpacking *u, struct buf *to)
{
	uint8_t piece[4096];

	for (;;) {
		size_t n = 0;
		enum err e =
			os_packed_read(u->packed, piece, sizeof(piece), &n);

		if (e != ERR_OK)
			return e;
		if (n == 0)
			return buf_error(to) == ERR_TOO_LARGE ? ERR_MALFORMED
							      : buf_error(to);
		buf_bytes(to, span_of(piece, n));
	}
}

static enum err
own_file(struct unpacking *u, const struct os_pack_item *item)
{
	uint8_t hash[CRYPTO_SHA384];

	if (item->kind != OS_PACK_FILE)
		return ERR_MALFORMED;
	if (strcmp(item->name, BACKUP_SUMMARY) == 0)
		return read_text(u, &u->summary);
	if (strcmp(item->name, BACKUP_SIGNATURE) == 0)
		return read_text(u, &u->signature);
	if (strcmp(item->name, BACKUP_MANIFEST) != 0 || u->manifest >= 0)
		return ERR_MALFORMED;
	u->manifest = openat(u->r->dir, INSTANCE_RESTORED ".manifest",
		O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (u->manifest < 0 ||
		unlinkat(u->r->dir, INSTANCE_RESTORED ".manifest", 0) != 0)
		return err_origin(ERR_IO);
	return copy_bytes(u, u->manifest, item->size, hash);
}

static enum err
unpack(struct unpacking *u)
{
	char last[OS_PACK_NAME] = "its beginning";
	struct os_pack_item item;
	enum err e;

	while ((e = os_packed_next(u->packed, &item)) == ERR_OK) {
		(void)snprintf(last, sizeof(last), "%s", item.name);
		e = strncmp(item.name, "backup/", 7) == 0 ? own_file(u, &item)
							  : make_item(u, &item);
		if (e != ERR_OK)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : refuse(u, e, last);
}

/* ---- is it what was backed up? ---- */

static enum err
check_signature(struct unpacking *u)
{
	struct restore *r = u->r;
	OWNED_BUF(pem, CERT_MAX);
	OWNED_BUF(hex, 65);
	OWNED(crypto_cert) cert = NULL;
	uint8_t print[CRYPTO_SHA256];
	size_t signer;
	enum err e = r->options->signer != NULL
			     ? os_read(AT_FDCWD, r->options->signer, &pem)
			     : os_read(r->dir, "secret/signing.crt", &pem);

	if (e == ERR_OK)
		e = crypto_cert_parse(buf_span(&pem), &cert);
	if (e != ERR_OK)
		return why_set(r->why, e, "%s: %s",
			r->options->signer != NULL ? r->options->signer
						   : "secret/signing.crt",
			err_text(e));
	e = crypto_cms_verify(buf_span(&u->signature), buf_span(&u->summary),
		(const struct crypto_cert *const *)&cert, 1, os_now(), &signer,
		NULL);
	if (err_is_refusal(e))
		return why_set(r->why, ERR_BAD_SIGNATURE,
			"%s: its summary is not signed by %s", u->file,
			r->options->signer != NULL ? r->options->signer
						   : "the instance's own key");
	crypto_cert_fingerprint(cert, print);
	code_hex(&hex, span_of(print, sizeof(print)));
	(void)span_copy(
		buf_span(&hex), r->result->signer, sizeof(r->result->signer));
	return e;
}

/* The summary's line "NAME VALUE". */
static struct span
said(const struct unpacking *u, const char *name)
{
	struct reader r = read_from(buf_span(&u->summary));

	while (r.left.n > 0 && read_ok(&r)) {
		struct span value = read_line(&r);

		if (span_eq(span_cut(&value, ' '), span_text(name)))
			return value;
	}
	return span_of(NULL, 0);
}

static enum err
check_list(struct unpacking *u)
{
	OWNED_BUF(hex, 2 * CRYPTO_SHA384 + 1);
	uint8_t hash[CRYPTO_SHA384];
	enum err e;

	if (u->manifest < 0 || u->summary.n == 0 || u->signature.n == 0)
		return why_set(u->r->why, ERR_DAMAGED,
			"%s ends before its manifest and signature", u->file);
	e = check_signature(u);
	if (e == ERR_OK)
		e = backup_list_end(&u->list, hash);
	if (e != ERR_OK)
		return e;
	code_hex(&hex, span_of(hash, sizeof(hash)));
	if (span_eq(buf_span(&hex), said(u, "manifest")))
		return ERR_OK;
	/* Which file?  Its own manifest may say, where that is sound. */
	e = backup_list_compare(u->list.fd, u->manifest, u->r->why);
	return e == ERR_OK ? why_set(u->r->why, ERR_MISMATCH,
				     "%s: its manifest is not what was signed",
				     u->file)
			   : e;
}

static enum err
check_origin(struct unpacking *u)
{
	struct restore *r = u->r;
	struct span origin = said(u, "origin");

	if (r->origin[0] == '\0')
		return span_copy(origin, r->origin, sizeof(r->origin)) &&
				       r->origin[0] != '\0'
			       ? ERR_OK
			       : ERR_DAMAGED;
	return span_eq(origin, span_text(r->origin))
		       ? ERR_OK
		       : why_set(r->why, ERR_MISMATCH,
				 "%s holds the keys of another instance",
				 u->file);
}

/* ---- an archive ---- */

static enum err
run(struct unpacking *u, int fd)
{
	enum err e =
		backup_list_new(u->r->dir, INSTANCE_RESTORED ".list", &u->list);

	if (e == ERR_OK)
		e = os_packed_new(fd, &u->packed);
	if (e == ERR_OK)
		e = unpack(u);
	if (e == ERR_OK)
		e = check_list(u);
	if (e == ERR_OK)
		e = check_origin(u);
	if (e == ERR_OK)
		u->r->result->files += u->list.n;
	return e;
}

static enum err
take(struct restore *r, const char *file, bool keys)
{
	struct unpacking u = {
		.r = r, .file = file, .list = BACKUP_LIST_NONE, .manifest = -1};
	OWNED_FD fd = open(file, O_RDONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0)
		return why_set(r->why,
			errno == ENOENT ? ERR_NOT_FOUND : err_origin(ERR_IO),
			"%s: %s", file, strerror(errno));
	buf_init(&u.summary, BACKUP_SUMMARY_MAX);
	buf_init(&u.signature, CMS_MAX);
	e = run(&u, fd);
	if (e == ERR_OK && keys != span_eq(said(&u, "part"), SPAN("keys")))
		e = why_set(r->why, ERR_MISMATCH, "%s %s", file,
			keys ? "is no back-up of keys"
			     : "holds keys alone: it goes with --keys");
	if (e == ERR_OK && !keys)
		(void)span_copy(said(&u, "made"), r->result->made,
			sizeof(r->result->made));
	u.packed = os_packed_free(u.packed);
	backup_list_free(&u.list);
	os_close(&u.manifest);
	buf_fini(&u.summary);
	buf_fini(&u.signature);
	return e;
}

/* ---- the folder ---- */

static enum err
mark(struct restore *r)
{
	OWNED_BUF(text, 128);
	OWNED(proc_log) log = NULL;
	static const struct audit a = {.event = AUDIT_ADMIN,
		.outcome = AUDIT_SUCCESS,
		.what = "restore"};
	enum err e;

	buf_printf(&text, "made %s\n", r->result->made);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = os_write(r->dir, INSTANCE_RESTORED, buf_span(&text), 0600);
	if (e == ERR_OK)
		e = proc_log_open(
			r->dir, r->origin, span_of(NULL, 0), &log, r->why);
	if (e == ERR_OK)
		e = proc_log_event(log, &a, r->why);
	r->result->has_keys = os_exists(r->dir, "secret/evidence.key") &&
			      os_exists(r->dir, "keeper/key");
	r->result->has_roll = os_exists(r->dir, "roll/current");
	return e == ERR_OK ? os_sync_all(r->dir) : e;
}

/* DIR.restoring, and DIR must not be there; a blank end of the path is cut. */
static enum err
begin(struct restore *r, char path[INSTANCE_FILE_MAX],
	char place[INSTANCE_FILE_MAX])
{
	size_t n = strlen(r->options->path);

	while (n > 1 && r->options->path[n - 1] == '/')
		n--;
	if (n >= INSTANCE_PATH_MAX)
		return why_set(r->why, ERR_TOO_LARGE, "the path is too long");
	must(span_copy(span_of(r->options->path, n), path, INSTANCE_FILE_MAX));
	(void)snprintf(place, INSTANCE_FILE_MAX, "%.1200s.restoring", path);
	/* An empty folder may be a place that was mounted for it. */
	if (os_exists(AT_FDCWD, path) && rmdir(path) != 0)
		return why_set(r->why, ERR_EXISTS,
			"%s is there, and not empty: what is restored "
			"overwrites nothing",
			path);
	if (mkdir(place, 0700) != 0)
		return why_set(r->why,
			errno == EEXIST ? ERR_EXISTS : err_origin(ERR_IO),
			"%s: %s", place, strerror(errno));
	return os_folder(AT_FDCWD, place, false, &r->dir);
}

static enum err
name_it(struct restore *r, const char *place, const char *path)
{
	if (rename(place, path) != 0)
		return why_set(r->why, err_origin(ERR_IO), "%s: %s", path,
			strerror(errno));
	return os_sync(r->dir);
}

enum err
proc_restore(const struct proc_restore_options *options,
	struct proc_restore_result *ret_result, struct why *reterr_why)
{
	struct restore r = {.options = options,
		.result = ret_result,
		.why = reterr_why,
		.dir = -1};
	char path[INSTANCE_FILE_MAX];
	char place[INSTANCE_FILE_MAX];
	enum err e = crypto_init();

	*ret_result = (struct proc_restore_result){.files = 0};
	if (e == ERR_OK)
		e = begin(&r, path, place);
	if (e != ERR_OK)
		return e;
	e = take(&r, options->file, false);
	if (e == ERR_OK && options->keys != NULL)
		e = take(&r, options->keys, true);
	if (e == ERR_OK)
		e = mark(&r);
	if (e == ERR_OK)
		e = name_it(&r, place, path);
	os_close(&r.dir);
	if (e != ERR_OK)
		(void)!os_remove_all(place);
	return e;
}
