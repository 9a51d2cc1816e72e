title: There is one set of tests, with a TIN and without: the path with a TIN is no shortcut
covers: F1 F10 R5 R14 I5
break: src/match/match_judge.c: if (!m.line_equal || !roll_origin_own(span->origin))\n\t\trecord->cause = MATCH_C_ADDRESS;\n\telse if => if (!roll_origin_own(span->origin) || (!m.line_equal && tin != LEVEL_EQUAL))\n\t\trecord->cause = MATCH_C_ADDRESS;\n\telse if
and: src/match/match_judge.c: if (who_only.cause == MATCH_C_MET)\n\t\tret_record->cause = MATCH_C_ADDRESS; => 
break: statutes/26-usc-6103-i-2.md: require request.address at least deliverable => require request.address at least deliverable or request.tin at least given
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
B states no TIN
D states no TIN
A and B give the address of JORGE CASTILLO in 2023
C and D give the address "99999"
the batch comes in
C and D are refused with I2-B1-ADDRESS
A and B are accepted
the custodian finds A and B to be unresolved with AG-CONFIRM
the answer day comes
the release is run
no address leaves
A and B are answered neutrally
