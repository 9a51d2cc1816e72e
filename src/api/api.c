/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api_int.h"

#include "base/code.h"

const char *
api_title(unsigned status)
{
	switch (status) {
	case 400:
		return "Not in the documented form";
	case 403:
		return "Not for this certificate";
	case 404:
		return "There is no such thing";
	case 409:
		return "Not possible in this state";
	case 410:
		return "Not kept any more";
	case 413:
		return "Larger than its limit";
	case 422:
		return "The signature does not hold";
	case 428:
		return "Wants your signature";
	case 429:
		return "More than one may ask for now";
	case 503:
		return "Busy";
	default:
		return status < 500 ? "Refused" : "A failure of the service";
	}
}

/* The page of what went wrong: "/codes/NOT-ALLOWED". */
static void
put_type(enum err e, unsigned status, struct buf *to)
{
	static const struct {
		enum err e;
		const char *name;
	} names[] = {
#define ERR(name, value, text) {ERR_##name, #name},
#include "base/err.def"
	};

	buf_text(to, "/codes/");
	for (size_t i = 0; e > ERR_OK && i < sizeof(names) / sizeof(*names);
		i++) {
		if (names[i].e == e) {
			buf_text(to, names[i].name);
			return;
		}
	}
	buf_printf(to, "%u", status);
}

void
api_refuse(unsigned status, enum err e, const char *says, struct answer *answer)
{
	OWNED_BUF(type, 128);

	put_type(e, status, &type);
	api_problem(status, buf_span(&type), span_text(says), answer);
}

void
api_problem(unsigned status, struct span type, struct span says,
	struct answer *answer)
{
	answer->status = status;
	answer->type = ANSWER_PROBLEM;
	buf_clear(&answer->body);
	buf_text(&answer->body, "{\"type\":");
	buf_json(&answer->body, type);
	buf_text(&answer->body, ",\"title\":");
	buf_json(&answer->body, span_text(api_title(status)));
	buf_printf(&answer->body, ",\"status\":%u,\"detail\":", status);
	buf_json(&answer->body, says);
	buf_text(&answer->body, "}\n");
}

enum err
api_unsigned(struct desk *desk, const struct ask *ask, const struct span *text,
	size_t n, int64_t at, struct answer *answer)
{
	struct buf *to = &answer->body;

	(void)ask;
	api_refuse(428, ERR_UNSIGNED, desk->in.why.text, answer);
	to->n -= sizeof("}\n") - 1; /* goes on */
	buf_printf(to, ",\"act_at\":%lld,\"to_sign\":[", (long long)at);
	for (size_t i = 0; i < n; i++) {
		buf_text(to, i == 0 ? "\"" : ",\"");
		code_base64(to, text[i]);
		buf_text(to, "\"");
	}
	buf_text(to, "]}\n");
	return buf_error(to);
}

const struct serve_route api_routes[] = {
#define API_ROUTE(method, path, want, body, name)                              \
	{ASK_##method, (path), SERVE_API, (want), SERVE_##body, (name)},
#define API_SINGLE(method, path)                                               \
	{ASK_##method, (path), SERVE_API, SERVE_INTAKE, SERVE_ENVELOPE, NULL},
#include "api/route.def"
};
const size_t api_n_routes = sizeof(api_routes) / sizeof(*api_routes);
