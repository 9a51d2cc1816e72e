title: What came in while a hold stood waits for two people when it is lifted
covers: R20 I2 F16
break: src/proc/proc_release_survey.c: e = proc_screen_wake_batch(r->in, r->batch.n, &woken); => (void)proc_screen_wake_batch;
counsel places a hold on everything, docket "1:26-cv-11"
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the answer day comes
the release is run
no address leaves
every accepted request is answered by one package, all of one size
counsel and a reviewer lift the hold
the release is run, but the answer is no: "two reviewers"
no address leaves
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
the batch decides the same when it is replayed
