title: A mended request takes the refused one's place, an amended one the open one's, each once
covers: R25 R33 F12 I10
break: src/proc/proc_submit_links.c: link->kind = (uint8_t)submit_link_kind(&row); => link->kind = LINK_REFUSED;
requests A, B and C for MARIA LOPEZ, JOSE RAMIREZ and LUZ HERRERA
the ZIP of A is "00000"
the batch comes in
A is refused with I2-B1-ADDRESS
A is mended and sent again as D
B is amended and sent again as E
E asks for 2022
the batch comes in
D and E are accepted
the custodian finds A to be superseded
the custodian finds B to be withdrawn
A is mended and sent again as F
the case of F is "HSI-BAL-26-888001"
the batch comes in
F is refused with AG-DUPLICATE
two reviewers approve all of batch 1
two reviewers approve all of batch 2
the release of batch 1 is run
the release of batch 2 is run
the addresses of C, D and E leave and nobody else's
E is given the years 2022
