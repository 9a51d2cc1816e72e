title: Without a case that was open on the day there is no investigation to serve
covers: R9 F6 F7
break: statutes/26-usc-6103-i-2.md: require request.case at least open => require request.case at least undated
break: src/request/request_grade.c: if (!request_case_stated(r->field[RQ_CASE_ID]))\n\t\treturn "none"; => if (false)\n\t\treturn "none";
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
the case's status of A is "closed"
B states no case's opening
the case's opening of C is "2035-01-01"
the case of D is "TBD"
the batch comes in
A, B and C are refused with I2-A-CASE
D is refused with I2-A-CASE and I2-B4-REASON
the release is run
nothing leaves
