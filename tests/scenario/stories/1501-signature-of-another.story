title: A signature by another's key, or over something else, or from too long ago, places nothing
covers: R20 R21
break: src/proc/proc_instance.c: if (crypto_verify(in->actor.cert, bytes, asker->signature[i]) !=\n\t\t\tERR_OK)\n\t\t\tcontinue; => (void)bytes;
break: src/proc/proc_instance.c: if (now - at > INSTANCE_ACT_AGE) => if (now - at < 0)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the service runs
counsel is shown what to sign for a hold on the case of A, docket "D"
counsel sends it with the signature of the first reviewer, but the answer is no: "not by"
counsel signs it, and sends it for the case of B instead, but the answer is no: "not over what would be entered now"
counsel signs it, and sends it as shown eleven minutes ago, but the answer is no: "more than ten minutes ago"
no holds stand
counsel signs it and sends it
one hold stands
