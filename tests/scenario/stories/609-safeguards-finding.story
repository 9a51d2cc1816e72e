title: A safeguards finding is opened in mid-batch: nothing leaves and nothing is received until it is closed
covers: R18 F13 I2 I8
break: src/register/register_ask.c: if (!register_is(row, REG_RECIPIENT_SAFEGUARDS, "in-order")) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
a safeguards finding is opened against the requester
the answer day comes
the release is run, but the answer is no: "AG-SAFEGUARDS"
nothing leaves
a request C for LUZ HERRERA
the batch is submitted, but the answer is no: "AG-SAFEGUARDS"
the safeguards finding is closed
the release of batch 1 is run
the addresses of A and B leave and nobody else's
the batch is submitted
C is accepted
