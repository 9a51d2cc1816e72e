/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_roll.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "os/file.h"
#include "os/unpack.h"
#include "person/person.h"
#include "proc/proc_account.h"
#include "proc/proc_permit.h"
#include "proc/proc_screen.h"
#include "wire/wire.h"

enum { SOURCES_MAX = 64, NAME_MAX_BYTES = 80 };

struct load {
	const char *path;
	const char *const *files;
	size_t n_files;
	bool delta;
};

/* ---- the loading process ---- */

struct sources {
	int fd[SOURCES_MAX];
	struct os_unpack *unpack[SOURCES_MAX];
	struct roll_source from[SOURCES_MAX];
	size_t n; /* opened */
};

static void
close_sources(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++) {
		s->unpack[i] = os_unpack_free(s->unpack[i]);
		os_close(&s->fd[i]);
	}
}

static enum err
open_sources(const struct load *l, struct sources *s, struct why *why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->n_files; i++) {
		bool standard = strcmp(l->files[i], "-") == 0;

		s->fd[i] = standard ? dup(0)
				    : open(l->files[i], O_RDONLY | O_CLOEXEC);
		if (s->fd[i] < 0)
			return why_set(why, ERR_NOT_FOUND, "%s: %s",
				l->files[i],
				errno == ENOENT ? "there is no such file"
						: "cannot be opened");
		s->n = i + 1;
		os_widen_pipe(s->fd[i]);
		e = os_unpack_new(s->fd[i], &s->unpack[i]);
		s->from[i] = (struct roll_source){
			standard ? "standard input" : l->files[i],
			os_unpack_read, s->unpack[i]};
	}
	return e;
}

/* A stream that was cut short or is damaged says so itself. */
static enum err
source_refuses(const struct sources *s, enum err e, struct why *why)
{
	for (size_t i = 0; err_is_refusal(e) && i < s->n; i++) {
		enum err r = os_unpack_why(s->unpack[i], s->from[i].name, why);

		if (r != ERR_OK)
			return r;
	}
	return e;
}

static void
index_name(const uint8_t hash[32], char to[NAME_MAX_BYTES])
{
	OWNED_BUF(b, NAME_MAX_BYTES);

	code_hex(&b, span_of(hash, 32));
	buf_text(&b, ".idx");
	must(buf_error(&b) == ERR_OK &&
		span_copy(buf_span(&b), to, NAME_MAX_BYTES));
}

/* A file of this folder without a name: gone when it is closed. */
static enum err
open_nameless(int folder, int *ret_fd)
{
	char name[NAME_MAX_BYTES];

	(void)snprintf(name, sizeof(name), "news-%ld", (long)getpid());
	*ret_fd = openat(
		folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*ret_fd < 0 || unlinkat(folder, name, 0) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

/* The news as an index of its own, and of that and the roll that serves the
 * delta. */
static enum err
build_delta(int folder, const struct sources *sources, int out,
	struct roll_stats *ret_stats, struct why *why)
{
	OWNED(roll) serving = NULL;
	OWNED(roll) news = NULL;
	OWNED_FD file = -1;
	struct roll_stats stats;
	int64_t at;
	enum err e = proc_roll_open(
		folder, "current", ROLL_CHECK_ALL, &serving, &at, why);

	if (e == ERR_NOT_FOUND)
		return why_set(
			why, e, "no roll serves that this could be a delta of");
	if (e == ERR_OK)
		e = open_nameless(folder, &file);
	if (e == ERR_OK)
		e = roll_build(
			sources->from, sources->n, file, NULL, &stats, why);
	if (e == ERR_OK)
		e = roll_open(file, ROLL_CHECK_HEAD, &news, why);
	if (e == ERR_OK)
		e = roll_delta(news, serving, out, 0, ret_stats);
	if (e == ERR_TOO_LARGE && why->text[0] == '\0')
		e = why_set(why, e,
			"the years of the delta and of the roll lie too far "
			"apart, or it is more than a roll can hold");
	return e;
}

/* The finished file gets its hash's name; not switched in yet. */
static enum err
name_index(int folder, int fd, const char *temporary,
	struct proc_roll_result *result, struct why *why)
{
	OWNED(roll) roll = NULL;
	struct roll_info info;
	char name[NAME_MAX_BYTES];
	enum err e = os_sync(fd);

	/* Its sums were just taken of what the file holds, and who serves it
	 * takes them again. */
	if (e == ERR_OK)
		e = roll_open(fd, ROLL_CHECK_HEAD, &roll, why);
	if (e != ERR_OK)
		return e;
	roll_info(roll, &info);
	memcpy(result->hash, info.hash, 32);
	index_name(info.hash, name);
	if (renameat(folder, temporary, folder, name) != 0)
		return err_origin(ERR_IO);
	return os_sync(folder);
}

static enum err
build(const struct load *l, struct proc_roll_result *result, struct why *why)
{
	__attribute__((cleanup(close_sources))) struct sources sources = {0};
	char temporary[NAME_MAX_BYTES];
	OWNED_FD dir = -1;
	OWNED_FD folder = -1;
	OWNED_FD out = -1;
	enum err e = open_sources(l, &sources, why);

	(void)snprintf(
		temporary, sizeof(temporary), "building-%ld", (long)getpid());
	if (e == ERR_OK)
		e = os_folder(AT_FDCWD, l->path, false, &dir);
	if (e == ERR_OK)
		e = os_folder(dir, "roll", true, &folder);
	if (e != ERR_OK)
		return e;
	out = openat(folder, temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
		0600);
	if (out < 0)
		return err_origin(ERR_IO);
	if (l->delta)
		e = build_delta(folder, &sources, out, &result->stats, why);
	else
		e = roll_build(sources.from, sources.n, out, NULL,
			&result->stats, why);
	e = source_refuses(&sources, e, why);
	if (e == ERR_OK)
		e = name_index(folder, out, temporary, result, why);
	if (e != ERR_OK)
		(void)unlinkat(folder, temporary, 0);
	return e;
}

/* The child: builds, says what it made, ends. */
static enum err
loader(int fd, void *context)
{
	struct proc_roll_result result = {0};
	struct why why = {""};
	OWNED_BUF(answer, 4096);
	enum err e = crypto_init();

	person_init();
	if (e == ERR_OK)
		e = build(context, &result, &why);
	if (e != ERR_OK) {
		if (why.text[0] == '\0')
			(void)why_set(&why, e, "%s", err_text(e));
		return wire_refuse(fd, WIRE_VAULT_REFUSE, e, &why);
	}
	buf_bytes(&answer, span_of(&result, sizeof(result)));
	e = buf_error(&answer);
	return e == ERR_OK
		       ? wire_send(fd, WIRE_VAULT_ROLL_IS, buf_span(&answer))
		       : e;
}

/* ---- the judge ---- */

static enum err
enter_roll(struct instance *in, const struct proc_roll_result *r)
{
	char rows[24] = "";
	char persons[24] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("roll", r->hash, 32),
		ACCOUNT_TEXT("rows", ""),
		ACCOUNT_TEXT("persons", ""),
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("at", ""),
	};
	enum err e = account_begin(in);

	(void)snprintf(rows, sizeof(rows), "%" PRIu64, r->stats.n_rows);
	(void)snprintf(persons, sizeof(persons), "%" PRIu32, r->stats.n_people);
	day_time_text(in->at, at);
	fields[1].value = span_text(rows);
	fields[2].value = span_text(persons);
	fields[4].value = span_text(at);
	if (e == ERR_OK)
		e = account_entry(in, LEDGER_ROLL, NULL, fields,
			sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
			NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* One rename of a link: the old roll serves until the new one does. */
static enum err
switch_in(struct instance *in, const uint8_t hash[32])
{
	char name[NAME_MAX_BYTES];
	OWNED_FD folder = -1;
	enum err e = os_folder(in->dir, "roll", false, &folder);

	if (e != ERR_OK)
		return e;
	index_name(hash, name);
	(void)unlinkat(folder, "current.new", 0);
	if (symlinkat(name, folder, "current.new") != 0 ||
		renameat(folder, "current.new", folder, "current") != 0)
		return err_origin(ERR_IO);
	return os_sync(folder);
}

static enum err
hear_loader(struct proc_peer *loader_peer, struct proc_roll_result *result,
	struct why *reterr_why)
{
	OWNED_BUF(answer, 4096);
	enum err e = wire_expect(loader_peer->fd, WIRE_VAULT_ROLL_IS,
		WIRE_VAULT_REFUSE, &answer, reterr_why);

	if (e == ERR_OK && answer.n != sizeof(*result))
		e = err_origin(ERR_PEER);
	if (e == ERR_OK)
		memcpy(result, answer.at, sizeof(*result));
	return e;
}

enum err
proc_roll_load(const char *path, const char *const *files, size_t n_files,
	bool delta, const char *key, struct proc_roll_result *ret_result,
	struct why *reterr_why)
{
	static struct instance in;
	struct load load = {path, files, n_files, delta};
	struct proc_peer peer = PROC_PEER_NONE;
	int64_t begun = os_ticks();
	enum err e;

	if (n_files == 0 || n_files > SOURCES_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"a roll is loaded from 1 to %d files", SOURCES_MAX);
	e = proc_start("weir-loader", loader, &load, -1, &peer);
	if (e != ERR_OK)
		return e;
	e = instance_open(path, INSTANCE_LEDGER, key, DAY_NONE, &in);
	if (e == ERR_OK)
		e = proc_permit(&in, PERMIT_ROLL);
	if (e == ERR_OK) {
		e = hear_loader(&peer, ret_result, &in.why);
		if (e == ERR_OK)
			e = enter_roll(&in, ret_result);
		if (e == ERR_OK)
			e = switch_in(&in, ret_result->hash);
		/* After it: screens are never newer than the roll. */
		if (e == ERR_OK && !delta)
			e = proc_screen_of_roll(&in, ret_result->hash,
				ret_result->stats.n_rows);
		if (e == ERR_OK)
			e = account_publish(&in, NULL);
	}
	if (e != ERR_OK)
		*reterr_why = in.why;
	instance_close(&in);
	proc_drop(&peer);
	ret_result->ns = os_ticks() - begun;
	return e;
}

/* ---- what serves ---- */

static enum err
open_one(int folder, const char *name, enum roll_check check,
	struct roll **ret_roll, int64_t *ret_at, struct why *why)
{
	OWNED_FD file = openat(folder, name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (file < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_origin(ERR_IO);
	if (fstat(file, &st) != 0)
		return err_origin(ERR_IO);
	*ret_at = st.st_mtime;
	return roll_open(file, check, ret_roll, why);
}

enum err
proc_roll_open(int folder, const char *name, enum roll_check check,
	struct roll **ret_roll, int64_t *ret_at, struct why *reterr_why)
{
	OWNED(roll) roll = NULL;
	OWNED(roll) below = NULL;
	uint8_t hash[ROLL_HASH];
	char other[NAME_MAX_BYTES];
	enum err e = open_one(folder, name, check, &roll, ret_at, reterr_why);

	if (e == ERR_OK && roll_is_delta(roll, hash)) {
		index_name(hash, other);
		e = open_one(folder, other, check, &below, ret_at, reterr_why);
		if (e == ERR_NOT_FOUND)
			e = why_set(reterr_why, ERR_DAMAGED,
				"roll index: the roll below this delta, %s, "
				"is not there",
				other);
		if (e == ERR_OK)
			e = roll_lay(roll, &below, reterr_why);
	}
	if (e == ERR_OK)
		*ret_roll = roll_take(&roll);
	return e;
}

enum err
proc_roll_info(const char *path, bool whole, struct roll_info *ret_info,
	int64_t *ret_at, struct why *reterr_why)
{
	OWNED(roll) roll = NULL;
	OWNED_FD dir = -1;
	OWNED_FD folder = -1;
	struct stat link;
	int64_t made;
	enum err e = os_folder(AT_FDCWD, path, false, &dir);

	if (e == ERR_OK)
		e = os_folder(dir, "roll", false, &folder);
	if (e == ERR_OK)
		e = proc_roll_open(folder, "current",
			whole ? ROLL_CHECK_ALL : ROLL_CHECK_HEAD, &roll, &made,
			reterr_why);
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"no roll was loaded yet: weir roll load");
	if (e == ERR_OK &&
		fstatat(folder, "current", &link, AT_SYMLINK_NOFOLLOW) != 0)
		return err_origin(ERR_IO);
	if (e == ERR_OK && whole && !roll_hash_holds(roll))
		e = why_set(reterr_why, ERR_DAMAGED,
			"roll index: it is not the one whose hash it bears");
	if (e != ERR_OK)
		return e;
	roll_info(roll, ret_info);
	*ret_at = link.st_mtime;
	return ERR_OK;
}
