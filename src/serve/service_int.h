/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* service_int - what the files of the parent share. */

/* Tells the service manager (sd_notify(3), NOTIFY_SOCKET); nothing where there
 * is none. */
void service_notify(const char *state);
