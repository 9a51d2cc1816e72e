/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_front_int.h"

#include "base/read.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_lines.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

enum {
	CHUNK_MAX = 1 << 24,
	ENCODED_MAX = 1 << 17,
	EVIDENCE_MAX = 4096,
	READ_BYTES = 1 << 16,
};

struct front {
	int fd;
	struct proc_front_file file;
	struct request_reader *reader;
	struct arena arena;
	struct request_csv csv;
	struct proc_lines lines;
	bool begun; /* lines, after the header of a CSV */
	struct buf chunk;
};
_Static_assert(FRONT_CHUNK *(ENCODED_MAX + EVIDENCE_MAX) < CHUNK_MAX,
	"a chunk of the longest lines can be sent");

/* ---- one line ---- */

void
front_line_put(
	struct buf *to, const struct front_line *line, struct buf *scratch)
{
	buf_u64be(to, line->line);
	buf_u64be(to, line->offset);
	buf_u64be(to, line->length);
	buf_u64be(to, line->keys.person);
	buf_u64be(to, line->keys.duplicate);
	buf_u64be(to, line->keys.reason);
	buf_clear(scratch);
	evidence_encode(&line->evidence, scratch);
	buf_sized(to, buf_span(scratch));
	buf_clear(scratch);
	request_encode(&line->request, scratch);
	buf_sized(to, buf_span(scratch));
	if (buf_error(scratch) != ERR_OK && to->error == ERR_OK)
		to->error = buf_error(scratch);
}

enum err
front_line_read(struct span *chunk, struct front_line *ret_line)
{
	struct reader r = read_from(*chunk);
	struct front_line line = {
		.line = read_u64be(&r),
		.offset = read_u64be(&r),
		.length = read_u64be(&r),
		.keys.person = read_u64be(&r),
		.keys.duplicate = read_u64be(&r),
		.keys.reason = read_u64be(&r),
	};
	struct span evidence = read_sized(&r, EVIDENCE_MAX);

	line.encoded = read_sized(&r, ENCODED_MAX);
	if (!read_ok(&r) || !evidence_decode(evidence, &line.evidence) ||
		request_from_bytes(line.encoded, &line.request) != ERR_OK)
		return err_origin(ERR_PEER);
	*chunk = r.left;
	*ret_line = line;
	return ERR_OK;
}

static void
grade(struct front_line *line, int32_t today)
{
	request_grade(&line->request, today, &line->evidence);
	line->keys = request_keys(&line->request);
}

enum err
front_grade(struct request_reader *reader, struct span raw, int32_t today,
	struct arena *arena, struct front_line *ret_line)
{
	enum err e = ERR_OK;

	*ret_line = (struct front_line){.length = raw.n};
	arena_reset(arena);
	if (raw.n > REQUEST_LINE_MAX)
		request_refuse_line(
			&ret_line->request, "the line is longer than 64 KiB");
	else
		e = request_decode_json(reader, raw, arena, &ret_line->request);
	if (e == ERR_OK)
		grade(ret_line, today);
	return e;
}

static enum err
decode_line(
	struct front *f, const struct proc_line *raw, struct front_line *line)
{
	enum err e = ERR_OK;

	arena_reset(&f->arena);
	if (raw->too_long)
		request_refuse_line(
			&line->request, "the line is longer than 64 KiB");
	else if (f->file.csv)
		e = request_decode_csv(
			&f->csv, raw->bytes, &f->arena, &line->request);
	else
		e = request_decode_json(
			f->reader, raw->bytes, &f->arena, &line->request);
	if (e == ERR_OK)
		grade(line, f->file.today);
	return e;
}

/* ---- the whole file ---- */

static enum err
hash_file(struct front *f, struct front_file *file)
{
	static uint8_t some[READ_BYTES];
	OWNED(crypto_sha384) hash = NULL;
	enum err e = crypto_sha384_new(&hash);

	if (e == ERR_OK)
		e = os_rewind(f->file.fd);
	while (e == ERR_OK) {
		size_t n = 0;

		e = os_read_some(f->file.fd, some, sizeof(some), &n);
		if (e != ERR_OK || n == 0)
			break;
		crypto_sha384_add(hash, span_of(some, n));
		file->bytes += n;
	}
	if (e == ERR_OK)
		crypto_sha384_end(hash, file->sha384);
	return e;
}

static enum err
count_lines(struct front *f, struct front_file *file)
{
	enum err e = proc_lines_begin(&f->lines, f->file.fd, f->file.csv);

	while (e == ERR_OK) {
		struct proc_line line;
		bool end = false;

		e = proc_lines_next(&f->lines, &line, &end);
		if (e != ERR_OK || end)
			break;
		file->lines++;
	}
	if (e == ERR_OK && f->file.csv && file->lines > 0)
		file->lines--;
	return e;
}

static enum err
read_header(struct front *f, struct why *why)
{
	struct proc_line line;
	bool end = false;
	enum err e = proc_lines_begin(&f->lines, f->file.fd, f->file.csv);

	f->begun = e == ERR_OK;
	if (e != ERR_OK || !f->file.csv)
		return e;
	e = proc_lines_next(&f->lines, &line, &end);
	if (e == ERR_OK && (end || line.too_long))
		return why_set(why, ERR_MALFORMED,
			"the CSV has no header that can be read");
	return e == ERR_OK ? request_csv_header(line.bytes, &f->csv, why) : e;
}

static enum err
send_chunk(struct front *f)
{
	enum err e = buf_error(&f->chunk);

	if (e == ERR_OK && f->chunk.n > 0)
		e = wire_send(f->fd, WIRE_FRONT_LINES, buf_span(&f->chunk));
	buf_clear(&f->chunk);
	return e;
}

static enum err
send_lines(struct front *f, uint64_t part, uint64_t of)
{
	OWNED_BUF(scratch, ENCODED_MAX);
	enum err e = ERR_OK;

	for (uint64_t n = 0; e == ERR_OK; n++) {
		struct proc_line raw;
		struct front_line line = {.line = n + 1};
		bool end = false;

		if (n % FRONT_CHUNK == 0)
			e = send_chunk(f);
		if (e == ERR_OK)
			e = proc_lines_next(&f->lines, &raw, &end);
		if (e != ERR_OK || end)
			break;
		if (n / FRONT_CHUNK % of != part)
			continue;
		line.offset = raw.offset;
		line.length = raw.length;
		e = decode_line(f, &raw, &line);
		if (e == ERR_OK)
			front_line_put(&f->chunk, &line, &scratch);
	}
	if (e == ERR_OK)
		e = send_chunk(f);
	return e == ERR_OK ? wire_send(f->fd, WIRE_FRONT_END, span_of(NULL, 0))
			   : e;
}

static enum err
serve_read(struct front *f, struct reader *r, struct why *why)
{
	struct front_file file = {0};
	OWNED_BUF(answer, 64);
	enum err e = read_end(r) && f->file.fd >= 0 ? ERR_OK : ERR_MALFORMED;

	if (e == ERR_OK)
		e = hash_file(f, &file);
	if (e == ERR_OK)
		e = count_lines(f, &file);
	if (e == ERR_OK)
		e = read_header(f, why);
	if (e != ERR_OK)
		return e;
	buf_bytes(&answer, span_of(file.sha384, sizeof(file.sha384)));
	buf_u64be(&answer, file.bytes);
	buf_u64be(&answer, file.lines);
	return wire_send(f->fd, WIRE_FRONT_HASH_IS, buf_span(&answer));
}

static enum err
serve_lines(struct front *f, struct reader *r, struct why *why)
{
	uint32_t part = read_u32be(r);
	uint32_t of = read_u32be(r);
	enum err e =
		f->file.fd >= 0 && read_end(r) && of <= FRONT_PARTS && part < of
			? ERR_OK
			: ERR_MALFORMED;

	if (e == ERR_OK && !f->begun)
		e = read_header(f, why);
	return e == ERR_OK ? send_lines(f, part, of) : e;
}

/* ---- the manifest ---- */

void
front_manifest_encode(const struct request_manifest *m, struct buf *to)
{
	buf_sized(to, span_text(m->agreement));
	buf_u32be(to, m->sequence);
	buf_u32be(to, m->count);
	buf_bytes(to, span_of(m->sha384, sizeof(m->sha384)));
	buf_sized(to, span_text(m->certifier_id));
	buf_sized(to, span_text(m->certifier_name));
	buf_sized(to, span_text(m->certifier_role));
	buf_u32be(to, (uint32_t)m->date);
}

enum err
front_manifest_decode(struct span bytes, struct request_manifest *m)
{
	struct reader r = read_from(bytes);
	struct span hash;
	bool ok = span_copy(
		read_sized(&r, 64), m->agreement, sizeof(m->agreement));

	m->sequence = read_u32be(&r);
	m->count = read_u32be(&r);
	hash = read_bytes(&r, sizeof(m->sha384));
	if (read_ok(&r))
		memcpy(m->sha384, hash.at, hash.n);
	ok = ok &&
	     span_copy(read_sized(&r, 64), m->certifier_id,
		     sizeof(m->certifier_id)) &&
	     span_copy(read_sized(&r, 128), m->certifier_name,
		     sizeof(m->certifier_name)) &&
	     span_copy(read_sized(&r, 128), m->certifier_role,
		     sizeof(m->certifier_role));
	m->date = (int32_t)read_u32be(&r);
	return ok && read_end(&r) ? ERR_OK : err_origin(ERR_PEER);
}

struct signers {
	struct span id[FRONT_SIGNERS];
	struct crypto_cert *cert[FRONT_SIGNERS];
	size_t n;
};

static enum err
read_signers(struct reader *r, struct signers *signers)
{
	size_t n = read_u32be(r);
	enum err e = n <= FRONT_SIGNERS ? ERR_OK : ERR_TOO_LARGE;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		signers->id[i] = read_sized(r, 64);
		e = crypto_cert_parse(
			read_sized(r, 1 << 16), &signers->cert[i]);
		signers->n = i + 1;
	}
	return e;
}

static enum err
check_manifest(struct request_reader *reader, struct reader *r,
	struct signers *signers, struct request_manifest *manifest,
	struct why *why)
{
	struct span bytes = read_sized(r, 1 << 20);
	struct span signature = read_sized(r, 1 << 20);
	int64_t at = (int64_t)read_u64be(r);
	size_t signer = 0;
	enum err e = read_signers(r, signers);

	if (e == ERR_OK && !read_end(r))
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = request_manifest_parse(reader, bytes, manifest, why);
	if (e == ERR_OK)
		e = crypto_cms_verify(signature, bytes,
			(const struct crypto_cert *const *)signers->cert,
			signers->n, at, &signer, why);
	if (e == ERR_OK && !span_eq(signers->id[signer],
				   span_text(manifest->certifier_id)))
		e = why_set(why, ERR_BAD_SIGNATURE,
			"signed by certifier %.*s, but it names %s",
			(int)signers->id[signer].n, signers->id[signer].at,
			manifest->certifier_id);
	return e;
}

static enum err
serve_manifest(struct front *f, struct reader *r, struct why *why)
{
	static struct signers signers;
	struct request_manifest manifest;
	OWNED_BUF(answer, 1 << 16);
	enum err e;

	signers.n = 0;
	e = check_manifest(f->reader, r, &signers, &manifest, why);
	for (size_t i = 0; i < signers.n; i++)
		signers.cert[i] = crypto_cert_free(signers.cert[i]);
	if (e != ERR_OK)
		return e;
	front_manifest_encode(&manifest, &answer);
	e = buf_error(&answer);
	return e == ERR_OK ? wire_send(f->fd, WIRE_FRONT_MANIFEST_IS,
				     buf_span(&answer))
			   : e;
}

/* ---- serving ---- */

static enum err
serve_letter(struct front *f, struct reader *r, struct why *why)
{
	return front_serve_letter(f->fd, r, why);
}

static enum err
serve_signed(struct front *f, struct reader *r, struct why *why)
{
	return front_serve_signed(f->fd, r, why);
}

static enum err
serve_signers(struct front *f, struct reader *r, struct why *why)
{
	return front_serve_signers(f->fd, r, why);
}

static enum err
serve_singles(struct front *f, struct reader *r, struct why *why)
{
	return front_serve_singles(f->fd, f->reader, r, why);
}

static const struct {
	enum wire_message ask;
	enum err (*serve)(struct front *, struct reader *, struct why *);
} permit[] = {
	{WIRE_FRONT_LETTER, serve_letter},
	{WIRE_FRONT_SIGNED, serve_signed},
	{WIRE_FRONT_MANIFEST, serve_manifest},
	{WIRE_FRONT_READ, serve_read},
	{WIRE_FRONT_SEND, serve_lines},
	{WIRE_FRONT_SIGNERS, serve_signers},
	{WIRE_FRONT_SINGLES, serve_singles},
};

static enum err
serve_message(struct front *f, enum wire_message m, struct span payload)
{
	struct reader r = read_from(payload);
	struct why why = {""};

	for (size_t i = 0; i < sizeof(permit) / sizeof(permit[0]); i++) {
		enum err e;

		if (permit[i].ask != m)
			continue;
		e = permit[i].serve(f, &r, &why);
		if (e == ERR_OK || e == ERR_PEER)
			return e;
		if (why.text[0] == '\0')
			(void)why_set(&why, e, "%s", err_text(e));
		return wire_refuse(f->fd, WIRE_FRONT_REFUSE, e, &why);
	}
	return err_origin(ERR_PEER);
}

static enum err
serve_all(struct front *f)
{
	OWNED_BUF(payload, 1 << 23);
	enum wire_message m;
	enum err e;

	while ((e = wire_receive(f->fd, &payload, &m)) == ERR_OK && m != 0) {
		e = serve_message(f, m, buf_span(&payload));
		if (e != ERR_OK)
			break;
	}
	return e;
}

enum err
proc_front(int fd, void *context)
{
	static struct front f;
	enum err e = crypto_init();

	f.fd = fd;
	f.file = *(struct proc_front_file *)context;
	buf_init(&f.chunk, CHUNK_MAX);
	person_init();
	letter_init();
	if (e == ERR_OK)
		e = request_reader_new(&f.reader);
	if (e == ERR_OK)
		e = arena_init(&f.arena, 4 * REQUEST_ARENA_MAX);
	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_FRONT, NULL, 0);
	if (e == ERR_OK)
		e = serve_all(&f);
	f.reader = request_reader_free(f.reader);
	arena_fini(&f.arena);
	buf_fini(&f.chunk);
	return e;
}

/* ---- the judge's side ---- */

enum err
front_manifest(struct proc_peer *front, struct span manifest,
	struct span signature, const struct front_signer *signers,
	size_t n_signers, int64_t at, struct request_manifest *ret_manifest,
	struct why *reterr_why)
{
	OWNED_BUF(question, 1 << 22);
	OWNED_BUF(answer, 1 << 16);
	enum err e;

	buf_sized(&question, manifest);
	buf_sized(&question, signature);
	buf_u64be(&question, (uint64_t)at);
	buf_u32be(&question, (uint32_t)n_signers);
	for (size_t i = 0; i < n_signers; i++) {
		buf_sized(&question, signers[i].id);
		buf_sized(&question, signers[i].cert);
	}
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			front->fd, WIRE_FRONT_MANIFEST, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(front->fd, WIRE_FRONT_MANIFEST_IS,
			WIRE_FRONT_REFUSE, &answer, reterr_why);
	if (e == ERR_OK)
		e = front_manifest_decode(buf_span(&answer), ret_manifest);
	return e;
}

enum err
front_begin(struct proc_peer *front, struct front_file *ret_file,
	struct why *reterr_why)
{
	OWNED_BUF(answer, 4096);
	struct reader r;
	struct span hash;
	enum err e = wire_send(front->fd, WIRE_FRONT_READ, span_of(NULL, 0));

	if (e == ERR_OK)
		e = wire_expect(front->fd, WIRE_FRONT_HASH_IS,
			WIRE_FRONT_REFUSE, &answer, reterr_why);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	hash = read_bytes(&r, CRYPTO_SHA384);
	ret_file->bytes = read_u64be(&r);
	ret_file->lines = read_u64be(&r);
	if (!read_end(&r))
		return err_origin(ERR_PEER);
	memcpy(ret_file->sha384, hash.at, CRYPTO_SHA384);
	return ERR_OK;
}

enum err
front_send(struct proc_peer *front, uint32_t part, uint32_t of)
{
	OWNED_BUF(question, 8);
	enum err e;

	buf_u32be(&question, part);
	buf_u32be(&question, of);
	e = buf_error(&question);
	return e == ERR_OK ? wire_send(front->fd, WIRE_FRONT_SEND,
				     buf_span(&question))
			   : e;
}

enum err
front_next(struct proc_peer *front, struct buf *chunk, bool *ret_end,
	struct why *reterr_why)
{
	enum wire_message m;
	enum err e = wire_receive(front->fd, chunk, &m);

	if (e != ERR_OK)
		return e;
	*ret_end = m == WIRE_FRONT_END;
	if (m == WIRE_FRONT_LINES || m == WIRE_FRONT_END)
		return ERR_OK;
	return why_set(reterr_why, err_origin(ERR_PEER),
		"the process that reads requests ended: %s",
		m == 0 ? "no more" : wire_message_text(m));
}
