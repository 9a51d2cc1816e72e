/* SPDX-License-Identifier: Apache-2.0 */
#include "os/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"

enum { BACKLOG = 512 };

struct address {
	struct sockaddr_storage at;
	socklen_t n;
};

static bool
address_of(const char *where, struct address *ret)
{
	struct span port = span_text(where);
	struct span host;
	char text[64];
	uint64_t number;
	struct sockaddr_in *four = (struct sockaddr_in *)&ret->at;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&ret->at;
	bool is_six = port.n > 0 && port.at[0] == '[';

	*ret = (struct address){.n = 0};
	if (is_six)
		(void)span_cut(&port, '[');
	host = span_cut(&port, is_six ? ']' : ':');
	if (is_six && span_cut(&port, ':').n > 0)
		return false;
	if (!span_copy(host, text, sizeof(text)) ||
		!num_parse(port, 65535, &number))
		return false;
	if (is_six) {
		ret->n = sizeof(*six);
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)number);
		return inet_pton(AF_INET6, text, &six->sin6_addr) == 1;
	}
	ret->n = sizeof(*four);
	four->sin_family = AF_INET;
	four->sin_port = htons((uint16_t)number);
	return inet_pton(AF_INET, text, &four->sin_addr) == 1;
}

unsigned
os_port(int fd)
{
	struct address a = {.n = sizeof(a.at)};

	if (getsockname(fd, (struct sockaddr *)&a.at, &a.n) != 0)
		return 0;
	return ntohs(a.at.ss_family == AF_INET6
			     ? ((struct sockaddr_in6 *)&a.at)->sin6_port
			     : ((struct sockaddr_in *)&a.at)->sin_port);
}

enum err
os_listen(const char *where, int *ret_fd, unsigned *ret_port)
{
	struct address a;
	int fd;
	int on = 1;

	if (!address_of(where, &a))
		return ERR_MALFORMED;
	fd = socket(
		a.at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_origin(ERR_IO);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) !=
			0 ||
		bind(fd, (struct sockaddr *)&a.at, a.n) != 0 ||
		listen(fd, BACKLOG) != 0) {
		bool taken = errno == EADDRINUSE;

		os_close(&fd);
		return taken ? ERR_BUSY : err_origin(ERR_IO);
	}
	*ret_port = os_port(fd);
	*ret_fd = fd;
	return ERR_OK;
}
