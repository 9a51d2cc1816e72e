/* SPDX-License-Identifier: Apache-2.0 */
#include "prove/prove_twin.h"

#include <stdio.h>
#include <z3.h>

#include "base/mem.h"
#include "prove/prove_int.h"

enum { OUTCOMES = 2 }; /* bits above those of the rules */

struct prove_twin {
	const struct law *law;
	Z3_context context;
	Z3_ast term[2]; /* told, by rule; outcomes */
	Z3_func_decl evidence[EV_N];
	Z3_sort integer;
};

static void
note_error(Z3_context context, Z3_error_code code)
{
	(void)context;
	(void)code;
}

/* `(assert (= NAME (concat ...)))`, the last bit the first rule's. */
static void
put_told(const struct law *law, struct buf *to)
{
	buf_text(to, "(declare-const told (_ BitVec 64))\n(assert (= told "
		     "(concat");
	for (size_t i = 64; i-- > 0;)
		if (i < law->n_rules)
			buf_printf(to, " (ite a.told.%zu #b1 #b0)", i);
		else
			buf_text(to, " #b0");
	buf_text(to, ")))\n(declare-const outcome (_ BitVec 2))\n(assert (= "
		     "outcome (concat (ite a.accepted #b1 #b0) (ite a.released "
		     "#b1 #b0))))\n");
}

/* The two last assertions are those of put_told(). */
static bool
read_terms(struct prove_twin *t, const char *text)
{
	Z3_context c = t->context;
	Z3_ast_vector all =
		Z3_parse_smtlib2_string(c, text, 0, NULL, NULL, 0, NULL, NULL);
	unsigned n;

	if (all == NULL || Z3_get_error_code(c) != Z3_OK)
		return false;
	Z3_ast_vector_inc_ref(c, all);
	n = Z3_ast_vector_size(c, all);
	must(n > OUTCOMES);
	for (unsigned k = 0; k < OUTCOMES; k++) {
		Z3_app equal =
			Z3_to_app(c, Z3_ast_vector_get(c, all, n - 2 + k));

		t->term[k] = Z3_get_app_arg(c, equal, 1);
		Z3_inc_ref(c, t->term[k]);
	}
	Z3_ast_vector_dec_ref(c, all);
	return true;
}

static void
declare_evidence(struct prove_twin *t)
{
	Z3_context c = t->context;

	t->integer = Z3_mk_int_sort(c);
	Z3_inc_ref(c, Z3_sort_to_ast(c, t->integer));
	for (int id = 0; id < EV_N; id++) {
		char name[16] = "";

		(void)snprintf(name, sizeof(name), "a%d", id);
		t->evidence[id] = Z3_mk_func_decl(
			c, Z3_mk_string_symbol(c, name), 0, NULL, t->integer);
		Z3_inc_ref(c, Z3_func_decl_to_ast(c, t->evidence[id]));
	}
}

enum err
prove_twin_new(const struct law *law, struct prove_twin **ret_twin)
{
	OWNED(prove_twin) t = mem_zeroed(sizeof(*t));
	OWNED_BUF(text, PROVE_TEXT_MAX);
	Z3_config config;

	must(law->sealed);
	if (t == NULL)
		return err_origin(ERR_NOMEM);
	t->law = law;
	config = Z3_mk_config();
	t->context = Z3_mk_context_rc(config);
	Z3_del_config(config);
	if (t->context == NULL)
		return err_origin(ERR_NOMEM);
	Z3_set_error_handler(t->context, note_error);
	prove_smt_copy(law, 'a', &text);
	put_told(law, &text);
	buf_u8(&text, 0);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	must(read_terms(t, (const char *)text.at));
	declare_evidence(t);
	*ret_twin = prove_twin_take(&t);
	return ERR_OK;
}

struct prove_twin *
prove_twin_free(struct prove_twin *twin)
{
	if (twin != NULL && twin->context != NULL)
		Z3_del_context(twin->context);
	mem_free(twin);
	return NULL;
}

static Z3_model
model_of(struct prove_twin *t, const struct evidence *ev)
{
	Z3_context c = t->context;
	Z3_model model = Z3_mk_model(c);

	if (model == NULL)
		return NULL;
	Z3_model_inc_ref(c, model);
	for (int id = 0; id < EV_N; id++) {
		Z3_ast value = Z3_mk_unsigned_int(c, ev->value[id], t->integer);

		Z3_inc_ref(c, value);
		Z3_add_const_interp(c, model, t->evidence[id], value);
		Z3_dec_ref(c, value);
	}
	return model;
}

bool
prove_twin_says(struct prove_twin *twin, const struct evidence *ev,
	struct prove_twin_says *ret_says)
{
	Z3_context c = twin->context;
	Z3_model model = model_of(twin, ev);
	uint64_t found[OUTCOMES] = {0};
	bool ok = model != NULL;

	for (unsigned k = 0; ok && k < OUTCOMES; k++) {
		Z3_ast value = NULL;

		ok = Z3_model_eval(c, model, twin->term[k], true, &value);
		if (!ok)
			break;
		Z3_inc_ref(c, value);
		ok = Z3_get_numeral_uint64(c, value, &found[k]);
		Z3_dec_ref(c, value);
	}
	if (model != NULL)
		Z3_model_dec_ref(c, model);
	*ret_says = (struct prove_twin_says){
		found[0], (found[1] & 1) != 0, (found[1] & 2) != 0};
	return ok;
}

bool
prove_twin_agrees(struct prove_twin *twin, const struct evidence *ev)
{
	struct prove_twin_says says;
	bool met[LAW_RULES_MAX];
	enum law_answer early = law_decide(twin->law, ev, EV_REQUEST, NULL);
	enum law_answer whole = law_decide(twin->law, ev, EV_RECORD, met);

	if (!prove_twin_says(twin, ev, &says))
		return false;
	for (size_t i = 0; i < twin->law->n_rules; i++)
		if (((says.told >> i & 1) != 0) == met[i])
			return false;
	return says.released == (whole == LAW_REVIEW) &&
	       says.accepted == (early == LAW_REVIEW);
}
