title: A hold on a name covers the name in any order and with other names between
covers: R20
break: src/hold/hold_scope.c: if (!has_word(is, span_cut(&asked, ' ')))\n\t\t\treturn FIT_NO;\n\treturn FIT_UNKNOWN; => (void)span_cut(&asked, ' ');\n\treturn FIT_NO;
requests A, B and C for MARIA LOPEZ, PATRICIA GOMEZ and LUZ HERRERA
the middle name of A is "Elena"
the batch comes in
two reviewers approve
counsel places a hold on the name "LOPEZ MARIA", docket "1:26-cv-3"
counsel places a hold on the name "Patricia Gomez", docket "1:26-cv-4"
the answer day comes
the release is run
C's address leaves and nobody else's
