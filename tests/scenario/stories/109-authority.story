title: The authority cited is a criminal statute that the agreement designates
covers: R7
break: statutes/26-usc-6103-i-2.md: require request.authority in {8-usc-1253-a-1-A, 8-usc-1253-a-1-other, 8-usc-1325, 8-usc-1326} => require request.authority in {8-usc-1253-a-1-A, 8-usc-1253-a-1-other, 8-usc-1325, 8-usc-1326, civil}
break: agreements/irs-ice-2025.md: require request.authority is 8-usc-1253-a-1-A => require request.authority in {8-usc-1253-a-1-A, 8-usc-1326}
requests A, B, C, D and E for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA, NADIA AHMED and LUIS NAVARRO
the authority of A is "8 USC 1324d"
the authority of B is "8 USC 1229a"
the authority of C is "8 USC 1326"
the authority of D is "any criminal statute"
E states no authority
the batch comes in
all are refused with I2-B3-AUTHORITY
the release is run
nothing leaves
