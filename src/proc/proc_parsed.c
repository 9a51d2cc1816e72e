/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_parsed.h"

#include "base/buf.h"
#include "base/read.h"
#include "wire/wire.h"

enum err
parsed_piece(int fd, struct span piece)
{
	must(piece.n <= PARSED_PIECE);
	return wire_send(fd, WIRE_PARSED_PIECE, piece);
}

enum err
parsed_end(int fd, enum err e, struct why *why)
{
	if (e == ERR_OK)
		return wire_send(fd, WIRE_PARSED_END, span_of(NULL, 0));
	if (why->text[0] == '\0')
		(void)why_set(why, e, "%s", err_text(e));
	return wire_refuse(fd, WIRE_PARSED_REFUSE, e, why);
}

static enum err
next_piece(int fd, struct buf *piece, bool *ret_end, struct why *why)
{
	enum wire_message message;
	struct reader r;
	enum err refused;
	enum err e = wire_receive(fd, piece, &message);

	if (e != ERR_OK)
		return e;
	*ret_end = message == WIRE_PARSED_END;
	if (message == WIRE_PARSED_PIECE || message == WIRE_PARSED_END)
		return ERR_OK;
	if (message != WIRE_PARSED_REFUSE)
		return err_origin(ERR_PEER);
	r = read_from(buf_span(piece));
	refused = (enum err)(int32_t)read_u32be(&r);
	if (!read_ok(&r) || refused == ERR_OK)
		return err_origin(ERR_PEER);
	return why_set(
		why, refused, "%.*s", (int)r.left.n, (const char *)r.left.at);
}

enum err
proc_parsed(proc_main *child, void *context, int file,
	enum err (*take)(void *mine, struct span piece), void *mine,
	struct why *reterr_why)
{
	struct proc_peer peer = PROC_PEER_NONE;
	OWNED_BUF(piece, PARSED_PIECE);
	bool end = false;
	enum err e = proc_start("weir-front", child, context, file, &peer);

	while (e == ERR_OK && !end) {
		e = next_piece(peer.fd, &piece, &end, reterr_why);
		if (e == ERR_OK && !end)
			e = take(mine, buf_span(&piece));
	}
	if (e == ERR_OK)
		e = proc_end(&peer);
	proc_drop(&peer);
	return e;
}
