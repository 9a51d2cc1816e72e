title: What was changed after it was signed is refused whole, and its number stays free
covers: R2 R33 F17
break: src/proc/proc_submit.c: if (memcmp(file->sha384, m->sha384, sizeof(m->sha384)) != 0) => if (false)
break: src/proc/proc_submit.c: if (file->lines != m->count) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the manifest is changed after it was signed, and submitted, but the answer is no: "I2-A-SIGNER"
the file is changed after it was signed, and submitted, but the answer is no: "RQ-FORM" "SHA-384"
the manifest counts 3 requests
the batch is submitted, but the answer is no: "2 lines, the manifest counts 3"
the manifest has the hash of another file
the batch is submitted, but the answer is no: "SHA-384"
no batch has come in
the batch is submitted
all are accepted
