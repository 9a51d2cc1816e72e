title: What was accounted and not yet handed over is recalled when its officer, the roll or an objection forbids it, and goes when that is over
covers: R11 R14 R23 I2
break: src/proc/proc_release_finish.c: *ret_may = *ret_may && !stale => *ret_may = !stale
break: src/proc/proc_release_finish.c: *ret_may = *ret_may && !stale && => *ret_may = *ret_may &&
break: src/proc/proc_release_finish.c: !stale && !x->covered && => !stale &&
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
A names officer OKAFOR
the batch comes in
two reviewers approve
the release is run
the addresses of A, B, C and D leave and nobody else's
the power had failed before the packages of A and D were handed over
the registration of officer OKAFOR is revoked
the release is run
the addresses of B, C and D leave and nobody else's
the custodian finds A to be recalled
officer OKAFOR is registered again
the release is run
the addresses of A, B, C and D leave and nobody else's
the power had failed before the packages of C and D were handed over
the first reviewer objects to C: "the case was closed"
the release is run
the addresses of A, B and D leave and nobody else's
the custodian finds C to be recalled
counsel answers the objection with overrule, because "I2-A-CASE: it was open on the day"
the release is run
the addresses of A, B, C and D leave and nobody else's
the power had failed before the packages of B and D were handed over
the roll is replaced, and JOSE RAMIREZ is not on it
the release is run
the addresses of A, C and D leave and nobody else's
the roll is replaced by the one before
the release is run
the addresses of A, B, C and D leave and nobody else's
nothing stays between sealed and delivered
