/* SPDX-License-Identifier: Apache-2.0 */
#include "person/person_int.h"

/* ---- generational suffixes ---- */

enum { SUFFIX_NONE, SUFFIX_SR, SUFFIX_JR, SUFFIX_III, SUFFIX_IV };

static const struct {
	const char *word;
	uint8_t suffix;
} suffixes[] = {
	{"SR", SUFFIX_SR},
	{"SENIOR", SUFFIX_SR},
	{"SNR", SUFFIX_SR},
	{"1ST", SUFFIX_SR},
	{"JR", SUFFIX_JR},
	{"JUNIOR", SUFFIX_JR},
	{"JNR", SUFFIX_JR},
	{"II", SUFFIX_JR},
	{"2ND", SUFFIX_JR},
	{"III", SUFFIX_III},
	{"3RD", SUFFIX_III},
	{"IV", SUFFIX_IV},
	{"4TH", SUFFIX_IV},
	{"V", SUFFIX_IV + 1},
	{"5TH", SUFFIX_IV + 1},
	{"VI", SUFFIX_IV + 2},
	{"VII", SUFFIX_IV + 3},
};

static uint8_t
suffix_of(const char *word)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (person_is(suffixes[i].word, word))
			return suffixes[i].suffix;
	return SUFFIX_NONE;
}

/* "DE LA CRUZ": words that are part of a surname and never all of it. */
static bool
is_particle(const char *word)
{
	static const char *const particles[] = {"AL", "BIN", "BINT", "DA",
		"DAS", "DE", "DEL", "DEN", "DER", "DI", "DO", "DOS", "DU", "E",
		"EL", "IBN", "LA", "LAS", "LE", "LOS", "TEN", "TER", "VAN",
		"VON", "Y", "ZU"};

	return person_list_has(
		particles, sizeof(particles) / sizeof(particles[0]), word);
}

static bool
is_title(const char *word)
{
	static const char *const titles[] = {"MISS", "MR", "MRS", "MS"};

	return person_list_has(
		titles, sizeof(titles) / sizeof(titles[0]), word);
}

/* A word of a company's name; of all these only CORP is a surname. */
static bool
is_company(const char *word)
{
	static const char *const companies[] = {"ASSOCIATION", "COMPANY",
		"CORP", "CORPORATION", "DBA", "ENTERPRISES", "FOUNDATION",
		"HOLDINGS", "INC", "INCORPORATED", "LIMITED", "LLC", "LLP",
		"LTD", "PARTNERSHIP", "PLLC"};

	return person_list_has(
		companies, sizeof(companies) / sizeof(companies[0]), word);
}

/* ---- grade ---- */

enum part {
	PART_NONE,    /* nothing, or nobody's name */
	PART_INITIAL, /* one letter */
	PART_RARE,    /* NULL, DOE, TEST: a surname in good company only */
	PART_NAME,
};

static enum part
part_of_word(const char *word)
{
	uint32_t flags = person_name_placeholder(word);

	if (person_has_digit(word) || (flags & PLACE_N) != 0)
		return PART_NONE;
	if (word[1] == '\0')
		return PART_INITIAL;
	if ((flags & PLACE_M) != 0)
		return PART_RARE;
	return PART_NAME;
}

/* Two words that only together are nobody's. */
static bool
is_phrase(const struct person_words *words)
{
	static const char *const phrases[] = {"A N", "BABY BOY", "BABY GIRL",
		"FIRST NAME", "FIRST UNKNOWN", "FULANO DE TAL", "GIVEN NAME",
		"INFANT BOY", "INFANT GIRL", "INFANT FEMALE", "INFANT MALE",
		"LAST NAME", "LAST UNKNOWN", "N A", "N N", "NO APELLIDO",
		"NO CONOCIDO", "NO DATA", "NO FIRST NAME", "NO GIVEN NAME",
		"NO INFORMATION", "NO LAST NAME", "NO NAME", "NO NOMBRE",
		"NO RECORD", "NO SABE", "NO SURNAME", "NO TIENE NOMBRE",
		"NON COMMUNIQUE", "NOT APPLICABLE", "NOT AVAILABLE",
		"NOT GIVEN", "NOT KNOWN", "NOT LISTED", "NOT PROVIDED",
		"NOT STATED", "PAS DE NOM", "PERSON A", "S N", "SANS NOM",
		"SEE ABOVE", "SEE FILE", "SEM NOME", "SENZA NOME",
		"SIN APELLIDO", "SIN DATOS", "SIN NOMBRE", "T B D",
		"TO BE DETERMINED"};
	char joined[PERSON_FOLD_MAX];
	size_t n = 0;

	if (words->n < 2 && !words->foreign)
		return false; /* every phrase is two words or more */
	for (size_t i = 0; i < words->n; i++) {
		size_t length = strlen(words->at[i]);

		if (n > 0)
			joined[n++] = ' ';
		memcpy(joined + n, words->at[i], length);
		n += length;
	}
	joined[n] = '\0';
	return person_list_has(
		       phrases, sizeof(phrases) / sizeof(phrases[0]), joined) ||
	       (words->foreign && person_is_native_placeholder(joined));
}

/* The best of the words says how far the field is a name; a digit or a word
 * that is nobody's spoils all of it. */
static enum part
part_of(struct span text, struct person_words *words)
{
	enum part best = PART_NONE;

	person_words(text, FOLD_PLAIN, words);
	if (words->cut || is_phrase(words))
		return PART_NONE;
	for (size_t i = 0; i < words->n; i++) {
		enum part part = part_of_word(words->at[i]);

		if ((words->n > 1 && is_title(words->at[i])) ||
			(i > 0 && suffix_of(words->at[i]) != SUFFIX_NONE))
			continue;
		if (part == PART_NONE)
			return PART_NONE;
		if (part > best)
			best = part;
	}
	return best;
}

static bool
any_company(const struct person_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (is_company(words->at[i]))
			return true;
	return false;
}

/* JOHN DOE and his family, under any number of middle names. */
static bool
is_john_doe(const char *given, const char *surname)
{
	static const char *const givens[] = {"BABY", "BOY", "GIRL", "JAMES",
		"JANE", "JANIE", "JOHN", "JON", "JOHNNY", "RICHARD"};

	return (strcmp(surname, "DOE") == 0 || strcmp(surname, "ROE") == 0) &&
	       person_list_has(
		       givens, sizeof(givens) / sizeof(givens[0]), given);
}

/* One-letter surnames exist (O, E, U, I, Y); X and the rest stand for one. */
static enum part
surname_part(enum part part, const struct person_words *words)
{
	bool vowel = words->n > 0 && strchr("AEIOUY", words->at[0][0]) != NULL;

	return part == PART_INITIAL && vowel ? PART_RARE : part;
}

/* NAN is Nancy; BABY is nobody. */
static enum part
given_part(enum part part, const struct person_words *words)
{
	if (part != PART_RARE)
		return part;
	return person_known_given(words->at[0]) ? PART_NAME : PART_NONE;
}

/* Behind a given name that is known and plain, a rare surname is one. */
static bool
vouches(const struct person_words *given, const struct person_words *surname)
{
	return given->n > 0 && person_known_given(given->at[0]) &&
	       part_of_word(given->at[0]) == PART_NAME &&
	       !is_john_doe(given->at[0], surname->at[0]);
}

/* Corp is somebody's surname too, one of 100,000 people's (Census 1990): alone, and
 * behind a given name that is known. */
static bool
is_surname_corp(
	const struct person_words *given, const struct person_words *surname)
{
	return surname->n == 1 && strcmp(surname->at[0], "CORP") == 0 &&
	       vouches(given, surname);
}

static enum person_name_grade
grade_of(enum part given, enum part surname)
{
	if (given == PART_NAME && surname == PART_NAME)
		return NAME_FULL;
	if (given == PART_NAME)
		return NAME_PARTIAL;
	if (surname == PART_NONE)
		return NAME_NONE;
	return surname == PART_NAME || given == PART_INITIAL ? NAME_PARTIAL
							     : NAME_NONE;
}

enum person_name_grade
person_name_grade(struct span given, struct span middle, struct span surname)
{
	struct person_words g;
	struct person_words s;
	struct person_words m;
	enum part gp = part_of(given, &g);
	enum part sp = surname_part(part_of(surname, &s), &s);

	person_words(middle, FOLD_PLAIN, &m);
	if ((any_company(&s) && !is_surname_corp(&g, &s)) || any_company(&g) ||
		any_company(&m))
		return NAME_NONE;
	gp = given_part(gp, &g);
	if (sp == PART_RARE)
		sp = gp == PART_NAME && vouches(&g, &s) ? PART_NAME : PART_NONE;
	return grade_of(gp, sp);
}

bool
person_known_given(const char *folded_given)
{
	size_t key = person_key(folded_given);
	size_t low = person_given_names_at[key];

	return person_list_has(person_given_names + low,
		person_given_names_at[key + 1] - low, folded_given);
}

/* ---- standard form ---- */

static void
append(char *to, size_t size, const char *text)
{
	size_t n = strnlen(to, size);
	size_t more = strlen(text);

	if (n + more >= size)
		more = size - 1 - n;
	memcpy(to + n, text, more);
}

static bool
is_letter(const char *word)
{
	return word[1] == '\0';
}

static void
add_middle(struct person_name *name, const char *word)
{
	append(name->middle, sizeof(name->middle), word);
	name->middle_letter |= is_letter(word);
}

/* From the first initial on, what stands in the field is a middle name. */
static void
set_given(struct person_name *name, const struct person_words *words)
{
	bool middle = false;
	size_t n = 0;

	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->at[i];

		if (words->n > 1 && is_title(word))
			continue;
		middle |= n > 0 && (is_letter(word) || is_letter(name->given));
		if (middle) {
			add_middle(name, word);
			continue;
		}
		if (n++ == 1)
			name->n_first = (uint8_t)strlen(name->given);
		append(name->given, sizeof(name->given), word);
	}
}

static void
set_surname(struct person_name *name, const struct person_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		uint8_t suffix = suffix_of(words->at[i]);

		if (i > 0 && i + 1 == words->n && suffix != SUFFIX_NONE &&
			words->at[i][1] != '\0') {
			name->suffix = suffix;
			break;
		}
		append(name->joined, sizeof(name->joined), words->at[i]);
		if (name->n_surname < NAME_TOKENS_MAX)
			append(name->surname[name->n_surname++], NAME_TOKEN_MAX,
				words->at[i]);
	}
}

void
person_name(struct span given, struct span middle, struct span surname,
	struct span suffix, struct person_name *ret_name)
{
	struct person_words words;

	memset(ret_name, 0, sizeof(*ret_name));
	person_words(given, FOLD_PLAIN, &words);
	set_given(ret_name, &words);
	person_words(middle, FOLD_PLAIN, &words);
	for (size_t i = 0; i < words.n; i++)
		add_middle(ret_name, words.at[i]);
	person_words(surname, FOLD_PLAIN, &words);
	set_surname(ret_name, &words);
	person_words(suffix, FOLD_PLAIN, &words);
	for (size_t i = 0; i < words.n; i++)
		if (suffix_of(words.at[i]) != SUFFIX_NONE)
			ret_name->suffix = suffix_of(words.at[i]);
}

/* ---- compare ---- */

bool
person_osa1(const char *a, const char *b)
{
	size_t n = strlen(a);
	size_t m = strlen(b);
	size_t i = 0;

	if (n > m + 1 || m > n + 1)
		return false;
	while (a[i] != '\0' && a[i] == b[i])
		i++;
	if (n == m) {
		if (a[i] == '\0' || strcmp(a + i + 1, b + i + 1) == 0)
			return true;
		return a[i] == b[i + 1] && a[i + 1] == b[i] &&
		       strcmp(a + i + 2, b + i + 2) == 0;
	}
	return n < m ? strcmp(a + i, b + i + 1) == 0
		     : strcmp(a + i + 1, b + i) == 0;
}

static bool
is_nickname(const char *a, const char *b)
{
	const struct person_nickname *x = person_nickname_find(a);
	const struct person_nickname *y = person_nickname_find(b);

	if (x == NULL || y == NULL)
		return false;
	for (size_t i = 0; i < NICKNAME_CLASSES && x->classes[i] != 0; i++)
		for (size_t k = 0; k < NICKNAME_CLASSES; k++)
			if ((x->classes[i] ^ y->classes[k]) == NICKNAME_HEAD)
				return true;
	return false;
}

/*
 * ANAMARIA is ANA with the middle name MARIA.  An initial is joined to nothing
 * (GABRIEL A is not GABRIELA); it only begins a second name that was written
 * apart: JUAN CARLOS is JUAN C.
 */
static bool
takes_middle(
	const struct person_name *longer, const struct person_name *shorter)
{
	size_t n = strlen(shorter->given);
	const char *rest = longer->given + n;

	if (n < 2 || strncmp(longer->given, shorter->given, n) != 0 ||
		rest[0] == '\0' || shorter->middle[0] == '\0')
		return false;
	if (!shorter->middle_letter)
		return strcmp(rest, shorter->middle) == 0;
	return longer->n_first == n && rest[0] == shorter->middle[0] &&
	       is_letter(shorter->middle);
}

enum person_level
person_middle_compare(
	const struct person_name *asked, const struct person_name *record)
{
	const char *a = asked->middle;
	const char *r = record->middle;

	if (a[0] == '\0' || r[0] == '\0')
		return LEVEL_MISSING;
	if (strcmp(a, r) == 0)
		return LEVEL_EQUAL;
	if (asked->middle_letter || record->middle_letter)
		return a[0] == r[0] ? LEVEL_INITIAL : LEVEL_CONFLICT;
	if (is_nickname(a, r))
		return LEVEL_VARIANT;
	return person_osa1(a, r) ? LEVEL_EDIT : LEVEL_CONFLICT;
}

/* J CARLOS may be JUAN CARLOS, and is not JOSE LUIS. */
static enum person_level
initial_level(const struct person_name *asked, const struct person_name *record)
{
	if (asked->given[0] != record->given[0])
		return LEVEL_CONFLICT;
	if (!asked->middle_letter && !record->middle_letter &&
		person_middle_compare(asked, record) == LEVEL_CONFLICT)
		return LEVEL_CONFLICT;
	return LEVEL_INITIAL;
}

enum person_level
person_given_compare(
	const struct person_name *asked, const struct person_name *record)
{
	const char *a = asked->given;
	const char *r = record->given;

	if (a[0] == '\0' || r[0] == '\0')
		return LEVEL_MISSING;
	if (is_letter(a) || is_letter(r))
		return initial_level(asked, record);
	if (strcmp(a, r) == 0)
		return LEVEL_EQUAL;
	if (takes_middle(asked, record) || takes_middle(record, asked) ||
		is_nickname(a, r))
		return LEVEL_VARIANT;
	if (strlen(a) > 2 && strlen(r) > 2 && !person_known_given(a) &&
		person_osa1(a, r))
		return LEVEL_EDIT;
	return LEVEL_CONFLICT;
}

/* The words of a surname without its particles. */
static size_t
content(const struct person_name *name, const char *to[NAME_TOKENS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name->n_surname; i++)
		if (!is_particle(name->surname[i]))
			to[n++] = name->surname[i];
	return n;
}

/* Every word of the shorter is a word of the longer, each used once. */
static bool
is_part_of(const char *const *shorter, size_t n, const char *const *longer,
	size_t m)
{
	uint32_t used = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < m && ((used >> k & 1) != 0 ||
					strcmp(shorter[i], longer[k]) != 0))
			k++;
		if (k == m)
			return false;
		used |= 1U << k;
	}
	return n > 0;
}

static bool
is_compound_variant(const struct person_name *a, const struct person_name *b)
{
	const char *x[NAME_TOKENS_MAX];
	const char *y[NAME_TOKENS_MAX];
	size_t n = content(a, x);
	size_t m = content(b, y);

	return n <= m ? is_part_of(x, n, y, m) : is_part_of(y, m, x, n);
}

enum person_level
person_surname_compare(
	const struct person_name *asked, const struct person_name *record)
{
	if (asked->n_surname == 0 || record->n_surname == 0)
		return LEVEL_MISSING;
	if (strcmp(asked->joined, record->joined) == 0)
		return LEVEL_EQUAL;
	if (is_compound_variant(asked, record))
		return LEVEL_VARIANT;
	if (strlen(asked->joined) > 2 && strlen(record->joined) > 2 &&
		person_osa1(asked->joined, record->joined))
		return LEVEL_EDIT;
	return LEVEL_CONFLICT;
}

enum person_level
person_suffix_compare(
	const struct person_name *asked, const struct person_name *record)
{
	if (asked->suffix == SUFFIX_NONE && record->suffix == SUFFIX_NONE)
		return LEVEL_EQUAL;
	if (asked->suffix == SUFFIX_NONE || record->suffix == SUFFIX_NONE)
		return LEVEL_MISSING;
	return asked->suffix == record->suffix ? LEVEL_EQUAL : LEVEL_CONFLICT;
}
