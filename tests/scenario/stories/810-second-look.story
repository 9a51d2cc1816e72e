title: After delivery a sample of the answers is looked at again within 72 hours, by somebody else
covers: F15 R23 R30
break: src/matter/matter.def: KIND(LOOK, "look", PROGRAM, 72, => KIND(LOOK, "look", PROGRAM, 7200,
break: src/proc/proc_look.c: return again ? instance_says(in, ERR_NOT_ALLOWED, => return again && e != ERR_OK ? instance_says(in, ERR_NOT_ALLOWED,
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
requests D for people who are on no roll
the batch comes in
two reviewers approve
the release is run
the addresses of A, B and C leave and nobody else's
4 answers are drawn for a second look within 72 hours
the third reviewer is given the role of reviewer
the first reviewer looks at the answer to A again and finds it sound, but the answer is no: "decided on this request before"
the third reviewer looks at the answers to A, B and D again and finds them sound
no incident is open
the third reviewer looks at the answer to C again and finds it wrong, because "the unit is another"
one incident is open
the incident is due within 24 hours
no look is open
