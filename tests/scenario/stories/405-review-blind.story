title: Request review is blind to the roll: nobody is looked up before it lets the request go on
covers: R23 R8 R16
break: statutes/26-usc-6103-i-2.md: require request.reason at least specific => require request.reason at least borderline
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the case of A is "HSI-BAL-26-777001"
the reason of A is "Investigation HSI-BAL-26-777001 concerns Lopez, who did not depart"
the batch comes in
all are accepted
the custodian finds A to wait for request review
nobody was looked up for A
the first reviewer lets A go on
the custodian finds A to wait for reviewers
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
