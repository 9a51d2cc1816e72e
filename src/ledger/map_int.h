/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* map_int - what map.c and map_proof.c share. */

#include "ledger/map.h"

struct ledger_hash ledger_map_leaf_hash(
	const uint8_t tag[LEDGER_TAG], uint64_t index);
