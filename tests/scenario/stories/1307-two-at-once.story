title: Two officers who sign the same act at the same moment: it is done once, and the other is told
covers: R20 R21
break: src/proc/proc_instance.c: if (crypto_verify(in->actor.cert, bytes, asker->signature[i]) !=\n\t\t\tERR_OK)\n\t\t\tcontinue; => (void)bytes;
a request A for MARIA LOPEZ
the batch comes in
the service runs
the first reviewer is shown what to sign for a hold on the case of A, docket "1:26-cv-1"
the second reviewer is shown what to sign for a hold on the case of A, docket "1:26-cv-1"
the first reviewer and the second reviewer sign and send at the same moment
one of them is done, and the other is told "not over what would be entered now"
one hold stands
