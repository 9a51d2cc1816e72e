title: Requests that come one by one are judged as in a file, and nobody is looked up before their book is closed
covers: R11 F10
break: src/proc/proc_intake.c: e = submit_weigh(j); => e = ERR_OK;
a request A for MARIA LOPEZ
A is asked again, word for word, as B
they come in one by one
nobody was looked up for A
the book is closed
A is accepted
B is refused with AG-DUPLICATE
the custodian finds A to wait for reviewers
