/* SPDX-License-Identifier: Apache-2.0 */
#include "console_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_people.h"
#include "proc/proc_registers.h"

static struct crypto_cert *
make(struct instance *in, const char *who, const char *name)
{
	OWNED_FD sandbox = -1;
	struct crypto_cert *cert = NULL;

	assert_int_equal(
		os_folder(in->dir, "sandbox", false, &sandbox), ERR_OK);
	assert_int_equal(
		proc_people_make(sandbox, who, name, PEOPLE_SANDBOX, &cert),
		ERR_OK);
	return cert;
}

void
console_person_make(struct instance *in, const char *who, const char *name)
{
	(void)crypto_cert_free(make(in, who, name));
}

void
console_person_add(struct instance *in, const char *who, const char *role,
	const char *name)
{
	struct register_row row = {.id = REG_ROLE};
	struct crypto_cert *cert = make(in, who, name);
	OWNED_BUF(der, 1 << 14);
	uint8_t print[32];

	crypto_cert_der(cert, &der);
	crypto_cert_fingerprint(cert, print);
	(void)crypto_cert_free(cert);
	register_put(&row, REG_ROLE_PRINT, span_of(print, sizeof(print)));
	register_put(&row, REG_ROLE_ROLE, span_text(role));
	register_put(&row, REG_ROLE_NAME, span_text(name));
	register_put(&row, REG_ROLE_CERT, buf_span(&der));
	if (strcmp(role, "requester") == 0)
		register_put(&row, REG_ROLE_AGENCY, SPAN("us.dhs.ice"));
	assert_int_equal(account_begin(in), ERR_OK);
	assert_int_equal(
		proc_registers_change(in, REG_ADD, &row, in->at), ERR_OK);
	assert_int_equal(proc_registers_finish(in), ERR_OK);
}
