/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_spool.h"

#include <fcntl.h>

#include "base/read.h"
#include "os/file.h"

enum { HEAD = 4 };

enum err
proc_spool_open(int folder, struct proc_spool *ret_spool)
{
	*ret_spool = PROC_SPOOL_NONE;
	buf_init(&ret_spool->piece, PROC_SPOOL_PIECE);
	ret_spool->fd =
		openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	return ret_spool->fd < 0 ? err_origin(ERR_IO) : ERR_OK;
}

enum err
proc_spool_add(struct proc_spool *spool, struct span piece)
{
	OWNED_BUF(head, HEAD);
	enum err e = piece.n <= PROC_SPOOL_PIECE ? ERR_OK : ERR_TOO_LARGE;

	buf_u32be(&head, (uint32_t)piece.n);
	if (e == ERR_OK)
		e = buf_error(&head);
	if (e == ERR_OK)
		e = os_write_all(spool->fd, buf_span(&head));
	return e == ERR_OK ? os_write_all(spool->fd, piece) : e;
}

enum err
proc_spool_rewind(struct proc_spool *spool)
{
	return os_rewind(spool->fd);
}

enum err
proc_spool_next(struct proc_spool *spool, struct span *ret_piece)
{
	uint8_t head[HEAD];
	struct reader r = read_from(span_of(head, sizeof(head)));
	uint8_t *at;
	size_t got = 0;
	enum err e = os_read_exact(spool->fd, head, sizeof(head), &got);

	if (e != ERR_OK || got == 0)
		return e == ERR_OK ? ERR_NOT_FOUND : e;
	buf_clear(&spool->piece);
	at = buf_space(&spool->piece, read_u32be(&r));
	e = buf_error(&spool->piece);
	if (e == ERR_OK)
		e = os_read_exact(spool->fd, at, spool->piece.n, &got);
	if (e == ERR_OK && got != spool->piece.n)
		e = err_origin(ERR_IO);
	*ret_piece = buf_span(&spool->piece);
	return e;
}

void
proc_spool_close(struct proc_spool *spool)
{
	if (spool->fd < 0)
		return;
	os_close(&spool->fd);
	buf_fini(&spool->piece);
}
