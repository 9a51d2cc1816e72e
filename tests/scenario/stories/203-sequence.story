title: Batches come in their order, none twice and none left out
covers: R2 R33
break: src/proc/proc_submit.c: if (e == ERR_OK && s->manifest.sequence != last + 1) => if (false)
break: src/proc/proc_submit.c: if (memcmp(known.sha384, s->manifest.sha384, 48) != 0 ||\n\t\t\tmemcmp(known.manifest, s->batch.manifest, 32) != 0) => if (false)
a request A for MARIA LOPEZ
the manifest has the sequence number 2
the batch is submitted, but the answer is no: "sequence 2 does not follow 0"
the batch is submitted
the same file is submitted again
nothing is done twice
a request B for JOSE RAMIREZ
the manifest has the sequence number 1
the batch is submitted, but the answer is no: "sequence 1 was used by another batch"
the batch is submitted
B is accepted
