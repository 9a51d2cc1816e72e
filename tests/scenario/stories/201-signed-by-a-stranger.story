title: A batch that the head of the agency did not certify is refused whole
covers: R2 R3 F19
break: src/crypto/crypto_cms_sign.c: if (!names_it(&parts, allowed[i]))\n\t\t\tcontinue; => 
and: src/crypto/crypto_cms_sign.c: e = may_sign(allowed[i], &parts, at, reterr_why);\n\t\tif (e != ERR_OK)\n\t\t\tcontinue; => 
and: src/crypto/crypto_cms_sign.c: if (holds) { => if (true) {
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the batch is signed by the operator and submitted, but the answer is no: "I2-A-SIGNER"
the batch is signed by a stranger of the certifier's name and submitted, but the answer is no: "I2-A-SIGNER"
the batch is submitted without a signature, but the answer is no: "p7s"
no batch has come in
nothing leaves
the batch is submitted
all are accepted
