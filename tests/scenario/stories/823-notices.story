title: The people whose information left unlawfully are told, unless counsel cites a law, and then only until a day
covers: R31 F24 R30
break: src/proc/proc_notice.c: if (e == ERR_OK && !cites(ground)) => if (e == ERR_OK && ground == NULL)
break: src/proc/proc_notice.c: if (item.until != DAY_NONE && item.until <= in->clock && => if (item.until != DAY_NONE && item.until > in->clock &&
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
requests D for people who are on no roll
the batch comes in
two reviewers approve
the release is run
counsel opens an incident about A: "a rule was wrong"
counsel finds what left under the rule AG-CONFIRM, and adds it to the incident
the first reviewer queues notices to the people of the incident: "An error in a rule of ours.", but the answer is no: "not the role"
counsel queues notices to the people of the incident: "An error in a rule of ours."
the notice is to 3 people
the notice's drafts name the law and no number of a taxpayer
counsel keeps the notice back for 10 days, because "not now", but the answer is no: "cites the law"
counsel keeps the notice back for 10 days, because "order of the court, docket 1:26-cv-1"
no notice is open
9 days pass
the daily round is made
no notice is open
1 day passes
the daily round is made
the notice is to 3 people
counsel sends the notice
no notice is open
