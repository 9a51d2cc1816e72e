title: An order to preserve stops nothing
covers: R20
break: src/hold/hold_set.c: if (set->at[i]->effect == effect && => if (
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
counsel places an order to preserve everything, docket "1:26-cv-8"
the release is run
A's address leaves and nobody else's
