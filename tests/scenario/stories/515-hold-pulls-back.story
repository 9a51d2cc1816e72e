title: A hold that arrives after the release pulls back what nobody fetched; when it ends everybody has a package again
covers: R20 R29 F16 I9
break: src/proc/proc_recall.c: row->state == CASE_DELIVERED ||\n\t\t       row->state == CASE_RECALLED); => row->state == CASE_RECALLED);
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
the release is run
the addresses of A, B and C leave and nobody else's
officer NELSON fetches B
counsel places a hold on the cases of A and B, docket "1:26-cv-11"
C's address leaves and nobody else's
the custodian finds A to be recalled
B is with the recipient
counsel and a reviewer lift the hold
the release is run
the addresses of A and C leave and nobody else's
