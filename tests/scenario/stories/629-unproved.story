title: An agreement of which not all is proved serves nobody: it is not loaded, and the proved one stays in use
covers: R1 R19 R32 F1 I8
break: src/proof/proof_check.c: if (line->answer != PROOF_HOLDS) => if (line->answer == PROOF_ANSWERS)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
counsel loads the agreement with "setting officer-most 100 " written as "setting officer-most 500 ", but the answer is no: "'stated' of load is not proved: fails"
the answer day comes
the release is run
A's address leaves and nobody else's
