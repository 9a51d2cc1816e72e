title: Ordinary variations of a true request are not lost
covers: R14 F12
break: src/match/match_judge.c: return surname >= LEVEL_EDIT; => return surname == LEVEL_EQUAL;
break: src/match/match_judge.c: return given >= LEVEL_INITIAL; => return given == LEVEL_EQUAL;
requests A, B, C, D and E for JOSE RAMIREZ, PATRICIA GOMEZ, VICTOR RIVERA, JORGE CASTILLO and DANIEL KIM
the given name of A is "Pepe"
the surname of B is "Gomez"
the surname of C is "Rivero"
the delivery line of D is "3320 West Van Buren Street"
the given name of E is "Dan"
the batch comes in
all are accepted
the custodian finds all to wait for reviewers
two reviewers approve
the release is run
the addresses of A, B, C, D and E leave and nobody else's
