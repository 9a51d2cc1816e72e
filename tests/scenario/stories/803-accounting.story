title: Every request and every disclosure is accounted for, with date, officer and purpose, and no taxpayer's name
covers: R24 R25 R26 R33 F17
break: src/proc/proc_report.c: if (row->answered != CASE_ANSWERED_ADDRESS)\n\t\treturn ERR_OK;\n\tto->entry_s => if (row->answered != CASE_ANSWERED_NONE)\n\t\treturn ERR_OK;\n\tto->entry_s
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and MARIA LOPEZ
the case of D is "HSI-BAL-26-900001"
the ZIP of B is "00000"
the batch comes in
B is refused with I2-B1-ADDRESS
two reviewers approve
the release is run
the addresses of A, C and D leave and nobody else's
counsel reads the accounting
the accounting counts 4 requests, 1 refused and 3 disclosures
the accounting counts 2 taxpayers
the record of A has its date, officer, purpose and the entries S and D
the record of B says that it was refused with I2-B1-ADDRESS
no record names a taxpayer
