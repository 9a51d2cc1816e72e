title: A key that was not committed to before takes nobody's place
covers: R27 R21
break: src/proc/proc_ledger_key.c: else if (memcmp(hash, l.chain->keys.next, sizeof(hash)) != 0) => else if (false)
the public keeps the ledger's key
somebody puts another key where the next one is
operator asks that the ledger's key be changed, but the answer is no: "not the key that the ledger committed to"
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
whoever has the key that the public keeps believes the ledger
