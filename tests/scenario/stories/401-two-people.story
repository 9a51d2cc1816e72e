title: Two people approve, neither of them the submitter, and nobody twice
covers: R21 I6 F19
break: src/proc/proc_review_approvals.c: (n == 0 || !register_same_person(in->registers,\n\t\t\t\t\t    ret_two[0], a->signer))) => true)
and: src/proc/proc_vault_seal.c: (n == 1 && !register_same_person(s->registers,\n\t\t\t\t\t    ret_two[0], a->signer))) => n == 1)
and: src/proc/proc_review_decide.c: return n > 0 && register_same_person(\n\t\t\t\td->in->registers, two[0], d->in->actor.print); => return n > 1;
and: src/case/case.c: if (from == CASE_APPROVED_ONCE && case_same_person(act->by, act->first)) => if (false)
break: src/proc/proc_permit.def: PERMIT(REVIEW,      "review requests",                 "reviewer") => PERMIT(REVIEW,      "review requests",                 "reviewer", "operator")
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the operator approves, but the answer is no: "has not the role"
counsel approves, but the answer is no: "has not the role"
the release is run, but the answer is no: "wait for two reviewers"
nothing leaves
the first reviewer approves
the first reviewer approves
the release is run, but the answer is no: "wait for two reviewers"
nothing leaves
the second reviewer approves A
the answer day comes
the release is run
A's address leaves and nobody else's
