title: What a hold stopped before anybody had signed waits for two people when it ends
covers: R20 R23 I2
break: src/case/case_anew.c: state == CASE_APPROVED || state == CASE_SEALED ||\n\t       state == CASE_STOPPED; => state == CASE_APPROVED || state == CASE_SEALED;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
counsel places a hold on everything, docket "1:26-cv-10"
the answer day comes
the release is run
no address leaves
counsel and a reviewer lift the hold
the release is run, but the answer is no: "two reviewers"
no address leaves
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
