title: A sealed order is shown to counsel alone, and stops all the same
covers: R20 I9
break: src/proc/proc_hold_seen.c: return !hold_sealed(hold) || proc_permitted(in, PERMIT_HOLD_SEALED); => return !hold_sealed(hold) || proc_permitted(in, PERMIT_HOLD);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel places a sealed hold on the case of A, docket "sealed v. sealed"
the list of holds shown to counsel has the docket "sealed v. sealed"
the list of holds shown to the first reviewer has no docket "sealed v. sealed"
the answer day comes
the release is run
B's address leaves and nobody else's
