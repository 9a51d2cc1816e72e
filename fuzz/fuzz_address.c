/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an address: six parts at NUL.  What is parsed is terminated,
 * parses again to itself, and is equal to itself where it has a form; its parts
 * are the same without the judgements.
 */
#include "base/err.h"
#include "person/person.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size);
	struct address_text text = {0};
	struct person_address a;
	struct person_address b;
	struct address_match match;

	text.line = span_cut(&rest, 0);
	text.unit = span_cut(&rest, 0);
	text.urbanization = span_cut(&rest, 0);
	text.city = span_cut(&rest, 0);
	text.state = span_cut(&rest, 0);
	text.zip = span_cut(&rest, 0);
	person_address(&text, &a);
	person_address(&text, &b);
	must(memcmp(&a, &b, sizeof(a)) == 0);
	must(ends(a.number, sizeof(a.number)) &&
		ends(a.predir, sizeof(a.predir)) &&
		ends(a.street, sizeof(a.street)) &&
		ends(a.suffix, sizeof(a.suffix)) &&
		ends(a.postdir, sizeof(a.postdir)) &&
		ends(a.unit, sizeof(a.unit)) &&
		ends(a.designator, sizeof(a.designator)) &&
		ends(a.urbanization, sizeof(a.urbanization)) &&
		ends(a.city, sizeof(a.city)) &&
		ends(a.state, sizeof(a.state)) && ends(a.zip, sizeof(a.zip)));
	must((*person_address_why(&a) == '\0') ==
		(person_address_grade(&a) == ADDRESS_DELIVERABLE));
	match = person_address_compare(&a, &b);
	person_address_parts(&text, &b);
	must(!b.placeholder && !b.facility);
	b.placeholder = a.placeholder;
	b.facility = a.facility;
	must(memcmp(&a, &b, sizeof(a)) == 0);
	must(match.unit == LEVEL_EQUAL);
	must(person_address_grade(&a) < ADDRESS_DELIVERABLE ||
		match.line_equal);
	return 0;
}
