title: A hold that comes before the package is handed over recalls it, though it was accounted
covers: R20 R29 I2
break: src/proc/proc_release_finish.c: return may ? hand_over(r, name) : recall(r, row, name); => return hand_over(r, name);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the release is run
the power had failed before the package of A was handed over
counsel places a hold on the case of A, docket "1:26-cv-9"
the release is run
B's address leaves and nobody else's
the custodian finds A to be recalled
nothing stays between sealed and delivered
