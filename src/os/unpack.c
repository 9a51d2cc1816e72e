/* SPDX-License-Identifier: Apache-2.0 */
#include "os/unpack.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"
#include "os/file.h"

enum {
	PIECE = 1 << 16,
	MOST = 1 << 30, /* asked of a library at once: its counts are 32 bits */
	MAGIC = 4,
	GZIP_WINDOW = 15 + 16, /* zlib's way to say: gzip and nothing else */
};

enum packing { PACKING_UNKNOWN, PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct os_unpack {
	int fd;
	enum packing packing;
	bool ended; /* the descriptor */
	bool whole; /* between members or frames: here it may end */
	enum err refused;
	struct why why;
	z_stream gzip;
	ZSTD_DCtx *zstd;
	uint64_t before; /* bytes of the descriptor before `in` */
	size_t n;        /* bytes in `in` */
	size_t at;       /* of which are used */
	uint8_t in[PIECE];
};

enum err
os_unpack_new(int fd, struct os_unpack **ret_unpack)
{
	struct os_unpack *u = mem_zeroed(sizeof(*u));

	if (u == NULL)
		return err_origin(ERR_NOMEM);
	u->fd = fd;
	*ret_unpack = u;
	return ERR_OK;
}

struct os_unpack *
os_unpack_free(struct os_unpack *u)
{
	if (u == NULL)
		return NULL;
	if (u->packing == PACKING_GZIP)
		(void)inflateEnd(&u->gzip);
	(void)ZSTD_freeDCtx(u->zstd);
	mem_wipe(u, sizeof(*u));
	return NULL;
}

enum err
os_unpack_why(
	const struct os_unpack *u, const char *name, struct why *reterr_why)
{
	if (u->refused == ERR_OK)
		return ERR_OK;
	return why_set(reterr_why, u->refused, "%s: %s", name, u->why.text);
}

/* ---- refusals ---- */

static const char *
packing_name(const struct os_unpack *u)
{
	return u->packing == PACKING_GZIP ? "gzip" : "zstd";
}

static enum err
cut_short(struct os_unpack *u)
{
	return u->refused = why_set(&u->why, ERR_DAMAGED,
		       "cut short after %llu bytes of %s",
		       (unsigned long long)(u->before + u->n), packing_name(u));
}

/* A library tells of damage somewhere in what it was last given. */
static enum err
damaged(struct os_unpack *u, const char *says)
{
	return u->refused = why_set(&u->why, ERR_DAMAGED,
		       "damaged near byte %llu: %s: %s",
		       (unsigned long long)(u->before + u->at), packing_name(u),
		       says == NULL ? "no sense" : says);
}

/* ---- input ---- */

static enum err
fill(struct os_unpack *u)
{
	enum err e;

	if (u->at < u->n || u->ended)
		return ERR_OK;
	u->before += u->n;
	u->at = u->n = 0;
	e = os_read_some(u->fd, u->in, PIECE, &u->n);
	u->ended = e == ERR_OK && u->n == 0;
	return e;
}

/* As far as it was read; a file that ends within a magic is not packed. */
static enum packing
packing_of(struct span s)
{
	if (s.n >= 2 && s.at[0] == 0x1f && s.at[1] == 0x8b)
		return PACKING_GZIP;
	if (s.n == MAGIC && memcmp(s.at, "\x28\xb5\x2f\xfd", MAGIC) == 0)
		return PACKING_ZSTD;
	/* a skippable frame: parallel packers begin with one */
	if (s.n == MAGIC && (s.at[0] & 0xf0) == 0x50 &&
		memcmp(s.at + 1, "\x2a\x4d\x18", MAGIC - 1) == 0)
		return PACKING_ZSTD;
	return PACKING_NONE;
}

static enum err
begin_gzip(struct os_unpack *u)
{
	if (inflateInit2(&u->gzip, GZIP_WINDOW) != Z_OK)
		return err_origin(ERR_NOMEM);
	u->packing = PACKING_GZIP;
	return ERR_OK;
}

static enum err
begin_zstd(struct os_unpack *u)
{
	size_t z;

	u->zstd = ZSTD_createDCtx();
	if (u->zstd == NULL)
		return err_origin(ERR_NOMEM);
	z = ZSTD_DCtx_setParameter(
		u->zstd, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG);
	must(!ZSTD_isError(z));
	u->packing = PACKING_ZSTD;
	return ERR_OK;
}

static enum err
begin(struct os_unpack *u)
{
	enum err e = os_read_exact(u->fd, u->in, MAGIC, &u->n);
	enum packing is;

	if (e != ERR_OK)
		return e;
	u->ended = u->n < MAGIC;
	is = packing_of(span_of(u->in, u->n));
	if (is == PACKING_GZIP)
		return begin_gzip(u);
	if (is == PACKING_ZSTD)
		return begin_zstd(u);
	u->packing = PACKING_NONE;
	return ERR_OK;
}

/* ---- output ---- */

static enum err
read_plain(struct os_unpack *u, uint8_t *to, size_t size, size_t *ret_n)
{
	size_t n = u->n - u->at;

	if (n == 0)
		return u->ended ? ERR_OK : os_read_some(u->fd, to, size, ret_n);
	if (n > size)
		n = size;
	memcpy(to, u->in + u->at, n);
	u->at += n;
	*ret_n = n;
	return ERR_OK;
}

static enum err
step_gzip(struct os_unpack *u)
{
	z_stream *z = &u->gzip;
	int r;

	if (u->whole)
		(void)inflateReset(z);
	u->whole = false;
	z->next_in = u->in + u->at;
	z->avail_in = (uInt)(u->n - u->at);
	r = inflate(z, Z_NO_FLUSH);
	u->at = u->n - z->avail_in;
	switch (r) {
	case Z_STREAM_END:
		u->whole = true;
		return ERR_OK;
	case Z_OK:
		return ERR_OK;
	case Z_BUF_ERROR: /* nothing in, nothing out */
		return u->ended ? cut_short(u) : ERR_OK;
	case Z_MEM_ERROR:
		return err_origin(ERR_NOMEM);
	default:
		return damaged(u, z->msg);
	}
}

static enum err
read_gzip(struct os_unpack *u, uint8_t *to, size_t size, size_t *ret_n)
{
	enum err e = ERR_OK;

	u->gzip.next_out = to;
	u->gzip.avail_out = (uInt)size;
	while (e == ERR_OK && u->gzip.avail_out == size) {
		e = fill(u);
		if (e == ERR_OK && u->at == u->n && u->whole)
			break;
		if (e == ERR_OK)
			e = step_gzip(u);
	}
	*ret_n = size - u->gzip.avail_out;
	return e;
}

static enum err
zstd_bad(struct os_unpack *u, size_t z)
{
	ZSTD_ErrorCode code = ZSTD_getErrorCode(z);

	if (code == ZSTD_error_memory_allocation)
		return err_origin(ERR_NOMEM);
	if (code != ZSTD_error_frameParameter_windowTooLarge)
		return damaged(u, ZSTD_getErrorName(z));
	return u->refused = why_set(&u->why, ERR_TOO_LARGE,
		       "zstd with a window of more than %d MiB: pack it with "
		       "--long=%d or less",
		       1 << (UNPACK_WINDOW_LOG - 20), UNPACK_WINDOW_LOG);
}

static enum err
step_zstd(struct os_unpack *u, ZSTD_outBuffer *out)
{
	ZSTD_inBuffer in = {u->in, u->n, u->at};
	bool starved = u->at == u->n && u->ended;
	size_t had = out->pos;
	size_t z = ZSTD_decompressStream(u->zstd, out, &in);

	if (ZSTD_isError(z))
		return zstd_bad(u, z);
	u->at = in.pos;
	u->whole = z == 0;
	return starved && !u->whole && out->pos == had ? cut_short(u) : ERR_OK;
}

static enum err
read_zstd(struct os_unpack *u, uint8_t *to, size_t size, size_t *ret_n)
{
	ZSTD_outBuffer out = {to, size, 0};
	enum err e = ERR_OK;

	while (e == ERR_OK && out.pos == 0) {
		e = fill(u);
		if (e == ERR_OK && u->at == u->n && u->whole)
			break;
		if (e == ERR_OK && (u->at < u->n || u->ended))
			e = step_zstd(u, &out);
	}
	*ret_n = out.pos;
	return e;
}

enum err
os_unpack_read(void *ctx, uint8_t *to, size_t size, size_t *ret_n)
{
	struct os_unpack *u = ctx;
	enum err e = u->refused;

	*ret_n = 0;
	if (e == ERR_OK && u->packing == PACKING_UNKNOWN)
		e = begin(u);
	if (e != ERR_OK || size == 0)
		return e;
	if (size > MOST)
		size = MOST;
	if (u->packing == PACKING_GZIP)
		return read_gzip(u, to, size, ret_n);
	if (u->packing == PACKING_ZSTD)
		return read_zstd(u, to, size, ret_n);
	return read_plain(u, to, size, ret_n);
}
