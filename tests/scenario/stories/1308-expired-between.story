title: A certificate that expires between what is shown and what is signed does nothing any more, on the same connection neither
covers: R21
break: src/serve/gate_client.c: if (on->client != GATE_KNOWN || os_now() < on->until) => if (on->client != GATE_KNOWN || on->until > 0)
a request A for MARIA LOPEZ
the batch comes in
the deputy has a certificate that expires in 6 seconds, and the role of safeguards
the service runs
the deputy is shown what to sign for a hold on the case of A, docket "D"
the certificate expires
the deputy signs it and sends it, but the answer is no: "expired"
no holds stand
