title: The use is a criminal investigation or proceeding, and no civil removal
covers: R12 F14
break: statutes/26-usc-6103-i-2.md: and request.unit in {none, other} => and request.unit in {none, other, civil-removal}
break: statutes/26-usc-6103-i-2.md: require request.purpose in {criminal-investigation, criminal-proceeding, grand-jury} => require request.purpose in {criminal-investigation, criminal-proceeding, grand-jury, civil-removal}
break: src/proc/proc_batch.c: "civil-removal") == 0) => "never") == 0)
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
the purpose of A is "civil-removal"
B names officer BOYD
C states no purpose
D names officer BOYD
the officer's unit of D is "HSI Baltimore Group 4"
the batch comes in
all are refused with I2-A-USE
the release is run
nothing leaves
