/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_letter.h"

#include "base/code.h"
#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_lines.h"
#include "proc/proc_package.h"

enum { READ_BYTES = 1 << 16 };

/* ---- the manifest ---- */

static enum err
hash_file(int fd, uint8_t sha384[CRYPTO_SHA384])
{
	static uint8_t some[READ_BYTES];
	OWNED(crypto_sha384) hash = NULL;
	size_t n = 0;
	enum err e = crypto_sha384_new(&hash);

	if (e == ERR_OK)
		e = os_rewind(fd);
	do {
		if (e == ERR_OK)
			e = os_read_some(fd, some, sizeof(some), &n);
		if (e == ERR_OK)
			crypto_sha384_add(hash, span_of(some, n));
	} while (e == ERR_OK && n > 0);
	if (e == ERR_OK)
		crypto_sha384_end(hash, sha384);
	return e;
}

static enum err
count_lines(int fd, bool csv, uint64_t *ret_n)
{
	struct proc_lines *lines = mem_zeroed(sizeof(*lines));
	struct proc_line line;
	bool end = false;
	enum err e;

	*ret_n = 0;
	if (lines == NULL)
		return err_origin(ERR_NOMEM);
	e = proc_lines_begin(lines, fd, csv);
	while (e == ERR_OK) {
		e = proc_lines_next(lines, &line, &end);
		if (e != ERR_OK || end)
			break;
		++*ret_n;
	}
	mem_free(lines);
	if (csv && *ret_n > 0) /* the header */
		--*ret_n;
	return e;
}

enum err
proc_manifest_make(int requests, bool csv, struct request_manifest *manifest,
	struct why *reterr_why)
{
	uint64_t n = 0;
	enum err e = count_lines(requests, csv, &n);

	if (e == ERR_OK && (n == 0 || n > MANIFEST_COUNT_MAX))
		return why_set(reterr_why, ERR_MALFORMED,
			n == 0 ? "there is no request in it"
			       : "a batch has up to 100,000,000 requests");
	manifest->count = (uint32_t)n;
	return e == ERR_OK ? hash_file(requests, manifest->sha384) : e;
}

void
proc_manifest_json(const struct request_manifest *m, struct buf *to)
{
	char day[DAY_TEXT];

	day_text(m->date, day);
	buf_text(to, "{\"weir:agreementID\":");
	buf_json(to, span_text(m->agreement));
	buf_printf(to,
		",\"weir:sequence\":%u,\"weir:count\":%u,\"weir:sha384\":\"",
		m->sequence, m->count);
	code_hex(to, span_of(m->sha384, sizeof(m->sha384)));
	buf_text(to, "\",\"weir:certifier\":{\"weir:officerID\":");
	buf_json(to, span_text(m->certifier_id));
	buf_text(to, ",\"nc:PersonFullName\":");
	buf_json(to, span_text(m->certifier_name));
	buf_text(to, ",\"weir:roleText\":");
	buf_json(to, span_text(m->certifier_role));
	buf_printf(to, "},\"weir:date\":\"%s\"}\n", day);
}

/* ---- signing ---- */

static enum err
is_manifest(struct span document, struct why *why)
{
	OWNED(request_reader) reader = NULL;
	struct request_manifest manifest;
	enum err e = request_reader_new(&reader);

	return e == ERR_OK ? request_manifest_parse(
				     reader, document, &manifest, why)
			   : e;
}

static enum err
is_letter(struct span document, struct why *why)
{
	static struct letter letter;
	struct arena arena;
	enum err e = arena_init(&arena, LETTER_ARENA);

	letter_init();
	if (e == ERR_OK)
		e = letter_parse(document, &arena, &letter, why);
	arena_fini(&arena);
	return e;
}

enum err
proc_sign_document(struct span document, const struct instance_actor *signer,
	struct buf *ret_signature, struct why *reterr_why)
{
	struct why manifest = {""};
	struct why letter = {""};
	enum err e = is_manifest(document, &manifest);

	if (err_is_refusal(e))
		e = is_letter(document, &letter);
	if (err_is_refusal(e))
		return why_set(reterr_why, ERR_MALFORMED,
			"neither a manifest (%.90s) nor a letter (%.90s)",
			manifest.text, letter.text);
	return e == ERR_OK ? instance_actor_cms(signer, document, ret_signature,
				     reterr_why)
			   : e;
}

enum err
proc_letter_sign(const struct letter *letter,
	const struct instance_actor *signer, struct buf *ret_document,
	struct buf *ret_signature, struct why *reterr_why)
{
	enum err e = letter_check(letter, reterr_why);

	if (e != ERR_OK)
		return e;
	letter_json(letter, ret_document);
	e = buf_error(ret_document);
	if (e == ERR_TOO_LARGE)
		return why_set(reterr_why, e,
			"the letter is longer than %d bytes: name fewer "
			"requests",
			LETTER_BYTES_MAX);
	return e == ERR_OK ? instance_actor_cms(signer, buf_span(ret_document),
				     ret_signature, reterr_why)
			   : e;
}

enum err
proc_letter_package(struct span file, const struct instance_actor *officer,
	const struct ledger_vkey *vkey, struct arena *arena,
	struct letter_item *ret_item, struct why *reterr_why)
{
	struct proc_package p;
	enum err e = proc_package_open(
		file, officer->key, officer->cert, &p, reterr_why);

	if (e == ERR_OK)
		e = proc_package_check(&p, officer->cert, vkey, reterr_why);
	if (e == ERR_OK) {
		ret_item->request = arena_copy(arena, p.package.request_id);
		crypto_sha256(file, ret_item->package);
		e = arena->overflow ? err_origin(ERR_NOMEM) : ERR_OK;
	}
	proc_package_close(&p);
	return e;
}
