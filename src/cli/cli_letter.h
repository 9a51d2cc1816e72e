/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cli_letter - what the verbs that write letters share. */

#include "base/day.h"
#include "cli/cli_args.h"
#include "letter/letter.h"
#include "proc/proc_instance.h"

/* Who signs: K.key with K.crt beside.  Says what went wrong itself. */
enum cli_exit cli_signer(const char *key, struct instance_actor *ret_signer);

/* Signs and writes `out` and `out`.p7s. */
enum cli_exit cli_letter_put(const struct letter *letter,
	const struct instance_actor *signer, const char *out);

/* The day of an option, or today. */
enum cli_exit cli_letter_day(
	const struct cli_args *args, const char *option, char to[DAY_TEXT]);
