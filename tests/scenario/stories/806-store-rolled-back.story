title: Yesterday's store is put back: the ledger is ahead of it, and nothing leaves twice
covers: R24 R27 I1
break: src/proc/proc_account.c: if (state.size > journal) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the store is backed up
the release is run
the addresses of A and B leave and nobody else's
the packages that left are counted
the store of the back-up is put back
the release is run, but the answer is no: "ledger"
nothing more leaves
