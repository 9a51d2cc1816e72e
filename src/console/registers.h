/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* registers - parts that the pages about registers share. */

#include "console/show.h"
#include "register/register.h"

/* May the actor change rows of it on these pages? */
bool console_may_change(const struct instance *in, enum register_id id);
