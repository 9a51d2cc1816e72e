title: A byte of the public ledger is changed: everybody sees it
covers: R27 I9
break: src/store/log_verify.c: if (memcmp(v->tile.at + i * LEDGER_HASH, edge->at[i].at,\n\t\t\t    LEDGER_HASH) != 0) => if (false)
and: src/store/log_verify.c: if (!ledger_hash_same(&root, &v->cp.root)) => if (false)
and: src/store/log_verify.c: if (v->tile.at[i] != v->bundle.at[i]) => if (false)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the release is run
the ledger verifies
an outsider proves that the last entry is in the ledger
a byte of the ledger's entries is changed
the ledger verifies, but the answer is no: "tile/"
the byte is put right
the ledger verifies
