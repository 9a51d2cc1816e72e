title: A new roll on which somebody is screened gives that person's address no more
covers: R16 I2
break: src/match/match.c: if (roll_span(roll, person, i).screen != ROLL_CLEAR)\n\t\t\treturn false; => if (roll_span(roll, person, i).screen != ROLL_CLEAR)\n\t\t\tcontinue;
and: src/proc/proc_vault_seal.c: if (is_screened(v, result->index)) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the roll is replaced, and MARIA LOPEZ is screened on it
the answer day comes
the release is run
B's address leaves and nobody else's
