title: Over a cap of the agreement a batch is answered like any other, and waits for counsel before anybody is looked up
covers: R22 F8 F9 I9
break: src/proc/proc_locate.c: return e == ERR_OK && *ret_gate == VOLUME_OPEN => return e == ERR_OK
break: src/law/volume.c: return most != 0 && volume->count[cap] > most; => return false;
the agreement lets 2 in a batch through before counsel looks
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
no batch waits for counsel
a request C for LUZ HERRERA
requests D and E for people who are on no roll
the batch comes in
C, D and E are accepted
the batch waits for counsel
nobody was looked up for C, D and E
the operator clears the batch, but the answer is no: "this role"
the batch is resumed, but the answer is no: "waits for counsel"
the same file is submitted again
nobody was looked up for C, D and E
counsel clears the batch
the batch is resumed
two reviewers approve
the answer day comes
the release is run
C's address leaves and nobody else's
the batch decides the same when it is replayed
