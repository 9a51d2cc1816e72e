/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/*
 * The specific reason of 6103(i)(2)(B)(iv), and what is written in its place.
 * Shapes name facts in braces: {case} {date} {name} {city}.
 */

static const char *const specific[] = {
	"The subject of {case}, {name}, was ordered removed on {date} and is "
	"believed to be living in {city}; the summons of the district court "
	"has come back twice",
	"In {case} the government must prove that {name} stayed after "
	"{date}. A neighbor in {city} says the house was let last spring",
	"{name} did not appear to depart as directed by the order of {date}. "
	"Case {case} turns on whether the {city} residence was kept up",
	"Investigation {case} concerns the failure of {name} to depart "
	"within ninety days of {date}; the landlord in {city} gives no "
	"forwarding address",
	"Agents interviewed the brother of {name}, who places the subject in "
	"{city} after {date}. The tax address would corroborate this in "
	"{case}",
	"An indictment is being prepared in {case}. Final order {date}; "
	"travel document refused by {name} in person; last seen {city}",
	"{case}: wilful failure to depart. Final order of {date} was served "
	"by hand on {name}. A utility account in {city} was closed the week "
	"after and nobody has been found since",
	"For {case} we need to show {name} had notice of the order of "
	"{date}: mail sent to {city} was not returned, and who lived there "
	"is the question at trial",
	"To serve the target letter in {case} on {name}. Two visits in "
	"{city} failed. The order became final {date}",
	"The defence in {case} will say {name} left the country. Employer "
	"records end before {date}, and a pay slip shows a {city} address",
	"{name} made a false statement about residence in {city} when "
	"questioned after {date} (see {case})",
	"Surveillance in {city} under {case} was inconclusive. {name}, whose "
	"order of removal is dated {date}, may have moved within the state",
};

static const char *const general[] = {
	"Information needed to locate subject.",
	"For law enforcement purposes.",
	"Required in furtherance of an ongoing criminal matter.",
	"See attached.",
	"Ongoing investigation",
	"The taxpayer is the subject of an official inquiry and the requested "
	"return information is necessary to it.",
	"Pursuant to the memorandum of understanding.",
	"Address is required to effectuate the mission of the agency.",
	"Subject failed to depart. Address requested.",
	"We request the last known address in order to complete our file.",
	"It is believed that the information may assist in the investigation "
	"or prosecution of a crime.",
	"INVESTIGATION OF IMMIGRATION OFFENSES",
	"as per 26 USC 6103(i)(2)",
	"National security",
	"Individual has been identified as a priority and the agency "
	"certifies that disclosure is, or may be, relevant.",
	"To verify identity and whereabouts of the above named person.",
};

static const char *const wordy[] = {
	"The undersigned hereby states that the information sought is, or "
	"may be, relevant to a designated nontax criminal statute, that "
	"there is reasonable cause to believe that it will be of assistance "
	"to those officers and employees who are personally and directly "
	"engaged in the preparation of the matter, that it will be used "
	"exclusively for that purpose and for no other, that it cannot "
	"reasonably be obtained from another source, that the individual is "
	"believed to reside within the United States, and that all "
	"applicable safeguards have been and will be observed.",
	"Immigration laws are enforced nationwide. Persons who remain after "
	"an order of removal has become final commit an offense where the "
	"failure to depart is willful. An address reported for tax purposes "
	"is frequently the most reliable evidence of where such persons are, "
	"and obtaining it conserves resources, promotes officer safety, and "
	"allows the agency to plan its operations. For these reasons, and "
	"for such other reasons as may appear from the file, the agency asks "
	"that the request be granted in full and without delay.",
};

/* ---- filling in ---- */

struct facts {
	char case_id[48], date[24], name[164], city[96];
};

static bool
is_ascii_word(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			return false;
	return text[0] != '\0';
}

/* The case, order, name and city as this request itself writes them. */
static void
facts_of(const struct synth_draft *d, struct facts *f)
{
	*f = (struct facts){0};
	SYNTH_SET(
		f->case_id, d->case_id[0] != '\0' ? d->case_id : "the matter");
	SYNTH_SET(f->date,
		d->order_date[0] != '\0' ? d->order_date : "the order");
	if (d->given[0] != '\0' && d->surname[0] != '\0')
		SYNTH_FORMAT(f->name, "%s %s", d->given, d->surname);
	else
		SYNTH_SET(f->name, "the subject");
	SYNTH_SET(f->city, is_ascii_word(d->city) ? d->city : "the district");
	synth_title_case(f->name);
	synth_title_case(f->city);
}

static void
fill(const char *shape, const struct facts *f, char *to, size_t size)
{
	static const char *const names[] = {
		"{case}", "{date}", "{name}", "{city}"};
	const char *const values[] = {f->case_id, f->date, f->name, f->city};
	size_t at = 0;

	to[0] = '\0';
	while (*shape != '\0' && at + 1 < size) {
		size_t i = 0;

		while (i < 4 && strncmp(shape, names[i], strlen(names[i])) != 0)
			i++;
		if (i == 4) {
			to[at++] = *shape++;
			to[at] = '\0';
			continue;
		}
		synth_set(to + at, size - at, values[i]);
		at += strlen(to + at);
		shape += strlen(names[i]);
	}
}

static void
write_reason(struct synth_maker *m, const char *shape, const struct facts *f)
{
	fill(shape, f, m->d->reason, sizeof m->d->reason);
	m->reasoned = true;
}

void
synth_reason_specific(struct synth_maker *m)
{
	struct facts f;

	facts_of(m->d, &f);
	write_reason(m, SYNTH_PICK(&m->rng, specific), &f);
}

/* Facts of the case alone, the same for both of a pair. */
void
synth_reason_shared(struct synth_maker *m, struct synth_rng *pair)
{
	static const char *const shapes[] = {
		"Both subjects of {case} are under a final order of {date} "
		"and have not been found at the addresses they gave",
		"{case}, final order {date}: summons returned unserved, "
		"residence to be confirmed before trial",
		"Needed for the grand jury in {case}; order of {date}, no "
		"departure recorded by the carrier",
	};
	struct facts f;

	facts_of(m->d, &f);
	write_reason(m, SYNTH_PICK(pair, shapes), &f);
}

/* ---- what is no specific reason ---- */

static bool
sound_filer(struct synth_maker *m)
{
	if (!synth_seek(m, synth_is_filer))
		return false;
	synth_sound(m, BY_ANY);
	return true;
}

bool
synth_make_boilerplate(struct synth_maker *m)
{
	struct facts f;

	if (!sound_filer(m))
		return false;
	facts_of(m->d, &f);
	write_reason(m, SYNTH_PICK(&m->rng, general), &f);
	return true;
}

bool
synth_make_long_boilerplate(struct synth_maker *m)
{
	struct facts f;

	if (!sound_filer(m))
		return false;
	facts_of(m->d, &f);
	write_reason(m, SYNTH_PICK(&m->rng, wordy), &f);
	return true;
}

/* Another matter's reason: its case, date, name and city. */
bool
synth_make_borrowed(struct synth_maker *m)
{
	struct facts f = {0};
	const struct synth_person *q = &m->other[7];
	char day[DAY_TEXT];

	if (!sound_filer(m))
		return false;
	synth_block(m->world,
		synth_below(&m->rng, (uint32_t)m->world->n_blocks), m->other);
	SYNTH_FORMAT(f.case_id, "HSI-%s-%02u-%06u",
		SYNTH_PICK(&m->rng,
			((const char *const[]){"OMA", "DET", "NOL", "SLC"})),
		synth_below(&m->rng, 20), synth_below(&m->rng, 1000000));
	day_text(m->order_day - synth_between(&m->rng, 200, 3000), day);
	SYNTH_SET(f.date, day);
	SYNTH_FORMAT(f.name, "%s %s", q->given, q->surname);
	SYNTH_SET(f.city, q->address[0].city);
	synth_title_case(f.name);
	synth_title_case(f.city);
	write_reason(m, SYNTH_PICK(&m->rng, specific), &f);
	return true;
}

/* The own case and name, and an order of another day than the request's. */
bool
synth_make_contradicted(struct synth_maker *m)
{
	/* those that call the day an order's, whatever else they say */
	static const uint8_t of_order[] = {0, 2, 5, 6, 7, 8, 11};
	struct facts f;
	char day[DAY_TEXT];

	if (!sound_filer(m))
		return false;
	facts_of(m->d, &f);
	day_text(m->order_day - synth_between(&m->rng, 40, 900), day);
	SYNTH_SET(f.date, day);
	write_reason(m, specific[SYNTH_PICK(&m->rng, of_order)], &f);
	return true;
}

bool
synth_make_case_only(struct synth_maker *m)
{
	static const char *const shapes[] = {
		"Case {case} is open and active.",
		"Needed for {case}.",
		"The information will be used in {case} by the undersigned.",
	};
	struct facts f;

	if (!sound_filer(m))
		return false;
	facts_of(m->d, &f);
	write_reason(m, SYNTH_PICK(&m->rng, shapes), &f);
	return true;
}

bool
synth_make_no_reason(struct synth_maker *m)
{
	static const char *const nothing[] = {
		"", "N/A", "-", "none", "Reason", "TBD", "X"};

	if (!sound_filer(m))
		return false;
	SYNTH_SET(m->d->reason, SYNTH_PICK(&m->rng, nothing));
	m->reasoned = true;
	return true;
}
