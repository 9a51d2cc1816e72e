/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto_uri - the URI that names a key in a PKCS#11 module (RFC 7512).
 *
 *	pkcs11:token=LABEL;object=LABEL?module-path=FILE.so&pin-source=FILE
 *
 * Before the ? which token (token, serial, manufacturer, model) and which key
 * of it (object, id; type=private may stand there); after it which module and
 * where the PIN is (a path, also as file:/...).  In any order, each once at most,
 * %xx decoded; no other attribute is taken, so that a word that was mistaken
 * never means another key.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum {
	CRYPTO_URI_MAX = 1024,
	CRYPTO_URI_TEXT = 512, /* of one attribute, terminated */
	CRYPTO_URI_ID = 64,
};

/* "": it is not said. */
struct crypto_uri {
	char token[CRYPTO_URI_TEXT];
	char serial[CRYPTO_URI_TEXT];
	char manufacturer[CRYPTO_URI_TEXT];
	char model[CRYPTO_URI_TEXT];
	char object[CRYPTO_URI_TEXT];
	char type[CRYPTO_URI_TEXT]; /* "private" or "" */
	char module_path[CRYPTO_URI_TEXT];
	char pin_source[CRYPTO_URI_TEXT]; /* a path, without file: */
	uint8_t id[CRYPTO_URI_ID];
	size_t n_id;
};

/* Does it begin as one? */
bool crypto_uri_is(const char *text);

/*
 * Refuses MALFORMED, with a sentence: no such URI, an attribute that is not
 * known or stands twice, one that says neither token nor key, a PIN in the URI
 * itself, or a text that could mislead a reader; TOO_LARGE.
 */
MUST_USE enum err crypto_uri_parse(
	struct span text, struct crypto_uri *ret_uri, struct why *reterr_why);
