title: One letter apart in one house: MARIO is not MARIA, and a twin is not the other
covers: R14 I4
break: src/match/match.c: if (search.n_met == 1)\n\t\tsearch.best.cause = match_household(roll, query, &search.best); => 
and: src/match/match_judge.c: if (!birth_agrees(query, level[MATCH_F_BIRTH]) &&\n\t\t!birth_nearly_agrees(query, level))\n\t\treturn MATCH_C_BIRTH; => 
and: src/match/match_judge.c: return given >= LEVEL_INITIAL; => return true;
requests A, B and C for MARIO DELGADO, MARIA DELGADO and ELENA CRUZ
the birth date of A is "1996-08-08"
A states no TIN
B states no TIN
the given name of C is "Elisa"
the batch comes in
all are accepted
the custodian finds A and C to be unresolved
B is found to be MARIA DELGADO
two reviewers approve
the release is run
B's address leaves and nobody else's
