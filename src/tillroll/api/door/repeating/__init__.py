"""`Idempotency-Key`: a request that is sent again is answered again, on every route that changes something."""
