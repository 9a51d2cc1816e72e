title: A lift that two grant at the same moment is granted once
covers: R20
break: src/hold/hold.def: MOVE(LIFT_ASKED, DENY,  PLACED) => MOVE(LIFT_ASKED, DENY,  PLACED)\nMOVE(LIFTED, ASK, LIFT_ASKED)
a request A for MARIA LOPEZ
the batch comes in
the service runs
over the service counsel places a hold on the case of A, docket "D"
counsel asks to lift the hold
the first reviewer is shown what to sign to lift the hold
the second reviewer is shown what to sign to lift the hold
the first reviewer and the second reviewer sign and send at the same moment
one of them is done, and the other is told "lifted"
the hold is lifted
