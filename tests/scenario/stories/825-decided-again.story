title: A rule is mended, and what left under the old one is found: who got it, whom to tell, what to demand back; looking changes nothing
covers: R30 R31 R32 F15 F24
break: src/proc/proc_redecide.c: evidence_set_flag(ev, EV_NO_HOLD, true); => evidence_set_flag(ev, EV_NO_HOLD, false);
break: src/proc/proc_redecide.c: if (e == ERR_OK && row->delivered != STORE_NO_ENTRY && kept_back) => if (e == ERR_OK && row->delivered != STORE_NO_ENTRY && item->left && !kept_back)
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
requests E for people who are on no roll
A asks for 2022 and 2023
C asks for 2022 and 2023
D asks for 2021, 2022 and 2023
D states no city
the batch comes in
D is refused with I2-B1-ADDRESS
two reviewers approve
the release is run
the addresses of A, B and C leave and nobody else's
the first reviewer decides everything again with "setting periods-most 10 " written as "setting periods-most 1 ", but the answer is no: "not the role"
counsel decides everything again with "setting periods-most 10 " written as "setting periods-most 1 "
the releases of A and C would be refused with I2-B2-PERIOD
B, D and E would be decided as they were
the list for an incident has A and C and nobody else's name
there are drafts of 2 notices and of a demand
the draft of a demand names A, C and E
no incident is open
counsel opens an incident about that list: "a rule of ours let through more years than one"
one incident is open
counsel queues notices to the people of the incident: "An error in a rule of ours."
the notice is to 2 people
