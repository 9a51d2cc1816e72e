/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_zone.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/read.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_instance.h"

#define FILES "/usr/share/zoneinfo/"

enum { SETTINGS_MAX = 1 << 16, FILE_MAX = 1 << 18 };

static enum err
cannot_use(enum err e, const char *name, struct why *why)
{
	if (e == ERR_MALFORMED || e == ERR_NOT_FOUND)
		return why_set(why, e,
			"%.64s: no zone of " FILES
			" (tzdata), such as America/New_York",
			name);
	if (e == ERR_NOT_ALLOWED)
		return why_set(why, e,
			"%s: its clocks do not change by one rule for every "
			"year, or go back over midnight: a day there cannot be "
			"counted by",
			name);
	return why_set(why, e, FILES "%s: %s", name, err_text(e));
}

enum err
proc_zone_find(const char *name, struct zone *ret_zone, struct why *reterr_why)
{
	OWNED_BUF(file, FILE_MAX);
	OWNED_FD files = -1;
	struct stat st;
	enum err e = ERR_MALFORMED;

	if (strcmp(name, "UTC") == 0) {
		*ret_zone = (struct zone){.text = ""};
		return ERR_OK;
	}
	if (zone_name_ok(span_text(name)))
		e = os_folder(AT_FDCWD, FILES, false, &files);
	if (e == ERR_OK)
		e = fstatat(files, name, &st, 0) == 0 && S_ISREG(st.st_mode)
			    ? os_read(files, name, &file)
			    : ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = zone_file_parse(
			span_text(name), buf_span(&file), os_now(), ret_zone);
	return e == ERR_OK ? ERR_OK : cannot_use(e, name, reterr_why);
}

enum err
proc_zone_read(int dir, struct zone *ret_zone)
{
	OWNED_BUF(file, SETTINGS_MAX);
	struct reader r;
	enum err e = os_read(dir, "instance", &file);

	*ret_zone = (struct zone){.text = ""};
	r = read_from(buf_span(&file));
	while (e == ERR_OK && r.left.n > 0) {
		struct span value = read_line(&r);
		struct span name = span_cut(&value, ' ');

		if (!read_ok(&r) || (span_eq(name, SPAN("zone")) &&
					    !zone_parse(value, ret_zone)))
			e = ERR_DAMAGED;
	}
	return e;
}

enum err
proc_zone_bound(struct instance *in)
{
	struct account_opened first;
	uint64_t entries = 0;
	bool same;
	enum err e = store_journal_count(in->store, &entries);

	if (e != ERR_OK || entries == 0) /* it is being made */
		return e;
	e = account_open(in, 0, &first);
	/* Another evidence key opens no entry: who needs one is told. */
	if (err_is_refusal(e) && in->zone.text[0] == '\0') {
		in->why = (struct why){""};
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	same = span_eq(account_field(&first, "zone"), span_text(in->zone.text));
	account_opened_fini(&first);
	return same ? ERR_OK
		    : instance_says(in, ERR_MISMATCH,
			      "%s/instance: its zone is not that of the "
			      "ledger's first entry",
			      in->path);
}
