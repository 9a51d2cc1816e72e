title: The agreement is terminated: nothing leaves any more, and the same file does not come back
covers: R19 I8 F25
break: src/register/register_ask.c: return register_is(&row, REG_AGREEMENT_STATUS, "loaded") && => return
break: src/proc/proc_registrar.c: if (register_is(&old, REG_AGREEMENT_STATUS, "terminated"))\n\t\treturn instance_says(in, ERR_BAD_MOVE,\n\t\t\t"%s was terminated with these very files", id); => 
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel terminates the agreement
the answer day comes
the release is run, but the answer is no: "AG-TERM"
nothing leaves
counsel loads the agreement again, but the answer is no: "terminated"
the release is run, but the answer is no: "AG-TERM"
nothing leaves
# what is lawful goes on under another agreement; what came in under the one that ended does not
counsel loads the agreement with "setting officer-most 100 " written as "setting officer-most 50 "
a request C for LUZ HERRERA
the batch comes in
two reviewers approve
the answer day comes
the release is run
C's address leaves and nobody else's
the release of batch 1 is run, but the answer is no: "AG-TERM"
C's address leaves and nobody else's
