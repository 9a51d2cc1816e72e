/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as two names: eight parts at NUL.  A name is equal to itself (one
 * letter only begins like itself), a conflict is one in both directions, and a
 * grade never fails.
 */
#include "base/err.h"
#include "person/person.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(struct span *rest, struct person_name *name)
{
	struct span given = span_cut(rest, 0);
	struct span middle = span_cut(rest, 0);
	struct span surname = span_cut(rest, 0);
	struct span suffix = span_cut(rest, 0);

	must(person_name_grade(given, middle, surname) <= NAME_FULL);
	person_name(given, middle, surname, suffix, name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size);
	struct person_name a;
	struct person_name b;
	enum person_level self;

	take(&rest, &a);
	take(&rest, &b);
	self = person_given_compare(&a, &a);
	must(self == LEVEL_EQUAL || self == LEVEL_MISSING ||
		(self == LEVEL_INITIAL && a.given[1] == '\0'));
	self = person_surname_compare(&a, &a);
	must(self == LEVEL_EQUAL || self == LEVEL_MISSING);
	must(person_surname_compare(&a, &b) == person_surname_compare(&b, &a));
	must(person_suffix_compare(&a, &b) == person_suffix_compare(&b, &a));
	must(person_osa1(a.given, b.given) == person_osa1(b.given, a.given));
	return 0;
}
