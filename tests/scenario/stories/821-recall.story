title: What was sent is demanded back by a signed document that does not tell what was answered; it is open until all is certified destroyed
covers: R29 F16 R30 I9
break: src/proc/proc_demand.c: if (e == ERR_OK && list.n > 0 && certified == list.n) { => if (e == ERR_OK && list.n > 0 && certified > 0) {
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
requests C for people who are on no roll
the batch comes in
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
officer NELSON fetches A, B and C
officer NELSON acknowledges the packages of A, B and C
the first reviewer demands A back, because "an error of the custodian", but the answer is no: "has not the role"
counsel demands all of batch 1 back, because "an error of the custodian"
one recall is open
the custodian finds A and B to be recalled
the recipient's list tells the same of A, B and C
officer NELSON certifies that A and C are destroyed
one recall is open
officer NELSON certifies that B is destroyed
no recall is open
the custodian finds A and B to be destroyed
