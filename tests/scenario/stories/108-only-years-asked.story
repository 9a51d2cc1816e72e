title: Only the years that were asked are given, never the most recent one
covers: R6 F20 F22
break: src/roll/roll_look.c: if ((span.years & bit) == 0 || !roll_role_own(span.role) ||\n\t\t\t!roll_origin_own => if (!roll_role_own(span.role) ||\n\t\t\t!roll_origin_own
requests A, B and C for ANA FLORES, CARLOS MENDOZA and FATIMA HASSAN
A gives the address of ANA FLORES in 2023
A asks for 2021
B asks for 2023 and 2024
the batch comes in
all are accepted
the custodian finds C to be withheld with AG-YEARS
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
A is given the years 2021
A is given "4212 E BUTLER AVE" for 2021
B is given the years 2023 and 2024
C is answered neutrally
