title: Who brings requests in does not approve them: the roles are apart, also under another certificate
covers: R21 I6
break: src/register/register_ask.c: if (pair != NULL && is_same(set, row, &other)) => if (false)
break: src/register/register_ask.c: return span_eq_nocase(register_get(a, REG_ROLE_NAME),\n\t\t       register_get(b, REG_ROLE_NAME)) ||\n\t       register_same_person(set, register_get(a, REG_ROLE_PRINT).at,\n\t\t       register_get(b, REG_ROLE_PRINT).at); => (void)set;\n\treturn span_eq(register_get(a, REG_ROLE_PRINT), register_get(b, REG_ROLE_PRINT));
the first reviewer is given the role of operator, but the answer is no: "one person is not both operator and reviewer"
the first reviewer is given the role of administrator, but the answer is no: "not both"
the operator is given the role of reviewer under another certificate, but the answer is no: "one person is not both operator and reviewer"
