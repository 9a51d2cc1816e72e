title: What a requester writes stays on the line it is shown on
covers: I12
break: src/proc/proc_explain.c: if (span_is_plain(text)) { => if (true) {
and: src/cli/cli_print.c: (c >= 0x20 && c != 0x7f && (c < 0x80 || utf8)))) => c != 0x7f))
a request A for MARIA LOPEZ
A is a line that hides an escape sequence in its reason
the batch comes in
explain tells of A that "HSI-BAL-26"
it shows no control character
