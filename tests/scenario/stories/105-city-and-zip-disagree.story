title: City, State and ZIP Code must agree with each other
covers: R5 F3
break: src/person/person_address.c: bool agrees =\n\t\tperson_zip_agrees(address->zip, address->city, address->state); => bool agrees = address->zip[0] != '\\0';
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the ZIP of A is "90001"
the city of B is "CHICAGO"
the state of C is "TX"
the batch comes in
all are refused with I2-B1-ADDRESS
the release is run
nothing leaves
