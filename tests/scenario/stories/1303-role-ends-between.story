title: A role that ends counts no more, on a connection that is open and between what is shown and what is signed
covers: R21 R5
break: src/register/register.c: register_is(&row, REG_ROLE_ROLE, role) &&\n\t\t\tregister_in_force(set, &list->at[i - 1], at)) => register_is(&row, REG_ROLE_ROLE, role))
and: src/register/register.c: if (is_over_or_to_come(&list->at[i - 1], at))\n\t\t\tcontinue;\n\t\tregister_entry_row(&list->at[i - 1], &row);\n\t\tif (span_eq(key_of(&row), key) &&\n\t\t\tregister_is => register_entry_row(&list->at[i - 1], &row);\n\t\tif (span_eq(key_of(&row), key) &&\n\t\t\tregister_is
a request A for MARIA LOPEZ
the batch comes in
the service runs
the second reviewer opens "/queue"
the second reviewer is shown what to sign for a hold on the case of A, docket "D"
the role of the second reviewer ends
the second reviewer opens "/queue", but the answer is no: "no role"
the second reviewer signs it and sends it, but the answer is no: "no role"
no holds stand
