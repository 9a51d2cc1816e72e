/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who would receive the answer: 26 USC 6103(i)(2)(A) asks for officers and
 * employees "personally and directly engaged" in the matter, so it must be a
 * person (R11, F5), who acts in the case rather than directs others or passes
 * the data on (F14), and not in a civil removal unit (R12).
 */
#include "request/request_grade_int.h"

/* ---- the name ---- */

/* Only ranks, agencies and small words: no person is named. */
static bool
has_only_ranks(const char *folded)
{
	static const char *const words[] = {"A", "ACTING", "ADMINISTRATOR",
		"AGENT", "AN", "AND", "ANY", "ASSIGNED", "ASSISTANT",
		"ASSOCIATE", "ATTORNEY", "AUSA", "CASE", "CBP", "CHARGE",
		"CHIEF", "COMMISSIONER", "CRIMINAL", "DEPORTATION", "DEPUTY",
		"DHS", "DIRECTOR", "DOJ", "ERO", "EXECUTIVE", "FBI", "FEDERAL",
		"FIELD", "FOR", "GENERAL", "HEAD", "HSI", "ICE", "IMMIGRATION",
		"IN", "INSPECTOR", "INVESTIGATOR", "LEAD", "MANAGER", "OF",
		"OFFICER", "ON", "OPR", "OR", "PROSECUTOR", "RESIDENT", "SA",
		"SAC", "SECRETARY", "SENIOR", "SPECIAL", "SSA", "STATES",
		"SUPERVISOR", "SUPERVISORY", "TFO", "THE", "UNITED", "US",
		"USMS", NULL};

	return request_has_only(folded, words);
}

/*
 * How far a word vouches for a person before or behind a surname: a given name
 * 2, an initial or a given name that is also a town or a call sign 1, a rank 0;
 * -1: it is none of these.
 */
static int
vouches(const char *word)
{
	static const char *const places[] = {"ALPHA", "ATLANTA", "AUSTIN",
		"BOSTON", "BUFFALO", "CHARLOTTE", "CHICAGO", "DALLAS", "DELTA",
		"DENVER", "ECHO", "HOUSTON", "INDIA", "JACKSON", "LINCOLN",
		"MEMPHIS", "MIAMI", "ORLANDO", "PHOENIX", "RENO", "SAN",
		"SAVANNAH", "SEATTLE", "SIERRA", "TAMPA", "TRENTON", "WEST",
		NULL};

	if (word[1] == '\0')
		return 1;
	if (has_only_ranks(word))
		return 0;
	if (!person_known_given(word))
		return -1;
	return request_has_only(word, places) ? 1 : 2;
}

/* NICHOLAS POOL: of the words of an office, those that are surnames too. */
static bool
is_somebodys_surname(const char *folded)
{
	static const char *const surnames[] = {
		"BUREAU", "CENTER", "DUTY", "FORCE", "POOL", "STAFF", NULL};
	struct span left = span_text(folded);
	int sum = 0;
	int found = 0;

	while (left.n > 0) {
		char word[PERSON_FOLD_MAX];
		int more;

		if (!span_copy(span_cut(&left, ' '), word, sizeof(word)))
			return false;
		more = request_has_only(word, surnames) ? 0 : vouches(word);
		if (more < 0)
			return false;
		found += request_has_only(word, surnames);
		sum += more;
	}
	return found == 1 && sum >= 2;
}

/* A mailbox or an office, whatever else is said. */
static bool
names_an_office(struct span name, const char *folded)
{
	static const char *const words[] = {"AGENTS", "AGENCY", "BUREAU",
		"CENTER", "CENTRE", "DEPARTMENT", "DESK", "DIRECTORATE",
		"DISTRIBUTION", "DIVISION", "DUTY", "ENFORCEMENT", "FORCE",
		"HELPDESK", "HOTLINE", "INBOX", "INVESTIGATIONS", "MAILBOX",
		"OFFICE", "OFFICERS", "OPERATIONS", "POOL", "QUEUE", "ROSTER",
		"ROTATION", "SHARED", "SQUAD", "STAFF", "TASKFORCE", "TEAM",
		"UNIT", "UNITS", "WATCH", NULL};

	if (name.n > 0 && memchr(name.at, '@', name.n) != NULL)
		return true;
	return request_has_any(folded, words) && !is_somebodys_surname(folded);
}

/* ---- the role ---- */

static bool
directs(const char *folded)
{
	static const char *const words[] = {"AD", "ADMINISTRATOR", "AFOD", "AG",
		"ASAC", "ATTORNEY GENERAL", "CAPTAIN", "CHIEF", "COMMANDER",
		"COMMISSIONER", "DAD", "DEPUTY", "DFOD", "DIRECTING",
		"DIRECTOR", "DIRECTORS", "DSAC", "EAD", "EXECUTIVE", "FOD",
		"HEAD", "IN CHARGE", "INSPECTOR GENERAL", "LEADER",
		"LEADERSHIP", "LIEUTENANT", "MANAGEMENT", "MANAGER", "MANAGING",
		"OVERSEER", "OVERSEES", "OVERSEEING", "OVERSIGHT", "PRESIDENT",
		"PRINCIPAL", "RAC", "SAC", "SECRETARY", "SERGEANT", "SSA",
		"SUPERINTENDENT", "SUPERVISES", "SUPERVISING", "SUPERVISION",
		"SUPERVISOR", "SUPERVISORS", "SUPERVISORY", "SUPV",
		"UNDERSECRETARY", "US ATTORNEY", "U S ATTORNEY",
		"UNITED STATES ATTORNEY", NULL};
	/* line officers whose titles have one of those words in them */
	static const char *const line[] = {"DEPUTY MARSHAL",
		"DEPUTY US MARSHAL", "DEPUTY U S MARSHAL",
		"DEPUTY UNITED STATES MARSHAL", "DEPUTY SHERIFF",
		"SHERIFF S DEPUTY", "ASSISTANT US ATTORNEY",
		"ASSISTANT UNITED STATES ATTORNEY", "ASSISTANT U S ATTORNEY",
		NULL};

	return request_has_any(folded, words) && !request_has_any(folded, line);
}

/* Hands data on, and is engaged in no matter (F14). */
static bool
passes_on(const char *folded)
{
	static const char *const words[] = {"ADMINISTRATIVE ASSISTANT",
		"ARCHITECT", "CLERK", "CONTACT", "CONTRACTOR", "COORDINATOR",
		"CUSTODIAN", "DATA", "DATABASE", "DEVELOPER", "ENGINEER", "IT",
		"LIAISON", "MAILBOX", "POC", "PROGRAMMER", "RECORDS",
		"SECRETARIAL", "SYSTEM", "SYSTEMS", NULL};

	return request_has_any(folded, words);
}

/* "supervisory special agent, case agent" acts; "supervisor of the case
 * agent" does not. */
static bool
acts(const char *folded)
{
	static const char *const words[] = {"CASE AGENT", "CASE OFFICER",
		"LEAD AGENT", "AFFIANT", "INVESTIGATING AGENT",
		"INVESTIGATING OFFICER", "INVESTIGATOR OF RECORD", NULL};
	static const char *const over[] = {"OF CASE AGENT", "OF THE CASE AGENT",
		"TO CASE AGENT", "TO THE CASE AGENT", "FOR THE CASE AGENT",
		"FOR CASE AGENT", "OVER CASE AGENT", "OVER THE CASE AGENT",
		"OF THE CASE OFFICER", "OF CASE OFFICER", NULL};

	return request_has_any(folded, words) && !request_has_any(folded, over);
}

const char *
request_officer_word(const struct request *request)
{
	struct span name = request->field[RQ_OFFICER_NAME];
	struct span role = request->field[RQ_OFFICER_ROLE];
	char folded_name[PERSON_FOLD_MAX];
	char folded_role[PERSON_FOLD_MAX];
	bool directing;

	if (request_placeholder(request->field[RQ_OFFICER_ID]) ||
		request_placeholder(name))
		return "none";
	request_fold(name, folded_name);
	request_fold(role, folded_role);
	directing = directs(folded_role) && !acts(folded_role);
	if (names_an_office(name, folded_name))
		return "none";
	if (has_only_ranks(folded_name))
		return directing && directs(folded_name) ? "supervisor"
							 : "none";
	if (directing || passes_on(folded_role) || request_placeholder(role))
		return "supervisor";
	return "engaged";
}

/* ---- the unit ---- */

static bool
begins(struct span word, const char *const list[])
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (span_starts(word, span_text(list[i])))
			return true;
	return false;
}

const char *
request_unit_word(struct span unit)
{
	static const char *const phrases[] = {"ERO", "E R O", "DRO", "D R O",
		"ENFORCEMENT AND REMOVAL", "FUGITIVE OPERATIONS",
		"CRIMINAL ALIEN PROGRAM", "INTENSIVE SUPERVISION APPEARANCE",
		"ISAP", "OPLA", "PRINCIPAL LEGAL ADVISOR",
		"PRINCIPAL LEGAL ADVISER", NULL};
	static const char *const stems[] = {"REMOV", "REMVO", "DEPORT",
		"DETENT", "DETAIN", "REPATRIAT", "EXPUL", "EXPEL", NULL};
	char folded[PERSON_FOLD_MAX];
	struct span left;

	if (request_placeholder(unit))
		return "none";
	request_fold(unit, folded);
	if (request_has_any(folded, phrases))
		return "civil-removal";
	left = span_text(folded);
	while (left.n > 0)
		if (begins(span_cut(&left, ' '), stems))
			return "civil-removal";
	return "other";
}
