title: A screen is entered in mid-batch: that person's address does not leave, the others' do
covers: R16 I2 R17
break: src/proc/proc_vault_seal.c: if (is_screened(v, result->index)) => if (false)
and: src/proc/proc_batch.c: clear && !register_screened(\n\t\t\t\t\t in->registers, person, 0, in->at)); => clear);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
a screen is entered for MARIA LOPEZ, ground informant
the answer day comes
the release is run
B's address leaves and nobody else's
A is answered neutrally
every accepted request is answered by one package, all of one size
