title: The power fails while a batch comes in: submitted again it goes on, and decides the same
covers: R25 I1 I10
break: src/proc/proc_submit_lines.c: : (size_t)(done - round->first_line + 1); => : 0;
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the ZIP of B is "00000"
the power fails as soon as the ledger of the submit grows
the power comes back, and the file is submitted again
the power had failed before the batch was known to be judged
the same file is submitted again
A and C are accepted
B is refused with I2-B1-ADDRESS
two reviewers approve
the release is run
the addresses of A and C leave and nobody else's
