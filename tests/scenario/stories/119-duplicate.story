title: The same person in the same case is asked for once
covers: R22 I10
break: src/proc/proc_submit_judge.c: bool known = i > 0 && j->list[i].key == j->list[i - 1].key; => bool known = false;
break: src/proc/proc_submit_judge.c: e = known_before(j, j->list[i].value + 1, &known); => (void)known_before, known = false;
a request A for MARIA LOPEZ
A is asked again, word for word, as B
the batch comes in
A is accepted
B is refused with AG-DUPLICATE
A is asked again, word for word, as C
the batch comes in
C is refused with AG-DUPLICATE
two reviewers approve all of batch 1
the release of batch 1 is run
A's address leaves and nobody else's
