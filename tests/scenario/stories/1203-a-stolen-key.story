title: Two people say since when a stolen key is worth nothing, and what came after stays in the ledger
covers: R27 R21
break: src/proc/proc_ledger_key.c: if (was->compromised_after == is->compromised_after) => if (true)
the public keeps the ledger's key
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
operator asks that the ledger's key be changed, which was stolen after 20 entries
counsel grants that the ledger's key be changed, but the answer is no: "--compromised-after 20"
counsel grants that the ledger's key be changed, which was stolen after 20 entries
two reviewers approve
the answer day comes
the release is run
the addresses of A and B leave and nobody else's
whoever has the key that the public keeps believes the ledger
