/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify - the part of a page that verifies in the reader's browser what the page
 * says: web/verify as the console has it.  The verifier's own C as WebAssembly
 * fetches the public files of the ledger from this service, in a worker, and
 * answers in the words of weir-verify.html.  Below stands how the same is done
 * by command line, which is all there is without script, or where the program
 * was built without clang.
 */

#include "console/page.h"

enum verify_what {
	VERIFY_LEDGER,  /* all of it, and what the reader brings */
	VERIFY_ENTRY,   /* one entry and its proof; `of` is its page's path */
	VERIFY_ACCOUNT, /* an account; `of` is the id of the link that has it */
};

/* One of them a page. */
void verify_put(struct page *p, enum verify_what what, const char *of);

/* What it loads, each with its hash in its name; "" where the program was built
 * without. */
extern const char page_verify_script_path[];
extern const char page_verify_worker_path[];
extern const char page_verify_module_path[];
