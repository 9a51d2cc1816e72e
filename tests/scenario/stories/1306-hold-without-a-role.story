title: Who has no role of the custodian's stops nothing, though the service answers them
covers: R20 R21
break: src/proc/proc_permit.def: PERMIT(HOLD,        "place a hold",                    "operator", => PERMIT(HOLD, "place a hold", "requester", "operator",
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the service runs
over the service the requester places a hold on the case of A, docket "D", but the answer is no: "has not the role"
over the service the certifier places a hold on the case of A, docket "D", but the answer is no: "no role"
no holds stand
the answer day comes
the release is run
A's address leaves and nobody else's
