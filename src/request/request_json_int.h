/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * request_json_int - simdjson's DOM parser as a stream of tokens, for this
 * folder only.
 *
 * The parser reads one bounded document at a time; the walk hands every value
 * to `sink` in order, an object or array first and its END after its members.
 * What simdjson accepts and we do not is found on the way: members named
 * twice, NUL in a string, more than `depth` levels, more than
 * REQUEST_MEMBERS_MAX members in one object (which also bounds the search for
 * twins).  After a fault the tokens already given are worth nothing.
 *
 * Plain types only: this header is also read by C++.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum request_json_kind {
	RJ_OBJECT,
	RJ_ARRAY,
	RJ_END, /* of the innermost object or array */
	RJ_STRING,
	RJ_INTEGER, /* fits int64_t; other numbers are RJ_NUMBER */
	RJ_NUMBER,
	RJ_TRUE,
	RJ_FALSE,
	RJ_NULL,
};

struct request_json_token {
	enum request_json_kind kind;
	const uint8_t *name; /* of the member; n_name 0 elsewhere */
	size_t n_name;
	const uint8_t *text; /* of a string */
	size_t n_text;
	int64_t number; /* of an integer */
};

enum request_json_fault {
	RJ_SOUND,
	RJ_NO_MEMORY,
	RJ_BAD_UTF8,
	RJ_BAD_STRING, /* escape, control byte, half a surrogate pair */
	RJ_BAD_NUMBER,
	RJ_TOO_DEEP,
	RJ_HAS_NUL,
	RJ_TWICE, /* `ret_name` is the member */
	RJ_CROWDED,
	RJ_SYNTAX,
};

typedef void request_json_sink(
	void *context, const struct request_json_token *token);

struct request_json; /* opaque */

/* NULL when out of memory; no more is taken later. */
struct request_json *request_json_new(size_t max_bytes, size_t depth);
void request_json_free(struct request_json *json);

/*
 * `ret_name` (n bytes of it in `ret_n`) lives until the next walk and is set
 * for RJ_TWICE.  At most the `max_bytes` given; more is RJ_SYNTAX.
 */
enum request_json_fault request_json_walk(struct request_json *json,
	const uint8_t *bytes, size_t n, request_json_sink *sink, void *context,
	const uint8_t **ret_name, size_t *ret_n);

#ifdef __cplusplus
}
#endif
