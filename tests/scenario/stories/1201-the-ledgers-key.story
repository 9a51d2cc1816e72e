title: The ledger's key is changed by two people for the one that was committed to, and whoever has the first believes all
covers: R27 R21 I9
break: src/proc/proc_ledger_key.c: if (register_same_person(in->registers, was->who, in->actor.print)) => if (false)
break: src/store/log_verify.c: ledger_vkey_text(ledger_keys_last(&v->keys), &v->bundle); => buf_bytes(&v->bundle, buf_span(&v->tile)); v->bundle.n -= 1;
break: src/proc/proc_ledger_key.c: e = tell_keeper(in, index, true); => e = ERR_OK;
the public keeps the ledger's key
the public keeps the ledger's checkpoint
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
operator asks that the ledger's key be changed
operator grants that the ledger's key be changed, but the answer is no: "cannot grant it"
counsel grants that the ledger's key be changed
the ledger has another key than the public keeps
the answer day comes
the release is run
the addresses of A and B leave and nobody else's
whoever has the key that the public keeps believes the ledger
the ledger extends the checkpoint that the public keeps
who says that another key of his is the ledger's is not believed
