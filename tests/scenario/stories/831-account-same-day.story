title: An account goes to the same day for everybody, and who may not give one is refused
covers: R31 R21 I9
break: src/proc/proc_statement.c: in->clock - days => in->clock
break: src/proc/proc_permit.def: "give a person their account",     "counsel", "safeguards") => "give a person their account",     "counsel", "safeguards", "reviewer")
requests A for MARIA LOPEZ
the batch comes in
two reviewers approve
the release is run
A's address leaves and nobody else's
the day before that comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account, but the answer is no: "to everybody"
counsel gives JOSE RAMIREZ their account, but the answer is no: "to everybody"
the day comes on which accounts tell of this month
the first reviewer gives MARIA LOPEZ their account, but the answer is no: "not the role"
