title: A TIN that is right does not stand in for an address that is not the person's
covers: R5 R14 F1 F10 I4 I5
break: src/match/match_judge.c: if (!m.line_equal || !roll_origin_own(span->origin))\n\t\trecord->cause = MATCH_C_ADDRESS;\n\telse if => if
and: src/match/match_judge.c: if (who_only.cause == MATCH_C_MET)\n\t\tret_record->cause = MATCH_C_ADDRESS; => 
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
A gives the address of NADIA AHMED in 2023
the delivery line of B is "6013 BISSONNET ST"
the batch comes in
all are accepted
the custodian finds A and B to be unresolved with AG-CONFIRM
two reviewers approve
the release is run
C's address leaves and nobody else's
