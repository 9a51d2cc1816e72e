/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cli - the verbs of the command line.  Returns the exit status: 0 done, 1 the
 * answer is no, 2 usage, 3 failure. */
int cli_main(int argc, char **argv);
