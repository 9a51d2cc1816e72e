/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: regions of the file far behind what it will be in the end. */
#include "roll/roll_int.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

enum { HELD = 256 * 1024, REGION_BITS = 38 };

static const uint64_t most_bytes = (uint64_t)1 << 34;

enum err
roll_write_at(int fd, struct span bytes, uint64_t at)
{
	while (bytes.n > 0) {
		ssize_t n = pwrite(fd, bytes.at, bytes.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_IO);
		bytes = span_of(bytes.at + n, bytes.n - (size_t)n);
		at += (uint64_t)n;
	}
	return ERR_OK;
}

enum err
roll_read_at(int fd, uint8_t *to, size_t n, uint64_t at)
{
	while (n > 0) {
		ssize_t got = pread(fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_origin(ERR_IO);
		to += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return ERR_OK;
}

enum err
roll_stream_init(struct roll_stream *stream, int fd, enum roll_region region)
{
	*stream = (struct roll_stream){
		.fd = fd,
		.base = region == REGION_RECORDS
				? ROLL_HEADER
				: (uint64_t)region << REGION_BITS,
		.held = mem_zeroed(HELD),
	};
	return stream->held == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

void
roll_stream_fini(struct roll_stream *stream)
{
	if (stream->held != NULL)
		mem_wipe(stream->held, stream->n < HELD ? stream->n : HELD);
	*stream = (struct roll_stream){0};
}

void
roll_stream_restart(struct roll_stream *stream)
{
	stream->n = stream->n_held = 0;
}

enum err
roll_stream_flush(struct roll_stream *stream)
{
	enum err e =
		roll_write_at(stream->fd, span_of(stream->held, stream->n_held),
			stream->base + stream->n - stream->n_held);

	stream->n_held = 0;
	return e;
}

enum err
roll_stream_add(struct roll_stream *stream, struct span bytes)
{
	enum err e = ERR_OK;

	must(bytes.n <= HELD);
	if (stream->n + bytes.n > most_bytes)
		return ERR_TOO_LARGE;
	if (bytes.n > HELD - stream->n_held)
		e = roll_stream_flush(stream);
	if (e != ERR_OK)
		return e;
	if (bytes.n > 0)
		memcpy(stream->held + stream->n_held, bytes.at, bytes.n);
	stream->n_held += bytes.n;
	stream->n += bytes.n;
	return ERR_OK;
}

enum err
roll_stream_map(struct roll_stream *stream, struct span *ret_bytes)
{
	enum err e = roll_stream_flush(stream);
	void *at;

	*ret_bytes = span_of(NULL, 0);
	if (e != ERR_OK || stream->n == 0)
		return e;
	at = mmap(NULL, stream->n, PROT_READ, MAP_SHARED, stream->fd,
		(off_t)stream->base);
	if (at == MAP_FAILED)
		return err_origin(ERR_IO);
	*ret_bytes = span_of(at, stream->n);
	return ERR_OK;
}

void
roll_stream_unmap(struct span bytes)
{
	union {
		const uint8_t *in;
		void *out;
	} at = {.in = bytes.at};

	if (bytes.at != NULL)
		(void)munmap(at.out, bytes.n);
}
