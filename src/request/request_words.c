/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request_grade_int.h"

void
request_fold(struct span text, char to[PERSON_FOLD_MAX])
{
	size_t n = person_fold(text, to);
	size_t start = 0;

	while (n > 0 && to[n - 1] == ' ')
		n--;
	while (start < n && to[start] == ' ')
		start++;
	memmove(to, to + start, n - start);
	to[n - start] = '\0';
}

/* Does `phrase` stand at the beginning of `at`, and end where a word does? */
static bool
begins_with(const char *at, const char *phrase)
{
	while (*phrase != '\0' && *at == *phrase) {
		at++;
		phrase++;
	}
	return *phrase == '\0' && (*at == '\0' || *at == ' ');
}

bool
request_has_any(const char *folded, const char *const list[])
{
	for (const char *at = folded; at != NULL && *at != '\0';) {
		for (size_t i = 0; list[i] != NULL; i++)
			if (begins_with(at, list[i]))
				return true;
		at = strchr(at, ' ');
		at = at == NULL ? NULL : at + 1;
	}
	return false;
}

static bool
listed(const char *at, const char *const list[], size_t n)
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (begins_with(at, list[i]) && list[i][n] == '\0')
			return true;
	return false;
}

bool
request_has_only(const char *folded, const char *const list[])
{
	while (*folded != '\0') {
		size_t n = (size_t)(strchrnul(folded, ' ') - folded);

		if (!listed(folded, list, n))
			return false;
		folded += folded[n] == ' ' ? n + 1 : n;
	}
	return true;
}

/* XXX, ZZZZ, 0000: one letter or zero over and over. */
static bool
filler(const char *folded)
{
	char first = folded[0];

	if (strchr("XZ0", first) == NULL)
		return false;
	for (const char *at = folded; *at != '\0'; at++)
		if (*at != first && *at != ' ')
			return false;
	return true;
}

bool
request_placeholder(struct span text)
{
	static const char *const words[] = {"A", "ABOVE", "AND", "ANNOUNCED",
		"APPLICABLE", "ASSIGNED", "ATTACHED", "AVAILABLE", "BE",
		"BELOW", "BLANK", "DETERMINED", "EMPTY", "FILE", "GIVEN", "ID",
		"IN", "KNOWN", "LATER", "MISSING", "MULTIPLE", "N", "NA", "NIL",
		"NO", "NONE", "NOT", "NULL", "NUMBER", "ON", "PENDING",
		"PROVIDED", "RECORD", "REDACTED", "SAME", "SEE", "STATED",
		"TBA", "TBD", "TEST", "THE", "TO", "UNASSIGNED", "UNAVAILABLE",
		"UNDETERMINED", "UNK", "UNKNOWN", "UNSPECIFIED", "VARIOUS",
		"YET", NULL};
	char folded[PERSON_FOLD_MAX];

	request_fold(text, folded);
	return filler(folded) || request_has_only(folded, words);
}
