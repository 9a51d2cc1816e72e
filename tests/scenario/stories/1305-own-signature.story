title: Whoever gave the first signature gives no second, over the service neither
covers: R21 I6 F19
break: src/proc/proc_review_approvals.c: (n == 0 || !register_same_person(in->registers,\n\t\t\t\t\t    ret_two[0], a->signer))) => true)
and: src/proc/proc_vault_seal.c: (n == 1 && !register_same_person(s->registers,\n\t\t\t\t\t    ret_two[0], a->signer))) => n == 1)
and: src/proc/proc_review_decide.c: return n > 0 && register_same_person(\n\t\t\t\td->in->registers, two[0], d->in->actor.print); => return n > 1;
and: src/case/case.c: if (from == CASE_APPROVED_ONCE && case_same_person(act->by, act->first)) => if (false)
a request A for MARIA LOPEZ
the batch comes in
the service runs
over the service the operator approves A, but the answer is no: "has not the role"
over the service the first reviewer approves A
over the service the first reviewer approves A again, and there is nothing to sign
the release is run, but the answer is no: "wait for two reviewers"
nothing leaves
