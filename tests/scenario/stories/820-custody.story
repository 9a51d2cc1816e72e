title: Where every package is: fetched, acknowledged, kept, destroyed; and what is overdue
covers: R29 F14 F16
break: src/proc/proc_custody.c: item->overdue = item->late || item->expired || => item->overdue = item->expired ||
break: src/proc/proc_custody.c: item->expired = there && !preserved && c->in->clock >= item->ends; => item->expired = false;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
requests C for people who are on no roll
B names officer PARK
the batch comes in
two reviewers approve
the answer day comes
the release is run
nothing is overdue
officer NELSON fetches A and C
A is with the recipient
officer NELSON acknowledges the packages of A and C
officer NELSON tells where the copies of A and C are: "HSI Baltimore, safe 3"
where A is tells "HSI Baltimore, safe 3"
6 days pass
B is overdue
officer PARK acknowledges the package of B
nothing is overdue
officer NELSON certifies that A and C are destroyed
the custodian finds A to be destroyed
the custodian finds C to be unresolved
the recipient's list tells the same of A and C
90 days pass
B is overdue
