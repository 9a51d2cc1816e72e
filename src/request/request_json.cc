/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only C++ of the project: simdjson has no C interface.  No exception is
 * thrown here (SIMDJSON_EXCEPTIONS 0, nothrow new) and none crosses into C.
 *
 * The DOM parser and not On-Demand: it checks the whole line before a byte is
 * used, also members that nobody reads.  Capacity is fixed at construction;
 * without it one long line would take sixteen times its size for good.
 */
#define SIMDJSON_EXCEPTIONS 0
#include "request/request_json_int.h"

#include <cstring>
#include <new>
#include <simdjson.h>

namespace dom = simdjson::dom;

enum { MEMBERS_MAX = 64 }; /* REQUEST_MEMBERS_MAX, asserted in C */

struct request_json {
	dom::parser parser;
	size_t max;
	size_t depth;
	uint8_t *padded; /* the line and what simdjson may read after it */

	request_json(size_t max_bytes, size_t levels)
	    : parser(max_bytes), max(max_bytes), depth(levels),
	      padded(new (std::nothrow)
			      uint8_t[max_bytes + simdjson::SIMDJSON_PADDING])
	{
	}
	request_json(const request_json &) = delete;
	request_json &operator=(const request_json &) = delete;
	~request_json()
	{
		delete[] padded;
	}
};

struct walk {
	request_json_sink *sink;
	void *context;
	size_t depth;
	const uint8_t *twin;
	size_t n_twin;
};

static const uint8_t *
bytes_of(std::string_view s)
{
	return reinterpret_cast<const uint8_t *>(s.data());
}

static bool
has_nul(std::string_view s)
{
	return s.find('\0') != std::string_view::npos;
}

static request_json_fault walk_value(
	walk &w, std::string_view name, dom::element value, size_t level);

static request_json_fault
walk_object(walk &w, dom::object object, size_t level)
{
	std::string_view seen[MEMBERS_MAX];
	size_t n = 0;

	for (auto member : object) {
		if (n == MEMBERS_MAX)
			return RJ_CROWDED;
		if (has_nul(member.key))
			return RJ_HAS_NUL;
		for (size_t i = 0; i < n; i++) {
			if (seen[i] == member.key) {
				w.twin = bytes_of(member.key);
				w.n_twin = member.key.size();
				return RJ_TWICE;
			}
		}
		seen[n++] = member.key;
		request_json_fault fault =
			walk_value(w, member.key, member.value, level);
		if (fault != RJ_SOUND)
			return fault;
	}
	return RJ_SOUND;
}

static request_json_fault
walk_array(walk &w, dom::array array, size_t level)
{
	for (dom::element value : array) {
		request_json_fault fault =
			walk_value(w, std::string_view(), value, level);
		if (fault != RJ_SOUND)
			return fault;
	}
	return RJ_SOUND;
}

static request_json_fault
walk_inside(
	walk &w, request_json_token &token, dom::element value, size_t level)
{
	if (level == w.depth)
		return RJ_TOO_DEEP;
	token.kind = value.is_object() ? RJ_OBJECT : RJ_ARRAY;
	w.sink(w.context, &token);

	request_json_fault fault =
		value.is_object()
			? walk_object(w,
				  dom::object(
					  value.get_object().value_unsafe()),
				  level + 1)
			: walk_array(w,
				  dom::array(value.get_array().value_unsafe()),
				  level + 1);
	if (fault == RJ_SOUND) {
		token.kind = RJ_END;
		w.sink(w.context, &token);
	}
	return fault;
}

static request_json_fault
walk_value(walk &w, std::string_view name, dom::element value, size_t level)
{
	request_json_token token = {};

	token.name = bytes_of(name);
	token.n_name = name.size();
	switch (value.type()) {
	case dom::element_type::OBJECT:
	case dom::element_type::ARRAY:
		return walk_inside(w, token, value, level);
	case dom::element_type::STRING: {
		std::string_view text = value.get_string().value_unsafe();
		if (has_nul(text))
			return RJ_HAS_NUL;
		token.kind = RJ_STRING;
		token.text = bytes_of(text);
		token.n_text = text.size();
		break;
	}
	case dom::element_type::INT64:
		token.kind = RJ_INTEGER;
		token.number = value.get_int64().value_unsafe();
		break;
	case dom::element_type::BOOL:
		token.kind =
			value.get_bool().value_unsafe() ? RJ_TRUE : RJ_FALSE;
		break;
	case dom::element_type::NULL_VALUE:
		token.kind = RJ_NULL;
		break;
	case dom::element_type::UINT64: /* past INT64_MAX */
	case dom::element_type::DOUBLE:
	default:
		token.kind = RJ_NUMBER;
		break;
	}
	w.sink(w.context, &token);
	return RJ_SOUND;
}

static request_json_fault
fault_of(simdjson::error_code error)
{
	switch (error) {
	case simdjson::SUCCESS:
		return RJ_SOUND;
	case simdjson::MEMALLOC:
		return RJ_NO_MEMORY;
	case simdjson::UTF8_ERROR:
		return RJ_BAD_UTF8;
	case simdjson::STRING_ERROR:
	case simdjson::UNESCAPED_CHARS:
		return RJ_BAD_STRING;
	case simdjson::NUMBER_ERROR:
		return RJ_BAD_NUMBER;
	case simdjson::DEPTH_ERROR:
		return RJ_TOO_DEEP;
	default:
		return RJ_SYNTAX;
	}
}

struct request_json *
request_json_new(size_t max_bytes, size_t depth)
{
	request_json *json = new (std::nothrow) request_json(max_bytes, depth);

	if (json == nullptr)
		return nullptr;
	/* Both halves now, so that a walk takes no memory: one level more than
	 * asked, so that simdjson and the walk refuse the same documents. */
	if (json->padded == nullptr ||
		json->parser.allocate(max_bytes, depth + 1) !=
			simdjson::SUCCESS ||
		json->parser.doc.allocate(max_bytes) != simdjson::SUCCESS) {
		delete json;
		return nullptr;
	}
	return json;
}

void
request_json_free(struct request_json *json)
{
	delete json;
}

enum request_json_fault
request_json_walk(struct request_json *json, const uint8_t *bytes, size_t n,
	request_json_sink *sink, void *context, const uint8_t **ret_name,
	size_t *ret_n)
{
	walk w = {sink, context, json->depth, nullptr, 0};
	dom::element root;

	if (n > json->max)
		return RJ_SYNTAX;
	if (n > 0)
		memcpy(json->padded, bytes, n);
	memset(json->padded + n, 0, simdjson::SIMDJSON_PADDING);
	simdjson::error_code error =
		json->parser.parse(json->padded, n, false).get(root);
	if (error != simdjson::SUCCESS)
		return fault_of(error);
	request_json_fault fault = walk_value(w, std::string_view(), root, 0);
	*ret_name = w.twin;
	*ret_n = w.n_twin;
	return fault;
}
