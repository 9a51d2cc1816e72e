title: What is delayed of an account is not told and not betrayed, and is told when the delay has ended
covers: R31 I9
break: src/proc/proc_release.c: if (e == ERR_OK && !delayed) => if (e == ERR_OK && (!delayed || true))
break: src/proc/proc_delay.c: enter_late(in, buf_span(&object), &tag, &d->told); => enter_late(in, buf_span(&object), &(struct proc_subject_tag){.kind = SUBJECT_NONE}, &d->told);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the first reviewer delays what is told of A for 90 days, because "an inquiry", but the answer is no: "not the role"
counsel delays what is told of A for 400 days, because "an inquiry", but the answer is no: "ends within 366 days"
counsel delays what is told of A for 120 days, because "an inquiry"
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
counsel delays what is told of B for 90 days, because "an inquiry", but the answer is no: "left already"
the day comes on which accounts tell of this month
the daily round is made
the delay of A has the state stands
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of no disclosures
MARIA LOPEZ's account has the same words as JOSE RAMIREZ's
95 days pass
the delay of A has the state overdue
the daily round finds overdue: "of an account ended"
the delay of A has the state ended
the day comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of one disclosure
one of them was told after a delay
