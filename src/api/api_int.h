/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside src/api: what the handlers share. */

#include "api/api.h"

/* Of a list, where `limit` is not given, and at most. */
enum { API_PAGE = 100, API_PAGE_MOST = 1000 };

/* `"name":"text"`, with a comma before it unless the object has just begun. */
void api_text(struct buf *to, const char *name, struct span text);
void api_word(struct buf *to, const char *name, const char *text);
void api_count(struct buf *to, const char *name, uint64_t n);
void api_flag(struct buf *to, const char *name, bool yes);
void api_day(struct buf *to, const char *name, int32_t day);
void api_time(struct buf *to, const char *name, int64_t at);
void api_hex(struct buf *to, const char *name, struct span bytes);

/* {batch}, or what ever: refuses NOT_FOUND what is no number. */
MUST_USE enum err api_number(struct desk *desk, const struct ask *ask,
	const char *name, uint64_t most, uint64_t *ret_n);
/* ?after= and ?limit=; refuses MALFORMED. */
MUST_USE enum err api_page(struct desk *desk, const struct ask *ask,
	uint64_t most, uint64_t *ret_after, size_t *ret_limit);

/* An ETag over the body; 304 with none where the asker has the same. */
void api_etag(const struct ask *ask, struct answer *answer);
/* If-Match, where it is given, against that of what is to be changed: MISMATCH
 * where somebody changed it meanwhile. */
MUST_USE enum err api_if_match(
	struct desk *desk, const struct ask *ask, struct span state);

/* Does the asker want this type rather than JSON?  By ?format=, or Accept. */
bool api_wants(const struct ask *ask, const char *format, const char *type);

/* ---- what was sent: one JSON object, strict ---- */

/* Members that an object may have, in no order; each is a text, a number, true
 * or false, or a list of texts.  Others, and those given twice, are refused. */
enum api_kind { API_TEXT, API_NUMBER, API_FLAG, API_TEXTS };
struct api_member {
	const char *name;
	enum api_kind kind;
	size_t most; /* bytes of a text, the number, how many texts */
	bool must;
};
enum { API_BODY_MEMBERS = 16, API_LIST = 64 };
struct api_value {
	bool given;
	struct span text;
	uint64_t n;
	struct span list[API_LIST];
	size_t n_list;
};
struct json_t;

/* Spans point into what api_body_fini() frees.  Refuses MALFORMED with the
 * member and a sentence. */
struct api_body {
	struct json_t *json;
	struct api_value value[API_BODY_MEMBERS];
};
MUST_USE enum err api_body_read(struct span json,
	const struct api_member *members, size_t n, struct api_body *ret_body,
	struct why *reterr_why);
void api_body_fini(struct api_body *body);

/* RFC 9457's title of a status. */
const char *api_title(unsigned status);
/* The same as api_refuse() with a type of its own: "/codes/RQ-FORM". */
void api_problem(unsigned status, struct span type, struct span says,
	struct answer *answer);

/* ---- handlers ---- */

#define API_ROUTE(method, path, want, body, name) serve_handler name;
#define API_AGAIN(method, path, want, body, name)
#include "api/route.def"
