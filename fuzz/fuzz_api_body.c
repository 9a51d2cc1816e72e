/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a question: an object of known members, or a refusal with a
 * sentence; what is taken keeps to the bounds of its member. */
#include "api/api_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct api_member members[] = {
		{"request", API_TEXT, 64, true},
		{"n", API_NUMBER, 1000, false},
		{"deny", API_FLAG, 0, false},
		{"scopes", API_TEXTS, API_LIST, false},
	};
	struct api_body body;
	struct why why = {""};

	if (api_body_read(span_of(data, size), members, 4, &body, &why) !=
		ERR_OK) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(body.value[0].given && body.value[0].text.n <= 64);
	must(span_is_plain(body.value[0].text));
	must(body.value[1].n <= 1000 && body.value[3].n_list <= API_LIST);
	api_body_fini(&body);
	return 0;
}
