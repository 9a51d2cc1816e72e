title: What the agreement does not name is not given
covers: R13 F20 I3
break: src/proc/proc_release_anew.c: return (law_fields(law) & need) == need; => return (law_fields(law) & need) != 0;
and: src/proc/proc_vault_law.c: if ((law_fields(s->law) & need) != need) => if (false)
counsel loads the agreement with "fields {name, mailing-address}" written as "fields {name}"
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
all are accepted
two reviewers approve
the answer day comes
the release is run
no address leaves
every accepted request is answered by one package, all of one size
