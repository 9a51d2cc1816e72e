title: A hold on an officer, a batch or a statute covers what it names
covers: R20 R12
break: src/hold/hold_scope.c: case HOLD_OF_RECIPIENT:\n\t\treturn either_fit(text, target->recipient, target->officer); => case HOLD_OF_RECIPIENT:\n\t\treturn FIT_NO;
break: src/hold/hold_scope.c: case HOLD_OF_STATUTE:\n\t\treturn statute_fit(text, target->statute); => case HOLD_OF_STATUTE:\n\t\treturn FIT_NO;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A names officer OKAFOR
the batch comes in
two reviewers approve
counsel places a hold on officer OKAFOR, docket "1:26-cv-5"
the answer day comes
the release is run
B's address leaves and nobody else's
officer NELSON fetches B
a request C for LUZ HERRERA
the batch comes in
two reviewers approve
counsel places a hold on the statute "8 USC 1253(a)(1)", docket "1:26-cv-6"
the answer day comes
the release is run
no address leaves
C is answered neutrally
