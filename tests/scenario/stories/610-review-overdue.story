title: A safeguard review whose day has passed is a finding too
covers: R18 F13
break: src/register/register_ask.c: if (review != DAY_NONE && review < day) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the requester's safeguard review was due 1 days ago
the answer day comes
the release is run, but the answer is no: "overdue"
nothing leaves
the safeguards finding is closed
the release is run
the addresses of A and B leave and nobody else's
