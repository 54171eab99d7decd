"""What may change of an expense: each path, each field, each state, as docs/approval.md says.

`expected.py` says what must happen, from that text alone. `states.py` brings expenses into a state
by the API, `paths.py` changes a field by a path, and `comparing.py` holds both together.
"""
