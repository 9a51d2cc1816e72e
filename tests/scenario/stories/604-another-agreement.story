title: A policy is changed by another file with its own hash; what was decided keeps the file it was decided by
covers: R32 F25 R19 I8
break: src/register/register_ask.c: span_eq(register_get(&row, REG_AGREEMENT_FILE),\n\t\t       span_of(file, REGISTER_PRINT)); => file != NULL;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel loads the agreement with "setting officer-most 100 " written as "setting officer-most 50 "
the answer day comes
the release is run, but the answer is no: "AG-TERM"
nothing leaves
the batch decides the same when it is replayed
counsel loads the agreement again
the release is run
the addresses of A and B leave and nobody else's
