title: The ledger only grows: a checkpoint kept by the public is a beginning of every later one
covers: R27 I9 F18
break: src/proc/proc_ledger.c: e = store_log_extends(ledger->dir, &ledger->vkey, old); => e = ERR_OK;
a request A for MARIA LOPEZ
the public keeps the ledger's checkpoint
the batch comes in
two reviewers approve
the release is run
the ledger extends the checkpoint that the public keeps
in a copy of the office somebody makes other entries, and the public keeps that checkpoint
two reviewers approve
the ledger extends the checkpoint that the public keeps, but the answer is no: "its past was changed"
