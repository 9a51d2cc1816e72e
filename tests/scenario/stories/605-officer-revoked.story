title: An officer's registration is revoked in mid-batch: nothing is sealed to that officer, and the others' leave
covers: R11 R12 I2 F14
break: src/proc/proc_vault_seal.c: register_find(s->registers, REG_OFFICER, id, s->at); => register_find(s->registers, REG_OFFICER, id, 1700000000);
and: src/proc/proc_vault_seal.c: s->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], s->at); => s->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], 1700000000);
and: src/proc/proc_batch.c: in->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], in->at); => in->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], 1700000000);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A names officer OKAFOR
the batch comes in
two reviewers approve
the registration of officer OKAFOR is revoked
the answer day comes
the release is run
B's address leaves and nobody else's
officer OKAFOR is registered again
the release is run
the addresses of A and B leave and nobody else's
the package of A opens for officer OKAFOR and for nobody else
