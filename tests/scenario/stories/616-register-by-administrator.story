title: Only an administrator names people, and only the safeguards officer speaks of safeguards
covers: R21 F19
break: src/proc/proc_registrar.c: return instance_needs_role(in, "administrator"); => return ERR_OK;
the first reviewer names a reviewer, but the answer is no: "has not the role"
counsel names a reviewer, but the answer is no: "has not the role"
the certifier names a reviewer, but the answer is no: "no role"
the first reviewer changes the safeguards, but the answer is no: "has not the role"
the operator names a reviewer
