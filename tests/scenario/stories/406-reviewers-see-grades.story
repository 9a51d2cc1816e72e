title: A reviewer sees how far the record agrees, and not the record
covers: R27 R13 I3
break: src/proc/proc_vault_seal.c: must(roll_origin_own(own.origin)); /* I7 */ => must(roll_origin_own(own.origin)); (void)fprintf(stderr, "%.*s ", (int)own.text.line.n, (const char *)own.text.line.at);
requests A and B for ANA FLORES and MARIA LOPEZ
A gives the address of ANA FLORES in 2021
A asks for 2023
the batch comes in
the first reviewer looks at A
it does not say "640 FERRY ST"
it says "equal"
the operator reads the decisions
it does not say "640 FERRY ST"
explain tells of A that "answer: review"
it does not say "640 FERRY ST"
no file of the office but the roll holds "640 FERRY ST"
two reviewers approve
the release is run
it does not say "640 FERRY ST"
A is given "640 FERRY ST" for 2023
no file of the office but the roll holds "640 FERRY ST"
