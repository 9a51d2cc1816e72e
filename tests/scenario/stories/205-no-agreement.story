title: Under an agreement that is not loaded, or not in force on the day, nothing is received
covers: R19 R1 I8
break: src/proc/proc_submit.c: strcmp(m->agreement, law_agreement_id(in->law)) != 0) => false)
and: src/proc/proc_submit.c: !register_agreement_loaded(in->registers,\n\t\t\tspan_text(m->agreement), in->law_hash, in->at)) => false)
break: src/proc/proc_submit.c: in->clock >= law_expires(in->law) || => 
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the manifest names the agreement "AG-NO-SUCH"
the batch is submitted, but the answer is no: "AG-TERM"
2000 days pass
the batch is submitted, but the answer is no: "AG-TERM"
no batch has come in
nothing leaves
