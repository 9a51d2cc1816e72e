title: The custodian's determination ends a flag, on its own ground alone, and the request goes on
covers: R16 I2
break: src/register/register_ask.c: *ret_cleared |= ground; => *ret_stop |= ground;
requests A, B and C for DIEGO VARGAS, IRINA PETROVA and MARIA LOPEZ
the batch comes in
the custodian finds A and B to be withheld with I2-6-SCREEN
the operator determines DIEGO VARGAS, ground informant: clear, but the answer is no: "not the role"
counsel determines DIEGO VARGAS, ground informant: clear
counsel determines IRINA PETROVA, ground informant: clear
two reviewers approve
the answer day comes
the release is run
the addresses of A and C leave and nobody else's
B is answered neutrally
