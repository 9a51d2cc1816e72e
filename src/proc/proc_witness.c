/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_witness.h"

#include <signal.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "os/listen.h"
#include "proc/proc_sandbox.h"
#include "witness/witness_http.h"

static volatile sig_atomic_t ended;

static void
on_signal(int number)
{
	(void)number;
	ended = 1;
}

static enum err
take_signals(void)
{
	struct sigaction end = {.sa_handler = on_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (sigaction(SIGTERM, &end, NULL) != 0 ||
		sigaction(SIGINT, &end, NULL) != 0 ||
		sigaction(SIGPIPE, &ignore, NULL) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

static enum err
open_port(const char *where, int *ret_fd, unsigned *ret_port, struct why *why)
{
	enum err e = os_listen(where, ret_fd, ret_port);

	if (e == ERR_MALFORMED)
		return why_set(why, e,
			"%s: an address and a port, 127.0.0.1:8080 or "
			"[::1]:8080",
			where);
	if (e == ERR_BUSY)
		return why_set(why, e, "%s: this port is taken", where);
	return e;
}

enum err
proc_witness_serve(const char *path, const char *where,
	proc_witness_ready *ready, void *context, struct why *reterr_why)
{
	OWNED(witness) w = NULL;
	OWNED(witness_http) http = NULL;
	unsigned port = 0;
	int fd = -1;
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = witness_open(path, &w, reterr_why);
	if (e == ERR_OK)
		e = open_port(where, &fd, &port, reterr_why);
	if (e == ERR_OK)
		e = take_signals();
	if (e == ERR_OK)
		e = witness_http_new(w, fd, os_now, &http);
	if (e == ERR_OK)
		e = proc_sandbox_enter(
			SANDBOX_WITNESS, (int[]){witness_folder(w)}, 1);
	if (e != ERR_OK)
		return e;
	ready(context, port);
	while (e == ERR_OK && !ended)
		e = witness_http_step(http);
	return e;
}
