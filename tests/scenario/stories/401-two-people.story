title: Two people approve, neither of them the submitter, and nobody twice
covers: R21 I6 F19
break: src/proc/proc_review_approvals.c: else if (n < 2 && => else if (n < 2 && (ret_two[n++] = a->signer) && n < 2 &&
and: src/proc/proc_vault_seal.c: } else if (!register_same_person(\n\t\t\t\t   s->registers, ret_two[0], signer)) { => } else {
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the operator approves, but the answer is no: "not the role to review requests"
counsel approves, but the answer is no: "not the role to review requests"
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
