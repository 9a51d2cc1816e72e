title: What was accounted and not yet handed over is recalled, not handed over, when a hold or a screen has come
covers: R20 R16 R29 I2
break: src/proc/proc_release_finish.c: s->recall = s->recall || !may; => (void)may;
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
the release is run
the power had failed before the packages of A and C were handed over
counsel places a hold on the case of A, docket "1:26-cv-9"
a screen is entered for LUZ HERRERA, ground ci
the release is run
B's address leaves and nobody else's
the custodian finds A and C to be recalled
nothing stays between sealed and delivered
