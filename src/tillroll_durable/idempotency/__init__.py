"""A request that is sent again is answered again, not done again: keys, their answers, and
operations that resume.

The header is that of draft-ietf-httpapi-idempotency-key-header; what is kept, and of whom, as
Stripe's API has it.
"""
