title: One person with two certificates is one person
covers: R21 I6
break: src/register/register.c: if (span_eq_nocase(name, role_name(set, k, other)))\n\t\t\t\treturn true; => if (span_eq_nocase(name, role_name(set, k, other)))\n\t\t\t\tcontinue;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
the first reviewer is given the role of reviewer under another certificate
the first reviewer approves
the first reviewer again approves
the release is run, but the answer is no: "wait for two reviewers"
nothing leaves
the second reviewer approves
the release is run
the addresses of A and B leave and nobody else's
