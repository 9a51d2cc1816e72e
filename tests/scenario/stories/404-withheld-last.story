title: A reviewer who withholds after two have approved has the last word
covers: R23 I6 F18
break: src/proc/proc_review_approvals.c: if (a->withhold)\n\t\t\tn = 0;\n\t\telse if => if
and: src/proc/proc_review_approvals.c: return approvals->item[i].withhold; => return false;
and: src/proc/proc_vault_seal.c: if (a->withhold)\n\t\t\tn = 0;\n\t\telse if => if
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
A's row in the store is noted
the second reviewer withholds A because "doubt about the case number"
somebody puts the row of A back to what was noted
the answer day comes
the release is run
B's address leaves and nobody else's
A is answered neutrally
