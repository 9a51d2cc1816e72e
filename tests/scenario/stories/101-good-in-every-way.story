title: A request that is good in every way is answered with the person's own address
covers: R1 R4 R5 R6 R13 I1 I2 I3
break: src/proc/proc_release_anew.c: x->wished = turn.address; => x->wished = false;
break: src/proc/proc_release.c: if (renameat(r->sealed, name, r->outbox, name) != 0)\n\t\t\treturn err_origin(ERR_IO);\n\t\tr->result->answered++; => r->result->answered++;
a request A for MARIA LOPEZ
requests B and C for JOSE RAMIREZ and LUZ HERRERA
the batch comes in
all are accepted
the custodian finds all to wait for reviewers
A is found to be MARIA LOPEZ
nothing has left
two reviewers approve
the custodian finds all to be approved
the release is run
the addresses of A, B and C leave and nobody else's
A is given "1417 EASTERN AVE" for 2023
B is given "6011 BISSONNET ST APT 12" for 2023
every accepted request is answered by one package, all of one size
a package holds name, address, year, source, purpose, expiry and proof, and nothing else
the custodian finds all to be delivered
nothing stays between sealed and delivered
the ledger verifies
