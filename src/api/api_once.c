/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api_once.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "os/file.h"

enum {
	NAME_BYTES = 2 * CRYPTO_SHA256 + 1,
	PIECE = 1 << 16,
	KEPT_MAX = 1 << 16
};

/* ---- what was sent ---- */

static enum err
hash_file(int file, struct crypto_sha384 *h)
{
	static uint8_t some[PIECE];
	size_t n = 0;
	enum err e = os_rewind(file);

	do {
		if (e == ERR_OK)
			e = os_read_some(file, some, sizeof(some), &n);
		if (e == ERR_OK)
			crypto_sha384_add(h, span_of(some, n));
	} while (e == ERR_OK && n > 0);
	return e == ERR_OK ? os_rewind(file) : e;
}

/* The route, each part with its length, and the file. */
static enum err
hash_sent(const struct desk *desk, const struct ask *ask,
	const struct span *part, size_t n, uint8_t ret_hash[32])
{
	OWNED(crypto_sha384) h = NULL;
	uint8_t whole[CRYPTO_SHA384];
	enum err e = crypto_sha384_new(&h);

	if (e != ERR_OK)
		return e;
	crypto_sha384_add(h, span_text(desk->route->path));
	for (size_t i = 0; i < n; i++) {
		OWNED_BUF(size, 8);

		buf_u64be(&size, part[i].n);
		crypto_sha384_add(h, buf_span(&size));
		crypto_sha384_add(h, part[i]);
	}
	if (ask->file >= 0)
		e = hash_file(ask->file, h);
	crypto_sha384_end(h, whole);
	memcpy(ret_hash, whole, 32);
	return e;
}

/* ---- the file of a key ---- */

static enum err
name_of(struct desk *desk, const struct ask *ask, struct span key,
	char name[NAME_BYTES])
{
	uint8_t who[CRYPTO_SHA256];
	uint8_t hash[CRYPTO_SHA256];
	OWNED_BUF(hex, NAME_BYTES);

	if (key.n > API_ONCE_KEY || !span_is_plain(key))
		return instance_says(&desk->in, ERR_MALFORMED,
			"Idempotency-Key: one line of at most %d bytes",
			API_ONCE_KEY);
	crypto_sha256(ask->actor, who);
	crypto_sha256_2(span_of(who, sizeof(who)), key, hash);
	code_hex(&hex, span_of(hash, sizeof(hash)));
	return span_copy(buf_span(&hex), name, NAME_BYTES) ? ERR_OK
							   : buf_error(&hex);
}

/* Keys that are over are forgotten, and their files removed. */
static void
forget_old(int folder)
{
	struct dirent *entry;
	DIR *list = fdopendir(dup(folder));
	int64_t now = os_now();

	while (list != NULL && (entry = readdir(list)) != NULL) {
		struct stat st;

		if (entry->d_name[0] != '.' &&
			fstatat(folder, entry->d_name, &st, 0) == 0 &&
			st.st_mtime + API_ONCE_SECONDS < now)
			(void)unlinkat(folder, entry->d_name, 0);
	}
	if (list != NULL)
		(void)closedir(list);
}

static enum err
open_key(struct desk *desk, const char *name, int *ret_file)
{
	OWNED_FD dir = -1;
	OWNED_FD service = -1;
	OWNED_FD folder = -1;
	enum err e = os_folder(AT_FDCWD, desk->path, false, &dir);

	if (e == ERR_OK)
		e = os_folder(dir, "service", true, &service);
	if (e == ERR_OK)
		e = os_folder(service, "once", true, &folder);
	if (e != ERR_OK)
		return e;
	forget_old(folder);
	*ret_file = openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*ret_file < 0 || flock(*ret_file, LOCK_EX) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

/* What is kept, or that nothing is: a half-written file is nothing. */
static bool
take_kept(struct span bytes, uint8_t sent[32], struct answer *answer)
{
	struct reader r = read_from(bytes);
	struct span hash;
	struct span location;
	struct span body;

	(void)read_u64be(&r);
	hash = read_bytes(&r, 32);
	answer->status = read_u32be(&r);
	location = read_sized(&r, ANSWER_TEXT - 1);
	body = read_sized(&r, KEPT_MAX);
	if (!read_end(&r) || !span_copy(location, answer->location,
				     sizeof(answer->location))) {
		answer->status = 200;
		return false;
	}
	memcpy(sent, hash.at, 32);
	buf_bytes(&answer->body, body);
	return true;
}

enum err
api_once_begin(struct desk *desk, const struct ask *ask,
	const struct span *part, size_t n, struct answer *answer,
	struct api_once *once)
{
	struct span key = ask_get(ask, ASK_HEADER, "idempotency-key");
	OWNED_BUF(kept, KEPT_MAX);
	char name[NAME_BYTES];
	uint8_t before[32];
	enum err e;

	*once = API_ONCE_NONE;
	if (key.n == 0)
		return ERR_OK;
	e = name_of(desk, ask, key, name);
	if (e == ERR_OK)
		e = hash_sent(desk, ask, part, n, once->sent);
	if (e == ERR_OK)
		e = open_key(desk, name, &once->file);
	if (e == ERR_OK)
		e = os_read_fd(once->file, &kept);
	if (e != ERR_OK || !take_kept(buf_span(&kept), before, answer))
		return e;
	once->again = true;
	if (memcmp(before, once->sent, sizeof(before)) == 0)
		return ERR_OK;
	buf_clear(&answer->body);
	answer->location[0] = '\0';
	api_refuse(422, ERR_MISMATCH,
		"this Idempotency-Key was used for something else: take "
		"another",
		answer);
	return ERR_OK;
}

enum err
api_once_end(struct api_once *once, enum err e, const struct answer *answer)
{
	OWNED_BUF(kept, KEPT_MAX);

	if (once->file >= 0 && e == ERR_OK && !once->again &&
		answer->status < 300) {
		buf_u64be(&kept, (uint64_t)os_now());
		buf_bytes(&kept, span_of(once->sent, sizeof(once->sent)));
		buf_u32be(&kept, answer->status);
		buf_sized(&kept, span_text(answer->location));
		buf_sized(&kept, buf_span(&answer->body));
		e = buf_error(&kept);
		if (e == ERR_OK && ftruncate(once->file, 0) != 0)
			e = err_origin(ERR_IO);
		if (e == ERR_OK)
			e = os_rewind(once->file);
		if (e == ERR_OK)
			e = os_write_all(once->file, buf_span(&kept));
		if (e == ERR_OK)
			e = os_sync(once->file);
	}
	os_close(&once->file);
	return e;
}
