title: A placeholder is no address, in any spelling
covers: R5 F2 F11
break: src/person/person_address.c: address->form != FORM_GENERAL && !address->placeholder && => address->form != FORM_GENERAL &&
requests A, B, C, D and E for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA, NADIA AHMED and LUIS NAVARRO
requests F and G for VICTOR RIVERA and JORGE CASTILLO
the delivery line of A is "Failed to Provide"
the delivery line of B is "Unknown Address"
the delivery line of C is "100 UNKNOWN ST"
the delivery line of D is "1 HOMELESS RD"
the delivery line of E is "DOM1CILIO DESCONOCIDO"
the delivery line of F is "123 NA NA"
G states no delivery line
the batch comes in
all are refused with I2-B1-ADDRESS
the release is run
nothing leaves
