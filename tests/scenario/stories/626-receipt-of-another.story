title: A receipt is for exactly these bytes, by a prover: a word changed afterwards, or proved by nobody who may, and nothing is loaded
covers: R19 R32 F25 I8
break: src/proof/proof_check.c: if (memcmp(r->file[r->n_files - 1].hash, files[n - 1].hash, 32) != 0) => if (n == 0)
and: src/proc/proc_signer.c: return register_is(row, REG_ROLE_ROLE, "prover"); => return true;
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
counsel loads the agreement with "setting officer-most 100 " written as "setting officer-most 50 ", proved before that word was changed, but the answer is no: "is not what was proved, byte for byte"
counsel loads the agreement with "setting officer-most 100 " written as "setting officer-most 50 ", proved by counsel, but the answer is no: "not one of those who may sign"
the release is run
A's address leaves and nobody else's
