title: The agreement is suspended in mid-batch: nothing leaves, and what was lawful goes on when it is loaded again
covers: R19 I2 I8
break: src/proc/proc_release.c: if (in->clock < law_effective(r->law) ||\n\t\tin->clock >= law_expires(r->law) ||\n\t\t!register_agreement_loaded(in->registers,\n\t\t\tspan_text(r->batch.agreement), r->batch.law, in->at)) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel suspends the agreement
the answer day comes
the release is run, but the answer is no: "AG-TERM"
nothing leaves
a request C for LUZ HERRERA
the batch is submitted, but the answer is no: "AG-TERM"
counsel loads the agreement again
the release of batch 1 is run
the addresses of A and B leave and nobody else's
the batch is submitted
C is accepted
