title: What nobody fetched, an order preserves, an account must tell or somebody is to look at is not erased
covers: R20 R24 R29
break: src/proc/proc_erase_survey.c: if (hold == NULL) => if (hold == NULL || true)
break: src/proc/proc_erase_survey.c: if (v->today < day + PROC_ERASE_ACCOUNT_DAYS) => if (false)
break: src/proc/proc_erase_survey.c: if (ended == DAY_NONE || ended > v->today) => if (false)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the release is run
the safeguards officer is given the role of safeguards
the safeguards officer asks that A be erased, whose record is gone, but the answer is no: "nobody has fetched its package"
officer NELSON fetches A
counsel places an order to preserve everything, docket "1:26-cv-8"
the safeguards officer asks that A be erased, whose record is gone, but the answer is no: "hold 1 says to preserve it"
counsel asks to lift the hold
the first reviewer agrees to lift the hold
the safeguards officer asks that A be erased, whose record is gone, but the answer is no: "matter 1 is open"
the first reviewer decides the whole sample and finds nothing wrong
the third reviewer is given the role of reviewer
the third reviewer looks at the answer to A again and finds it sound
the safeguards officer asks that A be erased, whose record is gone, but the answer is no: "five years from the last hand-over"
6 years pass
the safeguards officer asks that A be erased, but the answer is no: "as long as the record itself"
all is kept of A
the safeguards officer asks that A be erased, whose record is gone
counsel grants the erasure
nothing is kept of A
