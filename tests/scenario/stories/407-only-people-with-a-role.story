title: Only people with a role read reviews and decisions, and each reading is an entry
covers: R21 R27 I6
break: src/proc/proc_permit.c: what, proc_permitted(in, what) ? ERR_OK : refuse(in, what)); => what, proc_permitted(in, what) || true ? ERR_OK : refuse(in, what));
break: src/proc/proc_reply.c: e = account_reading(in, "read-decisions", n, ""); => e = ERR_OK;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the certifier reads the decisions, but the answer is no: "no role"
the certifier looks at A, but the answer is no: "no role"
the ledger's entries are counted
counsel reads the decisions
the first reviewer looks at A
the first reviewer approves
3 more entries of the type act are in the ledger than were counted
