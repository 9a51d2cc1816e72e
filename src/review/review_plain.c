/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

/* Fields of the match that must be equal, or may also be `but`. */
static const struct {
	enum match_field field;
	enum person_level but;
	const char *says;
} fields[] = {
	/* Not given at all: of a confirmed person the other one is equal. */
	{MATCH_F_TIN, LEVEL_MISSING, "TIN not equal"},
	{MATCH_F_BIRTH, LEVEL_MISSING, "birth date nearly equal"},
	{MATCH_F_GIVEN, LEVEL_EQUAL, "given name in another form"},
	{MATCH_F_SURNAME, LEVEL_EQUAL, "surname in another form"},
	{MATCH_F_SUFFIX, LEVEL_EQUAL, "suffix on one side only"},
	{MATCH_F_NUMBER, LEVEL_EQUAL, "house number not equal"},
	{MATCH_F_STREET, LEVEL_EQUAL, "street not equal"},
	{MATCH_F_ZIP, LEVEL_EQUAL, "ZIP not equal"},
	/* Another name that the postal service accepts for that ZIP. */
	{MATCH_F_CITY, LEVEL_VARIANT, "city not equal"},
	{MATCH_F_UNIT, LEVEL_EQUAL, "unit on one side only"},
};

const char *
review_borderline(const struct evidence *ev, const struct match_result *result)
{
	if (!evidence_is(ev, EV_REASON, "specific"))
		return "reason not plainly specific";
	if (!evidence_is(ev, EV_OFFICER, "engaged"))
		return "officer not plainly engaged";
	if (result->person != MATCH_CONFIRMED || result->cause != MATCH_C_MET)
		return "person not confirmed";
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		enum person_level level =
			(enum person_level)result->level[fields[i].field];

		if (level != LEVEL_EQUAL && level != fields[i].but)
			return fields[i].says;
	}
	return NULL;
}
