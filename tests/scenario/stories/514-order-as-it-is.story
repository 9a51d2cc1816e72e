title: An order is kept as it is: its file's hash, when it was effective and when it was served, and a day that reminds and lifts nothing
covers: R20 F18
break: src/hold/hold.c: return hold->state != HOLD_LIFTED && hold->review_day != DAY_NONE && => return hold->state == HOLD_LIFTED && hold->review_day != DAY_NONE &&
break: src/cli/cli_hold.c: crypto_sha256(buf_span(&file), hash); => memset(hash, 1, 32);
a request A for MARIA LOPEZ
the batch comes in
two reviewers approve
counsel places a hold by order of "1:26-cv-00457 D.D.C.", effective "2026-11-01T06:00:00Z", served "2026-11-01T07:30:00Z", to be looked at again in 20 days
the hold is shown with its order's hash and with "2026-11-01T06:00:00Z"
the hold is shown with its order's hash and with "2026-11-01T07:30:00Z"
the review of the hold is not due
20 days pass
the review of the hold is due
the answer day comes
the release is run
no address leaves
