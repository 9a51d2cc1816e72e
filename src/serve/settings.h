/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * settings - DIR/service/settings: where the service listens, and its maxima
 * (docs/formats/service.md).
 */

#include "base/err.h"
#include "base/span.h"
#include "serve/limit.h"

enum {
	SETTINGS_MAX = 1 << 16, /* bytes of the file */
	SETTINGS_WHERE = 64,
	SETTINGS_POLICIES = 64,
	SETTINGS_AGENCIES = 64,
	SETTINGS_WORD = 64,
};

/* A role that wants a certificate which asserts this policy; of several lines
 * for a role one is enough. */
struct settings_policy {
	char role[SETTINGS_WORD];
	char oid[SETTINGS_WORD];
};

/* What one agency has of its own; 0 (its bit in `said` is not set): as all. */
struct settings_agency {
	char id[SETTINGS_WORD];
	struct limit_rule limit;
	unsigned said; /* bit i: the i-th LIMIT of settings.def */
};

struct settings {
	char listen[SETTINGS_WHERE]; /* "127.0.0.1:8443" */
	uint64_t connections;
	uint64_t per_address;
	uint64_t workers;  /* questions at once */
	uint64_t queue;    /* that wait for one */
	uint64_t singles;  /* on their way to the intake */
	uint64_t patience; /* seconds for the instance's lock, and for the
			    * answer to a single */
	uint64_t answer;   /* seconds for a question */
	uint64_t header;   /* seconds for a header, and for a handshake */
	uint64_t idle;     /* seconds between two requests */
	uint64_t upload;   /* bytes of a file */
	uint64_t drop;     /* seconds between two rounds of drop; 0: none */
	struct settings_policy policy[SETTINGS_POLICIES];
	size_t n_policies;
	struct limit_rule limit; /* of every agency */
	struct settings_agency agency[SETTINGS_AGENCIES];
	size_t n_agencies;
};

/* What holds where nothing is said. */
struct settings settings_default(void);

/* What this agency may ask. */
struct limit_rule settings_limit(const struct settings *s, const char *agency);
/* Of whom the certificate (DER) asserts no policy that a role wants: bit i is the
 * role of policy[i].  One that cannot be read asserts none. */
uint64_t settings_bars(const struct settings *settings, struct span cert);

/* Refuses MALFORMED with the line. */
MUST_USE enum err settings_parse(struct span text,
	struct settings *ret_settings, struct why *reterr_why);
