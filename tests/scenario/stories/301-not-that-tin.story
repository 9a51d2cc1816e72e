title: A TIN that is not this person's is a veto, whatever else agrees
covers: R14 F1 I4
break: src/match/match_judge.c: if (level[MATCH_F_TIN] == LEVEL_CONFLICT)\n\t\treturn MATCH_C_TIN; => 
and: src/match/match.c: if (identifiers_sound(query) && query->tin_stated) => if (false)
requests A, B and C for MARIA LOPEZ, PEDRO SANTOS and NADIA AHMED
the TIN of A is that of JOSE RAMIREZ
the TIN of B is that of ROSA SANTOS
the batch comes in
all are accepted
the custodian finds A and B to be unresolved with AG-CONFIRM
two reviewers approve
the release is run
C's address leaves and nobody else's
