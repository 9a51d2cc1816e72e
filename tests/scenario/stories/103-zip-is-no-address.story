title: A ZIP Code is no address, with a TIN or without
covers: R5 F1 F2 F3 F11
break: statutes/26-usc-6103-i-2.md: require request.address at least deliverable => require request.address at least zip-like
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
A and B give nothing but a ZIP as their address
C gives the address "00000"
D gives the address "Don't Care 12345"
B states no TIN
D states no birth date
the batch comes in
all are refused with I2-B1-ADDRESS
nobody was looked up for all
the release is run
nothing leaves
