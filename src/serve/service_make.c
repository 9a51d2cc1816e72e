/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "serve/service.h"

enum {
	PEM_MAX = 1 << 22,
	NAME = 320,
	YEAR = 365 * 24 * 3600,
	OWN = 0600,
};

static const char first_settings[] =
	"# The service's settings: docs/formats/service.md.\n"
	"# What is not here is as it is by itself.\n"
	"listen 127.0.0.1:8443\n";

/* Self-signed: browsers and agencies trust it where it is given to them. */
static enum err
make_server(int folder, const char *names)
{
	OWNED_BUF(key, PEM_MAX);
	OWNED_BUF(cert, PEM_MAX);
	int64_t now = os_now();
	enum err e = crypto_make_server("weir", "weir service", names,
		now - YEAR / 365, now + YEAR, &key, &cert);

	if (e == ERR_OK)
		e = os_write(folder, "server.key", buf_span(&key), OWN);
	return e == ERR_OK
		       ? os_write(folder, "server.crt", buf_span(&cert), OWN)
		       : e;
}

/* ---- a sandbox's people ---- */

static bool
is_cert(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".crt") == 0;
}

static enum err
add_people(int at, const char *folder, struct buf *to)
{
	int fd = -1;
	enum err e = os_folder(at, folder, false, &fd);
	struct dirent *d;
	DIR *all;

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	all = fdopendir(fd);
	if (all == NULL) {
		os_close(&fd);
		return err_origin(ERR_IO);
	}
	while (e == ERR_OK && (d = readdir(all)) != NULL)
		if (is_cert(d->d_name))
			e = os_read(fd, d->d_name, to);
	(void)closedir(all);
	return e;
}

/* Self-signed, all of them: each is its own authority. */
static enum err
write_clients(int dir, int folder)
{
	OWNED_BUF(all, PEM_MAX);
	enum err e;

	if (!os_exists(dir, "sandbox"))
		return ERR_OK;
	e = add_people(dir, "sandbox", &all);
	if (e == ERR_OK)
		e = add_people(dir, "sandbox/officers", &all);
	return e == ERR_OK
		       ? os_write(folder, "clients.pem", buf_span(&all), OWN)
		       : e;
}

/* Who does the rounds of drop: in a sandbox its operator. */
static enum err
write_drop(int dir, int folder)
{
	OWNED_BUF(cert, PEM_MAX);
	enum err e = os_read(dir, "sandbox/operator.crt", &cert);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return e == ERR_OK ? os_write(folder, "drop.crt", buf_span(&cert), OWN)
			   : e;
}

static enum err
make(int dir, const char *names)
{
	OWNED_FD folder = -1;
	enum err e = os_folder(dir, "service", true, &folder);

	if (e == ERR_OK && !os_exists(folder, "settings"))
		e = os_write(
			folder, "settings", span_text(first_settings), OWN);
	if (e == ERR_OK && !os_exists(folder, "server.key"))
		e = make_server(folder, names);
	if (e == ERR_OK)
		e = write_clients(dir, folder);
	return e == ERR_OK ? write_drop(dir, folder) : e;
}

enum err
service_make(const char *path, const char *names, struct why *reterr_why)
{
	OWNED_FD dir = -1;
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = os_folder(AT_FDCWD, path, false, &dir);
	if (e == ERR_OK && !os_exists(dir, "instance"))
		e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e,
			"%s is no instance: `weir init %s` makes one", path,
			path);
	if (e == ERR_OK && instance_must_answer(dir, reterr_why) != ERR_OK)
		return ERR_NOT_ALLOWED;
	if (e == ERR_OK)
		e = make(dir, names);
	return e == ERR_OK ? ERR_OK
			   : why_set(reterr_why, e, "%s/service: %s", path,
				     err_text(e));
}
