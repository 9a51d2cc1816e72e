/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input is a history: encoded steps one after the other.  What decodes is
 * written again as the same bytes; the walk never reaches a state and package
 * that cannot be; delivery is never reached without two approvals.
 */
#include "case/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 64 };

static void
check_history(const struct case_step *steps, size_t n)
{
	static const uint8_t submitter[CASE_PRINT] = {3};
	struct case_request request;
	struct case_totals totals = {0};
	size_t approvals = 0;

	if (case_replay(steps, n, submitter, &request, NULL) != ERR_OK)
		return;
	case_check(&request);
	for (size_t i = 0; i < n; i++)
		approvals += steps[i].event == CASE_TO_APPROVE;
	must(request.answered != CASE_ANSWERED_ADDRESS || approvals >= 2);
	if (request.state == CASE_RECEIVED)
		return;
	case_totals_add(&totals, &request, 1);
	must(case_totals_tie(&totals));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct case_step steps[STEPS_MAX];
	size_t n = 0;
	struct case_request loaded;

	if (size >= 2 && case_load(data[0], data[1], &loaded) == ERR_OK)
		case_check(&loaded);
	while (n < STEPS_MAX && size >= CASE_STEP_BYTES) {
		OWNED_BUF(again, CASE_STEP_BYTES);
		struct span one = span_of(data, CASE_STEP_BYTES);

		if (case_step_decode(one, &steps[n]) != ERR_OK)
			break;
		case_step_encode(&steps[n++], &again);
		must(span_eq(buf_span(&again), one));
		data += CASE_STEP_BYTES;
		size -= CASE_STEP_BYTES;
	}
	check_history(steps, n);
	return 0;
}
