/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * request_manifest - what the certifier of a batch signs: manifest.json.
 *
 *   weir:agreementID  an id (request_id_ok)
 *   weir:sequence     1 to 2^31 - 1
 *   weir:count        1 to 100,000,000 lines of requests
 *   weir:sha384       of the requests file's bytes, 96 lower-case hex digits
 *   weir:certifier    { weir:officerID an id, nc:PersonFullName and
 *                     weir:roleText 1 to 128 bytes without control bytes }
 *   weir:date         the day it was made, YYYY-MM-DD
 *
 * Every member is there once and no other is.  The manifest comes from outside
 * like the requests do, so it goes through the same parser and its checks
 * (request_json_int.h): one JSON reader of hostile bytes, not two.  Whether
 * the signature holds and the numbers are right is not asked here.
 */

#include "base/err.h"
#include "base/span.h"
#include "request/request.h"

enum {
	MANIFEST_BYTES_MAX = 16 * 1024,
	MANIFEST_COUNT_MAX = 100000000,
	MANIFEST_SEQUENCE_MAX = INT32_MAX,
};

struct request_manifest {
	char agreement[65];
	uint32_t sequence;
	uint32_t count;
	uint8_t sha384[48];
	char certifier_id[65];
	char certifier_name[129];
	char certifier_role[129];
	int32_t date;
};

/*
 * Refuses TOO_LARGE and MALFORMED, with the member named in `reterr_why`;
 * fails NOMEM.
 */
MUST_USE enum err request_manifest_parse(struct request_reader *reader,
	struct span bytes, struct request_manifest *ret_manifest,
	struct why *reterr_why);
