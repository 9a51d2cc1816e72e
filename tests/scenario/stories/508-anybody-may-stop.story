title: Whoever has a role may stop; whoever has none may not, and a court's hold names its docket
covers: R20 R21 F7
break: src/proc/proc_permit.c: what, proc_permitted(in, what) ? ERR_OK : refuse(in, what)); => what, proc_permitted(in, what) || true ? ERR_OK : refuse(in, what));
break: src/hold/hold.c: if (order->ground == HOLD_BY_COURT && order->docket.n == 0) => if (false)
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
the certifier places a hold on everything, docket "D", but the answer is no: "no role"
counsel places a hold on everything, docket "", but the answer is no: "docket"
counsel places a hold with the scope "planet=mars", docket "D", but the answer is no: "scope"
the operator places a hold on everything, docket "D"
the answer day comes
the release is run
no address leaves
