title: An injunction with an exception lets exactly the excepted case leave
covers: R20 I2
break: src/hold/hold_scope.c: if (terms->at[i].except && fit == FIT_YES)\n\t\t\treturn false; => 
break: src/hold/hold_scope.c: if (terms->at[i].except && fit == FIT_YES) => if (terms->at[i].except)
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
counsel places a hold on everything, docket "1:25-cv-12822 D. Mass.", except the case of C
the answer day comes
the release is run
C's address leaves and nobody else's
A and B are answered neutrally
every accepted request is answered by one package, all of one size
