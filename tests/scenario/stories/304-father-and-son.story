title: Father and son in one house are two people
covers: R14 I4
break: src/match/match_judge.c: if (level[MATCH_F_SUFFIX] == LEVEL_CONFLICT)\n\t\treturn MATCH_C_SUFFIX; => 
and: src/match/match.c: search.best.cause = match_household(roll, query, &search.best); => search.best.cause = MATCH_C_MET;
requests A, B and C for JUAN REYES SR, JUAN REYES JR and JUAN REYES JR
the birth date of C is "1958-02-20"
C states no TIN
the batch comes in
all are accepted
A is found to be JUAN REYES SR
B is found to be JUAN REYES JR
the custodian finds C to be unresolved
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
