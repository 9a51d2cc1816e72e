title: A request whose package is sealed and has not gone is amended like any other, and nobody ever has that package
covers: I1 I9 I10
break: src/proc/proc_submit_links.c: e = proc_batch_unstage(j->s->in, &other); => e = ERR_OK;
break: src/proc/proc_submit_links.c: return row->answered == CASE_ANSWERED_NONE && => return state != CASE_SEALED && row->answered == CASE_ANSWERED_NONE &&
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the answer day comes
the power fails before any package that is sealed has its entry D
A is amended as C, which asks for 2023 alone
B is amended as D, which asks for 2023 alone
the batch comes in
C and D are accepted
the custodian finds A and B to be withdrawn
nothing stays between sealed and delivered
nothing has left
two reviewers approve
the answer day comes
the release is run
the addresses of C and D leave and nobody else's
