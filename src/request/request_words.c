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

bool
request_has(const char *folded, const char *phrase)
{
	size_t n = strlen(phrase);

	for (const char *at = strstr(folded, phrase); at != NULL;
		at = strstr(at + 1, phrase))
		if ((at == folded || at[-1] == ' ') &&
			(at[n] == '\0' || at[n] == ' '))
			return true;
	return false;
}

bool
request_has_any(const char *folded, const char *const list[])
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (request_has(folded, list[i]))
			return true;
	return false;
}

static bool
listed(struct span word, const char *const list[])
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (span_eq(word, span_text(list[i])))
			return true;
	return false;
}

bool
request_has_only(const char *folded, const char *const list[])
{
	struct span left = span_text(folded);

	while (left.n > 0)
		if (!listed(span_cut(&left, ' '), list))
			return false;
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
