title: Screens that are too old let nothing leave; a newer list does
covers: R16 I2 I8
break: src/proc/proc_screen.c: if (age <= (int64_t)law_screen_days(law)) => if (law != NULL)
and: src/proc/proc_vault_seal.c: if (!screens_are_fresh(v)) => if (false && !screens_are_fresh(v))
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
counsel loads the list of exam of 91 days ago with IRINA PETROVA, ground exam
the release is run, but the answer is no: "days old"
nothing leaves
counsel loads the list of exam of 1 days ago with IRINA PETROVA, ground exam
the answer day comes
the release is run
the addresses of A and B leave and nobody else's
