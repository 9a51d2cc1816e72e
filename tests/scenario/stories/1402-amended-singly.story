title: A single request is amended by another of the same day, before its book is closed
covers: R11 F5
break: src/proc/proc_intake.c: e = submit_links_move(j); => e = ERR_OK;
a request A for MARIA LOPEZ
it comes in by itself
A is amended as B, which asks for 2023 alone
it comes in by itself
the custodian finds A to be withdrawn
the book is closed
B is accepted
