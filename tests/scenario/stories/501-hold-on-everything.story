title: An injunction stops what two people approved, and lets it go on when two people lift it
covers: R20 I2 F16
break: src/proc/proc_vault_seal.c: if (hold_set_covers(s->holds, HOLD_TO_STOP, &target) != NULL) => if (false)
and: src/proc/proc_batch.c: return hold_set_covers(in->holds, HOLD_TO_STOP, &target.target) != NULL; => return false;
and: src/proc/proc_release_anew.c: x->covered = objection != 0 || hold_set_covers(in->holds, HOLD_TO_STOP,\n\t\t\t\t\t       &target.target) != NULL; => x->covered = objection != 0;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel places a hold on everything, docket "1:25-cv-12822 D. Mass."
the answer day comes
the release is run
no address leaves
every accepted request is answered by one package, all of one size
the custodian finds all to be stopped
counsel asks to lift the hold
the hold stands
the release is run
no address leaves
the first reviewer agrees to lift the hold
the hold is lifted
the release is run
the addresses of A and B leave and nobody else's
every accepted request is answered by one package, all of one size
