title: Counsel refuses a batch over a cap: nobody is ever looked up, and all are answered as those who were not found
covers: R22 R17 F8 F9
break: src/proc/proc_volume.c: return cap->decision == MATTER_CAP_REFUSE ? VOLUME_SHUT : VOLUME_OPEN; => return VOLUME_OPEN;
break: src/proc/proc_matter_answer.c: [MATTER_CAP_REFUSE] = shut, => [MATTER_NO_DECISION] = shut,
the agreement lets 1 of a day through before counsel looks
a request A for MARIA LOPEZ
the batch comes in
no batch waits for counsel
requests B and C for JOSE RAMIREZ and LUZ HERRERA
the batch comes in
the batch waits for counsel
counsel refuses to have the batch looked up
the answer day comes
the release is run
nobody was looked up for B and C
B and C are answered neutrally
the batch is resumed
nobody was looked up for B and C
the batch decides the same when it is replayed
