title: A page of another site makes nobody's browser act here
covers: R21
break: src/serve/gate_request.c: if (r->route->method != ASK_GET && is_cross_site(r)) => if (r->route->method == ASK_GET && is_cross_site(r))
the service runs
counsel opens "/holds"
another site's page makes the browser of counsel place a hold, but the answer is no: "another site led here"
no holds stand
