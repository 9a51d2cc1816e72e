title: Whoever edits a row of the store to approved makes nothing leave
covers: I2 I6 F19 R21
break: src/proc/proc_vault_seal.c: if (!approved(s, wish, result, person, ret_two))\n\t\treturn "two reviewers have not approved this verdict"; => if (!approved(s, wish, result, person, ret_two))\n\t\tret_two[0] = ret_two[1] = s->submitter;
and: src/proc/proc_release_anew.c: m.n_approvers = review_approvers(\n\t\tr->in, &r->approvals, row->line, row->verdict, m.approver); => m.n_approvers = review_approvers(\n\t\tr->in, &r->approvals, 1, row->verdict, m.approver);\n\tm.n_approvers = 2;\n\tm.approver[0] = r->approvals.item[0].signer;\n\tm.approver[1] = r->approvals.item[1].signer;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve A
A's row in the store is noted
somebody puts the row of B back to what was noted
the answer day comes
the release is run
A's address leaves and nobody else's
