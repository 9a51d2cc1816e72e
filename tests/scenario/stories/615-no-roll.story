title: Without a roll nothing is answered, because every answer would be neutral for good
covers: I2 R14
break: src/proc/proc_release.c: e = vault_roll(&in->vault, r->roll, &in->why); => e = ERR_OK;
and: src/proc/proc_release_survey.c: if (e == ERR_OK && s.stale)\n\t\te = unlook_all(r);\n\treturn e == ERR_OK && (s.stale || s.waiting) => (void)unlook_all;\n\treturn e == ERR_OK && false
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
there is no roll
the answer day comes
the release is run, but the answer is no: "no roll"
nothing leaves
the roll is back
the release is run
the addresses of A and B leave and nobody else's
