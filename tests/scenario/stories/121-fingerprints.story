title: A member that nobody needs is refused by name, and its value is not kept
covers: R34 F23
break: agreements/irs-ice-2025.md: require request.only-named-members => require request.form at least malformed
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A also has a member "weir:fingerprintNumber" with "FP-5551234567"
the batch comes in
A is refused with RQ-FIELD
the refusal of A says "weir:fingerprintNumber"
nothing of A holds "FP-5551234567"
B is accepted
two reviewers approve
the release is run
B's address leaves and nobody else's
