title: The requester takes a request back: nothing goes for it, and no answer tells what was found
covers: R25 R33 I10 R17
break: src/proc/proc_letter_effect.c: if (about->row.answered != CASE_ANSWERED_NONE) => if (false)
break: src/case/case.def: MOVE(APPROVED,       WITHDRAW,  WITHDRAWN) => MOVE(APPROVED,       WITHDRAW,  APPROVED)
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
requests D for people who are on no roll
the batch comes in
two reviewers approve
the requester withdraws A, because "the case was closed"
the requester withdraws D, because "the case was closed"
the custodian finds A and D to be withdrawn
the same letter is taken again
nothing is done twice
the release is run
the addresses of B and C leave and nobody else's
the requester withdraws B, because "the case was closed", but the answer is no: "its package has gone"
