/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to struct request: one test for each promise of request.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/mem.h"
#include "request/request.h"
#include "request/request_manifest.h"

static struct request_reader *reader;
static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	if (request_reader_new(&reader) != ERR_OK)
		return -1;
	return arena_init(&arena, REQUEST_ARENA_MAX) == ERR_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	reader = request_reader_free(reader);
	arena_fini(&arena);
	return 0;
}

static struct request
json_bytes(const void *at, size_t n)
{
	struct request r;

	arena_reset(&arena);
	assert_int_equal(
		request_decode_json(reader, span_of(at, n), &arena, &r),
		ERR_OK);
	return r;
}

static struct request
json(const char *line)
{
	return json_bytes(line, strlen(line));
}

static void
is_text(struct span s, const char *want)
{
	char got[5000];

	assert_true(span_copy(s, got, sizeof(got)));
	assert_string_equal(got, want);
}

static void
unreadable(const char *line, const char *id, const char *says)
{
	struct request r = json(line);

	assert_true(r.unreadable);
	assert_string_equal(r.says, says);
	is_text(r.field[RQ_ID], id);
	for (int i = 0; i < RQ_N; i++)
		if (i != RQ_ID)
			assert_int_equal(r.field[i].n, 0);
}

static void
bad_member(const char *line, const char *member, const char *says)
{
	struct request r = json(line);

	assert_true(r.malformed);
	assert_false(r.unreadable);
	assert_string_equal(r.member, member);
	assert_string_equal(r.says, says);
}

static const char whole[] =
	"{\"weir:requestID\":\"R1\",\"nc:Person\":{\"nc:PersonName\":{"
	"\"nc:PersonGivenName\":\"Ana\",\"nc:PersonMiddleName\":\"B\","
	"\"nc:PersonSurName\":\" Mu\\u00f1oz \",\"nc:PersonNameSuffixText\":"
	"\"JR\"},\"nc:PersonTaxIdentification\":{\"nc:IdentificationID\":"
	"\"402-32-6681\"},\"nc:PersonBirthDate\":{\"nc:Date\":\"1977-08-21\"}},"
	"\"nc:Address\":{\"nc:AddressDeliveryPointText\":\"1 Main St\","
	"\"nc:AddressSecondaryUnitText\":\"APT 2\",\"nc:AddressUrbanizationName"
	"\":\"URB X\",\"nc:AddressCityName\":\"Reno\",\"nc:AddressState\":{"
	"\"usps:StateCode\":\"NV\"},\"nc:AddressPostalCode\":\"89501\","
	"\"nc:AddressPostalExtensionCode\":\"1234\"},\"weir:taxablePeriods\":["
	"\"2021\",2022],\"weir:statutoryAuthority\":\"8 USC 1253(a)(1)\","
	"\"weir:reason\":\"why\",\"weir:investigation\":{\"weir:caseID\":\"C-1\""
	",\"weir:openedDate\":\"2025-01-02\",\"weir:status\":\"open\"},"
	"\"weir:removalOrder\":{\"weir:finalDate\":\"2025-06-27\","
	"\"weir:groundCitation\":\"8 USC 1227(a)(1)(A)\",\"weir:stayIndicator\""
	":false},\"weir:officer\":{\"weir:officerID\":\"O-1\","
	"\"nc:PersonFullName\":\"Jo Fox\",\"weir:roleText\":\"case agent\","
	"\"weir:unitText\":\"HSI\"},\"weir:purposeCode\":\"grand-jury\","
	"\"weir:supersedes\":\"R0\",\"weir:courtOrder\":{\"weir:docketID\":"
	"\"1:26-mj-5\",\"weir:grantedDate\":\"2026-01-05\"}}";

static const char *const whole_fields[RQ_N] = {"R1", "Ana", "B", "Mu\xc3\xb1oz",
	"JR", "402-32-6681", "1977-08-21", "1 Main St", "APT 2", "URB X",
	"Reno", "NV", "89501", "1234", "2021,2022", "8 USC 1253(a)(1)", "why",
	"C-1", "2025-01-02", "open", "2025-06-27", "8 USC 1227(a)(1)(A)",
	"false", "O-1", "Jo Fox", "case agent", "HSI", "grand-jury", "R0",
	"1:26-mj-5", "2026-01-05"};

static void
every_member_is_read_as_written_and_trimmed(void **state)
{
	struct request r = json(whole);

	(void)state;
	assert_false(r.unreadable || r.malformed || r.unnamed);
	assert_string_equal(r.says, "");
	for (int i = 0; i < RQ_N; i++)
		is_text(r.field[i], whole_fields[i]);
}

static void
the_largest_request_fits_the_arena(void **state)
{
	size_t sum = 0;

	(void)state;
	for (int i = 0; i < RQ_N; i++)
		sum += request_field_max((enum request_field)i) + 32;
	/* and an id recovered after all of them were put */
	assert_true(sum + 128 <= REQUEST_ARENA_MAX);
}

static void
null_and_missing_are_not_stated(void **state)
{
	struct request r = json("{\"weir:requestID\":\"R1\",\"nc:Person\":null,"
				"\"weir:reason\":null,\"weir:taxablePeriods\":"
				"null,\"weir:removalOrder\":{\"weir:"
				"stayIndicator\":null}}");

	(void)state;
	assert_false(r.unreadable || r.malformed || r.unnamed);
	for (int i = 1; i < RQ_N; i++)
		assert_int_equal(r.field[i].n, 0);
}

static void
members_nobody_named_are_told_and_not_kept(void **state)
{
	struct request r;

	(void)state;
	r = json("{\"weir:requestID\":\"R1\",\"weir:alienNumber\":\"A123\"}");
	assert_true(r.unnamed);
	assert_false(r.malformed);
	assert_string_equal(r.member, "weir:alienNumber");
	r = json("{\"weir:requestID\":\"R1\",\"nc:Person\":{\"nc:PersonName\":{"
		 "\"nc:X\":{\"weir:reason\":[1,{\"a\":2}]},"
		 "\"nc:PersonGivenName\":\"Ana\"}}}");
	assert_true(r.unnamed);
	assert_string_equal(r.member, "nc:Person/nc:PersonName/nc:X");
	is_text(r.field[RQ_GIVEN], "Ana");
	assert_int_equal(r.field[RQ_REASON].n, 0);
	/* a leaf's name in the wrong place is not named there */
	r = json("{\"weir:requestID\":\"R1\",\"nc:PersonGivenName\":\"Ana\"}");
	assert_true(r.unnamed);
	assert_int_equal(r.field[RQ_GIVEN].n, 0);
	/* a name is no way onto a terminal */
	r = json("{\"weir:requestID\":\"R1\",\"\\u001b[31m\\\\\\u00e9\":1}");
	assert_string_equal(r.member, "\\x1b[31m\\x5c\\xc3\\xa9");
	r = json("{\"weir:requestID\":\"R1\",\"0123456789012345678901234567890"
		 "1234567890123456789012345678901234567890123456789012345678901"
		 "2345678901234567890123456789\":1}");
	assert_true(strlen(r.member) < sizeof(r.member));
	assert_string_equal(r.member + strlen(r.member) - 3, "...");
}

static void
wrong_kinds_are_told_by_member(void **state)
{
	(void)state;
	bad_member("{\"weir:requestID\":\"R1\",\"weir:reason\":7}",
		"weir:reason", "must be a string");
	bad_member("{\"weir:requestID\":\"R1\",\"weir:reason\":[\"a\",[]]}",
		"weir:reason", "must be a string");
	bad_member("{\"weir:requestID\":\"R1\",\"nc:Person\":\"Ana\"}",
		"nc:Person", "must be an object");
	bad_member("{\"weir:requestID\":\"R1\",\"nc:Person\":[{}]}",
		"nc:Person", "must be an object");
	bad_member("{\"weir:requestID\":\"R1\",\"weir:removalOrder\":{\"weir:"
		   "stayIndicator\":\"false\"}}",
		"weir:removalOrder/weir:stayIndicator",
		"must be true or false");
	bad_member("{\"weir:requestID\":\"R1\",\"weir:taxablePeriods\":[2021.5]"
		   "}",
		"weir:taxablePeriods",
		"a short list of years, each a string or a number");
	bad_member("{\"weir:requestID\":\"R1\",\"weir:taxablePeriods\":[[2021]]"
		   "}",
		"weir:taxablePeriods",
		"a short list of years, each a string or a number");
	bad_member("{\"weir:requestID\":\"R1\",\"nc:Address\":{\"nc:"
		   "AddressState\":{\"usps:StateCode\":"
		   "\"0123456789012345678901234567890123\"}}}",
		"nc:Address/nc:AddressState/usps:StateCode",
		"longer than 32 bytes");
	bad_member("{\"weir:reason\":\"x\"}", "weir:requestID",
		"every request has an id of its own");
}

static void
what_follows_a_wrong_member_is_still_read(void **state)
{
	struct request r = json("{\"nc:Person\":[{\"nc:PersonName\":1},[2]],"
				"\"weir:taxablePeriods\":{\"a\":[1]},"
				"\"weir:requestID\":\"R1\"}");

	(void)state;
	assert_true(r.malformed);
	assert_string_equal(r.member, "nc:Person");
	is_text(r.field[RQ_ID], "R1");
	assert_int_equal(r.field[RQ_PERIODS].n, 0);
}

static void
periods_are_strings_or_numbers_in_a_list_or_alone(void **state)
{
	struct request r;

	(void)state;
	r = json("{\"weir:requestID\":\"R\",\"weir:taxablePeriods\":2021}");
	is_text(r.field[RQ_PERIODS], "2021");
	r = json("{\"weir:requestID\":\"R\",\"weir:taxablePeriods\":\"ALL\"}");
	is_text(r.field[RQ_PERIODS], "ALL");
	r = json("{\"weir:requestID\":\"R\",\"weir:taxablePeriods\":[\"\"]}");
	assert_int_equal(r.field[RQ_PERIODS].n, 0);
	r = json("{\"weir:requestID\":\"R\",\"weir:taxablePeriods\":[]}");
	assert_int_equal(r.field[RQ_PERIODS].n, 0);
	assert_false(r.malformed);
}

static void
each_way_of_being_unreadable_has_its_sentence(void **state)
{
	static const char nul[] = "{\"weir:requestID\":\"R1\",\"a\":\"\0\"}";
	struct request r;

	(void)state;
	unreadable("", "", "the line is empty");
	unreadable(" \t", "", "the line is empty");
	unreadable("[{\"weir:requestID\":\"R1\"}]", "",
		"one object is wanted, not a list");
	unreadable("[1", "", "one object is wanted, not a list");
	unreadable("\"R1\"", "", "not a JSON object");
	unreadable("17", "", "not a JSON object");
	unreadable("\xef\xbb\xbf{}", "", "begins with a byte order mark");
	unreadable(
		"{\"weir:requestID\":\"R1\",", "R1", "the object never ends");
	unreadable("{\"weir:requestID\":\"R1\"} {}", "R1",
		"something stands after the end of the object");
	unreadable("{\"weir:requestID\":\"R1\",}", "R1", "not JSON");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":\"\xff\"}", "R1",
		"not UTF-8");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":\"\xed\xa0\x80\"}", "R1",
		"not UTF-8");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":\"\\ud800\"}", "R1",
		"a string holds a control byte, a wrong escape or half of a "
		"surrogate pair");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":\"\x01\"}", "R1",
		"a string holds a control byte, a wrong escape or half of a "
		"surrogate pair");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":1e999}", "R1",
		"a number is not one JSON can have, or is too large");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":\"\\u0000\"}", "R1",
		"holds a NUL");
	unreadable("{\"weir:requestID\":\"R1\",\"a\\u0000\":1}", "R1",
		"holds a NUL");
	r = json_bytes(nul, sizeof(nul) - 1);
	assert_true(r.unreadable);
	assert_string_equal(r.says, "holds a NUL");
	is_text(r.field[RQ_ID], "R1");
}

static void
twins_are_refused_wherever_they_are(void **state)
{
	struct request r;

	(void)state;
	r = json("{\"weir:requestID\":\"R1\",\"weir:reason\":\"a\","
		 "\"weir:reason\":\"b\"}");
	assert_true(r.unreadable);
	assert_string_equal(r.member, "weir:reason");
	assert_string_equal(r.says, "the member is there twice");
	is_text(r.field[RQ_ID], "R1");
	r = json("{\"weir:requestID\":\"R1\",\"x\":{\"a\":1,\"\\u0061\":2}}");
	assert_true(r.unreadable);
	/* which of two ids?  neither */
	unreadable("{\"weir:requestID\":\"R1\",\"weir:requestID\":\"R2\"}", "",
		"the member is there twice");
}

static void
depth_has_its_limit(void **state)
{
	char line[64] = "{\"weir:requestID\":\"R1\",\"a\":";
	size_t n = strlen(line);
	struct request r;

	(void)state;
	/* the request itself is the first of the eight levels */
	r = json("{\"weir:requestID\":\"R1\",\"a\":[[[[[[[1]]]]]]]}");
	assert_false(r.unreadable);
	unreadable("{\"weir:requestID\":\"R1\",\"a\":[[[[[[[[1]]]]]]]]}", "R1",
		"objects and lists nest deeper than 8 levels");
	unreadable("{\"weir:requestID\":\"R1\",\"a\":[[[[[[[[[[1]]]]]]]]]]}",
		"R1", "objects and lists nest deeper than 8 levels");
	memset(line + n, '[', sizeof(line) - 1 - n);
	r = json(line);
	assert_true(r.unreadable);
}

static void
crowds_and_long_lines_are_refused(void **state)
{
	static char line[REQUEST_LINE_MAX + 64];
	size_t n = 0;
	struct request r;

	(void)state;
	n = (size_t)snprintf(line, sizeof(line), "{\"weir:requestID\":\"R1\"");
	for (int i = 0; i < 64; i++)
		n += (size_t)snprintf(
			line + n, sizeof(line) - n, ",\"m%d\":1", i);
	(void)snprintf(line + n, sizeof(line) - n, "}");
	unreadable(line, "R1", "an object has more than 64 members");

	n = (size_t)snprintf(
		line, sizeof(line), "{\"weir:requestID\":\"R1\",\"a\":\"");
	memset(line + n, 'x', sizeof(line) - n);
	memcpy(line + REQUEST_LINE_MAX - 2, "\"}", 2);
	r = json_bytes(line, REQUEST_LINE_MAX);
	assert_false(r.unreadable);
	assert_true(r.unnamed);
	memset(line + n, 'x', sizeof(line) - n);
	memcpy(line + REQUEST_LINE_MAX - 1, "\"}", 2);
	r = json_bytes(line, REQUEST_LINE_MAX + 1);
	assert_true(r.unreadable);
	assert_string_equal(r.says, "the line is longer than 65536 bytes");

	request_refuse_line(&r, "10 MB\x1b, \xc3\xa9");
	assert_true(r.unreadable);
	assert_string_equal(r.says, "10 MB\\x1b, \\xc3\\xa9");
}

static void
ids_are_safe_names(void **state)
{
	static const char *const good[] = {
		"R1", "a", "R_0:1.2-3", "0", "_x", ":", NULL};
	static const char *const bad[] = {"", ".", "..", "-rf", "a/b", "a b",
		"a\n", "\xc3\xa9", "a\\", "a\"",
		"0123456789012345678901234567890123456789012345678901234567890"
		"1234",
		NULL};
	struct request r;

	(void)state;
	for (int i = 0; good[i] != NULL; i++)
		assert_true(request_id_ok(span_text(good[i])));
	for (int i = 0; bad[i] != NULL; i++)
		assert_false(request_id_ok(span_text(bad[i])));
	r = json("{\"weir:requestID\":\"../x\"}");
	assert_true(r.malformed);
	assert_int_equal(r.field[RQ_ID].n, 0);
	assert_string_equal(r.member, "weir:requestID");
	r = json("{\"weir:requestID\":\"R1\",\"weir:supersedes\":\"a b\"}");
	assert_true(r.malformed);
	/* nor is an unsafe one recovered, nor one of another level, nor one
	 * inside a string */
	unreadable("{\"weir:requestID\":\"../x\",}", "", "not JSON");
	unreadable("{\"a\":{\"weir:requestID\":\"R1\"},}", "", "not JSON");
	unreadable("{\"a\":\"\\\"weir:requestID\\\":\\\"R1\\\"\",}", "",
		"not JSON");
	unreadable("{\"weir:requestID\" : \"R1\" ,}", "R1", "not JSON");
	unreadable("{\"weir:requestID\":\"R1", "", "the object never ends");
	unreadable("{\"weir:requestID\":1,}", "", "not JSON");
}

static void
canonical_bytes_go_both_ways(void **state)
{
	static const char *const lines[] = {whole, "{\"x\":1}", "", "{",
		"{\"weir:requestID\":\"R1\",\"weir:requestID\":\"R1\"}",
		"{\"weir:requestID\":\"R1\",\"nc:Person\":1,\"y\":2}"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct request r = json(lines[i]);
		struct request back;
		OWNED_BUF(b, 16384);
		OWNED_BUF(again, 16384);

		request_encode(&r, &b);
		assert_int_equal(
			request_from_bytes(buf_span(&b), &back), ERR_OK);
		request_encode(&back, &again);
		assert_true(span_eq(buf_span(&b), buf_span(&again)));
		assert_string_equal(r.says, back.says);
		for (size_t n = 0; n < b.n; n++)
			assert_int_equal(
				request_from_bytes(span_of(b.at, n), &back),
				ERR_MALFORMED);
		/* a flag nobody gave a meaning */
		if (!r.unreadable && !r.malformed && !r.unnamed) {
			b.at[b.n - 9] = 8;
			assert_int_equal(
				request_from_bytes(buf_span(&b), &back),
				ERR_MALFORMED);
			b.at[b.n - 9] = 0;
		}
		buf_u8(&b, 0);
		assert_int_equal(
			request_from_bytes(buf_span(&b), &back), ERR_MALFORMED);
	}
}

static void
bytes_that_no_request_of_ours_has_are_refused(void **state)
{
	struct request r = json(whole);
	struct request back;

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct request bad = r;
		OWNED_BUF(b, 16384);

		switch (i) {
		case 0:
			bad.field[RQ_ID] = SPAN("../x");
			break;
		case 1:
			bad.field[RQ_REASON] = SPAN("a\0b");
			break;
		case 2:
			bad.field[RQ_REASON] = SPAN(" a");
			break;
		case 3:
			bad.field[RQ_STATE] =
				SPAN("0123456789012345678901234567890123");
			break;
		case 4:
			bad.unreadable = true;
			strcpy(bad.says, "x");
			break;
		case 5:
			bad.malformed = true;
			break;
		case 6:
			strcpy(bad.says, "x\x1b");
			bad.malformed = true;
			break;
		default:
			bad.field[RQ_ID] = SPAN("");
			break;
		}
		request_encode(&bad, &b);
		assert_int_equal(
			request_from_bytes(buf_span(&b), &back), ERR_MALFORMED);
	}
}

/* ---- CSV ---- */

static const char header[] = "requestID,PersonGivenName,reason,taxablePeriods,"
			     "stayIndicator,alienNumber\r\n";

static struct request
csv(const char *record)
{
	struct request_csv columns;
	struct request r;

	assert_int_equal(
		request_csv_header(span_text(header), &columns, NULL), ERR_OK);
	arena_reset(&arena);
	assert_int_equal(
		request_decode_csv(&columns, span_text(record), &arena, &r),
		ERR_OK);
	return r;
}

static void
csv_bad(const char *record, const char *id, const char *says)
{
	struct request r = csv(record);

	assert_true(r.unreadable);
	assert_string_equal(r.says, says);
	is_text(r.field[RQ_ID], id);
}

static void
csv_fields_are_read(void **state)
{
	struct request r;

	(void)state;
	r = csv("R1,\" An \"\"a\"\"\",\"x,\r\ny\",\"2020,2021\",TRUE,\r\n");
	assert_false(r.unreadable || r.malformed || r.unnamed);
	is_text(r.field[RQ_GIVEN], "An \"a\"");
	is_text(r.field[RQ_REASON], "x,\r\ny");
	is_text(r.field[RQ_PERIODS], "2020,2021");
	is_text(r.field[RQ_ORDER_STAY], "true");
	r = csv("R1,,,,0,\"\"");
	is_text(r.field[RQ_ORDER_STAY], "false");
	assert_false(r.unnamed);
	r = csv("R1,,,,no,");
	assert_true(r.malformed);
	r = csv("R1,,,,,A123");
	assert_true(r.unnamed);
	assert_string_equal(r.member, "alienNumber");
}

static void
csv_faults_have_their_sentences(void **state)
{
	(void)state;
	csv_bad("\n", "", "the line is empty");
	csv_bad("R1,a", "R1", "fewer fields than the header has columns");
	csv_bad("R1,,,,,,", "R1", "more fields than the header has columns");
	csv_bad("R1,a\"b,,,,", "R1",
		"a quote inside a field that does not begin with one");
	csv_bad("R1,\"ab,,,,", "R1", "a quote is never closed");
	csv_bad("R1,\"a\"b,,,,", "R1",
		"something stands after a closing quote");
	csv_bad("R1,\xff,,,,", "R1", "not UTF-8");
	csv_bad("../x,\xff,,,,", "", "not UTF-8");
	csv_bad("R1,,,,,\nR2,,,,,\n", "R1",
		"something stands after the end of the record");
}

static void
csv_headers_that_cannot_be_used(void **state)
{
	static const char *const bad[] = {"", "\n", "reason\n",
		"requestID,reason,reason\n", "requestID,\n", "requestID,\"a\n",
		"requestID,a\"b\n", "requestID,a\nR1,x\n", "requestID,\xff\n",
		"requestID,01234567890123456789012345678901234567890123456789"
		"01234567890123456789\n"};
	struct request_csv columns;
	struct why why = {""};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			request_csv_header(span_text(bad[i]), &columns, &why),
			ERR_MALFORMED);
		assert_true(why.text[0] != '\0');
	}
	assert_int_equal(request_csv_header(SPAN("\xef\xbb\xbfrequestID\n"),
				 &columns, NULL),
		ERR_OK);
	assert_int_equal(columns.column[0], RQ_ID);
}

/* Cut anywhere, the records are the same. */
static void
csv_records_end_where_they_end(void **state)
{
	static const char text[] = "a,\"b\n\"\"c\"\"\",d\r\n" /* quoted LF */
				   "e,\"f\"g\n"               /* broken */
				   "h,\"i\n"                  /* runs on.. */
				   "j,\"k\",l\n"              /* ..to here */
				   "m,n\n"
				   "last";
	static const size_t ends[] = {15, 22, 27, 35, 39, 43};
	size_t at = 0;

	(void)state;
	for (size_t k = 0; k < 6; k++) {
		for (size_t n = at; n <= sizeof(text) - 1; n++) {
			size_t got = request_csv_record(
				span_of(text + at, n - at), false);

			assert_true(got == 0 || at + got == ends[k]);
			if (n == sizeof(text) - 1 && k < 5)
				assert_int_equal(at + got, ends[k]);
		}
		assert_int_equal(
			at + request_csv_record(
				     span_of(text + at, sizeof(text) - 1 - at),
				     true),
			ends[k]);
		at = ends[k];
	}
}

static void
one_quote_costs_one_line_of_a_long_file(void **state)
{
	static char text[2 * REQUEST_LINE_MAX];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "a,\"b\n", 5);
	assert_int_equal(
		request_csv_record(span_of(text, REQUEST_LINE_MAX), false), 0);
	assert_int_equal(
		request_csv_record(span_of(text, sizeof(text)), false), 5);
	assert_int_equal(
		request_csv_record(span_of(text, sizeof(text)), true), 5);
	text[4] = 'x';
	assert_int_equal(
		request_csv_record(span_of(text, sizeof(text)), true), 0);
}

/* ---- manifest ---- */

#define SHA                                                                    \
	"c613018c039ad5b21629bf60852617e302267c73da4e6ed5bc98ca9ce326c440"     \
	"47bc5460d5451a60f31d1af67235c21a"
#define CERTIFIER                                                              \
	"{\"weir:officerID\":\"ICE-DIR\",\"nc:PersonFullName\":\"A B\","       \
	"\"weir:roleText\":\"head of agency\"}"

static enum err
manifest(const char *agreement, const char *sequence, const char *count,
	const char *sha, const char *certifier, const char *date,
	const char *more, struct request_manifest *ret, struct why *why)
{
	char text[2048];

	(void)snprintf(text, sizeof(text),
		"{\n \"weir:agreementID\": %s,\n \"weir:sequence\": %s,\n "
		"\"weir:count\": %s, \"weir:sha384\": %s, \"weir:certifier\": "
		"%s, \"weir:date\": %s%s}\n",
		agreement, sequence, count, sha, certifier, date, more);
	return request_manifest_parse(reader, span_text(text), ret, why);
}

static void
a_manifest_is_read(void **state)
{
	struct request_manifest m;

	(void)state;
	assert_int_equal(manifest("\"AG-1\"", "1", "5000", "\"" SHA "\"",
				 CERTIFIER, "\"2026-11-01\"", "", &m, NULL),
		ERR_OK);
	assert_string_equal(m.agreement, "AG-1");
	assert_int_equal(m.sequence, 1);
	assert_int_equal(m.count, 5000);
	assert_int_equal(m.sha384[0], 0xc6);
	assert_int_equal(m.sha384[47], 0x1a);
	assert_string_equal(m.certifier_id, "ICE-DIR");
	assert_string_equal(m.certifier_name, "A B");
	assert_string_equal(m.certifier_role, "head of agency");
	assert_int_equal(m.date, day_of(2026, 11, 1));
}

static void
a_manifest_is_refused_by_member(void **state)
{
	static const char *const good[7] = {"\"AG-1\"", "1", "5000",
		"\"" SHA "\"", CERTIFIER, "\"2026-11-01\"", ""};
	static const struct {
		int at;
		const char *value;
		const char *says;
	} bad[] = {
		{0, "\"../x\"", "weir:agreementID: must be an id"},
		{0, "7", "weir:agreementID: must be an id"},
		{1, "0",
			"weir:sequence: must be a whole number from 1 to "
			"2147483647"},
		{1, "2147483648",
			"weir:sequence: must be a whole number from "
			"1 to 2147483647"},
		{1, "1.0",
			"weir:sequence: must be a whole number from 1 to "
			"2147483647"},
		{2, "\"5\"",
			"weir:count: must be a whole number from 1 to "
			"100000000"},
		{2, "-1",
			"weir:count: must be a whole number from 1 to "
			"100000000"},
		{2, "100000001",
			"weir:count: must be a whole number from 1 to "
			"100000000"},
		{3, "\"C613\"",
			"weir:sha384: must be 96 lower-case hex "
			"digits"},
		{4, "{}", "weir:officerID: is missing"},
		{4, "\"x\"", "weir:certifier: must be an object"},
		{4, "{\"weir:officerID\":\"A\",\"x\":1}",
			"x: not a member of a manifest"},
		{5, "\"2026-02-30\"", "weir:date: must be a day, YYYY-MM-DD"},
		{6, ",\"weir:override\":{\"a\":[1]}",
			"weir:override: not a member of a manifest"},
		{6, ",\"weir:roleText\":\"x\"",
			"weir:roleText: not a member of a manifest"},
		{6, ",\"weir:count\":1",
			"weir:count: the member is there twice"},
		{6, "}{", "something stands after the end of the object"},
		{6, ",\"\\u001b\":1", "\\x1b: not a member of a manifest"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *v[7];
		struct request_manifest m = {.count = 99};
		struct why why = {""};
		char want[240];

		memcpy(v, good, sizeof(good));
		v[bad[i].at] = bad[i].value;
		assert_int_equal(manifest(v[0], v[1], v[2], v[3], v[4], v[5],
					 v[6], &m, &why),
			ERR_MALFORMED);
		(void)snprintf(want, sizeof(want), "manifest: %s", bad[i].says);
		assert_string_equal(why.text, want);
		assert_int_equal(m.count, 99);
	}
}

static void
a_manifest_has_a_size(void **state)
{
	static char text[MANIFEST_BYTES_MAX + 1];
	struct request_manifest m;

	(void)state;
	memset(text, ' ', sizeof(text));
	assert_int_equal(request_manifest_parse(
				 reader, span_of(text, sizeof(text)), &m, NULL),
		ERR_TOO_LARGE);
	assert_int_equal(request_manifest_parse(reader,
				 span_of(text, sizeof(text) - 1), &m, NULL),
		ERR_MALFORMED);
}

/* ---- memory ---- */

static void
every_allocation_may_fail(void **state)
{
	struct request_reader *r = NULL;
	enum err e = ERR_NOMEM;
	int n;

	(void)state;
	for (n = 0; e != ERR_OK && n < 100; n++) {
		mem_fail_after(n);
		e = request_reader_new(&r);
		mem_fail_after(-1);
		assert_true(e == ERR_OK || (e == ERR_NOMEM && r == NULL));
	}
	assert_true(n > 1);
	r = request_reader_free(r);
	assert_null(request_reader_free(NULL));
}

static void
a_full_arena_fails_and_is_not_a_shorter_request(void **state)
{
	struct arena small;
	struct request r;

	(void)state;
	for (size_t size = 16; size < 448; size += 16) {
		assert_int_equal(arena_init(&small, size), ERR_OK);
		assert_int_equal(request_decode_json(
					 reader, span_text(whole), &small, &r),
			ERR_NOMEM);
		arena_fini(&small);
	}
}

/* What is written is read as the same request; nothing is added. */
static void
a_request_is_written_so_that_it_is_read_the_same(void **state)
{
	static const char *const lines[] = {
		"{\"weir:requestID\":\"R1\"}",
		"{\"weir:requestID\":\"R1\",\"weir:taxablePeriods\":[2019,"
		"\"2020\"],\"nc:Address\":{\"nc:AddressState\":{"
		"\"usps:StateCode\":\"NV\"},\"nc:AddressCityName\":"
		"\"San Jos\\u00e9 \\\"x\\\"\"},\"weir:removalOrder\":{"
		"\"weir:stayIndicator\":false},\"nc:Person\":{"
		"\"nc:PersonBirthDate\":{\"nc:Date\":\"1980-02-03\"},"
		"\"nc:PersonName\":{\"nc:PersonSurName\":\"ROJAS\"}},"
		"\"weir:supersedes\":\"R0\",\"weir:purposeCode\":\"x\"}",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		OWNED_BUF(a, 1 << 16);
		OWNED_BUF(b, 1 << 16);
		OWNED_BUF(line, 1 << 16);
		struct request r = json(lines[i]);

		request_encode(&r, &a);
		request_write_json(&r, &line);
		assert_int_equal(line.at[line.n - 1], '\n');
		if (i == 0)
			assert_memory_equal(line.at, lines[0], line.n - 1);
		r = json_bytes(line.at, line.n);
		assert_false(r.malformed || r.unreadable || r.unnamed);
		request_encode(&r, &b);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.at, b.at, a.n);
	}
}

static void
a_member_has_two_names(void **state)
{
	(void)state;
	for (int i = 0; i < RQ_N; i++) {
		enum request_field f;

		assert_true(request_field_parse(
			span_text(request_field_path((enum request_field)i)),
			&f));
		assert_int_equal(f, i);
		assert_true(request_field_parse(
			span_text(request_field_csv((enum request_field)i)),
			&f));
		assert_int_equal(f, i);
	}
	assert_false(request_field_parse(
		SPAN("nc:Person"), &(enum request_field){RQ_ID}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_is_read_as_written_and_trimmed),
		cmocka_unit_test(
			a_request_is_written_so_that_it_is_read_the_same),
		cmocka_unit_test(a_member_has_two_names),
		cmocka_unit_test(the_largest_request_fits_the_arena),
		cmocka_unit_test(null_and_missing_are_not_stated),
		cmocka_unit_test(members_nobody_named_are_told_and_not_kept),
		cmocka_unit_test(wrong_kinds_are_told_by_member),
		cmocka_unit_test(what_follows_a_wrong_member_is_still_read),
		cmocka_unit_test(
			periods_are_strings_or_numbers_in_a_list_or_alone),
		cmocka_unit_test(each_way_of_being_unreadable_has_its_sentence),
		cmocka_unit_test(twins_are_refused_wherever_they_are),
		cmocka_unit_test(depth_has_its_limit),
		cmocka_unit_test(crowds_and_long_lines_are_refused),
		cmocka_unit_test(ids_are_safe_names),
		cmocka_unit_test(canonical_bytes_go_both_ways),
		cmocka_unit_test(bytes_that_no_request_of_ours_has_are_refused),
		cmocka_unit_test(csv_fields_are_read),
		cmocka_unit_test(csv_faults_have_their_sentences),
		cmocka_unit_test(csv_headers_that_cannot_be_used),
		cmocka_unit_test(csv_records_end_where_they_end),
		cmocka_unit_test(one_quote_costs_one_line_of_a_long_file),
		cmocka_unit_test(a_manifest_is_read),
		cmocka_unit_test(a_manifest_is_refused_by_member),
		cmocka_unit_test(a_manifest_has_a_size),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(
			a_full_arena_fails_and_is_not_a_shorter_request),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
