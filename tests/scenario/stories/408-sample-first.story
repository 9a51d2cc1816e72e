title: Nothing is approved together before the sample, drawn over refused and accepted, was decided one by one
covers: R23 F10 F15
break: src/proc/proc_sample.c: if (s.n_decided < s.n || matter_is_open(&s.matter)) => if (false)
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the ZIP of B is "00000"
the batch comes in
the first reviewer approves together what is plain, but the answer is no: "still to be decided"
the second reviewer approves together what is plain, but the answer is no: "still to be decided"
the answer day comes
the release is run
no address leaves
the first reviewer decides the whole sample and finds nothing wrong
it says "confidence"
the first reviewer approves together what is plain
the second reviewer approves together what is plain
the release is run
the addresses of A and C leave and nobody else's
