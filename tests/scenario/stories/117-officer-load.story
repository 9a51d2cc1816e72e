title: One officer for more than a hundred people stops all of that officer's requests
covers: R11 R22 F5 F9
break: agreements/irs-ice-2025.md: setting officer-most 100 => setting officer-most 1000
break: src/proc/proc_submit_judge.c: for (size_t i = 0; e == ERR_OK && i < n; i++)\n\t\te = add_person(&persons, mine[i].value); => for (size_t i = 0; e == ERR_OK && i < 1; i++)\n\t\te = add_person(&persons, mine[i].value);
requests A1 to A101 for people who are on no roll
a request B for MARIA LOPEZ
B names officer OKAFOR
the batch comes in
A1 to A101 are refused with AG-OFFICER-LOAD
B is accepted
two reviewers approve
the release is run
B's address leaves and nobody else's
