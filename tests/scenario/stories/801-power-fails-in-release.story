title: The power fails during the release: nothing left without its entry, and nothing leaves twice
covers: R24 I1 R33
break: src/proc/proc_release.c: e = release_finish(r); => e = ERR_OK;
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
the power fails as soon as packages are sealed
the release is run
the power had failed before the packages of A and B were handed over
the packages that left are counted
the release is run
the addresses of A, B and C leave and nobody else's
every accepted request is answered by one package, all of one size
nothing stays between sealed and delivered
the ledger verifies
