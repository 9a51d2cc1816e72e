/* SPDX-License-Identifier: Apache-2.0 */
/* Commands, options, and what the commands share. */
#include "bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "person/person.h"

static const struct bench_command *const commands[] = {
	&bench_command_match,
	&bench_command_accuracy,
	&bench_command_locate,
	&bench_command_ledger,
	&bench_command_singles,
	&bench_command_load,
};

enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* ---- what is said ---- */

void
bench_error(const char *fmt, ...)
{
	va_list args;

	(void)fputs("weir-bench: ", stderr);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
}

enum bench_exit
bench_says(const char *name, enum err e, const struct why *why)
{
	if (e == ERR_OK)
		return BENCH_DONE;
	bench_error("%s: %s", name,
		why != NULL && why->text[0] != '\0' ? why->text : err_text(e));
	return err_is_refusal(e) ? BENCH_NO : BENCH_FAILURE;
}

static void
print_overview(void)
{
	printf("weir-bench " WEIR_VERSION " - measures the parts of weir\n\n"
	       "usage: weir-bench COMMAND [options] [words]\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		printf("  %-12s %s\n", commands[i]->name, commands[i]->summary);
	printf("\nweir-bench COMMAND --help says more; so does docs/BENCH.md.\n"
	       "Exit status: 0 done, 1 the answer is no, 2 usage, 3 failure.\n");
}

static void
print_help(const struct bench_command *c)
{
	printf("usage: weir-bench %s [options]%s%s\n\n%s.\n\n%s\n\n", c->name,
		c->n_words == 0 ? "" : " ", c->words, c->summary, c->text);
	for (const struct bench_option *o = c->option; o->name != NULL; o++) {
		char left[40];

		(void)snprintf(left, sizeof(left), "--%s%s%s", o->name,
			o->value == NULL ? "" : " ",
			o->value == NULL ? "" : o->value);
		printf("  %-22s %s%s\n", left, o->text,
			o->needed ? " (needed)" : "");
	}
}

/* ---- options ---- */

static size_t
place_of(const struct bench_command *c, const char *name, size_t n)
{
	size_t i = 0;

	while (c->option[i].name != NULL &&
		(strlen(c->option[i].name) != n ||
			strncmp(c->option[i].name, name, n) != 0))
		i++;
	return i;
}

const char *
bench_value(const struct bench_args *args, const char *name)
{
	size_t i = place_of(args->command, name, strlen(name));

	must(args->command->option[i].name != NULL);
	return args->value[i];
}

bool
bench_number(const struct bench_args *args, const char *name, uint64_t least,
	uint64_t most, uint64_t *value)
{
	const char *text = bench_value(args, name);
	uint64_t n;

	if (text == NULL)
		return true;
	if (!num_parse(span_text(text), most, &n) || n < least) {
		bench_error("--%s: '%s' is no number from %llu to %llu", name,
			text, (unsigned long long)least,
			(unsigned long long)most);
		return false;
	}
	*value = n;
	return true;
}

/* Takes "--name VALUE" or "--name=VALUE"; how many words, 0: wrong. */
static int
read_option(struct bench_args *args, char **argv, int left)
{
	const char *name = argv[0] + 2;
	size_t n = strcspn(name, "=");
	size_t i = place_of(args->command, name, n);
	const struct bench_option *o = &args->command->option[i];
	const char *value = name[n] == '=' ? name + n + 1 : NULL;
	int took = 1;

	if (o->name == NULL) {
		bench_error("%s has no option --%.*s", args->command->name,
			(int)n, name);
		return 0;
	}
	if (o->value == NULL) {
		if (value != NULL)
			bench_error("--%s takes no value", o->name);
		took = value == NULL;
		value = "";
	} else if (value == NULL && left < 2) {
		bench_error("--%s needs %s", o->name, o->value);
		return 0;
	} else if (value == NULL) {
		value = argv[1];
		took = 2;
	}
	if (args->value[i] != NULL) {
		bench_error("--%s is given twice", o->name);
		return 0;
	}
	args->value[i] = value;
	return took;
}

static bool
read_args(struct bench_args *args, int argc, char **argv)
{
	const struct bench_command *c = args->command;

	for (int i = 0; i < argc;) {
		int took = 1;

		if (strncmp(argv[i], "--", 2) == 0)
			took = read_option(args, argv + i, argc - i);
		else if (args->n_words < BENCH_WORDS)
			args->word[args->n_words++] = argv[i];
		else
			took = 0;
		if (took == 0)
			return false;
		i += took;
	}
	if (args->n_words != c->n_words) {
		bench_error(
			"usage: weir-bench %s [options] %s", c->name, c->words);
		return false;
	}
	for (size_t i = 0; c->option[i].name != NULL; i++)
		if (c->option[i].needed && args->value[i] == NULL) {
			bench_error("%s needs --%s %s", c->name,
				c->option[i].name, c->option[i].value);
			return false;
		}
	return true;
}

static bool
asks_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
			strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static enum bench_exit
run(const struct bench_command *c, int argc, char **argv)
{
	struct bench_args args = {.command = c};
	enum err e;

	if (asks_help(argc, argv)) {
		print_help(c);
		return BENCH_DONE;
	}
	if (!read_args(&args, argc, argv))
		return BENCH_USAGE;
	e = crypto_init();
	if (e != ERR_OK)
		return bench_says("libcrypto", e, NULL);
	person_init();
	return c->run(&args);
}

int
bench_main(int argc, char **argv)
{
	if (argc < 2 || asks_help(1, argv + 1)) {
		print_overview();
		return argc < 2 ? BENCH_USAGE : BENCH_DONE;
	}
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->name, argv[1]) == 0)
			return (int)run(commands[i], argc - 2, argv + 2);
	bench_error(
		"'%s' is no command; weir-bench --help lists them", argv[1]);
	return BENCH_USAGE;
}

/* ---- shared ---- */

struct work {
	void (*work)(void *ctx, unsigned i);
	void *ctx;
	unsigned i;
};

static void *
start(void *at)
{
	struct work *w = at;

	w->work(w->ctx, w->i);
	return NULL;
}

bool
bench_threads(unsigned n, void (*work)(void *ctx, unsigned i), void *ctx)
{
	pthread_t thread[BENCH_THREADS];
	struct work each[BENCH_THREADS];
	unsigned begun = 0;
	bool all = true;

	must(n >= 1 && n <= BENCH_THREADS);
	while (all && begun < n - 1) {
		each[begun] = (struct work){work, ctx, begun};
		all = pthread_create(
			      &thread[begun], NULL, start, &each[begun]) == 0;
		begun += all;
	}
	if (all)
		work(ctx, n - 1);
	else
		bench_error("cannot start %u threads", n);
	for (unsigned i = 0; i < begun; i++)
		(void)pthread_join(thread[i], NULL);
	return all;
}

enum bench_exit
bench_map(const char *path, struct span *ret_bytes)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at;

	if (fd < 0 || fstat(fd, &st) != 0) {
		bench_error("%s: %s", path, strerror(errno));
		return BENCH_FAILURE;
	}
	*ret_bytes = SPAN("");
	if (st.st_size == 0)
		return BENCH_DONE;
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) {
		bench_error("%s: %s", path, strerror(errno));
		return BENCH_FAILURE;
	}
	*ret_bytes = span_of(at, (size_t)st.st_size);
	return BENCH_DONE;
}

uint64_t
bench_own_kib(void)
{
	OWNED_BUF(text, 1 << 16);
	struct span rest;
	uint64_t kib = 0;

	if (os_read(AT_FDCWD, "/proc/self/status", &text) != ERR_OK)
		return 0;
	rest = buf_span(&text);
	while (rest.n > 0) {
		struct span line = span_cut(&rest, '\n');

		if (span_starts(line, SPAN("RssAnon:"))) {
			(void)span_cut(&line, ':');
			line = span_trim(line);
			(void)num_parse(span_cut(&line, ' '), UINT64_MAX, &kib);
		}
	}
	return kib;
}
