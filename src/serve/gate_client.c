/* SPDX-License-Identifier: Apache-2.0 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "os/file.h"
#include "serve/gate_int.h"

/* What is wrong, in the order in which it helps to hear it. */
static const char *
why_not(unsigned status)
{
	if ((status & GNUTLS_CERT_EXPIRED) != 0)
		return "the certificate has expired: come with a new one";
	if ((status & GNUTLS_CERT_NOT_ACTIVATED) != 0)
		return "the certificate is not valid yet";
	if ((status & GNUTLS_CERT_REVOKED) != 0)
		return "the certificate was revoked";
	if ((status & GNUTLS_CERT_PURPOSE_MISMATCH) != 0)
		return "the certificate is not for a client of TLS";
	if ((status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
		return "the certificate is by no authority that this service "
		       "knows: whoever runs it has the list";
	return "the certificate does not hold";
}

/* The whole chain, for what a client's certificate is for. */
static enum gate_client
verify(gnutls_session_t session, const char **ret_why)
{
	static const char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	/* Its type is for data that is not const. */
	gnutls_typed_vdata_st for_client = {GNUTLS_DT_KEY_PURPOSE_OID,
		(unsigned char *)(uintptr_t)purpose, 0};
	unsigned status = 0;

	if (gnutls_certificate_verify_peers(session, &for_client, 1, &status) !=
		GNUTLS_E_SUCCESS) {
		*ret_why = "the certificate cannot be read";
		return GATE_REFUSED;
	}
	if (status == 0)
		return GATE_KNOWN;
	*ret_why = why_not(status);
	return GATE_REFUSED;
}

/* A connection may outlive what it was begun with. */
static int64_t
until_of(const gnutls_datum_t *chain, unsigned n)
{
	int64_t until = INT64_MAX;

	for (unsigned i = 0; i < n; i++) {
		gnutls_x509_crt_t cert;
		int64_t ends = 0;

		if (gnutls_x509_crt_init(&cert) != GNUTLS_E_SUCCESS)
			return 0;
		if (gnutls_x509_crt_import(cert, &chain[i],
			    GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
			ends = (int64_t)gnutls_x509_crt_get_expiration_time(
				cert);
		gnutls_x509_crt_deinit(cert);
		until = ends < until ? ends : until;
	}
	return until;
}

static void
look_again(struct gate_connection *on)
{
	if (on->client != GATE_KNOWN || os_now() < on->until)
		return;
	on->client = GATE_REFUSED;
	on->why = why_not(GNUTLS_CERT_EXPIRED);
}

void
gate_client_read(struct gate *gate, struct gate_connection *on)
{
	const union MHD_ConnectionInfo *info;
	const gnutls_datum_t *chain;
	gnutls_session_t session;
	unsigned n = 0;

	if (on->client != GATE_UNKNOWN) {
		look_again(on);
		return;
	}
	on->client = GATE_NOBODY;
	info = MHD_get_connection_info(
		on->c, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info == NULL)
		return;
	session = (gnutls_session_t)info->tls_session;
	chain = gnutls_certificate_get_peers(session, &n);
	if (chain == NULL || n == 0)
		return;
	on->client = verify(session, &on->why);
	on->until = until_of(chain, n);
	buf_bytes(&on->der, span_of(chain[0].data, chain[0].size));
	if (buf_error(&on->der) != ERR_OK) {
		on->client = GATE_REFUSED;
		on->why = "the certificate is too long";
	}
	if (on->client == GATE_KNOWN)
		gate_limit_connect(gate, on);
}
