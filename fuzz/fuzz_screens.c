/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of screens.  What is accepted is read back row by row, each row is one
 * that the register takes, and there are as many as were counted; and bytes
 * that are no such rows are cut without harm.
 */
#include "register/register.h"
#include "register/register_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t
walk(struct span rest, bool sound)
{
	struct register_list_row row;
	uint32_t n = 0;

	for (; register_list_next(&rest, &row); n++) {
		struct register_row screen = {.id = REG_SCREEN};

		register_put(&screen, REG_SCREEN_PERSON, row.person);
		register_put(&screen, REG_SCREEN_GROUND, row.ground);
		must(!sound || register_check(&screen, false, NULL) == ERR_OK);
	}
	must(!sound || rest.n == 0);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED_BUF(rows, REGISTER_LIST_BYTES);
	uint32_t n = 0;

	if (register_list_parse(span_of(data, size), &rows, &n, NULL) == ERR_OK)
		must(walk(buf_span(&rows), true) == n);
	(void)walk(span_of(data, size), false);
	return 0;
}
