/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside the front: what is served beside the lines of a file. */

#include "base/read.h"
#include "proc/proc_front.h"

/* A letter's document; answers with its canonical bytes. */
MUST_USE enum err front_serve_letter(int fd, struct reader *r, struct why *why);

/* A document, its signature, certificates; answers with the signer's place. */
MUST_USE enum err front_serve_signed(int fd, struct reader *r, struct why *why);
