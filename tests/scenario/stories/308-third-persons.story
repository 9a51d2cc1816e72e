title: A joint return, a dependant, a preparer: nobody else's data is given
covers: R15 R13 I7
break: src/roll/roll_look.c: if ((span.years & bit) == 0 || !roll_role_own(span.role) ||\n\t\t\t!roll_origin_own(span.origin)) => if ((span.years & bit) == 0)
and: src/proc/proc_vault_seal.c: must(roll_origin_own(own.origin)); /* I7 */ => 
requests A, B and C for PEDRO SANTOS, ROSA SANTOS and SOFIA SANTOS
requests D, E and F for MIGUEL TORRES, CARMEN ORTIZ and RAUL JIMENEZ
F gives the address of RAUL JIMENEZ in 2021
F asks for 2022 and 2023
the batch comes in
all are accepted
the custodian finds C and D to be withheld
the custodian finds E to be unresolved
two reviewers approve
the release is run
the addresses of A, B and F leave and nobody else's
F is given the years 2022
a package holds name, address, year, source, purpose, expiry and proof, and nothing else
