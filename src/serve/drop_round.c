/* SPDX-License-Identifier: Apache-2.0 */
/* One round over the folders of agencies, in a process of the service's own. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_drop.h"
#include "proc/proc_sandbox.h"
#include "serve/service_int.h"

enum { CERT_MAX = 1 << 16 };

/* What a requester wrote is in no line of it. */
static void
tell(void *context, const struct proc_drop_item *item)
{
	uint64_t *later = context;

	(void)fprintf(stderr, "weir-drop: %s %s %s", proc_drop_text(item->what),
		item->agency, item->name);
	if (item->batch != 0)
		(void)fprintf(stderr, ": batch %" PRIu32, item->batch);
	if (item->what == DROP_PACKAGES)
		(void)fprintf(stderr, ", %" PRIu64, item->n);
	(void)fputc('\n', stderr);
	*later += item->what == DROP_LATER;
}

/* The parent's are not ours: told to end, it ends, and the next round goes on. */
static enum err
plain_signals(void)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	const struct sigaction plain = {.sa_handler = SIG_DFL};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (sigaction(numbers[i], &plain, NULL) != 0)
			return err_origin(ERR_IO);
	return ERR_OK;
}

enum err
drop_round(const char *path, int folder)
{
	OWNED_BUF(cert, CERT_MAX);
	struct instance_asker asker = {.patience_ms = 0};
	uint64_t later = 0;
	const struct proc_drop_options options = {.path = path,
		.asker = &asker,
		.today = DAY_NONE,
		.tell = tell,
		.context = &later};
	struct why why = {""};
	enum err e = plain_signals();

	if (e == ERR_OK)
		e = proc_sandbox_desk();
	if (e == ERR_OK)
		e = os_read(folder, "drop.crt", &cert);
	asker.cert = buf_span(&cert);
	if (e == ERR_OK)
		e = proc_drop_round(&options, &why);
	if (e == ERR_BUSY) /* somebody does it by hand */
		return ERR_OK;
	if (e != ERR_OK && why.text[0] != '\0')
		(void)fprintf(stderr, "weir-drop: %s\n", why.text);
	return e == ERR_OK && later > 0 ? ERR_BUSY : e;
}
