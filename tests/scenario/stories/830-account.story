title: A person is told every disclosure of their address and is shown that there is no other; whoever leaves one out is not believed
covers: R31 I9 R24
break: src/ledger/statement.c: if (memcmp(entry->tag, tag, LEDGER_TAG) != 0) => if (memcmp(entry->tag, tag, 0) != 0)
and: src/ledger/statement.c: memcmp(proof.tag, tag, LEDGER_TAG) == 0 => memcmp(proof.tag, tag, 0) == 0
break: src/proc/proc_release.c: return proc_subject_next(r->in, x->b.person, ret_tag); => return proc_subject_next(r->in, span_text(x->b.row.id), ret_tag);
requests A, B and C for MARIA LOPEZ, MARIA LOPEZ and LUZ HERRERA
requests D for people who are on no roll
the case of B is "HSI-BAL-26-900001"
the ZIP of C is "00000"
the batch comes in
C is refused with I2-B1-ADDRESS
two reviewers approve
the answer day comes
the release is run
the addresses of A and B leave and nobody else's
the day comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of two disclosures
nobody believes it where one disclosure is left out
counsel gives JOSE RAMIREZ their account
anybody believes the account, which tells of no disclosures
nobody believes it where a neighbour is another
counsel gives LUZ HERRERA their account
anybody believes the account, which tells of no disclosures
