title: A screen is entered in mid-batch: that person's address does not leave, the others' do
covers: R16 I2 R17
break: src/proc/proc_vault.c: return register_find(round->registers, REG_SCREEN, person_id,\n\t\t       round->at) != NULL; => (void)round;\n\t(void)person_id;\n\treturn false;
and: src/proc/proc_release.c: if (x->b.person.n > 0 && register_find(in->registers, REG_SCREEN, => if (false && register_find(in->registers, REG_SCREEN,
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
a screen is entered for MARIA LOPEZ, ground informant
the answer day comes
the release is run
B's address leaves and nobody else's
A is answered neutrally
every accepted request is answered by one package, all of one size
