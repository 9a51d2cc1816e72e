/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * request - what one requester wrote about one person, as written.
 *
 *    line ── decode ──> struct request ── grade ──> evidence (REQUEST half)
 *    JSON Lines or CSV  spans in an arena           finite facts
 *
 * Three files that never mix: request_json.cc / request_csv.c turn bytes into
 * the struct and refuse what is not a request; request_grade.c says what the
 * fields amount to; request_text.c prints and encodes.  No clock: today is an
 * argument.  Nothing is corrected: fields stay as the requester wrote them,
 * trimmed of blanks at the ends.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "law/evidence.h"

enum request_field {
#define FIELD(id, path, csv, max, text) RQ_##id,
#include "request/request.def"
	RQ_N
};

enum {
	REQUEST_LINE_MAX = 64 * 1024, /* longer lines are refused unparsed */
	REQUEST_PERIODS_MAX = 64,
	REQUEST_DEPTH_MAX = 8,
	REQUEST_MEMBERS_MAX = 64,     /* members of one JSON object */
	REQUEST_ARENA_MAX = 8 * 1024, /* all fields of one request fit in it */
};

/* What was wrong with a line; kept so that every bad member is told. */
enum request_fault {
	REQUEST_SOUND,
	REQUEST_UNREADABLE, /* RQ-FORM: no request can be made of it */
	REQUEST_BAD_MEMBER, /* RQ-FORM: a member is of the wrong kind */
	REQUEST_UNNAMED,    /* RQ-FIELD: a member not in the format */
};

struct request {
	struct span field[RQ_N]; /* empty: not stated.  Multiple periods are
				  * joined by ',' in field[RQ_PERIODS] */
	bool unreadable;         /* then only field[RQ_ID] may be set */
	bool malformed;          /* a known member of the wrong kind */
	bool unnamed;            /* has members the format does not name */
	/* First fault, for the reply and for `file:line: member: ...`. */
	char member[96]; /* name of the member at fault, printable */
	char says[160];  /* one sentence, printable ASCII */
};

/*
 * Decodes one JSON line (no LF).  Always gives a request: an unreadable line
 * sets `unreadable`, and still recovers field[RQ_ID] where that can be read
 * safely.  Fails only NOMEM, also where `arena` has less than
 * REQUEST_ARENA_MAX left.  Refuses nothing.  Spans live in `arena`.
 * Duplicate members, NUL, broken UTF-8, depth over REQUEST_DEPTH_MAX, a wrong
 * JSON type and over-long values each give their own sentence.  The rules by
 * field are in docs/formats/requests.md.
 */
struct request_reader; /* opaque; the parser and its buffers */
MUST_USE enum err request_reader_new(struct request_reader **ret_reader);
struct request_reader *request_reader_free(struct request_reader *reader);
DEFINE_OWNED(request_reader);
MUST_USE enum err request_decode_json(struct request_reader *reader,
	struct span line, struct arena *arena, struct request *ret_request);

/*
 * Makes an unreadable request that says why, for lines the caller never hands
 * on (longer than REQUEST_LINE_MAX).  `says` is one sentence, cut to fit.
 */
void request_refuse_line(struct request *request, const char *says);

/*
 * Ids become file names and go to terminals: 1 to 64 of A-Z a-z 0-9 . _ : -
 * and neither '.' nor '-' first.
 */
bool request_id_ok(struct span id);

/*
 * CSV (RFC 4180).  request_csv_header() reads the header record once; refuses
 * MALFORMED (`reterr_why`) when a name is repeated, empty or over 63 bytes,
 * when there are more than 64 or when none is requestID; a column that the
 * format does not name makes every row with a value there RQ-FIELD.
 *
 * request_csv_record() finds where one record ends, its line end included
 * (quotes may hold LF): 0 when `bytes` hold no whole record yet, or none
 * within REQUEST_LINE_MAX, where the caller drops the line and says so with
 * request_refuse_line().  A record whose quotes are broken, or closed nowhere
 * within REQUEST_LINE_MAX, ends at its first LF, so that one bad quote costs
 * one line.  The answer does not depend on how the bytes were cut in pieces.
 * Both take the record with or without its line end.
 */
struct request_csv {
	int column[64]; /* enum request_field, or -1: not in the format */
	size_t n_columns;
	char name[64][64];
};
MUST_USE enum err request_csv_header(struct span record,
	struct request_csv *ret_csv, struct why *reterr_why);
size_t request_csv_record(struct span bytes, bool at_end);

/*
 * For files that are no requests: cuts the next field from a record and gives it
 * without its quotes and the blanks around it, in `scratch` where it had quotes
 * inside (and then cut at REQUEST_CSV_CELL bytes).  False: its quotes are
 * broken, or something stands after the last.
 */
enum { REQUEST_CSV_CELL = 4097 };
bool request_csv_cell(struct span *record, uint8_t scratch[REQUEST_CSV_CELL],
	struct span *ret_value, bool *ret_last);
MUST_USE enum err request_decode_csv(const struct request_csv *csv,
	struct span record, struct arena *arena, struct request *ret_request);

/*
 * Grades everything that the request says by itself: sets all REQUEST evidence
 * but SIGNER, REASON_OWN, OFFICER above "supervisor" level (see below),
 * OFFICER_LOAD, FIRST, VOLUME, TERM, SAFEGUARDS, which need the registers.
 * OFFICER is "none" where no id or no person's name is stated, "supervisor"
 * where the role is missing or names one who directs or passes on rather than
 * acts, else "engaged"; who is on the register is asked by the caller, who
 * lowers it to "unregistered".  Without an order date ORDER_AGE stays unknown.
 *
 * REASON (26 USC 6103(i)(2)(B)(iv), R8):
 *   none          nothing is written
 *   contradicted  names another case than the request's and not its own, a
 *                 date no calendar has, or another date as the order's
 *   general       does not name the request's own case, or names it and no
 *                 fact of this person
 *   borderline    own case, and half a fact (surname alone, month and year of
 *                 the order) or another case number beside the own one
 *   specific      own case, and the order's date, the full name or the city
 */
void request_grade(
	const struct request *request, int32_t today, struct evidence *ev);

/*
 * A unit's text (as written, or as registered) to a word of EV_UNIT:
 * "civil-removal" where it names a civil removal unit in any spelling (R12),
 * "none" where it names nothing, else "other".  The caller asks for both
 * texts, and either being civil-removal decides.
 */
const char *request_unit_word(struct span unit);

/* A statute as cited to a word of EV_AUTHORITY. */
const char *request_authority_word(struct span text);

/*
 * Keys over what was written, all SHA-free 64-bit mixes (wyhash-like, stable
 * across machines; collisions are confirmed by the caller on the text):
 *   person     folded given name and surname + TIN digits + birth date
 *   duplicate  person + case number
 *   reason     the reason's sentence, case and space folded (facts kept)
 */
struct request_keys {
	uint64_t person;
	uint64_t duplicate;
	uint64_t reason;
};
struct request_keys request_keys(const struct request *request);

/* The distinct years asked, ascending; false where none is stated or one is no
 * year from 1900 to 2999 ("ALL", "2019-2023"). */
bool request_years(const struct request *request,
	uint16_t years[REQUEST_PERIODS_MAX], size_t *ret_n);

/* The birth date or order date of the request; DAY_NONE when not a date. */
int32_t request_day(const struct request *request, enum request_field field);

/* The nine digits of the TIN, written with or without '-' and blanks; false
 * where they are not nine or stand for "not known" (000000000, 123456789). */
bool request_tin(const struct request *request, char digits[10]);

/*
 * Canonical bytes and back: u16be count, `count` sized fields, u8 flags (1
 * unreadable, 2 malformed, 4 unnamed), sized member, sized says.  Decode
 * accepts fewer fields (an older version's) and refuses MALFORMED all that a
 * request of ours cannot be; spans point into `bytes`.
 */
void request_encode(const struct request *request, struct buf *to);
MUST_USE enum err request_from_bytes(
	struct span bytes, struct request *ret_request);

/*
 * One JSON line with LF, as request_decode_json() reads it: members in the order
 * of request.def, what is not stated left out.
 */
void request_write_json(const struct request *request, struct buf *to);

/* A member by its path or its CSV name; false where the format has none. */
bool request_field_parse(struct span name, enum request_field *ret_field);

const char *request_field_path(enum request_field field);
const char *request_field_csv(enum request_field field);
const char *request_field_text(enum request_field field);
size_t request_field_max(enum request_field field);
