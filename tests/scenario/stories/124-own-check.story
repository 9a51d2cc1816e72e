title: The requester checks its own file with the same law before it sends it
covers: F12 R5
break: src/cli/cli_law.c: return totals.lines > 0 && totals.refused == 0 ? CLI_DONE : CLI_NO; => return CLI_DONE;
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the requester checks the file before sending it
the ZIP of B is "00000"
the requester checks the file before sending it, but the answer is no: "I2-B1-ADDRESS"
