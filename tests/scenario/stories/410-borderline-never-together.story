title: What is borderline is approved one by one and never together
covers: R23 R14
break: src/review/review_plain.c: if (level != LEVEL_EQUAL && level != fields[i].but) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the surname of B is "Ramires"
the batch comes in
the first reviewer decides the whole sample and finds nothing wrong
the first reviewer approves together what is plain
the second reviewer approves together what is plain
the answer day comes
the release is run
A's address leaves and nobody else's
the first reviewer signs a list that approves B
the second reviewer signs a list that approves B
the release is run
the addresses of A and B leave and nobody else's
