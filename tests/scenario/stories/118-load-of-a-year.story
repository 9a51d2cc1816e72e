title: What the officer asked in the batches before counts towards the hundred
covers: R11 R22 F5
break: src/proc/proc_submit_judge.c: j->s->batch.today - YEAR_DAYS, j->but, add_person, &persons); => j->s->batch.today + YEAR_DAYS, j->but, add_person, &persons);
requests A1 to A60 for people who are on no roll
the batch comes in
all are accepted
requests B1 to B41 for people who are on no roll
the batch comes in
B1 to B41 are refused with AG-OFFICER-LOAD
A1 to A60 are accepted
