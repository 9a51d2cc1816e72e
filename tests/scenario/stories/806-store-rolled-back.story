title: Yesterday's store is put back: nothing leaves until it is recovered, and nothing leaves twice
covers: R24 R27 I1 I10
break: src/proc/proc_instance.c: if (e == ERR_OK && behind > 1 && !in->recover) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the store is backed up
the release is run
the addresses of A and B leave and nobody else's
the packages that left are counted
the store of the back-up is put back
the release is run, but the answer is no: "nothing may leave"
nothing more leaves
the store is recovered
the release is run
nothing more leaves
the custodian finds A and B to be delivered
the batch decides the same when it is replayed
