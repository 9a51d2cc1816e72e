/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the service parses itself: an address as a stranger wrote it, the
 * settings, and what passes between its processes.  An address that is taken has
 * no segment that is a dot, empty, or has a slash or a control character in it;
 * what is decoded from bytes is encoded the same again.
 */
#include "base/read.h"
#include "serve/route.h"
#include "serve/settings.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_address(struct span raw)
{
	static struct route_address a;

	if (route_address_read(raw, &a) == ERR_OK) {
		struct span path = a.path;

		must(path.n > 0 && path.at[0] == '/' && span_is_utf8(path));
		(void)span_cut(&path, '/');
		while (path.n > 0) {
			struct span segment = span_cut(&path, '/');

			must(segment.n > 0 && !span_eq(segment, SPAN(".")) &&
				!span_eq(segment, SPAN("..")));
			for (size_t i = 0; i < segment.n; i++)
				must(segment.at[i] >= 0x20 &&
					segment.at[i] != 0x7f);
		}
		for (size_t i = 0; i < a.n; i++)
			must(span_is_utf8(a.value[i].name) &&
				span_is_utf8(a.value[i].value) &&
				a.value[i].name.n <= ASK_NAME_MAX);
	}
	route_address_fini(&a);
}

static void
try_ask(struct span bytes)
{
	static struct ask ask;
	OWNED_BUF(again, ASK_MAX);

	if (ask_decode(bytes, &ask) != ERR_OK)
		return;
	must(ask.n <= ASK_VALUES);
	ask_encode(&ask, &again);
	must(buf_error(&again) != ERR_OK || span_eq(buf_span(&again), bytes));
}

static void
try_answer(struct span bytes)
{
	struct answer answer;
	OWNED_BUF(again, ANSWER_MAX);

	if (answer_decode(bytes, &answer) != ERR_OK)
		return;
	answer_encode(&answer, &again);
	must(buf_error(&again) != ERR_OK || span_eq(buf_span(&again), bytes));
	answer_fini(&answer);
}

static void
try_messages(struct span bytes)
{
	enum wire_message m;
	struct span payload;

	while (wire_next(&bytes, &m, &payload) == ERR_OK) {
		try_ask(payload);
		try_answer(payload);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	struct settings s;
	struct why why;

	try_address(bytes);
	if (settings_parse(bytes, &s, &why) == ERR_OK)
		must(s.workers >= 1 && s.n_policies <= SETTINGS_POLICIES);
	try_ask(bytes);
	try_answer(bytes);
	try_messages(bytes);
	return 0;
}
