title: The roll is replaced in mid-batch: who moved or is gone is not disclosed as it was, the others leave
covers: R14 I2 I4
break: src/proc/proc_release_survey.c: if (e == ERR_OK && s.stale)\n\t\te = unlook_all(r);\n\treturn e == ERR_OK && (s.stale || s.waiting) => (void)unlook_all;\n\treturn e == ERR_OK && false
break: src/proc/proc_release_survey.c: if (e == ERR_OK && s.stale)\n\t\te = unlook_all(r);\n\treturn e == ERR_OK && (s.stale || s.waiting) => (void)unlook_all;\n\treturn e == ERR_OK && false
and: src/proc/proc_vault_seal.c: vault_verdict_hash(&verdict, hash); => vault_verdict_hash(&verdict, hash);\n\t\tmemcpy(hash, s->approval[0].list.at + 8 + LIST_ITEM * (wish->line - 1), 32);
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and VICTOR RIVERA
D asks for 2023 and 2024
the batch comes in
two reviewers approve
the roll is replaced, and MARIA LOPEZ lives at the address of JORGE CASTILLO now
the roll is replaced, and JOSE RAMIREZ is not on it
the roll is replaced, and it has nothing of VICTOR RIVERA for 2024
the answer day comes
the release is run
C's address leaves and nobody else's
A, B and D are answered neutrally
every accepted request is answered by one package, all of one size
the custodian finds A and B to be unresolved
the custodian finds D to wait for reviewers
two reviewers approve
the release is run
the addresses of C and D leave and nobody else's
D is given the years 2023
