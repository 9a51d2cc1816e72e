title: A hold on one case stops that case and nothing else
covers: R20
break: src/hold/hold_scope.c: case HOLD_OF_CASE:\n\t\treturn case_fit(text, target->case_id); => case HOLD_OF_CASE:\n\t\treturn FIT_NO;
break: src/hold/hold_scope.c: if (!span_eq_nocase(\n\t\t\t    span_of(asked.at + i, 1), span_of(is.at + k, 1)))\n\t\t\treturn FIT_NO; => 
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
the first reviewer places a hold on the case of B, docket "1:26-cv-00457 D.D.C."
the answer day comes
the release is run
the addresses of A and C leave and nobody else's
B is answered neutrally
