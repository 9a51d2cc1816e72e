title: A corrective plan whose day is past stops everything until the register says what became of it
covers: R18 F13 I8
break: src/register/register_ask.c: if (plan != DAY_NONE && plan < day) => if (false)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch comes in
two reviewers approve
the requester's corrective plan was due 1 days ago
the answer day comes
the release is run, but the answer is no: "corrective plan was due"
nothing leaves
the safeguards finding is closed
the release is run
the addresses of A and B leave and nobody else's
