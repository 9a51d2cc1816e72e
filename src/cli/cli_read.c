/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli_args.h"

const struct cli_verb cli_verbs_read[] = {{0}};
