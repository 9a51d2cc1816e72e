title: Another officer is named for an open request: the package goes to that officer's key and to nobody else's
covers: R11 R12 F14 I10
break: src/proc/proc_submit_links.c: proc_batch_move(&other, CASE_TO_WITHDRAW, requester); => (void)requester;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
A is amended and sent again as C
C names officer PARK
the batch comes in
C is accepted
the custodian finds A to be withdrawn
two reviewers approve all of batch 1
two reviewers approve all of batch 2
the release of batch 1 is run
the release of batch 2 is run
the addresses of B and C leave and nobody else's
the package of C opens for officer PARK and for nobody else
