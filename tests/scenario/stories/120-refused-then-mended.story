title: A refused request is mended and sent again, and what was refused does not count
covers: R25 F12
break: src/proc/proc_submit_links.c: if (state == CASE_REFUSED || state == CASE_RETURNED)\n\t\treturn LINK_REFUSED; => if (state == CASE_REFUSED || state == CASE_RETURNED)\n\t\treturn LINK_LATE;
a request A for MARIA LOPEZ
the delivery line of A is "Failed to Provide"
the batch comes in
A is refused with I2-B1-ADDRESS
every refusal has a code, a sentence and a citation
A is mended and sent again as B
the batch comes in
B is accepted
two reviewers approve
the release is run
B's address leaves and nobody else's
