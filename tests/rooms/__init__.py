"""Which tests concern a room of the source: `make tests-of ROOM=payouts`."""
