title: Where a director is named as the officer, a person reads it before anybody is looked up
covers: R11 F5
break: statutes/26-usc-6103-i-2.md: require request.officer at least engaged => require request.officer at least supervisor
break: src/request/request_officer.c: return request_has_any(folded, words) && !request_has_any(folded, line); => return false;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
B names officer HALE
the batch comes in
all are accepted
the custodian finds B to wait for request review
nobody was looked up for B
the first reviewer gives B back because "the officer directs others and is not engaged in this case"
the custodian finds B to be refused
B is given back with "directs others"
two reviewers approve
the release is run
A's address leaves and nobody else's
