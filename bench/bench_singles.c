/* SPDX-License-Identifier: Apache-2.0 */
/*
 * singles: requests that come one at a time, at a rate, to the intake process
 * of a sandbox.  An envelope is timed from the moment at which it was to be
 * sent, whether it could be sent then or not, until its answer is here; so one
 * that had to wait for others counts with its waiting.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "os/file.h"
#include "proc/proc_intake.h"

enum { FILE_MAX = 1 << 20, PAYLOAD_MAX = 1 << 18, NS = 1000000000 };

struct run {
	struct proc_peer intake;
	struct span envelopes;
	struct buf cert;
	uint64_t rate;
	uint64_t most;
	int64_t begun;
	uint64_t sent;
	uint64_t got;
	uint64_t status[INTAKE_FAILED + 1];
	int64_t *ns; /* of each */
	struct buf payload;
	int64_t took;
	uint64_t bursts; /* answers that came together: groups, at the most */
};

static int64_t
due(const struct run *r, uint64_t i)
{
	return r->begun + (int64_t)(i * NS / r->rate);
}

static bool
is_ready(const struct run *r, short events, int ms)
{
	struct pollfd p = {.fd = r->intake.fd, .events = events};

	return poll(&p, 1, ms) > 0 && (p.revents & events) != 0;
}

/* What cannot be sent yet waits here, and its time runs. */
static enum err
send_due(struct run *r)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && r->sent < r->most && r->envelopes.n > 0 &&
		due(r, r->sent) <= os_ticks() && is_ready(r, POLLOUT, 0)) {
		struct span envelope = span_cut(&r->envelopes, '\n');

		e = intake_send(
			r->intake.fd, ++r->sent, buf_span(&r->cert), envelope);
	}
	return e;
}

static enum err
take_answer(struct run *r)
{
	struct intake_answer answer;
	enum err e = intake_receive(r->intake.fd, &r->payload, &answer);

	if (e != ERR_OK)
		return e;
	if (answer.id == 0 || answer.id > r->sent ||
		answer.status > INTAKE_FAILED)
		return err_origin(ERR_PEER);
	r->ns[answer.id - 1] = os_ticks() - due(r, answer.id - 1);
	r->status[answer.status]++;
	r->got++;
	return ERR_OK;
}

/* For an answer, or that the next can be sent. */
static bool
wait_for(const struct run *r)
{
	bool more = r->sent < r->most;
	int64_t ns = more ? due(r, r->sent) - os_ticks() : NS;
	struct pollfd p = {.fd = r->intake.fd,
		.events = ns <= 0 ? POLLIN | POLLOUT : POLLIN};

	return poll(&p, 1, ns <= 0 ? 1000 : (int)(ns / 1000000) + 1) > 0 &&
	       (p.revents & POLLIN) != 0;
}

static enum err
drive(struct run *r)
{
	enum err e = ERR_OK;

	r->begun = os_ticks();
	while (e == ERR_OK && r->got < r->most) {
		bool ready = wait_for(r);

		r->bursts += ready;
		while (e == ERR_OK && ready && r->got < r->sent) {
			e = take_answer(r);
			ready = is_ready(r, POLLIN, 0);
		}
		if (e == ERR_OK)
			e = send_due(r);
	}
	r->took = os_ticks() - r->begun;
	return e;
}

/* The first answer comes when all is open: not measured. */
static enum err
warm_up(struct run *r)
{
	struct intake_answer answer;
	enum err e =
		intake_send(r->intake.fd, 1, buf_span(&r->cert), SPAN("{}"));

	if (e == ERR_OK)
		e = intake_receive(r->intake.fd, &r->payload, &answer);
	return e == ERR_OK && answer.status != INTAKE_REFUSED
		       ? err_origin(ERR_PEER)
		       : e;
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double
ms_at(const struct run *r, unsigned per_mille)
{
	size_t at = (size_t)(r->got * per_mille / 1000);

	return (double)r->ns[at < r->got ? at : r->got - 1] / 1e6;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
print_run(struct run *r)
{
	struct rusage own;
	struct rusage others;

	(void)getrusage(RUSAGE_SELF, &own);
	(void)getrusage(RUSAGE_CHILDREN, &others);
	qsort(r->ns, (size_t)r->got, sizeof(r->ns[0]), by_time);
	printf("envelopes        %" PRIu64 ", %" PRIu64 " a second asked for, "
	       "%.0f had\n",
		r->got, r->rate, (double)r->got * NS / (double)r->took);
	printf("decided          %" PRIu64 ", again %" PRIu64
	       ", refused %" PRIu64 ", busy %" PRIu64 ", failed %" PRIu64 "\n",
		r->status[INTAKE_DECIDED], r->status[INTAKE_AGAIN],
		r->status[INTAKE_REFUSED], r->status[INTAKE_BUSY],
		r->status[INTAKE_FAILED]);
	printf("ms               p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, "
	       "most %.2f\n",
		ms_at(r, 500), ms_at(r, 900), ms_at(r, 990), ms_at(r, 999),
		(double)r->ns[r->got - 1] / 1e6);
	printf("in a group       %.1f (answers that came together)\n",
		(double)r->got / (double)r->bursts);
	printf("processor, ms    %.3f an envelope: intake, front, keeper "
	       "user %.1f s, system %.1f s; here %.1f s\n",
		(seconds(others.ru_utime) + seconds(others.ru_stime)) * 1e3 /
			(double)r->got,
		seconds(others.ru_utime), seconds(others.ru_stime),
		seconds(own.ru_utime) + seconds(own.ru_stime));
}

static enum err
read_cert(struct run *r, const char *path)
{
	OWNED_BUF(pem, FILE_MAX);
	OWNED(crypto_cert) cert = NULL;
	char name[INSTANCE_FILE_MAX];
	enum err e;

	(void)snprintf(name, sizeof(name), "%s/sandbox/operator.crt", path);
	e = os_read(AT_FDCWD, name, &pem);
	if (e == ERR_OK)
		e = crypto_cert_parse(buf_span(&pem), &cert);
	if (e == ERR_OK)
		crypto_cert_der(cert, &r->cert);
	return e == ERR_OK ? buf_error(&r->cert) : e;
}

static enum err
run_all(struct run *r, const char *path)
{
	const struct intake_where where = {.path = path, .today = DAY_NONE};
	enum err e = proc_start("weir-intake", proc_intake,
		(void *)(uintptr_t)&where, -1, &r->intake);

	if (e == ERR_OK)
		e = crypto_init();
	if (e == ERR_OK)
		e = read_cert(r, path);
	if (e == ERR_OK)
		e = warm_up(r);
	if (e == ERR_OK)
		e = drive(r);
	if (e == ERR_OK)
		e = proc_end(&r->intake);
	else
		proc_drop(&r->intake);
	return e;
}

static enum bench_exit
run_singles(const struct bench_args *args)
{
	static struct run r;
	uint64_t rate = 1000;
	uint64_t most = 0;
	enum bench_exit status;
	enum err e;

	if (!bench_number(args, "rate", 1, 1000000, &rate) ||
		!bench_number(args, "count", 1, 100000000, &most))
		return BENCH_USAGE;
	r = (struct run){.intake = PROC_PEER_NONE, .rate = rate};
	status = bench_map(args->word[1], &r.envelopes);
	if (status != BENCH_DONE)
		return status;
	for (struct span rest = r.envelopes; rest.n > 0; r.most++)
		(void)span_cut(&rest, '\n');
	if (most != 0 && most < r.most)
		r.most = most;
	buf_init(&r.cert, FILE_MAX);
	buf_init(&r.payload, PAYLOAD_MAX);
	r.ns = mem_zeroed((size_t)(r.most + 1) * sizeof(r.ns[0]));
	e = r.ns == NULL ? err_origin(ERR_NOMEM) : run_all(&r, args->word[0]);
	if (e == ERR_OK && r.got > 0)
		print_run(&r);
	mem_free(r.ns);
	buf_fini(&r.cert);
	buf_fini(&r.payload);
	return bench_says(args->word[0], e, NULL);
}

const struct bench_command bench_command_singles = {
	"singles",
	"DIR ENVELOPES",
	2,
	"Times single requests at a rate, each durable when it is answered",
	"DIR is a sandbox whose officers and certifier these are; ENVELOPES "
	"(weir request\ncertify) come to its intake process, as the operator's, "
	"each at its moment whether\nthe one before was answered or not.  An "
	"envelope's time runs from that moment to its\nanswer.  All that is "
	"decided stays in DIR.",
	{
		{"rate", "N", "envelopes a second (1000)", false},
		{"count", "N", "so many of them (all)", false},
		{NULL, NULL, NULL, false},
	},
	run_singles,
};
