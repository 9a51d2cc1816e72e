title: The prover's role ends: what was proved by that key alone lets nothing leave, until somebody else has proved it
covers: R19 I2 I8
break: src/proc/proc_release.c: if (proc_law_proved(in, &why) != ERR_OK) => if (in->law == NULL)
and: src/proc/proc_vault_law.c: if (!err_is_refusal(e))\n\t\treturn e; => if (true)\n\t\treturn ERR_OK;
and: src/proc/proc_batch.c: .term = loaded && in->proved && => .term = loaded &&
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the prover is no prover any more
the release is run, but the answer is no: "no receipt that holds"
nothing leaves
counsel is given the role of prover
counsel proves the agreement in use, and loads it with that receipt
the release is run
A's address leaves and nobody else's
