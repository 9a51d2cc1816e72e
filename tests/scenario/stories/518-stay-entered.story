title: A stay of the order of removal is entered in mid-batch: nothing leaves for that case until it is vacated
covers: R10 R20 I2
break: src/hold/hold_scope.c: case HOLD_OF_CASE:\n\t\treturn case_fit(text, target->case_id); => case HOLD_OF_CASE:\n\t\treturn FIT_NO;
break: statutes/8-usc-1253.md: require request.stay is none => require request.stay in {none, stayed}
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
# the court tells the custodian; who may place it is anybody with a role
counsel places a hold on the case of A, docket "9th Cir. 26-1187, stay of removal"
# and the requester, who must say so, asks for the same person again
A is asked again, word for word, as C
the order of C is stayed
the batch comes in
C is refused with S1253-STAY
the answer day comes
the release of batch 1 is run
B's address leaves and nobody else's
A is answered neutrally
counsel and a reviewer lift the hold
the release of batch 1 is run
the addresses of A and B leave and nobody else's
