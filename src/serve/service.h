/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * service - the parent of the service's processes: it has the port, starts gate
 * and desk, and starts them again where they end.
 *
 *	DIR/service/settings	settings.h
 *	DIR/service/server.key	of TLS; 0600
 *	DIR/service/server.crt	its certificate, and those between it and its CA
 *	DIR/service/clients.pem	who signs clients' certificates
 *	DIR/service/drop.crt	as whom the folders of agencies are looked after
 *
 * Where the settings say at which interval, it has a third process do a round
 * of drop (proc_drop.h), and waits for the end of one before the next.
 *
 * SIGHUP reads them all anew: a new gate takes the port, and the old one ends
 * its connections.  SIGTERM ends what was begun, then the service.
 */

#include "serve/ask.h"

struct service_options {
	const char *path;   /* of the instance */
	const char *listen; /* NULL: as the settings say */
	const struct serve_site *site;
	const int32_t
		*today; /* that is played, in a sandbox; NULL: the clock's */
	void (*ready)(void *context, unsigned port);
	void *context;
};

/* Until SIGTERM or SIGINT.  Refuses NOT_FOUND (there is no DIR/service/),
 * MALFORMED, BUSY (the port is taken), with a sentence. */
MUST_USE enum err service_run(
	const struct service_options *options, struct why *reterr_why);

/*
 * Makes what is missing of DIR/service/: settings, and a key with a self-signed
 * certificate for `names` ("DNS:gate.example,IP:10.0.0.1").  In a sandbox
 * clients.pem and drop.crt are made of its people, each time; elsewhere they are
 * the custodian's to write.
 */
MUST_USE enum err service_make(
	const char *path, const char *names, struct why *reterr_why);
