title: Years later a court has the batch decided again, and it is decided the same
covers: R32 I11 F18 F10
break: src/proc/proc_replay.c: newest->unmet != row->unmet) => false)
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, DIEGO VARGAS and GABRIEL SILVA
the ZIP of B is "00000"
D states no TIN
the batch comes in
two reviewers approve
the release is run
the batch decides the same when it is replayed
explain tells of B that "I2-B1-ADDRESS: NOT MET"
explain tells of A that "answer: review"
somebody edits the store: "UPDATE request SET unmet = 0 WHERE id = 'B'"
the batch decides the same when it is replayed, but the answer is no: "other rules as not met"
