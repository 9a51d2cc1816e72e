title: What was answered neutrally and never resolved lapses after the agreement's days, and is not answered any more
covers: R33 I10 R27
break: src/proc/proc_tend.c: l->in->clock >= from + (int32_t)law_lapse_days(l->law); => l->in->clock >= from + (int32_t)law_answer_days(l->law);
and: src/proc/proc_tend.c: in->clock >= l->from + (int32_t)law_lapse_days(l->law)) => in->clock >= l->from)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
requests C for people who are on no roll
the batch comes in
two reviewers approve A
the answer day comes
the release is run
A's address leaves and nobody else's
148 days pass
the daily round is made
the custodian finds C to be unresolved
5 days pass
the daily round is made
the custodian finds B and C to have lapsed
A's address leaves and nobody else's
