title: An objection of law stops the address; nobody takes it back, and counsel alone answers it, citing a rule
covers: R21 R23 F7 F19 I5
break: src/matter/matter.def: DECISION(OBJECTION, OVERRULE, "overrule", COUNSEL, OPEN, CLOSED, RULE, => DECISION(OBJECTION, OVERRULE, "overrule", COUNSEL, OPEN, CLOSED, GROUND,
break: src/proc/proc_release_anew.c: x->covered = objection != 0 || hold_set_covers( => x->covered = hold_set_covers(
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the batch comes in
two reviewers approve
the first reviewer objects to A: "the purpose is a civil removal in fact"
the second reviewer objects to B: "no case is open"
the answer day comes
the release is run
C's address leaves and nobody else's
A and B are answered neutrally
the operator answers the objection with overrule, because "I2-A-USE: go on", but the answer is no: "may not"
the second reviewer answers the objection with overrule, because "I2-A-USE: go on", but the answer is no: "may not"
counsel answers the objection with overrule, because "by order of the department", but the answer is no: "rule"
counsel answers the objection with sustain, because "I2-A-CASE: the case was closed"
counsel answers the objection with overrule, because "I2-A-USE: the purpose code is a criminal one"
the release is run
the addresses of A and C leave and nobody else's
the custodian finds B to be withheld
