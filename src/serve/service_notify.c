/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "serve/service_int.h"

/* RELOADING wants the time with it (sd_notify(3)). */
static int
put_state(char *to, size_t size, const char *state)
{
	struct timespec now;

	if (strcmp(state, "RELOADING=1") != 0 ||
		clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return snprintf(to, size, "%s", state);
	return snprintf(to, size, "%s\nMONOTONIC_USEC=%lld", state,
		(long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void
service_notify(const char *state)
{
	const char *where = getenv("NOTIFY_SOCKET");
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char text[128];
	socklen_t n;
	int fd;

	if (where == NULL || strlen(where) >= sizeof(at.sun_path) ||
		(where[0] != '/' && where[0] != '@'))
		return;
	n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(where));
	memcpy(at.sun_path, where, strlen(where));
	if (at.sun_path[0] == '@')
		at.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, text, (size_t)put_state(text, sizeof(text), state),
		MSG_NOSIGNAL, (const struct sockaddr *)&at, n);
	(void)close(fd);
}
