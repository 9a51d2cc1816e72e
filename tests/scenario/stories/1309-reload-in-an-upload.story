title: A service that is reloaded in the middle of an upload takes the rest of it
covers: R15
break: src/serve/service.c: let_go(s, before[kind].pid, kind == GATE ? SIGUSR1 : SIGTERM); => let_go(s, before[kind].pid, SIGKILL);
requests A and B for MARIA LOPEZ and JOSE RAMIREZ
the service runs
half of the batch is sent by the requester
the service is reloaded
counsel opens "/holds"
the other half is sent, and the batch is taken
A is accepted
B is accepted
