title: The facts of 8 USC 1253(a)(1)(A): a final order, a ground of 1227(a), 90 days, no stay
covers: R10
break: statutes/8-usc-1253.md: require request.order-age more than 90 => require request.order-age more than 89
break: statutes/8-usc-1253.md: require request.stay is none => require request.stay in {none, stayed}
break: statutes/8-usc-1253.md: require request.ground at least deportability => require request.ground at least inadmissibility
break: statutes/8-usc-1253.md: require request.order-stated\n\telse => require request.form at least malformed\n\telse
requests A, B, C, D and E for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA, NADIA AHMED and LUIS NAVARRO
a request F for VICTOR RIVERA
A states no order
the ground of B is "8 USC 1182(a)(6)(A)(i)"
the order of C became final 90 days ago
the order of D is stayed
E states no stay
the order of F became final 91 days ago
the batch comes in
A is refused with S1253-ORDER
B is refused with S1253-GROUND
C is refused with S1253-90-DAYS
D and E are refused with S1253-STAY
F is accepted
two reviewers approve
the release is run
F's address leaves and nobody else's
