title: A request that is open is amended: the old one is withdrawn and gets no package
covers: R22 R25 I10
break: src/proc/proc_submit_links.c: proc_batch_move(&other, CASE_TO_WITHDRAW, requester); => (void)requester;
break: src/proc/proc_submit_judge.c: .but_batch = link == NULL ? 0 : link->batch, => .but_batch = 0,
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
A is amended as C, which asks for 2023 alone
the batch comes in
C is accepted
the custodian finds A to be withdrawn
two reviewers approve all of batch 1
two reviewers approve
the answer day comes
the release of batch 1 is run
the release is run
the addresses of B and C leave and nobody else's
A is amended as D, which asks for 2023 alone
B is amended as E, which asks for 2023 alone
the batch comes in
D and E are refused with AG-DUPLICATE
