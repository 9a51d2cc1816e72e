title: What is kept of a request goes when one asked and another granted, and the ledger stays as it was
covers: R27 I11
break: src/proc/proc_erase.c: memcmp(item->asker, in->actor.print, sizeof(item->asker)) == 0 => false
break: src/proc/proc_erase_destroy.c: e = account_shred(in, d->idx, &erased); => e = ERR_OK;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A gives nothing but a ZIP as its address
the batch comes in
two reviewers approve
the release is run
A is refused with I2-B1-ADDRESS
the first reviewer decides the whole sample and finds nothing wrong
the safeguards officer is given the role of safeguards
somebody keeps the ledger's checkpoint
the first reviewer asks that A be erased, but the answer is no: "not the role"
the safeguards officer asks that A be erased
the safeguards officer grants the erasure, but the answer is no: "another person does"
all is kept of A and B
counsel grants the erasure
nothing is kept of A
all is kept of B
the ledger grew out of what it was, and verifies
