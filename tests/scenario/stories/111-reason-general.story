title: A reason that states nothing of the person, or another's facts, is no reason
covers: R8
break: src/request/request_reason.c: return case_stated && r->other_case ? "contradicted"\n\t\t\t\t\t\t    : "general"; => return "specific";
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the reason of A is "For law enforcement purposes in connection with an ongoing investigation"
the reason of B is "The person in HSI-BAL-26-999999 was ordered removed on 2019-01-01"
C states no reason
the batch comes in
all are refused with I2-B4-REASON
the release is run
nothing leaves
