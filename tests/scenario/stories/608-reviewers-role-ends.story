title: A reviewer's role ends after the approval: the approval is void, and another person's takes its place
covers: R21 I2 I6
break: src/proc/proc_review_approvals.c: instance_has_role(in, a->signer, "reviewer") && => true &&
and: src/proc/proc_vault_seal.c: !register_has_role(s->registers, signer, "reviewer", s->at)) => false)
and: src/proc/proc_vault_seal.c: if (entry == NULL || => if (entry == NULL)\n\t\tentry = register_find_print(s->registers, REG_ROLE, signer, 1700000000);\n\tif (
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the role of the second reviewer ends
the release is run, but the answer is no: "wait for two reviewers"
nothing leaves
the third reviewer is given the role of reviewer
the third reviewer approves
the release is run
the addresses of A and B leave and nobody else's
