/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* console_int - the handlers of route.def, one a page or an act. */

#include "serve/ask.h"

#define ROUTE(method, path, want, body, handler) serve_handler handler;
#include "console/route.def"
