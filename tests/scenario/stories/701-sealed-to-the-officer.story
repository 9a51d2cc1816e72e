title: A package opens with the key of the officer named and no other
covers: R12 R28 F14 F21
break: src/proc/proc_vault_seal.c: register_find(s->registers, REG_OFFICER, id, s->at); => register_at(s->registers, REG_OFFICER, 0);\n\t(void)id;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A names officer OKAFOR
B names officer PARK
the batch comes in
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
the package of A opens for officer OKAFOR and for nobody else
the package of B opens for officer PARK and for nobody else
officer OKAFOR opens the package of A with the program
officer PARK opens the package of A with the program, but the answer is no: "not"
