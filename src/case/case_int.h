/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* case_int - what the files of this folder share. */

#include "case/case.h"

/* False where either is NULL. */
bool case_same_person(const uint8_t *a, const uint8_t *b);
