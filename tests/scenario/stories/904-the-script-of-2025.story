title: Each release that the rule of 2025 makes is found when it is compared: digits for an address, a jail, a number for a person
covers: F1 F2 F3 F4 R5 R14 R30
break: src/proc/proc_redecide.c: evidence_set_word(ev, EV_TAX_NUMBER,\n\t\t\tlevel => evidence_set_word(ev, EV_PERSON,\n\t\t\tlevel
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
requests E, F and G for DIEGO VARGAS, GABRIEL SILVA and MEI CHEN
requests H for people who are on no roll
# F1: the number is right, the address another's or none of theirs
B gives the address of NADIA AHMED in 2023
the delivery line of C is "6013 BISSONNET ST"
# F2, F3: what the filter for a blank field let through
the delivery line of D is "FAILED TO PROVIDE"
E gives nothing but a ZIP as its address
the ZIP of F is "00000"
# F4
the delivery line of G is "100 COUNTY DETENTION CENTER RD"
the batch comes in
D, E, F and G are refused with I2-B1-ADDRESS
two reviewers approve
the release is run
A's address leaves and nobody else's
counsel compares the rule of 2025 with the agreement
the rule of 2025 would have released B and C, and the agreement does not
the rule of 2025 would have looked D, E, F and G up, and the agreement refuses them with I2-B1-ADDRESS
the rule of 2025 and the agreement say the same of A and H
