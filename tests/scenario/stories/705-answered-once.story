title: What was answered is not answered again, however often the release is run
covers: R33 I10 F17
break: src/case/case_anew.c: return again || request->answered == CASE_ANSWERED_NONE; => return true;
requests A and B for MARIA LOPEZ and GABRIEL SILVA
B states no TIN
the batch comes in
two reviewers approve
the answer day comes
the release is run
A's address leaves and nobody else's
the packages that left are counted
the ledger's entries are counted
the release is run
the release is run
nothing more leaves
0 more entries of the type seal are in the ledger than were counted
0 more entries of the type deliver are in the ledger than were counted
