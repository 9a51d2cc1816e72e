title: A delegate whose time is over certifies nothing
covers: R3
break: src/register/register.c: if (type == REG_UNTIL && day >= register_day(row, c))\n\t\t\treturn false; => 
a deputy is registered as certifier until yesterday
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the manifest names the deputy as certifier
the batch is signed by the deputy and submitted, but the answer is no: "I2-A-SIGNER"
the batch is submitted
all are accepted
two reviewers approve
the release is run
the addresses of A and B leave and nobody else's
