title: One wrong answer in the sample, and nothing of the batch is approved together
covers: R23 F15
break: src/proc/proc_sample.c: if (s.matter.decision == MATTER_SAMPLE_WRONG || s.n_wrong > 0) => if (false)
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the ZIP of B is "00000"
the batch comes in
the first reviewer finds B of the sample wrong, because "the ZIP Code is the county's own"
the first reviewer approves together what is plain, but the answer is no: "wrong"
the first reviewer signs a list that approves A and C
the second reviewer signs a list that approves A and C
the release is run
the addresses of A and C leave and nobody else's
