/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CMS from outside: signatures beside a manifest, packages on an officer's
 * disk, certificates and keys.  First byte: which reader.  The certificate and
 * key are of this run; what the corpus holds was made for others, so nothing
 * verifies, and everything up to the signature is reached.
 */
#include <stdint.h>
#include <stdlib.h>

#include "crypto/crypto.h"

static struct crypto_cert *cert;
static struct crypto_key *key;

static void
set_up(void)
{
	OWNED_BUF(key_pem, 65536);
	OWNED_BUF(cert_pem, 65536);

	if (cert != NULL)
		return;
	must(crypto_init() == ERR_OK);
	must(crypto_make_identity("fuzz", "fuzz", 0, 1LL << 32, &key_pem,
		     &cert_pem) == ERR_OK);
	must(crypto_cert_parse(buf_span(&cert_pem), &cert) == ERR_OK);
	must(crypto_key_parse(buf_span(&key_pem), &key) == ERR_OK);
}

static void
read_cert(struct span bytes)
{
	OWNED(crypto_cert) read = NULL;
	OWNED(crypto_cert) again = NULL;
	OWNED_BUF(pem, 1 << 20);
	uint8_t a[CRYPTO_SHA256];
	uint8_t b[CRYPTO_SHA256];
	struct why why;
	char name[64];

	if (crypto_cert_parse(bytes, &read) != ERR_OK)
		return;
	crypto_cert_name(read, name, sizeof(name));
	must(span_is_utf8(span_text(name)));
	(void)crypto_cert_valid_on(read, 0);
	if (crypto_cert_usable(read, &why) != ERR_OK)
		must(why.text[0] != '\0');
	(void)crypto_cert_fits_key(read, key);
	/* What was read once reads again, as the same person. */
	crypto_cert_pem(read, &pem);
	must(crypto_cert_parse(buf_span(&pem), &again) == ERR_OK);
	crypto_cert_fingerprint(read, a);
	crypto_cert_fingerprint(again, b);
	must(crypto_same(a, b, sizeof(a)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(crypto_key) other = NULL;
	OWNED_BUF(plain, 1 << 20);
	struct span rest = size == 0 ? SPAN("") : span_of(data + 1, size - 1);
	const struct crypto_cert *allowed[1];
	struct why why;
	size_t signer;

	set_up();
	allowed[0] = cert;
	switch (size == 0 ? 0 : data[0] & 3) {
	case 0:
		must(crypto_cms_verify(rest, SPAN("x"), allowed, 1, 1, &signer,
			     &why) != ERR_OK);
		break;
	case 1:
		if (crypto_cms_open(key, cert, rest, &plain) != ERR_OK)
			must(plain.n == 0);
		break;
	case 2:
		read_cert(rest);
		break;
	default:
		if (crypto_key_parse(rest, &other) == ERR_OK)
			must(other != NULL);
		break;
	}
	return 0;
}
