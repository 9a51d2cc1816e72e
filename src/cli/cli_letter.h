/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cli_letter - what the verbs share that write letters and manifests. */

#include "base/day.h"
#include "cli/cli_args.h"
#include "letter/letter.h"
#include "proc/proc_instance.h"
#include "request/request_manifest.h"

/* Who signs: K.key with K.crt beside.  Says what went wrong itself. */
enum cli_exit cli_signer(const char *key, struct instance_actor *ret_signer);

/* Signs and writes `out` and `out`.p7s. */
enum cli_exit cli_letter_put(const struct letter *letter,
	const struct instance_actor *signer, const char *out);

/* The day of an option, or today. */
enum cli_exit cli_letter_day(
	const struct cli_args *args, const char *option, char to[DAY_TEXT]);

/* --date, --agreement, --certifier, --name and --role into a manifest, whose date
 * is set before; false: said what is wrong with one. */
bool cli_manifest_options(
	const struct cli_args *args, struct request_manifest *m);
