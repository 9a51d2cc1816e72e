/* SPDX-License-Identifier: Apache-2.0 */
/* Law, roll, roles, and what the office has due. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "os/file.h"
#include "proc/proc_doctor_int.h"
#include "proc/proc_hold.h"
#include "proc/proc_roll.h"
#include "proc/proc_tend.h"

enum { ROLL_OLD = 35, TEND_LATE = 2 };

/* ---- the law ---- */

enum err
doctor_law(struct doctor *d)
{
	if (d->in->law == NULL)
		return doctor_tell(d, DOCTOR_WRONG, "weir agreement load",
			"no agreement is loaded: nothing is accepted");
	if (!d->in->proved)
		return doctor_tell(d, DOCTOR_WRONG,
			"weir agreement prove, then weir agreement load: "
			"nothing is decided without it",
			"the law's receipt: %s", d->in->unproved.text);
	return ERR_OK;
}

/* ---- the roll ---- */

enum err
doctor_roll(struct doctor *d)
{
	struct roll_info is;
	struct why why = {""};
	int64_t at = 0;
	enum err e = proc_roll_info(
		d->options->path, d->options->deep, &is, &at, &why);
	int64_t age = (d->in->at - at) / DOCTOR_DAY;

	if (e == ERR_NOT_FOUND)
		return doctor_tell(d, DOCTOR_LOOK, "weir roll load",
			"no roll is loaded: nobody can be looked up");
	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG,
			"weir roll load, from the export it was made of",
			"roll/current: %s", why.text);
	if (age > ROLL_OLD)
		return doctor_tell(d, DOCTOR_LOOK,
			"weir roll load, with a new export or --delta",
			"the roll is %" PRId64 " days old", age);
	return ERR_OK;
}

/* ---- roles ---- */

static size_t
holders(const struct instance *in, const char *role)
{
	size_t n = 0;

	for (size_t i = 0; i < register_n(in->registers, REG_ROLE); i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_ROLE, i);
		struct register_row row;

		register_entry_row(entry, &row);
		n += register_in_force(in->registers, entry, in->at) &&
		     register_is(&row, REG_ROLE_ROLE, role);
	}
	return n;
}

/* A row that could not be added beside the others in force. */
static enum err
look_apart(struct doctor *d)
{
	struct instance *in = d->in;
	enum err e = ERR_OK;

	for (size_t i = 0;
		e == ERR_OK && i < register_n(in->registers, REG_ROLE); i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_ROLE, i);
		struct register_row row;
		struct why why = {""};

		register_entry_row(entry, &row);
		if (register_in_force(in->registers, entry, in->at) &&
			register_apart(in->registers, &row, in->at, d->sandbox,
				&why) == ERR_NOT_ALLOWED)
			e = doctor_tell(d, DOCTOR_WRONG,
				"weir register role revoke, one of the two",
				"%s", why.text);
	}
	return e;
}

/* Of a shadow: nobody by whom something could leave, or who could name one. */
static enum err
look_shadow(struct doctor *d)
{
	static const char *const none[] = {"reviewer", "counsel",
		"administrator", "safeguards", "requester", "submitter"};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < sizeof(none) / sizeof(*none); i++)
		if (holders(d->in, none[i]) > 0)
			e = doctor_tell(d, DOCTOR_WRONG, DOCTOR_NO_SHADOW,
				"somebody holds the role %s, whom no shadow "
				"has",
				none[i]);
	return e;
}

enum err
doctor_roles(struct doctor *d)
{
	static const struct {
		const char *role;
		size_t n;
		const char *without;
	} needed[] = {
		{"operator", 1, "nobody can release or do the daily round"},
		{"reviewer", 2, "nothing gets two signatures"},
		{"counsel", 1, "no hold can be lifted"},
		{"administrator", 1, "nobody can change the registers"},
		{"safeguards", 1, "nobody can see to recipients and notices"},
		{"inspector", 1, "nobody can inspect"},
		{"screener", 1, "nobody but counsel can keep the screens"},
	};
	enum err e = look_apart(d);

	if (d->shadow)
		return e == ERR_OK ? look_shadow(d) : e;
	for (size_t i = 0; e == ERR_OK && i < sizeof(needed) / sizeof(*needed);
		i++) {
		size_t n = holders(d->in, needed[i].role);

		if (n < needed[i].n && !(d->sandbox && i > 4))
			e = doctor_tell(d, i < 4 ? DOCTOR_WRONG : DOCTOR_LOOK,
				"weir register role add",
				"%zu hold the role %s, %zu are needed: %s", n,
				needed[i].role, needed[i].n, needed[i].without);
	}
	return e;
}

/* ---- packages that a release left ---- */

static enum err
count_in(int folder, const char *name, uint64_t *ret_n)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	*ret_n = 0;
	if (dir == NULL) {
		os_close(&fd);
		return ERR_OK;
	}
	while ((entry = readdir(dir)) != NULL)
		*ret_n += entry->d_name[0] != '.';
	(void)closedir(dir);
	return ERR_OK;
}

enum err
doctor_sealed(struct doctor *d)
{
	OWNED_FD folder = -1;
	uint32_t last = 0;
	enum err e = store_batch_last(d->in->store, &last);

	if (e == ERR_OK && d->shadow)
		return os_exists(d->dir, "sealed") ||
				       os_exists(d->dir, "outbox")
			       ? doctor_tell(d, DOCTOR_WRONG, DOCTOR_NO_SHADOW,
					 "a shadow has neither sealed/ nor "
					 "outbox/")
			       : ERR_OK;
	if (e == ERR_OK &&
		os_folder(d->dir, "sealed", false, &folder) != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG, "mkdir -m 0700 it",
			"%s/sealed cannot be opened", d->options->path);
	for (uint32_t b = 1; e == ERR_OK && b <= last; b++) {
		char name[16];
		uint64_t n;

		(void)snprintf(name, sizeof(name), "%" PRIu32, b);
		e = count_in(folder, name, &n);
		if (e == ERR_OK && n > 0)
			e = doctor_tell(d, DOCTOR_LOOK,
				"weir release --batch N goes on where it "
				"stopped",
				"batch %" PRIu32 ": %" PRIu64
				" packages are sealed and not handed over",
				b, n);
	}
	return e;
}

/* ---- the daily round ---- */

enum err
doctor_tended(struct doctor *d)
{
	OWNED_BUF(text, DAY_TIME_TEXT);
	int64_t at;
	enum err e = store_get(d->in->store, PROC_TEND_LAST, &text);

	if (e == ERR_NOT_FOUND)
		return doctor_tell(d, d->sandbox ? DOCTOR_FINE : DOCTOR_LOOK,
			"weir tend, every day, from a timer",
			"the daily round was never done");
	if (e != ERR_OK || !day_time_parse(buf_span(&text), &at))
		return e != ERR_OK ? e : ERR_DAMAGED;
	if (d->in->clock - zone_day(&d->in->zone, at) > TEND_LATE)
		return doctor_tell(d, DOCTOR_WRONG,
			"weir tend, and see why the timer does not",
			"the daily round was done last at %.*s", (int)text.n,
			(const char *)text.at);
	return ERR_OK;
}

/* ---- what is due ---- */

static enum err
tell_due(void *context, const struct proc_tend_item *item)
{
	struct doctor *d = context;

	return doctor_tell(d, item->overdue ? DOCTOR_WRONG : DOCTOR_LOOK,
		"docs/AFTER-DELIVERY.md says for each what ends it", "%s: %s",
		item->what, item->text);
}

enum err
doctor_registers(struct doctor *d)
{
	struct proc_tend_result unused = {0};
	struct proc_tend t = {d->in, tell_due, d, &unused};

	/* `law` told it. */
	return d->in->law == NULL ? ERR_OK : tend_due(&t, TEND_REGISTERS);
}

enum err
doctor_office(struct doctor *d)
{
	struct proc_tend_result unused = {0};
	struct proc_tend t = {d->in, tell_due, d, &unused};

	return tend_due(&t, TEND_OFFICE);
}
