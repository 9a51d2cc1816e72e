/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/ready.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ledger/policy.h"
#include "ledger/settings.h"
#include "os/file.h"
#include "proc/proc_instance.h"
#include "proc/proc_ledger.h"

enum { SECOND = 1000000000, CHECKPOINT_MAX = 1 << 16, AHEAD_S = 300 };

/* ---- the disk ---- */

/* A file system of its own, perhaps: `redo` may be a link to another disk. */
static bool
can_write(int dir, const char *name)
{
	OWNED_FD fd = openat(dir, name, O_PATH | O_CLOEXEC);
	struct statvfs fs;

	return fd >= 0 && faccessat(dir, name, W_OK, AT_EACCESS) == 0 &&
	       fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize >= READY_ROOM &&
	       (fs.f_files == 0 || fs.f_favail > 0);
}

static bool
can_write_all(int dir)
{
	static const char *const names[] = {
		"store.db", "ledger", "keeper", "batches"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!can_write(dir, names[i]))
			return false;
	/* The first change makes it. */
	return !os_exists(dir, "redo") || can_write(dir, "redo");
}

/* ---- witnesses ---- */

static enum err
read_policy(const struct proc_ledger *ledger, struct ledger_policy **ret_policy,
	struct ledger_settings *ret_settings)
{
	OWNED_BUF(policy, LEDGER_POLICY_MAX);
	OWNED_BUF(settings, LEDGER_SETTINGS_MAX);
	enum err e = proc_ledger_policy(ledger, &policy, &settings, NULL);

	if (e == ERR_OK)
		e = ledger_settings_parse(
			buf_span(&settings), ret_settings, NULL);
	return e == ERR_OK ? ledger_policy_parse(
				     buf_span(&policy), ret_policy, NULL)
			   : e;
}

/* When enough of them cosigned last. */
static enum err
read_seen(const struct proc_ledger *ledger, struct ready *r, int64_t at)
{
	OWNED(ledger_policy) policy = NULL;
	OWNED_BUF(cosigned, CHECKPOINT_MAX);
	struct ledger_settings settings;
	struct ledger_policy_seen seen;
	enum err e = read_policy(ledger, &policy, &settings);

	r->seen = 0;
	r->allowed = 0;
	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* no policy: nobody is waited for */
	if (e != ERR_OK)
		return e;
	r->allowed = settings.stale_after;
	ledger_policy_know(policy, &ledger->vkey);
	e = os_read(ledger->dir, "cosigned", &cosigned);
	if (e == ERR_OK)
		e = ledger_policy_check(
			policy, buf_span(&cosigned), at + AHEAD_S, &seen);
	/* A quorum of no witness has no time: it is always now. */
	if (e == ERR_OK && seen.quorum)
		r->seen = seen.at == 0 ? INT64_MAX : seen.at;
	return err_is_failure(e) ? e : ERR_OK;
}

/* Read again only where the file, or the policy, was replaced. */
static enum err
look_seen(struct ready *r, const char *path, int64_t at)
{
	struct proc_ledger ledger = PROC_LEDGER_NONE;
	struct stat cosigned = {.st_ino = 0};
	struct stat policy = {.st_ino = 0};
	int64_t written;
	int64_t inode;
	enum err e = proc_ledger_in(path, &ledger, NULL);

	if (e == ERR_OK) {
		(void)fstatat(ledger.dir, "cosigned", &cosigned, 0);
		(void)fstatat(ledger.dir, "policy", &policy, 0);
		written = cosigned.st_mtim.tv_sec * SECOND +
			  cosigned.st_mtim.tv_nsec;
		inode = (int64_t)(cosigned.st_ino ^ policy.st_ino << 1);
		if (written != r->written || inode != r->inode)
			e = read_seen(&ledger, r, at);
		if (e == ERR_OK) {
			r->written = written;
			r->inode = inode;
		}
	}
	proc_ledger_close(&ledger);
	return e;
}

/* ---- both ---- */

enum board_state
ready_look(struct ready *r, const char *path, int64_t at)
{
	OWNED_FD dir = -1;

	if (os_folder(AT_FDCWD, path, false, &dir) != ERR_OK ||
		!can_write_all(dir))
		return BOARD_DISK;
	if (os_exists(dir, INSTANCE_RESTORED))
		return BOARD_RESTORED;
	if (look_seen(r, path, at) != ERR_OK)
		return BOARD_DISK;
	if (r->allowed > 0 && r->seen != INT64_MAX && at - r->seen > r->allowed)
		return BOARD_UNSEEN;
	return BOARD_READY;
}

bool
ready_sandbox(const char *path)
{
	OWNED_FD dir = -1;

	return os_folder(AT_FDCWD, path, false, &dir) == ERR_OK &&
	       os_exists(dir, "sandbox");
}
