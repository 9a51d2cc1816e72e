title: A role counts with the policy of its card: a certificate that does not assert it has the role no more
covers: R21
break: src/serve/settings.c: if (!asserted) => if (!asserted && s->policy[i].role[0] == 0)
a request A for MARIA LOPEZ
the batch comes in
the service wants the policy "2.16.840.1.101.3.2.1.3.13" of whoever is reviewer
the service runs
the first reviewer opens "/queue", but the answer is no: "has not the role"
the first reviewer is shown what to sign for a hold on the case of A, docket "D", but the answer is no: "has not the role"
over the service counsel places a hold on the case of A, docket "D"
