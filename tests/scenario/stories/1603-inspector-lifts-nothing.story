title: An inspector may stop as everybody may, and lifts nothing
covers: R21 R20
break: src/proc/proc_permit.def: PERMIT(LIFT,        "lift a hold, or except from it",   "operator", => PERMIT(LIFT, "lift a hold, or except from it", "inspector", "operator",
a request A for MARIA LOPEZ
the batch comes in
the auditor is given the role of inspector
the service runs
over the service the auditor places a hold on the case of A, docket "D"
on the page the auditor asks to lift the hold, but the answer is no: "has not the role"
counsel asks to lift the hold
on the page the auditor asks to lift the hold, but the answer is no: "has not the role"
the hold stands
