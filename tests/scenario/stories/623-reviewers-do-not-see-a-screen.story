title: Who approves sees the same of whom a screen names and of whom the roll has nothing
covers: R16 R17
break: src/proc/proc_screen.c: proc_permitted(in, PERMIT_SCREEN_SEEN) || => in != NULL ||
requests A and B for DIEGO VARGAS and MARIA LOPEZ
the batch comes in
the first reviewer reads the decisions
it does not say "screen-clear\":false"
it says "AG-YEARS"
counsel reads the decisions
it says "screen-clear\":false"
it is explained to the first reviewer what became of A
it does not say "screen-clear: false"
it does not say "withheld, I2-6-SCREEN\n"
it is explained to counsel what became of A
it says "screen-clear: false"
