"""What a mail holds: who sent it, whether that is proven, and which papers are in it (RFC 5322, 2045 to 2047). No
I/O."""
