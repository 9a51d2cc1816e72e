/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli_args.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli_print.h"

static size_t
place_of(const struct cli_args *args, const char *name)
{
	for (size_t i = 0; i < CLI_OPTIONS; i++) {
		if (args->verb->option[i].name == NULL)
			break;
		if (strcmp(args->verb->option[i].name, name) == 0)
			return i;
	}
	must(!"an option of this verb");
	return 0;
}

const char *
cli_value(const struct cli_args *args, const char *name)
{
	return args->value[place_of(args, name)];
}

bool
cli_on(const struct cli_args *args, const char *name)
{
	return cli_value(args, name) != NULL;
}

size_t
cli_values(const struct cli_args *args, const char *name, const char **to,
	size_t most)
{
	size_t place = place_of(args, name);
	size_t n = 0;

	must((args->verb->option[place].must & CLI_MORE) != 0);
	if (args->value[place] == NULL)
		return 0;
	if (n++ < most)
		to[0] = args->value[place];
	for (size_t i = 0; i < args->n_again; i++)
		if (args->again[i].option == place && n++ < most)
			to[n - 1] = args->again[i].value;
	return n;
}

/* ---- help ---- */

static void
print_verbs(const struct cli_verb *const *verbs, const char *group)
{
	for (; *verbs != NULL; verbs++)
		for (const struct cli_verb *v = *verbs; v->name != NULL; v++) {
			size_t n = group == NULL ? 0 : strlen(group);

			if (n != 0 && (strncmp(v->name, group, n) != 0 ||
					      v->name[n] != ' '))
				continue;
			printf("  %-22s %s\n", v->name, v->summary);
		}
}

static void
print_overview(const struct cli_verb *const *verbs)
{
	printf("weir " WEIR_VERSION " - a statute-gated disclosure gateway\n\n"
	       "usage: weir [-C DIR] VERB [options]\n\n");
	print_verbs(verbs, NULL);
	printf("\nweir VERB --help says more; man weir says all.\n"
	       "Exit status: 0 done, 1 the answer is no, 2 usage, 3 failure.\n");
}

static void
print_help(const struct cli_verb *v)
{
	printf("usage: weir %s%s%s%s%s\n\n%s.\n",
		v->needs_instance ? "-C DIR " : "", v->name,
		v->option[0].name == NULL ? "" : " [options]",
		v->words[0] == '\0' ? "" : " ", v->words, v->summary);
	if (v->text[0] != '\0')
		printf("\n%s\n", v->text);
	if (v->option[0].name != NULL)
		printf("\n");
	for (const struct cli_option *o = v->option; o->name != NULL; o++) {
		char left[40];

		(void)snprintf(left, sizeof(left), "--%s%s%s", o->name,
			o->value == NULL ? "" : " ",
			o->value == NULL ? "" : o->value);
		printf("  %-24s %s%s%s\n", left, o->text,
			(o->must & CLI_NEEDED) != 0 ? " (needed)" : "",
			(o->must & CLI_MORE) != 0 ? " (may repeat)" : "");
	}
}

/* ---- reading ---- */

/* How many of the words are this verb's name; 0: it is another. */
static int
is_named(const struct cli_verb *v, char *const *words, int n)
{
	struct span left = span_text(v->name);
	int used = 0;

	while (left.n > 0) {
		struct span word = span_cut(&left, ' ');

		if (used == n || !span_eq(word, span_text(words[used])))
			return 0;
		used++;
	}
	return used;
}

/* The longest name of which the words are a beginning. */
static const struct cli_verb *
find_verb(const struct cli_verb *const *verbs, char *const *words, int n,
	int *ret_used)
{
	const struct cli_verb *found = NULL;

	*ret_used = 0;
	for (const struct cli_verb *const *list = verbs; *list != NULL; list++)
		for (const struct cli_verb *v = *list; v->name != NULL; v++) {
			int used = is_named(v, words, n);

			if (used <= *ret_used)
				continue;
			*ret_used = used;
			found = v;
		}
	return found;
}

static bool
is_group(const struct cli_verb *const *verbs, const char *name)
{
	size_t n = strlen(name);

	for (; *verbs != NULL; verbs++)
		for (const struct cli_verb *v = *verbs; v->name != NULL; v++)
			if (strncmp(v->name, name, n) == 0 && v->name[n] == ' ')
				return true;
	return false;
}

/* The few short names: -n is --count wherever a verb has that. */
static const char *
long_name(const char *word)
{
	static const char *const names[][2] = {
		{"-h", "--help"},
		{"-n", "--count"},
		{"-o", "--out"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i][0]) == 0)
			return names[i][1];
	return word;
}

/* Keeps the value of option `i`; false after a message. */
static bool
keep_value(struct cli_args *args, size_t i, const char *value)
{
	const struct cli_option *o = &args->verb->option[i];

	if (args->value[i] == NULL) {
		args->value[i] = value;
		return true;
	}
	if ((o->must & CLI_MORE) == 0) {
		cli_error("--%s is given twice", o->name);
		return false;
	}
	if (args->n_again == CLI_AGAIN) {
		cli_error("--%s is given too often", o->name);
		return false;
	}
	args->again[args->n_again++] = (struct cli_again){i, value};
	return true;
}

/* One "--name[=VALUE] [VALUE]"; returns how many words it took, 0: wrong. */
static int
read_option(struct cli_args *args, char **argv, int left)
{
	const char *name = long_name(argv[0]);
	const char *equals;
	const struct cli_option *o = args->verb->option;
	size_t n;

	name += strncmp(name, "--", 2) == 0 ? 2 : strlen(name);
	equals = strchr(name, '=');
	n = equals == NULL ? strlen(name) : (size_t)(equals - name);
	for (size_t i = 0; o[i].name != NULL; i++) {
		if (strlen(o[i].name) != n || strncmp(o[i].name, name, n) != 0)
			continue;
		if (o[i].value == NULL && equals != NULL) {
			cli_error("--%s takes no value", o[i].name);
			return 0;
		}
		if (o[i].value == NULL || equals != NULL)
			return keep_value(
				args, i, equals == NULL ? "" : equals + 1);
		if (left < 2) {
			cli_error("--%s needs %s", o[i].name, o[i].value);
			return 0;
		}
		return keep_value(args, i, argv[1]) ? 2 : 0;
	}
	cli_error("weir %s has no option %.*s", args->verb->name,
		(int)strcspn(argv[0], "="), argv[0]);
	return 0;
}

static enum cli_exit
check_args(const struct cli_args *args)
{
	const struct cli_verb *v = args->verb;

	for (size_t i = 0; v->option[i].name != NULL; i++)
		if ((v->option[i].must & CLI_NEEDED) != 0 &&
			args->value[i] == NULL) {
			cli_error("weir %s needs --%s %s", v->name,
				v->option[i].name, v->option[i].value);
			return CLI_USAGE;
		}
	if (args->n_words < v->words_min || args->n_words > v->words_max) {
		cli_error("usage: weir %s%s %s",
			v->needs_instance ? "-C DIR " : "", v->name, v->words);
		return CLI_USAGE;
	}
	if (v->needs_instance && args->instance == NULL) {
		cli_error("weir %s works on an instance: weir -C DIR %s",
			v->name, v->name);
		return CLI_USAGE;
	}
	return CLI_DONE;
}

static enum cli_exit
read_rest(struct cli_args *args, int argc, char **argv, bool *ret_help)
{
	bool words_only = false;
	int i = 0;

	while (i < argc) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
			i++;
		} else if (!words_only &&
			   strcmp(long_name(argv[i]), "--help") == 0) {
			print_help(args->verb);
			*ret_help = true;
			return CLI_DONE;
		} else if (!words_only && argv[i][0] == '-' &&
			   argv[i][1] != '\0') {
			int took = read_option(args, argv + i, argc - i);

			if (took == 0)
				return CLI_USAGE;
			i += took;
		} else if (args->n_words == CLI_WORDS) {
			cli_error("more than %d words", CLI_WORDS);
			return CLI_USAGE;
		} else {
			args->word[args->n_words++] = argv[i++];
		}
	}
	return check_args(args);
}

enum cli_exit
cli_args_read(int argc, char **argv, const struct cli_verb *const *verbs,
	struct cli_args *ret_args, bool *ret_help)
{
	int i = 1;
	int used = 0;

	*ret_args = (struct cli_args){0};
	*ret_help = false;
	while (i + 1 < argc && strcmp(argv[i], "-C") == 0) {
		ret_args->instance = argv[i + 1];
		i += 2;
	}
	if (i < argc && (strcmp(argv[i], "--help") == 0 ||
				strcmp(argv[i], "help") == 0)) {
		print_overview(verbs);
		*ret_help = true;
		return CLI_DONE;
	}
	if (i < argc && strcmp(argv[i], "--version") == 0)
		argv[i] = (char *)(uintptr_t) "version";
	if (i >= argc) {
		print_overview(verbs);
		*ret_help = true;
		return CLI_USAGE;
	}
	ret_args->verb = find_verb(verbs, argv + i, argc - i, &used);
	if (ret_args->verb == NULL) {
		if (!is_group(verbs, argv[i])) {
			cli_error("'%s' is not a verb; weir --help lists them",
				argv[i]);
			return CLI_USAGE;
		}
		printf("weir %s:\n", argv[i]);
		print_verbs(verbs, argv[i]);
		*ret_help = i + 1 < argc && strcmp(argv[i + 1], "--help") == 0;
		return *ret_help ? CLI_DONE : CLI_USAGE;
	}
	return read_rest(ret_args, argc - i - used, argv + i + used, ret_help);
}
