/* SPDX-License-Identifier: Apache-2.0 */
/* Z3 through its C API: one context, one question at a time. */
#include "prove/prove_int.h"

#include <stdio.h>
#include <z3.h>

#include "base/mem.h"

enum { ANSWER_MS = 10000 }; /* of one question */

struct prove_solver {
	Z3_context context;
	Z3_solver solver;
};

/* Errors are asked for after each call; without a handler Z3 would exit. */
static void
note_error(Z3_context context, Z3_error_code code)
{
	(void)context;
	(void)code;
}

void
prove_solver_name(char *to, size_t size)
{
	unsigned v[4];

	Z3_get_version(&v[0], &v[1], &v[2], &v[3]);
	(void)snprintf(to, size, "Z3 %u.%u.%u.%u", v[0], v[1], v[2], v[3]);
}

enum err
prove_solver_new(struct prove_solver **ret_solver)
{
	OWNED(prove_solver) s = mem_zeroed(sizeof(*s));
	Z3_config config;
	char limit[16] = "";

	if (s == NULL)
		return err_origin(ERR_NOMEM);
	(void)snprintf(limit, sizeof(limit), "%d", ANSWER_MS);
	config = Z3_mk_config();
	Z3_set_param_value(config, "timeout", limit);
	s->context = Z3_mk_context(config);
	Z3_del_config(config);
	if (s->context == NULL)
		return err_origin(ERR_NOMEM);
	Z3_set_error_handler(s->context, note_error);
	s->solver = Z3_mk_solver(s->context);
	if (s->solver == NULL)
		return err_origin(ERR_NOMEM);
	Z3_solver_inc_ref(s->context, s->solver);
	*ret_solver = prove_solver_take(&s);
	return ERR_OK;
}

struct prove_solver *
prove_solver_free(struct prove_solver *solver)
{
	if (solver == NULL)
		return NULL;
	if (solver->solver != NULL)
		Z3_solver_dec_ref(solver->context, solver->solver);
	if (solver->context != NULL)
		Z3_del_context(solver->context);
	mem_free(solver);
	return NULL;
}

static bool
read_value(struct prove_solver *s, Z3_model model, char copy, int id,
	uint32_t *ret_value)
{
	char name[16] = "";
	Z3_ast constant;
	Z3_ast value = NULL;
	unsigned number = 0;

	(void)snprintf(name, sizeof(name), "%c%d", copy, id);
	constant =
		Z3_mk_const(s->context, Z3_mk_string_symbol(s->context, name),
			Z3_mk_int_sort(s->context));
	if (!Z3_model_eval(s->context, model, constant, true, &value) ||
		!Z3_get_numeral_uint(s->context, value, &number))
		return false;
	*ret_value = number;
	return true;
}

static bool
read_model(struct prove_solver *s, unsigned n, struct evidence found[2])
{
	Z3_model model = Z3_solver_get_model(s->context, s->solver);
	bool ok = model != NULL;

	if (!ok)
		return false;
	Z3_model_inc_ref(s->context, model);
	for (unsigned k = 0; ok && k < n; k++)
		for (int id = 0; ok && id < EV_N; id++)
			ok = read_value(s, model, (char)('a' + k), id,
				&found[k].value[id]);
	Z3_model_dec_ref(s->context, model);
	return ok;
}

bool
prove_solver_read(struct prove_solver *solver, struct span text)
{
	OWNED_BUF(terminated, PROVE_TEXT_MAX);

	buf_bytes(&terminated, text);
	buf_u8(&terminated, 0);
	if (buf_error(&terminated) != ERR_OK)
		return false;
	Z3_solver_reset(solver->context, solver->solver);
	Z3_solver_from_string(
		solver->context, solver->solver, (const char *)terminated.at);
	return Z3_get_error_code(solver->context) == Z3_OK;
}

enum prove_found
prove_solver_ask(struct prove_solver *solver, const char *claim, unsigned n,
	struct evidence found[2])
{
	return prove_solver_ask_all(solver, &claim, 1, n, found);
}

enum prove_found
prove_solver_ask_all(struct prove_solver *solver, const char *const *claim,
	unsigned n_claims, unsigned n, struct evidence found[2])
{
	Z3_context context = solver->context;
	Z3_ast is_true[PROVE_CLAIMS_MAX];

	must(n_claims <= PROVE_CLAIMS_MAX);
	for (unsigned i = 0; i < n_claims; i++)
		is_true[i] = Z3_mk_const(context,
			Z3_mk_string_symbol(context, claim[i]),
			Z3_mk_bool_sort(context));
	switch (Z3_solver_check_assumptions(
		context, solver->solver, n_claims, is_true)) {
	case Z3_L_FALSE:
		return PROVE_NOTHING;
	case Z3_L_TRUE:
		return read_model(solver, n, found) ? PROVE_SOMETHING
						    : PROVE_NO_ANSWER;
	case Z3_L_UNDEF:
		break;
	}
	return PROVE_NO_ANSWER;
}
