title: What stands on another's return is not the person's own to give
covers: R15 I7
break: agreements/irs-ice-2025.md: require record.own-row => require record.person at least confirmed
requests A and B for MIGUEL TORRES and MARIA LOPEZ
the batch comes in
all are accepted
the custodian finds A to be withheld with AG-OWN-ROW and AG-YEARS
two reviewers approve
the release is run
B's address leaves and nobody else's
