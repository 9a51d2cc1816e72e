title: An office tries the batch of 2025 in a shadow: the useless addresses are counted, what was denied is lawful, and nothing leaves
covers: F1 F2 F3 F4 F10 F14 R5 R14
break: src/proc/proc_shadow.c: elsewhere ? THEN_ELSEWHERE : THEN_LEFT => THEN_LEFT
break: src/report/report_shadow.c: all[LEFT] - lawful[LEFT] => all[LEFT]
break: src/proc/proc_instance.c: if (os_exists(dir, "secret/signing.key")) => if (dir >= 0)
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
requests E, F and G for DIEGO VARGAS, GABRIEL SILVA and MEI CHEN
# F1: the number is right, the address another's
B gives the address of NADIA AHMED in 2023
# F2, F3, F4
the delivery line of D is "FAILED TO PROVIDE"
E gives nothing but a ZIP as its address
the ZIP of F is "00000"
the delivery line of G is "100 COUNTY DETENTION CENTER RD"
the batch is old, and is tried in a shadow; A, B, D, E, F and G got an address then
D, E, F and G would be refused there with I2-B1-ADDRESS
B would be confirmed as nobody there
A and C would be lawful there
the report says that six addresses left then, and five of them would not have
it says that six of them went to somebody else than the officer, and that one who got nothing are lawful
in the shadow nothing can be released
