title: There is one way out: an address is nowhere in the clear but in the sealed package
covers: F21 R1 R13 R28 I3
break: src/proc/proc_vault_seal.c: must(roll_origin_own(own.origin)); /* I7 */ => must(roll_origin_own(own.origin)); (void)fprintf(stderr, "%.*s ", (int)own.text.line.n, (const char *)own.text.line.at);
requests A and B for ANA FLORES and OLENA SHEVCHENKO
A gives the address of ANA FLORES in 2021
B asks for 2024
the batch comes in
two reviewers approve
the release is run
it does not say "640 FERRY ST"
it does not say "900 ELIZABETH AVE"
A is given "640 FERRY ST" for 2023
B is given "900 ELIZABETH AVE" for 2024
no file of the office but the roll holds "640 FERRY ST"
no file of the office but the roll holds "900 ELIZABETH AVE"
