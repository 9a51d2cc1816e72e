/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* world - what the tests of matching share: a roll from CSV text. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/day.h"
#include "crypto/crypto.h"
#include "match/match.h"
#include "roll/roll.h"

#define ROLL_HEADER_LINE                                                       \
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"        \
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"     \
	"state,zip,address_source,screen\n"

static inline struct roll *
roll_of(struct span csv)
{
	struct roll_source source = roll_source_bytes("roll.csv", &csv);
	int fd = memfd_create("roll", MFD_CLOEXEC);
	struct roll *roll = NULL;
	struct roll_stats stats;
	struct why why = {{0}};

	if (roll_build(&source, 1, fd, NULL, &stats, &why) != ERR_OK ||
		roll_open(fd, ROLL_CHECK_ALL, &roll, &why) != ERR_OK)
		fail_msg("%s", why.text);
	(void)close(fd);
	return roll;
}

/* The person_id confirmed; "" where none is. */
static inline const char *
confirmed(
	const struct roll *roll, const struct match_result *result, char id[65])
{
	id[0] = '\0';
	if (result->person == MATCH_CONFIRMED)
		must(span_copy(roll_person(roll, result->index).id, id, 65));
	return id;
}
