title: An account is shown under the root of a day after it, and under no other
covers: R31 I9
break: src/ledger/statement.c: return day_at(root.at) > s->as_of => return day_at(root.at) > s->as_of || true
requests A for MARIA LOPEZ
the batch comes in
two reviewers approve
the release is run
the daily round is made
the day comes on which accounts tell of this month
the daily round is made
counsel gives MARIA LOPEZ their account
anybody believes the account, which tells of one disclosure
nobody believes it under the root of another day
