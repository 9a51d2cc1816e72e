title: A request that does not give the taxpayer's name is refused
covers: R4 R1
break: statutes/26-usc-6103-i-2.md: require request.name at least full => require request.name at least partial
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
A states no given name
B states no surname
the given name of C is "J"
the surname of D is "UNKNOWN"
the batch comes in
all are refused with I2-B1-NAME
nobody was looked up for all
the release is run
nothing leaves
