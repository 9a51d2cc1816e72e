title: In a building a name and a number are not enough: the unit is given
covers: R14 R5 I4
break: src/match/match_judge.c: else if (!unit_agrees(m.unit, tin))\n\t\trecord->cause = MATCH_C_UNIT; => 
and: src/match/match.c: search.best.cause = match_household(roll, query, &search.best); => search.best.cause = MATCH_C_MET;
requests A, B and C for MEI CHEN, MEI CHEN and LI WANG
A states no unit
the unit of B is "APT 7"
B is in the same case as C
the case of B is "HSI-BAL-26-300002"
the batch comes in
all are accepted
the custodian finds A and B to be unresolved
the cause for B is "unit-differs"
two reviewers approve
the release is run
C's address leaves and nobody else's
