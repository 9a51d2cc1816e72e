/* SPDX-License-Identifier: Apache-2.0 */
#include "law/law_int.h"

#include <stdio.h>

#include "base/day.h"
#include "base/mem.h"
#include "law/shipped.h"

enum err
law_new(struct law **ret_law)
{
	OWNED(law) law = mem_zeroed(sizeof(*law));
	enum err e;

	if (law == NULL)
		return err_origin(ERR_NOMEM);
	law->agreement = LAW_FILES_MAX;
	law->narrows = LAW_FILES_MAX;
	law->effective = DAY_NONE;
	law->expires = DAY_NONE;
	e = arena_init(&law->arena, LAW_ARENA);
	if (e == ERR_OK)
		*ret_law = law_take(&law);
	return e;
}

struct law *
law_free(struct law *law)
{
	if (law != NULL)
		arena_fini(&law->arena);
	mem_free(law);
	return NULL;
}

static enum err
refuse(struct law_error *reterr, enum err e, const char *file, const char *says)
{
	law_error_set(reterr, file, span_of(NULL, 0), span_of(NULL, 0));
	(void)snprintf(reterr->text, sizeof(reterr->text), "%s", says);
	return e;
}

enum err
law_add(struct law *law, const char *file, struct span text,
	struct law_error *reterr)
{
	struct law_parser p = {.law = law, .file = law->n_files};
	struct law_error unwanted;
	struct span path;
	enum err e;

	must(!law->sealed);
	p.reterr = reterr == NULL ? &unwanted : reterr;
	*p.reterr = (struct law_error){0};
	if (text.n > LAW_FILE_MAX)
		return refuse(p.reterr, ERR_TOO_LARGE, file,
			"a law file is 1 MiB at most");
	path = arena_copy(&law->arena, span_text(file));
	if (law->n_files == LAW_FILES_MAX || path.at == NULL)
		return refuse(p.reterr, ERR_TOO_LARGE, file,
			"more than a law can hold");
	law->file[p.file].path = (const char *)path.at;
	p.lexer = law_lexer_from(text);
	e = law_parse(&p);
	if (e == ERR_OK)
		law->n_files++;
	return e == ERR_MALFORMED && law->arena.overflow ? ERR_TOO_LARGE : e;
}

enum err
law_seal(struct law *law, struct law_error *reterr)
{
	struct law_error unwanted;
	enum err e;

	must(!law->sealed);
	reterr = reterr == NULL ? &unwanted : reterr;
	*reterr = (struct law_error){0};
	if (law->agreement == LAW_FILES_MAX)
		return refuse(reterr, ERR_MALFORMED, NULL,
			"there is no agreement among the law files");
	for (size_t i = 0; i < law->n_files; i++)
		if (i != law->agreement && !law->file[i].named)
			return refuse(reterr, ERR_MALFORMED, law->file[i].path,
				"the agreement neither narrows nor designates "
				"this statute");
	must(law->fields != 0);
	must((law->fields & ~law->file[law->narrows].grants) == 0);
	e = law_compile(law);
	if (e != ERR_OK)
		return refuse(reterr, e, NULL, "too many comparisons");
	law->sealed = true;
	return ERR_OK;
}

size_t
law_n_rules(const struct law *law)
{
	return law->n_rules;
}

const struct law_rule *
law_rule(const struct law *law, size_t i)
{
	must(i < law->n_rules);
	return &law->rule[i].shown;
}

static const struct law_file *
agreement_of(const struct law *law)
{
	must(law->sealed);
	return &law->file[law->agreement];
}

const char *
law_agreement_id(const struct law *law)
{
	return agreement_of(law)->name;
}

const char *
law_agreement_title(const struct law *law)
{
	return agreement_of(law)->title;
}

const char *
law_custodian(const struct law *law)
{
	return law->custodian;
}

const char *
law_requester(const struct law *law)
{
	return law->requester;
}

const char *
law_provision(const struct law *law)
{
	return law->file[law->narrows].name;
}

int32_t
law_effective(const struct law *law)
{
	return law->effective;
}

int32_t
law_expires(const struct law *law)
{
	return law->expires;
}

unsigned
law_answer_days(const struct law *law)
{
	return law->answer_days;
}

unsigned
law_lapse_days(const struct law *law)
{
	return law->lapse_days;
}

unsigned
law_expiry_days(const struct law *law)
{
	return law->expiry_days;
}

unsigned
law_screen_days(const struct law *law)
{
	return law->screen_days == 0 ? LAW_SCREEN_DAYS : law->screen_days;
}

uint32_t
law_cap(const struct law *law, enum law_cap cap)
{
	must(cap < LAW_N_CAPS);
	return law->cap[cap];
}

const char *
law_cap_text(enum law_cap cap)
{
	static const char *const texts[LAW_N_CAPS] = {
		[LAW_CAP_BATCH] = "batch-most",
		[LAW_CAP_DAY] = "day-most",
		[LAW_CAP_OFFICER_DAY] = "officer-day-most",
	};

	must(cap < LAW_N_CAPS);
	return texts[cap];
}

size_t
law_n_base_rates(const struct law *law)
{
	return law->n_base_rates;
}

const struct law_base_rate *
law_base_rate(const struct law *law, size_t i)
{
	must(i < law->n_base_rates);
	return &law->base_rate[i];
}

unsigned
law_fields(const struct law *law)
{
	return law->fields;
}

const char *
law_field_text(enum law_field field)
{
	switch (field) {
	case LAW_FIELD_NAME:
		return "name";
	case LAW_FIELD_MAILING_ADDRESS:
		return "mailing-address";
	case LAW_FIELD_TIN:
		return "tin";
	}
	must(!"a field that is not listed");
}

bool
law_setting(const struct law *law, struct span name, uint32_t *ret_value)
{
	for (size_t i = 0; i < law->n_settings; i++) {
		if (span_eq(name, span_text(law->setting[i].name))) {
			*ret_value = law->setting[i].value;
			return true;
		}
	}
	return false;
}

bool
law_shipped(size_t i, const char **ret_name, struct span *ret_text)
{
	if (i >= law_shipped_files_n)
		return false;
	*ret_name = law_shipped_files[i].name;
	*ret_text = span_of(law_shipped_files[i].at, law_shipped_files[i].n);
	return true;
}

bool
law_statute(size_t i, const char **ret_name, struct span *ret_text)
{
	if (i >= law_statute_files_n)
		return false;
	*ret_name = law_statute_files[i].name;
	*ret_text = span_of(law_statute_files[i].at, law_statute_files[i].n);
	return true;
}

enum err
law_new_shipped(struct law **ret_law)
{
	OWNED(law) law = NULL;
	const char *name;
	struct span text;
	enum err e = law_new(&law);

	for (size_t i = 0; e == ERR_OK && law_shipped(i, &name, &text); i++)
		e = law_add(law, name, text, NULL);
	if (e == ERR_OK)
		e = law_seal(law, NULL);
	must(!err_is_refusal(e));
	if (e == ERR_OK)
		*ret_law = law_take(&law);
	return e;
}
