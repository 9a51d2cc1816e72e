title: A refusal is looked at again at the requester's word: judged anew by the law of the day, or upheld with reasons
covers: R25 F12 R21
break: src/matter/matter.def: DECISION(RECONSIDER, ANEW,   "anew",   REVIEWER | COUNSEL, => DECISION(RECONSIDER, ANEW,   "anew",   REVIEWER | COUNSEL | OPERATOR,
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the order of A became final 90 days ago
the ZIP of B is "00000"
the batch comes in
A is refused with S1253-90-DAYS
5 days pass
the requester asks that the refusal of A be looked at again, because "more than ninety days have passed now"
one reconsider is open
the operator answers the reconsider with anew, because "as they ask", but the answer is no: "may not"
the first reviewer answers the reconsider with anew, because "the ninety days are over"
A is accepted
the requester asks that the refusal of B be looked at again, because "we think it is an address"
counsel answers the reconsider with anew, because "as asked"
B is refused with I2-B1-ADDRESS
two reviewers approve
40 days pass
the release is run
A's address leaves and nobody else's
