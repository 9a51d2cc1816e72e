/* SPDX-License-Identifier: Apache-2.0 */
/* The intake, as a process of the service. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "proc/proc_intake.h"
#include "serve/service_int.h"

static volatile sig_atomic_t told_to_end;

static void
on_signal(int number)
{
	(void)number;
	told_to_end = 1;
}

/* Before it serves it may end at any moment: nothing is begun.  From then on what
 * it was told is seen while it waits, and not between. */
static enum err
take_signals(sigset_t *calm)
{
	const struct sigaction act = {.sa_handler = on_signal};
	sigset_t own;

	(void)sigemptyset(&own);
	(void)sigaddset(&own, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &own, calm) != 0 ||
		sigaction(SIGTERM, &act, NULL) != 0)
		return err_origin(ERR_IO);
	(void)sigdelset(calm, SIGTERM);
	return ERR_OK;
}

static enum err
leave_signals(void)
{
	static const int others[] = {SIGHUP, SIGINT, SIGPIPE};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (sigaction(others[i], &ignore, NULL) != 0)
			e = err_origin(ERR_IO);
	if (sigaction(SIGTERM, &plain, NULL) != 0)
		e = err_origin(ERR_IO);
	return e;
}

/* What the callbacks know. */
struct own {
	struct settings settings;
	sigset_t calm;
	int ready;
};

static enum err
begin(void *context)
{
	struct own *own = context;
	const uint8_t one = 1;
	enum err e = take_signals(&own->calm);

	return e == ERR_OK && write(own->ready, &one, 1) != 1
		       ? err_origin(ERR_IO)
		       : e;
}

static uint64_t
bars(void *context, struct span cert)
{
	const struct own *own = context;

	return settings_bars(&own->settings, cert);
}

enum err
service_intake(
	const char *path, const struct settings *settings, int door, int ready)
{
	static struct own own;
	static struct intake_serving serving;
	struct why why = {""};
	enum err e = leave_signals();

	own = (struct own){.settings = *settings, .ready = ready};
	serving = (struct intake_serving){.path = path,
		.door = door,
		.begin = begin,
		.told = &told_to_end,
		.calm = &own.calm,
		.bars = own.settings.n_policies > 0 ? bars : NULL,
		.context = &own};
	for (size_t i = 0; i < own.settings.n_policies; i++)
		serving.role[i] = own.settings.policy[i].role;
	if (e == ERR_OK)
		e = intake_serve(&serving, &why);
	if (e != ERR_OK && why.text[0] != '\0')
		(void)fprintf(stderr, "weir-intake: %s\n", why.text);
	return e;
}
