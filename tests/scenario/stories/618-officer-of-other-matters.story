title: An officer who is registered for other cases is not engaged in this one
covers: R11 F5 I2
break: src/proc/proc_batch.c: if (!register_engaged(&row, q->field[RQ_CASE_ID])) => if (false)
and: src/proc/proc_vault_seal.c: return register_engaged(&row, q->field[RQ_CASE_ID]); => return true;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
B names officer OKAFOR
the batch comes in
two reviewers approve
officer OKAFOR is registered for the case "HSI-NO-SUCH-1" alone
the answer day comes
the release is run
A's address leaves and nobody else's
B is answered neutrally
a request C for LUZ HERRERA
C names officer OKAFOR
the batch comes in
C is refused with I2-A-OFFICER
