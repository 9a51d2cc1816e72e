title: An Idempotency-Key that comes again is answered as before, and with another batch refused
covers: R15 I10
break: src/api/api_once.c: if (memcmp(before, once->sent, sizeof(before)) == 0) => if (before[0] == once->sent[0] || once->again)
the service runs
a request A for MARIA LOPEZ
over the service the requester sends the batch under the key "monday"
over the service the requester sends it again under the key "monday", and is answered the same
a request B for JOSE RAMIREZ
over the service the requester sends another under the key "monday", but the answer is no: "used for something else"
over the service the requester sends the batch under the key "tuesday"
A is accepted
B is accepted
