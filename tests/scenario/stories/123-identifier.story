title: A name and an address alone are nobody: a TIN or a birth date is given
covers: R14
break: agreements/irs-ice-2025.md: require request.tin at least given or request.birth-date at least given => require request.form at least malformed
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
A states no TIN
A states no birth date
B states no TIN
C states no birth date
the batch comes in
A is refused with AG-IDENTIFIER
B and C are accepted
two reviewers approve
the release is run
the addresses of B and C leave and nobody else's
