/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/wire.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/read.h"

enum {
	HEAD_BYTES = 6,
	/* Sent at once with its head: a peer that sleeps is woken once. */
	FIRST_BYTES = 8192,
};

static size_t
most_of(unsigned number)
{
	switch (number) {
#define MESSAGE(name, number, most)                                            \
	case number:                                                           \
		return (most);
#include "wire/wire.def"
	default:
		return 0;
	}
}

const char *
wire_message_text(enum wire_message m)
{
	switch (m) {
#define MESSAGE(name, number, most)                                            \
	case WIRE_##name:                                                      \
		return #name;
#include "wire/wire.def"
	}
	return "unlisted message";
}

static enum err
send_all(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = send(fd, bytes.at, bytes.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_PEER);
		bytes.at += n;
		bytes.n -= (size_t)n;
	}
	return ERR_OK;
}

/* ret_n is less than `n` only at the end of the peer. */
static enum err
receive_all(int fd, uint8_t *to, size_t n, size_t *ret_n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t some = recv(fd, to + got, n - got, 0);

		if (some < 0 && errno == EINTR)
			continue;
		if (some < 0)
			return err_origin(ERR_PEER);
		if (some == 0)
			break;
		got += (size_t)some;
	}
	*ret_n = got;
	return ERR_OK;
}

static void
put_head(uint8_t head[HEAD_BYTES], enum wire_message m, size_t n)
{
	must(n <= most_of(m));
	for (size_t i = 0; i < 4; i++)
		head[i] = (uint8_t)(n >> (24 - 8 * i));
	head[4] = (uint8_t)((unsigned)m >> 8);
	head[5] = (uint8_t)m;
}

void
wire_put(struct buf *to, enum wire_message m, struct span payload)
{
	uint8_t head[HEAD_BYTES];

	put_head(head, m, payload.n);
	buf_bytes(to, span_of(head, sizeof(head)));
	buf_bytes(to, payload);
}

enum err
wire_next(struct span *bytes, enum wire_message *ret_message,
	struct span *ret_payload)
{
	struct reader r = read_from(*bytes);
	size_t n = read_u32be(&r);
	unsigned number = read_u16be(&r);

	if (!read_ok(&r))
		return ERR_NOT_FOUND;
	if (most_of(number) == 0 || n > most_of(number))
		return err_origin(ERR_PEER);
	if (r.left.n < n)
		return ERR_NOT_FOUND;
	*ret_payload = read_bytes(&r, n);
	*ret_message = (enum wire_message)number;
	*bytes = r.left;
	return ERR_OK;
}

enum err
wire_send(int fd, enum wire_message m, struct span payload)
{
	uint8_t first[FIRST_BYTES];
	size_t n = payload.n < sizeof(first) - HEAD_BYTES
			   ? payload.n
			   : sizeof(first) - HEAD_BYTES;
	enum err e;

	put_head(first, m, payload.n);
	if (n > 0)
		memcpy(first + HEAD_BYTES, payload.at, n);
	e = send_all(fd, span_of(first, HEAD_BYTES + n));
	return e == ERR_OK && n < payload.n
		       ? send_all(fd, span_of(payload.at + n, payload.n - n))
		       : e;
}

enum err
wire_receive(int fd, struct buf *payload, enum wire_message *ret_message)
{
	uint8_t head[HEAD_BYTES] = {0};
	struct reader r = read_from(span_of(head, sizeof(head)));
	uint8_t *at;
	size_t n;
	size_t got;
	unsigned number;
	enum err e = receive_all(fd, head, sizeof(head), &got);

	if (e != ERR_OK)
		return e;
	if (got == 0) {
		*ret_message = (enum wire_message)0;
		return ERR_OK;
	}
	n = read_u32be(&r);
	number = read_u16be(&r);
	if (got != sizeof(head) || most_of(number) == 0 || n > most_of(number))
		return err_origin(ERR_PEER);
	buf_clear(payload);
	at = buf_space(payload, n);
	if (at == NULL && buf_error(payload) != ERR_OK)
		return buf_error(payload) == ERR_NOMEM ? ERR_NOMEM
						       : err_origin(ERR_PEER);
	e = receive_all(fd, at, n, &got);
	if (e == ERR_OK && got != n)
		e = err_origin(ERR_PEER);
	*ret_message = (enum wire_message)number;
	return e;
}

enum err
wire_refuse(
	int fd, enum wire_message refusal, enum err e, const struct why *why)
{
	OWNED_BUF(b, 1024);

	buf_u32be(&b, (uint32_t)e);
	buf_text(&b, why == NULL ? err_text(e) : why->text);
	if (buf_error(&b) != ERR_OK)
		return buf_error(&b);
	return wire_send(fd, refusal, buf_span(&b));
}

static enum err
refusal_from(struct span payload, struct why *reterr_why)
{
	struct reader r = read_from(payload);
	enum err e = (enum err)(int32_t)read_u32be(&r);

	if (!read_ok(&r) || e == ERR_OK)
		return err_origin(ERR_PEER);
	return why_set(reterr_why, e, "%.*s", (int)r.left.n, r.left.at);
}

enum err
wire_expect(int fd, enum wire_message want, enum wire_message refusal,
	struct buf *payload, struct why *reterr_why)
{
	enum wire_message m;
	enum err e = wire_receive(fd, payload, &m);

	if (e != ERR_OK)
		return e;
	if (m == want)
		return ERR_OK;
	if (m == refusal)
		return refusal_from(buf_span(payload), reterr_why);
	return why_set(reterr_why, err_origin(ERR_PEER),
		"expected %s, received %s", wire_message_text(want),
		m == 0 ? "the end" : wire_message_text(m));
}
