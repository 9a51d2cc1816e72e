/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_unwrap.h"

#include "base/mem.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_parsed.h"
#include "proc/proc_sandbox.h"

struct child {
	const struct proc_unwrap *of;
	int fd; /* the socket */
	struct crypto_cert **cert;
};

/* ---- the process ---- */

static enum err
read_some(void *context, uint8_t *to, size_t size, size_t *ret_n)
{
	const struct child *c = context;

	return os_read_some(c->of->file, to, size, ret_n);
}

static enum err
give(void *context, struct span piece)
{
	const struct child *c = context;

	return parsed_piece(c->fd, piece);
}

static enum err
read_certs(struct child *c)
{
	enum err e = ERR_OK;

	c->cert = mem_zeroed((c->of->n_signers + 1) * sizeof(*c->cert));
	if (c->cert == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; e == ERR_OK && i < c->of->n_signers; i++)
		e = crypto_cert_parse(buf_span(&c->of->signer[i]), &c->cert[i]);
	return e;
}

static enum err
unwrap(int fd, void *context)
{
	struct child c = {.of = context, .fd = fd};
	const struct crypto_stream stream = {read_some, give, &c};
	struct why why = {""};
	size_t signer = 0;
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_FRONT, NULL, 0);
	if (e == ERR_OK)
		e = read_certs(&c);
	if (e == ERR_OK)
		e = crypto_cms_unwrap(&stream, c.of->most,
			(const struct crypto_cert *const *)c.cert,
			c.of->n_signers, c.of->at, &signer, &why);
	return parsed_end(fd, e, &why);
}

/* ---- who asked for it ---- */

static enum err
put(void *mine, struct span piece)
{
	return os_write_all(*(const int *)mine, piece);
}

enum err
proc_unwrap(const struct proc_unwrap *of, struct why *reterr_why)
{
	struct proc_unwrap copy = *of;
	int to = of->to;
	enum err e = proc_parsed(unwrap, &copy, of->file, put, &to, reterr_why);

	return e == ERR_OK ? os_sync(of->to) : e;
}
