title: An office, a mailbox or nobody is not personally and directly engaged
covers: R11 R12 F14
break: statutes/26-usc-6103-i-2.md: require request.officer at least supervisor\n\telse => require request.officer at least unregistered\n\telse
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the officer of A is "HSI-9999"
B states no officer
the officer of C is "UNKNOWN"
the batch comes in
all are refused with I2-A-OFFICER
the release is run
nothing leaves
