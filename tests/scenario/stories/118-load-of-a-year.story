title: What the officer asked in the batches before counts towards the hundred
covers: R11 R22 F5
break: src/proc/proc_submit_judge.c: s->batch.today - YEAR_DAYS, j->s->batch.n, add_person, => s->batch.today + YEAR_DAYS, j->s->batch.n, add_person,
requests A1 to A60 for people who are on no roll
the batch comes in
all are accepted
requests B1 to B41 for people who are on no roll
the batch comes in
B1 to B41 are refused with AG-OFFICER-LOAD
A1 to A60 are accepted
