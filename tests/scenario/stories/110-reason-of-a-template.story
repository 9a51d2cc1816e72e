title: One sentence for many people is a reason for none of them
covers: R8 F6
break: src/proc/proc_submit_judge.c: other = first->value != j->list[to - 1].value; => other = false;
break: statutes/26-usc-6103-i-2.md: require request.reason at least borderline and request.reason-own => require request.reason at least borderline
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the case of A, B and C is "HSI-BAL-26-200001"
the order of A, B and C is "2024-02-01"
the reason of A, B and C is "Investigation HSI-BAL-26-200001: the person was ordered removed on 2024-02-01 and has not left the United States"
the batch comes in
all are refused with I2-B4-REASON
the release is run
nothing leaves
