title: An officer who moves to a civil removal unit in mid-batch gets nothing
covers: R12 I2 F14
break: src/proc/proc_batch.c: "civil-removal") == 0) => "never") == 0)
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
A names officer OKAFOR
the batch comes in
two reviewers approve
officer OKAFOR moves to the unit "ERO Houston Field Office"
the answer day comes
the release is run
B's address leaves and nobody else's
officer OKAFOR moves to the unit "HSI Houston Group 2"
the release is run
the addresses of A and B leave and nobody else's
