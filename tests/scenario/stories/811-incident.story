title: An incident is opened at once, reported within 24 hours in seven fields without a word of the record, and what else left under the rule is known
covers: R30 F15 F18
break: src/matter/matter.def: KIND(INCIDENT, "incident", ANYBODY, 24, => KIND(INCIDENT, "incident", ANYBODY, 2400,
break: src/proc/proc_incident.c: return report_incident_names(folded, g, s) || holds_text(folded, a) || => return holds_text(folded, a) ||
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
requests D for people who are on no roll
the batch comes in
two reviewers approve
the release is run
the first reviewer opens an incident about A: "the address of Maria Lopez went to the wrong officer", but the answer is no: "person of request A"
the first reviewer opens an incident about A: "an address was given for another person; name and mailing address"
the incident is due within 24 hours
counsel reports the incident, but the answer is no: "not known yet"
counsel tells the incident's other six fields
the first reviewer reports the incident, but the answer is no: "may not"
counsel reports the incident
the report has seven fields and no name or number of a taxpayer
A, B and C are what left under the rule AG-CONFIRM
