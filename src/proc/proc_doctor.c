/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_doctor.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/read.h"
#include "os/file.h"
#include "proc/proc_doctor_int.h"
#include "proc/proc_permit.h"

enum { TEXT = 400, SETTINGS_MAX = 1 << 16 };

enum needs { FOLDER, OPEN, OFFICE };

static const struct check {
	const char *name;
	enum needs needs;
	const char *fine;
	enum err (*run)(struct doctor *d);
} checks[] = {
#define CHECK(function, name, needs, fine)                                     \
	{(name), (needs), (fine), doctor_##function},
#include "proc/proc_doctor.def"
};

static enum err
tell(struct doctor *d, enum doctor_level level, const char *text,
	const char *todo)
{
	struct doctor_finding finding = {d->check, level, text, todo};

	d->result->n[level]++;
	d->told++;
	return d->each(d->context, &finding);
}

enum err
doctor_tell(struct doctor *d, enum doctor_level level, const char *todo,
	const char *fmt, ...)
{
	char text[TEXT];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return tell(d, level, text, todo);
}

/* ---- settings ---- */

enum err
doctor_settings(struct doctor *d)
{
	OWNED_BUF(file, SETTINGS_MAX);
	struct reader r;
	bool has_origin = false;
	enum err e = os_read(d->dir, "instance", &file);

	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG,
			"restore the file `instance` from a back-up",
			"%s/instance: %s", d->options->path, err_text(e));
	r = read_from(buf_span(&file));
	while (r.left.n > 0 && read_ok(&r)) {
		struct span value = read_line(&r);
		struct span name = span_cut(&value, ' ');

		has_origin = has_origin ||
			     (span_eq(name, SPAN("origin")) && value.n > 0);
		if (span_eq(name, SPAN("kind"))) {
			d->shadow = span_eq(value, SPAN("shadow"));
			d->sandbox =
				d->shadow || span_eq(value, SPAN("sandbox"));
		}
	}
	return read_ok(&r) && has_origin
		       ? ERR_OK
		       : doctor_tell(d, DOCTOR_WRONG,
				 "restore the file `instance` from a back-up",
				 "%s/instance names no origin",
				 d->options->path);
}

/* ---- opening ---- */

enum err
doctor_open(struct doctor *d)
{
	enum err e = instance_open(d->options->path, INSTANCE_READ,
		d->options->key, d->options->clock, d->in);

	d->is_open = e == ERR_OK;
	if (e == ERR_OK)
		return ERR_OK;
	return doctor_tell(d, DOCTOR_WRONG,
		"mend what is wrong above; what is damaged comes from a "
		"back-up: weir restore",
		"%s",
		d->in->why.text[0] != '\0' ? d->in->why.text : err_text(e));
}

/* ---- the run ---- */

static bool
may_run(struct doctor *d, const struct check *check)
{
	return check->needs == FOLDER || d->is_open;
}

static enum err
run_check(struct doctor *d, const struct check *check)
{
	enum err e;

	d->check = check->name;
	d->told = 0;
	if (!may_run(d, check))
		return ERR_OK; /* `open` said why */
	if (check->needs == OFFICE &&
		proc_permit(d->in, PERMIT_MATTERS) != ERR_OK)
		return tell(d, DOCTOR_FINE,
			"not looked at: say who looks, somebody who may see "
			"what the office has open",
			"--key FILE.key");
	e = check->run(d);
	return e == ERR_OK && d->told == 0
		       ? tell(d, DOCTOR_FINE, check->fine, "")
		       : e;
}

enum err
proc_doctor(const struct proc_doctor_options *options, proc_doctor_each *each,
	void *context, struct proc_doctor_result *ret_result,
	struct why *reterr_why)
{
	static struct instance in;
	OWNED_FD dir = -1;
	struct doctor d = {.options = options,
		.in = &in,
		.at = os_now(),
		.each = each,
		.context = context,
		.result = ret_result};
	enum err e = os_folder(AT_FDCWD, options->path, false, &dir);

	*ret_result = (struct proc_doctor_result){0};
	in = INSTANCE_NONE;
	if (e != ERR_OK)
		return why_set(reterr_why, e, "%s: %s", options->path,
			e == ERR_NOT_FOUND ? "there is no such folder"
					   : err_text(e));
	d.dir = dir;
	e = crypto_init();
	for (size_t i = 0; e == ERR_OK && i < sizeof(checks) / sizeof(*checks);
		i++)
		e = run_check(&d, &checks[i]);
	if (e != ERR_OK)
		(void)why_set(reterr_why, e, "%s",
			in.why.text[0] != '\0' ? in.why.text : err_text(e));
	instance_close(&in);
	return e;
}
