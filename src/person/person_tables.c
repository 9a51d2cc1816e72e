/* SPDX-License-Identifier: Apache-2.0 */
#include "person/person_int.h"

/* As strcmp(): most words differ early, and a call costs more than that. */
static inline int
compare(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a - (uint8_t)*b;
}

#define BSEARCH(table, index, word, member)                                    \
	do {                                                                   \
		size_t key = person_key(word);                                 \
		size_t low = (index)[key];                                     \
		size_t high = (index)[key + 1];                                \
                                                                               \
		while (low < high) {                                           \
			size_t mid = low + (high - low) / 2;                   \
			int c = compare((word), (table)[mid].member);          \
                                                                               \
			if (c == 0)                                            \
				return &(table)[mid];                          \
			if (c < 0)                                             \
				high = mid;                                    \
			else                                                   \
				low = mid + 1;                                 \
		}                                                              \
	} while (0)

static const struct person_pair *
pair_at(const struct person_pair *table, const uint16_t *at, const char *word)
{
	BSEARCH(table, at, word, word);
	return NULL;
}

const char *
person_pair_find(
	const struct person_pair *table, const uint16_t *at, const char *word)
{
	const struct person_pair *pair = pair_at(table, at, word);

	return pair == NULL ? NULL : pair->to;
}

const struct person_unit *
person_unit_find(const char *word)
{
	BSEARCH(person_units, person_units_at, word, word);
	return NULL;
}

static const struct person_flag *
flag_at(const struct person_flag *table, const uint16_t *at, const char *word)
{
	BSEARCH(table, at, word, word);
	return NULL;
}

uint32_t
person_flags_find(
	const struct person_flag *table, const uint16_t *at, const char *word)
{
	const struct person_flag *flag = flag_at(table, at, word);

	return flag == NULL ? 0 : flag->flags;
}

const struct person_nickname *
person_nickname_find(const char *name)
{
	BSEARCH(person_nicknames, person_nicknames_at, name, name);
	return NULL;
}

bool
person_list_has(const char *const *table, size_t n, const char *word)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;
		int c = compare(word, table[mid]);

		if (c == 0)
			return true;
		if (c < 0)
			n = mid;
		else
			low = mid + 1;
	}
	return false;
}
