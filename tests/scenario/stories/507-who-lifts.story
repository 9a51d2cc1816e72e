title: A hold is lifted by two people, one of them counsel
covers: R20 R21
break: src/hold/hold.c: if (!first->counsel && !second->counsel) => if (false)
and: src/hold/hold.c: must(!granted || hold->asked.counsel || hold->granted.counsel); /* H3 */ => 
break: src/hold/hold.c: if (memcmp(first->by, second->by, HOLD_PRINT) == 0) => if (false)
and: src/hold/hold.c: must(!granted || memcmp(hold->asked.by, hold->granted.by,       /* H3 */\n\t\t\t\t HOLD_PRINT) != 0); => 
and: src/proc/proc_hold.c: if (register_same_person(in->registers, first, in->actor.print)) => if (false)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the second reviewer places a hold on everything, docket "1:26-cv-7"
the first reviewer asks to lift the hold
the first reviewer agrees to lift the hold, but the answer is no: "cannot grant"
the second reviewer agrees to lift the hold, but the answer is no: "must be counsel"
the hold stands
the answer day comes
the release is run
no address leaves
counsel agrees to lift the hold
the release is run
A's address leaves and nobody else's
