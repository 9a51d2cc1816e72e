title: The certifier's registration is revoked in mid-batch: nothing leaves and nothing is received, until it is restored
covers: R3 I8 I2
break: src/proc/proc_submit.c: if (!register_in_force(in->registers, entry, in->at))\n\t\t\tcontinue; => 
break: src/proc/proc_release.c: if (!register_certifies(in->registers,\n\t\t    account_field(&r->entry, "certifier"),\n\t\t    span_text(r->batch.agreement), in->at)) => if (false)
and: src/proc/proc_vault_seal.c: if (!register_certifies(\n\t\t    s->registers, s->certifier, s->agreement, s->at)) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the certifier's registration is revoked
a request C for LUZ HERRERA
the batch is submitted, but the answer is no: "I2-A-SIGNER"
the answer day comes
the release is run, but the answer is no: "I2-A-SIGNER"
nothing leaves
the certifier is registered again
the release of batch 1 is run
the addresses of A and B leave and nobody else's
the batch is submitted
C is accepted
