/* SPDX-License-Identifier: Apache-2.0 */
/* Messages with a descriptor beside them (SCM_RIGHTS). */
#include "wire/wire.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PART = 1 << 16 };

ssize_t
wire_give(int fd, struct span bytes, int file)
{
	/* sendmsg() changes neither, but its type says so of none. */
	struct iovec v = {(void *)(uintptr_t)bytes.at, bytes.n};
	union {
		struct cmsghdr head;
		uint8_t room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};

	if (file >= 0) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
		control.head = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(sizeof(int))};
		memcpy(CMSG_DATA(&control.head), &file, sizeof(file));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

/* Keeps the first that comes, closes all others. */
static void
take_files(struct msghdr *m, int *file)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
		c = CMSG_NXTHDR(m, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int got;

			memcpy(&got, CMSG_DATA(c) + i * sizeof(got),
				sizeof(got));
			if (*file < 0)
				*file = got;
			else
				(void)close(got);
		}
	}
}

ssize_t
wire_take(int fd, void *to, size_t size, int *file)
{
	struct iovec v = {to, size};
	union {
		struct cmsghdr head;
		uint8_t room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct msghdr m = {.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room)};
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);

	if (n >= 0)
		take_files(&m, file);
	return n;
}

enum err
wire_send_with(int fd, enum wire_message m, struct span payload, int file)
{
	OWNED_BUF(all, (size_t)1 << 25);
	struct span left;

	wire_put(&all, m, payload);
	if (buf_error(&all) != ERR_OK)
		return buf_error(&all);
	left = buf_span(&all);
	while (left.n > 0) {
		ssize_t n = wire_give(fd, left, file);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_PEER);
		file = -1;
		left = span_of(left.at + n, left.n - (size_t)n);
	}
	return ERR_OK;
}

enum err
wire_receive_with(int fd, struct buf *payload, int *ret_file,
	enum wire_message *ret_message)
{
	OWNED_BUF(all, (size_t)1 << 25);
	static uint8_t part[PART];

	*ret_file = -1;
	for (;;) {
		struct span bytes = buf_span(&all);
		struct span body;
		ssize_t n;
		enum err e = wire_next(&bytes, ret_message, &body);

		if (e == ERR_OK && bytes.n == 0) {
			buf_clear(payload);
			buf_bytes(payload, body);
			return buf_error(payload);
		}
		if (e != ERR_NOT_FOUND) /* one message, and nothing after it */
			return e == ERR_OK ? err_origin(ERR_PEER) : e;
		n = wire_take(fd, part, sizeof(part), ret_file);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 && all.n == 0) {
			*ret_message = (enum wire_message)0;
			return ERR_OK;
		}
		if (n <= 0)
			return err_origin(ERR_PEER);
		buf_bytes(&all, span_of(part, (size_t)n));
		if (buf_error(&all) != ERR_OK)
			return buf_error(&all);
	}
}
