title: A line that nobody can read is that line's refusal and not the batch's end
covers: I12 R1
break: src/proc/proc_front.c: if (raw->too_long)\n\t\trequest_refuse_line(\n\t\t\t&line->request, "the line is longer than 64 KiB");\n\telse if (f->file.csv) => if (raw->too_long)\n\t\te = ERR_TOO_LARGE;\n\telse if (f->file.csv)
a request A for MARIA LOPEZ
B is a line that nobody can read
C is a line of 70000 bytes
a request D for JOSE RAMIREZ
the batch comes in
B and C are refused with RQ-FORM
A and D are accepted
two reviewers approve
the release is run
the addresses of A and D leave and nobody else's
