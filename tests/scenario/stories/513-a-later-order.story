title: The injunction stands, and a later order lets one case through: asked by one, granted by another, one of them counsel
covers: R20 I2 R21
break: src/hold/hold.c: if (x->state == HOLD_EXCEPTION_GRANTED && => if (
break: src/hold/hold_except.c: if (event == HOLD_EXCEPT_GRANT)\n\t\treturn hold_second_check(\n\t\t\t&x->asked, act, "exception", reterr_why); => if (event == HOLD_EXCEPT_GRANT)\n\t\treturn ERR_OK;
and: src/hold/hold_except.c: must(!granted || x->asked.counsel || x->answered.counsel); /* H6 */ => 
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
counsel places a hold on everything, docket "1:25-cv-12822 D. Mass."
the first reviewer asks that the case of C be excepted, docket "order of 3 March"
the answer day comes
the release is run
no address leaves
the first reviewer grants exception 1, but the answer is no: "cannot grant"
the second reviewer grants exception 1, but the answer is no: "must be counsel"
the release is run
no address leaves
counsel grants exception 1
the release is run
C's address leaves and nobody else's
every accepted request is answered by one package, all of one size
