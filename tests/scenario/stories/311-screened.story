title: Where a disclosure could identify an informant nothing is given, and the answer is the same
covers: R16 R17 I9
break: src/match/match.c: if (roll_span(roll, person, i).screen != ROLL_CLEAR)\n\t\t\treturn false; => if (roll_span(roll, person, i).screen != ROLL_CLEAR)\n\t\t\tcontinue;
requests A, B and C for DIEGO VARGAS, IRINA PETROVA and MARIA LOPEZ
requests D for people who are on no roll
the batch comes in
all are accepted
the requester is told the same of all
the custodian finds A and B to be withheld with I2-6-SCREEN
two reviewers approve
the release is run
C's address leaves and nobody else's
A, B and D are answered neutrally
every accepted request is answered by one package, all of one size
the ledger has as many entries of each type for every accepted request
