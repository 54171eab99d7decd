"""What a mail holds: who sent it, whether that is proven, and which papers are in it. No I/O."""
