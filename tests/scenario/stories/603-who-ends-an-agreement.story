title: Only counsel or an administrator suspends an agreement; whoever orders it otherwise is refused
covers: R19 R21 F19
break: src/proc/proc_permit.def: PERMIT(AGREEMENTS,  "load and end agreements",         "administrator", "counsel") => PERMIT(AGREEMENTS,  "load and end agreements",         "administrator", "counsel", "reviewer")
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the first reviewer suspends the agreement, but the answer is no: "has not the role"
the certifier suspends the agreement, but the answer is no: "no role"
the release is run
A's address leaves and nobody else's
