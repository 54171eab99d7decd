"""The same order in each peer: charged, reserved, shipped, mailed; undone where nobody ships it."""
