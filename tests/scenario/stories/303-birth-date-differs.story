title: A birth date that is not the person's is a veto
covers: R14 I4
break: src/match/match_judge.c: if (!birth_agrees(query, level[MATCH_F_BIRTH]) &&\n\t\t!birth_nearly_agrees(query, level))\n\t\treturn MATCH_C_BIRTH; => 
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the birth date of A is "1981-07-15"
the birth date of B is "1979-08-12"
B states no TIN
the birth date of C is "1988-11-03"
the batch comes in
all are accepted
the custodian finds A, B and C to be unresolved
the cause for A is "birth-date-differs"
two reviewers approve
the release is run
no address leaves
