title: A delay that is lifted is told with the next round, and one that kept nothing back is entered like any other
covers: R31 I9
break: src/proc/proc_delay.c: if (state != DELAY_LIFTED && state != DELAY_OVERDUE) => if (state != DELAY_OVERDUE)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
counsel delays what is told of A for 300 days, because "an inquiry"
counsel delays what is told of B for 300 days, because "an inquiry"
two reviewers approve A
the answer day comes
the release is run
A's address leaves and nobody else's
counsel lifts the delay of A
counsel lifts the delay of B
the delay of A has the state lifted
the ledger's entries are counted
the daily round is made
three more entries of the type act are in the ledger than were counted
the delay of A has the state ended
the delay of B has the state ended
the day comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of one disclosure
one of them was told after a delay
counsel gives JOSE RAMIREZ their account
anybody believes the account, which tells of no disclosures
