/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_law.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_proof.h"

enum { HEX = 65 };

static void
hex_of(const uint8_t hash[32], char to[HEX])
{
	OWNED_BUF(b, HEX);

	code_hex(&b, span_of(hash, 32));
	must(buf_error(&b) == ERR_OK && span_copy(buf_span(&b), to, HEX));
}

enum err
proc_law_paths(struct instance *in, char (*ret_path)[PATH_MAX], size_t *ret_n,
	struct why *reterr_why)
{
	struct proc_law_file files[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	char hex[HEX];
	size_t n = 0;
	enum err e;

	if (in->law == NULL)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"%s: no agreement is loaded", in->path);
	hex_of(in->law_hash, hex);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	e = proc_law_files(in, in->law_hash, files, text, &n);
	for (size_t i = 0; i < n; i++)
		if (snprintf(ret_path[i], PATH_MAX, "%s/law/%s/%zu-%s",
			    in->path, hex, i, files[i].name) >= PATH_MAX)
			e = ERR_TOO_LARGE;
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&text[i]);
	*ret_n = e == ERR_OK ? n : 0;
	return e;
}

enum err
proc_law_parse(const struct proc_law_file *files, size_t n,
	struct law **ret_law, uint8_t ret_hash[32], struct law_error *reterr,
	const char **reterr_file)
{
	OWNED(law) law = NULL;
	OWNED_BUF(all, PROC_LAW_FILES * LAW_FILE_MAX);
	enum err e = law_new(&law);

	*reterr_file = "";
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		*reterr_file = files[i].name;
		e = law_add(law, files[i].name, files[i].text, reterr);
		buf_sized(&all, span_text(files[i].name));
		buf_sized(&all, files[i].text);
	}
	if (e == ERR_OK)
		e = law_seal(law, reterr);
	if (e == ERR_OK)
		e = buf_error(&all);
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&all), ret_hash);
	*ret_law = law_take(&law);
	return ERR_OK;
}

enum err
proc_law_write_set(int dir, const struct proc_law_file *files, size_t n,
	const uint8_t hash[32])
{
	OWNED_FD laws = -1;
	OWNED_FD set = -1;
	char hex[HEX];
	enum err e = os_folder(dir, "law", true, &laws);

	hex_of(hash, hex);
	if (e == ERR_OK)
		e = os_folder(laws, hex, true, &set);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		char name[128];

		(void)snprintf(name, sizeof(name), "%zu-%s", i, files[i].name);
		e = os_write(set, name, files[i].text, 0600);
	}
	return e == ERR_OK ? os_sync(laws) : e;
}

enum err
proc_law_write(int dir, const struct proc_law_file *files, size_t n,
	const uint8_t hash[32])
{
	char hex[HEX];
	enum err e = proc_law_write_set(dir, files, n, hash);

	hex_of(hash, hex);
	return e == ERR_OK ? os_write(dir, "law/current", span_text(hex), 0600)
			   : e;
}

enum err
proc_law_choose(struct instance *in, const uint8_t hash[32])
{
	char hex[HEX];

	hex_of(hash, hex);
	return store_put(in->store, "law", span_text(hex));
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct proc_law_file *)a)->name,
		((const struct proc_law_file *)b)->name);
}

/* The names of a set's files, in order; they carry their number. */
static enum err
list_set(int set, struct proc_law_file *files, size_t *ret_n)
{
	DIR *dir = fdopendir(dup(set));
	struct dirent *entry;
	size_t n = 0;

	if (dir == NULL)
		return err_origin(ERR_IO);
	while (n < PROC_LAW_FILES && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
			span_copy(span_text(entry->d_name), files[n].name,
				sizeof(files[n].name)))
			n++;
	(void)closedir(dir);
	qsort(files, n, sizeof(*files), by_name);
	*ret_n = n;
	return ERR_OK;
}

static enum err
read_files(int set, struct proc_law_file *files, struct buf *text, size_t n)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = os_read(set, files[i].name, &text[i]);
		files[i].text = buf_span(&text[i]);
		/* without "0-" */
		memmove(files[i].name, files[i].name + 2,
			sizeof(files[i].name) - 2);
	}
	return e;
}

enum err
proc_law_files(struct instance *in, const uint8_t hash[32],
	struct proc_law_file files[PROC_LAW_FILES],
	struct buf text[PROC_LAW_FILES], size_t *ret_n)
{
	OWNED_FD laws = -1;
	OWNED_FD set = -1;
	char hex[HEX];
	enum err e = os_folder(in->dir, "law", false, &laws);

	hex_of(hash, hex);
	if (e == ERR_OK)
		e = os_folder(laws, hex, false, &set);
	if (e == ERR_OK)
		e = list_set(set, files, ret_n);
	if (e == ERR_OK)
		e = read_files(set, files, text, *ret_n);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "law/%.16s...: %s", hex,
				     err_text(e));
}

/* Is there a receipt that holds?  What is wrong with it stops nothing that
 * only reads. */
static enum err
look_at_proof(struct instance *in, const struct proc_law_file *files, size_t n,
	const uint8_t hash[32], const struct law *law)
{
	OWNED_PROOF(proof);
	enum err e = proc_proof_kept(in->dir, hash, &proof);

	in->unproved = (struct why){""};
	if (e == ERR_OK)
		e = proc_proof_check(in->registers, in->at, law, files, n,
			buf_span(&proof.receipt),
			buf_span(&proof.receipt_signature), &in->unproved);
	in->proved = e == ERR_OK;
	if (err_is_refusal(e) && in->unproved.text[0] == '\0')
		(void)why_set(&in->unproved, e, "%s", err_text(e));
	return err_is_failure(e) ? e : ERR_OK;
}

static enum err
read_set(struct instance *in, const uint8_t want[32], bool with_proof,
	struct law **ret_law)
{
	struct proc_law_file files[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	struct law_error at = {0};
	const char *file = "";
	uint8_t hash[32] = {0};
	char hex[HEX];
	size_t n = 0;
	enum err e;

	hex_of(want, hex);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	e = proc_law_files(in, want, files, text, &n);
	if (e == ERR_OK) {
		e = proc_law_parse(files, n, ret_law, hash, &at, &file);
		/* Sound when it was loaded: so it is not what it was. */
		if (err_is_refusal(e))
			e = instance_says(in, ERR_DAMAGED,
				"law/%.16s...: %s:%u: %s", hex, file, at.line,
				at.text);
	}
	if (e == ERR_OK && memcmp(hash, want, 32) != 0) {
		*ret_law = law_free(*ret_law);
		e = instance_says(in, ERR_DAMAGED,
			"law/%.16s...: not the files that were loaded", hex);
	}
	if (e == ERR_OK && with_proof)
		e = look_at_proof(in, files, n, want, *ret_law);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&text[i]);
	return e;
}

enum err
proc_law_read(struct instance *in, const uint8_t want[32], struct law **ret_law)
{
	return read_set(in, want, false, ret_law);
}

/* Which set is in use: as the store has it; in an instance that never loaded
 * another than its first, as the file has it. */
static enum err
read_current(struct instance *in, struct buf *hex)
{
	OWNED_BUF(file, HEX);
	enum err e = store_get(in->store, "law", hex);
	enum err e_file = os_read(in->dir, "law/current", &file);

	if (e == ERR_NOT_FOUND) {
		if (e_file == ERR_OK)
			buf_bytes(hex, buf_span(&file));
		return e_file == ERR_OK ? buf_error(hex) : e_file;
	}
	if (e != ERR_OK || span_eq(buf_span(hex), buf_span(&file)))
		return e;
	return os_write(in->dir, "law/current", buf_span(hex), 0600);
}

enum err
proc_law_current(struct instance *in)
{
	OWNED_BUF(hex, HEX);
	enum err e;

	in->law = law_free(in->law);
	in->proved = false;
	e = read_current(in, &hex);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK && !code_hex_parse(buf_span(&hex), in->law_hash, 32))
		e = ERR_DAMAGED;
	if (e != ERR_OK)
		return instance_says(in, e, "law/current: %s", err_text(e));
	return read_set(in, in->law_hash, true, &in->law);
}

enum err
proc_law_proved(const struct instance *in, struct why *reterr_why)
{
	if (in->law == NULL || in->proved)
		return ERR_OK;
	return why_set(reterr_why, ERR_NOT_ALLOWED,
		"%s has no receipt that holds (%s): weir agreement prove makes "
		"one, weir agreement load takes it",
		law_agreement_id(in->law), in->unproved.text);
}
