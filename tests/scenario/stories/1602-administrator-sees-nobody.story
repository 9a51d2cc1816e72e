title: An administrator sees that a hold stands, and not whom it names
covers: R21 I9
break: src/proc/proc_hold_seen.c: return own || proc_permitted(in, PERMIT_HOLD_LEFT) => return own || proc_permitted(in, PERMIT_HOLD)
a request A for MARIA LOPEZ
the batch comes in
the registrar is given the role of administrator
the service runs
over the service counsel places a hold on the name "MARIA LOPEZ", docket "1:26-cv-7"
counsel opens "/holds"
the page says "MARIA LOPEZ"
the registrar opens "/holds"
the page says "1:26-cv-7"
the page does not say "LOPEZ"
the registrar opens "/queue", but the answer is no: "has not the role"
