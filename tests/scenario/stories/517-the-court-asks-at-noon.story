title: At noon the court asks what left since the morning's order: which packages, to whom, and where each is now
covers: R20 R29 F16 F17 F18
break: src/proc/proc_left.c: if (e == ERR_OK && item.at >= l->about.since) { => if (e == ERR_OK) {
break: src/proc/proc_permit.def: PERMIT(OUTCOMES,    "see which packages held an address", "reviewer", "counsel", "inspector") => PERMIT(OUTCOMES,    "see which packages held an address", "reviewer", "counsel", "inspector", "operator")
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the release is run
# the order is signed, and reaches the office only after the next release
the time is noted
requests C, D and E for LUZ HERRERA, NADIA AHMED and LUIS NAVARRO
requests F for people who are on no roll
the batch comes in
two reviewers approve
the release is run
officer NELSON fetches C, D and F
officer NELSON acknowledges the packages of C, D and F
officer NELSON certifies that D is destroyed
counsel places a hold on everything, docket "1:26-cv-00457 D.D.C.", effective at the time noted
what left since the order was effective is C, D, E and F
of these C, D and E held an address
the court is told that C is now with recipient
the court is told that D is now with destroyed
the court is told that E is now with custodian
the operator is not told which held an address
