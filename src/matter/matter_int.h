/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside matter*.c: the rows of matter.def. */

#include "matter/matter.h"

struct matter_kind_row {
	const char *text;
	unsigned who;
	unsigned hours;
	enum matter_stops stops;
	const char *meaning;
};

struct matter_decision_row {
	enum matter_kind kind;
	const char *text;
	unsigned who;
	enum matter_state from;
	enum matter_state to;
	enum matter_needs needs;
	const char *meaning;
};

struct matter_field_row {
	enum matter_kind kind;
	const char *name;
	bool must;
	size_t most;
	const char *meaning;
};

const struct matter_kind_row *matter_kind_row(enum matter_kind kind);
const struct matter_decision_row *matter_decision_row(
	enum matter_decision decision);
/* The i-th of its kind, i < matter_n_fields(). */
const struct matter_field_row *matter_field_row(
	enum matter_kind kind, size_t i);
