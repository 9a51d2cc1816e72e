/* SPDX-License-Identifier: Apache-2.0 */
/* weir-verify: what the command line says, one check, what it found. */
#include <stdio.h>
#include <unistd.h>

#include "verify/main.h"

int
main(int argc, char **argv)
{
	static struct main_asked asked; /* large */
	enum main_exit status = main_args(argc, argv, &asked);

	if (status == MAIN_DONE && !asked.only_help)
		status = main_check(&asked);
	if (fflush(stdout) != 0 || ferror(stdout))
		status = status == MAIN_DONE ? MAIN_FAILURE : status;
	main_asked_fini(&asked);
	return (int)status;
}
