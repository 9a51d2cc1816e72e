title: A disclosure that was erased stays in the person's account, with the act that erased it
covers: R24 R31 I9
break: src/proc/proc_statement.c: return put_erased(m, index);\n\tif (e != ERR_OK)\n\t\treturn e;\n\te = opened => return ERR_OK;\n\tif (e != ERR_OK)\n\t\treturn e;\n\te = opened
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the release is run
the first reviewer decides the whole sample and finds nothing wrong
the third reviewer is given the role of reviewer
the third reviewer looks at the answers to A and B again and finds them sound
the safeguards officer is given the role of safeguards
officer NELSON fetches A and B
6 years pass
the safeguards officer asks that A be erased, whose record is gone
counsel grants the erasure
nothing is kept of A
all is kept of B
the day comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of one disclosure
one of them is erased
counsel gives JOSE RAMIREZ their account
anybody believes the account, which tells of one disclosure
