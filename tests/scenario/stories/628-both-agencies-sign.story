title: Where both agencies must sign, one signature is none: a missing one, a stranger's, and one over other bytes are told by name
covers: R3 R19 R32
break: src/proc/proc_proof.c: if (proof->party[i].n == 0 && !instance_plays(in)) => if (proof->party[i].n == 0 && in->clock == 0)
and: src/proc/proc_signer.c: return register_is(row, REG_ROLE_ROLE, "signatory"); => return true;
a custodian's office outside a sandbox, with an agreement that is proved
there counsel loads it, but the answer is no: "lacks the custodian's signature"
there the signatory signs it for the custodian
there counsel loads it, but the answer is no: "lacks the requester's signature"
there the stranger signs it for the requester
there counsel loads it, but the answer is no: "the requester's signature: the signer is not one of those who may sign"
there the director signs it for the requester
there the stranger signs it for the custodian
there counsel loads it, but the answer is no: "the custodian's signature: the signer is not one of those who may sign"
there the signatory signs it for the custodian
there a byte of it is changed, and it is proved again
there counsel loads it, but the answer is no: "the custodian's signature: the signature does not hold"
there the signatory signs it for the custodian
there the director signs it for the requester
there counsel loads it
there the agreement is signed by the signatory and by the director
