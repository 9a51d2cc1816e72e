title: A certificate of an authority that somebody forged opens nothing, whatever names stand in it
covers: R21 I6
break: src/serve/gate_client.c: if (status == 0)\n\t\treturn GATE_KNOWN; => return GATE_KNOWN;
a stranger forges an authority of the name of the first reviewer's, and a certificate of it
the service runs
the first reviewer opens "/queue"
with the forged certificate somebody opens "/queue", but the answer is no: "no authority that this service knows"
