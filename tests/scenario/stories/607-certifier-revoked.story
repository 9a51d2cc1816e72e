title: The certifier's registration is revoked: the next batch is refused, and again received when it is restored
covers: R3 I8 I2
break: src/proc/proc_submit.c: if (!register_in_force(entry, in->at))\n\t\t\tcontinue; => 
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the certifier's registration is revoked
a request B for JOSE RAMIREZ
the batch is submitted, but the answer is no: "I2-A-SIGNER"
the certifier is registered again
the batch is submitted
B is accepted
