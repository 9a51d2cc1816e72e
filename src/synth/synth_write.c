/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

/*
 * A draft as a line of JSON (NIEM 6.0 element names) or a CSV record (their
 * leaf names), laid out in more ways than one, and as broken as it asks for.
 */

enum { /* bits of struct synth_draft's style */
	STYLE_COMPACT = 1,
	STYLE_ESCAPE = 2, /* non-ASCII as \uXXXX */
	STYLE_OMIT = 4,   /* no member for what is not stated */
	STYLE_TURNED = 8, /* other order of members */
};

struct writer {
	const struct synth_draft *d;
	struct buf *to;
	bool first; /* nothing yet in the object that is open */
};

/* ---- JSON ---- */

static void
gap(struct writer *w)
{
	if (!(w->d->style & STYLE_COMPACT))
		buf_u8(w->to, ' ');
}

static void
key(struct writer *w, const char *name)
{
	if (!w->first) {
		buf_u8(w->to, ',');
		gap(w);
	}
	w->first = false;
	buf_json(w->to, span_text(name));
	buf_u8(w->to, ':');
	gap(w);
}

static void
open_object(struct writer *w, const char *name)
{
	key(w, name);
	buf_u8(w->to, '{');
	w->first = true;
}

static void
close_object(struct writer *w)
{
	buf_u8(w->to, '}');
	w->first = false;
}

/* Two- and three-byte UTF-8 as \uXXXX; we draw nothing longer. */
static void
put_escaped(struct buf *to, const char *text)
{
	const uint8_t *c = (const uint8_t *)text;

	buf_u8(to, '"');
	while (*c != 0) {
		unsigned code;

		if (*c < 0x80) {
			if (*c == '"' || *c == '\\')
				buf_u8(to, '\\');
			buf_u8(to, *c++);
			continue;
		}
		if (*c < 0xe0) {
			code = (c[0] & 0x1fu) << 6 | (c[1] & 0x3fu);
			c += 2;
		} else {
			code = (c[0] & 0xfu) << 12 | (c[1] & 0x3fu) << 6 |
			       (c[2] & 0x3fu);
			c += 3;
		}
		buf_printf(to, "\\u%04x", code);
	}
	buf_u8(to, '"');
}

static void
put_text(struct writer *w, const char *text)
{
	if (w->d->style & STYLE_ESCAPE)
		put_escaped(w->to, text);
	else
		buf_json(w->to, span_text(text));
}

static void
member(struct writer *w, const char *name, const char *text)
{
	if (text[0] == '\0' && w->d->style & STYLE_OMIT)
		return;
	key(w, name);
	put_text(w, text);
}

/* The surname, where most of what can be wrong with a line is. */
static void
surname(struct writer *w)
{
	const char *name = "nc:PersonSurName";

	switch (w->d->fault) {
	case FAULT_NUL:
		key(w, name);
		if (w->d->style & STYLE_COMPACT)
			buf_bytes(w->to, SPAN("\"GAR\0CIA\""));
		else
			buf_text(w->to, "\"GAR\\u0000CIA\"");
		break;
	case FAULT_UTF8:
		key(w, name);
		buf_bytes(w->to, SPAN("\"GARC\xcd"
				      "A\""));
		break;
	case FAULT_TYPE:
		key(w, name);
		buf_text(w->to,
			w->d->style & STYLE_COMPACT ? "4711" : "[\"A\"]");
		break;
	case FAULT_TWICE:
		member(w, name, w->d->surname);
		key(w, name);
		put_text(w, w->d->surname);
		break;
	case FAULT_NONE:
	case FAULT_UNNAMED:
	case FAULT_TRUNCATED:
	case FAULT_LONG:
	case FAULT_DEEP:
	default:
		member(w, name, w->d->surname);
		break;
	}
}

static void
person(struct writer *w)
{
	const struct synth_draft *d = w->d;

	open_object(w, "nc:Person");
	open_object(w, "nc:PersonName");
	member(w, "nc:PersonGivenName", d->given);
	member(w, "nc:PersonMiddleName", d->middle);
	surname(w);
	member(w, "nc:PersonNameSuffixText", d->suffix);
	close_object(w);
	if (d->tin[0] != '\0') {
		open_object(w, "nc:PersonTaxIdentification");
		member(w, "nc:IdentificationID", d->tin);
		close_object(w);
	}
	if (d->birth[0] != '\0') {
		open_object(w, "nc:PersonBirthDate");
		member(w, "nc:Date", d->birth);
		close_object(w);
	}
	if (d->fault == FAULT_UNNAMED && d->unnamed[0] == 'n')
		member(w, d->unnamed, "W");
	close_object(w);
}

static void
address(struct writer *w)
{
	const struct synth_draft *d = w->d;

	open_object(w, "nc:Address");
	member(w, "nc:AddressDeliveryPointText", d->line);
	member(w, "nc:AddressSecondaryUnitText", d->unit);
	member(w, "nc:AddressCityName", d->city);
	open_object(w, "nc:AddressState");
	member(w, "usps:StateCode", d->state);
	close_object(w);
	member(w, "nc:AddressPostalCode", d->zip);
	if (d->zip4[0] != '\0')
		member(w, "nc:AddressPostalExtensionCode", d->zip4);
	close_object(w);
}

static void
years(struct writer *w)
{
	if (w->d->no_years)
		return;
	key(w, "weir:taxablePeriods");
	buf_u8(w->to, '[');
	for (size_t i = 0; i < w->d->n_years; i++) {
		if (i > 0) {
			buf_u8(w->to, ',');
			gap(w);
		}
		put_text(w, w->d->year[i]);
	}
	buf_u8(w->to, ']');
}

static void
reason(struct writer *w)
{
	if (w->d->fault == FAULT_DEEP) {
		key(w, "weir:reason");
		for (int i = 0; i < 60; i++)
			buf_text(w->to, "[");
		for (int i = 0; i < 60; i++)
			buf_text(w->to, "]");
	} else if (w->d->fault == FAULT_LONG) {
		key(w, "weir:reason");
		buf_u8(w->to, '"');
		for (int i = 0; i < 7000; i++)
			buf_text(w->to, "long words ");
		buf_u8(w->to, '"');
	} else {
		member(w, "weir:reason", w->d->reason);
	}
}

static void
matter(struct writer *w)
{
	const struct synth_draft *d = w->d;

	open_object(w, "weir:investigation");
	member(w, "weir:caseID", d->case_id);
	member(w, "weir:openedDate", d->opened);
	member(w, "weir:status", d->status);
	close_object(w);
	if (d->no_order)
		return;
	open_object(w, "weir:removalOrder");
	member(w, "weir:finalDate", d->order_date);
	member(w, "weir:groundCitation", d->ground);
	if (d->stay != 0) {
		key(w, "weir:stayIndicator");
		buf_text(w->to, d->stay == 't' ? "true" : "false");
	}
	close_object(w);
}

static void
officer(struct writer *w)
{
	const struct synth_draft *d = w->d;

	open_object(w, "weir:officer");
	member(w, "weir:officerID", d->officer_id);
	member(w, "nc:PersonFullName", d->officer_name);
	member(w, "weir:roleText", d->role);
	member(w, "weir:unitText", d->unit_text);
	close_object(w);
}

void
synth_write_json(const struct synth_draft *d, struct buf *to)
{
	struct writer w = {.d = d, .to = to, .first = true};
	bool turned = d->style & STYLE_TURNED;
	size_t start = to->n;

	buf_u8(to, '{');
	member(&w, "weir:requestID", d->id);
	if (turned)
		officer(&w);
	person(&w);
	address(&w);
	years(&w);
	member(&w, "weir:statutoryAuthority", d->authority);
	reason(&w);
	matter(&w);
	if (!turned)
		officer(&w);
	member(&w, "weir:purposeCode", d->purpose);
	if (d->supersedes[0] != '\0')
		member(&w, "weir:supersedes", d->supersedes);
	if (d->fault == FAULT_UNNAMED && d->unnamed[0] != 'n')
		member(&w, d->unnamed, "A208114307");
	buf_u8(to, '}');
	if (d->fault == FAULT_TRUNCATED && buf_error(to) == ERR_OK)
		to->n = start + (to->n - start) * 2 / 3;
	buf_u8(to, '\n');
}

/* ---- CSV ---- */

static const char csv_header[] =
	"requestID,PersonGivenName,PersonMiddleName,PersonSurName,"
	"PersonNameSuffixText,PersonTaxIdentificationID,PersonBirthDate,"
	"AddressDeliveryPointText,AddressSecondaryUnitText,AddressCityName,"
	"StateCode,AddressPostalCode,AddressPostalExtensionCode,"
	"taxablePeriods,statutoryAuthority,reason,caseID,openedDate,status,"
	"finalDate,groundCitation,stayIndicator,officerID,PersonFullName,"
	"roleText,unitText,purposeCode,supersedes,alienNumber\n";

void
synth_write_csv_header(struct buf *to)
{
	buf_text(to, csv_header);
}

/* RFC 4180: quoted where it holds a comma, a quote or a line end. */
static void
cell(struct buf *to, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		buf_u8(to, '"');
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"')
			buf_u8(to, '"');
		buf_u8(to, (uint8_t)*c);
	}
	if (quoted)
		buf_u8(to, '"');
	buf_u8(to, ',');
}

static void
csv_surname(const struct synth_draft *d, struct buf *to)
{
	if (d->fault == FAULT_NUL)
		buf_bytes(to, SPAN("GAR\0CIA,"));
	else if (d->fault == FAULT_UTF8)
		buf_bytes(to, SPAN("GARC\xcd"
				   "A,"));
	else
		cell(to, d->surname);
}

static void
csv_years(const struct synth_draft *d, struct buf *to)
{
	char all[128] = "";

	for (size_t i = 0; i < d->n_years; i++) {
		size_t n = strlen(all);

		synth_format(all + n, sizeof all - n, "%s%s", i == 0 ? "" : ",",
			d->year[i]);
	}
	cell(to, all);
}

void
synth_write_csv(const struct synth_draft *d, struct buf *to)
{
	const char *stay = d->stay == 0     ? ""
			   : d->stay == 't' ? "true"
					    : "false";
	const char *before[] = {d->suffix, d->tin, d->birth, d->line, d->unit,
		d->city, d->state, d->zip, d->zip4};
	const char *after[] = {d->case_id, d->opened, d->status, d->order_date,
		d->ground, stay, d->officer_id, d->officer_name, d->role,
		d->unit_text, d->purpose, d->supersedes};

	cell(to, d->id);
	cell(to, d->given);
	cell(to, d->middle);
	csv_surname(d, to);
	if (d->fault == FAULT_TRUNCATED) {
		buf_text(to, "the record ends here\n");
		return;
	}
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		cell(to, before[i]);
	csv_years(d, to);
	cell(to, d->authority);
	for (int i = 0; d->fault == FAULT_LONG && i < 7000; i++)
		buf_text(to, "long words ");
	cell(to, d->reason);
	for (size_t i = 0; i < sizeof after / sizeof *after; i++)
		cell(to, after[i]);
	buf_text(to, d->fault == FAULT_UNNAMED ? "A208114307\n" : "\n");
}
