title: The daily round tells what is due and what is overdue: answers, second looks, acknowledgements, use that ended
covers: R29 F15 R31
break: src/proc/proc_tend_due.c: bool late = matter_overdue(&m, in->at); => bool late = false;
break: src/proc/proc_custody.c: item->late = there && item->letters.acknowledged_at == 0 && => item->late = false && item->letters.acknowledged_at == 0 &&
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the daily round finds nothing overdue
31 days pass
the daily round finds overdue: "answer"
the release is run
4 days pass
the daily round finds overdue: "look"
2 days pass
the daily round finds overdue: "not acknowledged"
90 days pass
the daily round finds overdue: "use ended"
