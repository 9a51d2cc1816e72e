/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a peer sends: frames are taken off a socketpair until its end; each
 * is one of the list, no longer than its most, and exactly the bytes sent.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 1 << 16 }; /* what a socket's buffer holds for sure */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED_BUF(payload, 1 << 28);
	struct why why;
	enum wire_message m;
	size_t at = 0;
	int pair[2];
	enum err e;

	if (size > BYTES_MAX)
		return 0;
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	must(size == 0 || write(pair[1], data, size) == (ssize_t)size);
	(void)close(pair[1]);
	while ((e = wire_receive(pair[0], &payload, &m)) == ERR_OK && m != 0) {
		must(size - at >= 6 + payload.n);
		must(wire_message_text(m)[0] != 'u');
		must(span_eq(
			buf_span(&payload), span_of(data + at + 6, payload.n)));
		at += 6 + payload.n;
		if (size % 2 == 1) { /* the other way to receive */
			e = wire_expect(pair[0], WIRE_VAULT_DONE,
				WIRE_VAULT_REFUSE, &payload, &why);
			if (e == ERR_PEER)
				break;
			at += 6 + payload.n;
		}
	}
	must(e != ERR_OK || m != 0 || at == size);
	(void)close(pair[0]);
	return 0;
}
