title: Two records that both meet the request are nobody
covers: R14 I4
break: src/match/match.c: search->n_met += record->cause == MATCH_C_MET; => search->n_met = record->cause == MATCH_C_MET;
and: src/match/match.c: search.best.cause = match_household(roll, query, &search.best); => search.best.cause = MATCH_C_MET;
requests A and B for GABRIEL SILVA and NADIA AHMED
A states no TIN
the batch comes in
all are accepted
the custodian finds A to be unresolved
two reviewers approve
the release is run
B's address leaves and nobody else's
