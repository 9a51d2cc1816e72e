title: The place where an agency holds the person is no address of theirs
covers: R5 F4
break: src/person/person_address.c: !address->facility && !is_misplaced(address); => !is_misplaced(address);
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the delivery line of A is "100 COUNTY DETENTION CENTER RD"
the delivery line of B is "ICE FIELD OFFICE 1 MAIN ST"
the delivery line of C is "200 STATE PRISON RD"
the batch comes in
all are refused with I2-B1-ADDRESS
the release is run
nothing leaves
