/* SPDX-License-Identifier: Apache-2.0 */
/* A client's connection, without waiting. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "bench/bench.h"
#include "bench/bench_load.h"
#include "os/file.h"

enum { OUT_MAX = 1 << 18, PART = 1 << 14, PATH = 1024 };

bool
bench_target_read(const char *url, struct bench_target *t)
{
	struct span rest = span_text(url);
	struct span scheme = SPAN("https://");
	uint64_t port;

	if (span_starts(rest, scheme)) {
		struct span host;

		rest = span_of(rest.at + scheme.n, rest.n - scheme.n);
		host = span_cut(&rest, ':');
		if (span_copy(host, t->host, sizeof(t->host)) &&
			num_parse(rest, 65535, &port) &&
			span_copy(rest, t->port, sizeof(t->port)))
			return true;
	}
	bench_error("%s: https://HOST:PORT", url);
	return false;
}

SSL_CTX *
bench_client(const char *path, const char *ca)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char cert[PATH];
	char key[PATH];

	(void)snprintf(cert, sizeof(cert), "%s.crt", path);
	(void)snprintf(key, sizeof(key), "%s.key", path);
	if (ctx != NULL &&
		SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
		SSL_CTX_use_certificate_chain_file(ctx, cert) == 1 &&
		SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1 &&
		SSL_CTX_load_verify_locations(ctx, ca, NULL) == 1) {
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_mode(
			ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
		return ctx;
	}
	bench_error("%s.crt, %s.key, %s: cannot be read", path, path, ca);
	SSL_CTX_free(ctx);
	return NULL;
}

void
bench_conn_init(struct bench_conn *c, SSL_CTX *who)
{
	*c = (struct bench_conn){.fd = -1, .who = who};
	buf_init(&c->out, OUT_MAX);
	buf_init(&c->in, CONN_IN);
}

void
bench_conn_close(struct bench_conn *c)
{
	SSL_free(c->ssl);
	c->ssl = NULL;
	os_close(&c->fd);
	c->open = false;
	c->sent = 0;
	buf_clear(&c->in);
}

void
bench_conn_fini(struct bench_conn *c)
{
	bench_conn_close(c);
	buf_fini(&c->out);
	buf_fini(&c->in);
}

/* ---- opening ---- */

static int
open_socket(const struct bench_target *t)
{
	const struct addrinfo want = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *all = NULL;
	int fd = -1;
	int one = 1;

	if (getaddrinfo(t->host, t->port, &want, &all) != 0)
		return -1;
	for (struct addrinfo *a = all; a != NULL && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0)
			os_close(&fd);
	}
	freeaddrinfo(all);
	if (fd >= 0 && (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
			       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
				       sizeof(one)) != 0))
		os_close(&fd);
	return fd;
}

static bool
open_conn(struct bench_conn *c, const struct bench_target *t)
{
	c->fd = open_socket(t);
	if (c->fd < 0)
		return false;
	c->ssl = SSL_new(c->who);
	if (c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1 &&
		SSL_set_tlsext_host_name(c->ssl, t->host) == 1 &&
		SSL_set1_host(c->ssl, t->host) == 1) {
		SSL_set_connect_state(c->ssl);
		return true;
	}
	bench_conn_close(c);
	return false;
}

bool
bench_conn_ask(struct bench_conn *c, const struct bench_target *t,
	const char *path, const char *type, struct span body)
{
	buf_clear(&c->out);
	buf_clear(&c->in);
	c->sent = 0;
	buf_printf(&c->out, "%s %s HTTP/1.1\r\nHost: %s:%s\r\n",
		type == NULL ? "GET" : "POST", path, t->host, t->port);
	if (type != NULL)
		buf_printf(&c->out,
			"Content-Type: %s\r\nContent-Length: %zu\r\n", type,
			body.n);
	buf_text(&c->out, "\r\n");
	buf_bytes(&c->out, body);
	c->busy = true;
	c->wants_write = true;
	return buf_error(&c->out) == ERR_OK && (c->fd >= 0 || open_conn(c, t));
}

/* ---- going on ---- */

/* True where it is to be asked again later; else it is over. */
static bool
is_for_later(struct bench_conn *c, int done)
{
	int why = SSL_get_error(c->ssl, done);

	c->wants_write = why == SSL_ERROR_WANT_WRITE;
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

/* The header's value; a header's name is looked for as it is written. */
static struct span
header_of(struct span head, const char *name)
{
	while (head.n > 0) {
		struct span value = span_cut(&head, '\n');
		struct span is = span_cut(&value, ':');

		if (span_eq_nocase(is, span_text(name)))
			return span_trim(value);
	}
	return span_of(NULL, 0);
}

/* 0: not whole yet. */
static int
status_of(struct bench_conn *c)
{
	static const char end[] = "\r\n\r\n";
	const uint8_t *at = memmem(c->in.at, c->in.n, end, 4);
	struct span head;
	struct span rest;
	uint64_t length = 0;
	uint64_t status = 0;
	size_t n;

	if (c->in.n == 0 || at == NULL)
		return 0;
	n = (size_t)(at - c->in.at) + 4;
	head = span_of(c->in.at, n);
	(void)num_parse(header_of(head, "Content-Length"), CONN_IN, &length);
	if (c->in.n < n + length)
		return 0;
	rest = head;
	(void)span_cut(&rest, ' ');
	if (!num_parse(span_cut(&rest, ' '), 599, &status) || status < 200)
		return -1;
	c->busy = false;
	if (span_eq_nocase(header_of(head, "Connection"), SPAN("close")))
		bench_conn_close(c);
	return (int)status;
}

static int
read_some(struct bench_conn *c)
{
	uint8_t part[PART];

	for (;;) {
		int n = SSL_read(c->ssl, part, sizeof(part));
		int status;

		if (n <= 0)
			return is_for_later(c, n) ? 0 : -1;
		buf_bytes(&c->in, span_of(part, (size_t)n));
		status = buf_error(&c->in) == ERR_OK ? status_of(c) : -1;
		if (status != 0)
			return status;
	}
}

int
bench_conn_step(struct bench_conn *c)
{
	int done;

	ERR_clear_error();
	if (!c->open) {
		done = SSL_do_handshake(c->ssl);
		if (done != 1)
			return is_for_later(c, done) ? 0 : -1;
		c->open = true;
	}
	while (c->busy && c->sent < c->out.n) {
		done = SSL_write(
			c->ssl, c->out.at + c->sent, (int)(c->out.n - c->sent));
		if (done <= 0)
			return is_for_later(c, done) ? 0 : -1;
		c->sent += (size_t)done;
	}
	c->wants_write = false;
	done = read_some(c);
	/* what is heard while nothing is asked is the end of it */
	return done;
}
