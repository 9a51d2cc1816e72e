title: No match, two matches, screened, held: the requester sees one answer
covers: R17 I9
break: src/proc/proc_submit_judge.c: ev->value[EV_NO_HOLD] = 0; => if (ev->value[EV_NO_HOLD] == 1)\n\t\tevidence_set_flag(ev, EV_MEMBERS, false);\n\tev->value[EV_NO_HOLD] = 0;
break: src/proc/proc_release.c: if (p->outcome == VAULT_NO_OFFICER) { => if (p->outcome != VAULT_ADDRESS) {
requests A, B, C and D for GABRIEL SILVA, DIEGO VARGAS, JOSE RAMIREZ and MARIA LOPEZ
A states no TIN
requests E for people who are on no roll
counsel places a hold on the case of C, docket "1:26-cv-1 D.D.C."
the batch comes in
the requester is told the same of all
two reviewers approve
the answer day comes
the release is run
D's address leaves and nobody else's
every accepted request is answered by one package, all of one size
the ledger has as many entries of each type for every accepted request
