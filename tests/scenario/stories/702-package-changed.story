title: A package in which one byte was changed is not opened
covers: R28 R33
break: src/crypto/crypto_cms_seal.c: NULL, bio, CMS_BINARY) != 1)\n\t\treturn crypto_refused(ERR_BAD_SIGNATURE); => NULL, bio, CMS_BINARY) != 1)\n\t\tn = 0;
and: src/release/package_read.c: if (span_eq(buf_span(&again), plain)) => if (true)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the release is run
officer NELSON opens the package of A with the program
it says "1417 EASTERN AVE"
a byte of the package of A is changed
officer NELSON opens the changed package with the program, but the answer is no: "changed on the way"
