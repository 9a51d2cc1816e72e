title: A list of Criminal Investigation comes in mid-batch: whom it names is withheld, without a word
covers: R16 R17 I2
break: src/proc/proc_vault_seal.c: if (is_screened(v, result->index)) => if (false && is_screened(v, result->index))
and: src/proc/proc_release_anew.c: proc_batch_screen(in, &x->b.result, x->b.person, &x->b.evidence); => 
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
counsel loads the list of ci of 1 days ago with MARIA LOPEZ and LUZ HERRERA, ground ci
the answer day comes
the release is run
B's address leaves and nobody else's
A and C are answered neutrally
every accepted request is answered by one package, all of one size
