title: While nobody is registered who certified a batch, nothing of it leaves; then it goes on
covers: R3 I2 I8
break: src/proc/proc_release.c: if (!register_certifies(in->registers, => if (false && !register_certifies(in->registers,
and: src/proc/proc_vault_seal.c: if (!register_certifies( => if (false && !register_certifies(
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the certifier's registration is revoked
the answer day comes
the release is run, but the answer is no: "I2-A-SIGNER"
nothing leaves
the certifier is registered again
the release is run
the addresses of A and B leave and nobody else's
