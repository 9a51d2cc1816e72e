title: A hold on a person covers every request that the record is found for
covers: R20 R31
break: src/hold/hold_scope.c: return target->person.n > 0 &&\n\t\t\t\t       span_eq_nocase(asked, target->person) => return false
requests A, B and C for MARIA LOPEZ, MARIA LOPEZ and LUZ HERRERA
the given name of B is "Mary"
the batch comes in
two reviewers approve
counsel places a hold on MARIA LOPEZ, docket "taxpayer's suit 1:26-cv-2"
the answer day comes
the release is run
C's address leaves and nobody else's
