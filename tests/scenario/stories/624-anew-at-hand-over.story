title: What was accounted and not yet handed over stays where it is while agreement, safeguards, certifier or screens forbid it, and then goes
covers: R3 R16 R18 R19 I1 I2 I8
break: src/proc/proc_release.c: if (in->clock < law_effective(r->law) ||\n\t\tin->clock >= law_expires(r->law) ||\n\t\t!register_agreement_loaded(in->registers,\n\t\t\tspan_text(r->batch.agreement), r->batch.law, in->at)) => if (false)
break: src/register/register_ask.c: if (!register_is(row, REG_RECIPIENT_SAFEGUARDS, "in-order")) => if (false)
break: src/proc/proc_release.c: if (!register_certifies(in->registers, => if (false && !register_certifies(in->registers,
break: src/proc/proc_screen.c: if (age <= (int64_t)law_screen_days(law)) => if (law != NULL)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the release is run
the power had failed before the packages of A and B were handed over
counsel suspends the agreement
the release is run, but the answer is no: "AG-TERM"
nothing leaves
counsel loads the agreement again
a safeguards finding is opened against the requester
the release is run, but the answer is no: "AG-SAFEGUARDS"
nothing leaves
the safeguards finding is closed
the certifier's registration is revoked
the release is run, but the answer is no: "I2-A-SIGNER"
nothing leaves
the certifier is registered again
counsel loads the list of exam of 91 days ago with IRINA PETROVA, ground exam
the release is run, but the answer is no: "days old"
nothing leaves
counsel loads the list of exam of 1 days ago with IRINA PETROVA, ground exam
the release is run
the addresses of A and B leave and nobody else's
nothing stays between sealed and delivered
