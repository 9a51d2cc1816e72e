/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/roll.h"

const char *
roll_role_text(enum roll_role role)
{
	static const char *const text[ROLL_N_ROLES] = {
#define ROLE(ID, word) [ROLL_##ID] = (word),
#include "roll/roll.def"
	};

	must(role < ROLL_N_ROLES);
	return text[role];
}

const char *
roll_origin_text(enum roll_origin origin)
{
	static const char *const text[ROLL_N_ORIGINS] = {
#define ORIGIN(ID, word) [ROLL_##ID] = (word),
#include "roll/roll.def"
	};

	must(origin < ROLL_N_ORIGINS);
	return text[origin];
}

const char *
roll_screen_text(enum roll_screen screen)
{
	static const char *const text[ROLL_N_SCREENS] = {
#define SCREEN(ID, word) [ROLL_##ID] = (word),
#include "roll/roll.def"
	};

	must(screen < ROLL_N_SCREENS);
	return text[screen];
}

const char *
roll_tin_type_text(enum roll_tin_type type)
{
	static const char *const text[ROLL_N_TINS] = {
#define TIN(ID, word) [ROLL_##ID] = (word),
#include "roll/roll.def"
	};

	must(type < ROLL_N_TINS);
	return text[type];
}

bool
roll_origin_own(enum roll_origin origin)
{
	return origin == ROLL_RETURN || origin == ROLL_THIRD_PARTY;
}

bool
roll_role_own(enum roll_role role)
{
	return role != ROLL_DEPENDENT;
}
