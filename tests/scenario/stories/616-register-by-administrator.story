title: Only an administrator names people, and only the safeguards officer speaks of safeguards
covers: R21 F19
break: src/proc/proc_permit.def: PERMIT(PEOPLE,      "change officers, certifiers and roles", "administrator") => PERMIT(PEOPLE,      "change officers, certifiers and roles", "administrator", "counsel")
break: src/proc/proc_permit.def: PERMIT(RECIPIENTS,  "change recipients and their safeguards", "safeguards") => PERMIT(RECIPIENTS,  "change recipients and their safeguards", "safeguards", "reviewer")
the first reviewer names a reviewer, but the answer is no: "has not the role"
counsel names a reviewer, but the answer is no: "has not the role"
the certifier names a reviewer, but the answer is no: "no role"
the first reviewer changes the safeguards, but the answer is no: "has not the role"
the operator names a reviewer
