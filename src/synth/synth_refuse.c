/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/*
 * Requests that the form or the law refuses, whoever they are about: each
 * maker takes a sound request and breaks one condition.  Few strings here are
 * in any other file of ours, on purpose: a grader is to be judged on what it
 * has not seen.
 */

static bool
sound(struct synth_maker *m)
{
	if (!synth_seek(m, synth_is_filer))
		return false;
	synth_sound(m, BY_ANY);
	return true;
}

/* ---- (B)(i): names ---- */

static bool
make_no_name(struct synth_maker *m)
{
	static const char *const names[][2] = {{"UNKNOWN", "UNKNOWN"},
		{"FNU", "LNU"}, {"", "LNU"}, {"NO", "NAME"}, {"TEST", "TEST"},
		{"N/A", "N/A"}, {"DESCONOCIDO", "DESCONOCIDO"},
		{"НЕИЗВЕСТНО", "НЕИЗВЕСТНО"}, {"???", "???"}, {"XXX", "XXX"},
		{"JOSE", ""}, {"", "GARCIA"}, {"A", "B"}, {"-", "-"},
		{"不详", "不详"}, {"INCONNU", "X"}, {"UNK", "UNK"}};
	size_t i = synth_below(&m->rng, sizeof names / sizeof *names);

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->given, names[i][0]);
	SYNTH_SET(m->d->surname, names[i][1]);
	m->d->middle[0] = m->d->suffix[0] = '\0';
	return true;
}

/* ---- (B)(i): addresses ---- */

static bool
give_line(struct synth_maker *m, const char *line)
{
	if (!sound(m))
		return false;
	SYNTH_SET(m->d->line, line);
	m->d->unit[0] = '\0';
	return true;
}

static const char *const junk[] = {"WILL NOT STATE", "SEE FILE", "PENDING",
	"ADDRESS WITHHELD", "NO FIXED ABODE", "VARIOUS", "THE STREETS", "-",
	".", "X X X", "USA", "LAST KNOWN ON FILE", "NOT AVAILABLE", "NOT GIVEN",
	"UNDETERMINED", "DECLINED TO ANSWER", "to be determined", "Unk.",
	"N.A.", "no known address", "** Unknown / Not Given **",
	"U N K N O W N", "???", "none provided", "SUBJECT IN CUSTODY",
	"CURRENTLY DETAINED", "LIVES WITH FRIENDS", "SAME AS ABOVE", "NULL",
	"UNKNWON", "UNKOWN", "ADDRESS UNKNOWN", "UNHOUSED",
	"NO PERMANENT ADDRESS",
	/* other languages */
	"DESCONOCIDO", "DOMICILIO DESCONOCIDO", "SIN DOMICILIO FIJO",
	"NO PROPORCIONÓ", "SE NEGÓ A PROPORCIONAR", "SE DESCONOCE", "INCONNU",
	"SANS DOMICILE FIXE", "ADRESSE INCONNUE", "NÃO INFORMADO",
	"ENDEREÇO DESCONHECIDO", "UNBEKANNT", "OHNE FESTEN WOHNSITZ",
	"SCONOSCIUTO", "SENZA FISSA DIMORA", "PA KONNEN", "không rõ",
	"HINDI ALAM", "NIEZNANY", "BILINMIYOR",
	/* other scripts, look-alikes, wide letters */
	"НЕИЗВЕСТНО", "АДРЕС НЕИЗВЕСТЕН", "不详", "地址不详", "住所不定",
	"주소 불명", "غير معروف", "अज्ञात", "ΑΓΝΩΣΤΟ", "ＵＮＫＮＯＷＮ",
	"UNKNОWN", "ՈՒNKNOWN"};

static bool
make_junk_address(struct synth_maker *m)
{
	if (!give_line(m, SYNTH_PICK(&m->rng, junk)))
		return false;
	if (synth_chance(&m->rng, 250)) {
		SYNTH_SET(m->d->city, "UNKNOWN");
		if (synth_chance(&m->rng, 500))
			SYNTH_SET(m->d->zip, "00000");
	}
	return true;
}

static bool
make_numbered_junk(struct synth_maker *m)
{
	static const char *const lines[] = {"1 UNKNOWN ST", "0 NO ADDRESS AVE",
		"123 FAKE ADDRESS", "999 NONE GIVEN RD", "1234 UNK",
		"100 CALLE DESCONOCIDA", "1 HOMELESS WAY", "99999 REFUSED LN",
		"12 NOT PROVIDED DR", "1 TRANSIENT ST", "111 XXXXX ST",
		"000 DECLINED BLVD", "5 TO BE DETERMINED CT"};

	return give_line(m, SYNTH_PICK(&m->rng, lines));
}

static bool
make_general_delivery(struct synth_maker *m)
{
	static const char *const lines[] = {
		"GENERAL DELIVERY", "Gen Delivery", "General Dlvry", "GEN DEL"};

	return give_line(m, SYNTH_PICK(&m->rng, lines));
}

static const char *const facilities[] = {"OTAY MESA DETENTION CENTER",
	"FLORENCE CORRECTIONAL CENTER", "NORTHWEST ICE PROCESSING CTR",
	"MESA VERDE ICE PROCESSING CENTER", "PORT ISABEL SERVICE PROC CENTER",
	"WINN CORRECTIONAL CENTER", "LASALLE ICE PROCESSING CENTER",
	"BLUEBONNET DETENTION FACILITY", "HARRIS COUNTY JAIL",
	"MENS CENTRAL JAIL", "FCI DUBLIN", "USP VICTORVILLE", "MDC BROOKLYN",
	"METROPOLITAN DETENTION CENTER", "CALIFORNIA STATE PRISON",
	"ICE FIELD OFFICE", "ICE ERO HOLDING FACILITY",
	"ENFORCEMENT AND REMOVAL OPERATIONS", "SOUTH TEXAS FAMILY RES CENTER",
	"BAKER COUNTY DETENTION CTR", "DEPARTMENT OF HOMELAND SECURITY",
	"IRWIN COUNTY DETENTION CENTER", "IMMIGRATION COURT",
	"FEDERAL CORRECTIONAL INSTITUTION", "COUNTY SHERIFFS JAIL ANNEX",
	"TORRANCE COUNTY DETENTION FAC", "1705 E HANNA RD ELOY DETENTION CTR",
	"146 CCA RD STEWART DETENTION CENTER",
	"10250 RANCHO RD ADELANTO ICE PROCESSING CTR",
	"500 W MADISON ST C/O DHS ICE"};

static bool
make_facility(struct synth_maker *m)
{
	return give_line(m, SYNTH_PICK(&m->rng, facilities));
}

/* Known only by where it stands; whoever lives there is on no roll. */
static bool
make_facility_address(struct synth_maker *m)
{
	static const char *const at[][4] = {
		{"1705 E HANNA RD", "ELOY", "AZ", "85131"},
		{"146 CCA RD", "LUMPKIN", "GA", "31815"},
		{"1623 E J ST", "TACOMA", "WA", "98421"},
		{"18201 SW 12TH ST", "MIAMI", "FL", "33194"},
		{"10400 RANCHO RD", "ADELANTO", "CA", "92301"}};
	size_t i = synth_below(&m->rng, sizeof at / sizeof *at);

	if (!give_line(m, at[i][0]))
		return false;
	SYNTH_SET(m->d->city, at[i][1]);
	SYNTH_SET(m->d->state, at[i][2]);
	SYNTH_SET(m->d->zip, at[i][3]);
	return true;
}

static bool
make_city_only(struct synth_maker *m)
{
	return give_line(m, "");
}

static bool
make_zip_only(struct synth_maker *m)
{
	if (!give_line(m, ""))
		return false;
	m->d->city[0] = '\0';
	return true;
}

static bool
make_no_address(struct synth_maker *m)
{
	if (!make_zip_only(m))
		return false;
	m->d->state[0] = m->d->zip[0] = m->d->zip4[0] = '\0';
	return true;
}

static bool
make_zip_in_line(struct synth_maker *m)
{
	char zip[16];

	if (!sound(m))
		return false;
	SYNTH_SET(zip, m->own->zip);
	SYNTH_SET(m->d->line, zip);
	m->d->unit[0] = '\0';
	return true;
}

static bool
make_street_no_number(struct synth_maker *m)
{
	struct synth_street s;

	for (int tries = 0; tries < 10; tries++) {
		if (!sound(m))
			return false;
		if (!synth_street_parse(m->world, m->own->line, &s) ||
			(s.name[0] >= '0' && s.name[0] <= '9'))
			continue;
		SYNTH_FORMAT(m->d->line, "%s %s", s.name, s.suffix);
		m->d->unit[0] = '\0';
		return true;
	}
	return false;
}

static bool
make_half_line(struct synth_maker *m)
{
	static const char *const lines[] = {"PO BOX", "P.O. BOX", "RR 2",
		"RURAL ROUTE", "HC 68", "APT 4", "UNIT 12B", "1234", "#7",
		"CORNER OF 5TH AND MAIN", "BEHIND THE WALMART",
		"TRAILER PARK OFF HWY 9", "NEAR THE CHURCH", "DOWNTOWN",
		"MAIN ST & ELM ST", "MILE MARKER 14"};

	return give_line(m, SYNTH_PICK(&m->rng, lines));
}

static bool
make_foreign(struct synth_maker *m)
{
	static const char *const at[][4] = {
		{"AV REFORMA 222 COL JUAREZ", "CIUDAD DE MEXICO", "MX",
			"06600"},
		{"12 RUE DE LA PAIX", "PARIS", "FR", "75002"},
		{"4A AVENIDA 5-20 ZONA 1", "GUATEMALA", "GT", "01001"},
		{"10 KING ST W", "TORONTO", "ON", "M5H1A1"},
		{"COL CENTRO 5A CALLE", "SAN PEDRO SULA", "HN", "21102"},
		{"朝阳区建国路88号", "北京", "CN", "100022"}};
	size_t i = synth_below(&m->rng, sizeof at / sizeof *at);

	if (!give_line(m, at[i][0]))
		return false;
	SYNTH_SET(m->d->city, at[i][1]);
	SYNTH_SET(m->d->state, at[i][2]);
	SYNTH_SET(m->d->zip, at[i][3]);
	m->d->zip4[0] = '\0';
	return true;
}

/* Another place, of another state, so that no city name can be shared. */
static const struct synth_place *
other_place(struct synth_maker *m)
{
	for (int tries = 0; tries < 60; tries++) {
		const struct synth_place *place =
			synth_place_draw(m->world, &m->rng);

		if (strcmp(place->state, m->own->state) != 0 &&
			strcmp(place->city, m->own->city) != 0)
			return place;
	}
	return NULL;
}

static bool
make_zip_city_clash(struct synth_maker *m)
{
	const struct synth_place *place;

	if (!sound(m))
		return false;
	place = other_place(m);
	if (place == NULL)
		return false;
	SYNTH_SET(m->d->city, place->city);
	return true;
}

static bool
make_zip_state_clash(struct synth_maker *m)
{
	const struct synth_place *place;

	if (!sound(m))
		return false;
	place = other_place(m);
	if (place == NULL)
		return false;
	SYNTH_SET(m->d->state, place->state);
	return true;
}

static bool
make_unknown_zip(struct synth_maker *m)
{
	static const char *const zips[] = {
		"00000", "99999", "00001", "1234", "123456", "ABCDE", "9O210"};

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->zip, SYNTH_PICK(&m->rng, zips));
	m->d->zip4[0] = '\0';
	return true;
}

/* ---- (B)(ii): periods ---- */

static bool
make_no_period(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->n_years = 0;
	m->d->no_years = synth_chance(&m->rng, 500);
	return true;
}

static bool
make_bad_period(struct synth_maker *m)
{
	static const char *const bad[] = {
		"21", "20x2", "ALL", "2021-", "latest"};
	int now = day_year(m->options->today);

	if (!sound(m))
		return false;
	m->d->n_years = 1;
	if (synth_chance(&m->rng, 500))
		SYNTH_SET(m->d->year[0], SYNTH_PICK(&m->rng, bad));
	else
		SYNTH_FORMAT(m->d->year[0], "%d",
			now + synth_between(&m->rng, 0, 3));
	return true;
}

static bool
make_many_periods(struct synth_maker *m)
{
	int last = day_year(m->options->today) - 1;

	if (!sound(m))
		return false;
	for (int i = 0; i < 11; i++)
		SYNTH_FORMAT(m->d->year[i], "%d", last - 10 + i);
	m->d->n_years = 11;
	return true;
}

/* ---- (B)(iii): authority ---- */

static bool
make_authority(struct synth_maker *m)
{
	static const char *const cited[] = {"", "8 USC 1324d", "8 USC 1231",
		"8 USC 1226", "8 USC 1229a", "8 USC 1231(a)(2)",
		"civil immigration enforcement", "Title 8", "INA",
		"26 USC 6103(i)(2)", "6 USC 202", "unknown",
		"8 U.S.C. § 1324d"};

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->authority, SYNTH_PICK(&m->rng, cited));
	return true;
}

/* ---- (A): who, in what case, for what use ---- */

static bool
make_no_officer(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->officer_id[0] = m->d->officer_name[0] = '\0';
	m->d->role[0] = m->d->unit_text[0] = '\0';
	return true;
}

static bool
make_supervisor(struct synth_maker *m)
{
	static const char *const roles[] = {"assistant director",
		"deputy assistant director", "special agent in charge",
		"field office director", "executive associate director",
		"acting director", "group supervisor", "chief of staff",
		"Assistant Director, Operations"};

	if (!sound(m))
		return false;
	synth_give_officer(m, "ICE-",
		1 + synth_below(&m->rng, 3 + (uint32_t)(m->options->n / 3000)));
	SYNTH_SET(m->d->role, SYNTH_PICK(&m->rng, roles));
	return true;
}

static bool
make_no_case(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->case_id[0] = m->d->opened[0] = m->d->status[0] = '\0';
	return true;
}

static bool
make_closed_case(struct synth_maker *m)
{
	static const char *const statuses[] = {
		"closed", "Closed", "CLOSED - ADMINISTRATIVE"};

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->status, SYNTH_PICK(&m->rng, statuses));
	return true;
}

static bool
make_undated_case(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->opened[0] = '\0';
	return true;
}

static bool
make_future_case(struct synth_maker *m)
{
	char day[DAY_TEXT];

	if (!sound(m))
		return false;
	day_text(m->options->today + synth_between(&m->rng, 1, 400), day);
	SYNTH_SET(m->d->opened, day);
	return true;
}

static bool
make_civil_purpose(struct synth_maker *m)
{
	static const char *const purposes[] = {
		"civil-removal", "administrative", "", "removal", "civil"};

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->purpose, SYNTH_PICK(&m->rng, purposes));
	return true;
}

/* Officers of their own: one unit each, so that no sound request has them. */
static bool
make_civil_unit(struct synth_maker *m)
{
	static const char *const units[] = {
		"Enforcement and Removal Operations", "ERO Dallas Field Office",
		"ICE ERO San Antonio",
		"Enforcement & Removal Operations, Miami", "DHS/ICE/ERO",
		"E.R.O. Newark", "Enforcement and Removal Ops"};
	uint32_t u = synth_below(&m->rng, sizeof units / sizeof *units);

	if (!sound(m))
		return false;
	synth_give_officer(m, "HSI-", 20000 + u);
	SYNTH_SET(m->d->unit_text, units[u]);
	return true;
}

/* ---- 8 USC 1253 ---- */

static bool
make_no_order(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->no_order = true;
	m->d->order_date[0] = m->d->ground[0] = '\0';
	m->d->stay = 0;
	return true;
}

static bool
give_order_age(struct synth_maker *m, int age)
{
	char day[DAY_TEXT];

	if (!sound(m))
		return false;
	m->order_day = m->options->today - age;
	m->opened_day = m->options->today - age / 2;
	day_text(m->order_day, day);
	SYNTH_SET(m->d->order_date, day);
	day_text(m->opened_day, day);
	SYNTH_SET(m->d->opened, day);
	return true;
}

static bool
make_day_90(struct synth_maker *m)
{
	return give_order_age(m, 90);
}

static bool
make_under_90(struct synth_maker *m)
{
	return give_order_age(m, synth_between(&m->rng, 1, 89));
}

static bool
make_day_91(struct synth_maker *m)
{
	if (!give_order_age(m, 91))
		return false;
	m->d->person = (int64_t)m->p->id;
	return m->p->same_as < 0 && m->p->twin < 0;
}

static bool
make_ground(struct synth_maker *m)
{
	static const char *const grounds[] = {"8 USC 1182(a)(7)",
		"8 USC 1182(a)(6)(A)(i)", "8 USC 1182(a)(2)(A)(i)(I)",
		"8 USC 1182(a)(9)(B)", "8 U.S.C. 1182(a)(6)(C)(i)",
		"INA 212(a)(6)(A)(i)"};

	if (!sound(m))
		return false;
	SYNTH_SET(m->d->ground, SYNTH_PICK(&m->rng, grounds));
	return true;
}

static bool
make_stay(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->stay = 't';
	return true;
}

static bool
make_stay_not_stated(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->stay = 0;
	return true;
}

/* ---- the agreement's ---- */

static bool
make_no_identifier(struct synth_maker *m)
{
	if (!sound(m))
		return false;
	m->d->tin[0] = m->d->birth[0] = '\0';
	return true;
}

static bool
make_bad_identifier(struct synth_maker *m)
{
	static const char *const tins[] = {"UNKNOWN", "12345678", "NONE",
		"123-45-678", "XXX-XX-1234", "A12345678"};
	static const char *const births[] = {"1984-13-45", "UNKNOWN",
		"circa 1980", "1979-02-30", "0000-00-00"};

	if (!sound(m))
		return false;
	m->d->tin[0] = m->d->birth[0] = '\0';
	if (synth_chance(&m->rng, 500))
		SYNTH_SET(m->d->tin, SYNTH_PICK(&m->rng, tins));
	else
		SYNTH_SET(m->d->birth, SYNTH_PICK(&m->rng, births));
	return true;
}

static bool
make_unneeded(struct synth_maker *m)
{
	static const char *const names[] = {"weir:alienNumber",
		"nc:PersonRaceText", "weir:fingerprintNumber",
		"nc:PersonCitizenshipText", "weir:employerName",
		"nc:PersonReligionText", "weir:spouseName"};

	if (!sound(m))
		return false;
	m->d->fault = FAULT_UNNAMED;
	m->d->unnamed = SYNTH_PICK(&m->rng, names);
	return true;
}

static bool
make_malformed(struct synth_maker *m)
{
	static const uint8_t json[] = {FAULT_TRUNCATED, FAULT_TWICE, FAULT_NUL,
		FAULT_UTF8, FAULT_DEEP, FAULT_TYPE};
	static const uint8_t csv[] = {FAULT_TRUNCATED, FAULT_NUL, FAULT_UTF8};

	if (!m->options->malformed || !sound(m))
		return false;
	if (m->options->over_long && synth_chance(&m->rng, 150))
		m->d->fault = FAULT_LONG;
	else if (m->options->csv)
		m->d->fault = (enum synth_fault)SYNTH_PICK(&m->rng, csv);
	else
		m->d->fault = (enum synth_fault)SYNTH_PICK(&m->rng, json);
	return true;
}

static const char refused[] = "refused";
static const char address[] = "I2-B1-ADDRESS";

const struct synth_kind synth_refuse_kinds[] = {
	{"no-name", 90, make_no_name, refused, "I2-B1-NAME"},
	{"junk-address", 330, make_junk_address, refused, address},
	{"numbered-junk", 60, make_numbered_junk, "refused|unresolved",
		address},
	{"general-delivery", 50, make_general_delivery, refused, address},
	{"facility", 150, make_facility, refused, address},
	{"facility-address", 30, make_facility_address, "refused|unresolved",
		address},
	{"city-only", 70, make_city_only, refused, address},
	{"zip-only", 70, make_zip_only, refused, address},
	{"zip-in-line", 30, make_zip_in_line, refused, address},
	{"no-address", 40, make_no_address, refused, address},
	{"street-no-number", 80, make_street_no_number, refused, address},
	{"half-line", 80, make_half_line, refused, address},
	{"foreign", 50, make_foreign, refused, address},
	{"zip-city-clash", 70, make_zip_city_clash, refused, address},
	{"zip-state-clash", 70, make_zip_state_clash, refused, address},
	{"unknown-zip", 50, make_unknown_zip, refused, address},
	{"no-period", 60, make_no_period, refused, "I2-B2-PERIOD"},
	{"bad-period", 50, make_bad_period, refused, "I2-B2-PERIOD"},
	{"many-periods", 30, make_many_periods, refused, "I2-B2-PERIOD"},
	{"authority", 90, make_authority, refused, "I2-B3-AUTHORITY"},
	{"boilerplate", 90, synth_make_boilerplate, refused, "I2-B4-REASON"},
	{"long-boilerplate", 60, synth_make_long_boilerplate, refused,
		"I2-B4-REASON"},
	{"borrowed-reason", 70, synth_make_borrowed, refused, "I2-B4-REASON"},
	{"contradicted-reason", 60, synth_make_contradicted, refused,
		"I2-B4-REASON"},
	{"case-only-reason", 40, synth_make_case_only, "refused|request-review",
		"I2-B4-REASON"},
	{"no-reason", 40, synth_make_no_reason, refused, "I2-B4-REASON"},
	{"no-officer", 60, make_no_officer, refused, "I2-A-OFFICER"},
	{"supervisor", 60, make_supervisor, "request-review|refused",
		"I2-A-OFFICER"},
	{"no-case", 70, make_no_case, refused, "I2-A-CASE"},
	{"closed-case", 60, make_closed_case, refused, "I2-A-CASE"},
	{"case-undated", 50, make_undated_case, refused, "I2-A-CASE"},
	{"case-in-future", 60, make_future_case, refused, "I2-A-CASE"},
	{"civil-purpose", 70, make_civil_purpose, refused, "I2-A-USE"},
	{"civil-unit", 70, make_civil_unit, refused, "I2-A-USE"},
	{"no-order", 70, make_no_order, refused, "S1253-ORDER"},
	{"day-90", 50, make_day_90, refused, "S1253-90-DAYS"},
	{"under-90-days", 60, make_under_90, refused, "S1253-90-DAYS"},
	{"day-91", 30, make_day_91, "review", ""},
	{"inadmissibility-ground", 60, make_ground, refused, "S1253-GROUND"},
	{"stay", 60, make_stay, refused, "S1253-STAY"},
	{"stay-not-stated", 60, make_stay_not_stated, refused, "S1253-STAY"},
	{"no-identifier", 110, make_no_identifier, refused, "AG-IDENTIFIER"},
	{"bad-identifier", 40, make_bad_identifier, refused, "AG-IDENTIFIER"},
	{"unneeded-field", 70, make_unneeded, refused, "RQ-FIELD"},
	{"malformed", 80, make_malformed, refused, "RQ-FORM"},
};
const size_t synth_n_refuse_kinds =
	sizeof synth_refuse_kinds / sizeof *synth_refuse_kinds;
